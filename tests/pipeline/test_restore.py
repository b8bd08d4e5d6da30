"""A lost ledger, and a backup in its place: nothing that was withdrawn becomes readable again unnoticed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, make_url
from tests.pipeline.conftest import HOUR, NINE, Desk, kill, partner_file, story
from tests.pipeline.test_kills import by_slug, message, notice, slugged
from tests.terms import contract

from newswire import ledger
from newswire.config import Settings, load_partners
from newswire.errors import BackupRefused, NotReconciled, TakedownIncomplete
from newswire.ledger import graves, overrides, reviews, runs, snapshot, unreconciled
from newswire.ledger.reviews import Review
from newswire.ledger.tables import items, metadata
from newswire.model import Outcome
from newswire.pipeline import reconcile as reconciling
from newswire.pipeline import rulings
from newswire.pipeline.backup import backup
from newswire.pipeline.decider import terms
from newswire.pipeline.desk import desk as tell
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.rebuild import Span, rebuild
from newswire.pipeline.reconcile import reconcile_all, reconcile_these
from newswire.pipeline.refine import refine
from newswire.pipeline.replay import Stretch, replay
from newswire.pipeline.restore import restore
from newswire.pipeline.retention import retain
from newswire.pipeline.rulings import add_override, answer_review, lift_tombstone, revoke_override
from newswire.pipeline.sweep import sweep, sweep_these
from newswire.pipeline.takedown import take_down
from newswire.pipeline.validate import validate
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger


def lose(desk: Desk) -> None:
    """The ledger's database is gone, and an empty one has taken its place."""
    with ledger.transaction(desk.database_url) as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("drop table alembic_version")


def states(desk: Desk) -> dict[str, str]:
    with ledger.transaction(desk.database_url) as connection:
        return {row.item_id: row.state for row in connection.execute(items.select())}


def problems(desk: Desk) -> tuple[str, ...]:
    return verify(desk.layout, desk.database_url, payloads=True).problems


def saved(desk: Desk, settings: Settings):
    return Path(backup(desk.database_url, settings.backups, keep=3, now=desk.now).file)


def test_everything_comes_back_where_nothing_happened_since(desk, wire, settings):
    """Restored right after its backup, ledger and lake are as they were: same rows, same bytes, nothing waits."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    before = desk.files()
    file = saved(desk, settings)
    lose(desk)
    done = restore(settings, file, now=desk.now)
    assert (done.held_back, done.left, done.replaced) == ((), {}, None)
    assert desk.files() == before
    sweep(desk.place)
    assert desk.files() == before
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    assert desk.files() == before
    assert problems(desk) == ()


def test_what_was_killed_after_the_backup_stays_dead(desk, wire, settings):
    """Before anything is reconciled the killed story is held; afterwards its kill is known, and so is what came new."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [kill("one", hour=1), story("two", text="Second."), story("three", text="Third.")]
    desk.run(1)
    before = desk.files()
    lose(desk)
    done = restore(settings, file, now=desk.now)
    assert [held.stories for held in done.held_back] == [1]
    assert set(desk.rows()) == {"urn:two"}
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:two"}
    assert states(desk)["urn:one"] == "held"
    result = reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert (result.failed, [r.receipts for r in result.reconciled]) == ({}, [1])
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert states(desk)["urn:one"] == "withdrawn"
    assert desk.files() == before
    assert problems(desk) == ()
    answer_review(desk.place, done.held_back[0].review, "yes", by="selin")
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:two", "urn:three"}


@pytest.fixture
def restored(desk, wire, settings) -> Desk:
    """A ledger that knows of one story; since its backup a second came, and a kill of it, and the feed shows it again.

    ``lapses`` is under an embargo until eleven, ``expires`` may be read until then.
    """
    valid = f"<dcterms:valid>end={(NINE + 2 * HOUR).isoformat()}; scheme=W3C-DTF</dcterms:valid><link"
    first = [
        story("one"),
        story("lapses", embargo=NINE + 2 * HOUR),
        story("expires").replace("<link", valid),
        story("theirs").replace("(TPA)", "(Reuters)"),
    ]
    wire.feeds["/a.xml"] = first
    desk.run(0)
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [*first, kill("two", hour=1)]
    desk.run(1)
    wire.feeds["/a.xml"] = [*first, story("two", text="Second.")]
    lose(desk)
    [held] = restore(settings, file, now=desk.now).held_back
    desk.review = held.review
    assert set(desk.rows()) == {"urn:one", "urn:expires"}
    return desk


LATER = NINE + timedelta(days=30)
DAY = Stretch(start=NINE - HOUR, end=NINE + 24 * HOUR)
ADDING = {
    "run": lambda desk: desk.run(3),
    "manual": lambda desk: desk.manual(),
    "replay": lambda desk: replay(desk.place, DAY),
    "rebuild": lambda desk: rebuild(desk.place, Span()),
    "answer": lambda desk: answer_review(desk.place, desk.review, "yes", by="selin"),
    "override": lambda desk: add_override(
        desk.place, "urn:theirs", Outcome.PUBLISH, by="selin", why="ours", until=LATER
    ),
    "lift": lambda desk: lift_tombstone(desk.place, "urn:one", by="ada", why="mistaken", admins={"ada"}),
}


