"""Takedown: what a person takes down leaves every place, stays out in every order, and the proof says so."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import Text, cast, make_url, select
from tests.lake import rows_of
from tests.pipeline.conftest import EITHER, HOUR, NINE, PARAGRAPH, Desk, atom, dying_in, kill, partner_file, story
from tests.pipeline.test_kills import message
from tests.pipeline.test_races import Meeting, add_up

from newswire import ledger
from newswire.errors import RulingRefused, TakedownIncomplete
from newswire.lake.layout import ARTICLES
from newswire.ledger import reviews, takedowns
from newswire.ledger.tables import items, metadata, observations, receipts
from newswire.model import Outcome
from newswire.pipeline import commit as committing
from newswire.pipeline import publish as publishing
from newswire.pipeline import purging, reach, reading, takedown
from newswire.pipeline import rewrite as rewriting
from newswire.pipeline.backup import backup
from newswire.pipeline.explain import explain
from newswire.pipeline.facts import article_id
from newswire.pipeline.fetching import Fetcher
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.rebuild import Span, rebuild
from newswire.pipeline.reconcile import reconcile_these
from newswire.pipeline.refine import refine
from newswire.pipeline.restore import restore
from newswire.pipeline.rulings import add_override, lift_tombstone
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import Proof, look, take_down
from newswire.pipeline.validate import validate
from newswire.pipeline.verify import verify
from newswire.quality import Report

pytestmark = pytest.mark.ledger

SECRET = "Marigold Pendragon confessed to the bailiff that the ledger of the orchard was forged"
"""Words that nothing but the story that is taken down says."""


NOTICE = "All rights of the orchard news are reserved by Test Press Agency. It must not be used without a contract."


def told(name: str = "one", *, hour: int = 0, more: str = "", **said: object) -> str:
    """The story that is taken down, with a notice that decisions quote as evidence."""
    entry = story(name, hour=hour, text=f"{SECRET}. {more}", **said)
    entry = entry.replace("Quay works begin at", "Marigold Pendragon and")
    return entry.replace("(TPA)", f"(TPA)&lt;/p&gt;&lt;p&gt;{NOTICE}")


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url, payloads=True).problems == ()


def down(desk: Desk, name: str | None = "urn:one", *, purge_raw: bool = False, unseen: bool = False) -> Proof:
    how = {"by": "selin", "why": "the court ordered it"}
    return take_down(desk.place, name, purge_raw=purge_raw, unseen=unseen, **how)


def holding(desk: Desk, *words: str, raw: bool = True) -> list[str]:
    """Every file of the lake, decompressed, and every column of the ledger that holds some of these words."""
    wanted = words or ("Marigold", "Pendragon", "bailiff", "orchard")
    found = []
    store, tops = desk.layout.store, ("landing", "published", "quality", "quarantine", "state")
    for name in [name for top in tops for name in store.names(top, "**/*")]:
        if not raw and name.startswith("landing/"):
            continue
        lies = store.read(name)
        content = lies.decode("utf-8", "replace")
        if name.endswith(".zst"):
            try:
                content = zstandard.ZstdDecompressor().decompress(lies, max_output_size=1 << 24).decode()
            except zstandard.ZstdError:
                continue
        if name.endswith(".parquet"):
            content += repr(rows_of(lies))
        if any(word in content for word in wanted):
            found.append(name)
    with ledger.transaction(desk.database_url) as connection:
        for table in metadata.sorted_tables:
            for column in table.columns:
                said = connection.execute(select(cast(column, Text))).scalars()
                if any(word in (value or "") for value in said for word in wanted):
                    found.append(f"{table.name}.{column.name}")
    return found


def state(desk: Desk, name: str = "urn:one") -> tuple[str, str]:
    with ledger.transaction(desk.database_url) as connection:
        row = connection.execute(items.select().where(items.c.item_id == name)).one()
    return row.state, row.reasons[0] if row.reasons else ""


@pytest.fixture
def agency(desk, wire, monkeypatch) -> Desk:
    """A partner of whose story every place holds something: rows, decisions, a batch, a quarantine, a payload."""
    wire.feeds["/a.xml"] = [told(embargo=NINE + 3 * HOUR, terms="sport"), story("two")]
    desk.run(0)
    moved = told(hour=1, more="And more.").replace("org/one", "org/uno").replace("Pendragon and", "Pendragon once")
    wire.feeds["/a.xml"] = [moved, story("two"), story("three")]
    desk.run(1)
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    desk.now = NINE + 4 * HOUR
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:one", "urn:two", "urn:three"}
    with monkeypatch.context() as patch:
        patch.setattr("newswire.quality.validate", _failing)
        wire.feeds["/a.xml"] = [told(hour=5, more="And yet more."), story("two"), story("three")]
        desk.run(5)
    assert state(desk) == ("quarantined", "row_expectation")
    wire.feeds["/a.xml"] = [told(hour=6, more="At last."), story("two"), story("four", embargo=NINE + 48 * HOUR)]
    desk.now = NINE + 6 * HOUR + timedelta(minutes=1)
    refine(desk.place, pull(desk.place, desk.interval(6)))
    return desk


def _failing(rows, **_):
    failed = {row["article_id"]: ("title_not_blank",) for row in rows.to_pylist() if row["item_id"] == "urn:one"}
    return Report(success=True, failed_rows=failed, batch_failures=(), docs="none")


@EITHER
def test_a_story_leaves_every_place(agency):
    """Nothing but its names is left in any file or column; the rest is as it was, and the books add up."""
    before = {name: row for name, row in agency.rows().items() if name != "urn:one"}
    lies = holding(agency)
    for place in ("published/articles", "quarantine", "state/batches", "landing", "decisions", "outcomes.detail"):
        assert any(found.startswith(place) for found in lies)
    proof = down(agency, purge_raw=True)
    assert holding(agency) == []
    assert agency.rows() == before
    assert state(agency) == ("withdrawn", "tombstone")
    assert add_up(agency)
    assert sound(agency)
    counts = {place.place: (place.found > 0, place.left) for place in proof.places}
    assert counts == {
        "published articles": (True, 0),
        "published decisions": (True, 0),
        "staged batches": (True, 0),
        "quarantine": (True, 0),
        "quality reports": (False, 0),
        "half-written files": (False, 0),
        "ledger": (True, 0),
        "landed payloads": (True, 0),
    }
    assert proof.left == proof.elsewhere == ()
    assert [(taken.item_id, taken.seen, taken.traces > 5) for taken in proof.stories] == [("urn:one", True, True)]


def test_raw_payloads_stay_unless_they_are_to_be_purged(agency):
    """Without that everything else is clean, and the proof says how much was kept and that it is not covered."""
    proof = down(agency)
    assert holding(agency, raw=False) == []
    assert [place.kept for place in proof.places if place.place == "landed payloads"] == [4]
    assert any("landed payloads" in what for what in proof.not_covered)
    assert down(agency, purge_raw=True).left == ()
    assert holding(agency) == []
    assert sound(agency)


def test_repeating_gives_the_same_proof(agency):
    """The same command again changes nothing and prints the same; `explain` shows who asked, and the proof."""
    proof = down(agency, purge_raw=True)
    agency.now += HOUR
    assert down(agency, purge_raw=True) == proof
    life = explain(agency.layout, agency.database_url, "urn:one", partner="tpa")
    [proven] = [event.about for event in life.events if event.what == "proven"]
    assert (proven["takedown_id"], proven["left"]) == (proof.takedown_id, ())
    [asked] = [event.about["asked"] for event in life.events if event.what == "takedown"]
    assert [(said["by"], said["why"]) for said in asked] == [("selin", "the court ordered it")]


@EITHER
@pytest.mark.parametrize("purge_raw", [False, True])
def test_siblings_are_built_again_from_what_is_left(agency, purge_raw):
    """The other stories of a purged payload give the same bytes when their files are written anew."""
    down(agency, purge_raw=purge_raw)
    files = agency.files()
    for name in agency.layout.objects(ARTICLES, "tpa"):
        agency.layout.store.remove(name)
    assert rebuild(agency.place, Span()).lost == ()
    assert files
    assert agency.files() == files
    assert sound(agency)


def test_a_purged_payload_is_replayed_with_the_same_outcomes(agency):
    """A replay reads what is left: each entry keeps its one outcome, and nothing comes back."""
    down(agency, purge_raw=True)
    rows = agency.rows()
    for hour in (0, 1, 5):
        agency.run(hour, late=24 * HOUR)
        assert add_up(agency)
    assert agency.rows() == rows
    assert holding(agency) == []
    assert sound(agency)


def test_the_same_bytes_again_are_not_kept(desk, wire):
    """A pull that brings purged bytes again says so, and the story stays out; its other stories are read as ever."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    down(desk, purge_raw=True)
    desk.run(1)
    assert holding(desk) == []
    assert set(desk.rows()) == {"urn:two"}
    with ledger.transaction(desk.database_url) as connection:
        said = connection.execute(receipts.select().order_by(receipts.c.observed_at.desc())).first()
    assert "came again and were not kept" in said.detail
    assert add_up(desk)
    assert sound(desk)


