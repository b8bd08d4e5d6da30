"""``restore``: a backup in the place of a lost ledger. What the restored ledger does not know is not readable.

A backup shows a moment that has passed: a kill may have landed since, or a person may have withdrawn a story. So
nothing comes back into the lake because the backup says so. What the lake holds now, and the ledger wants, stays; what
the ledger wants and the lake does not hold waits for a person; what the ledger does not know leaves. Nothing of a
partner enters before ``reconcile`` has taken up what landed after the backup.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from newswire import ledger
from newswire.config import Settings, load_partners
from newswire.errors import BackupRefused
from newswire.lake.files import sha256
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.ledger import changes, graves, partners, redo, snapshot, unreconciled
from newswire.ledger import stories as book
from newswire.ledger.reviews import ANY_CONTENT
from newswire.ledger.stories import Standing
from newswire.ledger.unreconciled import Since
from newswire.pipeline import readable
from newswire.pipeline.backup import save
from newswire.pipeline.groups import in_groups
from newswire.pipeline.reviews import open_restore
from newswire.pipeline.strangers import leave
from newswire.pipeline.work import lake_of

log = logging.getLogger(__name__)

AT_ONCE = 1000
NEXT = (
    "bin/newswire reconcile: takes up what landed after the backup, kills first of all; until then nothing enters",
    "bin/newswire review list: what waits for a person; answer when you know that nothing else withdrew those stories",
    "bin/newswire verify --payloads: what still differs",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Stories of a partner that wait for a person, and the review that asks."""

    partner: str
    review: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Attributes:
        taken_at: Which moment the ledger shows now: nothing that came later is in it.
        schema: The backup's schema and the one that it has now.
        replaced: Where the ledger that was there before was saved; None where it was empty.
        held_back: Stories that the lake did not hold.
        left: Objects that lost rows which the ledger does not want or know, with how many.
        next: What brings lake and ledger together again.
    """

    file: str
    taken_at: datetime
    schema: tuple[str, str]
    rows: int
    replaced: str | None
    held_back: tuple[HeldBack, ...]
    left: dict[str, int]
    next: tuple[str, ...] = NEXT


def restore(settings: Settings, file: Path, *, replace_database: str | None = None, now: datetime) -> Restored:
    """Put a backup in the place of an empty ledger, all or nothing, and let the lake lose what it does not know.

    Args:
        settings: Where the lake, the ledger and the backups are.
        file: The backup.
        replace_database: The name of the database, if a ledger that has rows is to be replaced; it is saved first.
        now: The time.

    Raises:
        BackupRefused: The file is damaged or of a newer version, or the ledger has rows; nothing was changed.
        LedgerUnavailable: The database does not answer.
    """
    url, layout = settings.ledger(), lake_of(settings)
    manifest = snapshot.check(file)
    saved = _make_room(url, settings, replace_database, now)
    readable.note(layout)
    with ledger.transaction(url) as connection:
        if saved is None:
            _refuse_rows(connection, url)
        snapshot.read(connection, file, manifest)
        since = Since(taken_at=manifest.taken_at, restored_at=now)
        unreconciled.mark(connection, _partners(connection, layout, settings), since)
        held_back = tuple(_hold_back(connection, layout, manifest.taken_at, now))
        _intend_all(connection, now)
        _forget_other_decisions(connection, layout)
    return Restored(
        file=str(file),
        taken_at=manifest.taken_at,
        schema=(manifest.revision, snapshot.latest()),
        rows=sum(table.rows for table in manifest.tables),
        replaced=None if saved is None else str(saved),
        held_back=held_back,
        left=leave(layout, url, now=now),
    )


def _partners(connection: Connection, layout: Layout, settings: Settings) -> set[str]:
    """Every partner of whom something may have landed after the backup."""
    valid, _ = load_partners(settings.partners)
    known = {*redo.known(connection), *partners.known(connection), *layout.landed_from()}
    return known.union(partner.slug for partner in valid)


def _make_room(url: str, settings: Settings, named: str | None, now: datetime) -> Path | None:
    """Save a ledger that is to be replaced; None where there is nothing to save."""
    name = make_url(url).database
    if named is not None and named != name:
        msg = f"The database is called {name}, not {named}."
        raise BackupRefused(msg, reason="another_database", remedy="Look which one NEWSWIRE_DATABASE_URL names.")
    with ledger.transaction(url) as connection:
        if named is None:
            _refuse_rows(connection, url)
        if not snapshot.occupied(connection):
            return None
    file, _ = save(url, settings.backups, now=now)
    return file


def _refuse_rows(connection: Connection, url: str) -> None:
    rows = snapshot.occupied(connection)
    if rows:
        name = make_url(url).database
        told = ", ".join(f"{table} {n}" for table, n in sorted(rows.items()))
        msg = f"The database {name} holds a ledger already ({told}); nothing was changed."
        remedy = f"Restore into an empty database, or give --replace {name} to put the backup in its place."
        raise BackupRefused(msg, reason="ledger_not_empty", remedy=remedy)


def _hold_back(connection: Connection, layout: Layout, taken_at: datetime, now: datetime) -> Iterator[HeldBack]:
    """Let no story come back of which the lake holds nothing, or another content."""
    for slug in sorted(redo.known(connection)):
        held = readable.now(layout, slug)
        buried = graves.graves_of(connection, slug)
        dead = {name for name, grave in buried.items() if grave.lifted_at is None and not grave.tombstone.suspected}
        waiting: dict[str, str] = {}
        ids = [name for name in book.every(connection, slug) if name not in dead]
        for some in in_groups(ids, AT_ONCE):
            standings = book.standings(connection, slug, some).values()
            absent = [s for s in standings if s.row_content_hash is None or held.get(s.item_id) != s.row_content_hash]
            waiting |= {s.item_id: s.content_hash if s.item_id in held else ANY_CONTENT for s in absent}
            _take_out(connection, slug, [s for s in absent if s.row_hash is not None], taken_at, now)
        if waiting:
            why = f"The ledger was restored as it was at {taken_at:%Y-%m-%d %H:%M:%S} UTC; the lake did not hold them."
            review = open_restore(connection, slug, waiting, why=why, now=now)
            yield HeldBack(partner=slug, review=review, stories=len(waiting))


def _take_out(connection: Connection, slug: str, old: Sequence[Standing], taken_at: datetime, now: datetime) -> None:
    """Take stories' rows out of the ledger: they are decided anew with the next sweep, and then find the review."""
    steps = [(standing, _held(standing, now)) for standing in old]
    book.stand(connection, slug, [new for _, new in steps])
    changes.record(connection, slug, steps, cause=f"restore {taken_at.isoformat()}", at=now)


def _held(standing: Standing, now: datetime) -> Standing:
    return replace(
        standing,
        state="held",
        reasons=("reentry_unapproved",),
        row_hash=None,
        row_content_hash=None,
        update_pending=False,
        next_review_at=now,
        changed_at=now,
    )


def _intend_all(connection: Connection, now: datetime) -> None:
    """Have every partition of the ledger rewritten by whoever sweeps its partner next."""
    for slug in sorted(redo.known(connection)):
        redo.intend(connection, slug, redo.days(connection, ARTICLES, slug), at=now)


def _forget_other_decisions(connection: Connection, layout: Layout) -> None:
    """Forget the files of decisions that are not those of the backup; the next run or sweep writes them anew."""
    for held in redo.held(connection):
        if held.dataset == DECISIONS and sha256(layout.store.find(held.path) or b"") != held.file_sha256:
            redo.drop(connection, DECISIONS, held.partner, held.partition_date)
