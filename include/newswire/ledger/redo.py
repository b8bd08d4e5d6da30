"""The redo log and the manifest: which partitions must be rewritten, and which files the lake holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, union, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import decisions, intents, items, manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A file that the lake holds."""

    dataset: str
    partner: str
    partition_date: date
    path: str
    file_sha256: str
    rows_sha256: str
    rows: int
    bytes: int
    writer_version: int
    written_at: datetime


def intend(connection: Connection, partner: str, published_dates: Iterable[date], *, at: datetime) -> None:
    """Note that partitions must be rewritten."""
    rows = [{"partner": partner, "day": day, "at": at} for day in sorted(published_dates)]
    if rows:
        connection.execute(
            text(
                "insert into intents (partner, published_date, recorded_at) values (:partner, :day, :at) "
                "on conflict (partner, published_date) "
                "do update set generation = default, recorded_at = excluded.recorded_at"
            ),
            rows,
        )


def pending(connection: Connection, partner: str) -> dict[date, int]:
    """The partitions of a partner that wait to be rewritten, oldest date first, each with its generation."""
    query = select(intents.c.published_date, intents.c.generation).where(intents.c.partner == partner)
    return {row[0]: row[1] for row in connection.execute(query.order_by(intents.c.published_date))}


def strike(connection: Connection, partner: str, published_date: date, generation: int) -> None:
    """Strike an intent off, unless it was renewed meanwhile."""
    connection.execute(
        delete(intents).where(
            intents.c.partner == partner,
            intents.c.published_date == published_date,
            intents.c.generation == generation,
        )
    )


def place(connection: Connection, partner: str, published_date: date, *, now_in: list[str], gone: list[str]) -> None:
    """Note which items a partition holds since it was rewritten, and which it no longer does."""
    for ids, value in ((now_in, published_date), (gone, None)):
        if ids:
            connection.execute(
                update(items).where(items.c.partner == partner, items.c.item_id.in_(ids)).values(partition_date=value)
            )


def refresh_row_hash(connection: Connection, partner: str, item_id: str, *, old: str, new: str) -> None:
    """Note the hash of a row that was built anew, unless the item was decided otherwise meanwhile."""
    connection.execute(
        update(items)
        .where(items.c.partner == partner, items.c.item_id == item_id, items.c.row_hash == old)
        .values(row_hash=new)
    )


def hold(connection: Connection, held: Held) -> None:
    """Record a file of the lake."""
    values = asdict(held)
    statement = insert(manifest).values(values)
    keys = ["dataset", "partner", "partition_date"]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in values if name not in keys}
        )
    )


def drop(connection: Connection, dataset: str, partner: str, partition_date: date) -> None:
    """Record that a partition's file is gone, its last row having left."""
    connection.execute(
        delete(manifest).where(
            manifest.c.dataset == dataset,
            manifest.c.partner == partner,
            manifest.c.partition_date == partition_date,
        )
    )


def held(connection: Connection, partner: str | None = None) -> list[Held]:
    """The files that the lake should hold, by path."""
    query = select(*[manifest.c[name] for name in Held.__slots__]).order_by(manifest.c.path)
    if partner is not None:
        query = query.where(manifest.c.partner == partner)
    return [Held(**by_name(row)) for row in connection.execute(query)]


def held_one(connection: Connection, dataset: str, partner: str, partition_date: date) -> Held | None:
    """The file of one partition, or None."""
    query: Any = select(*[manifest.c[name] for name in Held.__slots__]).where(
        manifest.c.dataset == dataset, manifest.c.partner == partner, manifest.c.partition_date == partition_date
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Held(**by_name(row))


def days(connection: Connection, dataset: str, partner: str) -> set[date]:
    """The dates of which a dataset holds an object of a partner, or must hold one."""
    written = select(manifest.c.partition_date).where(manifest.c.dataset == dataset, manifest.c.partner == partner)
    of = {
        "articles": (
            select(items.c.published_date).where(items.c.partner == partner, items.c.row_hash.is_not(None)),
            select(items.c.partition_date).where(items.c.partner == partner, items.c.partition_date.is_not(None)),
        ),
        "decisions": (
            select(func.date(func.timezone("UTC", decisions.c.as_of))).where(decisions.c.partner == partner),
        ),
    }
    return set(connection.execute(union(written, *of[dataset])).scalars())


def known(connection: Connection) -> set[str]:
    """The partners of whom the ledger has a story."""
    return set(connection.execute(select(items.c.partner).distinct()).scalars())


def unwritten_days(connection: Connection, partner: str) -> list[date]:
    """The days on which decisions were first made that their file does not hold yet."""
    day = func.date(func.timezone("UTC", decisions.c.as_of))
    made = (
        select(day.label("day"), func.count().label("n")).where(decisions.c.partner == partner).group_by(day).subquery()
    )
    written = (manifest.c.dataset == "decisions") & (manifest.c.partner == partner)
    query = (
        select(made.c.day)
        .outerjoin(manifest, written & (manifest.c.partition_date == made.c.day))
        .where(func.coalesce(manifest.c.rows, 0) != made.c.n)
    )
    return list(connection.execute(query.order_by(made.c.day)).scalars())
