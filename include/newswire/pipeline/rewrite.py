"""Bringing the lake's partitions in line with the ledger.

The ledger says which row every item must have; a partition is rewritten from that under its lock. A row comes from the
partition as it is, from the staged batch, or is built anew from the landed payload: always the one whose hash the
ledger names. So a rewrite can be repeated, interrupted and raced, and ends in the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import LakeBusy, LakeCorrupt, TransientError
from newswire.lake import parquet
from newswire.lake.layout import ARTICLES
from newswire.lake.parquet import Row
from newswire.ledger import changes, redo
from newswire.ledger import stories as book
from newswire.ledger.stories import Standing
from newswire.model import Partition
from newswire.pipeline.assess import assess
from newswire.pipeline.commit import Committer, failed_content
from newswire.pipeline.known import known_stories
from newswire.pipeline.objects import differs, put
from newswire.pipeline.reading import Reader

PASSES = 5
WITHOUT = "Without one, `bin/newswire takedown article ARTICLE_ID` ends that the story is missed."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A row that a partition must hold, and that neither it nor the landing yields any more.

    Attributes:
        path: The partition's object, which was written without it.
        problem: What is gone.
        remedy: What to do.
    """

    article_id: str
    item_id: str
    path: str
    problem: str
    remedy: str


class Partitions:
    """The partitions of one partner's articles.

    Args:
        committer: Decides anew what time or a ruling has overtaken.
        built: Hears of every row that is built anew from its landed payload.

    Attributes:
        lost: Rows that could not be built; all others were written.
        altered: Stories whose row was built anew and is another one since the code that reads them changed.
    """

    def __init__(self, committer: Committer, built: Callable[[Row], None] = lambda _: None) -> None:
        self.committer, self.built = committer, built
        self.place, self.slug = committer.place, committer.slug
        self.lost: dict[str, Lost] = {}
        self.altered: set[str] = set()

    def drain(self, staged: Iterable[Row] = ()) -> tuple[str, ...]:
        """Rewrite every partition of the partner that waits for it; return the paths that changed.

        A row that cannot be built keeps no other one back: it is in ``lost``; see ``broken``.

        Raises:
            LakeBusy: Other runs kept adding work faster than it was done, or another writer came first.
        """
        by_hash = {parquet.row_hash(row): row for row in staged}
        changed: dict[str, None] = {}
        for _ in range(PASSES):
            with ledger.transaction(self.place.database_url) as connection:
                waiting = redo.pending(connection, self.slug)
            if not waiting:
                return tuple(changed)
            for day in waiting:
                try:
                    if self._rewrite(day, by_hash):
                        changed[self.place.layout.articles(Partition(day, self.slug))] = None
                except TransientError:
                    self._come_back(day)
                    raise
        msg = f"{self.slug}: partitions still wait to be rewritten after {PASSES} passes."
        raise LakeBusy(msg, reason="lake_busy", remedy="The retry goes on where this stopped.")

    @property
    def broken(self) -> list[LakeCorrupt]:
        """The error that names the rows that could not be built, if any: to be raised once all else is done."""
        if not self.lost:
            return []
        told = "; ".join(f"{row.article_id} ({row.item_id}): {row.problem}" for row in self.lost.values())
        msg = f"{self.slug}: {len(self.lost)} rows could not be built and are missing, all others are written. {told}"
        return [LakeCorrupt(msg, reason="row_lost", remedy=remedy_of(self.slug, self.lost.values()))]

    def would_change(self, day: date) -> bool:
        """Whether a rewrite would change a partition's object, as everything is now; nothing is written."""
        with ledger.transaction(self.place.database_url) as connection:
            standings = book.of_partition(connection, self.slug, day)
        relative = self.place.layout.articles(Partition(day, self.slug))
        content = self.place.layout.store.find(relative)
        built = self._rows(relative, content, [s for s in standings.values() if _belongs(s, day)], {})
        return bool(built.overtaken) or differs(self.place, ARTICLES, day, built.sorted())

    def _rewrite(self, day: date, staged: dict[str, Row]) -> bool:
        layout = self.place.layout
        relative = layout.articles(Partition(day, self.slug))
        with layout.claimed(ARTICLES, self.slug, day) as claim:
            with ledger.transaction(self.place.database_url) as connection:
                book.lock_partner(connection, self.slug)  # never the other way round: commit takes no file lock
                generation = redo.pending(connection, self.slug).get(day)
                self._review(connection, day)
                standings = book.of_partition(connection, self.slug, day)
            if generation is None:
                return False
            wanted = [s for s in standings.values() if _belongs(s, day)]
            here = [s for s in wanted if s.partition_date in {None, day}]
            built = self._rows(relative, claim.content, here, staged)
            if built.overtaken:
                with ledger.transaction(self.place.database_url) as connection:
                    book.lock_partner(connection, self.slug)
                    self.committer.decide_again(connection, built.overtaken)
                return False  # the next pass writes what was decided
            changed = put(self.place, claim, ARTICLES, day, built.sorted())
            gone = [s.item_id for s in standings.values() if s not in here and s.partition_date == day]
            with ledger.transaction(self.place.database_url) as connection:
                absent = [*gone, *(s.item_id for s in here if s.item_id not in built.rows)]
                redo.place(connection, self.slug, day, now_in=list(built.rows), gone=absent)
                changes.left(connection, self.slug, gone, at=self.place.clock())
                for item_id, (old, new) in built.altered.items():
                    redo.refresh_row_hash(connection, self.slug, item_id, old=old, new=new)
                if len(here) == len(wanted):  # else a story still lies in its old partition; come back for it
                    redo.strike(connection, self.slug, day, generation)
        return changed

    def _come_back(self, day: date) -> None:
        """Let a partition be rewritten whose writer may have lost its lock, and have replaced the object all the same.

        Whoever wrote after it may have found nothing to change, and have struck the intent off before that.
        """
        with ledger.transaction(self.place.database_url) as connection:
            redo.intend(connection, self.slug, [day], at=self.place.clock())

    def _review(self, connection: Connection, day: date) -> None:
        """Decide anew what time or a ruling has overtaken since it was decided."""
        now = self.place.clock()
        overdue = [s.item_id for s in book.of_partition(connection, self.slug, day).values() if s.is_due(now)]
        if overdue:
            self.committer.decide_again(connection, overdue)

    def _rows(
        self, relative: str, content: bytes | None, standings: Sequence[Standing], staged: dict[str, Row]
    ) -> _Built:
        """The row of every story that a partition must hold: as it lies there, as it was staged, or built anew."""
        present, built, reader = self._present(relative, content), _Built(), Reader(self.place)
        for standing in standings:
            wanted = str(standing.row_hash)
            row = there = present.get(wanted) or staged.get(wanted)
            try:
                row = there or self._build(standing, reader)
            except LakeCorrupt as error:
                self.lost[standing.article_id] = Lost(
                    article_id=standing.article_id,
                    item_id=standing.item_id,
                    path=relative,
                    problem=error.message,
                    remedy=f"{error.remedy} {WITHOUT}",
                )
                continue
            if row is None:
                built.overtaken.append(standing.item_id)
                continue
            built.rows[standing.item_id] = row
            if there is None:
                self.built(row)
            if (found := parquet.row_hash(row)) != wanted:
                built.altered[standing.item_id] = (wanted, found)
                self.altered.add(standing.article_id)
        return built

    def _present(self, relative: str, content: bytes | None) -> dict[str, Row]:
        """The rows that lie in a partition, by hash; none where its file is damaged, and all are built anew."""
        if content is None:
            return {}
        try:
            rows = parquet.decode(content, self.place.layout.store.where(relative))
            return {parquet.row_hash(row): row for row in rows}
        except LakeCorrupt as error:
            log.warning("%s: its rows are built anew: %s", relative, error.message)
            return {}

    def _build(self, standing: Standing, reader: Reader) -> Row | None:
        """A story's row, from the landed payload; None where other code or terms no longer let it be published."""
        with ledger.transaction(self.place.database_url) as connection:
            [story] = known_stories(connection, self.place.partner, [standing.item_id]).values()
        now, failed = self.place.clock(), failed_content(standing)
        return assess(story, self.place.partner, reader.item, now=now, quarantined=failed).row


@dataclass(slots=True, kw_only=True)
class _Built:
    """The rows of a partition, by item.

    Attributes:
        altered: Those that are not the one that was decided, with the hash of that and their own.
        overtaken: Items that must be decided anew first.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    altered: dict[str, tuple[str, str]] = field(default_factory=dict)
    overtaken: list[str] = field(default_factory=list)

    def sorted(self) -> list[Row]:
        """The rows in the order of the file."""
        return sorted(self.rows.values(), key=lambda row: (row["language"], row["article_id"]))


def remedy_of(partner: str, lost: Iterable[Lost]) -> str:
    """What to do about rows that could not be built."""
    cures = " ".join(dict.fromkeys(row.remedy for row in lost))
    return f"{cures} Then run `bin/newswire rebuild --partner {partner}`."


def _belongs(standing: Standing, day: date) -> bool:
    return standing.row_hash is not None and standing.published_date == day
