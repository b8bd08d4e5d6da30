"""Landing retention: a payload leaves when its time is over and no story needs it, and everybody can tell."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from tests.pipeline.conftest import NINE, PARAGRAPH, Desk, dying_in, kill, partner_file, story

from newswire import ledger
from newswire.errors import PayloadRemoved
from newswire.ledger import graves
from newswire.ledger.tables import items, receipts
from newswire.model import Outcome
from newswire.pipeline import retention
from newswire.pipeline.explain import explain
from newswire.pipeline.retention import Retained, retain
from newswire.pipeline.rulings import add_override, lift_tombstone
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import take_down
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger

DAY = timedelta(days=1)


@pytest.fixture
def kept(desk: Desk, wire) -> Desk:
    """A partner whose payloads are kept for thirty days."""
    desk.configure(partner_file(wire, landing_retention="30d"))
    return desk


def night(desk: Desk, *, days: int) -> Retained:
    """Housekeeping so many days after the first story; no pull has touched landing within the hour."""
    desk.now = NINE + days * DAY
    for path in desk.layout.store.path("landing").rglob("*.zst"):
        os.utime(path, (time.time() - 7200,) * 2)
    return retain(desk.place)


def payloads(desk: Desk) -> list[str]:
    return sorted(path.name for path in desk.layout.store.path("landing").rglob("*.zst"))


def problems(desk: Desk) -> tuple[str, ...]:
    return verify(desk.layout, desk.database_url, payloads=True).problems


def state(desk: Desk, item_id: str) -> str:
    with ledger.transaction(desk.database_url) as connection:
        return connection.execute(items.select().where(items.c.item_id == item_id)).one().state


def test_payloads_are_kept_for_ever_unless_the_file_says_otherwise(desk, wire):
    """Without the key nothing is removed, however old."""
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1)]
    desk.run(0)
    assert night(desk, days=4000).removed == 0
    assert len(payloads(desk)) == 1


def test_a_killed_storys_payload_leaves_in_time(kept, wire):
    """Not a day early; afterwards verify and explain tell that it was removed, and nothing is missed."""
    wire.feeds["/a.xml"] = [story("one")]
    kept.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(1)
    assert night(kept, days=30).removed == 0
    done = night(kept, days=31)
    assert (done.removed, done.needed, done.bytes > 0) == (2, 0, True)
    assert payloads(kept) == []
    assert verify(kept.layout, kept.database_url, payloads=True).removed == 2
    assert problems(kept) == ()
    told = explain(kept.layout, kept.database_url, "urn:one", partner="tpa").events
    assert {event.at for event in told if event.what == "removed"} == {kept.now}
    assert night(kept, days=32) == Retained(partner="tpa", retention="30d")


def test_a_standing_storys_payload_stays(kept, wire):
    """One readable story in it keeps a payload, and is counted; it leaves with the story."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second."), kill("one", hour=1)]
    kept.run(0)
    assert set(kept.rows()) == {"urn:two"}
    done = night(kept, days=40)
    assert (done.removed, done.needed) == (0, 1)
    kept.configure(partner_file(kept.wire, landing_retention="30d", contracts=[]))
    sweep(kept.place)
    assert night(kept, days=41).removed == 1


@pytest.mark.parametrize(
    "waiting",
    [story("one", embargo=NINE + 90 * DAY), story("one").replace("(TPA)", "(Reuters)")],
    ids=["an embargo", "a person"],
)
def test_a_held_storys_payload_stays(kept, wire, waiting):
    """What time or a person may still release is needed."""
    wire.feeds["/a.xml"] = [waiting]
    kept.run(0)
    assert (night(kept, days=40).needed, state(kept, "urn:one")) == (1, "held")
    assert len(payloads(kept)) == 1


