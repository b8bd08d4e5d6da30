"""``published/decisions``: every decision as a row, also of what was not published, without its text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from newswire import ledger
from newswire.lake import parquet
from newswire.lake.files import locked, replace, sha256
from newswire.lake.layout import DECISIONS
from newswire.lake.parquet import Row
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.model import Outcome
from newswire.pipeline.work import Workplace
from newswire.schema import DECISIONS as DECISION_COLUMNS
from newswire.schema import WRITER_VERSION

OURS = frozenset({"contract", "tombstone", "review", "override"})
"""Sources of evidence whose words are not the story's."""


def held(place: Workplace, dataset: str, day: date, content: bytes, *, hashes: str, rows: int) -> redo.Held:
    """What the manifest says of a file that was written now."""
    return redo.Held(
        dataset=dataset,
        partner=place.partner.slug,
        partition_date=day,
        path=place.layout.dataset(dataset, place.partner.slug, day),
        file_sha256=sha256(content),
        rows_sha256=hashes,
        rows=rows,
        bytes=len(content),
        writer_version=WRITER_VERSION,
        written_at=place.clock(),
    )


def write_new_decisions(place: Workplace) -> None:
    """Rewrite each day's decisions to which some were added: a run may have decided before midnight."""
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        days = redo.unwritten_days(connection, slug)
    for day in days:
        _write(place, day)


def _write(place: Workplace, day: date) -> None:
    layout, slug = place.layout, place.partner.slug
    start = datetime.combine(day, time.min, UTC)
    with locked(layout.full(layout.lock(DECISIONS, slug, day))):
        with ledger.transaction(place.database_url) as connection:
            made = book.decisions_of_day(connection, slug, start, start + timedelta(days=1))
            before = redo.held_one(connection, DECISIONS, slug, day)
        if not made:
            return
        rows = [_row(record) for record in made]
        relative = layout.dataset(DECISIONS, slug, day)
        content = parquet.encode(rows, DECISION_COLUMNS)
        if before is not None and before.file_sha256 == sha256(content) and layout.full(relative).exists():
            return
        replace(layout.full(relative), content)
        hashes = parquet.rows_hash(parquet.row_hash(row) for row in rows)
        with ledger.transaction(place.database_url) as connection:
            redo.hold(connection, held(place, DECISIONS, day, content, hashes=hashes, rows=len(rows)))


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
        "evidence": msgspec.json.encode(_evidence(decision["evidence"], published=published)).decode(),
        "as_of": record["as_of"].astimezone(UTC),
    }


def _component(part: dict[str, Any], *, published: bool) -> dict[str, Any]:
    outcome = Outcome(part["outcome"])
    evidence = _evidence(part["evidence"], published=published and outcome is Outcome.PUBLISH)
    return {**part, "outcome": outcome.name.lower(), "evidence": evidence}


def _evidence(proofs: Iterable[dict[str, Any]], *, published: bool) -> list[dict[str, Any]]:
    """Evidence as readers see it: of what was not published, where the words stand but not the words."""
    return [proof if published or proof["source"] in OURS else {**proof, "text": None} for proof in proofs]