@pytest.mark.parametrize("act", ADDING.values(), ids=ADDING)
def test_nothing_enters_between_a_restore_and_its_reconcile(restored, settings, act):
    """Whatever could add something refuses and names the command; after it the kill is known, and runs go on."""
    before = restored.files()
    with pytest.raises(NotReconciled, match="bin/newswire reconcile --partner tpa"):
        act(restored)
    assert restored.files() == before
    assert reconcile_these([restored.place.partner], settings, lambda: restored.now).failed == {}
    restored.run(3)
    assert set(restored.rows()) == {"urn:one"}
    assert states(restored)["urn:two"] == "withdrawn"
    assert problems(restored) == ()


@pytest.mark.parametrize("step", [refine, publish], ids=["refine", "publish"])
def test_a_run_that_began_before_a_restore_adds_nothing(desk, wire, settings, step):
    """Its next step refuses, whichever that is."""
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one")]
    done = pull(desk.place, desk.interval(0))
    if step is publish:
        done = validate(desk.place, refine(desk.place, done))
    lose(desk)
    restore(settings, file, now=desk.now)
    with pytest.raises(NotReconciled):
        step(desk.place, done)
    assert desk.rows() == {}


def test_what_must_leave_leaves_before_it_is_reconciled(restored, wire, settings):
    """A sweep withdraws what expires and is red; new terms change no row, and what they bring back stays due."""
    restored.now = NINE + 2 * HOUR
    restored.configure(partner_file(wire, contracts=[contract(obligations=["link_back"])]))
    before = restored.rows()["urn:one"]
    done = sweep_these([restored.place.partner], settings, lambda: restored.now)
    assert restored.rows() == {"urn:one": before}
    assert list(done.failed) == ["tpa"]
    assert "bin/newswire reconcile --partner tpa" in done.failed["tpa"]
    assert reconcile_these([restored.place.partner], settings, lambda: restored.now).failed == {}
    assert restored.rows()["urn:one"]["obligations"] != before["obligations"]
    assert sweep_these([restored.place.partner], settings, lambda: restored.now).failed == {}


def test_a_person_may_withdraw_before_it_is_reconciled(restored):
    """An override that narrows takes effect at once, and so does a takedown."""
    add_override(restored.place, "urn:one", Outcome.WITHDRAW, by="selin", why="a judge said so", until=LATER)
    sweep(restored.place)
    assert set(restored.rows()) == {"urn:expires"}
    take_down(restored.place, "urn:expires", by="selin", why="a judge said so")
    assert restored.rows() == {}


def test_status_verify_and_the_desk_say_what_is_to_be_reconciled(restored, settings):
    """All three name the moment that the ledger shows, until the partner is reconciled."""

    def told() -> list[bool]:
        with ledger.transaction(restored.database_url) as connection:
            [row] = runs.status(connection, ["tpa"])
        [line] = tell(settings, ["tpa"], restored.now)
        found = verify(restored.layout, restored.database_url)
        moments = [since and since.taken_at for since in (row["unreconciled"], line.unreconciled)]
        return [moment == NINE + timedelta(minutes=1) for moment in moments] + [
            "bin/newswire reconcile" in found.remedies
        ]

    assert told() == [True, True, True]
    reconcile_these([restored.place.partner], settings, lambda: restored.now)
    assert told() == [False, False, False]


def test_partners_are_reconciled_one_by_one(desk, wire, settings):
    """The reconciled one goes on; the other refuses still, and so does one that only landing knows."""
    (desk.folder / "other.yaml").write_text((desk.folder / "tpa.yaml").read_text())
    desk.layout.store.path("landing/third/a").mkdir(parents=True)
    wire.feeds["/a.xml"] = [story("one")]
    file = saved(desk, settings)
    lose(desk)
    restore(settings, file, now=desk.now)
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    desk.run(1)
    assert set(desk.rows()) == {"urn:one"}
    with ledger.transaction(desk.database_url) as connection:
        assert set(unreconciled.every(connection)) == {"other", "third"}


@pytest.mark.parametrize("how", ["broken", "gone"])
def test_kills_of_a_partner_without_a_sound_file_are_taken_up(restored, settings, how):
    """Its last valid file reads them; the file's fault stays named, and its other stories stay."""
    file = settings.partners / "tpa.yaml"
    file.write_text("name: [", encoding="utf-8") if how == "broken" else file.unlink()
    done = reconcile_all(*load_partners(settings.partners), settings, lambda: restored.now)
    assert [r.partner for r in done.reconciled] == ["tpa"]
    assert "tpa.yaml" in done.failed["tpa"]
    assert set(restored.rows()) == {"urn:one", "urn:expires"}
    with ledger.transaction(restored.database_url) as connection:
        assert [k.item_id for k in graves.of_item(connection, "tpa", "urn:two")] == ["urn:two"]
        assert unreconciled.every(connection) == {}


