"""The lake's promises: one row a story, the same bytes in any order, nothing killed readable, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from tests.pipeline.conftest import EITHER, HOUR, NINE, PARAGRAPH, Desk, dying_in, kill, partner_file, story

from newswire import ledger, quality
from newswire.errors import BatchRefused, LakeCorrupt
from newswire.ledger.tables import items, outcomes, receipts
from newswire.pipeline.commit import Committer
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.reading import Reader
from newswire.pipeline.refine import refine
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.run import run
from newswire.pipeline.validate import validate
from newswire.pipeline.verify import verify
from newswire.quality import Report

pytestmark = pytest.mark.ledger


def told(desk: Desk) -> list[tuple[str, str]]:
    """Every recorded outcome: item and what became of it."""
    with ledger.transaction(desk.database_url) as connection:
        query = outcomes.select().order_by(outcomes.c.receipt_id, outcomes.c.ordinal)
        return sorted((row.item_id or "", row.outcome) for row in connection.execute(query))


def state(desk: Desk, item_id: str) -> str:
    with ledger.transaction(desk.database_url) as connection:
        return connection.execute(items.select().where(items.c.item_id == item_id)).one().state


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url, payloads=True).problems == ()


@EITHER
def test_a_story_is_published_once(desk, wire):
    """A second pull of an unchanged story adds no row and no outcome: it is counted on the receipt."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    before = desk.files()
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    counts = desk.run(1).counts
    assert (counts["unchanged"], counts["published"]) == (1, 1)
    assert len(desk.rows()) == 2
    assert before.keys() == desk.files().keys()
    assert sound(desk)


def test_a_new_version_replaces_the_row(desk, wire):
    """A later version takes the place of the earlier one, in the earlier one's partition."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, published=NINE + timedelta(days=1), text="Now with more.")]
    desk.run(1)
    [row] = desk.rows().values()
    assert "Now with more." in row["body"]
    assert list(desk.files()) == ["published_date=2026-03-02/partner=tpa/articles.parquet"]
    assert sound(desk)


@EITHER
def test_a_kill_empties_the_lake_before_refine_ends(desk, wire):
    """A killed story is unreadable once refine has ended, whatever validation would say."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [kill("one", hour=1), story("two")]
    desk.now = NINE + HOUR + timedelta(minutes=1)
    refine(desk.place, pull(desk.place, desk.interval(1)))
    assert desk.rows() == {}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_kill_holds_in_every_order(desk, wire, order):
    """Two versions and their kill, pulled in any order, leave nothing readable."""
    editions = [[story("one")], [story("one", hour=1, text="More.")], [kill("one", hour=2)]]
    for hour, edition in enumerate(order):
        wire.feeds["/a.xml"] = editions[edition]
        desk.run(hour)
    assert desk.rows() == {}
    assert state(desk, "urn:one") == "withdrawn"
    assert sound(desk)


def test_order_and_repetition_end_in_the_same_bytes(tmp_path, database_url, postgres, wire, passing):  # noqa: ARG001 - validation is faked
    """Archived intervals run in any order, some twice, end in the same objects, byte for byte."""
    import psycopg  # noqa: PLC0415

    feeds = {
        8: [story("one"), story("two", published=None)],
        9: [story("one", hour=1, text="More."), story("three", published=NINE - timedelta(days=2))],
        10: [story("one", hour=1, text="More."), story("three", hour=1, published=NINE), kill("two", hour=3)],
    }
    for hour, entries in feeds.items():
        wire.feeds[f"/{hour:02d}.xml"] = entries
    ended = []
    for n, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 0, 1, 2, 0)]):
        name = f"order_{n}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"create database {name} template ledger_template")
        folder = tmp_path / name
        folder.mkdir()
        partner = partner_file(wire)
        desk = Desk(folder, database_url.replace(database_url.split("/")[3].split("?")[0], name), wire, partner)
        for hour in order:
            partner["feeds"]["a"]["archive"] = f"{wire.root}/{8 + hour:02d}.xml?from={{start}}"
            desk.configure(partner)
            desk.run(hour, late=timedelta(days=2))
        assert sound(desk)
        ended.append(desk.files())
        from newswire.ledger.database import engine  # noqa: PLC0415

        engine(desk.database_url).dispose()
    assert ended[0]
    assert ended[0] == ended[1] == ended[2]


