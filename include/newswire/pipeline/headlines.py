"""Headlines of what the lake holds now: which stories have some words in theirs. No other headline is looked at."""

from __future__ import annotations

import logging
import time
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from newswire.errors import LakeCorrupt
from newswire.lake.layout import ARTICLES, Layout
from newswire.model import Partition
from newswire.text import folding

log = logging.getLogger(__name__)

LONGEST = 3.0
"""Seconds that a search takes at most, but for the day that it is in."""

_KURDISH_E, _HEH = "\u06d5", "\u0647"
"""Folding takes heh before a zero-width non-joiner for the Kurdish letter; in Persian a word ends there."""


@dataclass(slots=True, kw_only=True)
class Headlines:
    """What was found.

    Attributes:
        article_ids: The stories.
        back_to: The earliest day that was looked at; None where all of them were.
        is_enough: Whether it ended because enough was found.
    """

    article_ids: list[str] = field(default_factory=list)
    back_to: date | None = None
    is_enough: bool = False


def search(
    layout: Layout,
    words: Collection[str],
    *,
    partners: Collection[str],
    first: date | None,
    last: date | None,
    enough: int,
    now: datetime,
) -> Headlines:
    """Stories of some partners that may be read now and have every word in their headline, newest day first.

    One file is held in memory at a time. Case, accents and a keyboard's own letters do not count.

    Args:
        layout: The lake.
        words: What is looked for.
        partners: Whose stories.
        first: The earliest day.
        last: The latest day.
        enough: After which day to end: the one with which so many are found.
        now: The time.
    """
    wanted, found, began = [_folded(word) for word in words], Headlines(), time.monotonic()
    days = sorted(((day, slug) for slug in partners for day in layout.days(ARTICLES, slug)), reverse=True)
    within = [key for key in days if (first is None or first <= key[0]) and (last is None or key[0] <= last)]
    for day, keys in groupby(within, key=lambda key: key[0]):
        found.is_enough = len(found.article_ids) >= enough
        if found.back_to is not None and (found.is_enough or time.monotonic() - began > LONGEST):
            return found
        for _, slug in keys:
            found.article_ids += _of_file(layout, Partition(day, slug), wanted, now)
        found.back_to = day
    return Headlines(article_ids=found.article_ids)


def _of_file(layout: Layout, partition: Partition, wanted: Collection[str], now: datetime) -> Iterator[str]:
    from newswire.lake.parquet import columns_of  # noqa: PLC0415 - a search without words needs no pyarrow

    try:
        rows = columns_of(layout.store, layout.articles(partition), ("article_id", "title", "expires_at"))
    except LakeCorrupt as error:  # readers of the lake see nothing of it either; `verify` says what to do
        log.warning("%s", error)
        return
    for row in rows:
        if row["expires_at"] is None or row["expires_at"] > now:
            title = _folded(row["title"])
            if all(word in title for word in wanted):
                yield row["article_id"]


def _folded(text: str) -> str:
    """One spelling: all four Turkish i are one letter, so are yeh and kaf of all keyboards; no marks are left."""
    apart = unicodedata.normalize("NFKD", folding.folded(text).replace(_KURDISH_E, _HEH))
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()
