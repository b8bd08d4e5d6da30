"""The contract that most tests of whole runs are under: what is asked of it is that it lets English texts in."""

from typing import Any


def contract(**changes: object) -> dict[str, Any]:
    """A contract as a partner file has it, a new one each time: tests change theirs."""
    return {
        "id": "c1",
        "delivery_term": {"from": "2026-01-01"},
        "uses": ["store", "analyse"],
        "media": ["text"],
        "languages": ["en"],
        "territories": {"mode": "worldwide"},
        **changes,
    }
