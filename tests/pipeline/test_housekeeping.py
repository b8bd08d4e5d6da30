"""The daily housekeeping: what piles up leaves, and what is wrong is told with what to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.pipeline.conftest import HOUR, dying_in, story

from newswire import ledger, quality
from newswire.errors import HousekeepingFailed
from newswire.lake import landing
from newswire.pipeline import publish as publishing
from newswire.pipeline import rewrite as rewriting
from newswire.pipeline.housekeeping import do
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def age(path: Path, by: timedelta) -> Path:
    """Let a file, or a folder with all in it, be that old."""
    at = (NOW - by).timestamp()
    for one in (*path.rglob("*"), path):
        os.utime(one, (at, at))
    return path


def test_what_dead_processes_were_writing_leaves(desk, wire, settings):
    """A half-written file of yesterday is removed wherever it lies; one of today, and every lock, stay."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    locks = sorted(desk.layout.store.path("state/locks").iterdir())
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    old, new = payload.with_name(".aaaa.tmp"), payload.with_name(".bbbb.tmp")
    for path in (old, new):
        path.write_bytes(b"half")
    age(old, 2 * DAY)
    assert do("clean", settings, NOW).counts == {"temporary": 1, "batches": 0, "bytes": 4}
    assert (old.exists(), new.exists(), payload.exists()) == (False, True, True)
    assert sorted(desk.layout.store.path("state/locks").iterdir()) == locks


def test_batches_of_runs_that_closed_long_ago_leave(desk, wire, settings, monkeypatch):
    """A closed run's batch stays a week; that of a run that died in publish stays longer, and can be published."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("two")]
    with dying_in(monkeypatch, publishing, "write_new_decisions"):
        desk.run(1)
    closed, dead = (desk.layout.store.path(desk.layout.batch("tpa", desk.interval(hour).run_id)) for hour in (0, 1))
    assert do("clean", settings, NOW).counts["batches"] == 0
    age(closed, 8 * DAY)
    age(dead, 8 * DAY)
    assert do("clean", settings, NOW).counts["batches"] == 1
    assert (closed.exists(), dead.exists()) == (False, True)
    desk.run(1)
    assert set(desk.rows()) == {"urn:one", "urn:two"}
    desk.run(0)
    age(dead, 31 * DAY)
    assert do("clean", settings, NOW).counts["batches"] == 1


def test_data_docs_are_kept_to_their_number(desk, settings):
    """Of a partner that no validation comes to any more, too; pages leave with their results."""
    place = desk.layout.store.path("quality") / "gone"
    for kind in ("results", "docs/validations"):
        for n in range(quality.keeping.KEPT_RESULTS + 3):
            (place / kind / "articles_rows" / "gone" / f"2026030{n:02d}T000000Z").mkdir(parents=True)
    assert do("docs", settings, NOW).counts == {"partners": 1, "removed": 3}
    left = [sorted(p.name for p in (place / kind).glob("*/*/*")) for kind in ("results", "docs/validations")]
    assert left[0] == left[1] == [f"2026030{n:02d}T000000Z" for n in range(3, quality.keeping.KEPT_RESULTS + 3)]


def test_a_damaged_payload_and_a_changed_file_turn_it_red(desk, wire, settings):
    """The check names both, and the command that writes the file anew."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    do("backup", settings, NOW)
    assert do("check", settings, NOW).problems == ()
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    payload.write_bytes(payload.read_bytes()[:-4])
    [name] = desk.files()
    with desk.layout.store.path(f"published/articles/{name}").open("ab") as file:
        file.write(b" ")
    with pytest.raises(HousekeepingFailed, match=r"[^.]\. Run `bin/newswire rebuild --partner tpa [^`]+`\.$") as failed:
        do("check", settings, NOW)
    assert payload.name in str(failed.value)
    assert "checksum differs" in str(failed.value)


def test_a_payload_that_no_receipt_names_is_told(desk, wire, settings):
    """A file in landing without a receipt is a problem once no pull can be at work on it."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    do("backup", settings, NOW)
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    stray = payload.with_name(f"{'0' * 64}.xml.zst")
    stray.write_bytes(payload.read_bytes())
    assert do("check", settings, NOW).problems == ()
    age(stray, 2 * HOUR)
    with pytest.raises(HousekeepingFailed, match=r"no receipt names it.*bin/newswire reconcile"):
        do("check", settings, NOW)


def test_a_run_at_work_is_no_alarm(desk, wire, settings, monkeypatch):
    """What a run has committed and not written yet is let be for an hour, and then told."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="Now with more.")]
    with dying_in(monkeypatch, rewriting, "put"):
        desk.run(1)
    do("backup", settings, NOW)
    assert do("check", settings, desk.now).problems == ()
    assert verify(desk.layout, desk.database_url).problems != ()
    with pytest.raises(HousekeepingFailed, match="wait to be rewritten"):
        do("check", settings, NOW)


def test_without_a_sound_backup_it_is_red(settings):
    """No backup, an old one, or a damaged one is a problem of its own."""
    with pytest.raises(HousekeepingFailed, match=r"newest sound backup.*none"):
        do("check", settings, NOW)
    do("backup", settings, NOW)
    do("check", settings, NOW)
    with pytest.raises(HousekeepingFailed, match="newest sound backup"):
        do("check", settings, NOW + 3 * DAY)
    [file] = settings.backups.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(HousekeepingFailed, match=r"newest sound backup.*none"):
        do("check", settings, NOW)
    with pytest.raises(HousekeepingFailed, match="is damaged"):
        do("backup", settings, NOW + DAY)


def test_a_check_holds_one_payload_in_memory_a_piece_at_a_time(desk):
    """A payload of many megabytes is compared in pieces."""
    import tracemalloc  # noqa: PLC0415

    raw = os.urandom(1 << 16) * 1024
    relative = desk.layout.landing("tpa", "a", NOW.date(), "0" * 64, None)
    landing.land(desk.layout, relative, raw)
    digest = landing.sha256(raw)
    del raw
    tracemalloc.start()
    landing.check(desk.layout, relative, digest)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


def test_every_read_receipt_is_accounted_for_in_one_query(desk, wire):
    """Receipts are counted by the database, however many there are."""
    from newswire.ledger import receipts  # noqa: PLC0415

    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    with ledger.transaction(desk.database_url) as connection:
        assert receipts.unaccounted(connection) == {}
        connection.exec_driver_sql("update receipts set entries = entries + 2")
        assert list(receipts.unaccounted(connection).values()) == [2]
