"""The two Great Expectations suites, derived from ``schema.ARTICLES``; plain data, so that nothing here imports GX.

Row expectations are pure per row: what fails one is quarantined. Batch expectations speak of the table: what fails one
stops the batch. Every expectation carries a stable name in ``meta.name``; that name is the quarantine reason.

Values that change from run to run are suite parameters (``$PARAMETER``), so the tracked files hold no clock.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from newswire import schema
from newswire.schema import Check, Column

ROWS_SUITE = "articles_rows"
BATCH_SUITE = "articles_batch"
EARLIEST = "1980-01-01T00:00:00.000000Z"
MAX_BODY = 1_000_000
MAX_ROWS = 200_000

_NAMESPACE = uuid.UUID("5d3b7c0e-6a52-4f0f-9f0b-6f1f4c7f3e21")

_PATTERNS = {
    Check.NOT_BLANK: ("not_blank", r"\S", "holds more than white space"),
    Check.URL: ("url", r"^(?i:https?)://[^\s/?#]+\S*\Z", "is an http(s) URL"),
    Check.SHA256: ("sha256", r"^[0-9a-f]{64}\Z", "is a SHA-256 in hex"),
    Check.ARTICLE_ID: ("format", r"^[a-z][a-z0-9-]*:[0-9a-f]{16}\Z", "is a partner, a colon, 16 hex digits"),
    Check.TERRITORIES: (
        "format",
        r"^(?:worldwide|(?:only|except)(?: [A-Z]{2})+)\Z",
        "is worldwide, or only/except with country codes",
    ),
}
"""For each check that is a regular expression: the suffix of the expectation's name, the pattern, and what it says."""

Expectation = dict[str, Any]


def expectation(name: str, kind: str, says: str, **kwargs: object) -> Expectation:
    """One entry of a suite file; its id follows from its name, so a rewritten file differs only where the rules do."""
    return {
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "type": f"expect_{kind}",
        "kwargs": kwargs,
        "meta": {"name": name},
        "description": says,
        "severity": "critical",
    }


def parameter(name: str) -> dict[str, str]:
    """A value that a run fills in: ``now``, ``latest`` (both ISO 8601) or ``required_uses`` (a regular expression)."""
    return {"$PARAMETER": name}


def suites() -> dict[str, dict[str, Any]]:
    """Both suites by name, in the form of GX's own suite files."""
    return {
        ROWS_SUITE: _suite(ROWS_SUITE, [*_columns(), *_across_columns()], "A row that fails one is quarantined."),
        BATCH_SUITE: _suite(BATCH_SUITE, list(_batch()), "A batch that fails one is refused whole."),
    }


