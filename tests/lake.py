"""The rows of the lake's files, as tests read them."""

from pathlib import Path

from newswire.lake import parquet


def rows_of(path: Path) -> list[parquet.Row]:
    """The rows of one Parquet file."""
    return parquet.decode(path.read_bytes(), str(path))
