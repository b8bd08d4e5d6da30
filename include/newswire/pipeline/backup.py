"""``backup``: the ledger in one file, taken while runs go on; the newest sound ones are kept."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from newswire.errors import BackupRefused
from newswire.lake.files import reserved, written
from newswire.ledger import snapshot
from newswire.ledger.snapshot import Manifest

log = logging.getLogger(__name__)

NAME = re.compile(r"ledger-\d{8}T\d{6}Z(_\d+)?\.zip")
PRIVATE = 0o600
NOT_HELD = (
    "lake/landing: the payloads, without which no story can be decided anew; copy it after this backup, never before",
    "lake/published, quarantine, quality, state: made from the ledger and landing, or evidence beside them",
    "the partner files, and Airflow's own database with its connections and the history of its runs",
)
"""What a backup does not hold, for whoever relies on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was taken.

    Attributes:
        rows: Of all tables together.
        kept: Sound backups in the folder, newest first.
        removed: Older ones that left.
        damaged: Files that look like backups and are not sound; they stay, and do not count as kept.
    """

    file: str
    taken_at: datetime
    revision: str
    bytes: int
    rows: int
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    damaged: tuple[str, ...]
    not_held: tuple[str, ...] = NOT_HELD


def backup(database_url: str, folder: Path, *, keep: int, now: datetime) -> BackedUp:
    """Save the ledger in a folder, read the file back, and remove what is older than the newest ``keep`` sound ones.

    Raises:
        LedgerUnavailable: The database does not answer, or its schema is not that of this version.
        TransientError: The disk is full or the folder cannot be written.
        BackupRefused: What was written cannot be read back; nothing was removed.
    """
    file, manifest = save(database_url, folder, now=now)
    kept, removed, damaged = _prune(folder, file, keep)
    for name in damaged:
        log.error("%s is damaged: it is no backup any more, and nothing counts on it", folder / name)
    return BackedUp(
        file=str(file),
        taken_at=manifest.taken_at,
        revision=manifest.revision,
        bytes=file.stat().st_size,
        rows=sum(table.rows for table in manifest.tables),
        kept=kept,
        removed=removed,
        damaged=damaged,
    )


def save(database_url: str, folder: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write one backup, for its owner alone, and read it back; it takes no other one's place."""
    stem = f"ledger-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{stem}_{n}.zip" if n else f"{stem}.zip" for n in count())
    with reserved(folder, names) as file, written(file, mode=PRIVATE) as content:
        snapshot.write(database_url, content, at=now)
    return file, snapshot.check(file)


def _prune(folder: Path, newest: Path, keep: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Remove what is older than the newest sound backups; the one just taken and checked is the first of them."""
    others = sorted((p for p in folder.iterdir() if NAME.fullmatch(p.name) and p != newest), reverse=True)
    kept, removed, damaged = [newest.name], [], []
    for path in others:
        if len(kept) >= keep:
            path.unlink()
            removed.append(path.name)
        elif is_sound(path):
            kept.append(path.name)
        else:
            damaged.append(path.name)
    return tuple(kept), tuple(removed), tuple(damaged)


def newest_sound(folder: Path) -> datetime | None:
    """The moment that the newest sound backup of a folder shows; None where there is none."""
    files = sorted((p for p in folder.glob("*") if NAME.fullmatch(p.name)), reverse=True)
    newest = next(filter(is_sound, files), None)
    return None if newest is None else snapshot.check(newest).taken_at


def is_sound(path: Path) -> bool:
    """Whether a backup is whole."""
    try:
        snapshot.check(path)
    except BackupRefused:
        return False
    return True
