"""JSON Feed 1.0 and 1.1. It has no rights fields: what an extension says about rights is kept for a person.

``language`` stands on feed and item, ``authors`` (1.1) or ``author`` (1.0) too. ``expired`` says that the feed is over,
not that its items are. An extension is a member whose name begins with an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from newswire.formats import feedmedia, htmltext, jsontree
from newswire.formats.dates import Clock
from newswire.formats.identity import Draft
from newswire.formats.jsontree import Node
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.model import FeedHead, Item, Media, Refusal, RightsKind, RightsStatement, Scope

VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/\d")

RIGHTS_WORDS = re.compile(r"rights?|licen[cs]e|copyright|usage|terms|embargo|expir", re.IGNORECASE)
"""Names, in an extension or beside the members that the standard has, that speak about rights."""

STANDARD = frozenset({"expired"})
"""A member of the standard that is named so, and says nothing about rights."""

NAMED = {
    "copyright": RightsKind.NOTICE,
    "rights": RightsKind.NOTICE,
    "license": RightsKind.LICENSE,
    "licence": RightsKind.LICENSE,
    "usage_terms": RightsKind.USAGE_TERMS,
}
"""Members that the standard has not, whose names tell what they are; any other is a policy."""

_WEB = ("http://", "https://")


def recognises(payload: Payload) -> bool:
    """Whether the ``version`` names JSON Feed."""
    data = payload.json
    return isinstance(data, dict) and VERSION.match(jsontree.text_of(data.get("version"))) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item; an element that is no object is refused."""
    if not isinstance(payload.json, dict):
        return ()
    feed = Node(data=payload.json)
    inherited = tuple(_extensions(feed, Scope.FEED))
    items = jsontree.elements(payload.json.get("items"))
    return jsontree.entries(items, "/items", lambda node: _draft(node, feed, inherited, source))


def head(payload: Payload, source: Source) -> FeedHead:
    """Read what the feed says about itself. ``expired`` says that nothing will follow, not that its items are void."""
    if not isinstance(payload.json, dict):
        return FeedHead()
    feed = Node(data=payload.json)
    return FeedHead(
        title=htmltext.one_line(feed.said("title")) or None,
        language_declared=feed.said("language") or None,
        rights=tuple(_extensions(feed, Scope.FEED)),
        next_url=_address(feed.said("next_url"), source),
        is_archive=payload.json.get("expired") is True,
    )


def _draft(node: Node, feed: Node, inherited: tuple[RightsStatement, ...], source: Source) -> Draft | Refusal:
    if not node.get("title", "content_html", "content_text", "summary", "url", "external_url", "attachments", "image"):
        return Refusal(reason="empty_entry", detail="The item says nothing.", pointer=node.pointer)
    clock = Clock(source.zone)
    html = node.said("content_html")
    body = htmltext.to_text(html) if html else htmltext.paragraphs(node.said("content_text"))
    page = _address(node.said("url", "external_url"), source)
    media = tuple(_media(node, source))
    item = Item(
        item_id="",
        language_declared=node.said("language") or feed.said("language") or source.language,
        title=htmltext.one_line(node.said("title")),
        summary=htmltext.one_line(node.said("summary")),
        body=body,
        markup=html or None,
        byline=", ".join(_authors(node)) or ", ".join(_authors(feed)) or None,
        published_at=clock.time(node.said("date_published")),
        updated_at=clock.time(node.said("date_modified")),
        rights=(*_extensions(node, Scope.ITEM), *inherited),
        media=(*media, *feedmedia.inside(htmltext.parse(html) if html else None, media, node.at("content_html"))),
        categories=tuple(dict.fromkeys(map(htmltext.one_line, node.texts("tags")))),
        source_url=page,
        flags=tuple(dict.fromkeys(clock.flags)),
        pointer=node.pointer,
    )
    return Draft(item=item, guid=node.said("id") or None, page=page)


def _address(text: str, source: Source) -> str | None:
    try:
        address = urljoin(source.url, text) if text else ""
    except ValueError:
        return None
    return address if address.startswith(_WEB) and not re.search(r"\s", address) else None


def _authors(node: Node) -> list[str]:
    """Names; an author who has none goes by the address."""
    found = [htmltext.one_line(author.said("name", "url")) for author in node.nodes("authors", "author")]
    return list(dict.fromkeys(filter(None, found)))


def _media(node: Node, source: Source) -> Iterator[Media]:
    for name in ("image", "banner_image"):
        if address := _address(node.said(name), source):
            yield Media(url=address, medium="image", pointer=node.at(name))
    for found in node.nodes("attachments"):
        mime = found.said("mime_type")
        yield Media(
            url=_address(found.said("url"), source),
            medium=mime.partition("/")[0] or None,
            mime_type=mime or None,
            title=found.said("title") or None,
            pointer=found.pointer,
        )


def _extensions(node: Node, scope: Scope) -> Iterator[RightsStatement]:
    """What extensions and members beside the standard's say about rights, verbatim: never nothing.

    What has no name that tells more is a policy that no rule understands.
    """
    for name in node.data:
        if name in STANDARD or not (name.startswith("_") or RIGHTS_WORDS.search(name)):
            continue
        for key, value in _inside(node.data[name]):
            if RIGHTS_WORDS.search(f"{name} {key}") and (said := jsontree.verbatim(value)) not in {"", "null"}:
                place = f"{node.at(name)}/{key}".rstrip("/")
                kind = NAMED.get(name.lower(), RightsKind.POLICY) if not key else RightsKind.POLICY
                type_ = name if kind is RightsKind.POLICY else None
                yield RightsStatement(kind=kind, value=said, scope=scope, pointer=place, type=type_)


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield "", value