@EITHER
def test_a_late_earlier_date_moves_the_story(desk, wire):
    """A version with an earlier publication date moves the story to that day's partition, never leaving two rows."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, published=NINE - timedelta(days=3))]
    desk.run(1)
    assert list(desk.files()) == ["published_date=2026-02-27/partner=tpa/articles.parquet"]
    assert sound(desk)


def test_an_embargo_holds_and_lapses(desk, wire):
    """An embargoed story is held until its time; the first run after it publishes it from the landed payload."""
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + 2 * HOUR)]
    desk.run(0)
    assert (desk.rows(), state(desk, "urn:one")) == ({}, "held")
    wire.feeds["/a.xml"] = []
    desk.run(1)
    assert desk.rows() == {}
    desk.run(2)
    assert set(desk.rows()) == {"urn:one"}
    assert told(desk) == [("urn:one", "held")]
    assert sound(desk)


def test_an_embargo_on_the_newest_version_removes_the_earlier(desk, wire):
    """Once a version is embargoed, no earlier version stays readable."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, embargo=NINE + timedelta(days=9))]
    desk.run(1)
    assert desk.rows() == {}


def test_the_end_of_a_contract_withdraws(desk, wire):
    """After the delivery term a run takes out what the contract no longer allows."""
    partner = partner_file(wire)
    partner["contracts"][0]["delivery_term"] = {"from": "2026-01-01", "until": "2026-03-02"}
    desk.configure(partner)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    assert set(desk.rows()) == {"urn:one"}
    desk.run(24)
    assert desk.rows() == {}
    assert state(desk, "urn:one") in {"rejected", "withdrawn"}
    assert sound(desk)


@EITHER
def test_a_failing_row_is_quarantined_alone(desk, wire, monkeypatch):
    """A row that fails validation is set aside with the expectation's name; the others are published."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]

    def validate(rows, **_):
        bad = next(r["article_id"] for r in rows.to_pylist() if r["item_id"] == "urn:two")
        return Report(success=True, failed_rows={bad: ("body_length",)}, batch_failures=(), docs="none")

    monkeypatch.setattr(quality, "validate", validate)
    desk.run(0)
    assert set(desk.rows()) == {"urn:one"}
    assert told(desk) == [("urn:one", "published"), ("urn:two", "quarantined")]
    [kept] = desk.layout.quarantines("tpa")
    assert b"body_length" in desk.layout.store.read(kept)
    assert sound(desk)


def test_a_failing_update_leaves_the_earlier_version(desk, wire, monkeypatch):
    """A new version that fails validation is set aside; the earlier one stays, flagged, and no rewrite brings it in."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more.")]

    def validate(rows, **_):
        bad = {r["article_id"]: ("body_length",) for r in rows.to_pylist()}
        return Report(success=True, failed_rows=bad, batch_failures=(), docs="none")

    with monkeypatch.context() as patch:
        patch.setattr(quality, "validate", validate)
        desk.run(1)
    [row] = desk.rows().values()
    assert "Now with more." not in row["body"]
    assert row["update_pending"]
    assert state(desk, "urn:one") == "quarantined"
    assert sound(desk)


def test_a_kill_holds_though_its_page_is_gone(desk, wire):
    """A killed story whose article page answers 404 is withdrawn on the feed's word."""
    partner = partner_file(wire)
    partner["feeds"]["a"]["follow"] = "article_page"
    desk.configure(partner)
    here = story("one").replace("https://example.org/one", f"{wire.root}/one.html")
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Quay works"}</script>'
    text = f"<article><h1>Quay works</h1><p>{PARAGRAPH * 4}</p><p>It was told in full. (TPA)</p></article>"
    page = f"<!DOCTYPE html><html><head><title>Quay works</title>{data}</head><body>{text}</body></html>"
    wire.feeds |= {"/a.xml": [here], "/one.html": page.encode()}
    desk.run(0)
    assert set(desk.rows()) == {"urn:one"}
    gone = story("one", hour=1, terms="kill").replace("https://example.org/one", f"{wire.root}/one.html")
    wire.feeds |= {"/a.xml": [gone], "/one.html": 404}
    desk.run(1)
    assert desk.rows() == {}


