"""A format whose parser changed: payloads are read with the parser that was valid when they were observed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from msgspec import structs

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse, rss
from newswire.formats.registry import FORMATS, Format
from newswire.model import Item

CHANGED = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 5, 31, 23, 59, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
RAW = b"<rss><channel><item><title>Headline</title><dc:creator>Desk</dc:creator></item></channel></rss>"


def credit_in_creator(payload, source):
    """The provider's old habit: its agency's name stood in dc:creator."""
    drafts = rss.read(payload, source)
    return [structs.replace(d, item=structs.replace(d.item, credit=d.item.byline, byline=None)) for d in drafts]


def entry(at: datetime | None, *formats: Format) -> Item:
    return parse(RAW, Source(url="https://wire.example/x", at=at), formats).entries[0]


OLD = Format(name="rss", shape="xml", recognises=rss.recognises, read=credit_in_creator, valid_until=CHANGED)
NEW = next(row for row in FORMATS if row.name == "rss")


@pytest.mark.parametrize("table", [(OLD, NEW), (NEW, OLD)])
def test_replay_reads_with_the_parser_of_its_time(table):
    """Before a parser's end it reads; from its end on, and where no time is given, its successor does."""
    assert entry(BEFORE, *table).credit == "Desk"
    assert (entry(AFTER, *table).credit, entry(AFTER, *table).byline) == (None, "Desk")
    assert entry(None, *table).byline == "Desk"


def test_the_earliest_end_that_is_still_ahead_counts():
    """Of three parsers, each reads its own stretch of time."""
    oldest = replace(OLD, valid_until=datetime(2025, 1, 1, tzinfo=UTC), read=lambda *_: ())
    table = (NEW, OLD, oldest)
    assert parse(RAW, Source(url="x:", at=datetime(2024, 7, 1, tzinfo=UTC)), table).entries == ()
    assert entry(BEFORE, *table).credit == "Desk"


def test_a_format_whose_parsers_have_all_ended_is_not_read():
    """Nothing is read with a parser that is no longer valid."""
    with pytest.raises(PayloadRefused) as refused:
        entry(AFTER, OLD)
    assert refused.value.reason == "unknown_xml"
