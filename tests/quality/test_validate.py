"""Validation of a batch: which rows are set aside, which batches are refused, and what is left on disk."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from lxml import html

from newswire import schema
from newswire.quality import Report, validate
from newswire.quality.context import TRACKED
from newswire.quality.expectations import BATCH_SUITE, MAX_BODY, ROWS_SUITE, suites

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SEEN = NOW - timedelta(hours=2)
ARROW = schema.arrow(schema.ARTICLES)


def row(number: int, **changes: object) -> dict[str, object]:
    """A row that meets every expectation, then changed."""
    good = {
        "article_id": f"ilkha:{number:016x}",
        "item_id": f"https://wire.example/{number}",
        "version": None,
        "content_hash": "a" * 64,
        "feed": "english",
        "language": "en",
        "language_confidence": 0.93,
        "language_method": "langdetect",
        "language_declared": "en",
        "title": "Bridge reopens",
        "summary": None,
        "body": "The bridge reopened on Monday.\nTraffic was light.",
        "byline": None,
        "dateline": None,
        "credit": "ILKHA",
        "notice": "LEGAL WARNING: rights reserved",
        "notice_holder": "İlke Haber Ajansı",
        "source_url": "https://wire.example/köprü?id=1",
        "categories": ["World, news", "Köprü"],
        "published_at": SEEN,
        "updated_at": None,
        "first_observed_at": SEEN,
        "decision": "publish",
        "contract_id": "ilkha-2026",
        "contract_hash": "b" * 64,
        "license_url": None,
        "permitted_uses": ["store", "analyse", "display"],
        "prohibited_uses": ["ai_train"],
        "territories": "worldwide",
        "obligations": ["attribute", "keep_notice"],
        "expires_at": NOW + timedelta(days=30),
        "update_pending": False,
        "media": "[]",
        "flags": [],
    }
    return {**good, **changes}


def table(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=ARROW)


GOOD = {
    "a licence instead of a contract": {
        "contract_id": None,
        "contract_hash": None,
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "no notice, no end, no dates": {"notice": None, "notice_holder": None, "expires_at": None, "published_at": None},
    "no credit where none is demanded": {"credit": None, "obligations": ["keep_notice"]},
    "territories excepted": {"territories": "except TR DE"},
    "a clock that runs ahead": {"published_at": NOW + timedelta(hours=3)},
    "a story about a kill": {"body": "KILL switch found\nPolice said KILL was written there."},
    "an unknown language": {"language": "und", "language_confidence": 0.0},
}
NOT_NULL = {f"{column.name}_not_null": {column.name: None} for column in schema.ARTICLES if not column.nullable}
BROKEN: dict[str, dict[str, object]] = {
    **NOT_NULL,
    "article_id_format": {"article_id": "ilkha:XYZ"},
    "item_id_not_blank": {"item_id": " \u3000"},
    "content_hash_sha256": {"content_hash": "A" * 64},
    "feed_not_blank": {"feed": ""},
    "language_known": {"language": "english"},
    "language_confidence_probability": {"language_confidence": 1.5},
    "language_method_not_blank": {"language_method": ""},
    "title_not_blank": {"title": "\u00a0\n"},
    "body_not_blank": {"body": " \n "},
    "body_length": {"body": "x" * (MAX_BODY + 1)},
    "source_url_url": {"source_url": "javascript:alert(1)"},
    "published_at_in_range": {"published_at": datetime(1970, 1, 1, tzinfo=UTC)},
    "updated_at_in_range": {"updated_at": NOW + timedelta(days=2)},
    "first_observed_at_in_range": {"first_observed_at": datetime(1, 1, 1, tzinfo=UTC)},
    "first_observed_at_not_in_future": {"first_observed_at": NOW + timedelta(seconds=1)},
    "decision_publish_only": {"decision": "hold"},
    "contract_hash_sha256": {"contract_hash": "b" * 64 + "\n"},
    "license_url_url": {"license_url": "CC BY"},
    "permitted_uses_not_blank": {"permitted_uses": []},
    "territories_format": {"territories": "only"},
    "expires_at_after_now": {"expires_at": NOW},
    "contract_or_license": {"contract_id": None, "contract_hash": None},
    "hash_of_contract": {"contract_hash": None},
    "credit_where_attributed": {"credit": None},
    "notice_of_holder": {"notice": None},
    "credit_not_blank": {"credit": " "},
    "notice_not_blank": {"notice": ""},
    "expires_after_first_observed": {"expires_at": SEEN - timedelta(days=1)},
    "permitted_uses_cover_required": {"permitted_uses": ["store", "display"]},
    "prohibited_uses_spare_required": {"prohibited_uses": ["analyse"]},
    "body_not_a_kill": {"body": "Bridge\nMANDATORY KILL\nDo not use."},
}
ALSO = {
    "expires_after_first_observed": ("expires_at_after_now",),
    "permitted_uses_not_blank": ("permitted_uses_cover_required",),
}
"""Where breaking one expectation cannot but break another."""


def names(suite: str) -> list[str]:
    return [expectation["meta"]["name"] for expectation in suites()[suite]["expectations"]]


def fingerprint(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def tracked_before() -> dict[str, str]:
    return fingerprint(TRACKED)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quality")


@pytest.fixture(scope="module")
def mixed(site: Path, tracked_before: dict[str, str]) -> Report:
    """One batch: a row for each expectation, broken in that alone, among good ones."""
    assert tracked_before
    rows = [row(number, **changes) for number, changes in enumerate(BROKEN.values())]
    rows += [row(len(BROKEN) + number, **changes) for number, changes in enumerate(GOOD.values())]
    return validate(table(*rows), site=site, name="mixed", now=NOW)


def label(name: str) -> str:
    number = list(BROKEN).index(name)
    if name == "article_id_not_null":
        return f"row {number}"
    return str(BROKEN[name].get("article_id", f"ilkha:{number:016x}"))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_row_is_named_with_its_expectation(mixed: Report, name: str) -> None:
    """A row that breaks one expectation is set aside with that expectation's name."""
    assert set(mixed.failed_rows[label(name)]) == {name, *ALSO.get(name, ())}


