"""RSS 0.9x, 1.0 and 2.0 with content, dc, dcterms, media, Creative Commons and RSL.

RSS has no version: a change shows as another content hash. Rights are read from the elements themselves, feed level and
item level apart; ``<source>`` names where an item came from and is its credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from newswire.errors import PayloadRefused
from newswire.formats import bodies, feedhead, feedmedia, feedrights, htmltext
from newswire.formats.bodies import Body
from newswire.formats.dates import Clock
from newswire.formats.feedmedia import EntryMedia
from newswire.formats.identity import Draft
from newswire.formats.namespaces import LANG, RDF
from newswire.formats.payload import Payload
from newswire.formats.places import Places, places
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import FeedHead, Item, Refusal, RightsStatement, Scope, Status

ROOTS = ("rss", "rdf:RDF")
CATEGORIES = ("category", "dc:subject", "dcterms:subject", "media:category")

MAX_ADDRESS = 300
"""The longest author element that is taken for an address with a name."""

_ADDRESS = re.compile(r"\S+@\S+\s*\((?P<name>[^)]+)\)")
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all items of a channel share: its rights and language, and how the feed is configured.

    Attributes:
        prepared: Makes HTML of what a full text is written in.
    """

    rights: tuple[RightsStatement, ...]
    language: str | None
    source: Source
    prepared: Callable[[str], str] | None = None


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
    said = shared(channel, source)
    return [entry(node, said) for node in items(root)]


def head(payload: Payload, source: Source) -> FeedHead:
    """Read what the channel says about itself."""
    if payload.xml is None:
        return FeedHead()
    channel = payload.xml.first("channel") or payload.xml
    return feedhead.head(channel, feed_rights(channel), source)


def shared(channel: Node, source: Source) -> Shared:
    """Read what a channel says for all its items."""
    return Shared(rights=feed_rights(channel), language=feedhead.language(channel), source=source)


def feed_rights(channel: Node) -> tuple[RightsStatement, ...]:
    """What the channel says about the rights of all its items."""
    return (*feedrights.statements(channel, Scope.FEED), *feedmedia.restrictions(channel))


def items(root: Node) -> Iterator[Node]:
    """The items of all channels, then those beside them, each with its pointer."""
    for place in (*root.all("channel"), root):
        yield from place.each("item")


def entry(node: Node, channel: Shared) -> Draft | Refusal:
    """Read an item; one that cannot be read is refused."""
    if not node.children and not node.text:
        return Refusal(reason="empty_entry", detail="The item has no elements.", pointer=node.pointer)
    try:
        texts = _texts(node, channel)
    except PayloadRefused as refusal:
        return Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)
    media = feedmedia.read(node, channel.source.url)
    return _draft(node, texts, media, feedrights.statements(node, Scope.ITEM), channel)


def _draft(
    node: Node,
    texts: tuple[str, Body],
    media: EntryMedia,
    rights: tuple[RightsStatement, ...],
    channel: Shared,
) -> Draft:
    """An item from its texts, its media and its own rights, with all that its other elements say."""
    source = channel.source
    clock = Clock(source.zone)
    validity = feedrights.Validity(node, clock)
    summary, body = texts
    categories = tuple(_categories(node))
    signals = feedrights.signals(categories)
    page = _page(node, source.url)
    guid = node.said("guid") or node.get(f"{RDF}about")
    item = Item(
        item_id=guid,
        status=Status.KILLED if "kill" in signals else media.status,
        language_declared=_language(node, channel.language) or source.language,
        title=htmltext.one_line(node.said("title", "dc:title", "media:title")),
        summary=summary,
        body=body.text,
        markup=body.html,
        byline=", ".join(dict.fromkeys(_bylines(node))) or None,
        credit=htmltext.one_line(node.said("source", "dc:publisher")) or None,
        published_at=clock.time(
            node.said("pubDate"), node.said("dc:date"), node.said("dcterms:issued", "dcterms:created")
        ),
        updated_at=clock.time(node.said("dcterms:modified"), node.said("atom:updated")),
        embargo=validity.embargo,
        expires_at=validity.expires_at,
        rights=(*rights, *media.rights, *validity.unread, *channel.rights),
        media=(*media.media, *feedmedia.shown(body.images, media.media, node, source.url)),
        categories=categories,
        signals=signals,
        source_url=page,
        replaces=_resource(node, "dcterms:replaces") or None,
        related=feedrights.successors(node),
        flags=(*dict.fromkeys(clock.flags), *body.flags),
        pointer=node.pointer,
        places=_places(node, media, validity, signals),
    )
    return Draft(item=item, guid=guid or None, page=page)