def test_a_partner_whose_file_was_never_valid_is_named_and_stays_closed(desk, settings):
    """Nobody can read what landed of it: reconcile says so, and does not pass it over."""
    file = saved(desk, settings)
    (desk.folder / "new.yaml").write_text("name: [", encoding="utf-8")
    desk.layout.store.path("landing/new/a").mkdir(parents=True)
    lose(desk)
    restore(settings, file, now=desk.now)
    done = reconcile_all(*load_partners(settings.partners), settings, lambda: desk.now)
    assert [r.partner for r in done.reconciled] == ["tpa"]
    assert "Bring a valid file" in done.failed["new"]
    with ledger.transaction(desk.database_url) as connection:
        assert list(unreconciled.every(connection)) == ["new"]


def test_a_kill_in_a_feed_that_has_left_the_file_is_taken_up(desk, wire, settings):
    """What landed after the backup of a feed that is no longer in the partner file is read all the same."""
    feeds = partner_file(wire)["feeds"]
    desk.configure(partner_file(wire, feeds={**feeds, "b": {**feeds["a"], "url": f"{wire.root}/b.xml"}}))
    wire.feeds |= {"/a.xml": [story("one"), story("two")], "/b.xml": []}
    desk.run(0)
    file = saved(desk, settings)
    wire.feeds["/b.xml"] = [kill("one", hour=1)]
    desk.run(1)
    desk.configure(partner_file(wire))
    lose(desk)
    restore(settings, file, now=desk.now)
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    assert states(desk) == {"urn:one": "withdrawn", "urn:two": "published"}


def test_what_persons_ruled_after_the_backup_is_said_again(desk, wire, settings):
    """Overrides, revoked ones, answers and lifted tombstones lie beside the payloads; reconcile takes them up once."""
    theirs = [story(name).replace("(TPA)", "(Reuters)") for name in ("theirs", "revoked")]
    wire.feeds["/a.xml"] = [kill("killed", hour=0), kill("again", hour=0)]
    desk.run(0)
    wire.feeds["/a.xml"] = [*theirs, story("one"), story("killed", hour=1), story("again", hour=1)]
    desk.run(1)
    how = {"by": "selin", "until": LATER}
    gone, _ = add_override(desk.place, "urn:revoked", Outcome.PUBLISH, why="ours", **how)
    review = Review(
        review_id="r", partner="tpa", kind="restore", terms="t", question="q", opened_at=NINE, due_at=NINE + HOUR
    )
    with ledger.transaction(desk.database_url) as connection:
        reviews.open_review(connection, review, {"urn:one": ""})
    sweep(desk.place)
    file = saved(desk, settings)
    desk.now += HOUR
    revoke_override(desk.place, gone.override_id, by="selin", why="not ours")
    kept, _ = add_override(desk.place, "urn:theirs", Outcome.PUBLISH, why="ours", **how)
    answer_review(desk.place, "r", "yes", by="selin", note="all is well")
    for name in ("urn:killed", "urn:again"):
        lift_tombstone(desk.place, name, by="ada", why="mistaken", admins={"ada"})
    sweep(desk.place)
    wire.feeds["/a.xml"] = [kill("again", hour=3)]
    desk.run(3)
    before, files = states(desk), desk.files()
    assert set(desk.rows()) == {"urn:theirs", "urn:one", "urn:killed"}
    lose(desk)
    waiting = restore(settings, file, now=desk.now).held_back[0].review
    [done] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert done.rulings == 4
    with ledger.transaction(desk.database_url) as connection:
        recorded = {entry.override.override_id: entry for entry in overrides.recorded(connection, "tpa")}
        assert recorded[kept.override_id].override == kept
        assert recorded[gone.override_id].revoked_because == "not ours"
        answered = reviews.find(connection, "r")
        assert (answered.answer, answered.answered_by, answered.note) == ("yes", "selin", "all is well")
        lifted = {name: grave.lifted_by for name, grave in graves.graves_of(connection, "tpa").items()}
        assert lifted == {"urn:killed": "ada", "urn:again": None}, "a later kill stands"
    answer_review(desk.place, waiting, "yes", by="selin")
    sweep(desk.place)
    assert (states(desk), desk.files()) == (before, files)
    [again] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert again.rulings == 0


