"""``verify``: does the lake hold exactly what the ledger says, and is every entry accounted for?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.lake import landing, parquet
from newswire.lake.files import sha256
from newswire.lake.layout import ARTICLES, Layout
from newswire.ledger import receipts as receipt_book
from newswire.ledger import redo, tables
from newswire.ledger.redo import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was compared and what was wrong."""

    files: int
    rows: int
    payloads: int
    problems: tuple[str, ...]


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
    seen: dict[_Key, str] = {}
    for file in held:
        problems += _check_file(layout, file, seen, graves)
    problems += _misplaced(wanted, seen)
    problems += _strangers(layout, {file.path for file in held})
    for path, digest in landed:
        try:
            landing.read(layout, path, digest)
        except LakeCorrupt as error:
            problems.append(str(error))
    return Verification(files=len(held), rows=len(seen), payloads=len(landed), problems=tuple(problems))


_Key = tuple[str, str]
"""A partner and one of its items."""

_IN_FORCE = select(tables.tombstones.c.partner, tables.tombstones.c.item_id).where(
    tables.tombstones.c.lifted_at.is_(None)
)
_LANDED = (
    select(tables.receipts.c.payload_path, tables.receipts.c.payload_sha256)
    .where(tables.receipts.c.payload_path.is_not(None))
    .distinct()
)


def _wanted(connection: Connection) -> dict[_Key, str]:
    """The hash of the row that the lake must hold of each item of which it must hold one."""
    items = tables.items
    query = select(items.c.partner, items.c.item_id, items.c.row_hash).where(items.c.row_hash.is_not(None))
    return {(row.partner, row.item_id): row.row_hash for row in connection.execute(query)}


def _unfinished(connection: Connection) -> list[str]:
    """Partitions that wait to be rewritten, and receipts whose entries are not all accounted for."""
    waiting = connection.execute(select(func.count()).select_from(tables.intents)).scalar_one()
    problems = [f"{waiting} partitions wait to be rewritten; the partner's next run does it"] if waiting else []
    receipts = tables.receipts
    read = connection.execute(select(receipts.c.receipt_id).where(receipts.c.entries.is_not(None))).scalars()
    astray = receipt_book.unaccounted(connection, list(read))
    return problems + [f"receipt {name}: entries and outcomes differ by {n:+d}" for name, n in sorted(astray.items())]


def _misplaced(wanted: dict[_Key, str], seen: dict[_Key, str]) -> list[str]:
    """Rows that are missing, that must not be there, or that are not the decided ones."""

    def told(keys: Iterable[_Key], what: str) -> list[str]:
        return [f"item {item_id} of {partner}: {what}" for partner, item_id in sorted(keys)]

    other = {key for key in seen.keys() & wanted.keys() if seen[key] != wanted[key]}
    return [
        *told(wanted.keys() - seen.keys(), "its row is missing"),
        *told(seen.keys() - wanted.keys(), "the lake holds a row it must not"),
        *told(other, "its row is not the decided one"),
    ]


def _check_file(layout: Layout, file: Held, seen: dict[_Key, str], graves: set[_Key]) -> list[str]:
    path = layout.full(file.path)
    if not path.exists():
        return [f"{file.path}: missing"]
    problems = [] if sha256(path.read_bytes()) == file.file_sha256 else [f"{file.path}: its checksum differs"]
    try:
        rows = parquet.rows_of(path)
    except LakeCorrupt as error:
        return [*problems, str(error)]
    if parquet.rows_hash(parquet.row_hash(row) for row in rows) != file.rows_sha256:
        problems.append(f"{file.path}: its rows are not those that were written")
    for row in rows if file.dataset == ARTICLES else ():
        key = (file.partner, row["item_id"])
        if key in seen:
            problems.append(f"item {key[1]} of {key[0]}: stands twice")
        if key in graves:
            problems.append(f"item {key[1]} of {key[0]}: withdrawn, and still readable")
        seen[key] = parquet.row_hash(row)
    return problems


def _strangers(layout: Layout, known: set[str]) -> list[str]:
    published = layout.full("published")
    found = {p.relative_to(layout.root).as_posix() for p in published.rglob("*") if p.is_file()}
    return [f"{path}: not in the manifest" for path in sorted(found - known)]
