"""Which stories the lake holds: by what lies there, whatever the ledger says."""

from __future__ import annotations

import msgspec

from newswire.errors import LakeCorrupt
from newswire.lake.layout import ARTICLES, Layout
from newswire.lake.parquet import columns_of

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
        layout.store.remove(path)
    for slug in sorted({slug for slug, _, _ in layout.partitions(ARTICLES)}):
        layout.store.put(layout.readable(slug), msgspec.json.encode(now(layout, slug)))


def noted(layout: Layout, partner: str) -> Contents:
    """What could be read of a partner when the ledger was restored last."""
    content = layout.store.find(layout.readable(partner))
    return {} if content is None else msgspec.json.decode(content, type=Contents)


def _contents(layout: Layout, relative: str) -> Contents:
    try:
        rows = columns_of(layout.store, relative, ("item_id", "content_hash"))
    except LakeCorrupt:
        return {}
    return {row["item_id"]: row["content_hash"] for row in rows}