def test_a_lost_payload_does_not_keep_a_kill_from_working(desk, wire):
    """A story whose landed payload is gone ends the run red, after the kill of another has taken effect."""
    wire.feeds["/a.xml"] = [story("one"), story("two", embargo=NINE + HOUR)]
    desk.run(0)
    for path in desk.layout.store.path("landing").rglob("*.zst"):
        path.unlink()
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    with pytest.raises(LakeCorrupt):
        desk.run(1)
    assert desk.rows() == {}


def test_a_refused_batch_adds_nothing_and_can_be_retried(desk, wire, monkeypatch):
    """A batch-level failure adds no row; once it is mended the same run publishes."""
    wire.feeds["/a.xml"] = [story("one")]
    report = Report(success=False, failed_rows={}, batch_failures=("row_count",), docs="none")
    with monkeypatch.context() as patch:
        patch.setattr(quality, "validate", lambda rows, **_: report)  # noqa: ARG005
        with pytest.raises(BatchRefused, match="row_count"):
            desk.run(0)
    assert desk.rows() == {}
    desk.run(0, late=timedelta(minutes=5))
    assert set(desk.rows()) == {"urn:one"}
    assert told(desk) == [("urn:one", "published")]


@EITHER
def test_a_crash_before_the_rewrite_is_made_good(desk, wire, monkeypatch):
    """If the process dies between the ledger's commit and the rewrite, the next run finishes the rewrite first."""
    wire.feeds["/a.xml"] = [story("one")]
    with dying_in(monkeypatch, Partitions, "_rewrite"):
        desk.run(0)
    assert desk.rows() == {}
    desk.run(1)
    assert set(desk.rows()) == {"urn:one"}
    assert sound(desk)


@EITHER
def test_a_crash_after_the_rename_is_made_good(desk, wire, monkeypatch):
    """If the process dies after the file is in place, the next run recognises it and strikes the intent off."""
    from newswire.ledger import redo  # noqa: PLC0415

    wire.feeds["/a.xml"] = [story("one")]
    with dying_in(monkeypatch, redo, "strike"):
        desk.run(0)
    before = desk.files()
    desk.run(1)
    assert desk.files() == before
    assert sound(desk)


def test_a_run_that_was_overtaken_does_not_turn_time_back(desk, wire):
    """A run that decided before another one committed a newer version publishes the newer one."""
    wire.feeds["/a.xml"] = [story("one")]
    staged = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(0))))
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more.")]
    desk.run(1)
    publish(desk.place, staged)
    assert "Now with more." in desk.rows()["urn:one"]["body"]
    assert sound(desk)


@EITHER
def test_a_kill_that_overtakes_a_staged_story_wins(desk, wire):
    """A story staged before its kill was committed is not published afterwards."""
    wire.feeds["/a.xml"] = [story("one")]
    staged = validate(desk.place, refine(desk.place, pull(desk.place, desk.interval(0))))
    wire.feeds["/a.xml"] = [kill("one", hour=1)]
    desk.run(1)
    publish(desk.place, staged)
    assert desk.rows() == {}
    assert sound(desk)


def test_a_refused_payload_has_its_outcome(desk, wire):
    """A feed that cannot be read is quarantined with its reason, and the run says that the feed failed."""
    wire.feeds["/a.xml"] = b"<html><body><h1>Service unavailable</h1></body></html>"
    published = desk.run(0)
    assert published.failed
    assert told(desk) == [("", "quarantined")]
    assert sound(desk)


