"""Overrides: what persons have said about single decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.tables import overrides
from newswire.model import Outcome, Override


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An override as the ledger keeps it."""

    override: Override
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_because: str | None = None


def add(connection: Connection, partner: str, override: Override) -> None:
    """Record an override."""
    values = {
        **asdict(override),
        "partner": partner,
        "version": override.version or "",
        "reasons": list(override.reasons),
        "outcome": override.outcome.name.lower(),
    }
    connection.execute(insert(overrides).values(values))


def revoke(
    connection: Connection, partner: str, override_id: str, *, by: str, because: str, at: datetime
) -> str | None:
    """Revoke an override that is not revoked; return its item, or None where there is none such."""
    revoked = connection.execute(
        update(overrides)
        .where(overrides.c.partner == partner, overrides.c.override_id == override_id, overrides.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by, revoked_because=because)
        .returning(overrides.c.item_id)
    )
    return revoked.scalar()


def recorded(connection: Connection, partner: str, item_ids: Sequence[str] | None = None) -> list[Recorded]:
    """The overrides of some items, or of all, oldest first, revoked and expired ones included."""
    query = select(overrides).where(overrides.c.partner == partner).order_by(overrides.c.at, overrides.c.override_id)
    if item_ids is not None:
        query = query.where(overrides.c.item_id.in_(item_ids))
    return [
        Recorded(
            override=Override(
                override_id=row.override_id,
                item_id=row.item_id,
                version=row.version or None,
                content_hash=row.content_hash,
                contract_hash=row.contract_hash,
                reasons=tuple(row.reasons),
                outcome=Outcome[row.outcome.upper()],
                by=row.by,
                why=row.why,
                at=row.at,
                expires_at=row.expires_at,
            ),
            revoked_at=row.revoked_at,
            revoked_by=row.revoked_by,
            revoked_because=row.revoked_because,
        )
        for row in connection.execute(query)
    ]


def whose(connection: Connection, override_id: str | None = None) -> list[str]:
    """The partners on whose stories there are overrides, or that one is."""
    query = select(overrides.c.partner).distinct().order_by(overrides.c.partner)
    query = query if override_id is None else query.where(overrides.c.override_id == override_id)
    return list(connection.execute(query).scalars())


def unrevoked(connection: Connection, partner: str, item_ids: Sequence[str]) -> dict[str, tuple[Override, ...]]:
    """The overrides of some items that nobody revoked, the latest first; time is the rule's to judge."""
    found: dict[str, list[Override]] = defaultdict(list)
    for entry in recorded(connection, partner, item_ids):
        if entry.revoked_at is None:
            found[entry.override.item_id].insert(0, entry.override)
    return {item_id: tuple(several) for item_id, several in found.items()}
