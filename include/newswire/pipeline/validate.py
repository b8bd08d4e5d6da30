"""``validate``: Great Expectations on the rows that a batch would add. It guards additions only."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newswire.errors import BatchRefused
from newswire.lake import parquet
from newswire.lake.parquet import Row
from newswire.pipeline import batch as staging
from newswire.pipeline.work import Refined, Validated, Workplace
from newswire.schema import ARTICLES

if TYPE_CHECKING:
    from newswire.quality import Report

log = logging.getLogger(__name__)


def validate(place: Workplace, refined: Refined) -> Validated:
    """Check a batch's candidate rows; failing rows are named, to be quarantined.

    Raises:
        BatchRefused: A batch-level expectation failed; nothing of the batch is added.
    """
    if refined.batch is None or refined.rows == 0:
        log.info("no rows to validate")
        return Validated(refined=refined)
    report = check(place, staging.rows(place.layout, refined.batch))
    return Validated(refined=refined, quarantined=report.failed_rows, docs=report.docs)


def check(place: Workplace, rows: Sequence[Row]) -> Report:
    """Check the rows that would be added to the lake.

    Raises:
        BatchRefused: A batch-level expectation failed; nothing of the rows may be added.
    """
    report = report_on(place, rows)
    if not report.success:
        msg = f"{place.partner.slug}: the batch of {len(rows)} rows was refused: {', '.join(report.batch_failures)}."
        raise BatchRefused(msg, reason="batch_expectation", remedy=f"Nothing was added. See {report.docs}.")
    return report


def report_on(place: Workplace, rows: Sequence[Row]) -> Report:
    """What the expectations say of some rows, whatever becomes of them."""
    # Great Expectations costs seconds to import; only a batch with rows pays for it.
    from newswire import quality  # noqa: PLC0415

    slug, layout = place.partner.slug, place.layout
    with layout.store.worked_on(layout.reports_folder(slug), layout.reports_lock(slug)) as folder:
        report = quality.validate(
            parquet.table(rows, ARTICLES),
            site=folder.parent,
            name=slug,
            now=place.clock(),
            required_uses=place.partner.required_uses,
        )
    report = replace(report, docs=layout.store.where(layout.docs(slug)))
    log.info("validated %d rows: %d failed; Data Docs at %s", len(rows), len(report.failed_rows), report.docs)
    return report
