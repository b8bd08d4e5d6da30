"""Rows to Parquet and back: the same rows always give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newswire.errors import LakeCorrupt
from newswire.schema import Column, arrow

ROW_GROUP = 10_000
Row = dict[str, Any]
UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError)
"""A damaged file fails in many ways."""


def row_hash(row: Row) -> str:
    """SHA-256 of a row's values, whatever file holds it."""
    return hashlib.sha256(msgspec.json.encode(sorted(row.items()))).hexdigest()


def rows_hash(hashes: Iterable[str]) -> str:
    """One checksum over the hashes of a partition's rows, in the order of the file."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def table(rows: Sequence[Row], columns: tuple[Column, ...]) -> pa.Table:
    """An Arrow table of rows, with exactly the columns' types."""
    return pa.Table.from_pylist(list(rows), schema=arrow(columns))


def encode(rows: Sequence[Row], columns: tuple[Column, ...]) -> bytes:
    """A Parquet file: fixed row groups, zstd level 3, page index, nothing in it that depends on the run."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table(rows, columns),
        sink,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=3,
        write_page_index=True,
        use_dictionary=True,
        version="2.6",
        data_page_version="1.0",
        write_statistics=True,
        store_schema=False,
    )
    return bytes(sink.getvalue())


def rows_of(path: Path) -> list[Row]:
    """The rows of one Parquet file of the lake; none where the file is absent.

    Raises:
        LakeCorrupt: The file is not readable Parquet.
    """
    if not path.exists():
        return []
    try:
        rows: list[Row] = pq.ParquetFile(path).read().to_pylist()
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    return rows


def columns_of(path: Path, columns: Sequence[str], *, article_ids: Sequence[str]) -> list[Row]:
    """Some columns of some stories' rows in one Parquet file; none where the file is absent.

    Raises:
        LakeCorrupt: The file is not readable Parquet.
    """
    try:
        found = pq.read_table(
            path, columns=list(columns), filters=[("article_id", "in", list(article_ids))], partitioning=None
        )
    except FileNotFoundError:  # rewritten without rows meanwhile
        return []
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    rows: list[Row] = found.to_pylist()
    return rows


def _unreadable(path: Path, error: Exception) -> LakeCorrupt:
    msg = f"{path.name} in {path.parent} cannot be read: {str(error).rstrip('.')}."
    remedy = "`bin/newswire rebuild` writes what is published anew."
    return LakeCorrupt(msg, reason="parquet_unreadable", remedy=remedy)
