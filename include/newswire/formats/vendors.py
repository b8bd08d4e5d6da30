"""Agencies' own XML and JSON, read by a table of fields (``data/vendors.yaml``): one row for each agency.

Each row says which element is an item, where its fields stand, in which words it states status and signals, and in
which zone its times are. A value that a row's ``status`` does not know is never usable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from lxml import etree
from msgspec.structs import replace

from newswire.formats import bodies, jsontree, relations
from newswire.formats.dates import Clock
from newswire.formats.feedmedia import RANK
from newswire.formats.htmltext import line
from newswire.formats.identity import Draft
from newswire.formats.nitfmedia import address_of
from newswire.formats.payload import Payload
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.formats.vendortable import Rule, Vendor, rows
from newswire.formats.wirecodes import cued
from newswire.formats.wirerights import Limits, Said
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Item, Media, Refusal, Relation, RightsKind, RightsStatement, Scope, Status

PLACED = {"expires_at": "expires", "credit": "credit", "sources": "sources", "slug": "slug", "ed_note": "notes"}
"""Fields of an item whose place is kept, by the row's names for them."""

RIGHTS = {"notice": RightsKind.NOTICE, "holder": RightsKind.HOLDER, "terms": RightsKind.USAGE_TERMS}
"""Fields that are statements about rights."""

_SEPARATOR = re.compile(r"\s*[,;]\s*")
_UNNAMED = re.compile(r"[^A-Za-z0-9.-]")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TWICE = re.compile(r"&amp;(?=(?:#\d{1,6}|[A-Za-z]{2,8});)")
_WORDS_OF_NOTHING = frozenset({"", "true", "false", "0"})