def test_an_answer_outlives_the_silence_that_a_restored_ledger_sees(desk, wire, settings):
    """A sweep before the reconcile takes an answered question for one that nobody answered in time."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    review = Review(
        review_id="r",
        partner="tpa",
        kind="reentry",
        terms=terms(desk.place.partner),
        question="q",
        opened_at=NINE,
        due_at=NINE + 2 * HOUR,
    )
    with ledger.transaction(desk.database_url) as connection:
        reviews.open_review(connection, review, {"urn:one": ""})
    file = saved(desk, settings)
    desk.now += HOUR
    answer_review(desk.place, "r", "yes", by="selin")
    desk.now += 2 * HOUR
    lose(desk)
    restore(settings, file, now=desk.now)
    sweep(desk.place)
    with ledger.transaction(desk.database_url) as connection:
        assert reviews.find(connection, "r").answered_by == "nobody in time"
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    with ledger.transaction(desk.database_url) as connection:
        assert (reviews.find(connection, "r").answer, reviews.find(connection, "r").answered_by) == ("yes", "selin")


def test_what_a_person_withdrew_after_the_backup_waits(desk, wire, settings):
    """An override is said again and its story stays out; a new version is held until someone says yes."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    until = NINE + timedelta(days=30)
    add_override(desk.place, "urn:one", Outcome.WITHDRAW, by="selin", why="a judge said so", until=until)
    sweep(desk.place)
    assert desk.rows() == {}
    lose(desk)
    [held] = restore(settings, file, now=desk.now).held_back
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more.")]
    desk.run(1)
    assert (desk.rows(), states(desk)["urn:one"]) == ({}, "held")
    answer_review(desk.place, held.review, "yes", by="selin")
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:one"}


def test_a_story_of_which_both_ends_are_lost_waits(desk, wire, settings):
    """A story that came and left after the backup is taken up, and does not enter though nobody knows why it left."""
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    add_override(
        desk.place, "urn:one", Outcome.WITHDRAW, by="selin", why="a judge said so", until=NINE + timedelta(days=30)
    )
    sweep(desk.place)
    lose(desk)
    desk.layout.store.path(desk.layout.rulings("tpa")).unlink()
    restore(settings, file, now=desk.now)
    assert desk.rows() == {}
    [done] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert (set(desk.rows()), done.waiting) == ({"urn:two"}, 1)
    assert states(desk) == {"urn:one": "held", "urn:two": "published"}
    assert problems(desk) == ()
    again = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert [(r.receipts, r.waiting) for r in again] == [(0, 0)]


def test_what_an_earlier_restore_noted_brings_nothing_back(desk, wire, settings):
    """A story that could be read at one restore, and that a person withdrew before the next, waits after that one."""
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    lose(desk)
    restore(settings, file, now=desk.now)
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert set(desk.rows()) == {"urn:one"}
    until = NINE + timedelta(days=30)
    add_override(desk.place, "urn:one", Outcome.WITHDRAW, by="selin", why="a judge said so", until=until)
    sweep(desk.place)
    lose(desk)
    restore(settings, file, now=desk.now)
    [done] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert (desk.rows(), done.waiting) == ({}, 1)


def test_what_retention_removed_after_the_backup_is_not_called_lost(desk, wire, settings):
    """The slips tell a restored ledger what was removed: its stories stay out, and neither sweep nor verify fails."""
    desk.configure(partner_file(wire, landing_retention="30d"))
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    file = saved(desk, settings)
    desk.configure(partner_file(wire, landing_retention="30d", contracts=[]))
    desk.now = NINE + timedelta(days=31)
    sweep(desk.place)
    for path in desk.layout.payloads("tpa"):
        os.utime(desk.layout.store.path(path), (0, 0))
    assert retain(desk.place).removed == 1
    lose(desk)
    restore(settings, file, now=desk.now)
    result = reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert (result.failed, desk.rows()) == ({}, {})
    desk.now += HOUR
    sweep(desk.place)
    assert problems(desk) == ()


def test_without_the_lake_everything_waits(desk, wire, settings):
    """Where only the ledger and a copy of landing are left, one review holds every story until a person says yes."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    before = desk.files()
    file = saved(desk, settings)
    lose(desk)
    desk.layout.store.path("published").rename(desk.folder / "lost")
    [held] = restore(settings, file, now=desk.now).held_back
    sweep(desk.place)
    assert (held.stories, desk.rows()) == (2, {})
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert desk.rows() == {}
    answer_review(desk.place, held.review, "yes", by="selin")
    sweep(desk.place)
    assert desk.files() == before
    assert problems(desk) == ()


def test_a_correction_after_the_backup_is_not_undone(desk, wire, settings):
    """The version that the lake had is taken up again; the older one is not shown in between."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Corrected.")]
    desk.run(1)
    before = desk.files()
    lose(desk)
    restore(settings, file, now=desk.now)
    sweep(desk.place)
    assert desk.rows() == {}
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert desk.files() == before


