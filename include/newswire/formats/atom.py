"""Atom 1.0 (RFC 4287), and 0.3 where its names differ, with licences (RFC 4946) and tombstones (RFC 6721)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

from newswire.errors import PayloadRefused
from newswire.formats import bodies, feedhead, feedmedia, feedrights, htmltext
from newswire.formats.bodies import Body
from newswire.formats.dates import Clock
from newswire.formats.feedmedia import EntryMedia
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import FeedHead, Item, Media, Refusal, RightsKind, RightsStatement, Scope, Status


def recognises(payload: Payload) -> bool:
    """Whether the root is an Atom feed, or a single entry."""
    return payload.xml is not None and payload.xml.name in {"atom:feed", "atom:entry", "feed"}


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every entry and every ``at:deleted-entry`` in document order."""
    root = payload.xml
    if root is None:
        return ()
    if root.name == "atom:entry":
        return [_entry(root, (), source)]
    feed = _feed_rights(root)
    return [
        _deleted(node, source) if node.name == "at:deleted-entry" else _entry(node, feed, source)
        for node in root.each("atom:entry", "entry", "at:deleted-entry")
    ]


def head(payload: Payload, source: Source) -> FeedHead:
    """Read what the feed says about itself; a single entry says nothing of the kind."""
    root = payload.xml
    if root is None or root.name == "atom:entry":
        return FeedHead()
    return feedhead.head(root, _feed_rights(root), source, title=_plain(_of(root, "title")))


def _feed_rights(feed: Node) -> tuple[RightsStatement, ...]:
    return (*_statements(feed, Scope.FEED), *feedmedia.restrictions(feed))


def _entry(node: Node, feed: tuple[RightsStatement, ...], source: Source) -> Draft | Refusal:
    if not node.children:
        return Refusal(reason="empty_entry", detail="The entry has no elements.", pointer=node.pointer)
    try:
        return _draft(node, feed, source)
    except PayloadRefused as refusal:
        return Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)


def _draft(node: Node, feed: tuple[RightsStatement, ...], source: Source) -> Draft:
    clock = Clock(source.zone)
    validity = feedrights.Validity(node, clock)
    media = feedmedia.read(node, source.url)
    known = (*media.media, *_enclosures(node, source.url))
    categories = tuple(_categories(node))
    signals = feedrights.signals(categories)
    status, status_at = _status(node, signals, media)
    credit, credit_at = _credit(node)
    summary, body = _texts(node)
    page = _page(node, source.url)
    guid = _said(node, "id")
    item = Item(
        item_id=guid,
        status=status,
        language_declared=_language(node) or source.language,
        title=_plain(_of(node, "title")),
        summary=summary,
        body=body.text,
        markup=body.html,
        byline=", ".join(dict.fromkeys(_people(node))) or None,
        credit=credit,
        published_at=clock.time(_said(node, "published", "issued", "created") or node.said("dc:date")),
        updated_at=clock.time(_said(node, "updated", "modified")),
        embargo=validity.embargo,
        expires_at=validity.expires_at,
        rights=(*_own_and_inherited(node, feed), *media.rights, *validity.unread),
        media=(*known, *feedmedia.shown(body.images, known, node, source.url)),
        categories=categories,
        signals=signals,
        source_url=page,
        replaces=node.said("dcterms:replaces") or None,
        related=feedrights.successors(node),
        flags=(*dict.fromkeys(clock.flags), *body.flags),
        pointer=node.pointer,
        places=places(
            status=status_at,
            expires_at=validity.ends_at,
            credit=credit_at,
            signals=_signalled_at(node) if signals else None,
        ),
    )
    return Draft(item=item, guid=guid or None, page=page, versioned=True)


def _deleted(node: Node, source: Source) -> Draft | Refusal:
    """A tombstone (RFC 6721): ``ref`` names the entry, ``when`` and the comment say when and why."""
    if not (ref := node.get("ref")):
        detail = "An at:deleted-entry has no ref, so nothing says which entry was withdrawn."
        return Refusal(reason="no_identity", detail=detail, pointer=node.pointer)
    clock = Clock(source.zone)
    item = Item(
        item_id="",
        status=Status.DELETED,
        updated_at=clock.time(node.get("when")),
        ed_note=htmltext.one_line(node.said("at:comment")) or None,
        byline=", ".join(part.text for by in node.all("at:by") for part in by.all("atom:name", "name")) or None,
        source_url=_page(node, source.url),
        flags=tuple(clock.flags),
        pointer=node.pointer,
    )
    return Draft(item=item, guid=ref, versioned=True)


def _of(node: Node, *names: str) -> Node | None:
    return node.first(*(spelling for name in names for spelling in (f"atom:{name}", name)))


def _said(node: Node, *names: str) -> str:
    found = _of(node, *names)
    return found.text if found else ""


