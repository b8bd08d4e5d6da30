"""``published/decisions``: every decision as a row, also of what was not published, without its text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from newswire import ledger
from newswire.errors import TransientError
from newswire.lake.layout import DECISIONS
from newswire.lake.parquet import Row
from newswire.ledger import graves, redo, unreconciled
from newswire.ledger import stories as book
from newswire.model import Outcome
from newswire.pipeline.evidence import evidence, wordless
from newswire.pipeline.objects import put
from newswire.pipeline.work import Workplace


def write_new_decisions(place: Workplace) -> None:
    """Rewrite each day's decisions to which some were added: a run may have decided before midnight.

    Before a restored ledger is reconciled none is: it may hold words of a story that a person has taken down since.
    """
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        days = redo.unwritten_days(connection, slug) if unreconciled.since(connection, slug) is None else []
    for day in days:
        write(place, day)


def write(place: Workplace, day: date) -> bool:
    """Bring a day's decisions in line with the ledger; return whether anything changed there."""
    slug = place.partner.slug
    try:
        with place.layout.claimed(DECISIONS, slug, day) as claim:
            return put(place, claim, DECISIONS, day, rows_of(place, day))
    except TransientError:
        with ledger.transaction(place.database_url) as connection:  # it may have replaced newer ones: write them again
            redo.drop(connection, DECISIONS, slug, day)
        raise


def rows_of(place: Workplace, day: date) -> list[Row]:
    """The rows of the decisions that were first made on a day, by id.

    Before a restored ledger is reconciled it may hold words of what a person has taken down: none of them is shown.
    """
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        made = book.decisions_of_day(connection, slug, day)
        if unreconciled.since(connection, slug) is not None:
            down = graves.taken_down(connection, slug, {record["item_id"] for record in made})
            made = [{**r, "decision": wordless(r["decision"])} if r["item_id"] in down else r for r in made]
    return [_row(record) for record in made]


def _row(record: Row) -> Row:
    decision = record["decision"]
    times = {
        name: None if decision[name] is None else datetime.fromisoformat(decision[name])
        for name in ("hold_until", "expires_at")
    }
    published = record["outcome"] == "publish"
    components = [_component(part, published=published) for part in decision.get("components", ())]
    return {
        **{name: record[name] for name in ("decision_id", "article_id", "item_id", "content_hash", "outcome")},
        "version": record["version"] or None,
        "reasons": decision["reasons"],
        **times,
        "contract_id": record["contract_id"],
        "contract_hash": record["contract_hash"],
        "rule_versions": msgspec.json.encode(decision["rule_versions"], order="sorted").decode(),
        "components": msgspec.json.encode(components).decode(),
        "evidence": msgspec.json.encode(evidence(decision["evidence"], published=published)).decode(),
        "as_of": record["as_of"].astimezone(UTC),
    }


def _component(part: dict[str, Any], *, published: bool) -> dict[str, Any]:
    outcome = Outcome(part["outcome"])
    shown = evidence(part["evidence"], published=published and outcome is Outcome.PUBLISH)
    return {**part, "outcome": outcome.name.lower(), "evidence": shown}