def test_rows_and_files_that_the_ledger_does_not_know_leave(desk, wire, settings):
    """A stranger's file in the lake is gone after a restore, and so is what came after the backup."""
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [relative] = desk.files()
    own = desk.layout.store.path(f"published/articles/{relative}")
    stranger = own.parents[1] / "partner=gone" / own.name
    stranger.parent.mkdir()
    stranger.write_bytes(own.read_bytes())
    lose(desk)
    left = restore(settings, file, now=desk.now).left
    assert sum(n for path, n in left.items() if "articles" in path) == 2
    assert desk.files() == {}
    unreconciled, told = problems(desk)
    assert "not taken up yet" in unreconciled
    assert "no receipt names it" in told
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert (set(desk.rows()), problems(desk)) == ({"urn:one"}, ())


def test_a_ledger_with_rows_is_replaced_only_by_name(desk, wire, settings):
    """Without the name, or with another, nothing changes; with it the old ledger is saved first."""
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    with pytest.raises(BackupRefused, match="--replace ledger_") as refused:
        restore(settings, file, now=desk.now)
    name = str(refused.value).split("--replace ")[1].split()[0]
    with pytest.raises(BackupRefused, match="is called"):
        restore(settings, file, replace_database="newswire", now=desk.now)
    assert set(states(desk)) == {"urn:one"}
    done = restore(settings, file, replace_database=name, now=desk.now)
    assert states(desk) == {}
    restore(settings, Path(done.replaced), replace_database=name, now=desk.now)
    assert set(states(desk)) == {"urn:one"}


def test_a_damaged_backup_is_refused_and_changes_nothing(desk, wire, settings, tmp_path):
    """A flipped bit is noticed wherever it changes what would be restored; so is a missing end, and another file."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    good, manifest = file.read_bytes(), snapshot.check(file)
    bad = tmp_path / "bad.zip"
    refused = 0
    for at in range(0, len(good), 97):
        bad.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        try:
            assert snapshot.check(bad) == manifest
        except BackupRefused:
            refused += 1
    assert refused > len(good) / 97 / 2
    for content in (good[:-30], b"", b"no zip"):
        bad.write_bytes(content)
        with pytest.raises(BackupRefused, match="no sound backup"):
            restore(settings, bad, now=desk.now)
    with pytest.raises(BackupRefused, match="cannot be read"):
        restore(settings, tmp_path / "absent.zip", now=desk.now)
    assert set(states(desk)) == {"urn:one"}


def test_a_restore_that_dies_leaves_the_ledger_as_it_was(desk, wire, settings, monkeypatch):
    """All or nothing: an error after the tables were filled takes everything back."""
    from newswire.pipeline import restore as restoring  # noqa: PLC0415

    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    lose(desk)
    ledger.migrate(desk.database_url)

    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(restoring, "_intend_all", die)
    with pytest.raises(SystemExit):
        restore(settings, file, now=desk.now)
    assert states(desk) == {}
    assert set(desk.rows()) == {"urn:one"}


def test_the_ledger_goes_on_counting(desk, wire, settings):
    """Numbers that the ledger gave out are not given out again after a restore."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    query = "select max(change_id) from changes"
    with ledger.transaction(desk.database_url) as connection:
        before = connection.exec_driver_sql(query).scalar_one()
    file = saved(desk, settings)
    lose(desk)
    restore(settings, file, now=desk.now)
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    wire.feeds["/a.xml"] = [story("two", text="Second.")]
    desk.run(1)
    with ledger.transaction(desk.database_url) as connection:
        assert connection.exec_driver_sql(query).scalar_one() == before + 1


def test_the_newest_sound_backups_are_kept(desk, settings):
    """Older ones leave; a damaged one does not count, and is named."""
    files = []
    for _ in range(4):
        files.append(Path(backup(desk.database_url, settings.backups, keep=2, now=desk.now).file))
        desk.now += timedelta(days=1)
    assert [file.exists() for file in files] == [False, False, True, True]
    files[3].write_bytes(files[3].read_bytes()[:-200])
    done = backup(desk.database_url, settings.backups, keep=2, now=desk.now)
    assert (done.damaged, done.kept) == ((files[3].name,), (Path(done.file).name, files[2].name))
    assert files[2].exists()
    assert Path(done.file).stat().st_mode & 0o777 == 0o600


def test_a_backup_takes_no_other_ones_place(desk, wire, settings):
    """Two of the same second have two names, the later one counts as newer; nor is a backup lost to its own restore."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    first, second = (saved(desk, settings) for _ in range(2))
    assert [file.name for file in (first, second)] == [
        "ledger-20260302T090100Z.zip",
        "ledger-20260302T090100Z_1.zip",
    ]
    (settings.backups / ".ledger-20260302T090100Z_2.zip.tmp").touch()  # another process is at work on it
    done = backup(desk.database_url, settings.backups, keep=2, now=desk.now)
    assert done.kept == ("ledger-20260302T090100Z_3.zip", second.name)
    wire.feeds["/a.xml"] = []
    restore(settings, second, replace_database=make_url(desk.database_url).database, now=desk.now)
    assert set(states(desk)) == {"urn:one"}
    assert second.exists()


def test_a_backup_is_read_without_newswire(desk, wire, settings):
    """It is a zip of CSV files: unzip and any reader of CSV suffice."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    with zipfile.ZipFile(saved(desk, settings)) as archive:
        [row] = csv.DictReader(io.TextIOWrapper(archive.open("items.csv"), encoding="utf-8"))
    assert (row["item_id"], row["state"]) == ("urn:one", "published")


