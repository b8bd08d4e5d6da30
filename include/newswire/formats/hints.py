"""What a document tells whoever thinks of pulling it: where it is, how often it changes, which feeds it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from newswire.formats import feedhead
from newswire.formats.payload import Payload, unseal
from newswire.formats.source import Source
from newswire.formats.xmltree import Node

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
    }
)
PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
"""``sy:updatePeriod`` of RSS 1.0's syndication module."""

SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a document says of the kind; all of it is a server's word.

    Attributes:
        is_page: Whether it is an HTML page rather than a feed.
        feeds: The feeds that a page leads to (``rel=alternate``), absolute, each once.
        own_url: Where a feed says that it is (``rel=self``).
        period: How long it says that one reading lasts: ``ttl``, ``sy:updatePeriod``.
    """

    is_page: bool = False
    feeds: tuple[str, ...] = ()
    own_url: str | None = None
    period: timedelta | None = None


def hints(raw: bytes, source: Source) -> Hints:
    """Read the hints of a document.

    Raises:
        PayloadRefused: It cannot be opened at all.
    """
    payload = unseal(raw, source)
    if payload.html is not None:
        return Hints(is_page=True, feeds=tuple(dict.fromkeys(_feeds(payload, source.url))))
    if payload.xml is None:
        return Hints()
    feed = payload.xml.first("channel") or payload.xml
    own = next((url for _, url in feedhead.links(feed, source.url, "self")), None)
    return Hints(own_url=own, period=_period(feed))


def _feeds(payload: Payload, url: str) -> Iterator[str]:
    assert payload.html is not None  # noqa: S101 - the caller looked
    base = next((str(node.get("href") or "") for node in payload.html.iter("base")), "")
    for link in payload.html.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in rels or kind not in FEED_TYPES or not (target := (link.get("href") or "").strip()):
            continue
        with suppress(ValueError):
            found = urljoin(urljoin(url, base), target)
            if found.startswith(feedhead.WEB):
                yield found


def _period(feed: Node) -> timedelta | None:
    minutes = _number(feed.said("ttl"))
    if minutes:
        return min(timedelta(minutes=minutes), LONGEST)
    period = PERIODS.get(feed.said(f"{SYNDICATION}updatePeriod", "sy:updatePeriod").lower())
    times = _number(feed.said(f"{SYNDICATION}updateFrequency", "sy:updateFrequency")) or 1
    return period / times if period else None


def _number(said: str) -> int | None:
    """A small whole number above zero, or None."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 and int(said) else None  # noqa: PLR2004
