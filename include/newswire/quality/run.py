"""One validation with Great Expectations; the only module, beside ``docs``, that imports it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # GX reads it while it is imported

import great_expectations as gx

from newswire.config import SLUG
from newswire.quality.context import TRACKED
from newswire.quality.expectations import BATCH_SUITE
from newswire.quality.frame import frame, text
from newswire.quality.keeping import KEPT_RESULTS, alone, prune
from newswire.quality.languages import LanguageReport
from newswire.quality.report import Report

_ONE_CONTEXT = threading.Lock()  # GX keeps its current context in a global


def run(rows: pa.Table, *, site: Path, name: str, now: datetime, required_uses: Sequence[str]) -> Report:
    """See ``newswire.quality.validate``."""
    if not SLUG.fullmatch(name):
        msg = f"{name!r} names a validation and is not a slug (lower-case letters, digits and hyphens, a letter first)"
        raise ValueError(msg)
    place = site.absolute() / name
    with _alone(place):
        _link_to_languages(place)
        prune(place, keep=KEPT_RESULTS - 1)
        context = gx.get_context(
            mode="file", context_root_dir=TRACKED, runtime_environment={"quality_site": str(place)}
        )
        found = context.checkpoints.get("articles").run(
            batch_parameters={"dataframe": frame(rows)},
            expectation_parameters=_parameters(now, required_uses),
            run_id=gx.RunIdentifier(run_name=name, run_time=now),
        )
        # Once for both suites; GX's own action would build the site once for each.
        pages: Any = [*found.run_results, *(key.expectation_suite_identifier for key in found.run_results)]
        context.build_data_docs(resource_identifiers=pages)
    failed_rows, batch_failures = _read(found.run_results.values())
    docs = str(place / "docs" / "index.html")
    return Report(success=not batch_failures, failed_rows=failed_rows, batch_failures=batch_failures, docs=docs)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Wait until no other validation writes in this process, and none of the same name in another."""
    with _ONE_CONTEXT, alone(place):
        yield


def _link_to_languages(place: Path) -> None:
    """An empty report of languages until the first run closes: the index of the Data Docs links to it."""
    page = place / "languages.html"
    if not page.exists():
        page.write_bytes(LanguageReport(partner=place.name).as_page())


def _parameters(now: datetime, required_uses: Sequence[str]) -> dict[str, Any]:
    tokens = [re.escape(f'"{use}"') for use in required_uses]
    return {
        "now": text(now),
        "latest": text(now + timedelta(days=1)),
        "required_uses": "^" + "".join(f"(?=.*{token})" for token in tokens),
        "any_required_use": "|".join(tokens),
    }


def _read(results: Any) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:  # noqa: ANN401 - GX's own result types
    failed_rows: dict[str, tuple[str, ...]] = {}
    batch_failures: list[str] = []
    for suite in results:
        for result in suite.results:
            name = result.expectation_config.meta["name"]
            raised = _raised(result.exception_info)
            if raised:
                batch_failures.append(f"{name}: {raised}")
            elif not result.success and suite.suite_name == BATCH_SUITE:
                batch_failures.append(name)
            elif not result.success:
                for label in result.result["unexpected_index_list"]:
                    failed_rows[label] = (*failed_rows.get(label, ()), name)
    return failed_rows, tuple(batch_failures)


def _raised(info: dict[str, Any]) -> str | None:
    """The error that kept an expectation from being evaluated; GX files it flat, or under the metric that raised."""
    for entry in [info, *info.values()]:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry["exception_message"])
    return None
