"""Reviews: which re-entries wait for a person, and which answers time has given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from newswire import ledger
from newswire.config import Partner, Settings
from newswire.ledger import reviews, unreconciled
from newswire.ledger.reviews import Review
from newswire.pipeline.decider import decider, terms

ANSWER_WITHIN = timedelta(days=3)
NOBODY = "nobody in time"
MOST_SHOWN = 20


def open_reentry(
    connection: Connection, partner: Partner, contents: Mapping[str, str], *, of: int, now: datetime
) -> str:
    """Ask whether stories may come back under changed terms; return the review. The same terms are asked about once.

    Args:
        connection: A transaction that holds the partner's lock.
        partner: Whose terms they are.
        contents: The items, each with its content's hash.
        of: How many stories the partner has in all.
        now: When it is asked.
    """
    version = decider(partner)
    name = f"reentry-{hashlib.sha256(f'{partner.slug}{version}'.encode()).hexdigest()[:16]}"
    contracts = ", ".join(f"{c.id} ({c.hash()[:12]})" for c in partner.contracts) or "no contract"
    question = (
        f"{len(contents)} of the {of} stories of {partner.name} ({partner.slug}) are out of the lake and would come "
        f"back under its present terms: {contracts}. May they? `bin/newswire review show {name}` lists them."
    )
    review = Review(
        review_id=name,
        partner=partner.slug,
        kind="reentry",
        terms=terms(partner),
        question=question,
        opened_at=now,
        due_at=now + ANSWER_WITHIN,
    )
    reviews.open_review(connection, review, dict(contents))
    return name


def open_restore(connection: Connection, partner: str, contents: Mapping[str, str], *, why: str, now: datetime) -> str:
    """Ask whether stories may come back that the lake did not hold when the ledger was restored; return the review.

    Args:
        connection: A transaction that holds the partner's lock.
        partner: Whose stories they are.
        contents: The items, each with its content's hash, or ``ANY_CONTENT``.
        why: Why they are out.
        now: When it is asked.
    """
    name = f"restore-{hashlib.sha256(f'{partner}{why}{now}'.encode()).hexdigest()[:16]}"
    question = (
        f"Stories of {partner} are out of the lake: {len(contents)}. {why} A kill or a person may have withdrawn them "
        f"since. May they come back, as far as their terms allow? `bin/newswire review show {name}` lists them."
    )
    review = Review(
        review_id=name,
        partner=partner,
        kind="restore",
        terms=now.isoformat(),
        question=question,
        opened_at=now,
        due_at=now + ANSWER_WITHIN,
    )
    reviews.open_review(connection, review, dict(contents))
    return name


def body(connection: Connection, review: Review) -> str:
    """A review's question in Markdown, followed by the stories that would come back, by their ids."""
    from newswire.pipeline.facts import article_id  # noqa: PLC0415 - a sweep that finds nothing imports no rules

    if review.kind == "kill":
        return review.question
    ids = reviews.items_of(connection, review.review_id)
    lines = [f"- {quoted(article_id(review.partner, item_id))}: {quoted(item_id)}" for item_id in ids[:MOST_SHOWN]]
    if len(ids) > MOST_SHOWN:
        lines.append(f"- and {len(ids) - MOST_SHOWN} more")
    return "\n".join([review.question, "", *lines])


def quoted(words: str) -> str:
    """A partner's words as a code span of Markdown, in which nothing is a link or a picture."""
    return f"`{' '.join(words.split()).replace('`', chr(39))}`"


def close_overdue(connection: Connection, partner: Partner, now: datetime) -> None:
    """No answer in time is a no to a re-entry, and so is another change of the terms that it is about.

    What a kill may have meant stays suspended until someone answers, and what a restore keeps out stays out.
    """
    for review in reviews.listed(connection, partner.slug):
        void = review.terms != terms(partner)
        if review.kind == "reentry" and (void or review.due_at <= now):
            note = "the terms have changed again" if void else None
            reviews.answer(connection, review.review_id, "no", by=NOBODY, note=note, at=now)


def to_ask(settings: Settings, now: datetime) -> dict[str, str]:
    """The reviews to put to a person now, each with a name for this asking.

    That is every one that was never asked, and a suspected kill or a restore that nobody answered in time; but none of
    a partner that is to be reconciled first.
    """
    with ledger.transaction(settings.ledger()) as connection:
        closed = unreconciled.every(connection)
        waiting = [review for review in reviews.listed(connection) if review.partner not in closed]
    due = (r for r in waiting if r.asked_at is None or (r.kind != "reentry" and r.due_at <= now))
    return {r.review_id: f"{r.review_id}__{r.due_at:%Y%m%dT%H%M%S}" for r in due}