def test_a_later_payload_is_purged_too(desk, wire):
    """New bytes and a new version with the story in them: both are purged as soon as they are read."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    down(desk, purge_raw=True)
    wire.feeds["/a.xml"] = [told(), told(hour=1, more="Once more."), story("two"), story("three")]
    desk.run(1)
    assert holding(desk) == []
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert state(desk) == ("withdrawn", "tombstone")
    assert add_up(desk)
    assert sound(desk)


def paged(desk: Desk, *names: str) -> None:
    """A feed whose stories come from article pages; that of ``one`` is the one that is taken down."""
    file = partner_file(desk.wire)
    file["feeds"]["a"]["follow"] = "article_page"
    desk.configure(file)
    for name in names:
        words = SECRET if name == "one" else f"The story of {name}"
        data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{words[:24]}"}}</script>'
        body = (
            f"<article><h1>{words[:24]}</h1><p>{PARAGRAPH * 4}</p><p>{words}. It was told in full. (TPA)</p></article>"
        )
        page = f"<!DOCTYPE html><html><head><title>t</title>{data}</head><body>{body}</body></html>"
        desk.wire.feeds[f"/{name}.html"] = page.encode()
    entries = [story(n).replace(f"https://example.org/{n}", f"{desk.wire.root}/{n}.html") for n in names]
    desk.wire.feeds["/a.xml"] = entries


def test_an_article_page_is_purged_whole(desk, wire):
    """Feed entry and page go; the pages of other stories stay, and so does the story when page and feed come again."""
    paged(desk, "one", "two")
    desk.run(0)
    assert SECRET in desk.rows()["urn:one"]["body"]
    down(desk, purge_raw=True)
    assert holding(desk) == []
    desk.run(0, late=24 * HOUR)
    wire.feeds["/one.html"] = wire.feeds["/one.html"].replace(b"<body>", b"<body> ")
    desk.run(1)
    assert holding(desk) == []
    assert set(desk.rows()) == {"urn:two"}
    assert add_up(desk)
    assert sound(desk)


def test_every_story_of_a_partner(agency):
    """All that came so far, staged ones too, is withdrawn; what comes later is not covered, and the proof says so."""
    proof = down(agency, None, purge_raw=True)
    assert agency.rows() == {}
    assert holding(agency, "Marigold", "harbour council", "Quay works") == []
    assert {taken.item_id for taken in proof.stories} == {"urn:one", "urn:two", "urn:three", "urn:four"}
    assert any("from now on" in what for what in proof.not_covered)
    agency.wire.feeds["/a.xml"] = [told(), story("two"), story("five")]
    agency.run(7)
    assert set(agency.rows()) == {"urn:five"}
    assert sound(agency)


def test_a_story_that_has_not_come_yet(desk, wire):
    """It is withdrawn when it comes, whatever its version, and so is a version in another language."""
    proof = down(desk, purge_raw=True, unseen=True)
    assert [(taken.seen, taken.traces) for taken in proof.stories] == [(False, 0)]
    assert down(desk, purge_raw=True) == proof, "repeated it is no slip"
    wire.feeds["/a.xml"] = [told(hour=3), story("two")]
    desk.run(0)
    assert set(desk.rows()) == {"urn:two"}
    assert holding(desk) == []
    assert sound(desk)


@pytest.mark.parametrize("purge_raw", [False, True])
def test_a_payload_in_which_nothing_is_found_is_read_once(desk, wire, monkeypatch, purge_raw):
    """However often a takedown searches, first and repeated; the proof counts its entries all the same."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    theirs = set(desk.layout.payloads("tpa"))
    for hour in (1, 2, 3):
        wire.feeds["/a.xml"] = [story(f"s{hour}", text=f"Something else happened at {hour}."), story("two")]
        desk.run(hour)
    others = set(desk.layout.payloads("tpa")) - theirs
    read, parsed_of = Counter(), reading.parsed_of

    def reads(place, receipt):
        read[receipt.payload_path] += 1
        return parsed_of(place, receipt)

    monkeypatch.setattr(reading, "parsed_of", reads)
    for _ in range(2):
        proof = down(desk, purge_raw=purge_raw)
        assert {read.pop(path) for path in others} == {1}
        assert [(p.files, p.rows) for p in proof.places if p.place == "landed payloads"] == [(4, 8)]


