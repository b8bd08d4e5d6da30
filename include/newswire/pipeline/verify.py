"""``verify``: does the lake hold exactly what the ledger says, and is every entry accounted for?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

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
    problems: list[str] = []
    with ledger.transaction(database_url) as connection:
        held = redo.held(connection)
        items = tables.items
        wanted = {
            (row.partner, row.item_id): row
            for row in connection.execute(select(items).where(items.c.row_hash.is_not(None)))
        }
        graves = {
            (row.partner, row.item_id)
            for row in connection.execute(select(tables.tombstones).where(tables.tombstones.c.lifted_at.is_(None)))
        }
        waiting = connection.execute(select(func.count()).select_from(tables.intents)).scalar_one()
        receipts = tables.receipts
        read = connection.execute(select(receipts.c.receipt_id).where(receipts.c.entries.is_not(None))).scalars()
        astray = receipt_book.unaccounted(connection, list(read))
        landed = connection.execute(
            select(receipts.c.payload_path, receipts.c.payload_sha256)
            .where(receipts.c.payload_path.is_not(None))
            .distinct()
        ).all()
    if waiting:
        problems.append(f"{waiting} partitions wait to be rewritten; the partner's next run does it")
    problems += [f"receipt {name}: entries and outcomes differ by {n:+d}" for name, n in sorted(astray.items())]
    seen: dict[tuple[str, str], str] = {}
    for file in held:
        problems += _check_file(layout, file, seen, graves)
    problems += [f"item {key[1]} of {key[0]}: its row is missing" for key in sorted(wanted.keys() - seen.keys())]
    problems += [
        f"item {key[1]} of {key[0]}: the lake holds a row it must not" for key in sorted(seen.keys() - wanted.keys())
    ]
    problems += [
        f"item {key[1]} of {key[0]}: its row is not the decided one"
        for key in sorted(seen.keys() & wanted.keys())
        if seen[key] != wanted[key].row_hash
    ]
    problems += _strangers(layout, {file.path for file in held})
    for path, digest in landed if payloads else ():
        try:
            landing.read(layout, path, digest)
        except LakeCorrupt as error:
            problems.append(str(error))
    return Verification(
        files=len(held), rows=len(seen), payloads=len(landed) if payloads else 0, problems=tuple(problems)
    )


def _check_file(
    layout: Layout, file: Held, seen: dict[tuple[str, str], str], graves: set[tuple[str, str]]
) -> list[str]:
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
