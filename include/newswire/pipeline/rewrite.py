"""Bringing the lake's partitions in line with the ledger.

The ledger says which row every item must have; a partition is rewritten from that under its lock. A row comes from the
partition as it is, from the staged batch, or is built anew from the landed payload: always the one whose hash the
ledger names. So a rewrite can be repeated, interrupted and raced, and ends in the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import LakeBusy
from newswire.lake import parquet
from newswire.lake.files import locked, remove, replace, sha256
from newswire.lake.layout import ARTICLES
from newswire.lake.parquet import Row
from newswire.ledger import changes, redo
from newswire.ledger import stories as book
from newswire.ledger.stories import Standing
from newswire.model import Partition
from newswire.pipeline.assess import assess
from newswire.pipeline.commit import Committer, failed_content
from newswire.pipeline.decisions import held
from newswire.pipeline.known import known_stories
from newswire.schema import ARTICLES as ARTICLE_COLUMNS

PASSES = 5


class Partitions:
    """The partitions of one partner's articles.

    Args:
        committer: Decides anew what time or a ruling has overtaken.
    """

    def __init__(self, committer: Committer) -> None:
        self.committer = committer
        self.place, self.reader, self.slug = committer.place, committer.reader, committer.slug

    def drain(self, staged: Iterable[Row] = ()) -> tuple[str, ...]:
        """Rewrite every partition of the partner that waits for it; return the paths that changed.

        Raises:
            LakeBusy: Other runs kept adding work faster than it was done.
        """
        by_hash = {parquet.row_hash(row): row for row in staged}
        changed: dict[str, None] = {}
        for _ in range(PASSES):
            with ledger.transaction(self.place.database_url) as connection:
                waiting = redo.pending(connection, self.slug)
            if not waiting:
                return tuple(changed)
            for day in waiting:
                if self._rewrite(day, by_hash):
                    changed[self.place.layout.articles(Partition(day, self.slug))] = None
        msg = f"{self.slug}: partitions still wait to be rewritten after {PASSES} passes."
        raise LakeBusy(msg, reason="lake_busy", remedy="The retry goes on where this stopped.")

    def _rewrite(self, day: date, staged: dict[str, Row]) -> bool:
        layout = self.place.layout
        relative = layout.articles(Partition(day, self.slug))
        with locked(layout.full(layout.lock(ARTICLES, self.slug, day))):
            with ledger.transaction(self.place.database_url) as connection:
                book.lock_partner(connection, self.slug)  # never the other way round: commit takes no file lock
                generation = redo.pending(connection, self.slug).get(day)
                self._review(connection, day)
                standings = book.of_partition(connection, self.slug, day)
            if generation is None:
                return False
            wanted = [s for s in standings.values() if s.row_hash is not None and s.published_date == day]
            here = [s for s in wanted if s.partition_date in {None, day}]
            present = {parquet.row_hash(row): row for row in parquet.rows_of(layout.full(relative))}
            rows = [self._row(standing, present, staged) for standing in here]
            rows.sort(key=lambda row: (row["language"], row["article_id"]))
            changed = self._write(relative, day, rows)
            gone = [s.item_id for s in standings.values() if s not in here and s.partition_date == day]
            with ledger.transaction(self.place.database_url) as connection:
                redo.place(connection, self.slug, day, now_in=[s.item_id for s in here], gone=gone)
                changes.left(connection, self.slug, gone, at=self.place.clock())
                for standing, row in zip(here, sorted(rows, key=_in_order_of(here)), strict=True):
                    if parquet.row_hash(row) != standing.row_hash:
                        redo.refresh_row_hash(
                            connection,
                            self.slug,
                            standing.item_id,
                            old=str(standing.row_hash),
                            new=parquet.row_hash(row),
                        )
                if len(here) == len(wanted):  # else a story still lies in its old partition; come back for it
                    redo.strike(connection, self.slug, day, generation)
        return changed

    def _review(self, connection: Connection, day: date) -> None:
        """Decide anew what time or a ruling has overtaken since it was decided."""
        now = self.place.clock()
        overdue = [s.item_id for s in book.of_partition(connection, self.slug, day).values() if s.is_due(now)]
        if overdue:
            self.committer.decide_again(connection, overdue)

    def _row(self, standing: Standing, present: dict[str, Row], staged: dict[str, Row]) -> Row:
        wanted = str(standing.row_hash)
        row = present.get(wanted) or staged.get(wanted)
        if row is not None:
            return row
        with ledger.transaction(self.place.database_url) as connection:
            [story] = known_stories(connection, self.place.partner, [standing.item_id]).values()
        now, failed = self.place.clock(), failed_content(standing)
        built = assess(story, self.place.partner, self.reader.item, now=now, quarantined=failed).row
        if built is None:
            msg = f"{standing.article_id} may no longer be published; it was decided anew while its row was built."
            raise LakeBusy(msg, reason="overtaken", remedy="The retry decides it again.")
        return built

    def _write(self, relative: str, day: date, rows: list[Row]) -> bool:
        layout = self.place.layout
        with ledger.transaction(self.place.database_url) as connection:
            before = redo.held_one(connection, ARTICLES, self.slug, day)
        if not rows:
            remove(layout.full(relative))
            with ledger.transaction(self.place.database_url) as connection:
                redo.drop(connection, ARTICLES, self.slug, day)
            return before is not None
        content = parquet.encode(rows, ARTICLE_COLUMNS)
        digest = sha256(content)
        on_disk = layout.full(relative)
        same = on_disk.exists() and sha256(on_disk.read_bytes()) == digest
        if not same:
            replace(on_disk, content)
        with ledger.transaction(self.place.database_url) as connection:
            if before is None or before.file_sha256 != digest:
                hashes = parquet.rows_hash(parquet.row_hash(row) for row in rows)
                redo.hold(connection, held(self.place, ARTICLES, day, content, hashes=hashes, rows=len(rows)))
        return not same


def _in_order_of(standings: list[Standing]) -> Callable[[Row], int]:
    order = {standing.article_id: n for n, standing in enumerate(standings)}
    return lambda row: order[row["article_id"]]