def recognises(payload: Payload) -> bool:
    """Whether a row's items stand in the payload."""
    return _found(payload) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item of the first row whose items stand in the payload.

    JSON with keys that stand twice, differently, is refused: which of them holds is a guess.
    """
    vendor, nodes = _found(payload) or (None, ())
    if vendor is None:
        return []
    if "repeated_keys" in payload.flags:
        detail = "Keys stand twice, with different values. Each must stand once."
        return [Refusal(reason="repeated_keys", detail=detail, pointer=node.pointer) for node in nodes]
    return [_Reader(node, vendor, source).entry() for node in nodes]


def _found(payload: Payload) -> tuple[Vendor, list[Node]] | None:
    root: Node | None = payload.xml
    for vendor in rows():
        names = {step.strip("@") for path in vendor.needs for step in path.split("/")}
        if vendor.shape == payload.shape and all(name in payload.text for name in names):
            root = root or Node(_element("object", payload.json), "object", "/object")
            if nodes := list(_items(root, vendor)):
                return vendor, nodes
    return None


def _items(node: Node, vendor: Vendor) -> Iterator[Node]:
    """The outermost elements that are items."""
    named = vendor.item == "object" or _local(node) == vendor.item
    if named and all(any(_walk(node, path)) for path in vendor.needs):
        yield node
    else:
        for child in node.children:
            yield from _items(child, vendor)


def _element(name: str, value: object) -> etree._Element:
    """JSON as elements, so that one table reads both."""
    element = etree.Element(re.sub(r"^(?![A-Za-z])", "_", _UNNAMED.sub("_", name.strip())))
    if isinstance(value, dict):
        for key, held in value.items():
            element.extend(_element(key, one) for one in jsontree.elements(held))
    elif isinstance(value, list):
        element.extend(_element("object", one) for one in value)
    elif value is not None:
        element.text = _UNWRITABLE.sub("", str(value).lower() if isinstance(value, bool) else str(value))
    return element


def _local(node: Node) -> str:
    return node.name.rpartition("}")[2].rpartition(":")[2]


def _walk(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """The values at a path, each with its element."""
    nodes, (*steps, last) = [node], path.split("/")
    steps = steps if last.startswith("@") else [*steps, last]
    for step in steps:
        nodes = nodes if step == "." else [child for at in nodes for child in at.children if _is_step(child, step)]
    for found in nodes:
        if (value := found.get(last[1:]) if last.startswith("@") else found.text) or found.children:
            yield value, found


def _is_step(node: Node, step: str) -> bool:
    """Whether an element is what a step of a path names: ``A``, or ``A[B=x]``."""
    name, _, condition = step.rstrip("]").partition("[")
    part, _, wanted = condition.partition("=")
    return _local(node) == name and (
        not condition or any(_local(child) == part and child.text.lower() == wanted.lower() for child in node.children)
    )


class _Reader:
    """Reads one item by one row."""

    def __init__(self, node: Node, vendor: Vendor, source: Source) -> None:
        self._node, self._vendor, self._source = node, vendor, source
        self._limits = {field: Limits(Clock(self._zone(field))) for field in ("embargo", "expires", "default")}

    def entry(self) -> Draft | Refusal:
        """The item, or why it is none."""
        for rule in self._vendor.set_aside:
            if reason := next(filter(None, (rule.of(value) for value, _ in _walk(self._node, rule.at))), None):
                detail = f"An item of {self._vendor.vendor} that is no news; it is set aside: {self._first('title')}."
                return Refusal(reason=reason, detail=detail, pointer=self._node.pointer)
        item = cued(self._item())
        return Draft(item=item, guid=self._guid() or None, page=item.source_url, versioned=True)

    def _item(self) -> Item:
        texts = [_markup(value) for value, _ in self._all("body")]
        related = tuple(self._related())
        embargo, expires = self._embargo(), self._expires()
        updated, published = self._time("updated"), self._time("published")
        rights = tuple(self._rights(self._vendor.fields, self._node, Scope.ITEM))
        media = tuple(self._media())
        summary, url = line(_markup(self._first("summary")).text), self._first("url")
        body = "\n".join(text.text for text in texts if text.text)
        markup = "\n".join(text.html or f"<p>{escape(text.text)}</p>" for text in texts if text.text)
        notes = (_markup(value).text for value, _ in self._all("notes"))
        flags = [flag for limits in self._limits.values() for flag in limits.clock.flags]
        flags += [] if body or summary or media else ["no_text"]
        return Item(
            item_id="",
            version=self._first("version") or None,
            status=max(map(Status, self._stated(self._vendor.status)), key=RANK.index, default=Status.USABLE),
            language_declared=self._word("language") or self._source.language,
            title=line(_markup(self._first("title")).text),
            summary=summary,
            body=body,
            markup=markup if any(text.html for text in texts) else None,
            byline=line(self._first("byline")) or None,
            credit=line(self._first("credit").strip("/ ")) or None,
            sources=tuple(dict.fromkeys(line(value) for value, _ in self._all("sources"))),
            medium=self._word("medium") or "text",
            dateline=line(self._first("dateline")).strip("; ") or None,
            published_at=published,
            updated_at=updated,
            embargo=embargo,
            expires_at=expires,
            rights=(*rights, *(unread for limits in self._limits.values() for unread in limits.unread)),
            media=media,
            categories=tuple(dict.fromkeys(self._categories())),
            signals=tuple(dict.fromkeys(self._stated(self._vendor.signals))),
            slug=line(self._first("slug")) or None,
            ed_note="\n".join(dict.fromkeys(filter(None, notes))) or None,
            source_url=url if url.startswith(("http://", "https://")) else None,
            replaces=relations.replaced(f"vendor_{self._vendor.shape}", related, self._guid()),
            related=related,
            flags=tuple(dict.fromkeys(flags)),
            pointer=self._node.pointer,
            places=places(
                status=self._ruled_at(self._vendor.status),
                signals=self._ruled_at(self._vendor.signals),
                **{field: next((node.pointer for _, node in self._all(name)), None) for field, name in PLACED.items()},
            ),
        )

    def _ruled_at(self, rules: Sequence[Rule]) -> str | None:
        """Where the first value stands that one of the rules speaks about."""
        walked = ((rule.of(value), node) for rule in rules for value, node in _walk(self._node, rule.at))
        return next((node.pointer for stated, node in walked if stated not in {None, Status.USABLE}), None)

    def _all(self, field: str) -> Iterator[tuple[str, Node]]:
        for path in self._vendor.fields.get(field, ()):
            yield from ((value, node) for value, node in _walk(self._node, path) if value)

    def _first(self, field: str) -> str:
        return next((value for value, _ in self._all(field)), "")

    def _guid(self) -> str:
        """The identity; without the version, where that stands behind it."""
        guid, version = self._first("guid"), self._first("version")
        return guid.removesuffix(f"_{version}") if version else guid

    def _word(self, field: str) -> str | None:
        """A field's value in our words, where the row translates it."""
        value, words = self._first(field), self._vendor.words.get(field)
        known = value if words is None else words.get("any") or words.get(value.lower(), "")
        return known if value and known else None

    def _stated(self, rules: Sequence[Rule]) -> Iterator[str]:
        for rule in rules:
            for value, _ in _walk(self._node, rule.at):
                if (stated := rule.of(value)) is not None:
                    yield stated

    def _zone(self, field: str) -> ZoneInfo | None:
        named = self._vendor.zones.get(field) or self._vendor.zones.get("default")
        return ZoneInfo(named) if named else self._source.zone

    def _moment(self, field: str) -> Said | None:
        """A time, in ISO 8601 where the row says how it is written."""
        value, node = next(self._all(field), ("", self._node))
        if value and self._vendor.times:
            with suppress(ValueError, OverflowError, OSError):  # some other spelling: it is read as any
                value = _written(value, self._vendor.times)
        return Said(value=value, pointer=node.pointer) if value else None

    def _time(self, field: str) -> datetime | None:
        said = self._moment(field)
        return self._limits["default"].clock.time(said.value) if said else None

    def _embargo(self) -> Embargo | None:
        said = self._moment("embargo")
        found = self._limits["embargo"].embargo(said) if said else None
        return replace(found, raw=self._first("embargo")) if found else None

    def _expires(self) -> datetime | None:
        return self._limits["expires"].end(self._moment("expires"))

    def _categories(self) -> Iterator[str]:
        for value, _ in self._all("categories"):
            yield from filter(None, map(line, _SEPARATOR.split(value)))

    def _related(self) -> Iterator[Relation]:
        for path in self._vendor.related:
            for value, _ in _walk(self._node, path):
                targets = (target for target in _SEPARATOR.split(value) if target.lower() not in _WORDS_OF_NOTHING)
                yield from (Relation(rel=path.rpartition("/")[2], target=target) for target in targets)

    def _media(self) -> Iterator[Media]:
        for component in self._vendor.media:
            for _, node in _walk(self._node, component.each):
                if link := _said(node, component.url):
                    yield Media(
                        url=address_of(node, link, self._source),
                        medium=component.medium or self._word("medium"),
                        title=line(_said(node, component.title)) or None,
                        caption=line(_said(node, component.caption)) or None,
                        credit=line(_said(node, component.credit)) or None,
                        rights=tuple(self._rights({"notice": component.notice}, node, Scope.MEDIA)),
                        pointer=node.pointer,
                    )

    @staticmethod
    def _rights(fields: dict[str, tuple[str, ...]], at: Node, scope: Scope) -> Iterator[RightsStatement]:
        for field, kind in RIGHTS.items():
            for path in fields.get(field, ()):
                for value, node in _walk(at, path):
                    if value:
                        yield RightsStatement(kind=kind, value=line(value), scope=scope, pointer=node.pointer)


def _written(value: str, times: str) -> str:
    """A time in ISO 8601."""
    if times == "epoch-ms":
        return datetime.fromtimestamp(int(value) / 1000, UTC).isoformat()
    return datetime.strptime(value, times).isoformat()  # noqa: DTZ007 - its zone comes later


def _markup(value: str) -> bodies.Body:
    """The text of a value that may be markup; what was escaped once too often is read as it was meant."""
    return bodies.of_markup(_TWICE.sub("&", value))


def _said(node: Node, paths: Sequence[str]) -> str:
    return next((value for path in paths for value, _ in _walk(node, path) if value), "")
