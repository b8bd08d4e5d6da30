"""The history of one item: every entry, decision and step that the ledger keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from newswire.ledger.columns import by_name
from newswire.ledger.tables import changes, decisions, items, outcomes, receipts

TERMS = ("hold_until", "expires_at", "permitted_uses", "prohibited_uses", "territories", "obligations")
"""What of a decision tells whether and until when an item may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a payload that told of the item, and what became of it."""

    receipt_id: str
    ordinal: int
    outcome: str
    reasons: list[str]
    content_hash: str | None
    detail: str | None
    pointer: str | None
    decision_id: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision, under the time it was first made for; ``decision`` is all of it as JSON."""

    decision_id: str
    version: str | None
    content_hash: str
    outcome: str
    contract_id: str | None
    contract_hash: str | None
    decision: dict[str, Any]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step of the item's life; ``left_at`` says since when no file holds the row that left."""

    cause: str
    state_before: str | None
    state_after: str
    reasons: list[str]
    content_hash: str
    decision_id: str | None
    row_before: str | None
    row_after: str | None
    at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the item is now.

    Attributes:
        terms: What its decision allows and until when: uses, territories, obligations, ``hold_until``, ``expires_at``.
        partition_date: That of the file that holds a row of it, or None.
        row_content_hash: The content of that row; an earlier one than ``content_hash`` while an update is pending.
    """

    state: str
    reasons: list[str]
    terms: dict[str, Any]
    version: str | None
    content_hash: str
    decision_id: str | None
    update_pending: bool
    language: str | None
    language_declared: str | None
    language_agrees: bool | None
    published_date: date
    partition_date: date | None
    row_hash: str | None
    row_content_hash: str | None
    next_review_at: datetime | None
    changed_at: datetime


def present(connection: Connection, partner: str, item_id: str) -> Present | None:
    """What an item is now; None where the ledger knows none."""
    columns = [items.c[name] for name in Present.__slots__ if name != "terms"]
    query = select(*columns, decisions.c.decision).outerjoin(decisions, decisions.c.decision_id == items.c.decision_id)
    row = connection.execute(query.where(items.c.partner == partner, items.c.item_id == item_id)).one_or_none()
    if row is None:
        return None
    told = {**by_name(row), "version": row.version or None}
    decision = told.pop("decision") or {}
    return Present(**told, terms={name: decision.get(name) for name in TERMS})


def entries(connection: Connection, partner: str, item_id: str) -> list[Entry]:
    """Every entry that told of an item."""
    query = (
        select(*[outcomes.c[name] for name in Entry.__slots__])
        .join(receipts, receipts.c.receipt_id == outcomes.c.receipt_id)
        .where(receipts.c.partner == partner, outcomes.c.item_id == item_id)
        .order_by(outcomes.c.recorded_at, outcomes.c.receipt_id, outcomes.c.ordinal)
    )
    return [Entry(**by_name(row)) for row in connection.execute(query)]


def made(connection: Connection, partner: str, item_id: str) -> list[Made]:
    """Every decision on an item, in the order in which they were first made."""
    query = (
        select(*[decisions.c[name] for name in Made.__slots__])
        .where(decisions.c.partner == partner, decisions.c.item_id == item_id)
        .order_by(decisions.c.as_of, decisions.c.decision_id)
    )
    return [Made(**{**by_name(row), "version": row.version or None}) for row in connection.execute(query)]


def steps(connection: Connection, partner: str, item_id: str) -> list[Change]:
    """Every step of an item's life."""
    query = (
        select(*[changes.c[name] for name in Change.__slots__])
        .where(changes.c.partner == partner, changes.c.item_id == item_id)
        .order_by(changes.c.change_id)
    )
    return [Change(**by_name(row)) for row in connection.execute(query)]
