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
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.lake.parquet import Row
from newswire.lake.store import Claim
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.pipeline.objects import described
from newswire.schema import ARTICLES as ARTICLE_COLUMNS

log = logging.getLogger(__name__)

Key = tuple[str, str, date]
"""An object: its dataset, partner and day."""


def leave(layout: Layout, url: str, *, now: datetime) -> dict[str, int]:
    """Take out of the lake what the ledger does not know; return how many rows left which file."""
    left: dict[str, int] = {}
    for dataset, turn_out in ((ARTICLES, _articles), (DECISIONS, _decisions)):
        for partner, day, relative in layout.partitions(dataset):
            with layout.claimed(dataset, partner, day) as claim:
                gone = turn_out(claim, url, (dataset, partner, day), relative, now)
            if gone:
                left[relative] = gone
                log.warning("%s: %d rows that the ledger does not know have left", relative, gone)
    return left


def _articles(claim: Claim, url: str, key: Key, relative: str, now: datetime) -> int:
    _, partner, day = key
    with ledger.transaction(url) as connection:
        standings = book.of_partition(connection, partner, day).values()
        before = redo.held_one(connection, ARTICLES, partner, day)
    wanted = {s.row_hash for s in standings if s.published_date == day}
    rows = _rows(claim, relative)
    kept = [row for row in rows if parquet.row_hash(row) in wanted]
    if kept and len(kept) == len(rows) and before is not None:
        return 0
    if kept:
        content = parquet.encode(kept, ARTICLE_COLUMNS)
        claim.put(content)
        with ledger.transaction(url) as connection:
            redo.hold(connection, described(relative, key, kept, content, now))
    else:
        claim.remove()
        with ledger.transaction(url) as connection:
            redo.drop(connection, ARTICLES, partner, day)
    return len(rows) - len(kept)


def _rows(claim: Claim, relative: str) -> list[Row]:
    try:
        return parquet.decode(claim.content or b"", relative)
    except LakeCorrupt as error:
        log.warning("%s is removed", error)
        return []


def _decisions(claim: Claim, url: str, key: Key, relative: str, now: datetime) -> int:  # noqa: ARG001
    """A day of which the ledger knows no decision; other days are written whole by whoever sweeps their partner."""
    _, partner, day = key
    with ledger.transaction(url) as connection:
        if book.decisions_of_day(connection, partner, day):
            return 0
        redo.drop(connection, DECISIONS, partner, day)
    gone = len(_rows(claim, relative)) or 1
    claim.remove()
    return gone
