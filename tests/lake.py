"""The rows of the lake's files, as tests read them."""

from pathlib import Path

from newswire.lake import parquet


def rows_of(file: Path | bytes) -> list[parquet.Row]:
    """The rows of one Parquet file, or of its bytes."""
    return parquet.decode(file if isinstance(file, bytes) else file.read_bytes(), "a file")
