"""Committing to the ledger, and bringing the lake's partitions in line with it.

The ledger says which row every item must have; a partition is rewritten from that under its lock. A row comes from the
partition as it is, from the staged batch, or is built anew from the landed payload: always the one whose hash the
ledger names. So a rewrite can be repeated, interrupted and raced, and ends in the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import LakeBusy
from newswire.lake import parquet
from newswire.lake.files import locked, remove, replace, sha256
from newswire.lake.layout import ARTICLES, DECISIONS
from newswire.lake.parquet import Row
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.ledger.stories import Standing
from newswire.model import Partition, Sighting, Tombstone
from newswire.pipeline.assess import Assessment, assess
from newswire.pipeline.facts import Story, merge
from newswire.pipeline.reading import Reader
from newswire.pipeline.work import Workplace
from newswire.schema import ARTICLES as ARTICLE_COLUMNS
from newswire.schema import DECISIONS as DECISION_COLUMNS
from newswire.schema import WRITER_VERSION

log = logging.getLogger(__name__)

PASSES = 5


def known_stories(
    connection: Connection, partner: str, item_ids: Sequence[str], fresh: Iterable[Sighting] = ()
) -> dict[str, Story]:
    """Everything known of some items: the ledger's sightings and fresh ones together."""
    seen = book.sightings(connection, partner, item_ids)
    for sighting in fresh:
        seen[sighting.item_id].append(sighting)
    graves = book.tombstones_of(connection, partner, item_ids)
    return {
        item_id: Story(item_id=item_id, sightings=merge(sightings), tombstone=graves.get(item_id))
        for item_id, sightings in seen.items()
    }


