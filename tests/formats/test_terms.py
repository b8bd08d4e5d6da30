"""Embargo, expiry, status and rights, as the entries' own fields state them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.model import RightsKind, Scope, Status


def item(rss, read, inside, **settings):
    return read(rss(f"<item><title>t</title><guid>g</guid>{inside}</item>"), **settings).entries[0]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-04T06:00:00Z",
        "start=2026-11-04T06:00:00Z; end=2026-12-01T00:00:00Z",
        "2026-11-04T06:00:00Z/2026-12-01T00:00:00Z",
    ],
)
def test_available_is_an_embargo(rss, read, text):
    """dcterms:available, as a date or as a period, is the embargo, with its pointer."""
    embargo = item(rss, read, f"<dcterms:available>{text}</dcterms:available>").embargo
    assert (embargo.until, embargo.problem) == (datetime(2026, 11, 4, 6, tzinfo=UTC), None)
    assert embargo.pointer == "/rss/channel/item[1]/dcterms:available"


def test_embargo_that_cannot_be_read_is_not_lost(rss, read):
    """Without an end, without a zone, without sense: each is an embargo still."""
    assert item(rss, read, "<dcterms:available/>").embargo.open_ended
    assert item(rss, read, "<dcterms:available>2026-11-04T06:00</dcterms:available>").embargo.problem == "no_zone"
    assert item(rss, read, "<dcterms:available>noon on Friday</dcterms:available>").embargo.problem == "unparsable"


def test_strictest_of_several_embargoes_holds(rss, read):
    """Of two embargoes the later one binds."""
    both = (
        "<dcterms:available>2026-11-05T00:00:00Z</dcterms:available>"
        "<dcterms:available>2026-11-04T00:00:00Z</dcterms:available>"
    )
    assert item(rss, read, both).embargo.until == datetime(2026, 11, 5, tzinfo=UTC)


def test_expiry_counts_to_the_end_of_its_day(rss, read):
    """The end of dcterms:valid is the expiry; a bare day lasts to its end in the partner's zone."""
    valid = "<dcterms:valid>end=2026-12-31</dcterms:valid>"
    assert item(rss, read, valid, zone=ZoneInfo("Europe/Istanbul")).expires_at == datetime(2026, 12, 31, 21, tzinfo=UTC)


def test_unreadable_expiry_becomes_a_restriction(rss, read):
    """An expiry that cannot be read is kept as a term that no rule understands, never as none."""
    found = item(rss, read, "<dcterms:valid>end=2026-12-31</dcterms:valid>")
    assert found.expires_at is None
    assert [(r.kind, r.type) for r in found.rights] == [(RightsKind.RESTRICTION, "validity_unread")]


@pytest.mark.parametrize(
    ("state", "status"), [("active", "usable"), ("blocked", "withheld"), ("deleted", "deleted"), ("odd", "unknown")]
)
def test_media_status_of_the_item(rss, read, state, status):
    """A state on the item itself is the item's status; one that is not known is unknown."""
    assert item(rss, read, f'<media:status state="{state}"/>').status == Status(status)


def test_media_status_of_a_photo_stays_with_the_photo(rss, read):
    """A deleted photo does not delete the story."""
    inside = '<media:content url="https://x.example/a.jpg"><media:status state="deleted"/></media:content>'
    found = item(rss, read, inside)
    assert (found.status, found.media[0].status) == (Status.USABLE, Status.DELETED)


def test_repeated_restrictions_keep_number_and_polarity(rss, read):
    """Two media:restriction stay two, each with its polarity."""
    inside = (
        '<media:restriction relationship="allow" type="country">tr</media:restriction>'
        '<media:restriction relationship="deny" type="uri">https://a.example</media:restriction>'
    )
    assert [(r.polarity, r.type, r.value, r.scope) for r in item(rss, read, inside).rights] == [
        ("allow", "country", "tr", Scope.ITEM),
        ("deny", "uri", "https://a.example", Scope.ITEM),
    ]


