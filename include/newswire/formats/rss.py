"""RSS 0.9x, 1.0 and 2.0 with content, dc, dcterms, media, Creative Commons and RSL.

RSS has no version: a change shows as another content hash. Rights are read from the elements themselves, feed level and
item level apart; ``<source>`` names where an item came from and is its credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newswire.errors import PayloadRefused
from newswire.formats import feedhead, feedmedia, feedrights, htmltext
from newswire.formats.dates import Clock
from newswire.formats.feedmedia import EntryMedia
from newswire.formats.identity import Draft
from newswire.formats.namespaces import RDF
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import FeedHead, Item, Media, Refusal, RightsStatement, Scope, Status

ROOTS = ("rss", "rdf:RDF")

MAX_ADDRESS = 300
"""The longest author element that is taken for an address with a name."""

_ADDRESS = re.compile(r"\S+@\S+\s*\((?P<name>[^)]+)\)")
_WEB = ("http://", "https://")


def recognises(payload: Payload) -> bool:
    """Whether the root is RSS's; an RDF document counts if it holds a channel or items."""
    root = payload.xml
    return root is not None and (root.name == "rss" or (root.name == "rdf:RDF" and bool(root.all("channel", "item"))))


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item, those of RSS 1.0 beside the channel and misplaced ones included."""
    root = payload.xml
    if root is None:
        return ()
    channel = root.first("channel") or root
    feed, language = feed_rights(channel), feedhead.language(channel)
    return [entry(node, feed, language, source) for node in items(root)]


def head(payload: Payload, source: Source) -> FeedHead:
    """Read what the channel says about itself."""
    if payload.xml is None:
        return FeedHead()
    channel = payload.xml.first("channel") or payload.xml
    return feedhead.head(channel, feed_rights(channel), source)


def feed_rights(channel: Node) -> tuple[RightsStatement, ...]:
    """What the channel says about the rights of all its items."""
    return (*feedrights.statements(channel, Scope.FEED), *feedmedia.restrictions(channel))


def items(root: Node) -> Iterator[Node]:
    """The items of all channels, then those beside them, each with its pointer."""
    for place in (*root.all("channel"), root):
        for number, node in enumerate(place.all("item"), start=1):
            node.pointer = f"{place.pointer}/item[{number}]"
            yield node


def entry(node: Node, feed: tuple[RightsStatement, ...], language: str | None, source: Source) -> Draft | Refusal:
    """Read one item, under its feed's rights and language, or refuse it."""
    try:
        return _draft(node, feed, language, source)
    except PayloadRefused as refusal:
        return Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)


def _draft(node: Node, feed: tuple[RightsStatement, ...], language: str | None, source: Source) -> Draft | Refusal:
    if not node.children and not node.text:
        return Refusal(reason="empty_entry", detail="The item has no elements.", pointer=node.pointer)
    clock = Clock(source.zone)
    validity = feedrights.Validity(node, clock)
    media = feedmedia.read(node, source.url)
    categories = tuple(_categories(node))
    signals = feedrights.signals(categories)
    summary, body, html = _texts(node)
    page = _page(node, source.url)
    item = Item(
        item_id="",
        status=Status.KILLED if "kill" in signals else media.status,
        language_declared=_language(node) or language or node.language or source.language,
        title=htmltext.one_line(node.said("title", "dc:title", "media:title")),
        summary=summary,
        body=body,
        body_html=html,
        byline=", ".join(dict.fromkeys(_bylines(node))) or None,
        credit=htmltext.one_line(node.said("source", "dc:publisher")) or None,
        published_at=clock.time(node.said("pubDate"), node.said("dc:date"), node.said("dcterms:issued")),
        updated_at=clock.time(node.said("dcterms:modified"), node.said("atom:updated")),
        embargo=validity.embargo,
        expires_at=validity.expires_at,
        rights=_rights(node, media, validity, feed),
        media=_with_images(media, html, node),
        categories=categories,
        signals=signals,
        source_url=page,
        replaces=node.said("dcterms:replaces") or None,
        flags=(*dict.fromkeys(clock.flags), *(("is_replaced",) if node.first("dcterms:isReplacedBy") else ())),
        pointer=node.pointer,
    )
    return Draft(item=item, guid=node.said("guid") or node.get(f"{RDF}about") or None, page=page)


def _rights(
    node: Node, media: EntryMedia, validity: feedrights.Validity, feed: tuple[RightsStatement, ...]
) -> tuple[RightsStatement, ...]:
    return (*feedrights.statements(node, Scope.ITEM), *media.rights, *validity.unread, *feed)


def _with_images(media: EntryMedia, html: str | None, node: Node) -> tuple[Media, ...]:
    root = htmltext.parse(html) if html else None
    return (*media.media, *feedmedia.inside(root, media.media, node.pointer))


def _texts(node: Node) -> tuple[str, str, str | None]:
    """Summary, body and the body's markup; an item without full content has its description for a body."""
    described = node.said("description", "dc:description", "dcterms:abstract", "media:description")
    full = node.first("content:encoded", "atom:content", "xhtml:body")
    markup = "" if full is None else full.inner if full.name == "xhtml:body" else full.text
    text, html = rendered(markup)
    summary, described_html = rendered(described)
    return (summary, text, html) if text else ("", summary, described_html)


def rendered(markup: str) -> tuple[str, str | None]:
    """The plain text of a value that may or may not be HTML, and its safe markup where it is."""
    if not htmltext.looks_like_markup(markup):
        return htmltext.paragraphs(markup), None
    return htmltext.to_text(markup), htmltext.sanitise(markup)


def _language(node: Node) -> str | None:
    """The language an item states itself, or its body's own ``xml:lang``."""
    if stated := node.said("dc:language"):
        return stated
    body = node.first("content:encoded", "description")
    own = (body.element if body else node.element).get("{http://www.w3.org/XML/1998/namespace}lang")
    return own.strip() or None if own else None


def _bylines(node: Node) -> Iterator[str]:
    for child in node.all("dc:creator", "author", "atom:author", "dcterms:creator"):
        named = next((part.text for part in child.children if part.name.endswith("name")), child.text)
        match = _ADDRESS.fullmatch(named[:MAX_ADDRESS])
        if name := htmltext.one_line(match["name"] if match else named):
            yield name


def _categories(node: Node) -> Iterator[str]:
    seen = set()
    for child in node.all("category", "dc:subject", "dcterms:subject", "media:category"):
        if (term := htmltext.one_line(child.text)) and term not in seen:
            seen.add(term)
            yield term


def _page(node: Node, url: str) -> str | None:
    """The item's page: its link, an Atom link, a permalink guid, or RSS 1.0's ``rdf:about``."""
    links = [(child, child.text) for child in node.all("link")]
    links += [
        (child, child.get("href")) for child in node.all("atom:link", "link") if child.get("rel") in {"", "alternate"}
    ]
    links += [(child, child.text) for child in node.all("guid") if child.get("isPermaLink").lower() != "false"]
    links.append((node, node.get(f"{RDF}about")))
    for child, link in links:
        found = child.absolute(link, url) if link and not (child.name == "guid" and not link.startswith(_WEB)) else ""
        if found.startswith(_WEB) and not re.search(r"\s", found):
            return found
    return None
