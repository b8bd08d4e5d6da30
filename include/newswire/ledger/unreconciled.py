"""Partners of whom a restored ledger does not know yet what landed after its backup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import unreconciled


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the ledger knows of a partner.

    Attributes:
        taken_at: The moment that the backup shows: what came later is not known.
        restored_at: When it was restored.
    """

    taken_at: datetime
    restored_at: datetime

    def told(self, partner: str) -> str:
        """The same for a person."""
        return (
            f"{partner}: the ledger was restored as it was at {self.taken_at:%Y-%m-%d %H:%M:%S} UTC, "
            "and what landed after that is not taken up yet: kills and takedowns may be among it."
        )


def mark(connection: Connection, partners: Iterable[str], since: Since) -> None:
    """Let nothing of some partners enter until they are reconciled."""
    for partner in partners:
        statement = insert(unreconciled).values(partner=partner, taken_at=since.taken_at, restored_at=since.restored_at)
        excluded = {name: statement.excluded[name] for name in Since.__slots__}
        connection.execute(statement.on_conflict_do_update(index_elements=["partner"], set_=excluded))


def clear(connection: Connection, partner: str, since: Since | None) -> None:
    """Note that a partner is reconciled, unless the ledger was restored anew meanwhile."""
    if since is not None:
        same = unreconciled.c.restored_at == since.restored_at
        connection.execute(delete(unreconciled).where(unreconciled.c.partner == partner, same))


def since(connection: Connection, partner: str) -> Since | None:
    """Since when a partner is not reconciled; None where it is."""
    return every(connection).get(partner)


def every(connection: Connection) -> dict[str, Since]:
    """Every partner that is not reconciled."""
    rows = connection.execute(select(unreconciled).order_by(unreconciled.c.partner))
    return {(told := by_name(row)).pop("partner"): Since(**told) for row in rows}