def write_suites(folder: Path) -> list[Path]:
    """Write the suite files into a context's ``expectations`` folder and return their paths."""
    paths = []
    for name, suite in suites().items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(suite, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _suite(name: str, expectations: list[Expectation], notes: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "expectations": expectations,
        "meta": {},
        "notes": notes,
    }


def _columns() -> Iterator[Expectation]:
    """What the schema says about each column."""
    for column in schema.ARTICLES:
        if not column.nullable:
            says = f"{column.name} is never null."
            yield expectation(f"{column.name}_not_null", "column_values_to_not_be_null", says, column=column.name)
        for check in column.checks:
            if check is not Check.UNIQUE:
                yield _checked(column, check)


def _checked(column: Column, check: Check) -> Expectation:
    name = column.name
    if check is Check.NOT_BLANK and pa.types.is_list(column.type):
        return _regex(name, "not_blank", r'^\["', "holds at least one value")
    if check in _PATTERNS:
        return _regex(name, *_PATTERNS[check])
    match check:
        case Check.LANGUAGE:
            return _set(name, "known", sorted(schema.LANGUAGES), "is a known language code")
        case Check.PUBLISH_ONLY:
            return _set(name, "publish_only", ["publish"], "is publish: nothing else is ever added")
        case _:
            return _bounded(name, check)


def _bounded(name: str, check: Check) -> Expectation:
    between = "column_values_to_be_between"
    match check:
        case Check.TIME_IN_RANGE:
            says = f"{name} lies between 1980 and a day from now (clocks differ)."
            latest = parameter("latest")
            return expectation(f"{name}_in_range", between, says, column=name, min_value=EARLIEST, max_value=latest)
        case Check.NOT_IN_FUTURE:
            says = f"{name} is not after now."
            return expectation(f"{name}_not_in_future", between, says, column=name, max_value=parameter("now"))
        case Check.AFTER_NOW:
            says = f"{name} is after now: what has run out is never added."
            now = parameter("now")
            return expectation(f"{name}_after_now", between, says, column=name, min_value=now, strict_min=True)
        case Check.PROBABILITY:
            says = f"{name} lies between 0 and 1."
            return expectation(f"{name}_probability", between, says, column=name, min_value=0.0, max_value=1.0)
        case Check.BODY_LENGTH:
            says = f"{name} has 1 to {MAX_BODY} characters."
            kind = "column_value_lengths_to_be_between"
            return expectation(f"{name}_length", kind, says, column=name, min_value=1, max_value=MAX_BODY)
        case _:
            msg = f"no expectation is written for the check {check!r}"
            raise NotImplementedError(msg)


def _regex(column: str, suffix: str, pattern: str | dict[str, str], says: str) -> Expectation:
    kind = "column_values_to_match_regex"
    return expectation(f"{column}_{suffix}", kind, f"{column} {says}.", column=column, regex=pattern)


def _set(column: str, suffix: str, values: list[str], says: str) -> Expectation:
    kind = "column_values_to_be_in_set"
    return expectation(f"{column}_{suffix}", kind, f"{column} {says}.", column=column, value_set=values)


def _across_columns() -> Iterator[Expectation]:
    """What one column demands of another; lists stand in the checked frame as JSON text."""
    attributed = {
        "type": "pass_through",
        "pass_through_filter": "obligations.str.contains('\"attribute\"', na=False, regex=False)",
    }
    yield _required("contract_id", "contract_or_license", _null("license_url"), "is given where no licence is")
    yield _required("contract_hash", "hash_of_contract", _given("contract_id"), "is given with contract_id")
    yield _required("credit", "credit_where_attributed", attributed, "is given where obligations hold attribute")
    yield _required("notice", "notice_of_holder", _given("notice_holder"), "is given where notice_holder is")
    yield expectation(
        "expires_after_first_observed",
        "column_pair_values_a_to_be_greater_than_b",
        "expires_at is after first_observed_at.",
        column_A="expires_at",
        column_B="first_observed_at",
        ignore_row_if="either_value_is_missing",
    )
    uses = "holds every use that the lake itself needs"
    yield _regex("permitted_uses", "cover_required", parameter("required_uses"), uses)
    yield expectation(
        "prohibited_uses_spare_required",
        "column_values_to_not_match_regex",
        "prohibited_uses holds none of the uses that the lake itself needs.",
        column="prohibited_uses",
        regex=parameter("any_required_use"),
    )
    yield expectation(
        "body_not_a_kill",
        "column_values_to_not_match_regex",
        "body has no line that is a kill notice.",
        column="body",
        regex=r"(?m)^\s*(?:MANDATORY |BULLETIN )?KILL(?: NOTICE)?\W*$",
    )


def _required(column: str, name: str, condition: dict[str, Any], says: str) -> Expectation:
    kind = "column_values_to_not_be_null"
    return expectation(name, kind, f"{column} {says}.", column=column, row_condition=condition)


def _null(column: str) -> dict[str, Any]:
    return {"type": "nullity", "column": {"name": column}, "is_null": True}


def _given(column: str) -> dict[str, Any]:
    return {"type": "nullity", "column": {"name": column}, "is_null": False}


def _batch() -> Iterator[Expectation]:
    names = [column.name for column in schema.ARTICLES]
    says = "The columns are those of the schema, in its order and with its types."
    yield expectation("columns_of_schema", "table_columns_to_match_ordered_list", says, column_list=names)
    says = f"A batch has at most {MAX_ROWS} rows; none is fine."
    yield expectation("row_count", "table_row_count_to_be_between", says, min_value=0, max_value=MAX_ROWS)
    for column in schema.ARTICLES:
        if Check.UNIQUE in column.checks:
            says = f"{column.name} occurs once."
            yield expectation(f"{column.name}_unique", "column_values_to_be_unique", says, column=column.name)
