"""``verify``: does the lake hold exactly what the ledger says, and is every entry accounted for?

One object after the other, each under its lock, so that memory is bounded by the largest and a run at work is no alarm.
For what ``rebuild`` or ``reconcile`` mends the command is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.files import sha256
from newswire.lake.layout import ARTICLES, Layout
from newswire.lake.parquet import Row
from newswire.ledger import graves, redo, tables, unreconciled
from newswire.ledger import receipts as receipt_book
from newswire.ledger import stories as book
from newswire.ledger.redo import Held
from newswire.pipeline import payloads as landed

REBUILD = "bin/newswire rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was compared and what was wrong.

    Attributes:
        removed: Payloads that landing retention removed: none of them is missed.
        remedies: The commands that mend what can be mended from ledger and landing.
    """

    files: int
    rows: int
    payloads: int
    removed: int
    problems: tuple[str, ...]
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Something wrong; with the partner and the date of the object that a rebuild mends it in, or another cure."""

    told: str
    partner: str | None = None
    day: date | None = None
    mends: bool = True
    cure: str | None = None


def verify(
    layout: Layout, database_url: str, *, payloads: bool = False, at_work_since: datetime | None = None
) -> Verification:
    """Compare the lake with the ledger: files, checksums, rows, tombstones, conservation.

    Args:
        layout: The lake.
        database_url: The ledger.
        payloads: Also read every landed payload and compare its checksum, and look for files that no receipt names.
        at_work_since: Leave alone what changed since then: a run may still be at work on it.
    """
    problems = [*_unreconciled(database_url), *_unfinished(database_url, at_work_since)]
    files = rows = 0
    for key in _objects(layout, database_url):
        found = _check(layout, database_url, key, at_work_since)
        files, rows = files + found.files, rows + found.rows
        problems += found.problems
    problems += _strangers(layout, database_url, at_work_since)
    raw = landed.compare(layout, database_url, before=at_work_since) if payloads else landed.Payloads()
    problems += [_Problem(told=told, mends=False, cure=cure) for told, cure in raw.problems]
    return Verification(
        files=files,
        rows=rows,
        payloads=raw.checked,
        removed=raw.removed,
        problems=tuple(problem.told for problem in problems),
        remedies=_remedies(problems),
    )


def _remedies(problems: Sequence[_Problem]) -> tuple[str, ...]:
    """One rebuild for each partner, one for all where something lies in no partner's place; and the other cures."""
    others = tuple(dict.fromkeys(problem.cure for problem in problems if problem.cure is not None))
    days = defaultdict(set)
    for problem in filter(lambda problem: problem.mends, problems):
        if problem.partner is None or problem.day is None:
            return (REBUILD, *others)
        days[problem.partner].add(problem.day)
    rebuilds = (f"{REBUILD} --partner {slug} --from {min(of)} --to {max(of)}" for slug, of in sorted(days.items()))
    return (*rebuilds, *others)


def _unreconciled(database_url: str) -> Iterator[_Problem]:
    """Partners of whom a restored ledger does not know yet what landed after its backup."""
    with ledger.transaction(database_url) as connection:
        waiting = unreconciled.every(connection)
    for slug, since in waiting.items():
        yield _Problem(told=since.told(slug), mends=False, cure=landed.RECONCILE)


def _unfinished(database_url: str, at_work_since: datetime | None) -> list[_Problem]:
    """Partitions that wait to be rewritten, and receipts whose entries are not all accounted for."""
    query = select(func.count()).select_from(tables.intents)
    if at_work_since is not None:
        query = query.where(tables.intents.c.recorded_at < at_work_since)
    with ledger.transaction(database_url) as connection:
        waiting = connection.execute(query).scalar_one()
        astray = receipt_book.unaccounted(connection)
    told = [f"{waiting} partitions wait to be rewritten; the partner's next run does it"] if waiting else []
    told += [f"receipt {name}: entries and outcomes differ by {n:+d}" for name, n in sorted(astray.items())]
    return [_Problem(told=text, mends=False) for text in told]


def _objects(layout: Layout, database_url: str) -> list[tuple[str, str, date]]:
    """Every object that there is or must be, by path."""
    with ledger.transaction(database_url) as connection:
        keys = {(file.dataset, file.partner, file.partition_date) for file in redo.held(connection)}
        for slug in redo.known(connection):
            keys |= {(ARTICLES, slug, day) for day in redo.days(connection, ARTICLES, slug)}
    return sorted(keys, key=lambda key: layout.dataset(*key))


