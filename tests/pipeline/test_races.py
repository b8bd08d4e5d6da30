"""Runs of one partner at the same time, and tasks that are cleared and run again: nothing is lost, doubled or undone.

Each test stops one run at a chosen point until the other has come as far as it can: on its way through, or to where
PostgreSQL or the file's lock makes it wait.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from tests.lake import rows_of
from tests.pipeline.conftest import EITHER, HOUR, NINE, PARAGRAPH, Desk, dying_in, kill, partner_file, story

from newswire import ledger
from newswire.lake.layout import Layout
from newswire.lake.store import Claim
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.ledger.tables import outcomes, receipts
from newswire.pipeline import commit as committing
from newswire.pipeline import publish as publishing
from newswire.pipeline import rewrite as rewriting
from newswire.pipeline.commit import Committer
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.reading import Reader
from newswire.pipeline.refine import refine
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.validate import validate
from newswire.pipeline.verify import verify
from newswire.pipeline.work import Validated

pytestmark = pytest.mark.ledger

WAITING = text(
    "select count(*) from pg_locks where not granted "
    "and database = (select oid from pg_database where datname = current_database())"
)


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url, payloads=True).problems == ()


def staged(desk: Desk, hour: int) -> Validated:
    """An hour's run up to where it would publish."""
    desk.now = NINE + hour * HOUR + timedelta(minutes=1)
    return validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(hour))))


class Meeting:
    """One run that stops at a point of its way, and another that starts there.

    The first goes on when the other has ended, or waits for a lock that the first holds.
    """

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
        self.desk, self.other = desk, other
        self.thread = threading.Thread(target=self._run)
        self.at_file = threading.Event()
        self.failed: list[BaseException] = []
        monkeypatch.setattr(Layout, "claimed", self._claimed(Layout.claimed))

    def stop_in(self, monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> None:
        """Stop the first run where it comes back from ``place.name``."""
        real = getattr(place, name)

        def stopping(*args: object, **kwargs: object) -> object:
            found = real(*args, **kwargs)
            self.here()
            return found

        monkeypatch.setattr(place, name, stopping)

    def here(self) -> None:
        """Start the other run, and wait until it can go no further."""
        if self.thread.ident is None:
            self.thread.start()
            while self.thread.is_alive() and not self._at_database() and not self.at_file.is_set():
                pass

    def end(self) -> None:
        """Wait for the other run, which must have been started and gone well."""
        self.thread.join()
        assert self.failed == []

    def _run(self) -> None:
        try:
            self.other()
        except BaseException as error:  # noqa: BLE001 - told by ``end``
            self.failed.append(error)

    def _at_database(self) -> bool:
        with ledger.transaction(self.desk.database_url) as connection:
            return connection.execute(WAITING).scalar_one() > 0

    def _claimed(self, real: Callable[..., AbstractContextManager[Claim]]) -> object:
        def claimed(*args: object) -> AbstractContextManager[Claim]:
            if threading.current_thread() is self.thread:
                self.at_file.set()
            return real(*args)

        return claimed


@EITHER
@pytest.mark.parametrize("first", [0, 1])
def test_of_two_runs_that_publish_at_once_the_newer_version_stands(desk, wire, monkeypatch, first):
    """Two runs that staged two versions of a story, and commit at the same time, end with the newer one."""
    wire.feeds["/a.xml"] = [story("one")]
    runs = [staged(desk, 0)]
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more."), story("two")]
    runs.append(staged(desk, 1))
    meeting = Meeting(desk, monkeypatch, lambda: publish(desk.place, runs[1 - first]))
    meeting.stop_in(monkeypatch, committing, "known_stories")
    publish(desk.place, runs[first])
    meeting.end()
    assert "Now with more." in desk.rows()["urn:one"]["body"]
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    assert sound(desk)


POINTS = {
    "while it commits": (committing, "known_stories"),
    "before it writes": (rewriting.book, "of_partition"),
    "while it writes": (redo, "held_one"),
    "when it has written": (redo, "hold"),
}


@EITHER
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.replace(" ", "-"))
def test_a_kill_that_lands_while_a_backfill_runs(desk, wire, monkeypatch, point):
    """A story whose kill one run sees while a backfill publishes it is unreadable once the run with the kill ends."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more."), story("three")]
    backfill = staged(desk, 1)
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.now = NINE + 2 * HOUR + timedelta(minutes=1)
    pulled = pull(desk.place, desk.interval(2))
    after_the_kill: list[set[str]] = []

    def see_the_kill() -> None:
        refine(desk.place, pulled)
        after_the_kill.append(set(desk.rows()))

    meeting = Meeting(desk, monkeypatch, see_the_kill)
    meeting.stop_in(monkeypatch, *POINTS[point])
    publish(desk.place, backfill)
    meeting.end()
    assert "urn:one" not in after_the_kill[0]
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert sound(desk)


def test_a_kill_that_lands_while_a_story_is_decided_anew(desk, wire, monkeypatch):
    """A story that is decided anew while its partition is rewritten stays withdrawn if its kill lands just then."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    desk.now = NINE + HOUR + timedelta(minutes=1)
    pulled = pull(desk.place, desk.interval(1))
    with ledger.transaction(desk.database_url) as connection:
        book.touch(connection, "tpa", ["urn:one"], at=desk.now)
        redo.intend(connection, "tpa", [NINE.date()], at=desk.now)
    meeting = Meeting(desk, monkeypatch, lambda: refine(desk.place, pulled))
    meeting.stop_in(monkeypatch, committing, "known_stories")
    Partitions(Committer(desk.place, Reader(desk.place), "test")).drain()
    meeting.end()
    assert set(desk.rows()) == {"urn:two"}
    assert sound(desk)


