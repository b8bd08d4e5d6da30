"""Changes: how what an item is came to be, and the proof of what left the lake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.dialects.postgresql import insert

from newswire.ledger.stories import Standing
from newswire.ledger.tables import changes


def record(
    connection: Connection, partner: str, steps: Sequence[tuple[Standing | None, Standing]], *, cause: str, at: datetime
) -> None:
    """Record steps of items' lives, what each was and is, if they are steps: another decision, state or row."""
    rows = [
        {
            "partner": partner,
            "item_id": new.item_id,
            "article_id": new.article_id,
            "content_hash": new.content_hash,
            "cause": cause,
            "state_before": None if old is None else old.state,
            "state_after": new.state,
            "reasons": list(new.reasons),
            "decision_id": new.decision_id,
            "row_before": None if old is None else old.row_hash,
            "row_after": new.row_hash,
            "at": at,
        }
        for old, new in steps
        if old is None or (old.state, old.decision_id, old.row_hash) != (new.state, new.decision_id, new.row_hash)
    ]
    if rows:
        connection.execute(insert(changes), rows)


def left(connection: Connection, partner: str, item_ids: Sequence[str], *, at: datetime) -> None:
    """Note that no file holds a row of some items any more."""
    connection.execute(
        update(changes)
        .where(
            changes.c.partner == partner,
            changes.c.item_id.in_(item_ids),
            changes.c.row_before.is_not(None),
            changes.c.row_after.is_(None),
            changes.c.left_at.is_(None),
        )
        .values(left_at=at)
    )
