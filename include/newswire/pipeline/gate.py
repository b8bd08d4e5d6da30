"""Nothing of a partner enters the lake between a ``restore`` and its ``reconcile``; what must leave goes on leaving.

A kill, a takedown or a correction may have landed after the backup. Until it is taken up, every step that could add
something refuses, and whoever decides all the same (a sweep, a takedown) records only what adds nothing.
"""

from __future__ import annotations

from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import NotReconciled
from newswire.ledger import unreconciled
from newswire.pipeline.work import Workplace


def require_reconciled(place: Workplace) -> None:
    """Refuse what could add something.

    Raises:
        NotReconciled: What landed after the backup that the ledger was restored from is not taken up.
    """
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        since = unreconciled.since(connection, slug)
    if since is not None and not place.reconciling:
        msg = f"{since.told(slug)} Nothing of it enters the lake."
        remedy = f"Run `bin/newswire reconcile --partner {slug}`, or without --partner for all."
        raise NotReconciled(msg, reason="not_reconciled", remedy=remedy)


def is_open(connection: Connection, place: Workplace) -> bool:
    """Whether something may enter."""
    return place.reconciling or unreconciled.since(connection, place.partner.slug) is None
