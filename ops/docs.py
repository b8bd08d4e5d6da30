"""Writes ``docs/data-dictionary.md`` from the columns in ``newswire.schema``: ``python ops/docs.py``."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from newswire.schema import ARTICLES, DECISIONS, STRINGS, TIME, Column

PAGE = Path(__file__).parents[1] / "docs" / "data-dictionary.md"
HEAD = """\
# Data dictionary

Written by `python ops/docs.py` from `include/newswire/schema.py`; change it there.

Times are UTC. Two columns come from the path, not from inside the file: `partner`, the partner's slug, and the date.
"""
ARTICLES_HEAD = """
## articles

`published/articles/published_date=YYYY-MM-DD/partner=<slug>/articles.parquet`

One row for each story that may be used. `published_date` is the day (UTC) on which the story was published, or first
seen where its provider did not say. Rows are sorted by language, then `article_id`.
"""
DECISIONS_HEAD = """
## decisions

`published/decisions/decided_date=YYYY-MM-DD/partner=<slug>/decisions.parquet`

One row for each decision that was made, whatever its outcome. `decided_date` is the day (UTC) on which it was first
made.
"""


def page() -> str:
    """The page as it has to be."""
    return "".join([HEAD, ARTICLES_HEAD, *_table(ARTICLES), DECISIONS_HEAD, *_table(DECISIONS)])


def _table(columns: tuple[Column, ...]) -> list[str]:
    head = ["\n| column | type | null | meaning |\n", "|---|---|---|---|\n"]
    return head + [
        f"| `{column.name}` | {_type(column.type)} | {'yes' if column.nullable else 'no'} | {column.description} |\n"
        for column in columns
    ]


def _type(kind: pa.DataType) -> str:
    if kind.equals(TIME):
        return "timestamp (µs, UTC)"
    return "list of strings" if kind.equals(STRINGS) else str(kind)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