WHERE_WRITTEN = {
    "landing": "landing/tpa/a/2026-03-02",
    "batch": "state/batches/tpa/0",
    "quarantine": "quarantine/tpa",
    "report": "quality/tpa/docs",
    "rows": "published/articles/published_date=2020-01-01/partner=tpa",
    "decisions": "published/decisions/decided_date=2020-01-01/partner=tpa",
}


@pytest.mark.parametrize("folder", WHERE_WRITTEN.values(), ids=WHERE_WRITTEN)
def test_what_a_dead_writer_left_goes(desk, wire, folder):
    """A half-written file may hold the story, whatever can be read of it; one that is still written is named."""
    wire.feeds["/a.xml"] = [told()]
    desk.run(0)
    places = {"a": folder, "b": folder, "c": "landing/tpa/a"}
    half, other, live = (desk.layout.store.path(f"{path}/.{name}.tmp") for name, path in places.items())
    half.parent.mkdir(parents=True, exist_ok=True)
    for file in (half, other, live):
        file.write_bytes(b"PAR1" + SECRET.encode())
    for file in (half, other):
        os.utime(file, (0, 0))
    stranger = desk.layout.store.path("landing/other/a/.a.tmp")
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"")
    assert [p.found for p in look(desk.place, "urn:one").places if p.place == "half-written files"] == [2]
    proof = down(desk, purge_raw=True)
    assert [(p.found, p.left) for p in proof.places if p.place == "half-written files"] == [(2, 0)]
    assert [file.exists() for file in (half, other, live, stranger)] == [False, False, True, True]
    assert any("which is being written" in where for where in proof.elsewhere)