def test_rsl_permits_and_prohibits_stay_apart(rss, read):
    """RSL permits and prohibits of one type keep their polarity."""
    inside = (
        '<rsl:content url="/"><rsl:license>'
        '<rsl:permits type="usage">search</rsl:permits>'
        '<rsl:prohibits type="usage">ai-all</rsl:prohibits></rsl:license></rsl:content>'
    )
    assert [(r.polarity, r.value) for r in item(rss, read, inside).rights] == [("allow", "search"), ("deny", "ai-all")]


def test_photo_licence_never_speaks_for_the_item(rss, read):
    """A media:license, wherever it stands in the item, has the scope of media; its words are only its name."""
    found = item(rss, read, '<media:license href="https://creativecommons.org/licenses/by/4.0/">by</media:license>')
    assert [(r.scope, r.kind, r.value) for r in found.rights] == [
        (Scope.MEDIA, RightsKind.LICENSE, "https://creativecommons.org/licenses/by/4.0/"),
        (Scope.MEDIA, RightsKind.NOTICE, "by"),
    ]


def test_entry_licence_replaces_the_feeds(atom, read):
    """RFC 4946: an entry's own licence ends the feed's for that entry."""
    feed = '<link rel="license" href="https://a.example/feed"/>'
    own = '<entry><id>1</id><link rel="license" href="https://a.example/own"/></entry><entry><id>2</id></entry>'
    first, second = read(atom(feed + own)).entries
    assert [(r.value, r.scope) for r in first.rights] == [("https://a.example/own", Scope.ITEM)]
    assert [(r.value, r.scope) for r in second.rights] == [("https://a.example/feed", Scope.FEED)]


def test_signals_come_from_categories_only(rss, read):
    """A category named like a signal is one, without regard to case; a headline never is."""
    found = item(rss, read, "<category>CORRECTION</category><category>sports update</category>")
    assert found.signals == ("correction",)
    assert read(rss("<item><title>KILL</title></item>")).entries[0].signals == ()


def test_kill_is_a_status(rss, read):
    """The kill signal withdraws the item it stands on."""
    found = item(rss, read, "<category>kill</category>")
    assert (found.status, found.signals) == (Status.KILLED, ("kill",))


@pytest.mark.parametrize(("value", "polarity"), [("1", ["deny"]), ("0", ["allow"]), ("yes", []), ("", [])])
def test_tdm_reservation_values(read, value, polarity):
    """TDMRep knows 0 and 1; anything else is as good as unset."""
    raw = (
        f'<html><head><meta name="tdm-reservation" content="{value}"><meta property="og:type" content="article">'
        f"</head><body><h1>T</h1><p>Words of the story.</p></body></html>"
    )
    assert [r.polarity for r in read(raw.encode()).entries[0].rights] == polarity


@pytest.mark.parametrize(
    ("value", "said"),
    [("noai, noimageai", ["noai noimageai"]), ("index, NoAI", ["noai"]), ("noindex", []), ("max-snippet:50", [])],
)
def test_robots_that_refuse_ai(read, value, said):
    """A robots element's tokens about AI are a restriction; what it tells search engines is none."""
    raw = (
        f'<html><head><meta name="robots" content="{value}"><meta property="og:type" content="article">'
        f"</head><body><h1>T</h1><p>Words of the story.</p></body></html>"
    )
    rights = read(raw.encode()).entries[0].rights
    assert [(r.value, r.type, r.polarity) for r in rights] == [(token, "robots-ai", "deny") for token in said]


def test_json_feed_members_that_speak_of_rights_are_kept(read):
    """The standard has none: what a partner adds is kept, by its name where that tells, else as a policy."""
    item = {"id": "1", "title": "Quay", "license": "https://creativecommons.org/licenses/by/4.0/", "embargo": "6 a.m."}
    item |= {"_harbour": {"usage_terms": "No archive", "mood": "calm"}, "mood": "calm"}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "expired": True,
        "copyright": "© 2026 Harbour",
        "items": [item],
    }
    [found] = read(json.dumps(feed).encode()).entries
    assert [(said.kind, said.value, said.scope, said.pointer) for said in found.rights] == [
        ("license", item["license"], "item", "/items/0/license"),
        ("policy", "6 a.m.", "item", "/items/0/embargo"),
        ("policy", "No archive", "item", "/items/0/_harbour/usage_terms"),
        ("notice", "© 2026 Harbour", "feed", "/copyright"),
    ]
