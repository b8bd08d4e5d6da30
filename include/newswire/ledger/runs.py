"""How runs ended, and the figures a person asks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from newswire.ledger import languages
from newswire.ledger.tables import items, outcomes, receipts, runs


def close(
    connection: Connection,
    partner: str,
    run_id: str,
    *,
    pull_key: str,
    mode: str,
    counts: dict[str, int],
    failed_feeds: list[str],
    at: datetime,
) -> None:
    """Record how a run ended; a later try of the run replaces it."""
    values = {
        "partner": partner,
        "run_id": run_id,
        "pull_key": pull_key,
        "mode": mode,
        "counts": counts,
        "failed_feeds": failed_feeds,
        "closed_at": at,
    }
    statement = insert(runs).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["partner", "run_id"], set_=values))


def status(connection: Connection, partners: list[str]) -> list[dict[str, Any]]:
    """Per partner: entries pulled, what its items are now, why, what could not be read, and its last run.

    ``readable`` counts rows in the lake: published items, and held ones whose earlier version still stands.
    ``languages`` counts the stories that declare another language than they are in.
    """
    pulled = dict(
        connection.execute(
            select(receipts.c.partner, func.coalesce(func.sum(receipts.c.entries), 0)).group_by(receipts.c.partner)
        ).all()
    )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    query = select(items.c.partner, items.c.state, items.c.reasons, items.c.row_hash.is_not(None))
    for partner, state, first_reason, readable in connection.execute(query):
        states[partner][state] += 1
        states[partner]["readable"] += readable
        if state != "published":
            reasons[partner].update(first_reason[:1])
    unread = select(receipts.c.partner, outcomes.c.reasons).join(
        receipts, receipts.c.receipt_id == outcomes.c.receipt_id
    )
    for partner, why in connection.execute(
        unread.where(outcomes.c.outcome == "quarantined", outcomes.c.item_id.is_(None))
    ):
        states[partner]["quarantined"] += 1
        reasons[partner].update(why[:1])
    last = {
        row.partner: row
        for row in connection.execute(
            select(runs).ext(distinct_on(runs.c.partner)).order_by(runs.c.partner, runs.c.closed_at.desc())
        )
    }
    disagreeing = languages.standing(connection)
    report = []
    for partner in sorted({*partners, *states, *last}):
        run = last.get(partner)
        report.append(
            {
                "partner": partner,
                "pulled": int(pulled.get(partner, 0)),
                **{
                    name: states[partner][name]
                    for name in ("published", "held", "rejected", "withdrawn", "quarantined", "readable")
                },
                "reasons": dict(reasons[partner].most_common()),
                "languages": disagreeing.get(partner, []),
                "last_run": None
                if run is None
                else {
                    "run_id": run.run_id,
                    "mode": run.mode,
                    "counts": run.counts,
                    "failed_feeds": run.failed_feeds,
                    "closed_at": run.closed_at,
                },
            }
        )
    return report
