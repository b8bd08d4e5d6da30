"""Media RSS inside RSS and Atom: the components of an entry, each with its own rights and status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree
from msgspec.structs import replace

from newswire.formats.feedhead import WEB
from newswire.formats.htmltext import clean, images, one_line
from newswire.formats.xmltree import Node
from newswire.model import Media, RightsKind, RightsStatement, Scope, Status

STATUS = {"": Status.USABLE, "active": Status.USABLE, "blocked": Status.WITHHELD, "deleted": Status.DELETED}
"""States of ``media:status``; one that is not here is unknown."""

NAMES = frozenset(
    [
        *("media:content", "media:group", "media:thumbnail", "media:status", "enclosure"),
        *("media:copyright", "media:license", "media:rights", "media:restriction"),
    ]
)
"""Elements of an entry that say something about components, or that components inherit."""

RANK = (Status.USABLE, Status.UNKNOWN, Status.WITHHELD, Status.CANCELED, Status.KILLED, Status.DELETED)
"""From mildest to worst: of several states the worst holds."""


class EntryMedia(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an entry's media elements say.

    Attributes:
        media: The components.
        rights: Statements about the entry itself: restrictions that are its own children.
        status: The entry's own status.
        status_at: Where that stands.
    """

    media: tuple[Media, ...]
    rights: tuple[RightsStatement, ...]
    status: Status
    status_at: str | None = None


NONE = EntryMedia(media=(), rights=(), status=Status.USABLE)
"""What most entries have: nothing."""


def read(entry: Node, url: str) -> EntryMedia:
    """Read the components of an entry (Media RSS 1.5.1).

    Elements that are children of the entry are defaults for all its components. Restrictions and the status bind the
    entry too, because they narrow; licences never do, because a photo's licence does not free a text.
    """
    if NAMES.isdisjoint(entry.named()):
        return NONE
    defaults = _statements(entry)
    objects = tuple(_objects(entry, defaults, url))
    narrowing = [replace(s, scope=Scope.ITEM) for s in defaults if s.kind is RightsKind.RESTRICTION]
    rest = () if objects else [s for s in defaults if s.kind is not RightsKind.RESTRICTION]
    orphans = () if objects else [s for group in entry.of("media:group") for s in _statements(group)]
    states = entry.of("media:status")
    return EntryMedia(
        media=objects,
        rights=(*narrowing, *rest, *orphans),
        status=_status(entry),
        status_at=states[0].pointer if states else None,
    )


def restrictions(feed: Node) -> tuple[RightsStatement, ...]:
    """What a feed's own media elements say about all its entries."""
    return tuple(replace(statement, scope=Scope.FEED) for statement in _statements(feed))


def _objects(entry: Node, defaults: tuple[RightsStatement, ...], url: str) -> Iterator[Media]:
    found = list(entry.of("media:content"))
    for node in found:
        yield _media(node, (entry,), defaults, url)
    for group in entry.of("media:group"):
        inherited = (*defaults, *_statements(group))
        for node in group.of("media:content"):
            yield _media(node, (group, entry), inherited, url)
        found += group.of("media:content")
    for node in entry.of("enclosure"):
        yield _media(node, (entry,), defaults, url)
    for node in () if found else entry.of("media:thumbnail"):
        yield _media(node, (entry,), defaults, url, medium="image")


def _media(
    node: Node, parents: tuple[Node, ...], defaults: tuple[RightsStatement, ...], url: str, medium: str = ""
) -> Media:
    chain = (node, *parents)
    mime, link = node.get("type"), node.get("url")
    return Media(
        url=_address(node, link, url),
        medium=medium or node.get("medium") or mime.partition("/")[0] or None,
        mime_type=mime or None,
        title=_nearest(chain[:-1], "media:title"),
        caption=_nearest(chain, "media:description"),
        credit=_nearest(chain, "media:credit"),
        status=_status(*chain),
        rights=(*_statements(node), *defaults),
        pointer=node.pointer,
    )


def _address(node: Node, link: str, url: str) -> str | None:
    """A component's address; one beside a document that did not come by the web stays as it is written."""
    found = node.absolute(link, url) if link else ""
    return (found if found.startswith(WEB) else link) or None


def _nearest(chain: tuple[Node, ...], name: str) -> str | None:
    """What the innermost element says; of several credits, all."""
    for place in chain:
        if said := [one_line(child.text) for child in place.of(name) if child.text]:
            return ", ".join(said)
    return None


def _status(*places: Node) -> Status:
    """The worst status that an element or one around it has."""
    found = [STATUS.get(child.get("state").lower(), Status.UNKNOWN) for p in places for child in p.of("media:status")]
    return max(found, key=RANK.index, default=Status.USABLE)


def _statements(node: Node) -> tuple[RightsStatement, ...]:
    """The statements that are children of an element, restrictions last."""
    found: list[RightsStatement] = []
    for child in node.of("media:copyright"):
        for value, place in ((clean(child.text), ""), (child.get("url"), "/@url")):
            if value:
                found.append(_statement(RightsKind.NOTICE, value, child.pointer + place))
    for child in node.of("media:license"):
        found += _license(child)
    for child in node.of("media:rights"):
        if value := child.get("status") or clean(child.text):
            found.append(_statement(RightsKind.NOTICE, value, child.pointer, "rights_status"))
    found += map(_restriction, node.of("media:restriction"))
    return tuple(found)


def _license(node: Node) -> Iterator[RightsStatement]:
    """A licence: the address names one, its words are only its name; without an address the words have to do."""
    words, link = clean(node.text), node.get("href")
    if link:
        yield _statement(RightsKind.LICENSE, link, f"{node.pointer}/@href")
    if words:
        kind, type_ = (RightsKind.NOTICE, "license_name") if link else (RightsKind.LICENSE, None)
        yield _statement(kind, words, node.pointer, type_)


def _restriction(node: Node) -> RightsStatement:
    return RightsStatement(
        kind=RightsKind.RESTRICTION,
        value=clean(node.text),
        scope=Scope.MEDIA,
        pointer=node.pointer,
        polarity=node.get("relationship").lower() or None,
        type=node.get("type") or None,
    )


def _statement(kind: RightsKind, value: str, pointer: str, type_: str | None = None) -> RightsStatement:
    return RightsStatement(kind=kind, value=value, scope=Scope.MEDIA, pointer=pointer, type=type_)


def shown(images: Iterable[tuple[str, str]], known: Iterable[Media], entry: Node, url: str) -> tuple[Media, ...]:
    """The images that an entry's text shows and that the entry does not name already."""
    seen = {media.url for media in known}
    found = []
    for link, caption in images:
        address = entry.absolute(link, url)
        if address.startswith(WEB) and address not in seen:
            seen.add(address)
            found.append(Media(url=address, medium="image", caption=caption or None, pointer=entry.pointer))
    return tuple(found)


def inside(body: etree._Element | None, known: tuple[Media, ...], place: str) -> tuple[Media, ...]:
    """The images that a body shows and that the entry does not name already."""
    seen = {media.url for media in known}
    found = []
    for address, caption in images(body) if body is not None else ():
        if address.startswith(WEB) and address not in seen:
            seen.add(address)
            found.append(Media(url=address, medium="image", caption=caption or None, pointer=place))
    return tuple(found)
