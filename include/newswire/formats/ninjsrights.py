"""What a ninjs item says about rights, time and its components, each component with its own."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from newswire.formats import htmltext, jsontree
from newswire.formats.dates import Clock, Reading
from newswire.formats.dates import read as read_date
from newswire.formats.feedmedia import RANK
from newswire.formats.jsontree import Node
from newswire.formats.ninjstexts import described, texts
from newswire.formats.places import Places, places
from newswire.model import Embargo, Media, RightsKind, RightsStatement, Scope, Status

FIELDS = (
    (RightsKind.HOLDER, ("copyrightholder", "copyrightHolder")),
    (RightsKind.NOTICE, ("copyrightnotice", "copyrightNotice")),
    (RightsKind.USAGE_TERMS, ("usageterms", "usageTerms")),
    (RightsKind.LICENSE, ("license", "licence")),
)
"""Members that are one statement each, or one for each element of a list."""

RENDITIONS = ("original", "main", "highres", "hires", "web", "baseimage", "preview", "viewimage", "thumbnail")
"""Renditions of a component, best first."""

STATUSES = ("pubstatus", "pubStatus")
CREDITS = ("creditline", "credit", "source", "provider")
SOURCES = ("infosource", "infosources", "infoSources")
EMBARGO = ("embargoed", "embargoedUntil", "embargoeduntil")
EXPIRES = ("expires", "expiry")

STATUS = {
    "usable": Status.USABLE,
    "embargoed": Status.USABLE,
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "recalled": Status.CANCELED,
    "killed": Status.KILLED,
    "deleted": Status.DELETED,
}
"""``pubstatus``, those of the schema and those that systems add; any other is unknown. ``embargoed`` is AP's word."""

NOT_PUBLIC = "marked_for_not_publication"
"""What Superdesk's desks set among an item's ``flags``."""

MEDIA_TYPES = {"picture": "image", "graphic": "graphic", "video": "video", "audio": "audio"}


class Terms:
    """When an item may be used.

    Attributes:
        embargo: From ``embargoed``; blank means without an end, and so does AP's status ``embargoed`` without a time.
        expires_at: From ``expires``.
        unread: An expiry that cannot be read, as a restriction that no rule understands.
    """

    def __init__(self, node: Node, clock: Clock) -> None:
        self.embargo = _embargo(node, clock.zone)
        reading, said = _end(node, clock.zone)
        self.expires_at = reading.end
        self.unread: tuple[RightsStatement, ...] = ()
        if reading.problem:
            clock.flags.append("naive_time" if reading.problem == "no_zone" else "bad_date")
            place = node.at(*EXPIRES)
            self.unread = (
                RightsStatement(kind=RightsKind.RESTRICTION, value=said, pointer=place, type="validity_unread"),
            )


def _embargo(node: Node, zone: ZoneInfo | None) -> Embargo | None:
    stated = [node.data[name] for name in EMBARGO if node.data.get(name) not in (None, False)]
    if not stated:
        waiting = node.said(*STATUSES).lower() == "embargoed"
        return Embargo(raw="embargoed", pointer=node.at(*STATUSES)) if waiting else None
    said = jsontree.verbatim(stated[0])
    reading = read_date(said, zone)
    if said.strip() and reading == Reading():
        return None  # a time of the year 1 means none
    return Embargo(until=reading.start, problem=reading.problem, raw=said, pointer=node.at(*EMBARGO))


def _end(node: Node, zone: ZoneInfo | None) -> tuple[Reading, str]:
    value = node.get(*EXPIRES)
    said = "" if value is None else jsontree.verbatim(value)
    return read_date(said, zone), said


def statements(node: Node, scope: Scope) -> Iterator[RightsStatement]:
    """Every statement of an item about its own rights, verbatim, whatever type its value has."""
    holder = node.said(*FIELDS[0][1]) or None
    for kind, names in FIELDS:
        for value in jsontree.elements(node.get(*names)):
            if said := jsontree.verbatim(value).strip():
                yield RightsStatement(kind=kind, value=said, holder=holder, scope=scope, pointer=node.at(*names))
    for info in (node, *node.nodes("rightsinfo", "rightsInfo")):  # some stand outside their place
        yield from _policies(info, scope)
    for name in ("rightsinfo", "rightsInfo"):
        if isinstance(bare := node.get(name), str):
            yield RightsStatement(kind=RightsKind.POLICY, value=bare, scope=scope, pointer=node.at(name))


def _policies(info: Node, scope: Scope) -> Iterator[RightsStatement]:
    """A rights expression, named by its language; a link to one, or to terms, by that it is a link."""
    language = info.said("langid", "langId") or None
    for names, type_ in (
        (("encodedrights", "encodedRights"), language),
        (("linkedrights", "linkedRights"), "link"),
    ):
        for value in jsontree.elements(info.get(*names)):
            address = jsontree.text_of(value.get("uri")) if isinstance(value, dict) else ""
            yield RightsStatement(
                kind=RightsKind.POLICY,
                value=address or jsontree.verbatim(value),
                scope=scope,
                pointer=info.at(*names),
                type=type_,
            )