def test_a_backup_holds_every_table(desk, settings):
    """Whatever table the database has, the backup has; but the one that says which migrations it went through."""
    with ledger.transaction(desk.database_url) as connection:
        there = MetaData()
        there.reflect(connection)
    held = {table.name for table in snapshot.check(saved(desk, settings)).tables}
    assert held == there.tables.keys() - {"alembic_version"}


def test_a_takedown_after_a_lift_stands(desk, wire, settings):
    """Taken down, lifted after the backup and taken down again: it is out, also after the next reconcile."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    take_down(desk.place, "urn:one", by="ada", why="a judge said so")
    file = saved(desk, settings)
    desk.now += HOUR
    lift_tombstone(desk.place, "urn:one", by="ada", why="mistaken", admins={"ada"})
    sweep(desk.place)
    desk.now += HOUR
    again = take_down(desk.place, "urn:one", by="ada", why="another judge said so").takedown_id
    lose(desk)
    restore(settings, file, now=desk.now)
    for forgotten in (again,), ():
        [done] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
        assert (done.takedowns, done.rulings) == (forgotten, 0)
        assert set(desk.rows()) == {"urn:two"}
    assert problems(desk) == ()
    desk.now += HOUR
    lift_tombstone(desk.place, "urn:one", by="ada", why="both mistaken", admins={"ada"})
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    assert set(desk.rows()) == {"urn:one", "urn:two"}


def test_a_kill_after_a_lift_stands(desk, wire, settings):
    """Even where it ranks no higher than the one that was lifted, whose tombstone the backup holds."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    wire.feeds["/a.xml"] = [notice("x", hour=5, replaces="urn:one")]
    desk.run(1)
    file = saved(desk, settings)
    desk.now += HOUR
    lift_tombstone(desk.place, "urn:one", by="ada", why="mistaken", admins={"ada"})
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    wire.feeds["/a.xml"] = [notice("y", hour=4, replaces="urn:one")]
    desk.run(6)
    assert set(desk.rows()) == {"urn:two"}
    lose(desk)
    restore(settings, file, now=desk.now)
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:two"}


@pytest.mark.parametrize("ranks", ["higher", "no higher"])
def test_a_suspicion_after_a_dismissed_one_stands(desk, wire, settings, ranks):
    """The repeated no is about the first kill only; the later one suspends the story, and a person is asked."""
    slugged(desk, wire)
    for hour, edition in enumerate((message("Harbour-lamp/", 1), message("Harbour-lamp/KILL", 2, hour=1))):
        wire.feeds["/a.xml"] = edition
        desk.run(hour)
    [suspect] = [name for name, (_, reason) in by_slug(desk).items() if reason == "kill_suspected"]
    with ledger.transaction(desk.database_url) as connection:
        [review] = reviews.listed(connection, "tpa")
    file = saved(desk, settings)
    desk.now += HOUR
    answer_review(desk.place, review.review_id, "no", by="selin")
    sweep(desk.place)
    assert suspect in desk.rows()
    hour = 5 if ranks == "higher" else 0
    wire.feeds["/a.xml"] = message("Harbour-lamp/KILL", 3, hour=hour, heading="Really kill it =")
    desk.run(6)
    assert suspect not in desk.rows()
    lose(desk)
    restore(settings, file, now=desk.now)
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    sweep(desk.place)
    assert suspect not in desk.rows()
    with ledger.transaction(desk.database_url) as connection:
        assert graves.graves_of(connection, "tpa", [suspect])[suspect].lifted_at is None
        assert [r.review_id != review.review_id for r in reviews.listed(connection, "tpa") if r.kind == "kill"] == [
            True
        ]


@pytest.mark.parametrize("before", [False, True], ids=["first", "repeated"])
def test_every_story_that_is_taken_down_before_a_reconcile_stays_out(desk, wire, settings, before):
    """Those too of which only landing knows; and where the same person has asked the same before the backup."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    if before:
        take_down(desk.place, None, by="ada", why="the contract is over")
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(1)
    assert "urn:two" in desk.rows()
    lose(desk)
    restore(settings, file, now=desk.now)
    desk.now += HOUR
    take_down(desk.place, None, by="ada", why="the contract is over")
    desk.now += HOUR
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    assert desk.rows() == {}
    assert set(states(desk).values()) == {"withdrawn"}
    assert problems(desk) == ()


def test_what_landed_after_every_story_was_taken_down_is_no_part_of_that(desk, wire, settings):
    """A takedown of every story that the backup has forgotten is repeated as it was."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    take_down(desk.place, None, by="ada", why="a judge said so")
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(1)
    assert set(desk.rows()) == {"urn:two"}
    lose(desk)
    restore(settings, file, now=desk.now)
    desk.now += HOUR
    for _ in range(2):
        assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
        assert set(desk.rows()) == {"urn:two"}


