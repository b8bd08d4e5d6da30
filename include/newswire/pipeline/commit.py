"""Committing to the ledger: facts, rulings, decisions, what every item is now, which partitions must be rewritten."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import LakeCorrupt, PayloadRemoved
from newswire.ledger import changes, graves, redo
from newswire.ledger import stories as book
from newswire.ledger.graves import Kill
from newswire.ledger.stories import Decided, Standing
from newswire.model import Sighting
from newswire.pipeline import kills as undertaker
from newswire.pipeline.absent import keep
from newswire.pipeline.assess import Assessment, assess, decision_id
from newswire.pipeline.decider import decider
from newswire.pipeline.facts import Story, bare
from newswire.pipeline.gate import is_open
from newswire.pipeline.known import known_stories
from newswire.pipeline.reading import Reader
from newswire.pipeline.work import Workplace

log = logging.getLogger(__name__)


class Committer:
    """Writes what was decided, for one partner.

    Args:
        place: Where it works.
        reader: Reads landed payloads.
        cause: What makes it decide, as an item's story tells it: ``wire <run>``, ``sweep``, …
    """

    def __init__(self, place: Workplace, reader: Reader, cause: str) -> None:
        self.place, self.reader, self.cause = place, reader, cause
        self.slug = place.partner.slug

    def bury(self, kills: Sequence[Kill], fresh: Sequence[Sighting]) -> set[str]:
        """Record kills and put tombstones on whom they, or earlier ones, hit; return the items hit."""
        with ledger.transaction(self.place.database_url) as connection:
            book.lock_partner(connection, self.slug)
            return undertaker.bury(connection, self.slug, kills, fresh, now=self.place.clock())

    def commit(
        self,
        sightings: Sequence[Sighting],
        assessments: Sequence[Assessment],
        *,
        quarantined: Collection[str] = (),
        also: Callable[[Connection, dict[str, Standing]], None] | None = None,
    ) -> None:
        """Record facts, decisions and what must be rewritten, in one transaction.

        An assessment that another run or a person overtook is made again from the facts as they are now.

        Args:
            sightings: What was seen.
            assessments: What was decided upon it.
            quarantined: Content hashes whose rows failed validation.
            also: What else belongs into the transaction; gets what the items are now.
        """
        now = self.place.clock()
        with ledger.transaction(self.place.database_url) as connection:
            book.lock_partner(connection, self.slug)
            self._see_terms(connection, now)
            undertaker.bury(connection, self.slug, (), sightings, now=now)
            down = graves.taken_down(connection, self.slug, {s.item_id for s in sightings})
            book.observe(connection, self.slug, [bare(s) if s.item_id in down else s for s in sightings])
            ids = [a.standing.item_id for a in assessments]
            stories = known_stories(connection, self.place.partner, ids)
            before = book.standings(connection, self.slug, ids)
            current: list[Assessment] = []
            for assessment in assessments:
                story = stories[assessment.standing.item_id]
                overtaken = story.key() != assessment.facts_key or _fails(assessment, quarantined)
                current.append(self._assess(story, now, quarantined) if overtaken else assessment)
            current = self._record(connection, current, before, now)
            if also is not None:
                also(connection, {new.standing.item_id: new.standing for new in current})

    def rest(self, item_ids: Sequence[str]) -> None:
        """Let stories stay out as they are: their payload is removed, so nothing can be decided anew."""
        if item_ids:
            log.info("%s: %d stories stay as they are: their payloads were removed", self.slug, len(item_ids))
            with ledger.transaction(self.place.database_url) as connection:
                book.lock_partner(connection, self.slug)
                book.rest(connection, self.slug, item_ids, decider(self.place.partner))

    def decide_again(self, connection: Connection, item_ids: Sequence[str]) -> None:
        """Decide some items from the facts as they are now; the caller holds the partner's lock.

        One whose payload is lost stays due and as it is: the sweep names it.
        """
        now = self.place.clock()
        before = book.standings(connection, self.slug, item_ids)
        current: list[Assessment] = []
        for story in known_stories(connection, self.place.partner, item_ids).values():
            try:
                current.append(self._assess(story, now, failed_content(before[story.item_id])))
            except PayloadRemoved:
                book.rest(connection, self.slug, [story.item_id], decider(self.place.partner))
            except LakeCorrupt:
                log.exception("%s of %s cannot be decided anew", story.item_id, self.slug)
        self._record(connection, current, before, now)

    def _assess(self, story: Story, now: datetime, quarantined: Collection[str]) -> Assessment:
        return assess(story, self.place.partner, self.reader.item, now=now, quarantined=quarantined)

    def _record(
        self, connection: Connection, current: Sequence[Assessment], before: Mapping[str, Standing], now: datetime
    ) -> list[Assessment]:
        """Write what was decided on some stories, each kind of row in one go: round trips are what a commit takes.

        Nothing enters before a restored ledger is reconciled: a story that would stays as it is, and due. Return those
        that were written.
        """
        if any(adds(before.get(new.standing.item_id), new) for new in current) and not is_open(connection, self.place):
            current = [new for new in current if not adds(before.get(new.standing.item_id), new)]
        steps = [(before.get(new.standing.item_id), new.standing) for new in current]
        book.record_decisions(connection, self.slug, [made for new in current for made in self._decisions(new)])
        book.stand(connection, self.slug, [new for _, new in steps])
        changes.record(connection, self.slug, steps, cause=self.cause, at=now)
        redo.intend(connection, self.slug, {day for step in steps for day in _touched(*step)}, at=now)
        return list(current)

    def _decisions(self, new: Assessment) -> Iterator[Decided]:
        for sighting, decision in filter(None, ((new.sighting, new.decision), new.below)):
            yield Decided(
                decision_id=decision_id(self.slug, sighting, decision),
                article_id=new.standing.article_id,
                sighting=sighting,
                decision=decision,
            )

    def _see_terms(self, connection: Connection, now: datetime) -> None:
        keep(connection, self.place.partner, now)
        for contract in self.place.partner.contracts:
            book.see_contract(
                connection,
                self.slug,
                contract_id=contract.id,
                contract_hash=contract.hash(),
                terms=contract.model_dump(mode="json", by_alias=True),
                at=now,
            )


def adds(old: Standing | None, new: Assessment) -> bool:
    """Whether a decision would put a row into the lake, or another one."""
    return new.standing.row_hash is not None and (old is None or old.row_hash != new.standing.row_hash)


def _touched(old: Standing | None, new: Standing) -> Iterator[date]:
    """The partitions that must be rewritten when an item has become another."""
    if old is None or (old.row_hash, old.published_date) != (new.row_hash, new.published_date):
        if new.row_hash is not None:
            yield new.published_date
        if old is not None and old.partition_date is not None:
            yield old.partition_date


def failed_content(standing: Standing) -> tuple[str, ...]:
    """The content whose row failed validation: it is not built again."""
    return (standing.content_hash,) if standing.state == "quarantined" else ()


def _fails(assessment: Assessment, quarantined: Collection[str]) -> bool:
    return assessment.row is not None and assessment.row["content_hash"] in quarantined
