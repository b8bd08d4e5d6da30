"""A feed entry completed by its article page."""

from __future__ import annotations

from datetime import UTC, datetime

from newswire.formats import merge_page
from newswire.model import Embargo, Item, Media, RightsKind, RightsStatement, Status

EARLY, LATE = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)
FEED = RightsStatement(kind=RightsKind.NOTICE, value="feed")
PAGE = RightsStatement(kind=RightsKind.NOTICE, value="page")


def test_page_brings_the_text_and_entry_keeps_its_name():
    """Identity, headline and dates are the entry's; the text is the page's, and the teaser becomes the summary."""
    entry = Item(item_id="g", title="Headline", body="Teaser.", published_at=EARLY, source_url="https://x.example/a")
    page = Item(
        item_id="p", title="Headline - Site", body="All of the text. (WIRE)\nNOTICE", published_at=LATE, byline="A"
    )
    merged = merge_page(entry, page)
    assert (merged.item_id, merged.title, merged.published_at) == ("g", "Headline", EARLY)
    assert (merged.body, merged.summary, merged.byline) == (page.body, "Teaser.", "A")


def test_restrictions_add_up():
    """Rights of both, the worse status, the stricter embargo, the earlier expiry: nothing widens."""
    entry = Item(item_id="g", body="b", rights=(FEED, PAGE), embargo=Embargo(until=EARLY), expires_at=LATE)
    page = Item(
        item_id="p", body="b", rights=(PAGE,), embargo=Embargo(until=LATE), expires_at=EARLY, status=Status.WITHHELD
    )
    merged = merge_page(entry, page)
    assert merged.rights == (FEED, PAGE)
    assert (merged.embargo.until, merged.expires_at, merged.status) == (LATE, EARLY, Status.WITHHELD)
    assert merge_page(entry, Item(item_id="p", body="b", embargo=Embargo())).embargo.open_ended


def test_paywalled_page_does_not_shorten_a_full_entry():
    """A page with less than half of the entry's text leaves the entry's, flagged."""
    merged = merge_page(Item(item_id="g", body="long text " * 20), Item(item_id="p", body="Subscribe.", rights=(PAGE,)))
    assert merged.body.startswith("long text")
    assert "page_body_shorter" in merged.flags
    assert merged.rights == (PAGE,)


def test_media_of_both_with_the_rights_of_both():
    """A photo that both name is one photo with the rights of both."""
    one = Media(url="https://x.example/a.jpg", rights=(FEED,))
    merged = merge_page(
        Item(item_id="g", media=(one,)),
        Item(item_id="p", media=(Media(url=one.url, credit="C", rights=(PAGE,)), Media(url="https://x.example/b.jpg"))),
    )
    assert [(m.url[-5:], m.credit, m.rights) for m in merged.media] == [
        ("a.jpg", "C", (FEED, PAGE)),
        ("b.jpg", None, ()),
    ]


def test_places_are_those_of_the_part_that_counts():
    """Each field of the merged item stands where the one of the two stood that says it."""
    places = (("status", "/entry/status"), ("expires_at", "/entry/expires"), ("credit", "/entry/credit"))
    entry = Item(item_id="g", body="b", status=Status.WITHHELD, expires_at=LATE, places=places)
    page = Item(
        item_id="p", body="b", expires_at=EARLY, credit="C", places=(("expires_at", "/html/e"), ("credit", "/c"))
    )
    assert merge_page(entry, page).places == (("status", "/entry/status"), ("expires_at", "/html/e"), ("credit", "/c"))
