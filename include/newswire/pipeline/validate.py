"""``validate``: Great Expectations on the rows that a batch would add. It guards additions only."""

from __future__ import annotations

import logging

from newswire.errors import BatchRefused
from newswire.lake import parquet
from newswire.pipeline import batch as staging
from newswire.pipeline.work import Refined, Validated, Workplace
from newswire.schema import ARTICLES

log = logging.getLogger(__name__)


def validate(place: Workplace, refined: Refined) -> Validated:
    """Check a batch's candidate rows; failing rows are named, to be quarantined.

    Raises:
        BatchRefused: A batch-level expectation failed; nothing of the batch is added.
    """
    if refined.batch is None or refined.rows == 0:
        log.info("no rows to validate")
        return Validated(refined=refined)
    # Great Expectations costs seconds to import; only a batch with rows pays for it.
    from newswire import quality  # noqa: PLC0415

    rows = parquet.table(staging.rows(place.layout, refined.batch), ARTICLES)
    report = quality.validate(
        rows,
        site=place.layout.quality,
        name=place.partner.slug,
        now=place.clock(),
        required_uses=place.partner.required_uses,
    )
    log.info("validated %d rows: %d failed; Data Docs at %s", rows.num_rows, len(report.failed_rows), report.docs)
    if not report.success:
        msg = (
            f"{place.partner.slug}: the batch of {rows.num_rows} rows was refused: {', '.join(report.batch_failures)}."
        )
        raise BatchRefused(msg, reason="batch_expectation", remedy=f"Nothing was added. See {report.docs}.")
    return Validated(refined=refined, quarantined=report.failed_rows, docs=report.docs)
