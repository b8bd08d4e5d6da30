"""Payloads that no story needs any more: which they are, and when they were removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, union, update

from newswire.ledger.tables import items, observations, receipts, review_items, reviews

PAGE = 1000


def old(connection: Connection, partner: str, before: datetime) -> list[str]:
    """The payloads that landed last before a time, were read, and lie there still, needed or not."""
    return [row[0] for row in connection.execute(_old(partner, before))]


def unneeded(connection: Connection, partner: str, before: datetime, paths: Collection[str]) -> list[str]:
    """Those of some payloads that are old, and that no story needs which stands or may return.

    A story stands while the lake holds a row of it or must hold one. It may return while it is held, while a person may
    mend the row that failed validation, and while a review about it waits. One that is rejected or withdrawn does not:
    time alone brings none of them back.
    """
    query = _old(partner, before, paths).where(_path.not_in(_needed(partner, paths)))
    return [row[0] for row in connection.execute(query)]


def note_removed(
    connection: Connection, partner: str, paths: Collection[str], before: datetime, *, at: datetime
) -> list[str]:
    """Note on the receipts of some payloads when they were removed; on those of later 304 answers, too. Return them."""
    receipt = receipts.c
    noted = connection.execute(
        update(receipts)
        .where(
            receipt.partner == partner,
            receipt.payload_path.in_(paths),
            or_(receipt.observed_at < before, ~_landed),
            receipt.payload_removed_at.is_(None),
        )
        .values(payload_removed_at=at)
        .returning(receipt.receipt_id)
    )
    return list(noted.scalars())


def removed(connection: Connection, partner: str) -> Iterator[str]:
    """The payloads of a partner that were removed and have not landed again, page by page."""
    yield from _pages(connection, _path, and_(receipts.c.partner == partner, _path.is_not(None)), _is_removed)


_path = receipts.c.payload_path
_landed = receipts.c.status == "landed"
_is_removed: ColumnElement[bool] = func.bool_and(receipts.c.payload_removed_at.is_not(None) | ~_landed)


def _pages(
    connection: Connection, path: ColumnElement[Any], where: ColumnElement[bool], having: ColumnElement[bool]
) -> Iterator[str]:
    last = ""
    while True:
        query = select(path).where(where, path > last).group_by(path).having(having).order_by(path).limit(PAGE)
        found = list(connection.execute(query).scalars())
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1]


def _old(partner: str, before: datetime, paths: Collection[str] | None = None) -> Select[Any]:
    query = (
        select(_path)
        .where(receipts.c.partner == partner, _path.is_not(None))
        .group_by(_path)
        .having(
            func.max(receipts.c.observed_at).filter(_landed) < before,
            ~_is_removed,
            func.bool_and(receipts.c.entries.is_not(None) | ~_landed),
        )
        .order_by(_path)
    )
    return query if paths is None else query.where(_path.in_(paths))


def _needed(partner: str, paths: Collection[str]) -> Select[Any]:
    waits = exists().where(
        review_items.c.review_id == reviews.c.review_id,
        reviews.c.partner == partner,
        reviews.c.answer.is_(None),
        review_items.c.item_id == observations.c.item_id,
    )
    stands = or_(
        items.c.item_id.is_(None),
        items.c.row_hash.is_not(None),
        items.c.partition_date.is_not(None),
        items.c.state.in_(("held", "quarantined")),
        waits,
    )
    joined = [
        select(_path)
        .join(observations, observations.c[name] == receipts.c.receipt_id)
        .outerjoin(items, and_(items.c.partner == observations.c.partner, items.c.item_id == observations.c.item_id))
        .where(receipts.c.partner == partner, _path.in_(paths), stands)
        for name in ("receipt_id", "page_receipt_id")
    ]
    return select(union(*joined).subquery().c.payload_path)
