"""Real files, where they are at hand (``NEWSWIRE_SAMPLES`` or ``../shared/samples``)."""

from __future__ import annotations

import pytest
from tests.samples import SAMPLES

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item

REASONS = {
    *("unknown_xml", "not_an_article", "xml_entities", "no_text", "html_page"),
    *("not_news_item", "broken_json"),
}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files at {SAMPLES}")


def test_every_wire_file_is_read_or_refused_by_reason():
    """Every file gives entries or a reason that is expected of these files; a feed with entries yields items."""
    read, refused = {}, {}
    for path in sorted((SAMPLES / "wires").iterdir()):
        raw = path.read_bytes()
        try:
            parsed = parse(raw, Source(url="https://wire.example/x"))
        except PayloadRefused as refusal:
            refused.setdefault(refusal.reason, []).append(path.name)
            continue
        read.setdefault(parsed.format, []).append(path.name)
        whole = b"<item" in raw and b"</item" in raw and b"atom" not in raw[:400].lower()
        if parsed.format in {"rss", "atom"} and (whole or b"<entry" in raw):
            assert any(isinstance(entry, Item) for entry in parsed.entries), path.name
    assert refused.keys() <= REASONS, refused
    assert read.keys() >= {"rss", "atom", "article_page", "json_feed", "ninjs", "newsml-g2", "newsml-1", "nitf"}
    assert len(read["article_page"]) >= 20


def test_seed_article_keeps_everything():
    """The seed article comes out as title and paragraphs, credit, notice and teasers included."""
    path = next((SAMPLES / "seed").glob("*.txt"))
    rows = path.read_text(encoding="utf-8").splitlines()
    item = parse(path.read_bytes(), Source(url=path.as_uri())).entries[0]
    assert item.title == rows[0]
    assert item.body.splitlines() == [row.strip() for row in rows[2:] if row.strip()]
    assert item.id_source == "content"
