"""``replay``: what landed is read again with today's code and terms, and what could not be read before now may be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.pipeline.conftest import HOUR, NINE, Desk, atom, kill, partner_file, story

from newswire import formats, ledger, transport
from newswire.errors import ConfigError, PayloadRefused
from newswire.ledger import runs, tables
from newswire.model import ParsedPayload, Refusal
from newswire.pipeline import decider
from newswire.pipeline.assess import article_id
from newswire.pipeline.rebuild import Span, rebuild
from newswire.pipeline.replay import Replayed, Stretch, replay, would_replay
from newswire.pipeline.retention import retain
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import take_down
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger

DAY = Stretch(start=NINE - HOUR, end=NINE + timedelta(days=1))
ONE, TWO = article_id("tpa", "urn:one"), article_id("tpa", "urn:two")
Bend = Callable[[ParsedPayload], ParsedPayload]


def refuse(_: ParsedPayload) -> ParsedPayload:
    msg = "It is none."
    raise PayloadRefused(msg, reason="unknown_format")


def first_alone(parsed: ParsedPayload) -> ParsedPayload:
    return replace(parsed, entries=parsed.entries[:1], links=parsed.links[:1])


def last_alone(parsed: ParsedPayload) -> ParsedPayload:
    return replace(parsed, entries=parsed.entries[-1:], links=parsed.links[-1:])


def not_the_last(parsed: ParsedPayload) -> ParsedPayload:
    refusal = Refusal(reason="unreadable_entry", detail="It is odd.", pointer="/feed/entry[2]")
    return replace(parsed, entries=(*parsed.entries[:-1], refusal))


@pytest.fixture
def older(monkeypatch) -> Callable[[Bend], AbstractContextManager[None]]:
    """Older code, whose parser gives something else."""

    @contextmanager
    def older(bend: Bend) -> Iterator[None]:
        real = formats.parse
        with monkeypatch.context() as patch:
            patch.setattr(formats, "parse", lambda raw, source: bend(real(raw, source)))
            patch.setattr(decider, "code_version", lambda *_: "older")
            yield

    return older


@pytest.fixture
def offline(monkeypatch) -> Callable[[], None]:
    """From now on whoever opens a transport fails."""

    def opened(*_: object, **__: object) -> None:
        pytest.fail("the network was touched")

    return lambda: monkeypatch.setattr(transport, "Transports", opened)


def tables_of(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All that the ledger holds, but when runs were closed."""
    with ledger.transaction(desk.database_url) as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in tables.metadata.tables.items()
            if name != "runs"
        }


def books(desk: Desk) -> tuple[list[tuple[int, str, str]], list[tuple[int, int]]]:
    """Every outcome with its ordinal, and what every read receipt counts; entries and outcomes must add up."""
    outcomes, receipts = tables.outcomes.c, tables.receipts.c
    with ledger.transaction(desk.database_url) as connection:
        told = connection.execute(select(outcomes.ordinal, outcomes.outcome, outcomes.item_id))
        counted = connection.execute(select(receipts.entries, receipts.unchanged).where(receipts.role == "feed"))
        found = sorted((n, what, item or "") for n, what, item in told), sorted(tuple(row) for row in counted)
    assert verify(desk.layout, desk.database_url, payloads=True).problems == ()
    return found


def unread(desk: Desk) -> dict[str, int]:
    """What could not be read, by reason, as ``status`` counts it."""
    with ledger.transaction(desk.database_url) as connection:
        [told] = runs.status(connection, ["tpa"])
    return told["unread"]


