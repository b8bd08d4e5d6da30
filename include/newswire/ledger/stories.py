"""Stories: observations, what an item is now, outcomes, decisions, contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, case, func, not_, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import contracts, decisions, items, observations, outcomes, receipts
from newswire.model import Decision, Embargo, Observation, Sighting, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an item is now.

    Attributes:
        state: ``published``, ``held``, ``rejected``, ``withdrawn`` or ``quarantined``: the governing version's fate.
        decider: The code, rules and contracts that decided; another value means that it must be decided anew.
        published_date: The partition that its row belongs to.
        row_hash: The hash of the row that the lake must hold, or None where it must hold none.
        row_content_hash: The content of that row: an earlier one than ``content_hash`` while an update is pending.
        partition_date: The partition that holds a row of it now, or None.
        language: The language that its text was found in; None where it was decided before that was kept.
        language_declared: The language that the item, else its feed, declares, or None.
        language_agrees: Whether the two agree; None without a declaration, and where the text says nothing.
    """

    item_id: str
    article_id: str
    version: str
    content_hash: str
    state: str
    reasons: tuple[str, ...]
    decision_id: str | None
    decider: str
    published_date: date
    first_observed_at: datetime
    row_hash: str | None
    row_content_hash: str | None
    partition_date: date | None
    update_pending: bool
    language: str | None
    language_declared: str | None
    language_agrees: bool | None
    next_review_at: datetime | None
    changed_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether time or a ruling may have changed it by now."""
        return self.next_review_at is not None and self.next_review_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOutcome:
    """The one recorded outcome of an entry that was pulled."""

    receipt_id: str
    ordinal: int
    outcome: str
    reasons: tuple[str, ...] = ()
    item_id: str | None = None
    content_hash: str | None = None
    detail: str | None = None
    pointer: str | None = None
    decision_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision on what a sighting saw."""

    decision_id: str
    article_id: str
    sighting: Sighting
    decision: Decision


def lock_partner(connection: Connection, partner: str) -> None:
    """Serialise the commits of a partner's runs until the end of the transaction."""
    connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"newswire:{partner}"})


def sightings(connection: Connection, partner: str, item_ids: Sequence[str]) -> dict[str, list[Sighting]]:
    """Everything seen of some items."""
    query = select(observations).where(observations.c.partner == partner, observations.c.item_id.in_(item_ids))
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for row in connection.execute(query):
        seen[row.item_id].append(_sighting(row))
    return seen


def alike(connection: Connection, partner: str, *, links: Sequence[str], times: Sequence[datetime]) -> list[Sighting]:
    """What was seen under some links, or with some publication times, whatever its name."""
    if not links and not times:
        return []
    found = or_(observations.c.source_url.in_(links), observations.c.published_at.in_(times))
    query = select(observations).where(observations.c.partner == partner, found)
    return [_sighting(row) for row in connection.execute(query.order_by(observations.c.first_observed_at))]


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        item_id=row.item_id,
        observation=Observation(
            version=row.version or None,
            updated_at=row.updated_at,
            published_at=row.published_at,
            content_hash=row.content_hash,
            first_observed_at=row.first_observed_at,
            last_observed_at=row.last_observed_at,
        ),
        status=Status(row.status),
        is_correction=row.is_correction,
        embargo=None if row.embargo is None else msgspec.convert(row.embargo, Embargo),
        source_url=row.source_url,
        slug=row.slug,
        feed=row.feed,
        receipt_id=row.receipt_id,
        ordinal=row.ordinal,
        page_receipt_id=row.page_receipt_id,
        purged=row.purged,
    )


def observe(connection: Connection, partner: str, seen: Sequence[Sighting]) -> None:
    """Add observations: earliest and latest times are kept, so that order and repetition of pulls do not matter."""
    if not seen:
        return
    statement = insert(observations)
    new, old = statement.excluded, observations.c
    # A payload that has the words is a better source than one that was purged of them, then an earlier one.
    here, there = ([side[name] for name in ("purged", "first_observed_at", "feed")] for side in (new, old))
    better = tuple_(*here) < tuple_(*there)
    source = ("feed", "receipt_id", "ordinal", "page_receipt_id", "purged")
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["partner", "item_id", "version", "content_hash"],
            set_={
                **{name: case((better, new[name]), else_=old[name]) for name in source},
                **{name: func.coalesce(old[name], new[name]) for name in ("source_url", "slug")},
                "first_observed_at": func.least(old.first_observed_at, new.first_observed_at),
                "last_observed_at": func.greatest(old.last_observed_at, new.last_observed_at),
            },
        ),
        [_observed(partner, sighting) for sighting in seen],
    )


