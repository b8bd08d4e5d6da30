"""One object of what is published, and its line in the manifest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace as evolve
from datetime import date, datetime

from newswire import ledger
from newswire.lake import parquet
from newswire.lake.files import clear, remove, replace, sha256, strangers
from newswire.lake.layout import ARTICLES, DECISIONS
from newswire.lake.parquet import Row
from newswire.ledger import redo
from newswire.ledger.redo import Held
from newswire.pipeline.work import Workplace
from newswire.schema import ARTICLES as ARTICLE_COLUMNS
from newswire.schema import DECISIONS as DECISION_COLUMNS
from newswire.schema import WRITER_VERSION

COLUMNS = {ARTICLES: ARTICLE_COLUMNS, DECISIONS: DECISION_COLUMNS}

log = logging.getLogger(__name__)


def put(place: Workplace, dataset: str, day: date, rows: Sequence[Row]) -> bool:
    """Let an object hold exactly these rows, alone in its folder; return whether anything changed there.

    The caller holds the object's lock. Without rows there is no object.
    """
    layout, slug = place.layout, place.partner.slug
    relative = layout.dataset(dataset, slug, day)
    on_disk = layout.full(relative)
    with ledger.transaction(place.database_url) as connection:
        before = redo.held_one(connection, dataset, slug, day)
    cleared = clear(on_disk)
    for other in cleared:
        log.warning("%s lay beside %s, where nothing else belongs, and was removed", other.name, relative)
    if not rows:
        there = on_disk.exists()
        remove(on_disk)
        with ledger.transaction(place.database_url) as connection:
            redo.drop(connection, dataset, slug, day)
        return there or before is not None or bool(cleared)
    content = parquet.encode(rows, COLUMNS[dataset])
    same = on_disk.exists() and on_disk.read_bytes() == content
    if not same:
        replace(on_disk, content)
    now = described(relative, (dataset, slug, day), rows, content, place.clock())
    if before is None or evolve(now, written_at=before.written_at) != before:
        with ledger.transaction(place.database_url) as connection:
            redo.hold(connection, now)
    return not same or bool(cleared)


def described(path: str, partition: tuple[str, str, date], rows: Sequence[Row], content: bytes, now: datetime) -> Held:
    """What the manifest says of a file with these rows; a partition is its dataset, partner and day."""
    dataset, partner, day = partition
    return Held(
        dataset=dataset,
        partner=partner,
        partition_date=day,
        path=path,
        file_sha256=sha256(content),
        rows_sha256=parquet.rows_hash(parquet.row_hash(row) for row in rows),
        rows=len(rows),
        bytes=len(content),
        writer_version=WRITER_VERSION,
        written_at=now,
    )


def differs(place: Workplace, dataset: str, day: date, rows: Sequence[Row]) -> bool:
    """Whether ``put`` would change anything."""
    on_disk = place.layout.full(place.layout.dataset(dataset, place.partner.slug, day))
    content = parquet.encode(rows, COLUMNS[dataset]) if rows else None
    return bool(strangers(on_disk)) or (on_disk.read_bytes() if on_disk.is_file() else None) != content