@pytest.fixture
def landed(desk, wire) -> Desk:
    """Three hours: two stories, a new version and a kill, and nothing new."""
    wire.feeds["/a.xml"] = [story("one"), story("two"), story("three").replace("(TPA)", "(Reuters)")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more."), kill("two", hour=1)]
    desk.run(1)
    desk.run(2)
    return desk


def test_a_replay_changes_nothing_by_itself(landed, wire, offline):
    """Read again by the same code and terms, everything is what it was: files, books and ledger. Nothing is fetched."""
    wire.feeds.clear()
    offline()
    before, files, asked = tables_of(landed), landed.files(), wire.asked.total()
    done = replay(landed.place, DAY)
    assert (done.documents, done.stories, done.entered, done.left, done.waiting) == (2, 3, (), (), ())
    assert done.before == done.after
    assert done.after.states == {"published": 1, "withdrawn": 1, "held": 1}
    assert done.after.reasons == {"tombstone": 1, "third_party_credit": 1}
    assert (tables_of(landed), landed.files(), wire.asked.total()) == (before, files, asked)


def test_nothing_dead_comes_back(landed):
    """The interval before a kill, read again alone, does not bring the story back."""
    assert "urn:two" not in landed.rows()
    done = replay(landed.place, Stretch(start=NINE - HOUR, end=NINE))
    assert (done.documents, done.entered) == (1, ())
    assert set(landed.rows()) == {"urn:one"}
    assert "Now with more." in landed.rows()["urn:one"]["body"]


def test_other_terms_take_out_at_once_and_bring_back_with_the_sweep(landed):
    """A contract that is gone takes its stories out; once it is back they wait for the sweep, which counts them."""
    landed.configure({**partner_file(landed.wire), "contracts": []})
    told = would_replay(landed.place, DAY)
    assert [(move.article_id, move.after) for move in told.leave] == [(ONE, "rejected")]
    done = replay(landed.place, DAY)
    assert (done.left, done.after.reasons["no_contract"], landed.rows()) == ((ONE,), 2, {})
    landed.configure({**partner_file(landed.wire), "mass_reentry": {"stories": 9, "share": 1}})
    again = replay(landed.place, DAY)
    assert (again.entered, landed.rows()) == ((), {})
    assert set(again.waiting) >= {ONE}
    sweep(landed.place)
    assert set(landed.rows()) == {"urn:one"}


@pytest.mark.parametrize("cure", ["replay", "run", "backfill"])
def test_a_feed_that_older_code_refused_is_read(desk, wire, older, cure):
    """An unchanged feed that older code could not read is read by other code: by the next run, or by a replay."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    with older(refuse):
        assert [desk.run(hour).failed[0].reason for hour in range(2)] == ["unknown_format"] * 2
        assert "if-none-match" in wire.heard["/a.xml"]
    assert books(desk) == ([(0, "quarantined", "")], [(0, 0), (1, 0)])
    if cure == "run":
        assert desk.run(2).failed == ()
        assert "if-none-match" not in wire.heard["/a.xml"]
        told, counted = books(desk)
        assert told == [(0, "published", "urn:one"), (0, "quarantined", ""), (1, "published", "urn:two")]
        assert counted == [(0, 0), (1, 0), (2, 0)]
    else:
        again = replay(desk.place, DAY) if cure == "replay" else desk.run(0, late=5 * HOUR)
        assert again.failed == ()
        assert books(desk) == ([(0, "published", "urn:one"), (1, "published", "urn:two")], [(0, 0), (2, 0)])
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    before = books(desk)[0]
    for hour in (3, 4):
        assert desk.run(hour).failed == ()
    assert "if-none-match" in wire.heard["/a.xml"]
    assert books(desk)[0] == before


def test_other_code_that_cannot_read_it_either_tries_once(desk, wire, older):
    """A feed that is refused again has an outcome from that code, too, and is not asked for in full any more."""
    wire.feeds["/a.xml"] = b"<html><body><h1>Service unavailable</h1></body></html>"
    with older(lambda parsed: parsed):
        desk.run(0)
    for hour in (1, 2, 3):
        assert [failed.reason for failed in desk.run(hour).failed] == ["html_instead_of_feed"]
        assert ("if-none-match" in wire.heard["/a.xml"]) == (hour > 1)
    assert [what for _, what, _ in books(desk)[0]] == ["quarantined"] * 2
    assert unread(desk) == {"html_instead_of_feed": 1}


@pytest.mark.parametrize("cure", ["replay", "run"])
def test_an_entry_that_older_code_refused_is_read(desk, wire, older, cure):
    """Of an unchanged feed that was read but for one entry, that entry is read by other code."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    with older(not_the_last):
        desk.run(0)
        desk.run(1)
    assert set(desk.rows()) == {"urn:one"}
    assert unread(desk) == {"unreadable_entry": 1}
    if cure == "run":
        desk.run(2)
        told = [(0, "published", "urn:one"), (1, "published", "urn:two"), (1, "quarantined", "")]
        assert books(desk) == (told, [(0, 0), (2, 0), (2, 1)])
    else:
        replay(desk.place, DAY)
        assert books(desk) == ([(0, "published", "urn:one"), (1, "published", "urn:two")], [(0, 0), (2, 0)])
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    assert unread(desk) == {}


def test_other_settings_read_again_too(desk, wire):
    """A feed that was refused because its file names a wrong format is read once that is corrected."""
    wrong = partner_file(wire)
    wrong["feeds"]["a"]["format"] = "ninjs"
    desk.configure(wrong)
    wire.feeds["/a.xml"] = [story("one")]
    assert desk.run(0).failed
    desk.configure(partner_file(wire))
    assert desk.run(1).failed == ()
    assert set(desk.rows()) == {"urn:one"}


def test_a_document_in_a_folder_that_older_code_refused_is_read(desk, wire, older, tmp_path):
    """An unreadable file of a folder, which is otherwise told of once, is read by other code."""
    partner, folder = partner_file(wire), tmp_path / "wire"
    folder.mkdir()
    (folder / "x.xml").write_bytes(atom([story("one")]))
    partner["feeds"]["a"] = {"url": folder.as_uri(), "language": "en"}
    desk.configure(partner)
    with older(refuse):
        desk.run(0)
        desk.run(1)
    assert desk.rows() == {}
    desk.run(2)
    assert set(desk.rows()) == {"urn:one"}
    desk.run(3)
    books(desk)


def test_entries_that_older_code_did_not_see_have_an_outcome(desk, wire, older):
    """A document in which other code finds more entries has an outcome, or a place in the count, for each."""
    wire.feeds["/a.xml"] = [story("three")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one"), story("two"), story("three")]
    with older(first_alone):
        desk.run(1)
    assert books(desk)[1] == [(1, 0), (1, 0)]
    done = replay(desk.place, Stretch(start=NINE, end=NINE + HOUR))
    assert done.entered == (TWO,)
    assert done.before.states == {"published": 2, "unknown": 1}
    told, counted = books(desk)
    assert [(n, item) for n, _, item in told] == [(0, "urn:one"), (0, "urn:three"), (1, "urn:two")]
    assert counted == [(1, 0), (3, 1)]
    assert replay(desk.place, DAY).before == replay(desk.place, DAY).after
    assert books(desk) == (told, counted)


def test_a_story_is_not_taken_for_the_one_in_its_place(desk, wire, older):
    """A row that is built anew is its own story's, though other code finds an entry before it."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    with older(last_alone):
        desk.run(0)
    assert set(desk.rows()) == {"urn:two"}
    [name] = desk.files()
    desk.layout.store.path(f"published/articles/{name}").unlink()
    rebuild(desk.place, Span())
    assert "The story of two." in desk.rows()["urn:two"]["body"]
    replay(desk.place, DAY)
    assert "The story of two." in desk.rows()["urn:two"]["body"]
    assert "The story of one." in desk.rows()["urn:one"]["body"]
    books(desk)


def test_a_dry_run_tells_and_changes_nothing(desk, wire, older):
    """It names what would enter and leave, a kill that older code did not see included, and leaves all as it is."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("two"), kill("one", hour=1)]
    with older(first_alone):
        desk.run(1)
    wire.feeds["/a.xml"] = [story("three")]
    with older(refuse):
        desk.run(2)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    before, files = tables_of(desk), desk.files()
    told = would_replay(desk.place, DAY)
    assert [(move.article_id, move.before, move.after) for move in told.leave] == [(ONE, "published", "withdrawn")]
    assert [(move.item_id, move.before, move.after) for move in told.enter] == [("urn:three", "unknown", "published")]
    assert (tables_of(desk), desk.files()) == (before, files)
    done: Replayed = replay(desk.place, DAY)
    assert done.left == tuple(move.article_id for move in told.leave)
    assert done.entered == tuple(move.article_id for move in told.enter)
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    books(desk)


@pytest.mark.parametrize("purge_raw", [False, True])
def test_what_was_taken_down_stays_so(landed, older, purge_raw):
    """Neither replay nor rebuild brings back what a person took down, whichever code reads it; the books add up."""
    with older(lambda parsed: parsed):
        take_down(landed.place, "urn:one", by="selin", why="the court ordered it", purge_raw=purge_raw)
    before = books(landed)
    assert [move for move in would_replay(landed.place, DAY).enter if move.article_id == ONE] == []
    done = replay(landed.place, DAY)
    assert ONE not in {*done.entered, *done.waiting}
    rebuild(landed.place, Span())
    assert "urn:one" not in landed.rows()
    assert books(landed) == before


def test_what_retention_removed_is_no_loss(desk, wire):
    """A document that landing retention has removed is counted; its stories stay as they are, and others are read."""
    desk.configure(partner_file(wire, landing_retention="30d"))
    for hour, entry in enumerate((story("one"), kill("one", hour=1), story("two"))):
        wire.feeds["/a.xml"] = [entry]
        desk.run(hour)
    desk.now = NINE + timedelta(days=31)
    for path in desk.layout.store.path("landing").rglob("*.zst"):
        os.utime(path, (time.time() - 7200,) * 2)  # or a pull might be at work
    assert retain(desk.place).removed
    before, files = tables_of(desk), desk.files()
    assert would_replay(desk.place, DAY).unreadable == ()
    done = replay(desk.place, DAY)
    assert (done.removed, done.documents, done.unreadable, done.entered) == (2, 1, (), ())
    assert (tables_of(desk), desk.files()) == (before, files)


def test_a_lost_document_keeps_no_other_from_being_read(desk, wire, older):
    """A document that is gone is named with what to do; the others are read."""
    with older(refuse):
        for hour, name in enumerate(["one", "two"]):
            wire.feeds["/a.xml"] = [story(name)]
            desk.run(hour)
    paths = sorted(desk.layout.store.path("landing").rglob("*.zst"))
    paths[0].write_bytes(b"")
    done = replay(desk.place, DAY)
    assert done.documents == 1
    [lost] = done.unreadable
    assert paths[0].name in lost
    assert "backup" in lost
    assert len(desk.rows()) == 1


def test_only_what_was_asked_is_read(desk, wire):
    """A stretch takes in whole intervals and manual pulls, and one feed where it is named."""
    partner = partner_file(wire)
    partner["feeds"]["b"] = {**partner["feeds"]["a"], "url": f"{wire.root}/b.xml"}
    desk.configure(partner)
    wire.feeds |= {"/a.xml": [story("one")], "/b.xml": [story("two")]}
    desk.run(0)
    desk.now = NINE + HOUR / 2
    wire.feeds |= {"/a.xml": [story("three")], "/b.xml": 404}
    desk.manual()
    assert replay(desk.place, DAY).documents == 3
    assert replay(desk.place, replace(DAY, feed="b")).documents == 1
    assert replay(desk.place, Stretch(start=NINE - HOUR, end=NINE)).documents == 2
    assert replay(desk.place, Stretch(start=NINE, end=NINE + HOUR)).documents == 1
    with pytest.raises(ConfigError, match="landed from 2026-03-02T09:00") as error:
        replay(desk.place, Stretch(start=NINE - HOUR / 2, end=NINE))
    assert error.value.reason == "nothing_landed"
    with pytest.raises(ConfigError, match="its feeds are a, b"):
        replay(desk.place, replace(DAY, feed="c"))
