"""Which stories the lake holds: by what lies there, whatever the ledger says."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newswire.lake.files import remove, replace
from newswire.lake.layout import ARTICLES, Layout

Contents = dict[str, str]
"""Item to the hash of the content that can be read of it."""


def now(layout: Layout, partner: str) -> Contents:
    """What can be read of a partner now; a file that is no Parquet holds nothing."""
    found: Contents = {}
    for slug, _, relative in layout.partitions(ARTICLES):
        if slug == partner:
            found |= _contents(layout, relative)
    return found


def note(layout: Layout) -> None:
    """Keep what can be read now, for ``noted``: what a restored ledger does not know leaves before it is taken up.

    Of a partner of whom nothing can be read, what an earlier restore noted is forgotten.
    """
    for path in layout.all_readable():
        remove(layout.full(path))
    for slug in sorted({slug for slug, _, _ in layout.partitions(ARTICLES)}):
        replace(layout.full(layout.readable(slug)), msgspec.json.encode(now(layout, slug)))


def noted(layout: Layout, partner: str) -> Contents:
    """What could be read of a partner when the ledger was restored last."""
    path = layout.full(layout.readable(partner))
    return msgspec.json.decode(path.read_bytes(), type=Contents) if path.exists() else {}


def _contents(layout: Layout, relative: str) -> Contents:
    try:
        rows = pq.read_table(layout.full(relative), columns=["item_id", "content_hash"], partitioning=None)
    except (pa.ArrowException, OSError):
        return {}
    return dict(zip(rows["item_id"].to_pylist(), rows["content_hash"].to_pylist(), strict=True))
