"""What a person at the desk looks at first: what failed in the last runs, and which stories time releases next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, and_, any_, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from newswire.ledger import receipts as book
from newswire.ledger.tables import decisions, items, receipts, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A story that only time holds.

    Attributes:
        of: How many stories of its partner only time holds.
    """

    article_id: str
    until: datetime
    of: int


def failures(connection: Connection, partners: Collection[str]) -> dict[str, dict[str, str]]:
    """By partner and failed feed of its last run, why it failed: one reason for a feed."""
    last = (
        select(runs.c.partner, runs.c.pull_key, runs.c.failed_feeds)
        .where(runs.c.partner.in_(partners))
        .ext(distinct_on(runs.c.partner))
        .order_by(runs.c.partner, runs.c.closed_at.desc())
        .subquery()
    )
    of_it = (last.c.partner == receipts.c.partner, last.c.pull_key == receipts.c.pull_key)
    query = (
        select(receipts.c.partner, receipts.c.feed, receipts.c.receipt_id, receipts.c.reason)
        .join(last, and_(*of_it, receipts.c.feed == any_(last.c.failed_feeds)))
        .order_by(receipts.c.observed_at, receipts.c.receipt_id)
    )
    asked = connection.execute(query).all()
    unread = book.refused(connection, [row.receipt_id for row in asked if row.reason is None])
    why = {receipt.receipt_id: receipt.reason for receipt in unread}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for partner, feed, receipt_id, reason in asked:
        if told := reason or why.get(receipt_id):
            found[partner].setdefault(feed, told)
    return found


def lifting(connection: Connection, partners: Collection[str], *, most: int) -> dict[str, list[Waiting]]:
    """By partner the stories that only time holds, those that are released next first, ``most`` of them."""
    until = cast(decisions.c.decision["hold_until"].astext, DateTime(timezone=True)).label("until")
    of_partner = items.c.partner
    waiting = (
        select(
            of_partner,
            items.c.article_id,
            until,
            func.row_number().over(partition_by=of_partner, order_by=(until, items.c.article_id)).label("place"),
            func.count().over(partition_by=of_partner).label("of"),
        )
        .join(decisions, decisions.c.decision_id == items.c.decision_id)
        .where(items.c.state == "held", of_partner.in_(partners), until.is_not(None))
        .subquery()
    )
    query = select(waiting).where(waiting.c.place <= most).order_by(waiting.c.partner, waiting.c.place)
    found: dict[str, list[Waiting]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.partner].append(Waiting(article_id=row.article_id, until=row.until, of=row.of))
    return found