def _observed(partner: str, sighting: Sighting) -> dict[str, Any]:
    seen_as = sighting.observation
    return {
        "partner": partner,
        "item_id": sighting.item_id,
        "version": seen_as.version or "",
        "content_hash": seen_as.content_hash,
        "status": sighting.status.value,
        "is_correction": sighting.is_correction,
        "embargo": msgspec.to_builtins(sighting.embargo),
        "published_at": seen_as.published_at,
        "updated_at": seen_as.updated_at,
        "first_observed_at": seen_as.first_observed_at,
        "last_observed_at": seen_as.last_observed_at,
        "source_url": sighting.source_url,
        "slug": sighting.slug,
        "feed": sighting.feed,
        "receipt_id": sighting.receipt_id,
        "ordinal": sighting.ordinal,
        "page_receipt_id": sighting.page_receipt_id,
        "purged": sighting.purged,
    }


def note_purged(connection: Connection, partner: str, item_ids: Collection[str]) -> None:
    """Note of which observations of some items no payload has the words any more."""
    purged = select(receipts.c.receipt_id).where(receipts.c.partner == partner, receipts.c.purged_sha256.is_not(None))
    connection.execute(
        update(observations)
        .where(
            observations.c.partner == partner,
            observations.c.item_id.in_(item_ids),
            observations.c.receipt_id.in_(purged) | observations.c.page_receipt_id.in_(purged),
        )
        .values(purged=True)
    )


def completed_by(connection: Connection, partner: str, receipt_ids: Collection[str]) -> set[str]:
    """The items that some article pages complete."""
    pages = observations.c.page_receipt_id.in_(receipt_ids)
    query = select(observations.c.item_id).where(observations.c.partner == partner, pages)
    return set(connection.execute(query).scalars())


def standings(connection: Connection, partner: str, item_ids: Sequence[str]) -> dict[str, Standing]:
    """What some items are now."""
    return _standings(connection, and_(items.c.partner == partner, items.c.item_id.in_(item_ids)))


def due(connection: Connection, partner: str, now: datetime) -> list[str]:
    """Items whose decision time alone may have changed by now."""
    query = select(items.c.item_id).where(items.c.partner == partner, items.c.next_review_at <= now)
    return list(connection.execute(query.order_by(items.c.item_id)).scalars())


def stale(connection: Connection, partner: str, decider: str) -> list[str]:
    """Items that another version of the rules or terms decided; those that were taken down stay so under any."""
    query = select(items.c.item_id).where(
        items.c.partner == partner, items.c.decider != decider, not_(items.c.reasons.overlap(["tombstone"]))
    )
    return list(connection.execute(query.order_by(items.c.published_date, items.c.item_id)).scalars())


def count(connection: Connection, partner: str) -> int:
    """How many stories a partner has, whatever they are now."""
    return connection.execute(select(func.count()).select_from(items).where(items.c.partner == partner)).scalar_one()


def every(connection: Connection, partner: str) -> list[str]:
    """Every item of a partner, by its day."""
    query = select(items.c.item_id).where(items.c.partner == partner)
    return list(connection.execute(query.order_by(items.c.published_date, items.c.item_id)).scalars())


def touch(connection: Connection, partner: str, item_ids: Collection[str], *, at: datetime) -> None:
    """Make items due: a ruling on them has changed, and whoever comes next decides them anew."""
    connection.execute(
        update(items).where(items.c.partner == partner, items.c.item_id.in_(item_ids)).values(next_review_at=at)
    )


def rest(connection: Connection, partner: str, item_ids: Collection[str], decider: str) -> None:
    """Let stories that the lake does not hold stay as they are: neither time nor these rules decide them again."""
    connection.execute(
        update(items)
        .where(items.c.partner == partner, items.c.item_id.in_(item_ids), items.c.row_hash.is_(None))
        .values(decider=decider, next_review_at=None)
    )


def find(connection: Connection, name: str, partner: str | None = None) -> list[tuple[str, str]]:
    """The items with an article id, or with an item id of a partner: partner and item id each."""
    named = items.c.article_id == name if partner is None else and_(items.c.partner == partner, items.c.item_id == name)
    return [(row[0], row[1]) for row in connection.execute(select(items.c.partner, items.c.item_id).where(named))]


NEAR_AMONG = 5000


def near(connection: Connection, name: str, partner: str | None = None, *, most: int = 3) -> list[str]:
    """Ids that are spelled much like one: article ids, or with a partner its own ids, too; of its newest items."""
    slug = partner or name.partition(":")[0]
    query = select(items.c.article_id, items.c.item_id).where(items.c.partner == slug)
    rows = connection.execute(query.order_by(items.c.first_observed_at.desc()).limit(NEAR_AMONG))
    ids = [called for row in rows for called in (row if partner else row[:1])]
    return get_close_matches(name, ids, n=most, cutoff=0.8)


