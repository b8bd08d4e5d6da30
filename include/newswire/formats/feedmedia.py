"""Media RSS inside RSS and Atom: the components of an entry, each with its own rights and status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from newswire.formats.htmltext import clean, images, one_line
from newswire.formats.xmltree import Node
from newswire.model import Media, RightsKind, RightsStatement, Scope, Status

STATUS = {"": Status.USABLE, "active": Status.USABLE, "blocked": Status.WITHHELD, "deleted": Status.DELETED}
"""States of ``media:status``; one that is not here is unknown."""

RANK = (Status.USABLE, Status.UNKNOWN, Status.WITHHELD, Status.CANCELED, Status.KILLED, Status.DELETED)
"""From mildest to worst: of several states the worst holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMedia:
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
    defaults = tuple(_statements(entry))
    objects = list(_objects(entry, defaults, url))
    narrowing = tuple(replace(s, scope=Scope.ITEM) for s in defaults if s.kind is RightsKind.RESTRICTION)
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
    mime = node.get("type")
    return Media(
        url=(node.absolute(node.get("url"), url) or None) if node.get("url") else None,
        medium=medium or node.get("medium") or mime.partition("/")[0] or None,
        mime_type=mime or None,
        title=_nearest(chain[:-1] if len(chain) > 1 else chain, "media:title"),
        caption=_nearest(chain, "media:description"),
        credit=_nearest(chain, "media:credit"),
        status=max((_status(place) for place in chain), key=RANK.index),
        rights=(*_statements(node), *defaults),
        pointer=node.pointer,
    )


def _nearest(chain: tuple[Node, ...], name: str) -> str | None:
    """What the innermost element says; of several credits, all."""
    for place in chain:
        said = [one_line(child.text) for child in place.all(name) if child.text]
        if said:
            return ", ".join(said)
    return None


def _status(node: Node) -> Status:
    states = [STATUS.get(child.get("state").lower(), Status.UNKNOWN) for child in node.all("media:status")]
    return max(states, key=RANK.index, default=Status.USABLE)


def _statements(node: Node) -> Iterator[RightsStatement]:
    for child in node.children:
        kind, value, polarity, type_ = RightsKind.NOTICE, clean(child.text), None, None
        match child.name:
            case "media:copyright":
                value = value or child.get("url")
            case "media:license":
                kind, value = RightsKind.LICENSE, child.get("href") or value
            case "media:rights":
                value, type_ = child.get("status") or value, "rights_status"
            case "media:restriction":
                kind, polarity, type_ = (
                    RightsKind.RESTRICTION,
                    child.get("relationship").lower() or None,
                    child.get("type"),
                )
            case _:
                continue
        yield RightsStatement(
            kind=kind, value=value, scope=Scope.MEDIA, pointer=child.pointer, polarity=polarity, type=type_ or None
        )


def inside(body: etree._Element | None, known: tuple[Media, ...], place: str) -> tuple[Media, ...]:
    """The images that a body shows and that the entry does not name already."""
    seen = {media.url for media in known}
    found = []
    for address, caption in images(body) if body is not None else ():
        if address.startswith(("http://", "https://")) and address not in seen:
            seen.add(address)
            found.append(Media(url=address, medium="image", caption=caption or None, pointer=place))
    return tuple(found)