def test_an_id_that_nobody_has_seen_is_a_slip(desk, wire):
    """It is refused with ids that are spelled like it, looked at or taken down, and nothing is recorded."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    for act in (down, lambda desk, name: look(desk.place, name)):
        with pytest.raises(RulingRefused, match=r"knows no item 'urn:onne' of tpa. It knows 'urn:one'\..* --unseen"):
            act(desk, "urn:onne")
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    with ledger.transaction(desk.database_url) as connection:
        assert takedowns.listed(connection) == []


def test_a_copy_at_its_address_is_withdrawn_but_not_at_one_that_others_share(desk, wire):
    """An address of its own names the story under another id as well; one that others share names nobody."""
    wire.feeds["/a.xml"] = [told(), story("two"), story("three").replace("/three", "/two")]
    desk.run(0)
    down(desk)
    proof = down(desk, "urn:two")
    wire.feeds["/a.xml"] = [
        story("copy").replace("example.org/copy", "example.org/one"),
        story("other").replace("example.org/other", "example.org/two"),
    ]
    desk.run(1)
    assert set(desk.rows()) == {"urn:three", "urn:other"}
    assert proof.same_address == (article_id("tpa", "urn:three"),)


def test_a_later_version_leaves_no_words_where_raw_payloads_stay(desk, wire):
    """What comes of the story afterwards lands, and is nowhere else: no decision and no observation keeps a word."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    down(desk)
    wire.feeds["/a.xml"] = [told(hour=1, more="Once more."), story("two"), story("three")]
    desk.run(1)
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert holding(desk, raw=False) == []
    with ledger.transaction(desk.database_url) as connection:
        seen = connection.execute(observations.select().where(observations.c.item_id == "urn:one")).all()
    assert [(row.source_url, row.slug) for row in seen] == [(None, None)] * 2
    assert sound(desk)


def test_nothing_beats_it_but_an_admin(agency):
    """A later version does not come back; a lifted tombstone brings what was purged back only with the next pull."""
    down(agency, purge_raw=True)
    agency.wire.feeds["/a.xml"] = [told(hour=20, more="Again."), story("two")]
    agency.run(20)
    assert state(agency) == ("withdrawn", "tombstone")
    agency.now += HOUR
    with pytest.raises(RulingRefused):
        lift_tombstone(agency.place, "urn:one", by="selin", why="no", admins={"ada"})
    lift_tombstone(agency.place, "urn:one", by="ada", why="the court thought again", admins={"ada"})
    sweep(agency.place)
    assert state(agency) == ("held", "raw_purged")
    agency.run(22)
    assert "Again." in agency.rows()["urn:one"]["body"]
    assert sound(agency)
    again = down(agency, purge_raw=True)
    assert "urn:one" not in agency.rows()
    assert holding(agency) == []
    assert again.left == ()


def test_without_a_purge_a_lifted_story_is_back(agency):
    """What was only taken out of the lake comes back as it was."""
    row = agency.rows()["urn:one"]
    down(agency)
    agency.now += HOUR
    lift_tombstone(agency.place, "urn:one", by="ada", why="mistaken", admins={"ada"})
    sweep(agency.place)
    assert agency.rows()["urn:one"]["body"] == row["body"].replace("And more.", "And yet more.")
    assert sound(agency)


def test_a_feed_that_left_the_partner_file(desk, wire):
    """A story whose feed is no longer in the partner file, and which came by an article page, is taken down as any."""
    paged(desk, "one", "two")
    desk.run(0)
    file = partner_file(wire)
    file["feeds"]["b"] = file["feeds"].pop("a")
    desk.configure(file)
    proof = down(desk, purge_raw=True)
    assert [taken.traces > 5 for taken in proof.stories] == [True]
    assert holding(desk) == []
    assert set(desk.rows()) == {"urn:two"}
    assert sound(desk)


