"""An Arrow table as the pandas frame that GX checks.

GX is at ease with objects, not with lists, time zones or Arrow's strings. So every column becomes plain Python values:
times as ISO 8601 text of one width (text order is time order, and it reads well in Data Docs), lists as JSON text.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa

from newswire import schema


def text(time: datetime) -> str:
    """An aware time as it stands in a frame.

    Raises:
        ValueError: The time has no zone.
    """
    if time.tzinfo is None:
        msg = f"{time} has no time zone"
        raise ValueError(msg)
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def frame(rows: pa.Table) -> pd.DataFrame:
    """The rows, labelled by how a report names them.

    A label is the article id, or ``row N`` (from 0) where the id is null or stands on more than one row. A column whose
    type is not the schema's is named ``name: type``: the batch expectation on columns then fails and says why.
    """
    types = {column.name: column.type for column in schema.ARTICLES}
    columns = {}
    for field, column in zip(rows.schema, rows.columns, strict=True):
        fits = field.name not in types or field.type == types[field.name]
        title = field.name if fits else f"{field.name}: {field.type}"
        columns[title] = _values(column)
    made = pd.DataFrame(columns)
    made.index = pd.Index(_labels(rows), dtype=object)
    return made


def _values(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_timestamp(column.type):
        times: pd.Series = column.to_pandas()
        return times
    values = column.to_pylist()
    if pa.types.is_list(column.type):
        values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    return pd.Series(values, dtype=object)


def _labels(rows: pa.Table) -> list[str]:
    if "article_id" not in rows.column_names:
        return [f"row {number}" for number in range(rows.num_rows)]
    ids = rows["article_id"].to_pylist()
    seen = Counter(ids)
    return [str(name) if name is not None and seen[name] == 1 else f"row {number}" for number, name in enumerate(ids)]
