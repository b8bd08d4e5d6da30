"""Rows and files that the ledger does not know leave the lake: what nobody can account for is not readable.

This needs no partner file and no payload. What the ledger wants and a file lacks is written by whoever sweeps its
partner next.
"""

from __future__ import annotations

import logging
from datetime import date, datetime

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.files import locked, remove, replace
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.lake.parquet import Row
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.pipeline.objects import described
from newswire.schema import ARTICLES as ARTICLE_COLUMNS

log = logging.getLogger(__name__)


def leave(layout: Layout, url: str, *, now: datetime) -> dict[str, int]:
    """Take out of the lake what the ledger does not know; return how many rows left which file."""
    left: dict[str, int] = {}
    for dataset, turn_out in ((ARTICLES, _articles), (DECISIONS, _decisions)):
        for partner, day, relative in layout.partitions(dataset):
            with locked(layout.full(layout.lock(dataset, partner, day))):
                gone = turn_out(layout, url, partner, day, now)
            if gone:
                left[relative] = gone
                log.warning("%s: %d rows that the ledger does not know have left", relative, gone)
    return left


def _articles(layout: Layout, url: str, partner: str, day: date, now: datetime) -> int:
    relative = layout.dataset(ARTICLES, partner, day)
    path = layout.full(relative)
    with ledger.transaction(url) as connection:
        standings = book.of_partition(connection, partner, day).values()
        before = redo.held_one(connection, ARTICLES, partner, day)
    wanted = {s.row_hash for s in standings if s.published_date == day}
    rows = _rows(layout, relative)
    kept = [row for row in rows if parquet.row_hash(row) in wanted]
    if kept and len(kept) == len(rows) and before is not None:
        return 0
    if kept:
        content = parquet.encode(kept, ARTICLE_COLUMNS)
        replace(path, content)
        with ledger.transaction(url) as connection:
            redo.hold(connection, described(relative, (ARTICLES, partner, day), kept, content, now))
    else:
        remove(path)
        with ledger.transaction(url) as connection:
            redo.drop(connection, ARTICLES, partner, day)
    return len(rows) - len(kept)


def _rows(layout: Layout, relative: str) -> list[Row]:
    try:
        return parquet.rows_of(layout.full(relative))
    except LakeCorrupt as error:
        log.warning("%s is removed", error)
        return []


def _decisions(layout: Layout, url: str, partner: str, day: date, _: datetime) -> int:
    """A day of which the ledger knows no decision; other days are written whole by whoever sweeps their partner."""
    with ledger.transaction(url) as connection:
        if book.decisions_of_day(connection, partner, day):
            return 0
        redo.drop(connection, DECISIONS, partner, day)
    path = layout.full(layout.dataset(DECISIONS, partner, day))
    gone = len(_rows(layout, layout.dataset(DECISIONS, partner, day))) or 1
    remove(path)
    return gone