def test_a_lost_payload_keeps_no_story_of_a_partner_back(desk, wire):
    """Everything is taken down although one payload is gone; the proof names that one."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    [lost] = desk.layout.payloads("tpa")
    wire.feeds["/a.xml"] = [told(hour=1), story("two"), story("three")]
    desk.run(1)
    desk.layout.store.path(lost).unlink()
    proof = down(desk, None, purge_raw=True)
    assert desk.rows() == {}
    assert holding(desk) == []
    assert [lost in said for said in proof.elsewhere] == [True]


def test_the_same_words_under_another_id_are_named(desk, wire):
    """A copy in the same payload stays, and the proof says where it lies."""
    copy = told().replace("<id>urn:one", "<id>urn:copy").replace("example.org/one", "example.org/copy")
    wire.feeds["/a.xml"] = [told(), copy, story("two")]
    desk.run(0)
    proof = down(desk)
    assert set(desk.rows()) == {"urn:copy", "urn:two"}
    assert [said.startswith("published/articles") for said in proof.elsewhere].count(True) == 1
    assert proof.left == ()


def test_what_a_person_said_of_it_is_not_the_storys(desk, wire):
    """An override that quotes the story stays on record, named as elsewhere, and the takedown ends."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    until = NINE + timedelta(days=30)
    add_override(desk.place, "urn:one", Outcome.WITHDRAW, by="selin", why=f"it says: {SECRET}", until=until)
    proof = down(desk, purge_raw=True)
    assert proof.left == ()
    assert "overrides: urn:one" in proof.elsewhere


@pytest.mark.parametrize("purge_raw", [False, True])
def test_a_payload_that_is_no_longer_understood_is_known_by_what_was_read_from_it(desk, wire, purge_raw):
    """A payload that the feed's present format refuses counts, and goes as a whole, although no word is known."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    file = partner_file(wire)
    file["feeds"]["a"]["format"] = "ninjs"
    desk.configure(file)
    proof = down(desk, purge_raw=purge_raw)
    assert [place.kept for place in proof.places if place.place == "landed payloads"] == [int(not purge_raw)]
    assert holding(desk, raw=purge_raw) == []
    assert set(desk.rows()) == {"urn:two"}


SAID = "Çiğdem İğneoğlu güneş ışığında çölün üstünden öğleden önce geçtiğini söyledi"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"uri": "urn:x", "body_text": "' + SAID.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00"),
        f'<?xml version="1.0" encoding="windows-1254"?><nothing><p>{SAID}'.encode("cp1254"),
        f"<nothing><p>{SAID}".encode("utf-16"),
    ],
    ids=["json-escapes", "windows-1254", "utf-16"],
)
def test_words_are_known_in_an_unreadable_payload_however_they_are_encoded(desk, wire, raw):
    """A broken payload that says the words in another encoding goes with the story."""
    wire.feeds["/a.xml"] = [story("one", text=SAID), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = raw
    assert [failed.feed for failed in desk.run(1).failed] == ["a"]
    proof = down(desk, purge_raw=True)
    assert [(place.found, place.left) for place in proof.places if place.place == "landed payloads"] == [(2, 0)]


def test_an_id_that_is_the_address_of_others_names_only_its_own_story(desk, wire):
    """A story whose id is an address takes no other along that links there; the proof names it."""
    page = "https://example.org/live"
    wire.feeds["/a.xml"] = [
        told().replace("<id>urn:one", f"<id>{page}").replace("https://example.org/one", page),
        story("two").replace("https://example.org/two", page),
    ]
    desk.run(0)
    proof = down(desk, page)
    assert [taken.item_id for taken in proof.stories] == [page]
    assert set(desk.rows()) == {"urn:two"}
    wire.feeds["/a.xml"] = [
        told(hour=1).replace("<id>urn:one", f"<id>{page}"),
        story("three").replace("https://example.org/three", page),
    ]
    desk.run(1)
    assert down(desk, page).left == ()
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert holding(desk, raw=False) == []


def test_one_that_is_not_finished_holds_up_no_other(desk, wire, monkeypatch):
    """Where something is left of a takedown its message says what, the sweep ends with it, and the next is done."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    search = takedown.reach.search

    def finding(subject, **how):
        found = search(subject, **how)
        if "urn:one" in subject.items:
            found[0].note("published/stuck.parquet")
        return found

    monkeypatch.setattr(takedown.reach, "search", finding)
    with pytest.raises(TakedownIncomplete, match=r"published/stuck\.parquet"):
        down(desk)
    takedown.ask(desk.place, "urn:two", by="selin", why="the court ordered it", purge_raw=False)
    with pytest.raises(TakedownIncomplete, match=r"published/stuck\.parquet"):
        sweep(desk.place)
    assert desk.rows() == {}
    with ledger.transaction(desk.database_url) as connection:
        assert [t.item_id for t in takedowns.unfinished(connection, "tpa")] == ["urn:one"]
    monkeypatch.undo()
    sweep(desk.place)
    with ledger.transaction(desk.database_url) as connection:
        assert takedowns.unfinished(connection, "tpa") == []


