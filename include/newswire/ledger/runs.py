"""How runs ended, and the figures a person asks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert

from newswire.ledger import languages, unreconciled
from newswire.ledger.receipts import reads_same
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


def closed(connection: Connection, partner: str) -> list[str]:
    """The runs of a partner that have closed."""
    return list(connection.execute(select(runs.c.run_id).where(runs.c.partner == partner)).scalars())


def status(connection: Connection, partners: list[str]) -> list[dict[str, Any]]:
    """Per partner: entries pulled, what its items are now, why, what could not be read, and its last run.

    ``readable`` counts rows in the lake: published items, and held ones whose earlier version still stands.
    ``unread`` counts, of the quarantined, the entries that could not be read and are no stories, by reason; of a
    document that was read several times, those of the last time.
    ``languages`` counts the stories that declare another language than they are in.
    ``unreconciled`` tells which moment a restored ledger shows that is to be reconciled: until then nothing enters.
    """
    pulled = {row[0]: int(row[1]) for row in connection.execute(_PULLED)}
    states, reasons, unread = _counted(connection)
    last = {row.partner: row for row in connection.execute(_LAST)}
    disagreeing = languages.standing(connection)
    waiting = unreconciled.every(connection)
    return [
        {
            "partner": partner,
            "pulled": pulled.get(partner, 0),
            **{name: states[partner][name] for name in _COUNTS},
            "reasons": dict(reasons[partner].most_common()),
            "unread": dict(unread[partner]),
            "languages": disagreeing.get(partner, []),
            "unreconciled": waiting.get(partner),
            "last_run": {name: getattr(last[partner], name) for name in _OF_A_RUN} if partner in last else None,
        }
        for partner in sorted({*partners, *states, *last, *waiting})
    ]


_COUNTS = ("published", "held", "rejected", "withdrawn", "quarantined", "readable")
_OF_A_RUN = ("run_id", "mode", "counts", "failed_feeds", "closed_at")
_PULLED = select(receipts.c.partner, func.coalesce(func.sum(receipts.c.entries), 0)).group_by(receipts.c.partner)
_LAST = select(runs).ext(distinct_on(runs.c.partner)).order_by(runs.c.partner, runs.c.closed_at.desc())
_Counts = dict[str, Counter[str]]
_WHY = items.c.reasons[1]
_STANDING = select(items.c.partner, items.c.state, _WHY, func.count(items.c.row_hash), func.count()).group_by(
    items.c.partner, items.c.state, _WHY
)
_UNREAD_WHY = func.coalesce(outcomes.c.reasons[1], "unknown")
_later = receipts.alias("later")
_READ_AGAIN = (  # by other code: what that found counts
    select(_later.c.receipt_id)
    .where(
        reads_same(_later, receipts),
        tuple_(_later.c.observed_at, _later.c.receipt_id) > tuple_(receipts.c.observed_at, receipts.c.receipt_id),
    )
    .exists()
)
_UNREAD = (
    select(receipts.c.partner, _UNREAD_WHY, func.count())
    .join(receipts, receipts.c.receipt_id == outcomes.c.receipt_id)
    .where(outcomes.c.outcome == "quarantined", outcomes.c.item_id.is_(None), ~_READ_AGAIN)
    .group_by(receipts.c.partner, _UNREAD_WHY)
)


def _counted(connection: Connection) -> tuple[_Counts, _Counts, _Counts]:
    """By partner, what its items are now; the first reason of all but the published; what could not be read."""
    states: _Counts = defaultdict(Counter)
    reasons: _Counts = defaultdict(Counter)
    unread: _Counts = defaultdict(Counter)
    for partner, state, why, readable, stories in connection.execute(_STANDING):
        states[partner][state] += stories
        states[partner]["readable"] += readable
        if state != "published" and why is not None:
            reasons[partner][why] += stories
    for partner, why, entries in connection.execute(_UNREAD):
        states[partner]["quarantined"] += entries
        reasons[partner][why] += entries
        unread[partner][why] += entries
    return states, reasons, unread