def test_a_pending_update_needs_both_versions(kept, wire):
    """While the version below stands, its payload and that of the held update stay."""
    wire.feeds["/a.xml"] = [story("one")]
    kept.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="More.").replace("(TPA)", "(Reuters)")]
    kept.run(1)
    assert kept.rows()["urn:one"]["update_pending"]
    assert night(kept, days=40).needed == 2


def test_what_was_not_read_stays(kept, wire, monkeypatch):
    """A payload whose entries have no outcome is no story's yet, and stays until it was read."""
    from newswire.pipeline import run as running  # noqa: PLC0415

    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    with dying_in(monkeypatch, running, "refine"):
        kept.run(0)
    assert night(kept, days=40).removed == 0
    kept.run(0)
    assert night(kept, days=40).removed == 1


def test_a_replay_leaves_removed_payloads_out(kept, wire):
    """The interval's run is green, counts them, and changes nothing."""
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(0)
    night(kept, days=40)
    done = kept.run(0, late=40 * DAY)
    assert (done.mode, done.counts.get("payload_removed"), done.failed) == ("replay", 1, ())
    assert problems(kept) == ()


def test_a_rejected_storys_terms_change_in_vain(kept, wire):
    """A contract that would bring a story back does not once its payload is removed; the sweep stays quiet."""
    kept.configure(partner_file(wire, landing_retention="30d", contracts=[]))
    wire.feeds["/a.xml"] = [story("one")]
    kept.run(0)
    assert night(kept, days=40).removed == 1
    kept.configure(partner_file(wire, landing_retention="30d"))
    assert sweep(kept.place).entered == ()
    assert (kept.rows(), state(kept, "urn:one")) == ({}, "rejected")
    assert sweep(kept.place).decided == 0
    with pytest.raises(PayloadRemoved, match="not lost"):
        add_override(kept.place, "urn:one", Outcome.HOLD, by="selin", why="x", until=kept.now + DAY)


def test_a_lifted_tombstone_brings_nothing_back_without_a_payload(kept, wire):
    """Its story stays out until the partner sends it again, and then enters."""
    wire.feeds["/a.xml"] = [story("one")]
    kept.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(1)
    night(kept, days=40)
    lift_tombstone(kept.place, "urn:one", by="selin", why="by mistake", admins=["selin"])
    sweep(kept.place)
    assert (kept.rows(), state(kept, "urn:one")) == ({}, "withdrawn")
    with ledger.transaction(kept.database_url) as connection:
        assert graves.tombstones_of(connection, "tpa", ["urn:one"]) == {}
    wire.feeds["/a.xml"] = [story("one", hour=3, text="Again.")]
    kept.manual()
    assert set(kept.rows()) == {"urn:one"}


def test_a_web_feed_whose_payload_is_gone_is_asked_for_in_full(kept, wire):
    """No ETag is sent for a payload that is not there; the same bytes land again, and their time begins anew."""
    kept.configure(partner_file(wire, landing_retention="30d", contracts=[]))
    wire.feeds["/a.xml"] = [story("one")]
    kept.run(0)
    night(kept, days=40)
    at_once = {"stories": 20, "share": 1}
    kept.configure(partner_file(wire, landing_retention="30d", mass_reentry=at_once))
    kept.manual()
    assert "if-none-match" not in wire.heard["/a.xml"]
    assert len(payloads(kept)) == 1
    assert problems(kept) == ()
    assert set(kept.rows()) == set()  # by changed terms alone: the sweep brings it back, from what landed again
    assert sweep(kept.place).entered != ()
    assert night(kept, days=69).removed == 0
    assert problems(kept) == ()


def test_later_304_answers_do_not_stand_for_a_removed_payload(kept, wire):
    """A feed that has answered 304 within the retention is asked for in full, too, once its payload has left."""
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1)]
    kept.run(0)
    kept.run(24 * 20)
    assert night(kept, days=31).removed == 1
    kept.run(24 * 32)
    assert "if-none-match" not in wire.heard["/a.xml"]
    assert len(payloads(kept)) == 1
    assert problems(kept) == ()


