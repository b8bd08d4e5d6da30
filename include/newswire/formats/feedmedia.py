"""Media RSS inside RSS and Atom: the components of an entry, each with its own rights and status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree
from msgspec.structs import replace

from newswire.formats.htmltext import clean, images, one_line
from newswire.formats.xmltree import Node
from newswire.model import Media, RightsKind, RightsStatement, Scope, Status

STATUS = {"": Status.USABLE, "active": Status.USABLE, "blocked": Status.WITHHELD, "deleted": Status.DELETED}
"""States of ``media:status``; one that is not here is unknown."""

RANK = (Status.USABLE, Status.UNKNOWN, Status.WITHHELD, Status.CANCELED, Status.KILLED, Status.DELETED)
"""From mildest to worst: of several states the worst holds."""


class EntryMedia(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an entry's media elements say.

    Attributes:
        media: The components.
        rights: Statements about the entry itself: restrictions that are its own children.
        status: The entry's own status.
    """

    media: tuple[Media, ...]
    rights: tuple[RightsStatement, ...]
    status: Status


def read(entry: Node, url: str) -> EntryMedia:
    """Read the components of an entry (Media RSS 1.5.1).

    Elements that are children of the entry are defaults for all its components. Restrictions and the status bind the
    entry too, because they narrow; licences never do, because a photo's licence does not free a text.
    """
    defaults = _statements(entry)
    objects = list(_objects(entry, defaults, url))
    narrowing = tuple(_restrictions(entry, Scope.ITEM))
    rest = () if objects else tuple(s for s in defaults if s.kind is not RightsKind.RESTRICTION)
    orphans = () if objects else tuple(s for group in entry.all("media:group") for s in _statements(group))
    return EntryMedia(media=tuple(objects), rights=(*narrowing, *rest, *orphans), status=_status(entry))


def restrictions(feed: Node) -> tuple[RightsStatement, ...]:
    """What a feed's own media elements say about all its entries."""
    return tuple(replace(statement, scope=Scope.FEED) for statement in _statements(feed))


def _objects(entry: Node, defaults: tuple[RightsStatement, ...], url: str) -> Iterator[Media]:
    found = list(entry.all("media:content"))
    for node in found:
        yield _media(node, (entry,), defaults, url)
    for group in entry.all("media:group"):
        inherited = (*defaults, *_statements(group))
        for node in group.all("media:content"):
            yield _media(node, (group, entry), inherited, url)
        found += group.all("media:content")
    for node in entry.all("enclosure"):
        yield _media(node, (entry,), defaults, url)
    for node in () if found else entry.all("media:thumbnail"):
        yield _media(node, (entry,), defaults, url, medium="image")


def _media(
    node: Node, parents: tuple[Node, ...], defaults: tuple[RightsStatement, ...], url: str, medium: str = ""
) -> Media:
    chain = (node, *parents)
    mime, link = node.get("type"), node.get("url")
    return Media(
        url=(node.absolute(link, url) or None) if link else None,
        medium=medium or node.get("medium") or mime.partition("/")[0] or None,
        mime_type=mime or None,
        title=_nearest(chain[:-1], "media:title"),
        caption=_nearest(chain, "media:description"),
        credit=_nearest(chain, "media:credit"),
        status=_worst([_status(place) for place in chain]),
        rights=(*_statements(node), *defaults),
        pointer=node.pointer,
    )


def _nearest(chain: tuple[Node, ...], name: str) -> str | None:
    """What the innermost element says; of several credits, all."""
    for place in chain:
        if said := [one_line(child.text) for child in place.all(name) if child.text]:
            return ", ".join(said)
    return None


def _status(node: Node) -> Status:
    if not (found := node.all("media:status")):
        return Status.USABLE
    return _worst([STATUS.get(child.get("state").lower(), Status.UNKNOWN) for child in found])


def _worst(states: list[Status]) -> Status:
    return Status.USABLE if set(states) <= {Status.USABLE} else max(states, key=RANK.index)


def _statements(node: Node) -> tuple[RightsStatement, ...]:
    """The statements that are children of an element, restrictions last."""
    return (*_copyrights(node), *_licenses(node), *_official(node), *_restrictions(node, Scope.MEDIA))


def _copyrights(node: Node) -> Iterator[RightsStatement]:
    for child in node.all("media:copyright"):
        for value, place in ((clean(child.text), ""), (child.get("url"), "/@url")):
            if value:
                yield _statement(RightsKind.NOTICE, value, child.pointer + place)


def _licenses(node: Node) -> Iterator[RightsStatement]:
    """Licences: the address names one, its words are only its name; without an address the words have to do."""
    for child in node.all("media:license"):
        words, link = clean(child.text), child.get("href")
        if link:
            yield _statement(RightsKind.LICENSE, link, f"{child.pointer}/@href")
        if words:
            kind, type_ = (RightsKind.NOTICE, "license_name") if link else (RightsKind.LICENSE, None)
            yield _statement(kind, words, child.pointer, type_)


def _official(node: Node) -> Iterator[RightsStatement]:
    for child in node.all("media:rights"):
        if value := child.get("status") or clean(child.text):
            yield _statement(RightsKind.NOTICE, value, child.pointer, "rights_status")


def _restrictions(node: Node, scope: Scope) -> Iterator[RightsStatement]:
    for child in node.all("media:restriction"):
        yield RightsStatement(
            kind=RightsKind.RESTRICTION,
            value=clean(child.text),
            scope=scope,
            pointer=child.pointer,
            polarity=child.get("relationship").lower() or None,
            type=child.get("type") or None,
        )


def _statement(kind: RightsKind, value: str, pointer: str, type_: str | None = None) -> RightsStatement:
    return RightsStatement(kind=kind, value=value, scope=Scope.MEDIA, pointer=pointer, type=type_)


def shown(images: Iterable[tuple[str, str]], known: Iterable[Media], entry: Node, url: str) -> tuple[Media, ...]:
    """The images that an entry's text shows and that the entry does not name already."""
    seen = {media.url for media in known}
    found = []
    for link, caption in images:
        address = entry.absolute(link, url)
        if address.startswith(("http://", "https://")) and address not in seen:
            seen.add(address)
            found.append(Media(url=address, medium="image", caption=caption or None, pointer=entry.pointer))
    return tuple(found)


def inside(body: etree._Element | None, known: tuple[Media, ...], place: str) -> tuple[Media, ...]:
    """The images that a body shows and that the entry does not name already."""
    seen = {media.url for media in known}
    found = []
    for address, caption in images(body) if body is not None else ():
        if address.startswith(("http://", "https://")) and address not in seen:
            seen.add(address)
            found.append(Media(url=address, medium="image", caption=caption or None, pointer=place))
    return tuple(found)