def test_only_broken_rows_are_set_aside(mixed: Report) -> None:
    """Good rows pass beside broken ones, and broken rows do not refuse the batch."""
    assert set(mixed.failed_rows) == {label(name) for name in BROKEN}
    assert mixed.success
    assert mixed.batch_failures == ()


def test_every_row_expectation_has_a_broken_row() -> None:
    """The table above covers the suite, and the suite is not small."""
    assert set(names(ROWS_SUITE)) == set(BROKEN)
    assert len(names(ROWS_SUITE)) + len(names(BATCH_SUITE)) >= 15


def test_empty_batch_passes(site: Path) -> None:
    """A batch without rows is valid."""
    report = validate(table(), site=site, name="empty", now=NOW)
    assert (report.success, report.failed_rows, report.batch_failures) == (True, {}, ())


def test_a_validation_tells_nothing_of_its_workings(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Great Expectations leaves a task's log to the lines that a person looks for."""
    with caplog.at_level(logging.INFO):
        validate(table(), site=site, name="quiet", now=NOW)
    assert [r.message for r in caplog.records if r.name.startswith("great_expectations")] == []


def test_repeated_id_refuses_the_batch(site: Path) -> None:
    """A story that stands twice in a batch refuses it."""
    report = validate(table(row(1), row(1), row(2)), site=site, name="refused", now=NOW)
    assert not report.success
    assert report.batch_failures == ("article_id_unique",)


def test_missing_column_refuses_the_batch(site: Path) -> None:
    """Without a column nothing can be said about it, so the batch is refused."""
    report = validate(table(row(1)).drop_columns(["credit"]), site=site, name="refused", now=NOW)
    assert not report.success
    assert report.batch_failures[0] == "columns_of_schema"
    assert any(failure.startswith("credit_where_attributed: ") for failure in report.batch_failures)


@pytest.mark.parametrize("column", ["article_id", "published_at"])
def test_other_type_refuses_the_batch(site: Path, column: str) -> None:
    """A column of another type than the schema's refuses the batch, also where its values look right."""
    rows = table(row(1))
    place = rows.schema.get_field_index(column)
    changed = rows.set_column(place, column, rows[column].cast(pa.large_string()))
    report = validate(changed, site=site, name="refused", now=NOW)
    assert "columns_of_schema" in report.batch_failures


def test_other_order_refuses_the_batch(site: Path) -> None:
    """The order of the columns is part of the schema."""
    rows = table(row(1))
    report = validate(rows.select(rows.column_names[::-1]), site=site, name="refused", now=NOW)
    assert report.batch_failures == ("columns_of_schema",)


def test_required_uses_are_the_partners(site: Path) -> None:
    """A partner that needs fewer or other uses is judged by those."""
    rows = table(row(1, permitted_uses=["store"], prohibited_uses=["analyse"]), row(2))
    report = validate(rows, site=site, name="uses", now=NOW, required_uses=["store", "display"])
    assert report.failed_rows == {"ilkha:0000000000000001": ("permitted_uses_cover_required",)}


def test_tracked_context_is_only_read(mixed: Report, tracked_before: dict[str, str]) -> None:
    """A validation writes nothing into the tracked context."""
    assert mixed.success
    assert fingerprint(TRACKED) == tracked_before


def test_tracked_suites_follow_the_schema() -> None:
    """The suites are what the schema says; if this fails run ``PYTHONPATH=include python -m newswire.quality``."""
    for name, suite in suites().items():
        assert json.loads((TRACKED / "expectations" / f"{name}.json").read_text(encoding="utf-8")) == suite


def test_docs_need_nothing_from_outside(mixed: Report) -> None:
    """Every page of the Data Docs runs no script, loads nothing, and links only to pages that exist."""
    pages = sorted(Path(mixed.docs).parent.rglob("*.html"))
    assert len(pages) == 5
    for page in pages:
        tree = html.parse(page)
        assert not tree.xpath("//script | //link | //img | //iframe | //@onclick | //@src")
        assert "url(" not in page.read_text(encoding="utf-8")
        for link in tree.xpath("//a/@href"):
            assert link.startswith("#") or (page.parent / link).resolve().is_file(), link


def test_docs_say_what_failed_without_repeating_the_text(site: Path, mixed: Report) -> None:
    """Results and pages name the rows, never what stands in them: a takedown has nothing to look for there."""
    kept = [
        path.read_text(encoding="utf-8") for path in (site / "mixed").rglob("*") if path.suffix in {".html", ".json"}
    ]
    assert any(label("language_known") in text for text in kept)
    for words in ("Do not use", "javascript:alert", "Traffic was light", "x" * 100):
        assert not any(words in text for text in kept), words
    index = Path(mixed.docs).read_text(encoding="utf-8")
    assert "failed" in index
    assert "passed" in index


def test_only_the_newest_results_are_kept(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old results leave with their pages, so the folder does not grow."""
    monkeypatch.setattr("newswire.quality.run.KEPT_RESULTS", 2)
    for hour in range(4):
        report = validate(table(row(1)), site=site, name="kept", now=NOW + timedelta(hours=hour))
    times = {path.parent.name for path in (site / "kept").rglob("newswire-articles.*")}
    assert times == {"20261123T020000.000000Z", "20261123T030000.000000Z"}
    assert len(html.parse(report.docs).xpath("//tbody/tr")) == 4


@pytest.mark.parametrize("name", ["../ilkha", "", "İlkha", "a/b"])
def test_name_that_is_no_slug_is_refused(site: Path, name: str) -> None:
    """A name never leads out of the quality folder."""
    with pytest.raises(ValueError, match="slug"):
        validate(table(), site=site, name=name, now=NOW)


def test_time_without_zone_is_refused(site: Path) -> None:
    """Judging at a time without a zone would shift every bound."""
    with pytest.raises(ValueError, match="time zone"):
        validate(table(), site=site, name="naive", now=NOW.replace(tzinfo=None))


_LAZY = "import sys, newswire.quality; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
_BOTH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from newswire import schema
from newswire.quality import validate
for name in (sys.argv[2], "shared", sys.argv[2]):
    report = validate(schema.arrow(schema.ARTICLES).empty_table(), site=Path(sys.argv[1]), name=name,
                      now=datetime(2026, 11, 23, tzinfo=UTC))
    assert report.success and Path(report.docs).is_file(), report
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(TRACKED.parent)}
    command = [sys.executable, "-c", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own code


def test_import_is_light() -> None:
    """Importing the package does not import Great Expectations or pandas."""
    assert start(_LAZY).wait() == 0


def test_two_processes_at_once(tmp_path: Path, tracked_before: dict[str, str]) -> None:
    """Two partners, and one partner twice, validate in two processes at once; neither says more than its result."""
    processes = [start(_BOTH, str(tmp_path), name) for name in ("first", "second")]
    for process in processes:
        said, complained = process.communicate()
        assert (process.returncode, said, complained) == (0, "", "")
    for name in ("first", "second", "shared"):
        assert len(list((tmp_path / name / "results").rglob("*.json"))) == 2
    assert fingerprint(TRACKED) == tracked_before