@pytest.mark.parametrize("what", ["takedown", "payload"])
def test_a_kill_is_taken_up_whatever_else_fails(desk, wire, settings, monkeypatch, what):
    """A takedown of which something is left, or a damaged payload, holds nothing up that must leave."""
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second.")]
    desk.run(0)
    file = saved(desk, settings)
    before = set(desk.layout.payloads("tpa"))
    wire.feeds["/a.xml"] = [story("three", text="Third.")]
    desk.run(1)
    [third] = set(desk.layout.payloads("tpa")) - before
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.run(2)
    whole = desk.layout.store.read(third)
    lose(desk)
    restore(settings, file, now=desk.now)
    with monkeypatch.context() as patch:
        if what == "payload":
            desk.layout.store.put(third, b"damaged")
        else:
            error = TakedownIncomplete("something is left", reason="takedown_incomplete", remedy="Repeat it.")
            patch.setattr(reconciling, "take_up", Mock(side_effect=error))
        [told] = reconcile_these([desk.place.partner], settings, lambda: desk.now).failed.values()
    assert told.startswith("takedown_incomplete" if what == "takedown" else "payload_")
    assert (set(desk.rows()), states(desk)["urn:one"]) == ({"urn:two"}, "withdrawn")
    with ledger.transaction(desk.database_url) as connection:
        assert unreconciled.since(connection, "tpa") is not None
    desk.layout.store.put(third, whole)
    assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    assert problems(desk) == ()


def test_a_lift_that_was_never_committed_is_not_said_again(desk, wire, settings, monkeypatch):
    """Where its transaction failed it takes no effect with a later reconcile, be it of a restored ledger or not."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    take_down(desk.place, "urn:one", by="ada", why="a judge said so")
    file = saved(desk, settings)
    desk.now += HOUR
    with monkeypatch.context() as patch:
        patch.setattr(rulings, "ledger", SimpleNamespace(transaction=uncommitted))
        with pytest.raises(ConnectionError):
            lift_tombstone(desk.place, "urn:one", by="ada", why="mistaken", admins={"ada"})
    for _ in range(2):
        assert reconcile_these([desk.place.partner], settings, lambda: desk.now).failed == {}
        assert desk.rows() == {}
        lose(desk)
        restore(settings, file, now=desk.now)


@contextmanager
def uncommitted(database_url: str) -> Iterator[Connection]:
    """A transaction whose commit fails."""
    with ledger.transaction(database_url) as connection:
        yield connection
        raise ConnectionError


@pytest.mark.parametrize("outcome", [Outcome.PUBLISH, Outcome.WITHDRAW])
def test_an_uncommitted_ruling_is_said_again_only_if_it_narrows(desk, wire, monkeypatch, outcome):
    """Overrides and what revokes them lie on a slip only if that keeps something out."""
    wire.feeds["/a.xml"] = [story("one") if outcome is Outcome.WITHDRAW else story("one").replace("(TPA)", "(Reuters)")]
    desk.run(0)
    how = {"by": "selin", "until": LATER}
    narrows = outcome is Outcome.WITHDRAW

    def slips() -> list[str]:
        return [ruling.what for ruling in rulings.slips.rulings(desk.layout, "tpa")]

    with monkeypatch.context() as patch:
        patch.setattr(rulings, "ledger", SimpleNamespace(transaction=uncommitted))
        with pytest.raises(ConnectionError):
            add_override(desk.place, "urn:one", outcome, why="ours", **how)
    assert slips() == ["override"] * narrows
    kept, _ = add_override(desk.place, "urn:one", outcome, why="ours", **how)
    before = slips()
    with monkeypatch.context() as patch:
        patch.setattr(rulings, "ledger", SimpleNamespace(transaction=uncommitted))
        with pytest.raises(ConnectionError):
            revoke_override(desk.place, kept.override_id, by="selin", why="mistaken")
    assert slips()[len(before) :] == ["revoked"] * (not narrows)
    revoke_override(desk.place, kept.override_id, by="selin", why="mistaken")
    assert slips()[-1] == "revoked"


def test_a_restore_during_a_reconcile_is_reconciled_itself(desk, wire, settings, monkeypatch):
    """The end of the first reconcile leaves the mark of the second restore."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    lose(desk)
    restore(settings, file, now=desk.now)
    again = reconciling.say_again

    def meanwhile(place):
        lose(desk)
        restore(settings, file, now=desk.now + HOUR)
        return again(place)

    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "say_again", meanwhile)
        reconcile_these([desk.place.partner], settings, lambda: desk.now)
    with ledger.transaction(desk.database_url) as connection:
        assert unreconciled.since(connection, "tpa").restored_at == desk.now + HOUR
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    with ledger.transaction(desk.database_url) as connection:
        assert unreconciled.every(connection) == {}