@pytest.mark.parametrize("restored", [False, True], ids=["", "restored"])
def test_another_story_of_a_purged_payload(desk, wire, settings, restored):
    """Two stories are purged from one payload, one after the other; what is left of it, their sibling, stays whole."""
    wire.feeds["/a.xml"] = [told(), story("two"), story("three")]
    desk.run(0)
    file = Path(backup(desk.database_url, settings.backups, keep=3, now=desk.now).file)
    desk.now += HOUR
    down(desk, purge_raw=True)
    if restored:
        restore(settings, file, replace_database=make_url(desk.database_url).database, now=desk.now)
    assert down(desk, "urn:two", purge_raw=True).left == ()
    assert down(desk, purge_raw=True).left == ()
    assert len(desk.layout.payloads("tpa")) == 1
    assert holding(desk, "Marigold", "story of two") == []
    if restored:
        assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    for path in desk.layout.store.path("published/articles").rglob("*.parquet"):
        path.unlink()
    assert rebuild(desk.place, Span()).lost == ()
    assert set(desk.rows()) == {"urn:three"}
    assert sound(desk)


STEPS: dict[str, Callable[[Desk], object]] = {
    "pull and refine": lambda desk: refine(desk.place, pull(desk.place, desk.interval(1))),
    "takedown": lambda desk: down(desk, purge_raw=True),
    "sweep": lambda desk: sweep(desk.place),
    "backfill": lambda desk: desk.run(0, late=HOUR + timedelta(minutes=2)),
}


@pytest.mark.parametrize("order", list(permutations(STEPS)), ids=lambda order: "-".join(order).replace(" ", "_"))
def test_in_every_order(desk, wire, order):
    """Pull, takedown, sweep and backfill in any order, then a run and a publish of what was staged: it is gone."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [told(hour=1, more="And more."), story("two"), story("three")]
    handed = None
    for step in order:
        desk.now = max(desk.now, NINE + HOUR + timedelta(minutes=1))
        done = STEPS[step](desk)
        handed = done if step == "pull and refine" else handed
    publish(desk.place, validate(desk.place, handed))
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert holding(desk) == []
    assert add_up(desk)
    assert sound(desk)


POINTS = {
    "publish, while it commits": (committing, "known_stories"),
    "publish, before it writes": (rewriting.book, "of_partition"),
    "publish, when it has loaded its batch": (publishing.staging, "load"),
    "publish, before its quarantine": (publishing.languages, "record"),
}


@pytest.mark.parametrize("fails", [False, True], ids=["passes", "fails-validation"])
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.replace(" ", "-"))
def test_while_a_run_publishes(desk, wire, monkeypatch, point, fails):
    """A takedown that comes at any moment of a publish: neither brings the story back, nor leaves words of it."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [told(hour=1, more="And more."), story("two"), story("three")]
    desk.now = NINE + HOUR + timedelta(minutes=1)
    if fails:
        monkeypatch.setattr("newswire.quality.validate", _failing)
    staged = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(1))))
    meeting = Meeting(desk, monkeypatch, lambda: down(desk, purge_raw=True))
    meeting.stop_in(monkeypatch, *POINTS[point])
    publish(desk.place, staged)
    meeting.end()
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert holding(desk) == []
    assert add_up(desk)
    assert sound(desk)


