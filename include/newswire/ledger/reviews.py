"""Reviews: what waits for a person, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import review_items, reviews

ANY_CONTENT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A question to a person.

    Attributes:
        kind: ``reentry`` (changed terms would bring many stories back), ``restore`` (the lake did not hold stories when
            the ledger was restored) or ``kill`` (a kill may have meant a story).
        terms: For a re-entry the hash of the terms it is about; for a kill the kill; for a restore when it was.
        question: What is asked, for a person to read.
        due_at: Until when an answer is waited for; without one nothing enters and nothing is released.
        asked_at: When it was put to a person, or None.
        answer: ``yes``, ``no`` or None.
    """

    review_id: str
    partner: str
    kind: str
    terms: str
    question: str
    opened_at: datetime
    due_at: datetime
    asked_at: datetime | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A coming back that nobody has approved: it holds a story while its content is the one that was asked about.

    ``ANY_CONTENT`` holds it whatever it says.
    """

    review_id: str
    content_hash: str


_COLUMNS = [reviews.c[name] for name in Review.__slots__]


def open_review(connection: Connection, review: Review, items: dict[str, str]) -> bool:
    """Put a question, about items given with their content hashes; False where it was put before."""
    statement = insert(reviews).values(asdict(review)).on_conflict_do_nothing()
    new = connection.execute(statement.returning(reviews.c.review_id)).scalar() is not None
    for item_id, content_hash in sorted(items.items()):
        values = {"review_id": review.review_id, "item_id": item_id, "content_hash": content_hash}
        connection.execute(insert(review_items).values(values).on_conflict_do_nothing())
    return new


def find(connection: Connection, review_id: str) -> Review | None:
    """One review."""
    return next(iter(_load(connection, select(*_COLUMNS).where(reviews.c.review_id == review_id))), None)


def listed(connection: Connection, partner: str | None = None, *, waiting: bool = True) -> list[Review]:
    """The reviews that wait for an answer, or all of them; oldest first."""
    query = select(*_COLUMNS).order_by(reviews.c.opened_at, reviews.c.review_id)
    if partner is not None:
        query = query.where(reviews.c.partner == partner)
    if waiting:
        query = query.where(reviews.c.answer.is_(None))
    return _load(connection, query)


def of_item(connection: Connection, partner: str, item_id: str) -> list[Review]:
    """The reviews that an item is or was in."""
    query = select(*_COLUMNS).join(review_items).where(reviews.c.partner == partner, review_items.c.item_id == item_id)
    return _load(connection, query.order_by(reviews.c.opened_at))


def items_of(connection: Connection, review_id: str) -> list[str]:
    """The items that a review is about."""
    query = select(review_items.c.item_id).where(review_items.c.review_id == review_id)
    return list(connection.execute(query.order_by(review_items.c.item_id)).scalars())


def asked(connection: Connection, review_id: str, *, at: datetime, due_at: datetime) -> None:
    """Note when a review was put to a person, and until when an answer is waited for."""
    query = update(reviews).where(reviews.c.review_id == review_id)
    connection.execute(query.values(asked_at=at, due_at=due_at))


def answer(connection: Connection, review_id: str, said: str, *, by: str, note: str | None, at: datetime) -> None:
    """Record what a person said; what was said before stays readable in the note."""
    before = find(connection, review_id)
    notes = [note] if note else []
    if before is not None and before.answer is not None:
        then = "" if before.answered_at is None else before.answered_at.isoformat()
        notes.append(f"before: {before.answer} by {before.answered_by} at {then} {before.note or ''}".rstrip())
    values = {"answer": said, "answered_by": by, "answered_at": at, "note": "; ".join(notes) or None}
    connection.execute(update(reviews).where(reviews.c.review_id == review_id).values(values))


def gates(connection: Connection, partner: str, item_ids: Sequence[str], terms: str) -> dict[str, Gate]:
    """What holds some items because nobody approved it: restores, and re-entries under these terms."""
    query = (
        select(review_items.c.item_id, review_items.c.review_id, review_items.c.content_hash)
        .join(reviews)
        .where(
            reviews.c.partner == partner,
            or_(reviews.c.kind == "restore", and_(reviews.c.kind == "reentry", reviews.c.terms == terms)),
            or_(reviews.c.answer.is_(None), reviews.c.answer != "yes"),
            review_items.c.item_id.in_(item_ids),
        )
        .order_by(reviews.c.opened_at)
    )
    return {row[0]: Gate(review_id=row[1], content_hash=row[2]) for row in connection.execute(query)}


def _load(connection: Connection, query: object) -> list[Review]:
    return [Review(**by_name(row)) for row in connection.execute(query)]  # type: ignore[call-overload]
