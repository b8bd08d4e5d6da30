"""Rows to Parquet and back: the same rows always give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newswire.errors import LakeCorrupt
from newswire.lake.store import Store
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


def decode(content: bytes, where: str) -> list[Row]:
    """The rows of a Parquet file of the lake; ``where`` it lies is told if it is none.

    Raises:
        LakeCorrupt: The file is not readable Parquet.
    """
    try:
        rows: list[Row] = pq.ParquetFile(pa.BufferReader(content)).read().to_pylist()
    except UNREADABLE as error:
        raise _unreadable(where, error) from error
    return rows


def rows_of(store: Store, name: str) -> list[Row]:
    """The rows of one Parquet file of the lake; none where the file is absent.

    Raises:
        LakeCorrupt: The file is not readable Parquet.
    """
    try:
        content = store.find(name)
    except OSError as error:
        raise _unreadable(store.where(name), error) from error
    return [] if content is None else decode(content, store.where(name))


def columns_of(
    store: Store, name: str, columns: Sequence[str], *, article_ids: Sequence[str] | None = None
) -> list[Row]:
    """Some columns of one Parquet file, of some stories' rows or of all; none where the file is absent.

    Raises:
        LakeCorrupt: The file is not readable Parquet.
    """
    only = None if article_ids is None else [("article_id", "in", list(article_ids))]
    try:
        content = store.find(name)
        if content is None:  # rewritten without rows meanwhile
            return []
        rows: list[Row] = pq.read_table(pa.BufferReader(content), columns=list(columns), filters=only).to_pylist()
    except UNREADABLE as error:
        raise _unreadable(store.where(name), error) from error
    return rows


def _unreadable(where: str, error: Exception) -> LakeCorrupt:
    folder, _, name = where.rpartition("/")
    msg = f"{name} in {folder} cannot be read: {str(error).rstrip('.')}."
    remedy = "`bin/newswire rebuild` writes what is published anew."
    return LakeCorrupt(msg, reason="parquet_unreadable", remedy=remedy)
