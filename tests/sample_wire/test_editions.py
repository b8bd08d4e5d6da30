"""How the wire moves on: with each pull, never twice for one, and never back."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from lxml import etree

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "dcterms": "http://purl.org/dc/terms/",
}
ENGLISH, TARNVALE = "/ilkha/en.xml", "/tarnvale/en.xml"
IN_ORDER = ("/ilkha/en.xml", "/ilkha/tr.xml", "/ilkha/kmr.xml", "/ilkha/ar.xml", "/tarnvale/en.xml", "/tarnvale/tr.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    updated: datetime
    title: str
    categories: list[str]
    available: datetime | None


def atom(body: bytes) -> tuple[dict[str, Entry], dict[str, datetime]]:
    """The entries of an Atom feed by id, and its deleted entries by ref."""
    root = etree.fromstring(body)
    entries = {}
    for entry in root.iterfind("a:entry", NAMES):
        available = entry.findtext("dcterms:available", namespaces=NAMES)
        entries[entry.findtext("a:id", namespaces=NAMES)] = Entry(
            updated=datetime.fromisoformat(entry.findtext("a:updated", namespaces=NAMES)),
            title=entry.findtext("a:title", namespaces=NAMES),
            categories=[category.get("term") for category in entry.iterfind("a:category", NAMES)],
            available=available and datetime.fromisoformat(available),
        )
    deleted = root.iterfind("at:deleted-entry", NAMES)
    return entries, {gone.get("ref"): datetime.fromisoformat(gone.get("when")) for gone in deleted}


def story(slug: str) -> str:
    return f"tag:tarnvale.example,2026:en/{slug}"


def test_second_pull_shows_unchanged_new_version_and_withdrawal(wire):
    """Over all partners, the pull after the first meets a 304, a new version of a known story, and a withdrawal."""
    before = {path: wire.pull(path) for path in IN_ORDER}
    after = {path: wire.pull(path) for path in IN_ORDER}
    assert {answer.status for answer in before.values()} == {200}
    assert [path for path in IN_ORDER if after[path].status == 304] == [
        "/ilkha/kmr.xml",
        "/ilkha/ar.xml",
        "/tarnvale/tr.xml",
    ]
    old, no_kills = atom(before[TARNVALE].body)
    new, kills = atom(after[TARNVALE].body)
    assert no_kills == {}
    assert new[story("lighthouse")].updated > old[story("lighthouse")].updated
    assert new[story("lighthouse")].title != old[story("lighthouse")].title
    assert story("tin-mine") in old
    assert list(kills) == [story("tin-mine")]
    assert story("tin-mine") not in new
    assert kills[story("tin-mine")] > old[story("tin-mine")].updated


def test_third_pull_corrects(wire):
    """A correction keeps its story's id, is newer, and says what it is; the kill before it still stands in the feed."""
    (before, _), (_, _), (after, kills) = [atom(wire.pull(TARNVALE).body) for _ in range(3)]
    assert "correction" in after[story("ferry")].categories
    assert "correction" not in before[story("ferry")].categories
    assert after[story("ferry")].updated > before[story("ferry")].updated
    assert list(kills) == [story("tin-mine")]


def test_last_edition_stays(wire):
    """After its last edition a feed is unchanged for good."""
    statuses = [wire.pull(ENGLISH).status for _ in range(5)]
    assert statuses == [200, 200, 200, 304, 304]


def test_repeated_pull_skips_nothing(wire):
    """A pull that is repeated with the validator it had gets the same edition again, as often as it asks."""
    first = wire.pull(ENGLISH)
    tag = first.headers["ETag"]
    second = [wire.ask(ENGLISH, If_None_Match=tag) for _ in range(3)]
    assert len({answer.body for answer in [first, *second]}) == 2
    assert len({answer.body for answer in second}) == 1


def test_unconditional_pull_moves_nothing(wire):
    """A client without validators sees the current edition, whatever it asks for and how often."""
    assert len({wire.ask(ENGLISH).body for _ in range(4)}) == 1


def test_date_alone_moves_on(wire):
    """A client that keeps only Last-Modified sees every edition as well."""
    seen, modified = [], "Thu, 01 Jan 1970 00:00:00 GMT"
    for _ in range(4):
        answer = wire.ask(ENGLISH, If_Modified_Since=modified)
        seen.append(answer.status)
        modified = answer.headers["Last-Modified"]
    assert seen == [200, 200, 200, 304]


def test_feeds_move_alone(wire):
    """One feed's editions are no other feed's business."""
    before = wire.ask(TARNVALE).body
    for _ in range(3):
        wire.pull(ENGLISH)
    assert wire.ask(TARNVALE).body == before


def test_restart_keeps_the_place(serve, tmp_path):
    """A wire that is started again goes on where it was, with the dates and validators that it had."""
    with serve(tmp_path) as client:
        client.pull(TARNVALE)
        second = client.pull(TARNVALE)
        port = int(client.root.rpartition(":")[2])
    with serve(tmp_path, port) as client:
        assert client.ask(TARNVALE).body == second.body
        third = client.ask(TARNVALE, If_None_Match=second.headers["ETag"])
        assert third.status == 200
        assert b'term="correction"' in third.body


def test_new_version_reaches_the_page(wire):
    """The page behind an entry changes with its story, and the pages of other stories do not."""
    pages = ("/ilkha/en/bridge.html", "/ilkha/en/honey.html")
    wire.pull(ENGLISH)
    before = [wire.pull(page) for page in pages]
    wire.pull(ENGLISH)
    bridge, honey = (wire.pull(page) for page in pages)
    assert before[0].status == bridge.status == 200
    assert b"fourteen weeks" in bridge.body
    assert b"fourteen weeks" not in before[0].body
    assert honey.status == 304


def test_killed_page_is_gone(wire):
    """The page of a withdrawn story is answered with 410."""
    wire.pull(TARNVALE)
    assert wire.ask("/tarnvale/en/tin-mine.html").status == 200
    wire.pull(TARNVALE)
    assert wire.ask("/tarnvale/en/tin-mine.html").status == 410


@pytest.mark.parametrize(("slug", "days"), [("budget", 30), ("census", 0)])
def test_embargoes(wire, slug, days):
    """One story waits for another thirty days; another's embargo is over; both say so with a zone."""
    answer = wire.pull(TARNVALE)
    entries, _ = atom(answer.body)
    now = max(entry.updated for entry in entries.values())
    available = entries[story(slug)].available
    assert available is not None
    assert available.tzinfo is not None
    assert (available - now).days == days


def test_state_file_is_whole_or_absent(serve, tmp_path):
    """Advancing replaces the state file and leaves nothing half-written beside it."""
    with serve(tmp_path) as client:
        client.pull(ENGLISH)
        client.pull(ENGLISH)
    assert [path.name for path in tmp_path.iterdir()] == ["editions.json"]