def test_a_feed_that_stays_unreadable_stays_failed(desk, wire):
    """A feed whose server answers 304 to what could not be read is as broken as before, and has one outcome still."""
    wire.feeds["/a.xml"] = b"<html><body><h1>Service unavailable</h1></body></html>"
    first, *later = (desk.run(hour).failed for hour in range(3))
    assert ([failed.reason for failed in first], later) == (["html_instead_of_feed"], [first, first])
    assert "if-none-match" in wire.heard["/a.xml"]
    assert told(desk) == [("", "quarantined")]
    wire.feeds["/a.xml"] = [story("one")]
    assert desk.run(3).failed == ()
    assert desk.run(4).failed == ()
    assert sound(desk)


def test_twice_the_same_entry_is_a_duplicate(desk, wire):
    """The same entry twice in a payload has two outcomes and one row."""
    wire.feeds["/a.xml"] = [story("one"), story("one")]
    desk.run(0)
    assert [outcome for _, outcome in told(desk)] == ["duplicate", "published"]
    assert len(desk.rows()) == 1


def test_an_older_version_in_the_same_pull_is_superseded(desk, wire):
    """Two versions of a story in one payload: the higher is published, the other superseded."""
    wire.feeds["/a.xml"] = [story("one", hour=1, text="More."), story("one")]
    desk.run(0)
    assert sorted(outcome for _, outcome in told(desk)) == ["published", "superseded"]


def test_a_rejection_stays_one_when_refine_is_tried_again(desk, wire):
    """A task that fails after it committed a rejection, and is tried again, tells the same outcome and reason."""
    partner = partner_file(wire)
    partner["contracts"][0]["delivery_term"] = {"from": "2026-01-01", "until": "2026-03-01"}
    desk.configure(partner)
    wire.feeds["/a.xml"] = [story("one")]
    desk.now = NINE + timedelta(minutes=1)
    pulled = pull(desk.place, desk.interval(0))
    refine(desk.place, pulled)
    publish(desk.place, validate(desk.place, refine(desk.place, pulled)))
    with ledger.transaction(desk.database_url) as connection:
        [entry] = connection.execute(outcomes.select()).all()
    assert (entry.outcome, entry.reasons) == ("rejected", ["no_contract"])
    assert entry.decision_id is not None
    assert sound(desk)


def test_every_entry_is_accounted_for(desk, wire):
    """Entries pulled = outcomes recorded + unchanged, over several pulls, replays included."""
    for hour, feed in enumerate([[story("one"), story("two")], [story("two"), kill("one", hour=1)], [story("two")]]):
        wire.feeds["/a.xml"] = feed
        desk.run(hour)
    desk.run(0, late=timedelta(hours=8))
    with ledger.transaction(desk.database_url) as connection:
        read = connection.execute(receipts.select().where(receipts.c.entries > 0)).all()
    assert sum(r.entries for r in read) == len(told(desk)) + sum(r.unchanged for r in read)


def test_verify_notices_a_strange_and_a_changed_file(desk, wire):
    """A file that nobody wrote, and one that was changed, are both reported."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [name] = desk.files()
    file = desk.layout.store.path(f"published/articles/{name}")
    file.with_name("stranger.parquet").write_bytes(file.read_bytes())
    with file.open("ab") as handle:
        handle.write(b" ")
    problems = " ".join(verify(desk.layout, desk.database_url).problems)
    assert "stranger.parquet: not in the manifest" in problems
    assert "checksum differs" in problems


def test_a_lost_file_is_written_again(desk, wire):
    """A partition whose file was lost is built anew from the landed payloads by its next rewrite, the same bytes."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    before = desk.files()
    [name] = before
    desk.layout.store.path(f"published/articles/{name}").unlink()
    from newswire.ledger import redo  # noqa: PLC0415

    with ledger.transaction(desk.database_url) as connection:
        redo.intend(connection, "tpa", [NINE.date()], at=desk.now)
    Partitions(Committer(desk.place, Reader(desk.place), "test")).drain()
    assert desk.files() == before


def test_real_great_expectations_pass_a_real_batch(tmp_path, database_url, wire):
    """With the real validation a sound story is published and its Data Docs are there."""
    desk = Desk(tmp_path, database_url, wire, partner_file(wire))
    wire.feeds["/a.xml"] = [story("one")]
    assert run(desk.place, desk.interval(0)).counts["published"] == 1
    assert list(desk.layout.store.path("quality").rglob("index.html"))
