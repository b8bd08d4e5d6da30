"""What RSS and Atom feeds say about themselves: language, rights, paging and archives (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.formats.dates import Clock
from newswire.formats.htmltext import one_line
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import FeedHead, RightsStatement

WEB = ("http://", "https://")
LANGUAGE = ("language", "atom:language", "dc:language", "dcterms:language")
UPDATED = (
    "atom:updated",
    "updated",
    "atom:modified",
    "modified",
    "lastBuildDate",
    "dcterms:modified",
    "pubDate",
    "dc:date",
)


def head(feed: Node, rights: tuple[RightsStatement, ...], source: Source, *, title: str = "") -> FeedHead:
    """Read a channel or an Atom feed; links are resolved, those that are no web address are left out."""
    updated = [feed.said(name) for name in UPDATED]
    return FeedHead(
        title=title or one_line(feed.said("title", "dc:title")) or None,
        language_declared=language(feed),
        updated_at=Clock(source.zone).time(*updated),
        rights=rights,
        next_url=_link(feed, "next", source.url),
        prev_archive_url=_link(feed, "prev-archive", source.url),
        is_archive=bool(feed.all("fh:archive")),
        is_complete=bool(feed.all("fh:complete")),
    )


def language(feed: Node) -> str | None:
    """The language of a feed: its own element, else the nearest ``xml:lang``."""
    return feed.said(*LANGUAGE) or feed.language


def links(node: Node, url: str, *rels: str) -> Iterator[tuple[Node, str]]:
    """The links of a feed or an entry that have one of these relations and lead to the web, with their addresses."""
    for link in node.all("atom:link", "link"):
        if link.get("rel").lower() in rels and (target := link.get("href")):
            found = link.absolute(target, url)
            if found.startswith(WEB):
                yield link, found


def _link(feed: Node, rel: str, url: str) -> str | None:
    return next((found for _, found in links(feed, url, rel)), None)
