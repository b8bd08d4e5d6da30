"""Every landed payload against the checksum of its receipt, and every file in landing against the receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.lake import landing
from newswire.lake.layout import Layout
from newswire.ledger import receipts as book

RECONCILE = "bin/newswire reconcile"
RETENTION = "bin/newswire housekeeping --only retention"


@dataclass(slots=True, kw_only=True)
class Payloads:
    """What was compared, and what was wrong: told, each with the command that cures it, or None."""

    checked: int = 0
    removed: int = 0
    problems: list[tuple[str, str | None]] = field(default_factory=list)


def compare(layout: Layout, database_url: str, *, before: datetime | None = None) -> Payloads:
    """Read every payload, one after the other, and look for files that no receipt names.

    Args:
        layout: The lake.
        database_url: The ledger.
        before: Leave out files that landed since: the pull that brought them may be at work.
    """
    found = Payloads()
    for path, digest, removed_at in _named(database_url):
        if removed_at is not None:
            found.removed += 1
            if layout.store.exists(path):
                told = f"{path}: landing retention removed it at {removed_at}, and it lies there again"
                found.problems.append((told, RETENTION))
            continue
        found.checked += 1
        try:
            landing.check(layout, path, digest)
        except LakeCorrupt as error:
            if not _removed_meanwhile(database_url, path):
                found.problems.append((str(error), None))
    for path in _unnamed(layout, database_url, before):
        told = f"{path}: no receipt names it; reconcile takes it up if the receipts beside it tell where it came from"
        found.problems.append((told, RECONCILE))
    return found


def _named(database_url: str) -> Iterator[tuple[str, str, datetime | None]]:
    """Every payload by its path, in pages: no transaction stays open while files are read."""
    last = ""
    while True:
        with ledger.transaction(database_url) as connection:
            page = book.payloads(connection, after=last)
        yield from page
        if not page:
            return
        last = page[-1][0]


def _removed_meanwhile(database_url: str, path: str) -> bool:
    with ledger.transaction(database_url) as connection:
        return book.is_removed(connection, path)


def _unnamed(layout: Layout, database_url: str, before: datetime | None) -> Iterator[str]:
    for paths in layout.landed():
        with ledger.transaction(database_url) as connection:
            known = book.named(connection, paths)
        for path in paths:
            if path not in known and (before is None or _is_older(layout, path, before)):
                yield path


def _is_older(layout: Layout, path: str, before: datetime) -> bool:
    found = layout.store.look(path)  # None where it was removed meanwhile
    return found is not None and found.modified < before.timestamp()