class Committer:
    """Writes what was decided, for one partner."""

    def __init__(self, place: Workplace, reader: Reader) -> None:
        self.place, self.reader = place, reader
        self.slug = place.partner.slug

    def commit(
        self,
        sightings: Sequence[Sighting],
        assessments: Sequence[Assessment],
        *,
        tombstones: Sequence[Tombstone] = (),
        quarantined: Collection[str] = (),
        also: Callable[[Connection, dict[str, Standing]], None] | None = None,
    ) -> None:
        """Record facts, decisions and what must be rewritten, in one transaction.

        An assessment that another run overtook is made again from the facts as they are now.

        Args:
            sightings: What was seen.
            assessments: What was decided upon it.
            tombstones: Withdrawals to record first.
            quarantined: Content hashes whose rows failed validation.
            also: What else belongs into the transaction; gets what the items are now.
        """
        now = self.place.clock()
        with ledger.transaction(self.place.database_url) as connection:
            book.lock_partner(connection, self.slug)
            for tombstone in tombstones:
                book.bury(connection, self.slug, tombstone)
            book.observe(connection, self.slug, sightings)
            ids = [a.standing.item_id for a in assessments]
            stories = known_stories(connection, self.slug, ids)
            before = book.standings(connection, self.slug, ids)
            after: dict[str, Standing] = {}
            for assessment in assessments:
                story = stories[assessment.standing.item_id]
                current = assessment
                if story.key() != assessment.facts_key or _fails(assessment, quarantined):
                    current = assess(story, self.place.partner, self.reader.item, now=now, quarantined=quarantined)
                self._record(connection, current, before.get(story.item_id), now)
                after[story.item_id] = current.standing
            if also is not None:
                also(connection, after)

    def _record(self, connection: Connection, new: Assessment, old: Standing | None, now: datetime) -> None:
        book.record_decision(
            connection,
            self.slug,
            decision_id=str(new.standing.decision_id),
            article_id=new.standing.article_id,
            sighting=new.sighting,
            decision=new.decision,
        )
        book.stand(connection, self.slug, new.standing)
        touched = set()
        if old is None or (old.row_hash, old.published_date) != (new.standing.row_hash, new.standing.published_date):
            if new.standing.row_hash is not None:
                touched.add(new.standing.published_date)
            if old is not None and old.partition_date is not None:
                touched.add(old.partition_date)
        for day in sorted(touched):
            redo.intend(connection, self.slug, day, at=now)

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
        """Decide anew what time has overtaken since it was decided."""
        now = self.place.clock()
        overdue = [
            s.item_id
            for s in book.of_partition(connection, self.slug, day).values()
            if s.next_review_at is not None and s.next_review_at <= now
        ]
        if not overdue:
            return
        before = book.standings(connection, self.slug, overdue)
        for story in known_stories(connection, self.slug, overdue).values():
            failed = _failed_content(before[story.item_id])
            current = assess(story, self.place.partner, self.reader.item, now=now, quarantined=failed)
            self._record(connection, current, before.get(story.item_id), now)

    def _row(self, standing: Standing, present: dict[str, Row], staged: dict[str, Row]) -> Row:
        wanted = str(standing.row_hash)
        row = present.get(wanted) or staged.get(wanted)
        if row is not None:
            return row
        with ledger.transaction(self.place.database_url) as connection:
            [story] = known_stories(connection, self.slug, [standing.item_id]).values()
        now, failed = self.place.clock(), _failed_content(standing)
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
                redo.hold(connection, self._held(ARTICLES, day, content, hashes=hashes, rows=len(rows)))
        return not same

    def _held(self, dataset: str, day: date, content: bytes, *, hashes: str, rows: int) -> redo.Held:
        return redo.Held(
            dataset=dataset,
            partner=self.slug,
            partition_date=day,
            path=self.place.layout.dataset(dataset, self.slug, day),
            file_sha256=sha256(content),
            rows_sha256=hashes,
            rows=rows,
            bytes=len(content),
            writer_version=WRITER_VERSION,
            written_at=self.place.clock(),
        )

    def write_new_decisions(self) -> None:
        """Rewrite each day's decisions to which some were added: a run may have decided before midnight."""
        with ledger.transaction(self.place.database_url) as connection:
            made = book.decision_days(connection, self.slug)
            written = {h.partition_date: h.rows for h in redo.held(connection, self.slug) if h.dataset == DECISIONS}
        for day in sorted(day for day, count in made.items() if written.get(day) != count):
            self._write_decisions(day)

    def _write_decisions(self, day: date) -> None:
        layout = self.place.layout
        start = datetime.combine(day, time.min, UTC)
        with locked(layout.full(layout.lock(DECISIONS, self.slug, day))):
            with ledger.transaction(self.place.database_url) as connection:
                made = book.decisions_of_day(connection, self.slug, start, start + timedelta(days=1))
                before = redo.held_one(connection, DECISIONS, self.slug, day)
            if not made:
                return
            rows = [_decision_row(record) for record in made]
            relative = layout.dataset(DECISIONS, self.slug, day)
            content = parquet.encode(rows, DECISION_COLUMNS)
            if before is not None and before.file_sha256 == sha256(content) and layout.full(relative).exists():
                return
            replace(layout.full(relative), content)
            hashes = parquet.rows_hash(parquet.row_hash(row) for row in rows)
            with ledger.transaction(self.place.database_url) as connection:
                redo.hold(connection, self._held(DECISIONS, day, content, hashes=hashes, rows=len(rows)))


def _failed_content(standing: Standing) -> tuple[str, ...]:
    """The content whose row failed validation: it is not built again."""
    return (standing.content_hash,) if standing.state == "quarantined" else ()


def _fails(assessment: Assessment, quarantined: Collection[str]) -> bool:
    return assessment.row is not None and assessment.row["content_hash"] in quarantined


def _in_order_of(standings: list[Standing]) -> Callable[[Row], int]:
    order = {standing.article_id: n for n, standing in enumerate(standings)}
    return lambda row: order[row["article_id"]]


def _decision_row(record: Row) -> Row:
    decision = record["decision"]
    times = {
        name: None if decision[name] is None else datetime.fromisoformat(decision[name])
        for name in ("hold_until", "expires_at")
    }
    return {
        **{name: record[name] for name in ("decision_id", "article_id", "item_id", "content_hash", "outcome")},
        "version": record["version"] or None,
        "reasons": decision["reasons"],
        **times,
        "contract_id": record["contract_id"],
        "contract_hash": record["contract_hash"],
        "rule_versions": msgspec.json.encode(decision["rule_versions"], order="sorted").decode(),
        "components": msgspec.json.encode(decision.get("components", ())).decode(),
        "evidence": msgspec.json.encode(decision["evidence"]).decode(),
        "as_of": record["as_of"].astimezone(UTC),
    }