def test_while_a_run_refines(desk, wire, monkeypatch):
    """A takedown between what refine decides and what it stages: the batch holds nothing of the story."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.now = NINE + timedelta(minutes=1)
    pulled = pull(desk.place, desk.interval(0))
    meeting = Meeting(desk, monkeypatch, lambda: down(desk, purge_raw=True, unseen=True))
    meeting.stop_in(monkeypatch, __import__("newswire.pipeline.refine", fromlist=["names"]).names, "noticed")
    refined = refine(desk.place, pulled)
    meeting.end()
    assert holding(desk) == []
    publish(desk.place, validate(desk.place, refined))
    assert set(desk.rows()) == {"urn:two"}
    assert holding(desk) == []
    assert add_up(desk)
    assert sound(desk)


CRASHES = {
    "after the tombstone": (takedown, "carry_out"),
    "before the partitions": (takedown, "Partitions"),
    "before the words are known": (takedown, "_gather"),
    "before the ledger": (reach.takedowns, "forget"),
    "before the decisions": (reach, "write"),
    "in a batch": (reach.staging, "strip"),
    "in the quarantine": (reach.aside, "lines_without"),
    "before a payload": (purging.landing, "land"),
    "before the ledger knows the remains": (purging.book, "purge"),
    "before the raw bytes go": (purging.slips, "keep"),
    "before the proof": (takedown, "_prove"),
}


@pytest.mark.parametrize("by", ["sweep", "command"])
@pytest.mark.parametrize("where", CRASHES, ids=lambda where: where.replace(" ", "-"))
def test_an_interrupted_takedown_is_taken_up(agency, monkeypatch, where, by):
    """Wherever it dies, the next sweep or the command again ends it, with the same proof and nothing left."""
    with dying_in(monkeypatch, *CRASHES[where]):
        down(agency, purge_raw=True)
    agency.now += timedelta(minutes=5)
    if by == "sweep":
        sweep(agency.place)
    proof = down(agency, purge_raw=True)
    assert holding(agency) == []
    assert "urn:one" not in agency.rows()
    assert all(p.found for p in proof.places if p.place not in {"quality reports", "half-written files"})
    with ledger.transaction(agency.database_url) as connection:
        assert takedowns.unfinished(connection, "tpa") == []
    assert sound(agency)


def test_a_restored_ledger_hears_of_what_was_asked_in_addition(desk, wire, settings):
    """A purge that was asked for after the backup is asked for again; what an admin lifted before it stays lifted."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    down(desk)
    down(desk, "urn:two")
    lift_tombstone(desk.place, "urn:two", by="ada", why="mistaken", admins={"ada"})
    sweep(desk.place)
    file = Path(backup(desk.database_url, settings.backups, keep=3, now=desk.now).file)
    desk.now += HOUR
    down(desk, purge_raw=True)
    restore(settings, file, replace_database=make_url(desk.database_url).database, now=desk.now)
    for _ in range(2):
        assert reconcile_these([desk.place.partner], settings, clock=lambda: desk.now).failed == {}
    wire.feeds["/a.xml"] = [told(hour=1), story("two")]
    desk.run(2)
    assert holding(desk) == []
    assert set(desk.rows()) == {"urn:two"}
    with ledger.transaction(desk.database_url) as connection:
        assert [(t.item_id, t.purge_raw) for t in takedowns.listed(connection)] == [
            ("urn:one", True),
            ("urn:two", False),
        ]


@pytest.mark.parametrize("purge_raw", [False, True])
def test_a_restored_ledger_hears_of_what_was_taken_down_since(agency, settings, purge_raw):
    """A backup from before knows the story and its words; reconciled, it is down again and they are gone."""
    file = Path(backup(agency.database_url, settings.backups, keep=3, now=agency.now).file)
    rows = {name: row for name, row in agency.rows().items() if name != "urn:one"}
    proof = down(agency, purge_raw=purge_raw)
    agency.now += HOUR
    name = make_url(agency.database_url).database
    restore(settings, file, replace_database=name, now=agency.now)
    assert "urn:one" not in agency.rows()
    reconciliation = reconcile_these([agency.place.partner], settings, clock=lambda: agency.now)
    assert reconciliation.failed == {}
    assert state(agency) == ("withdrawn", "tombstone")
    assert holding(agency, raw=purge_raw) == []
    assert agency.rows() == rows
    with ledger.transaction(agency.database_url) as connection:
        [kept] = takedowns.listed(connection)
    assert (kept.takedown_id, kept.purge_raw, kept.asked[0]["by"]) == (proof.takedown_id, purge_raw, "selin")
    assert kept.done_at is not None
    assert sound(agency)


def test_a_restored_ledger_shows_no_words_of_what_was_taken_down_since(desk, wire, settings):
    """It knows them again; neither a sweep nor another takedown writes them before it is reconciled."""
    wire.feeds["/a.xml"] = [told(), told("two")]
    desk.run(0)
    file = Path(backup(desk.database_url, settings.backups, keep=3, now=desk.now).file)
    down(desk)

    def quoted() -> set[str]:
        paths = desk.layout.store.path("published/decisions").rglob("*.parquet")
        return {row["item_id"] for path in paths for row in rows_of(path) if "All rights" in row["evidence"]}

    assert quoted() == {"urn:two"}
    restore(settings, file, replace_database=make_url(desk.database_url).database, now=desk.now)
    sweep(desk.place)
    assert quoted() == {"urn:two"}
    down(desk, "urn:two")
    assert quoted() == set()
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert quoted() == set()
    assert sound(desk)