def held_until(connection: Connection, decision_ids: Collection[str]) -> dict[str, datetime]:
    """Decisions that only time held, and until when."""
    stated = decisions.c.decision["hold_until"].astext
    query = select(decisions.c.decision_id, stated).where(
        decisions.c.decision_id.in_(decision_ids), stated.is_not(None)
    )
    return {row[0]: datetime.fromisoformat(row[1]) for row in connection.execute(query)}


def of_partition(connection: Connection, partner: str, published_date: date) -> dict[str, Standing]:
    """The items that belong into a partition, or whose row it still holds."""
    belongs = and_(items.c.published_date == published_date, items.c.row_hash.is_not(None))
    return _standings(
        connection, and_(items.c.partner == partner, or_(belongs, items.c.partition_date == published_date))
    )


def _standings(connection: Connection, where: Any) -> dict[str, Standing]:  # noqa: ANN401 - an SQL expression
    query = select(*[items.c[name] for name in Standing.__slots__]).where(where)
    return {
        row.item_id: Standing(**{**by_name(row), "reasons": tuple(row.reasons)}) for row in connection.execute(query)
    }


def stand(connection: Connection, partner: str, standings: Sequence[Standing]) -> None:
    """Record what items are now; where their rows lie is the writer's to say and stays as it is."""
    if not standings:
        return
    statement = insert(items)
    kept = {"item_id", "article_id", "partition_date"}
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["partner", "item_id"],
            set_={name: statement.excluded[name] for name in Standing.__slots__ if name not in kept},
        ),
        [{**asdict(standing), "partner": partner, "reasons": list(standing.reasons)} for standing in standings],
    )


def record_outcomes(connection: Connection, entries: Sequence[EntryOutcome], *, at: datetime) -> None:
    """Write outcomes once: an entry that has one keeps it, unless it could not be read before and now can."""
    if not entries:
        return
    rows = [{**asdict(entry), "reasons": list(entry.reasons), "recorded_at": at} for entry in entries]
    statement = insert(outcomes)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["receipt_id", "ordinal"],
            set_={name: statement.excluded[name] for name in rows[0] if name not in {"receipt_id", "ordinal"}},
            where=and_(outcomes.c.outcome == "quarantined", outcomes.c.item_id.is_(None)),
        ),
        rows,
    )


def record_decisions(connection: Connection, partner: str, made: Sequence[Decided]) -> None:
    """Write decisions under the time they were first made for."""
    if made:
        connection.execute(
            insert(decisions).on_conflict_do_nothing(),
            [
                {
                    "decision_id": one.decision_id,
                    "partner": partner,
                    "article_id": one.article_id,
                    "item_id": one.sighting.item_id,
                    "version": one.sighting.observation.version or "",
                    "content_hash": one.sighting.observation.content_hash,
                    "outcome": one.decision.outcome.name.lower(),
                    "contract_id": one.decision.contract.id if one.decision.contract else None,
                    "contract_hash": one.decision.contract.hash if one.decision.contract else None,
                    "decision": msgspec.to_builtins(one.decision),
                    "as_of": one.decision.assessed_for.at,
                }
                for one in made
            ],
        )


def decisions_of_day(connection: Connection, partner: str, day: date) -> list[dict[str, Any]]:
    """The decisions first made on a day (UTC), as rows, by id."""
    start = datetime.combine(day, time.min, UTC)
    query = (
        select(decisions)
        .where(
            decisions.c.partner == partner, decisions.c.as_of >= start, decisions.c.as_of < start + timedelta(days=1)
        )
        .order_by(decisions.c.decision_id)
    )
    return [by_name(row) for row in connection.execute(query)]


def told(connection: Connection, receipt_ids: Sequence[str]) -> set[tuple[str, int]]:
    """The entries of some receipts that have an outcome."""
    query = select(outcomes.c.receipt_id, outcomes.c.ordinal).where(outcomes.c.receipt_id.in_(receipt_ids))
    return {(row[0], row[1]) for row in connection.execute(query)}


def see_contract(
    connection: Connection, partner: str, *, contract_id: str, contract_hash: str, terms: dict[str, Any], at: datetime
) -> None:
    """Keep a version of a contract the first time it is seen."""
    connection.execute(
        insert(contracts)
        .values(partner=partner, contract_id=contract_id, contract_hash=contract_hash, terms=terms, first_seen_at=at)
        .on_conflict_do_nothing()
    )