def test_a_folder_that_is_no_partners_is_not_to_be_reconciled(desk, settings):
    """A file system puts a folder of its own into landing."""
    file = saved(desk, settings)
    desk.layout.store.path("landing/lost+found").mkdir(parents=True)
    lose(desk)
    restore(settings, file, now=desk.now)
    with ledger.transaction(desk.database_url) as connection:
        assert list(unreconciled.every(connection)) == ["tpa"]


def test_what_was_purged_after_the_backup_stays_purged(desk, wire, settings):
    """A takedown that purged raw bytes is forgotten with the ledger; the story waits, and the others are taken up."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    wire.feeds["/a.xml"] = [story("one"), story("two", text="Second."), story("three", text="Third.")]
    desk.run(1)
    taken = take_down(desk.place, "urn:two", by="selin", why="a judge said so", purge_raw=True).takedown_id
    assert set(desk.rows()) == {"urn:one", "urn:three"}
    lose(desk)
    restore(settings, file, now=desk.now)
    [done] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert (set(desk.rows()), done.lost, done.takedowns) == ({"urn:one", "urn:three"}, (), (taken,))
    assert problems(desk) == ()
    [again] = reconcile_these([desk.place.partner], settings, lambda: desk.now).reconciled
    assert again.takedowns == ()


def test_a_backup_shows_one_moment(desk, wire, settings, monkeypatch):
    """What is committed while the backup is being written is in none of its tables."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    dump = snapshot._dump

    def meanwhile(connection, archive, table):
        if table.name == metadata.sorted_tables[1].name:
            wire.feeds["/a.xml"] = [story("two", text="Second.")]
            desk.run(1)
        return dump(connection, archive, table)

    monkeypatch.setattr(snapshot, "_dump", meanwhile)
    file = saved(desk, settings)
    monkeypatch.undo()
    lose(desk)
    restore(settings, file, now=desk.now)
    assert set(states(desk)) == {"urn:one"}


def test_a_person_is_asked_again_until_they_answer(desk, wire, settings):
    """Silence releases nothing after a restore, and neither does a change of terms."""
    from newswire.pipeline.reviews import to_ask  # noqa: PLC0415

    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    file = saved(desk, settings)
    lose(desk)
    desk.layout.store.path("published").rename(desk.folder / "lost")
    [held] = restore(settings, file, now=desk.now).held_back
    assert to_ask(settings, desk.now) == {}, "nobody can know yet what to answer"
    reconcile_these([desk.place.partner], settings, lambda: desk.now)
    assert set(to_ask(settings, desk.now)) == {held.review}
    with ledger.transaction(desk.database_url) as connection:
        reviews.asked(connection, held.review, at=desk.now, due_at=desk.now + timedelta(days=3))
    desk.now += timedelta(days=3)
    assert set(to_ask(replace(settings), desk.now)) == {held.review}
    desk.configure(partner_file(wire, aliases=["TPA", "Test Press"]))
    sweep(desk.place)
    assert desk.rows() == {}


def of_schema(desk: Desk, settings: Settings, revision: str, monkeypatch: pytest.MonkeyPatch):
    """A backup as a version whose last migration was ``revision`` wrote it, of a ledger with one partner."""
    from newswire.ledger import database  # noqa: PLC0415

    lose(desk)
    with ledger.transaction(desk.database_url) as connection:
        database.upgrade(connection, revision)
        connection.exec_driver_sql("insert into partners (partner, file, kept_at) values ('tpa', '{}', now())")
        then = MetaData()
        then.reflect(connection)
        then.remove(then.tables["alembic_version"])
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "metadata", then)
        patch.setattr(snapshot, "latest", lambda: revision)
        return saved(desk, settings)


def test_an_older_backup_is_brought_up_to_date(desk, settings, monkeypatch):
    """A backup of an older schema is restored at its own and migrated: the tables are those of this version."""
    file = of_schema(desk, settings, "0004", monkeypatch)
    lose(desk)
    assert restore(settings, file, now=desk.now).schema[0] == "0004"
    with ledger.transaction(desk.database_url) as connection:
        assert connection.exec_driver_sql("select partner from partners").scalar_one() == "tpa"
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_newer_backup_is_refused(desk, settings, monkeypatch):
    """A backup whose schema this version does not know is refused, and the database stays empty."""
    file = saved(desk, settings)
    monkeypatch.setattr(snapshot, "known_revisions", lambda: ["0001", "0002"])
    lose(desk)
    with pytest.raises(BackupRefused, match="or a newer"):
        restore(settings, file, now=desk.now)
    with ledger.transaction(desk.database_url) as connection:
        assert connection.exec_driver_sql("select to_regclass('items')").scalar_one() is None