def _places(node: Node, media: EntryMedia, validity: feedrights.Validity, signals: tuple[str, ...]) -> Places:
    """Where stands what decisions rest on."""
    credited = node.first("source", "dc:publisher")
    terms = ((htmltext.one_line(child.text), child.pointer) for child in node.all(*CATEGORIES)) if signals else ()
    signalled = feedrights.signal_at(terms)
    return places(
        status=signalled if "kill" in signals else media.status_at,
        expires_at=validity.ends_at,
        credit=credited.pointer if credited else None,
        signals=signalled,
    )


def _texts(node: Node, channel: Shared) -> tuple[str, Body]:
    """Summary and body; an item without full content, or with pictures alone, has its description for a body."""
    described = _markup(node.first("description", "dc:description", "dcterms:abstract", "media:description"))
    markup = _markup(node.first("content:encoded", "atom:content", "xhtml:body"))
    full = bodies.of_markup(channel.prepared(markup) if channel.prepared else markup)
    said = bodies.of_markup(described)
    if full.text:
        return said.text, full
    if not full.images:
        return "", said
    html = said.html if said.text else full.html
    return "", Body(text=said.text, html=html, images=(*full.images, *said.images), flags=said.flags)


def _markup(node: Node | None) -> str:
    """What an element holds: escaped text as a rule, elements where the feed forgot to escape them."""
    if node is None:
        return ""
    return node.inner if len(node.element) else node.text


def _resource(node: Node, name: str) -> str:
    found = node.of(name)
    return found[0].resource if found else ""


def _language(node: Node, channel: str | None) -> str | None:
    """The language an item states, that of its text or its own ``xml:lang``; else the channel's, the document's."""
    if stated := node.said("dc:language", "dcterms:language"):
        return stated
    body = node.first("content:encoded", "description")
    for place in (body, node):
        own = place.element.get(LANG) if place else None
        if own is not None:
            return own.strip() or None
    return channel or node.language


def _bylines(node: Node) -> Iterator[str]:
    for child in node.all("dc:creator", "author", "atom:author", "dcterms:creator"):
        named = next((part.text for part in child.children if part.name.endswith("name")), child.text)
        match = _ADDRESS.fullmatch(named[:MAX_ADDRESS])
        if name := htmltext.one_line(match["name"] if match else named):
            yield name


def _categories(node: Node) -> Iterator[str]:
    seen = set()
    for child in node.all(*CATEGORIES):
        if (term := htmltext.one_line(child.text)) and term not in seen:
            seen.add(term)
            yield term


def _page(node: Node, url: str) -> str | None:
    """The item's page: its link, an Atom link, a permalink guid, or RSS 1.0's ``rdf:about``."""
    return next((link for link in _links(node, url) if link.startswith(feedhead.WEB) and not _BLANK.search(link)), None)


def _links(node: Node, url: str) -> Iterator[str]:
    for child in node.of("link"):
        if link := child.text:
            yield child.absolute(link, url)
    for _, link in feedhead.links(node, url, "", "alternate"):
        yield link
    for child in node.of("guid"):
        if child.get("isPermaLink").lower() != "false" and child.text.startswith(feedhead.WEB):
            yield child.absolute(child.text, url)
    if about := node.get(f"{RDF}about"):
        yield node.absolute(about, url)
