"""The last valid file of every partner, and since when it is gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import items, partners


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A partner's file as it was when it last was valid.

    Attributes:
        file: What it said, as its model writes it.
        gone_at: When a sweep first missed the file; None while there is one, valid or not.
        readable: How many stories of the partner the lake holds.
    """

    partner: str
    file: dict[str, Any]
    gone_at: datetime | None
    readable: int


def keep(connection: Connection, partner: str, file: dict[str, Any], *, at: datetime) -> None:
    """Keep what a partner's file says now."""
    statement = insert(partners).values(partner=partner, file=file, kept_at=at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["partner"],
            set_={"file": statement.excluded.file, "kept_at": at},
            where=partners.c.file != statement.excluded.file,
        )
    )


def kept(connection: Connection, *, but: Collection[str]) -> list[Kept]:
    """Every partner that ever had a valid file, but some."""
    lies = items.c.row_hash.is_not(None) | items.c.partition_date.is_not(None)
    readable = select(func.count()).where(items.c.partner == partners.c.partner, lies).scalar_subquery()
    query = select(partners.c.partner, partners.c.file, partners.c.gone_at, readable.label("readable"))
    found = connection.execute(query.where(partners.c.partner.not_in(but)).order_by(partners.c.partner))
    return [Kept(**by_name(row)) for row in found]


def known(connection: Connection) -> list[str]:
    """Every partner that ever had a valid file."""
    return list(connection.execute(select(partners.c.partner).order_by(partners.c.partner)).scalars())


def note_gone(connection: Connection, present: Collection[str], *, at: datetime) -> None:
    """Note whose file is missed from now on, and whose is back."""
    is_here = partners.c.partner.in_(present)
    connection.execute(update(partners).where(is_here, partners.c.gone_at.is_not(None)).values(gone_at=None))
    connection.execute(update(partners).where(~is_here, partners.c.gone_at.is_(None)).values(gone_at=at))