def credit(node: Node) -> str | None:
    """Whom the item credits: its credit line, else who provides it, else whom it names as its source."""
    lines = [text.value for text in texts(node, "description", "descriptions") if text.role == "creditline"]
    stated = next(filter(None, (*lines, node.said(*CREDITS))), "")
    return htmltext.one_line(stated or ", ".join(sources(node))) or None


def sources(node: Node) -> tuple[str, ...]:
    """Whom the item names as the origin of its content, each once."""
    return tuple(dict.fromkeys(map(htmltext.one_line, node.texts(*SOURCES))))


def places_of(node: Node) -> Places:
    """Where stands what decisions rest on; a credit line may stand among the descriptions."""
    lines = (text for text in texts(node, "description", "descriptions") if text.role == "creditline")
    described_ = node.place("description", "descriptions") if any(text.value for text in lines) else None
    return places(
        status=_marked(node) or node.place(*STATUSES),
        expires_at=node.place(*EXPIRES),
        credit=described_ or node.place(*CREDITS, *SOURCES),
        sources=node.place(*SOURCES),
        signals=node.place("signals"),
        slug=node.place("slugline"),
        ed_note=node.place("ednote", "edNote", "editornotes"),
    )


def media(node: Node, zone: ZoneInfo | None) -> Iterator[Media]:
    """The components: what the item itself shows, then its associations, each with its own rights."""
    own = _rendition(node)
    kind = MEDIA_TYPES.get(node.said("type"))
    if (
        own is not None
        and own.said("href")
        and (kind or own.said("mimetype", "contenttype", "contentType")[:5] == "image")
    ):
        yield replace(_media(node, own, zone), rights=(), status=Status.USABLE)
    for name, found in node.members("associations"):
        shown = _media(found, _rendition(found), zone)
        yield replace(shown, title=shown.title or (None if name.isdigit() else name))


def _media(node: Node, rendition: Node | None, zone: ZoneInfo | None) -> Media:
    shown = rendition or Node(data={})
    mime = node.said("mimetype") or shown.said("mimetype", "contenttype", "contentType")
    kind = node.said("type")
    headings = [text.value for text in texts(node, "headline", "headlines")]
    return Media(
        url=next(filter(_is_address, (shown.said("href"), node.said("href"), node.said("uri"))), None),
        medium=MEDIA_TYPES.get(kind, kind) or mime.partition("/")[0] or None,
        mime_type=mime or None,
        title=htmltext.one_line(next(filter(None, headings), "") or node.said("title", "name")) or None,
        caption=described(node) or None,
        credit=credit(node) or htmltext.one_line(node.said("byline", "by")) or None,
        status=status(node),
        rights=(*statements(node, Scope.MEDIA), *_limits(node, zone)),
        pointer=node.pointer or "/",
    )


def status(node: Node) -> Status:
    """What ``pubstatus`` says; without one an item is usable, by the schema. Superdesk's mark may withhold it."""
    value = node.get(*STATUSES)
    said = Status.USABLE if value is None else STATUS.get(jsontree.text_of(value).lower(), Status.UNKNOWN)
    return max(said, Status.WITHHELD if _marked(node) else Status.USABLE, key=RANK.index)


def _marked(node: Node) -> str | None:
    """Where the item is marked as not for publication."""
    flags = next((flags for flags in node.nodes("flags") if flags.data.get(NOT_PUBLIC)), None)
    return flags.at(NOT_PUBLIC) if flags else None


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _rendition(node: Node) -> Node | None:
    """The best rendition that has an address and is no text."""
    found = [
        (name if not name.isdigit() else shown.said("name"), shown)
        for name, shown in node.members("renditions")
        if shown.said("type") != "text"
    ]
    order = {name: number for number, name in enumerate(RENDITIONS)}
    ranked = sorted(found, key=lambda row: (not row[1].said("href"), order.get(row[0].lower(), len(order))))
    return ranked[0][1] if ranked else None


def _limits(node: Node, zone: ZoneInfo | None) -> Iterator[RightsStatement]:
    """A component's own embargo and expiry, as restrictions with their validity."""
    if (embargo := _embargo(node, zone)) is not None:
        yield RightsStatement(
            kind=RightsKind.RESTRICTION,
            value=embargo.raw,
            scope=Scope.MEDIA,
            pointer=embargo.pointer,
            type="embargoed",
            valid_from=embargo.until,
        )
    reading, said = _end(node, zone)
    if said and (reading.end or reading.problem):
        yield RightsStatement(
            kind=RightsKind.RESTRICTION,
            value=said,
            scope=Scope.MEDIA,
            pointer=node.at(*EXPIRES),
            type="expires",
            valid_until=reading.end,
        )