def _status(node: Node, signals: tuple[str, ...], media: EntryMedia) -> tuple[Status, str | None]:
    """The status, and where it stands."""
    if "kill" in signals:
        return Status.KILLED, _signalled_at(node)
    if media.status is not Status.USABLE:
        return media.status, media.status_at
    drafts = [draft for place in (node, *node.all("app:control", "atom:control")) for draft in place.all("app:draft")]
    for draft in drafts:
        if draft.text.lower() == "yes":
            return Status.WITHHELD, draft.pointer
    for place in node.all("wenn_nm:NewsManagement"):
        for said in place.all("wenn_nm:publishing_status"):
            if said.text.lower() != "published":  # WENN's states have no public list, but for that one
                return Status.UNKNOWN, said.pointer
    return Status.USABLE, None


def _signalled_at(node: Node) -> str | None:
    return feedrights.signal_at((term, child.pointer) for term, child in _terms(node))


def _language(node: Node) -> str | None:
    """The language of what is read: the content's, else the summary's, else the title's (nearest ``xml:lang``)."""
    text = _of(node, "content", "summary", "title")
    return node.said("dc:language") or (text or node).language


def _markup(node: Node | None) -> tuple[str, bool]:
    """A text construct (RFC 4287, 3.1 and 4.1.3) and whether it is HTML."""
    if node is None:
        return "", False
    kind, mode = node.get("type").lower(), node.get("mode").lower()
    if len(node.element) and kind != "text":
        return node.inner, True
    text = node.text
    known = kind in {"", "text", "html", "xhtml"} or kind.startswith("text/") or kind.endswith(("/xml", "+xml"))
    if mode == "base64" or not known:
        try:
            text = base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return "", False
        return text, htmltext.looks_like_markup(text)
    escaped = mode == "escaped" and htmltext.looks_like_markup(text)
    return text, kind in {"html", "text/html", "xhtml", "application/xhtml+xml"} or escaped


def _plain(node: Node | None) -> str:
    markup, is_html = _markup(node)
    return htmltext.line(htmltext.to_text(markup) if is_html else markup)


def _texts(node: Node) -> tuple[str, Body]:
    """Summary and body; an entry without content has its summary for a body."""
    summary, body = (_text_of(_of(node, name)) for name in ("summary", "content"))
    return (summary.text, body) if body.text else ("", summary)


def _text_of(node: Node | None) -> Body:
    markup, is_html = _markup(node)
    return bodies.of_markup(markup, html=is_html)


def _statements(node: Node, scope: Scope) -> Iterator[RightsStatement]:
    for child in node.all("atom:rights", "atom:copyright", "rights"):
        if value := _plain(child):
            yield RightsStatement(kind=RightsKind.NOTICE, value=value, scope=scope, pointer=child.pointer)
    yield from feedrights.statements(node, scope)


def _own_and_inherited(node: Node, feed: tuple[RightsStatement, ...]) -> tuple[RightsStatement, ...]:
    """The entry's statements, its source's, and the feed's; a licence of its own ends the feed's (RFC 4946, 2)."""
    own = tuple(_statements(node, Scope.ITEM))
    source = tuple(s for place in node.all("atom:source", "source") for s in _statements(place, Scope.FEED))
    licensed = any(s.kind is RightsKind.LICENSE for s in own)
    return (*own, *source, *(s for s in feed if not (licensed and s.kind is RightsKind.LICENSE)))


def _people(node: Node) -> Iterator[str]:
    for place in (node, *node.all("atom:source")):
        for child in place.all("atom:author", "author", "dc:creator"):
            if name := htmltext.line(_said(child, "name") or (child.text if not child.children else "")):
                yield name
        if place.all("atom:author", "author"):
            return


def _credit(node: Node) -> tuple[str | None, str | None]:
    """The feed an entry was taken from (``source/title``), else its publisher; and where that stands."""
    for place in node.all("atom:source", "source"):
        if title := _plain(_of(place, "title")):
            return title, place.pointer
    publisher = node.first("dc:publisher")
    return (htmltext.one_line(publisher.text) or None, publisher.pointer) if publisher else (None, None)


def _categories(node: Node) -> Iterator[str]:
    yield from dict.fromkeys(term for term, _ in _terms(node))


def _terms(node: Node) -> Iterator[tuple[str, Node]]:
    for child in node.all("atom:category", "category", "dc:subject"):
        if term := htmltext.one_line(child.get("term") or child.text):
            yield term, child


def _page(node: Node, url: str) -> str | None:
    """The alternate link, an HTML one before others."""
    links = sorted(
        feedhead.links(node, url, "", "alternate"), key=lambda link: link[0].get("type") not in {"", "text/html"}
    )
    return links[0][1] if links else None


def _enclosures(node: Node, url: str) -> Iterator[Media]:
    for link, address in feedhead.links(node, url, "enclosure"):
        mime = link.get("type")
        yield Media(
            url=address,
            medium=mime.partition("/")[0] or None,
            mime_type=mime or None,
            title=link.get("title") or None,
            pointer=link.pointer,
        )
