"""Kills as they were read, and the tombstones that they and persons leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import kills, observations, tombstones
from newswire.model import LANGUAGE_PART, TAKEN_DOWN, Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """A kill as it was read.

    Attributes:
        item_id: The item that carried it: the killed one itself, or a notice.
        names: Identities and addresses of what it kills.
        slug: The slug of what it kills, where it may name it by nothing else; folded.
        version: The version that was killed, where it carries one.
        updated_at: When it says that it was issued.
        at: When a pull observed it first.
        evidence: The receipt and the ordinal of its entry.
    """

    kill_id: str
    item_id: str
    names: tuple[str, ...]
    slug: str | None
    reason: str
    version: str | None
    updated_at: datetime | None
    at: datetime
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """A tombstone in the ledger, with who lifted it and why."""

    tombstone: Tombstone
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lifted_because: str | None = None


_KILL_COLUMNS = [kills.c[name] for name in Kill.__slots__]


def record(connection: Connection, partner: str, found: Iterable[Kill]) -> None:
    """Keep kills; one that is read again keeps its earliest time."""
    for kill in found:
        values = {**asdict(kill), "partner": partner, "names": list(kill.names), "version": kill.version or ""}
        statement = insert(kills).values(values)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["kill_id"], set_={"at": func.least(kills.c.at, statement.excluded.at)}
            )
        )


def meaning(connection: Connection, partner: str, *, names: Collection[str], slugs: Collection[str]) -> list[Kill]:
    """The kills that may mean stories with these identities, addresses and slugs."""
    named = kills.c.names.overlap(sorted(names))
    query = select(*_KILL_COLUMNS).where(kills.c.partner == partner, or_(named, kills.c.slug.in_(slugs)))
    return _kills(connection, query)


def of_item(connection: Connection, partner: str, item_id: str) -> list[Kill]:
    """The kills that an item carried, or that name it."""
    named = kills.c.names.overlap([item_id])
    query = select(*_KILL_COLUMNS).where(kills.c.partner == partner, or_(named, kills.c.item_id == item_id))
    return _kills(connection, query)


def _kills(connection: Connection, query: object) -> list[Kill]:
    return [
        Kill(**{**by_name(row), "names": tuple(row.names), "version": row.version or None})
        for row in connection.execute(query)  # type: ignore[call-overload]
    ]


def meant(connection: Connection, partner: str, *, names: Collection[str], slugs: Collection[str]) -> list[str]:
    """The items that were seen under these identities, as language versions of them, or under addresses or slugs."""
    seen = observations.c
    parts = [seen.item_id.startswith(f"{name}{LANGUAGE_PART}", autoescape=True) for name in sorted(names)]
    called = or_(seen.item_id.in_(names), seen.source_url.in_(names), seen.slug.in_(slugs), *parts)
    query = select(seen.item_id).where(seen.partner == partner, called)
    return sorted(connection.execute(query.distinct()).scalars())


def versions_of(connection: Connection, partner: str, item_id: str) -> list[str]:
    """An item and its language versions, as far as they were seen."""
    part = observations.c.item_id.startswith(f"{item_id}{LANGUAGE_PART}", autoescape=True)
    query = select(observations.c.item_id).where(
        observations.c.partner == partner, or_(observations.c.item_id == item_id, part)
    )
    return sorted(connection.execute(query.distinct()).scalars())


def notices(connection: Connection, partner: str, item_ids: Collection[str]) -> set[str]:
    """Those of some items that carried a kill."""
    query = select(kills.c.item_id).where(kills.c.partner == partner, kills.c.item_id.in_(item_ids))
    return set(connection.execute(query).scalars())


def bury(connection: Connection, partner: str, tombstone: Tombstone) -> None:
    """Put a tombstone in force, in the place of any that the item has."""
    values = {**asdict(tombstone), "partner": partner, "version": tombstone.version or ""}
    lifted = {"lifted_at": None, "lifted_by": None, "lifted_because": None}
    connection.execute(
        insert(tombstones)
        .values(values)
        .on_conflict_do_update(
            index_elements=["partner", "item_id"],
            set_={**{name: value for name, value in values.items() if name not in {"partner", "item_id"}}, **lifted},
        )
    )


def lift(connection: Connection, partner: str, item_id: str, *, by: str, because: str, at: datetime) -> bool:
    """Take a tombstone out of force; False where none was."""
    done = connection.execute(
        update(tombstones)
        .where(and_(tombstones.c.partner == partner, tombstones.c.item_id == item_id, tombstones.c.lifted_at.is_(None)))
        .values(lifted_at=at, lifted_by=by, lifted_because=because)
    )
    return done.rowcount > 0


def graves_of(connection: Connection, partner: str, item_ids: Sequence[str] | None = None) -> dict[str, Grave]:
    """The tombstones of some items, or of all, the lifted ones included."""
    query = select(tombstones).where(tombstones.c.partner == partner).order_by(tombstones.c.item_id)
    if item_ids is not None:
        query = query.where(tombstones.c.item_id.in_(item_ids))
    return {
        row.item_id: Grave(
            tombstone=Tombstone(
                item_id=row.item_id,
                reason=row.reason,
                version=row.version or None,
                updated_at=row.updated_at,
                suspected=row.suspected,
                at=row.at,
                evidence=row.evidence,
            ),
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            lifted_because=row.lifted_because,
        )
        for row in connection.execute(query)
    }


def taken_down(connection: Connection, partner: str, item_ids: Collection[str]) -> frozenset[str]:
    """Those of some items that a person took down, and no admin let come back."""
    in_force = (tombstones.c.reason == TAKEN_DOWN, tombstones.c.lifted_at.is_(None))
    query = select(tombstones.c.item_id).where(tombstones.c.partner == partner, *in_force)
    return frozenset(connection.execute(query.where(tombstones.c.item_id.in_(item_ids))).scalars())


def whose(connection: Connection) -> list[str]:
    """The partners of whose stories there are tombstones."""
    return list(connection.execute(select(tombstones.c.partner).distinct().order_by(tombstones.c.partner)).scalars())


def tombstones_of(connection: Connection, partner: str, item_ids: Sequence[str]) -> dict[str, Tombstone]:
    """The tombstones in force of some items."""
    return {
        item_id: grave.tombstone
        for item_id, grave in graves_of(connection, partner, item_ids).items()
        if grave.lifted_at is None
    }
