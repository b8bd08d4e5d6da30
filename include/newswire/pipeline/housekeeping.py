"""``housekeeping``: what piles up leaves, what must last is saved and looked at. Each step goes by itself."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from newswire import ledger, quality
from newswire.config import Settings, load_partners
from newswire.errors import HousekeepingFailed
from newswire.lake.files import remove_abandoned
from newswire.lake.layout import Layout
from newswire.ledger import runs
from newswire.pipeline import absent, backup, retention
from newswire.pipeline.verify import verify
from newswire.pipeline.work import Workplace, lake_of

log = logging.getLogger(__name__)

ABANDONED = timedelta(days=1)
"""How old a half-written file is by the time its writer must be dead."""
CLOSED = timedelta(days=7)
"""How long the batch of a closed run stays, for a task that is cleared."""
NEVER_CLOSED = timedelta(days=30)
"""How long the batch of a run stays that never ended: who clears its tasks later clears them from ``refine`` on."""
AT_WORK = timedelta(hours=1)
"""How long a run may be at work before what it leaves unfinished is a problem."""
NEWEST_BACKUP = timedelta(days=2)
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step did.

    Attributes:
        problems: What is wrong; empty where all is well.
        remedies: What to do about it.
    """

    step: str
    counts: dict[str, int]
    problems: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


def clean(settings: Settings, now: datetime) -> Done:
    """Remove files that dead processes were writing, and the staged batches of runs that closed long ago.

    Lock files stay. Whoever waits for one holds the file that it opened, so a new file of that name would be another
    lock beside it. They are empty, and there is one for each object.
    """
    layout, before = lake_of(settings), (now - ABANDONED).timestamp()
    halves = [*layout.store.clean(before=before), *remove_abandoned(settings.backups, before)]
    for where, _ in halves:
        log.info("removed what a dead process was writing: %s", where)
    batches = _clean_batches(layout, settings.ledger(), now)
    freed = sum(size for _, size in halves) + sum(batches)
    return Done(step="clean", counts={"temporary": len(halves), "batches": len(batches), "bytes": freed})


def _clean_batches(layout: Layout, database_url: str, now: datetime) -> list[int]:
    """Remove staged batches that nobody comes back to; the size of each."""
    sizes = []
    for slug, folders in layout.all_batches().items():
        with ledger.transaction(database_url) as connection:
            closed = {layout.batch(slug, run_id) for run_id in runs.closed(connection, slug)}
        for folder in folders:
            since = now - (CLOSED if folder in closed else NEVER_CLOSED)
            size = layout.store.discard_folder(folder, untouched_since=since.timestamp())
            sizes += [] if size is None else [size]
    return sizes


def retain(settings: Settings, now: datetime) -> Done:
    """Remove raw payloads whose partner's ``landing_retention`` is over, of partners without a sound file, too."""
    partners, broken = load_partners(settings.partners)
    stand_ins, _ = absent.stand_ins(partners, broken, settings.ledger(), now, note=False)
    counts: Counter[str] = Counter(removed=0, bytes=0, needed=0, again=0)
    for partner in (*partners, *stand_ins):
        done = retention.retain(Workplace.of(partner, settings, lambda: now))
        counts.update(removed=done.removed, bytes=done.bytes, needed=done.needed, again=done.again)
    return Done(step="retention", counts=dict(counts))


def trim(settings: Settings, _: datetime) -> Done:
    """Keep the Data Docs of every partner to their number of validations, also where none comes any more."""
    layout, removed = lake_of(settings), 0
    partners = layout.reported()
    for slug in partners:
        with layout.store.worked_on(layout.reports_folder(slug), layout.reports_lock(slug)) as folder:
            removed += quality.trim(folder)
    return Done(step="docs", counts={"partners": len(partners), "removed": removed})


def save(settings: Settings, now: datetime) -> Done:
    """Back the ledger up."""
    done = backup.backup(settings.ledger(), settings.backups, keep=settings.backups_kept, now=now)
    log.info("%s: %d rows, %d bytes", done.file, done.rows, done.bytes)
    return Done(
        step="backup",
        counts={"rows": done.rows, "bytes": done.bytes, "kept": len(done.kept), "removed": len(done.removed)},
        problems=tuple(f"{settings.backups / name} is damaged and no backup any more" for name in done.damaged),
        remedies=("Look after the disk that it lies on, then remove the file.",) if done.damaged else (),
    )


def check(settings: Settings, now: datetime) -> Done:
    """Compare every published file and every payload with its checksum, and look whether there is a sound backup."""
    found = verify(lake_of(settings), settings.ledger(), payloads=True, at_work_since=now - AT_WORK)
    problems, remedies = list(found.problems), [f"Run `{command}`." for command in found.remedies]
    newest = backup.newest_sound(settings.backups)
    if newest is None or now - newest > NEWEST_BACKUP:
        since = "none" if newest is None else f"{newest:%Y-%m-%d %H:%M} UTC"
        problems.append(f"the newest sound backup of the ledger in {settings.backups}: {since}")
        remedies.append("Clear `backup` and read its log, or run `bin/newswire backup`.")
    return Done(
        step="check",
        counts={"files": found.files, "rows": found.rows, "payloads": found.payloads, "removed": found.removed},
        problems=tuple(problems),
        remedies=tuple(remedies),
    )


STEPS: Mapping[str, Callable[[Settings, datetime], Done]] = MappingProxyType(
    {"clean": clean, "retention": retain, "docs": trim, "backup": save, "check": check}
)


def do(step: str, settings: Settings, now: datetime) -> Done:
    """Do one step of ``STEPS``.

    Raises:
        HousekeepingFailed: It was done and found something wrong.
    """
    done = STEPS[step](settings, now)
    log.info("%s: %s", step, ", ".join(f"{name} {n}" for name, n in done.counts.items()) or "nothing to do")
    for problem in done.problems:
        log.error("%s", problem)
    if done.problems:
        told = "; ".join(problem.rstrip(".") for problem in done.problems[:MOST_TOLD])
        more = f"; and {len(done.problems) - MOST_TOLD} more" if len(done.problems) > MOST_TOLD else ""
        msg = f"{step}: {len(done.problems)} problems. {told}{more}."
        remedy = " ".join(done.remedies) or "`bin/newswire verify --payloads` tells them again."
        raise HousekeepingFailed(msg, reason="housekeeping_failed", remedy=remedy)
    return done