@dataclass(slots=True, kw_only=True)
class _Checked:
    """What came of looking at an object."""

    files: int
    rows: int
    problems: list[_Problem]


def _check(layout: Layout, database_url: str, key: tuple[str, str, date], at_work_since: datetime | None) -> _Checked:
    dataset, partner, day = key
    told: list[str] = []
    rows: list[Row] | None = []
    with layout.claimed(dataset, partner, day) as claim:
        with ledger.transaction(database_url) as connection:
            file = redo.held_one(connection, dataset, partner, day)
            standings = book.of_partition(connection, partner, day).values() if dataset == ARTICLES else ()
            busy = at_work_since is not None and _waits_since(connection, partner, day, at_work_since)
        if file is not None:
            told, rows = _compared(layout, file, claim.content)
    if dataset == ARTICLES and rows is not None and not busy:
        wanted = {s.item_id: s.row_hash for s in standings if s.row_hash is not None and s.published_date == day}
        told += _misplaced(partner, rows, wanted)
        told += _buried(database_url, partner, rows)
    return _Checked(
        files=int(file is not None),
        rows=len(rows or ()) if dataset == ARTICLES else 0,
        problems=[_Problem(told=text, partner=partner, day=day) for text in told],
    )


def _waits_since(connection: Connection, partner: str, day: date, since: datetime) -> bool:
    """Whether a partition waits to be rewritten, and not for long."""
    intents = tables.intents.c
    query = select(intents.recorded_at).where(intents.partner == partner, intents.published_date == day)
    return (connection.execute(query).scalar() or since) > since


def _compared(layout: Layout, file: Held, content: bytes | None) -> tuple[list[str], list[Row] | None]:
    """What is wrong with a file as such, and its rows; None where they cannot be read."""
    if content is None:
        return [f"{file.path}: missing"], None
    told = [] if sha256(content) == file.file_sha256 else [f"{file.path}: its checksum differs"]
    try:
        rows = parquet.decode(content, layout.store.where(file.path))
    except LakeCorrupt as error:
        return [*told, error.message], None
    if parquet.rows_hash(map(parquet.row_hash, rows)) != file.rows_sha256:
        told.append(f"{file.path}: its rows are not those that were written")
    return told, rows


def _misplaced(partner: str, rows: Iterable[Row], wanted: dict[str, str]) -> Iterator[str]:
    """Rows that are missing, that must not be there, that are not the decided ones, or that stand twice."""
    seen = [(str(row.get("item_id")), parquet.row_hash(row)) for row in rows]
    hashes = dict(seen)
    faults = {
        "its row is missing": wanted.keys() - hashes.keys(),
        "the lake holds a row it must not": hashes.keys() - wanted.keys(),
        "its row is not the decided one": {i for i in hashes.keys() & wanted.keys() if hashes[i] != wanted[i]},
        "stands twice": {item_id for item_id, n in Counter(item_id for item_id, _ in seen).items() if n > 1},
    }
    return (f"item {item_id} of {partner}: {what}" for what, ids in faults.items() for item_id in sorted(ids))


def _buried(database_url: str, partner: str, rows: Iterable[Row]) -> Iterator[str]:
    """Rows of stories under a tombstone."""
    with ledger.transaction(database_url) as connection:
        stones = graves.tombstones_of(connection, partner, [str(row.get("item_id")) for row in rows])
    return (f"item {item_id} of {partner}: withdrawn, and still readable" for item_id in sorted(stones))


def _strangers(layout: Layout, database_url: str, at_work_since: datetime | None) -> list[_Problem]:
    """Files below the published folder that nobody recorded."""
    found = [path for path in layout.published() if at_work_since is None or _is_older(layout, path, at_work_since)]
    with ledger.transaction(database_url) as connection:
        held = redo.held(connection)
    known, partners = {file.path for file in held}, {file.partner for file in held}
    problems = []
    for path in found:
        if path not in known:
            told, lies = f"{path}: not in the manifest", layout.partition_of(path)
            if lies is not None and lies.partner in partners:
                problems.append(_Problem(told=told, partner=lies.partner, day=lies.published_date))
            else:
                problems.append(_Problem(told=told))
    return problems


def _is_older(layout: Layout, path: str, since: datetime) -> bool:
    found = layout.store.look(path)  # None where it was renamed or removed by whoever is at work
    return found is not None and found.modified < since.timestamp()