def books(desk: Desk) -> tuple[list[tuple[str, int, str]], list[tuple[str, int, int]]]:
    """Every outcome, and what each receipt counts."""
    with ledger.transaction(desk.database_url) as connection:
        told = connection.execute(select(outcomes.c.receipt_id, outcomes.c.ordinal, outcomes.c.outcome))
        counted = connection.execute(select(receipts.c.receipt_id, receipts.c.entries, receipts.c.unchanged))
        return sorted(map(tuple, told)), sorted(map(tuple, counted))


def add_up(desk: Desk) -> bool:
    """Whether each receipt's entries are its outcomes and those that said nothing new."""
    told, counted = books(desk)
    of = Counter(receipt_id for receipt_id, *_ in told)
    return all((entries or 0) == of[receipt_id] + (unchanged or 0) for receipt_id, entries, unchanged in counted)


@pytest.fixture(params=["every page came", "a page is missing"])
def paged(request, desk, wire) -> Desk:
    """A partner whose stories come from article pages: an hour with two stories, and one in which one is unchanged."""
    file = partner_file(wire)
    file["feeds"]["a"] |= {"follow": "article_page", "archive": f"{wire.root}/archive.xml?{{start}}"}
    desk.configure(file)
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Quay works"}</script>'
    text_ = f"<article><h1>Quay works</h1><p>{PARAGRAPH * 4}</p><p>It was told in full. (TPA)</p></article>"
    page = f"<!DOCTYPE html><html><head><title>Quay works</title>{data}</head><body>{text_}</body></html>".encode()
    wire.feeds |= {"/one.html": page, "/two.html": page, "/three.html": page}
    if request.param == "a page is missing":
        wire.feeds["/two.html"] = 404

    def linked(name: str, hour: int = 0) -> str:
        return story(name, hour=hour).replace(f"https://example.org/{name}", f"{wire.root}/{name}.html")

    wire.feeds["/a.xml"] = [linked("one"), linked("two"), linked("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [linked("one"), linked("two"), linked("three")]
    return desk


STEPS = [pull, refine, validate, publish]


def go_on(desk: Desk, handed: list[object]) -> list[object]:
    """Run the tasks that are left, given what the earlier ones handed on."""
    for step in STEPS[len(handed) - 1 :]:
        handed = [*handed, step(desk.place, handed[-1])]
    return handed


def test_cleared_tasks_count_nothing_twice(paged):
    """A run that is cleared from any task on and runs again ends in the same books and files."""
    paged.now = NINE + HOUR + timedelta(minutes=1)
    handed = go_on(paged, [paged.interval(1)])
    ended = (books(paged), paged.files())
    assert add_up(paged)
    for cleared in (3, 2, 1, 0, 1):
        handed = go_on(paged, handed[: cleared + 1])
        assert (books(paged), paged.files()) == ended
    assert sound(paged)


def test_a_cleared_run_counts_nothing_twice_behind_which_an_earlier_hour_was_filled_in(paged):
    """Its entries have their outcomes, and are not counted as unchanged too since the earlier hour told the same."""
    paged.now = NINE + HOUR + timedelta(minutes=1)
    handed = go_on(paged, [paged.interval(1)])
    told = books(paged)
    paged.wire.feeds["/archive.xml"] = paged.wire.feeds["/a.xml"]
    paged.run(-1, late=9 * HOUR)
    for cleared in (1, 0):
        handed = go_on(paged, handed[: cleared + 1])
        assert all(set(before) <= set(after) for before, after in zip(told, books(paged), strict=True))
        assert add_up(paged)
    assert sound(paged)


def test_a_cleared_run_counts_nothing_twice_after_the_terms_changed(desk, wire):
    """An entry that said nothing new when it was read is not counted again since other terms decide its story."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"].append(story("two"))
    desk.now = NINE + HOUR + timedelta(minutes=1)
    handed = go_on(desk, [desk.interval(1)])
    told = books(desk)
    file = partner_file(wire)
    file["contracts"][0]["obligations"] = ["attribute"]
    desk.configure(file)
    go_on(desk, handed[:2])
    assert books(desk) == told
    assert {tuple(row["obligations"]) for row in desk.rows().values()} == {("attribute",)}
    assert sound(desk)


@pytest.mark.parametrize("cleared", [1, 3], ids=["refine", "publish"])
def test_tasks_that_are_cleared_after_a_crash_count_nothing_twice(paged, monkeypatch, cleared):
    """The same where the first try died between the ledger's commit and the end of the run."""
    paged.now = NINE + HOUR + timedelta(minutes=1)
    handed: list[object] = [paged.interval(1)]
    for step in STEPS[:-1]:
        handed.append(step(paged.place, handed[-1]))
    with dying_in(monkeypatch, publishing, "write_new_decisions"):
        publish(paged.place, handed[-1])
    told, _ = books(paged)
    go_on(paged, handed[: cleared + 1])
    assert books(paged)[0] == told
    assert add_up(paged)
    assert sound(paged)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize("dies", [False, True])
def test_a_decision_just_before_midnight_is_of_the_day_that_ends(desk, wire, monkeypatch, zone, dies):
    """Decisions of the last and of the first instant of a day (UTC) lie in their own days' files.

    That holds in whatever zone the database's sessions are, and where the run that decided dies before it writes them.
    """
    monkeypatch.setenv("PGTZ", zone)
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    wire.feeds["/a.xml"] = [story("one"), story("two", embargo=midnight + 48 * HOUR)]
    desk.now = midnight - timedelta(microseconds=1)
    before = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(14))))
    assert dies or publish(desk.place, before)
    wire.feeds["/a.xml"] = [story("three"), story("four", embargo=midnight + 48 * HOUR)]
    desk.now = midnight
    publish(desk.place, validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(15)))))
    assert dies is False or publish(desk.place, before)
    decided = {
        file.parts[-3].partition("=")[2]: {row["item_id"] for row in rows_of(file)}
        for file in desk.layout.store.path("published/decisions").rglob("*.parquet")
    }
    assert decided == {"2026-03-02": {"urn:one", "urn:two"}, "2026-03-03": {"urn:three", "urn:four"}}
    assert sound(desk)
