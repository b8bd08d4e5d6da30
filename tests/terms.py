"""The contract that most tests of whole runs are under: what is asked of it is that it lets English texts in."""

CONTRACT = {
    "id": "c1",
    "delivery_term": {"from": "2026-01-01"},
    "uses": ["store", "analyse"],
    "media": ["text"],
    "languages": ["en"],
    "territories": {"mode": "worldwide"},
}
