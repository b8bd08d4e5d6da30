"""Where the language that stories declare is not the one that they are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from newswire.ledger.tables import items, outcomes, receipts
from newswire.model import LanguageMismatch, RunLanguages

MAX_EXAMPLES = 5


def of_run(
    connection: Connection, partner: str, receipt_ids: Sequence[str], *, run_id: str, at: datetime
) -> RunLanguages:
    """What the stories that a run's receipts told of declare, and are in: each story once, by what governs it now."""
    verdict = (items.c.language_declared, items.c.language, items.c.language_agrees)
    query = (
        select(receipts.c.feed, *verdict, items.c.article_id)
        .join(outcomes, outcomes.c.receipt_id == receipts.c.receipt_id)
        .join(items, and_(items.c.item_id == outcomes.c.item_id, items.c.content_hash == outcomes.c.content_hash))
        .where(receipts.c.receipt_id.in_(receipt_ids), items.c.partner == partner, items.c.language.is_not(None))
        .order_by(items.c.article_id, receipts.c.feed)
        .distinct()
    )
    stories, undeclared = set(), set()
    apart: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for feed, declared, found, agrees, article_id in connection.execute(query):
        if article_id not in stories and agrees is False:
            apart[(feed, declared, found)].append(article_id)
        stories.add(article_id)
        if declared is None:
            undeclared.add(article_id)
    mismatches = [
        LanguageMismatch(
            feed=feed, declared=declared, found=found, stories=len(ids), examples=tuple(ids[:MAX_EXAMPLES])
        )
        for (feed, declared, found), ids in apart.items()
    ]
    return RunLanguages(
        run_id=run_id,
        at=at,
        stories=len(stories),
        undeclared=len(undeclared),
        mismatches=tuple(sorted(mismatches, key=lambda m: (-m.stories, m.feed, m.declared, m.found))),
    )


def standing(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """By partner the pairs of languages that its stories, as they are now, declare and are in, most first."""
    count = func.count().label("stories")
    query = (
        select(items.c.partner, items.c.language_declared, items.c.language, count)
        .where(items.c.language_agrees.is_(False))
        .group_by(items.c.partner, items.c.language_declared, items.c.language)
        .order_by(count.desc(), items.c.language_declared, items.c.language)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for partner, declared, language, stories in connection.execute(query):
        found[partner].append({"declared": declared, "found": language, "stories": stories})
    return found
