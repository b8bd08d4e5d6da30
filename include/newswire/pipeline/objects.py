"""One object of what is published, and its line in the manifest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace as evolve
from datetime import date, datetime

from newswire import ledger
from newswire.lake import parquet
from newswire.lake.files import sha256
from newswire.lake.layout import ARTICLES, DECISIONS
from newswire.lake.parquet import Row
from newswire.lake.store import Claim
from newswire.ledger import redo
from newswire.ledger.redo import Held
from newswire.pipeline.work import Workplace
from newswire.schema import ARTICLES as ARTICLE_COLUMNS
from newswire.schema import DECISIONS as DECISION_COLUMNS
from newswire.schema import WRITER_VERSION

COLUMNS = {ARTICLES: ARTICLE_COLUMNS, DECISIONS: DECISION_COLUMNS}

log = logging.getLogger(__name__)


def put(place: Workplace, claim: Claim, dataset: str, day: date, rows: Sequence[Row]) -> bool:
    """Let an object hold exactly these rows, alone in its folder; return whether anything changed there.

    The object is the one that is claimed. Without rows there is no object.
    """
    layout, slug = place.layout, place.partner.slug
    relative = layout.dataset(dataset, slug, day)
    with ledger.transaction(place.database_url) as connection:
        before = redo.held_one(connection, dataset, slug, day)
    cleared = layout.store.clear(relative)
    for other in cleared:
        log.warning("%s lay beside %s, where nothing else belongs, and was removed", other.rpartition("/")[2], relative)
    if not rows:
        claim.remove()
        with ledger.transaction(place.database_url) as connection:
            redo.drop(connection, dataset, slug, day)
        return claim.content is not None or before is not None or bool(cleared)
    content = parquet.encode(rows, COLUMNS[dataset])
    same = claim.content == content
    if not same:
        claim.put(content)
    now = described(relative, (dataset, slug, day), rows, content, place.clock())
    if before is None or evolve(now, written_at=before.written_at) != before:
        with ledger.transaction(place.database_url) as connection:
            redo.hold(connection, now)
    return not same or bool(cleared)


def described(path: str, partition: tuple[str, str, date], rows: Sequence[Row], content: bytes, now: datetime) -> Held:
    """What the manifest says of a file with these rows; a partition is its dataset, partner and day."""
    dataset, partner, day = partition
    return Held(
        dataset=dataset,
        partner=partner,
        partition_date=day,
        path=path,
        file_sha256=sha256(content),
        rows_sha256=parquet.rows_hash(parquet.row_hash(row) for row in rows),
        rows=len(rows),
        bytes=len(content),
        writer_version=WRITER_VERSION,
        written_at=now,
    )


def differs(place: Workplace, dataset: str, day: date, rows: Sequence[Row]) -> bool:
    """Whether ``put`` would change anything."""
    store, name = place.layout.store, place.layout.dataset(dataset, place.partner.slug, day)
    content = parquet.encode(rows, COLUMNS[dataset]) if rows else None
    return bool(store.strangers(name)) or store.find(name) != content
