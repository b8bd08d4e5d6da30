"""The conventions of wire services: every row of the table against its own examples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newswire.formats import conventions
from newswire.formats.wirecodes import cued
from newswire.model import Item, Status

ROWS = {row.id: row for row in conventions.rows()}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (row.id, text, fits)
        for row in ROWS.values()
        for fits in (True, False)
        for text in (row.matches if fits else row.rejects)
    ],
)
def test_row_fits_its_examples(name, text, expected):
    """A row finds what it says it finds, and leaves alone what it says it leaves alone."""
    assert (ROWS[name].pattern.search(text) is not None) == expected


@pytest.mark.parametrize(
    ("slug", "story"),
    [
        ("BC-US--Harbour Fire, KILL", "BC-US--Harbour Fire"),
        ("KILL: harbour-fire", "harbour-fire"),
        ("BC-BKN--Heat-Hawks, 1st Ld-Writethru", "BC-BKN--Heat-Hawks"),
        ("Germany-politics/", "Germany-politics"),
        ("harbour-fire", "harbour-fire"),
    ],
)
def test_the_slug_names_the_story_without_the_convention(slug, story):
    """A kill by slug can be matched with the story's own slug."""
    assert conventions.read(slug).slug == story


def test_kill_counts_in_slugs_and_on_its_own_line_only():
    """A story about a killing is a story; a line that says KILL and nothing else ends one."""
    assert conventions.read("BC-US--Storm Kills Three").status is Status.USABLE
    assert conventions.read(lines=["Storm may kill season, growers say"]).status is Status.USABLE
    assert conventions.read(lines=["MANDATORY KILL"]).status is Status.KILLED
    assert conventions.read("harbour-fire, KILL").signals == ("kill",)


TITLED = {
    "rss": "<rss version='2.0'><channel><item><guid>urn:1</guid><title>{}</title></item></channel></rss>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id><title>{}</title></entry></feed>",
    "json_feed": '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "urn:1", "title": "{}"}}]}}',
    "ninjs": '{{"uri": "urn:1", "headline": "{}", "body_text": "x"}}',
    "email": "From: a@harbour.example\nMessage-ID: <urn:1>\nSubject: {}\n\nx\n",
}


@pytest.mark.parametrize("format_", TITLED)
def test_the_label_of_a_headline_counts_in_every_format(read, format_):
    """A headline that is labelled as embargoed or killed is; any other is a headline."""

    def told(title):
        parsed = read(TITLED[format_].format(title).encode())
        assert parsed.format == format_
        return parsed.entries[0]

    held = told("EMBARGOED UNTIL 06:00 GMT 1 December 2026: Budget")
    assert (held.status, held.embargo.until) == (Status.USABLE, datetime(2026, 12, 1, 6, tzinfo=UTC))
    assert told("Embargoed to 0001 GMT Friday - Budget").embargo.problem == "unparsable"
    assert told("EMBARGO: Budget").embargo.open_ended
    killed = told("MANDATORY KILL: Harbour lamp")
    assert (killed.status, killed.signals, killed.slug) == (Status.KILLED, ("kill",), "Harbour lamp")
    for headline in ("Embargo on grain lifted", "Kill the lights: power is short"):
        item = told(headline)
        assert (item.status, item.embargo, item.slug) == (Status.USABLE, None, None)


def test_hold_for_release_is_an_embargo():
    """Without a time it has no end, with one it has that end, and words that are no time are never guessed."""
    assert conventions.read(lines=["HOLD FOR RELEASE"]).embargo.open_ended
    held = conventions.read(lines=["HOLD FOR RELEASE until 2026-11-24T18:00:00Z"]).embargo
    assert held.until == datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert conventions.read(lines=["HOLD FOR RELEASE 6 p.m. EDT Sunday"]).embargo.problem == "unparsable"


@pytest.mark.parametrize(
    ("said", "place"),
    [({"slug": "harbour-fire, KILL"}, "/slug"), ({"slug": "harbour-fire", "ed_note": "MANDATORY KILL"}, "/note")],
)
def test_a_kill_stands_where_its_words_do(said, place):
    """The status that a slug or a note makes stands in that field, not in the one that said otherwise."""
    item = Item(item_id="s", places=(("status", "/status"), ("slug", "/slug"), ("ed_note", "/note")), **said)
    told = cued(item)
    assert (told.status, told.place("status"), told.place("signals")) == (Status.KILLED, place, place)
