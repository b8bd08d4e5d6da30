"""Validation with Great Expectations: once per batch, before anything is added to the lake.

GX costs seconds to import, so it is imported when ``validate`` first runs, and nowhere else in newswire.
``python -m newswire.quality`` rewrites the tracked suites of ``include/gx/`` from ``schema.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newswire.quality.keeping import trim
from newswire.quality.languages import LanguageReport
from newswire.quality.report import Report

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LanguageReport", "Report", "trim", "validate"]


def validate(
    rows: pa.Table,
    *,
    site: Path,
    name: str,
    now: datetime,
    required_uses: Sequence[str] = ("store", "analyse"),
) -> Report:
    """Check rows that are about to be added, and keep the result and its Data Docs.

    Args:
        rows: The rows, in the columns of ``schema.ARTICLES``; none is fine.
        site: The lake's quality folder; everything written goes to ``<site>/<name>/``.
        name: The partner's slug. Validations of one name wait for each other, those of others do not.
        now: The time the rows are judged at; aware.
        required_uses: The uses every row must permit (``Partner.required_uses``).

    Raises:
        ValueError: ``name`` is not a slug, or ``now`` has no time zone.
    """
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # else hundreds of lines hide a task's own
    from newswire.quality.run import run  # noqa: PLC0415 - imports GX, which takes seconds

    return run(rows, site=site, name=name, now=now, required_uses=required_uses)
