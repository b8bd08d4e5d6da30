"""Takedowns: what persons took down, and how the ledger forgets the words of it. Ids, hashes and times stay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, or_, select, union, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from newswire.ledger import reviews as review_book
from newswire.ledger.columns import by_name
from newswire.ledger.tables import (
    decisions,
    observations,
    outcomes,
    receipts,
    review_items,
    reviews,
    takedown_items,
    takedowns,
    tombstones,
)

Told = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """What was taken down.

    Attributes:
        item_id: The story; None for every story of the partner.
        purge_raw: Whether the landed payloads lose it, too.
        asked: Everyone who asked for it: ``by``, ``why``, ``purge_raw`` and ``at``.
        found: How much of it lay in each place, the most that any try found.
        proof: What was searched, found and left; None until a search was made.
        done_at: When nothing was left of it; None while something is.
    """

    takedown_id: str
    partner: str
    item_id: str | None
    purge_raw: bool
    asked: list[Told]
    found: dict[str, int]
    proof: Told | None
    asked_at: datetime
    done_at: datetime | None


_COLUMNS = [takedowns.c[name] for name in Takedown.__slots__]


def save(connection: Connection, takedown: Takedown) -> None:
    """Write a takedown as it is now."""
    values = {name: getattr(takedown, name) for name in Takedown.__slots__}
    statement = insert(takedowns).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["takedown_id"], set_=values))


def note_found(connection: Connection, takedown: Takedown) -> None:
    """Keep what was found of it."""
    this = takedowns.c.takedown_id == takedown.takedown_id
    connection.execute(update(takedowns).where(this).values(found=takedown.found))


def prove(connection: Connection, takedown: Takedown) -> None:
    """Keep its proof; it is not done where someone has asked for more meanwhile."""
    done_at = case((takedowns.c.asked == takedown.asked, literal(takedown.done_at, takedowns.c.done_at.type)))
    this = takedowns.c.takedown_id == takedown.takedown_id
    connection.execute(update(takedowns).where(this).values(proof=takedown.proof, done_at=done_at))


def find(connection: Connection, takedown_id: str) -> Takedown | None:
    """One takedown."""
    return next(iter(_load(connection, takedowns.c.takedown_id == takedown_id)), None)


def listed(connection: Connection, partner: str | None = None) -> list[Takedown]:
    """All takedowns, oldest first."""
    return _load(connection, takedowns.c.partner == partner if partner is not None else None)


def unfinished(connection: Connection, partner: str) -> list[Takedown]:
    """The takedowns of which something may be left."""
    return _load(connection, and_(takedowns.c.partner == partner, takedowns.c.done_at.is_(None)))


def of_item(connection: Connection, partner: str, item_id: str) -> list[Takedown]:
    """The takedowns that an item is or was in."""
    ids = select(takedown_items.c.takedown_id).where(takedown_items.c.item_id == item_id)
    return _load(connection, and_(takedowns.c.partner == partner, takedowns.c.takedown_id.in_(ids)))


def in_force(connection: Connection, partner: str, item_id: str | None) -> Takedown | None:
    """The takedown of exactly this story, or of every story, of which no admin let one come back."""
    same = takedowns.c.item_id.is_(None) if item_id is None else takedowns.c.item_id == item_id
    lifted = (
        select(takedown_items.c.takedown_id)
        .join(tombstones, tombstones.c.item_id == takedown_items.c.item_id)
        .where(tombstones.c.partner == partner, tombstones.c.lifted_at.is_not(None))
    )
    where = and_(takedowns.c.partner == partner, same, takedowns.c.takedown_id.not_in(lifted))
    return next(iter(_load(connection, where)), None)


def add_items(connection: Connection, takedown_id: str, item_ids: Collection[str]) -> None:
    """Note which stories a takedown is about."""
    for item_id in sorted(item_ids):
        values = {"takedown_id": takedown_id, "item_id": item_id, "traces": []}
        connection.execute(insert(takedown_items).values(values).on_conflict_do_nothing())


def trace(connection: Connection, takedown_id: str, item_id: str, traces: Collection[str]) -> None:
    """Keep by what the words of a story are searched for."""
    this = and_(takedown_items.c.takedown_id == takedown_id, takedown_items.c.item_id == item_id)
    connection.execute(update(takedown_items).where(this).values(traces=sorted(traces)))


def traces(connection: Connection, takedown_id: str) -> dict[str, list[str]]:
    """The stories of a takedown, each with what its words are searched by."""
    query = select(takedown_items.c.item_id, takedown_items.c.traces)
    query = query.where(takedown_items.c.takedown_id == takedown_id).order_by(takedown_items.c.item_id)
    return {row[0]: list(row[1]) for row in connection.execute(query)}


def purged_on_demand(connection: Connection, partner: str, item_ids: Collection[str]) -> frozenset[str]:
    """Those of some items whose raw payload is purged, and stays so while their tombstone stands."""
    query = (
        select(takedown_items.c.item_id)
        .join(takedowns, takedowns.c.takedown_id == takedown_items.c.takedown_id)
        .join(tombstones, and_(tombstones.c.item_id == takedown_items.c.item_id, tombstones.c.partner == partner))
        .where(
            takedowns.c.partner == partner,
            takedowns.c.purge_raw,
            tombstones.c.lifted_at.is_(None),
            takedown_items.c.item_id.in_(item_ids),
        )
    )
    return frozenset(connection.execute(query).scalars())


def same_place(connection: Connection, partner: str, item_ids: Collection[str]) -> dict[str, str]:
    """Stories that were seen at an address of some items, and are none of them: each with that address.

    The id of an item may be an address.
    """
    mine = select(observations.c.source_url).where(
        observations.c.partner == partner, observations.c.item_id.in_(item_ids), observations.c.source_url.is_not(None)
    )
    query = select(observations.c.item_id, observations.c.source_url).where(
        observations.c.partner == partner,
        or_(observations.c.source_url.in_(mine), observations.c.source_url.in_(item_ids)),
        observations.c.item_id.not_in(item_ids),
    )
    return {row[0]: row[1] for row in connection.execute(query.distinct().order_by(observations.c.item_id))}


def addresses(connection: Connection, partner: str, item_ids: Collection[str]) -> dict[str, list[str]]:
    """The addresses of some items."""
    query = select(observations.c.item_id, observations.c.source_url).where(
        observations.c.partner == partner, observations.c.item_id.in_(item_ids), observations.c.source_url.is_not(None)
    )
    found: dict[str, list[str]] = {}
    for item_id, address in connection.execute(query.distinct().order_by(observations.c.source_url)):
        found.setdefault(item_id, []).append(address)
    return found


def contents(connection: Connection, partner: str, item_ids: Collection[str]) -> dict[str, list[str]]:
    """The content hashes of some items, by item."""
    query = select(observations.c.item_id, observations.c.content_hash).where(
        observations.c.partner == partner, observations.c.item_id.in_(item_ids)
    )
    found: dict[str, list[str]] = {}
    for item_id, content_hash in connection.execute(query.distinct().order_by(observations.c.content_hash)):
        found.setdefault(item_id, []).append(content_hash)
    return found


def sources(connection: Connection, partner: str, item_ids: Collection[str]) -> frozenset[str]:
    """The receipts whose payload some items were once read from, whatever is read from it now."""
    mine = and_(observations.c.partner == partner, observations.c.item_id.in_(item_ids))
    told = and_(receipts.c.partner == partner, outcomes.c.item_id.in_(item_ids))
    query = union(
        select(observations.c.receipt_id).where(mine),
        select(observations.c.page_receipt_id).where(mine, observations.c.page_receipt_id.is_not(None)),
        select(outcomes.c.receipt_id).join(receipts, receipts.c.receipt_id == outcomes.c.receipt_id).where(told),
    )
    return frozenset(connection.execute(query).scalars())


def _load(connection: Connection, where: Any = None) -> list[Takedown]:  # noqa: ANN401 - an SQL expression
    query = select(*_COLUMNS).order_by(takedowns.c.asked_at, takedowns.c.takedown_id)
    query = query if where is None else query.where(where)
    return [Takedown(**by_name(row)) for row in connection.execute(query)]


def forget(
    connection: Connection,
    partner: str,
    item_ids: Collection[str],
    wordless: Callable[[Told], Told],
    *,
    clean: bool,
) -> dict[str, int]:
    """Take the words of some stories out of the ledger, or only count by table the rows that hold some.

    Args:
        connection: A transaction that holds the partner's lock.
        partner: Whose stories they are.
        item_ids: The stories.
        wordless: A decision, as it is kept, without words.
        clean: Whether to take them out.
    """
    found = {
        "observations": _observed(connection, partner, item_ids, clean=clean),
        "outcomes": _quoted(connection, partner, item_ids, clean=clean),
        "reviews": _asked_about(connection, partner, item_ids, clean=clean),
        "decisions": _decided(connection, partner, item_ids, wordless, clean=clean),
    }
    return {table: rows for table, rows in found.items() if rows}


def _decided(
    connection: Connection,
    partner: str,
    item_ids: Collection[str],
    wordless: Callable[[Told], Told],
    *,
    clean: bool,
) -> int:
    found = 0
    query = select(decisions.c.decision_id, decisions.c.decision)
    query = query.where(decisions.c.partner == partner, decisions.c.item_id.in_(item_ids))
    for decision_id, told in connection.execute(query).all():
        bare = wordless(told)
        found += bare != told
        if bare != told and clean:
            connection.execute(update(decisions).where(decisions.c.decision_id == decision_id).values(decision=bare))
    return found


def _observed(connection: Connection, partner: str, item_ids: Collection[str], *, clean: bool) -> int:
    seen = observations.c
    worded = or_(
        seen.source_url.is_not(None), seen.slug.is_not(None), func.coalesce(seen.embargo["raw"].astext, "") != ""
    )
    where = and_(seen.partner == partner, seen.item_id.in_(item_ids), worded)
    if not clean:
        return _count(connection, observations, where)
    embargo = seen.embargo.concat(literal({"raw": ""}, JSONB))
    done = connection.execute(update(observations).where(where).values(source_url=None, slug=None, embargo=embargo))
    return done.rowcount


def _quoted(connection: Connection, partner: str, item_ids: Collection[str], *, clean: bool) -> int:
    """Details of outcomes: what follows the code of one that tells of names may be a headline or an address."""
    theirs = outcomes.c.receipt_id.in_(select(receipts.c.receipt_id).where(receipts.c.partner == partner))
    where = and_(theirs, outcomes.c.item_id.in_(item_ids), outcomes.c.detail.like("guid\\_%: %"))
    if not clean:
        return _count(connection, outcomes, where)
    return connection.execute(
        update(outcomes).where(where).values(detail=func.split_part(outcomes.c.detail, ":", 1))
    ).rowcount


def _asked_about(connection: Connection, partner: str, item_ids: Collection[str], *, clean: bool) -> int:
    """Questions whether a kill meant one of them: they quote its slug and address."""
    about = select(review_items.c.review_id).where(review_items.c.item_id.in_(item_ids))
    kills = and_(reviews.c.partner == partner, reviews.c.kind == "kill", reviews.c.review_id.in_(about))
    where = and_(kills, reviews.c.question != ANSWERED)
    if not clean:
        return _count(connection, reviews, where)
    return connection.execute(update(reviews).where(where).values(question=ANSWERED)).rowcount


ANSWERED = "A kill may have meant a story, which a person has taken down since."


def close_reviews(connection: Connection, partner: str, item_ids: Collection[str], *, by: str, at: datetime) -> None:
    """Answer what is still asked about some stories that were taken down: whether a kill meant them."""
    about = select(review_items.c.review_id).where(review_items.c.item_id.in_(item_ids))
    query = select(reviews.c.review_id).where(
        reviews.c.partner == partner,
        reviews.c.kind == "kill",
        reviews.c.answer.is_(None),
        reviews.c.review_id.in_(about),
    )
    for review_id in connection.execute(query).scalars().all():
        review_book.answer(connection, review_id, "yes", by=by, note="taken down", at=at)


def _count(connection: Connection, table: Any, where: Any) -> int:  # noqa: ANN401 - SQL expressions
    return connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
