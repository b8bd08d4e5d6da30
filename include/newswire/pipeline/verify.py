"""``verify``: does the lake hold exactly what the ledger says, and is every entry accounted for?

For what ``rebuild`` mends the command is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.lake import landing, parquet
from newswire.lake.files import sha256
from newswire.lake.layout import ARTICLES, Layout
from newswire.ledger import receipts as receipt_book
from newswire.ledger import redo, tables
from newswire.ledger.redo import Held

REBUILD = "bin/newswire rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was compared and what was wrong.

    Attributes:
        remedies: The commands that mend what can be mended from ledger and landing.
    """

    files: int
    rows: int
    payloads: int
    problems: tuple[str, ...]
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Something wrong; with the partner and the date of the object that a rebuild mends it in."""

    told: str
    partner: str | None = None
    day: date | None = None
    mends: bool = True


def verify(layout: Layout, database_url: str, *, payloads: bool = False) -> Verification:
    """Compare the lake with the ledger: files, checksums, rows, tombstones, conservation.

    Args:
        layout: The lake.
        database_url: The ledger.
        payloads: Also read every landed payload and compare its checksum.
    """
    with ledger.transaction(database_url) as connection:
        held = redo.held(connection)
        wanted = _wanted(connection)
        graves = set(map(tuple, connection.execute(_IN_FORCE)))
        landed = connection.execute(_LANDED).all() if payloads else ()
        problems = _unfinished(connection)
    seen: dict[_Key, _Seen] = {}
    for file in held:
        problems += _check_file(layout, file, seen, graves)
    problems += _misplaced(wanted, seen)
    problems += _strangers(layout, held)
    for path, digest in landed:
        try:
            landing.read(layout, path, digest)
        except LakeCorrupt as error:
            problems.append(_Problem(told=str(error), mends=False))
    return Verification(
        files=len(held),
        rows=len(seen),
        payloads=len(landed),
        problems=tuple(problem.told for problem in problems),
        remedies=_remedies(problems),
    )


_Key = tuple[str, str]
"""A partner and one of its items."""
_Seen = tuple[str, date]
"""The hash of a row, and the date of the partition that it belongs or lies in."""

_IN_FORCE = select(tables.tombstones.c.partner, tables.tombstones.c.item_id).where(
    tables.tombstones.c.lifted_at.is_(None)
)
_LANDED = (
    select(
        tables.receipts.c.payload_path,
        func.coalesce(tables.receipts.c.purged_sha256, tables.receipts.c.payload_sha256),
    )
    .where(tables.receipts.c.payload_path.is_not(None))
    .distinct()
)


def _remedies(problems: Sequence[_Problem]) -> tuple[str, ...]:
    """One command for each partner; one for all where something lies in no partner's place."""
    mending = [problem for problem in problems if problem.mends]
    days = defaultdict(set)
    for problem in mending:
        if problem.partner is None or problem.day is None:
            return (REBUILD,)
        days[problem.partner].add(problem.day)
    return tuple(f"{REBUILD} --partner {slug} --from {min(of)} --to {max(of)}" for slug, of in sorted(days.items()))


def _wanted(connection: Connection) -> dict[_Key, _Seen]:
    """The row that the lake must hold of each item of which it must hold one."""
    items = tables.items
    query = select(items.c.partner, items.c.item_id, items.c.row_hash, items.c.published_date)
    rows = connection.execute(query.where(items.c.row_hash.is_not(None)))
    return {(row.partner, row.item_id): (row.row_hash, row.published_date) for row in rows}


def _unfinished(connection: Connection) -> list[_Problem]:
    """Partitions that wait to be rewritten, and receipts whose entries are not all accounted for."""
    waiting = connection.execute(select(func.count()).select_from(tables.intents)).scalar_one()
    told = [f"{waiting} partitions wait to be rewritten; the partner's next run does it"] if waiting else []
    receipts = tables.receipts
    read = connection.execute(select(receipts.c.receipt_id).where(receipts.c.entries.is_not(None))).scalars()
    astray = receipt_book.unaccounted(connection, list(read))
    told += [f"receipt {name}: entries and outcomes differ by {n:+d}" for name, n in sorted(astray.items())]
    return [_Problem(told=text, mends=False) for text in told]


def _misplaced(wanted: dict[_Key, _Seen], seen: dict[_Key, _Seen]) -> list[_Problem]:
    """Rows that are missing, that must not be there, or that are not the decided ones."""

    def told(keys: Iterable[_Key], what: str, where: dict[_Key, _Seen]) -> list[_Problem]:
        return [
            _Problem(told=f"item {item_id} of {partner}: {what}", partner=partner, day=where[partner, item_id][1])
            for partner, item_id in sorted(keys)
        ]

    other = {key for key in seen.keys() & wanted.keys() if seen[key][0] != wanted[key][0]}
    return [
        *told(wanted.keys() - seen.keys(), "its row is missing", wanted),
        *told(seen.keys() - wanted.keys(), "the lake holds a row it must not", seen),
        *told(other, "its row is not the decided one", wanted),
    ]


def _check_file(layout: Layout, file: Held, seen: dict[_Key, _Seen], graves: set[_Key]) -> list[_Problem]:
    path, day = layout.full(file.path), file.partition_date

    def problem(told: str) -> _Problem:
        return _Problem(told=told, partner=file.partner, day=day)

    if not path.is_file():
        return [problem(f"{file.path}: missing")]
    same = sha256(path.read_bytes()) == file.file_sha256
    problems = [] if same else [problem(f"{file.path}: its checksum differs")]
    try:
        rows = parquet.rows_of(path)
    except LakeCorrupt as error:
        return [*problems, problem(error.message)]
    if parquet.rows_hash(parquet.row_hash(row) for row in rows) != file.rows_sha256:
        problems.append(problem(f"{file.path}: its rows are not those that were written"))
    for row in rows if file.dataset == ARTICLES else ():
        key = (file.partner, str(row.get("item_id")))
        if key in seen:
            problems.append(problem(f"item {key[1]} of {key[0]}: stands twice"))
        if key in graves:
            problems.append(problem(f"item {key[1]} of {key[0]}: withdrawn, and still readable"))
        seen[key] = (parquet.row_hash(row), day)
    return problems


def _strangers(layout: Layout, held: Sequence[Held]) -> list[_Problem]:
    """Files below the published folder that nobody recorded."""
    known, partners = {file.path for file in held}, {file.partner for file in held}
    problems = []
    for path in layout.published():
        if path not in known:
            told, lies = f"{path}: not in the manifest", layout.partition_of(path)
            if lies is not None and lies.partner in partners:
                problems.append(_Problem(told=told, partner=lies.partner, day=lies.published_date))
            else:
                problems.append(_Problem(told=told))
    return problems