def test_a_takedown_has_nothing_to_search_where_a_payload_was_removed(kept, wire):
    """What retention removed is neither left nor unsearched, of a story as of a whole partner."""
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1)]
    kept.run(0)
    assert night(kept, days=31).removed == 1
    for name in ("urn:one", None):
        proof = take_down(kept.place, name, by="selin", why="the court ordered it", purge_raw=True)
        assert (proof.left, proof.elsewhere) == ((), ())
    assert problems(kept) == ()


def test_a_removed_payload_that_lies_there_again_leaves_again(kept, wire):
    """As after a copy of the lake was put back: verify names it, and the next night removes it."""
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(0)
    [payload] = kept.layout.store.path("landing").rglob("*.zst")
    content = payload.read_bytes()
    night(kept, days=40)
    payload.write_bytes(content)
    assert "lies there again" in " ".join(problems(kept))
    assert night(kept, days=41).again == 1
    assert problems(kept) == ()


def test_a_crash_between_removal_and_note_is_made_good(kept, wire, monkeypatch):
    """A payload that is gone and not noted is noted the next night."""
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(0)
    with dying_in(monkeypatch, retention.book, "note_removed"):
        night(kept, days=40)
    assert payloads(kept) == []
    assert "cannot be read" in " ".join(problems(kept))
    night(kept, days=41)
    assert problems(kept) == ()


def test_a_payload_that_lands_again_meanwhile_stays(kept, wire):
    """Bytes that a pull has just landed once more are not removed under it."""
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    kept.run(0)
    kept.now = NINE + 40 * DAY
    assert retain(kept.place).removed == 0
    assert len(payloads(kept)) == 1
    assert problems(kept) == ()


def test_article_pages_leave_with_their_story(kept, wire):
    """Pages of stories that are out are removed; the feed's document stays while another story in it is readable."""
    page = (
        '<html lang="en"><head><title>{0}</title><meta property="og:type" content="article">'
        '<meta property="og:title" content="Quay works begin at {0}"></head>'
        f"<body><article><h1>Quay works begin at {{0}}</h1><p>{PARAGRAPH * 4}</p></article></body></html>"
    )
    for name in ("one", "two", "old"):
        wire.feeds[f"/{name}.html"] = page.format(name).encode()
    feed = {"url": f"{wire.root}/a.xml", "language": "en", "allow_private_addresses": True, "follow": "article_page"}
    file = partner_file(wire, landing_retention="30d", feeds={"a": feed})
    kept.configure({**file, "contracts": [{**file["contracts"][0], "item_term": {"from": "2026-01-01"}}]})

    def linked(name: str, **more: object) -> str:
        return story(name, **more).replace(f"https://example.org/{name}", f"{wire.root}/{name}.html")

    old = linked("old", published=NINE - 100 * DAY)
    wire.feeds["/a.xml"] = [linked("one"), linked("two", text="Second."), old]
    kept.run(0)
    assert set(kept.rows()) == {"urn:one", "urn:two"}
    wire.feeds["/a.xml"] = [kill("one", hour=1), linked("two", text="Second."), old]
    kept.run(1)
    assert set(kept.rows()) == {"urn:two"}
    done = night(kept, days=40)
    with ledger.transaction(kept.database_url) as connection:
        gone = connection.execute(receipts.select().where(receipts.c.payload_removed_at.is_not(None))).all()
    assert {row.url for row in gone if row.role == "page"} == {f"{wire.root}/one.html", f"{wire.root}/old.html"}
    assert done.needed >= 2
    kept.run(0, late=40 * DAY)
    assert set(kept.rows()) == {"urn:two"}
    assert problems(kept) == ()
    kept.configure({**file, "mass_reentry": {"stories": 20, "share": 1}})
    assert sweep(kept.place).entered == ()
    assert (state(kept, "urn:old"), sweep(kept.place).decided) == ("rejected", 0)
