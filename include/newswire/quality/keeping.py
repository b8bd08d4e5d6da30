"""How many validations of a partner are kept; imports no Great Expectations."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT_RESULTS = 20
"""Validations whose results and pages are kept for each partner; older ones leave with the next validation."""


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Wait until no other process writes below a partner's folder."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def trim(place: Path) -> int:
    """Remove a partner's oldest validations beyond those that are kept, pages included; return how many left.

    The index names them until the next validation writes it.
    """
    with alone(place):
        return prune(place, keep=KEPT_RESULTS)


def prune(place: Path, *, keep: int) -> int:
    """Remove the oldest validations but ``keep``, and the pages of all that have no result any more.

    Both lie at ``<suite>/<run name>/<run time>/``, and a run time sorts as text.
    """
    results, removed = place / "results", 0
    for validations in results.glob("*/*"):
        for old in sorted(validations.iterdir())[: -keep or None]:
            shutil.rmtree(old)
            removed += 1
    pages = place / "docs" / "validations"
    for page in pages.glob("*/*/*"):
        if not (results / page.relative_to(pages)).is_dir():
            shutil.rmtree(page)
    return removed