def test_an_earlier_kill_does_not_weaken_it(desk, wire):
    """A takedown beats the kill that stands: no reissue of a higher version waits for a person."""
    wire.feeds["/a.xml"] = [told()]
    desk.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    desk.run(1)
    wire.feeds["/a.xml"] = [told(hour=2, more="Reissued.")]
    desk.run(2)
    assert state(desk) == ("held", "reissue_after_kill")
    down(desk)
    assert state(desk) == ("withdrawn", "tombstone")
    wire.feeds["/a.xml"] = [kill("one", hour=3), told(hour=4, more="Reissued again.")]
    desk.run(4)
    assert state(desk) == ("withdrawn", "tombstone")


def test_nobody_is_asked_any_more_whether_a_kill_meant_it(desk, wire):
    """The open question is answered by the takedown, and what it quoted is gone."""
    file = partner_file(wire)
    file["contracts"][0]["media"] = ["text", "photo"]
    desk.configure(file)
    wire.feeds["/a.xml"] = message("Pendragon-orchard/", 1)
    desk.run(0)
    wire.feeds["/a.xml"] = message("Pendragon-orchard/KILL", 2, hour=1, heading="Kill it =")
    desk.run(1)
    with ledger.transaction(desk.database_url) as connection:
        [review] = reviews.listed(connection)
        [item_id] = reviews.items_of(connection, review.review_id)
    assert "pendragon" in review.question
    down(desk, item_id)
    with ledger.transaction(desk.database_url) as connection:
        answered = reviews.find(connection, review.review_id)
    assert (answered.answer, answered.answered_by) == ("yes", "selin")
    assert "pendragon" not in answered.question


def test_a_page_that_completes_another_story_stays(desk, wire):
    """The story goes, its page stays for the other one, and the proof names the words in it."""
    paged(desk, "one", "two")
    wire.feeds["/a.xml"][1] = wire.feeds["/a.xml"][1].replace("/two.html", "/one.html")
    desk.run(0)
    row = desk.rows()["urn:two"]
    proof = down(desk, purge_raw=True)
    assert desk.rows() == {"urn:two": row}
    for path in desk.layout.store.path("published/articles").rglob("*.parquet"):
        path.unlink()
    assert rebuild(desk.place, Span()).lost == ()
    assert desk.rows() == {"urn:two": row}
    assert proof.same_address == (article_id("tpa", "urn:two"),)
    assert sound(desk)


def test_what_could_not_be_read_is_purged_as_well(desk, wire):
    """A payload that was refused and one whose last entry was cut off hold words of the story, and lose them."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = f"<html><body><p>{SECRET}</p></body></html>".encode()
    desk.run(1)
    wire.feeds["/a.xml"] = atom([story("two"), told(hour=2)])[:-400]
    desk.run(2)
    assert len([found for found in holding(desk) if found.startswith("landing")]) == 3
    proof = down(desk, purge_raw=True)
    assert holding(desk) == []
    assert proof.left == ()
    for hour in (0, 1, 2):
        desk.run(hour, late=24 * HOUR)
    assert set(desk.rows()) == {"urn:two"}
    assert add_up(desk)
    assert sound(desk)


def test_bytes_that_nobody_names_are_found(desk, wire, monkeypatch):
    """A pull that died before its receipt leaves bytes: named while they may belong to a pull, removed after that."""
    wire.feeds["/a.xml"] = [told(), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [told(hour=1), story("three")]
    desk.now += HOUR
    with dying_in(monkeypatch, Fetcher, "save"):
        pull(desk.place, desk.interval(1))
    with pytest.raises(TakedownIncomplete, match="landed payloads: 1 in landing/tpa/a/"):
        down(desk, purge_raw=True)
    assert "urn:one" not in desk.rows()
    [lost] = [desk.layout.store.path(found) for found in holding(desk)]
    os.utime(lost, (0, 0))
    sweep(desk.place)
    assert holding(desk) == []
    assert down(desk, purge_raw=True).left == ()


def test_a_lost_page_of_another_story_keeps_nothing_in(desk):
    """The story is purged all the same; a payload that is there and unreadable is named as left, one gone is not."""
    paged(desk, "one", "two")
    desk.run(0)
    pages = desk.layout.store.path("landing").rglob("*.html.zst")
    [other] = [p for p in pages if SECRET not in zstandard.ZstdDecompressor().decompress(p.read_bytes()).decode()]
    whole = other.read_bytes()
    other.write_bytes(b"damaged")
    with pytest.raises(TakedownIncomplete, match="which cannot be read"):
        down(desk, purge_raw=True)
    assert holding(desk) == []
    other.unlink()
    assert down(desk, purge_raw=True).left == ()
    other.write_bytes(whole)
    assert set(desk.rows()) == {"urn:two"}
    assert sound(desk)
