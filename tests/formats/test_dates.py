"""Times of an entry: read where they can be, missing where they are missing."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.formats import dates

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 03 Nov 2026 12:00:00 GMT",
        "Tue, 3 Nov 2026 15:00 +0300",
        "Wed, 03 November 2026 15:00:00 +03:00",
        "3 Nov 26 07:00:00 EST",
        "03 Nov 2026 15:00:00 TRT",
        "2026-11-03T12:00:00Z",
        "2026-11-03t12:00:00.000z",
        "2026-11-03 15:00:00 +0300",
        "20261103T150000+0300",
        "2026-11-03T12:00:00 GMT+0",
        "Tue, 03 Nov 2026 12:00:00 -0000",
        "Tue Nov  3 12:00:00 GMT 2026",
        "Sal, 03 Kasım 2026 15:00:00 +0300",
        "3. Nov. 2026 15:00 +0300",
        "Τρί, 03 Νοέ 2026 15:00:00 TRT",
        "2026-november-03T15:00+03:00",
        "Tue, 2026/11/03 07:00:00 EST",
        "2026-307T12:00:00Z",
        "2026307T120000Z",
        "03.11.2026 15:00:00 +0300",
        "Salı, 3.11.2026 - 15:00 TRT",
        "03 Kasım 2026 Salı 15:00 TRT",
        "12:00 GMT on Tuesday, 3 November 2026",
        "1200 GMT 3 Nov 2026",
        "0700 EST, 3 Nov. 2026",
        "Tuesday, November 3, 2026 - 12:00 GMT",
        "Nov 3, 2026 7:00 AM EST",
        "Tue, 3 Nov 2026 03:00 p.m. TRT",
        "Nov. 3, 2026 at 12:00:00 PM UTC",
        "2026-11-03T15:00:00+03:00[Europe/Istanbul]",
    ],
)
def test_spellings_of_one_instant(text):
    """RFC 822, ISO 8601 and their usual misspellings name the same instant."""
    assert dates.read(text).start == NOON


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-11-03T12:00:00", "no_zone"),
        ("Tue, 03 Nov 2026 12:00:00", "no_zone"),
        ("yesterday", "unparsable"),
        ("2026-13-40T00:00:00Z", "unparsable"),
        ("Tue, 03 Nov 2026 12:00:00 XQT", "unparsable"),
        ("99999-01-01", "unparsable"),
        ("2026-11-03T12:00:00+99:00", "unparsable"),
        ("9999-12-31", "unparsable"),
        ("2026-366T00:00:00Z", "unparsable"),
        ("2026-000T00:00:00Z", "unparsable"),
        ("Tue, 31 Jun 2026 12:00:00 GMT", "unparsable"),
        ("Mon, 32 Brumaire 2026 12:00:00 GMT", "unparsable"),
        ("11/03/2026 12:00 GMT", "unparsable"),
        ("11.13.2026 12:00 GMT", "unparsable"),
        ("3 Nov 2026 15:00 PM GMT", "unparsable"),
        ("3 Nov 2026 12:00 AMT", "unparsable"),
        ("November 3, 2026 - 12:00", "no_zone"),
        ("03.11.2026 12:00", "no_zone"),
        ("12:00 on 3 November 2026", "unparsable"),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_what_cannot_be_read_is_not_guessed(text, problem):
    """No zone, no sense, nothing at all, and the year 1 that systems write for nothing."""
    reading = dates.read(text)
    assert (reading.start, reading.problem) == (None, problem)


def test_missing_date_stays_missing(rss, read):
    """An item without a date has none; the same bytes give the same content at every poll."""
    raw = rss("<item><title>t</title><guid>g</guid></item>")
    first, second = read(raw).entries[0], read(raw).entries[0]
    assert first.published_at is None
    assert first.content_hash() == second.content_hash()


def test_naive_date_needs_the_partners_zone(rss, read):
    """A time without zone is read in the declared zone; without one it stays None and is flagged."""
    raw = rss("<item><title>t</title><pubDate>Tue, 03 Nov 2026 15:00:00</pubDate></item>")
    unknown, known = read(raw).entries[0], read(raw, zone=ZoneInfo("Europe/Istanbul")).entries[0]
    assert (unknown.published_at, "naive_time" in unknown.flags) == (None, True)
    assert (known.published_at, "naive_time" in known.flags) == (NOON, False)


def test_unreadable_date_is_flagged(rss, read):
    """A date that says nothing readable stays None and is flagged."""
    item = read(rss("<item><title>t</title><pubDate>soon</pubDate></item>")).entries[0]
    assert (item.published_at, "bad_date" in item.flags) == (None, True)
