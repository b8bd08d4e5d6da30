"""ninjs, IPTC's News in JSON, 1.x to 3.x, as agencies send it: bare, in a list, or in an envelope (AP, BBC, Superdesk).

The three families spell the same things in three ways (``body_html``, ``bodies``; ``usageterms``, ``usageTerms``), and
all are read alike. Superdesk has ``guid`` for ``uri``; AP's ``uri`` carries the token of a request, so that its item's
own id stands in for it. What departs from the rules of the item's release is flagged (``ninjsrules``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newswire.formats import (
    feedmedia,
    htmltext,
    jsonenvelope,
    jsontree,
    ninjsrights,
    ninjsrules,
    relations,
)
from newswire.formats.dates import Clock
from newswire.formats.identity import Draft
from newswire.formats.jsontree import Node
from newswire.formats.ninjstexts import best_body, described, headline
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.wirecodes import cued, medium_named
from newswire.model import Item, Refusal, Relation, Scope

PLANNING = ("eventDetails", "plannedCoverage", "eventdetails", "plannedcoverage")
"""Members that announce something instead of telling it."""

CONCEPTS = (
    *("subject", "subjects", "place", "places", "person", "people", "organisation", "organisations", "event", "events"),
    *("object", "objects", "genre", "genres", "keywords", "service", "anpa_category"),
)
"""Members whose concepts are categories, by name."""

ROUTINE = frozenset({"newscontent"})
"""AP's signals that say nothing."""

_AP_CONTENT = re.compile(r"https?://[^/]+/media/v/content/([0-9a-f]{32})\b")
_WEB = ("http://", "https://")


def recognises(payload: Payload) -> bool:
    """Whether a news item of this shape stands in the payload, however it is wrapped."""
    return any(isinstance(found, Node) for found in jsonenvelope.items(payload.json))


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item of the payload, in order."""
    return [
        found if isinstance(found, Refusal) else jsontree.entry(found, lambda node: _draft(node, source))
        for found in jsonenvelope.items(payload.json)
    ]


def _draft(node: Node, source: Source) -> Draft | Refusal:
    clock = Clock(source.zone)
    rights = ninjsrights.Terms(node, clock)
    texts, html = best_body(node)
    note = node.said("ednote", "edNote", "editornotes")
    media = tuple(ninjsrights.media(node, source.zone))
    inside = feedmedia.inside(htmltext.parse(html) if html else None, media, node.pointer)
    page, related = _page(node), tuple(_related(node))
    item = Item(
        item_id="",
        version=node.said("version") or None,
        status=ninjsrights.status(node),
        language_declared=node.said("language") or source.language,
        title=headline(node),
        summary=described(node),
        body=texts,
        markup=html or None,
        byline=htmltext.one_line(_byline(node)) or None,
        credit=ninjsrights.credit(node),
        sources=ninjsrights.sources(node),
        medium=medium_named(node.said("type")) or "text",
        dateline=_dateline(node),
        published_at=clock.time(node.said("firstpublished"), node.said("firstcreated", "firstCreated")),
        updated_at=clock.time(node.said("versioncreated", "versionCreated")),
        embargo=rights.embargo,
        expires_at=rights.expires_at,
        rights=(*ninjsrights.statements(node, Scope.ITEM), *rights.unread),
        media=(*media, *inside),
        categories=tuple(_categories(node)),
        signals=tuple(dict.fromkeys(_signals(node))),
        slug=node.said("slugline") or None,
        ed_note=note or None,
        source_url=page,
        replaces=relations.replaced("ninjs", related),
        related=related,
        flags=tuple(_flags(node, clock, texts)),
        pointer=node.pointer or "/",
        places=ninjsrights.places_of(node),
    )
    return Draft(item=cued(item), guid=_guid(node), page=page)


def _guid(node: Node) -> str | None:
    """The item's identity: AP's own id where the address carries a token, else ``uri`` or ``guid``."""
    uri = node.said("uri", "guid", "_id")
    if found := _AP_CONTENT.match(uri):
        return found[1]
    return uri or None


def _is_planning(node: Node) -> bool:
    """Whether the item announces an event or coverage: it is no story."""
    return node.said("type") in {"event", "planning"} or any(name in node.data for name in PLANNING)


def _signals(node: Node) -> Iterator[str]:
    if _is_planning(node):
        yield "planning"
    yield from (said.lower() for said in node.texts("signals") if said.lower() not in ROUTINE)


def _byline(node: Node) -> str:
    stated = node.said("byline", "by", "creditline_byline")
    names = [author.said("by", "name") for author in node.nodes("authors", "photographer", "bylines")]
    return stated or ", ".join(dict.fromkeys(filter(None, names)))


def _dateline(node: Node) -> str | None:
    place = next((found.said("city", "name") for found in node.nodes("datelinelocation")), "")
    return htmltext.one_line(node.said("located") or place) or None


def _categories(node: Node) -> Iterator[str]:
    seen = set()
    for found in node.texts(*CONCEPTS):
        if (name := htmltext.one_line(found)) and name not in seen:
            seen.add(name)
            yield name


def _related(node: Node) -> Iterator[Relation]:
    for name in relations.rows()["ninjs"]:
        if target := node.said(name):
            yield Relation(rel=name, target=target)


def _page(node: Node) -> str | None:
    links = [link.said("href") for link in node.nodes("links") if link.said("rel") in {"canonical", "alternate"}]
    for found in (*links, node.said("url", "link", "public_url")):
        if found.startswith(_WEB) and not re.search(r"\s", found):
            return found
    return None


def _flags(node: Node, clock: Clock, body: str) -> Iterator[str]:
    yield from dict.fromkeys(clock.flags)
    if not body and not described(node) and not headline(node):
        yield "no_text"
    if not body and any(found.said("rel") == "Story" for _, found in node.members("renditions")):
        yield "body_elsewhere"
    yield from ninjsrules.flags(node.data)
