"""The controlled vocabularies of NewsML-G2, NewsML 1 and NITF, and how a document's codes find their rows.

The rows are data (``data/wires.yaml``). A NewsML-G2 code is a QCode, ``alias:code``, or a URI in a sibling attribute;
what an alias stands for is said by the document's own catalog, else by IPTC's usual aliases. Both spellings come out as
one canonical code such as ``stat:usable``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from newswire import packaged
from newswire.formats import conventions
from newswire.formats.feedmedia import RANK
from newswire.formats.places import Places, places
from newswire.formats.xmltree import Node
from newswire.model import Item, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabularies:
    """``data/wires.yaml``, typed; its comments say what each table is."""

    schemes: dict[str, str]
    g2_status: dict[str, Status]
    status: dict[str, Status]
    embargoed: frozenset[str]
    signals: dict[str, str]
    replaced_alt_ids: dict[str, str]
    mediums: dict[str, str]
    minor_headlines: frozenset[str]
    minor_names: frozenset[str]
    roles: dict[str, str]
    dates_by_revision: frozenset[str]
    editor_lines: frozenset[str]
    editor_properties: frozenset[str]
    data_mining: dict[str, str]
    set_aside: dict[str, str]


WIRES: Vocabularies = msgspec.convert(packaged.table(__package__, "wires"), Vocabularies)

WITHDRAWN = frozenset({Status.CANCELED, Status.KILLED, Status.DELETED})
"""Statuses that take an item back; no convention changes which."""

KILLS = frozenset({"kill", "killed"})
"""Signals that take an item back: of editors' conventions, and of the formats themselves."""

_ALIASES = {uri: alias for alias, uri in WIRES.schemes.items()}


def status_named(name: str) -> Status:
    """A NewsML 1 or NITF status; one that no row knows is unknown, so never usable."""
    return WIRES.status.get(name.strip().lower(), Status.UNKNOWN)


def cued(item: Item) -> Item:
    """An item with what its slug and its notes to editors say by the conventions of wire editors.

    A signal to kill makes it killed, unless its status withdraws it already. An embargo in words stays words: prose is
    read with the rights, and never releases by itself.
    """
    cues = conventions.read(item.slug or "", notes=(item.ed_note or "").splitlines())
    of_itself = item.status in WITHDRAWN or "killed" in item.signals  # then editors' words mean no other item
    said = ("killed" if of_itself and name == "kill" else name for name in cues.signals)
    signals = tuple(dict.fromkeys((*item.signals, *said)))
    status = max(item.status, cues.status, key=RANK.index)
    if not KILLS.isdisjoint(signals):
        status = Status.KILLED
    status = item.status if item.status in WITHDRAWN else status
    told = replace(item, status=status, signals=signals, slug=cues.slug or None)
    return replace(told, places=_cued_places(item, told)) if cues.signals else told


def _cued_places(item: Item, told: Item) -> Places:
    """The item's places, where its slug or its note to editors is what made its status and its signals."""
    found = dict(item.places)
    words = found.get("slug" if conventions.read(item.slug or "").signals else "ed_note")
    changed = [field for field in ("status", "signals") if getattr(told, field) != getattr(item, field)]
    return places(**{**found, **dict.fromkeys(changed, words)})


def is_embargoed(name: str) -> bool:
    """Whether a NewsML 1 or NITF status puts the item under an embargo."""
    return name.strip().lower() in WIRES.embargoed


def medium_named(code: str) -> str | None:
    """What an item class or media type is in a contract's words, by the code behind its alias."""
    return WIRES.mediums.get(tail(code).lower())


def tail(code: str) -> str:
    """A code without its alias or scheme."""
    return code.rstrip("/").replace("#", "/").rpartition("/")[2].rpartition(":")[2]


class Codes:
    """Resolves the codes of one NewsML-G2 item."""

    def __init__(self, *places: Node) -> None:
        self._schemes = {**WIRES.schemes, **{alias: uri for place in places for alias, uri in _declared(place)}}

    def of(self, node: Node, attribute: str = "qcode") -> str:
        """The canonical code that an attribute or its URI sibling names; empty where neither is there."""
        uri = "uri" if attribute == "qcode" else f"{attribute}uri"
        return self.canonical(node.get(attribute)) or self.canonical(node.get(uri))

    def canonical(self, code: str) -> str:
        """``alias:code`` with IPTC's alias where the scheme is known, else the code as it came."""
        alias, colon, value = code.partition(":")
        uri = code if value.startswith("//") else f"{self._schemes[alias]}{value}" if alias in self._schemes else ""
        if not colon or not uri:
            return code
        scheme, slash, name = uri.replace("https://cv.iptc.org", "http://cv.iptc.org").rpartition("/")
        known = _ALIASES.get(scheme + slash)
        return f"{known}:{name}" if known else uri


def _declared(place: Node) -> Iterator[tuple[str, str]]:
    for catalog in place.all("catalog"):
        for scheme in catalog.all("scheme"):
            if scheme.get("alias") and scheme.get("uri"):
                yield scheme.get("alias"), scheme.get("uri")


def signal(code: str, signals: Mapping[str, str] = WIRES.signals) -> str:
    """The signal that a canonical code is, else the code itself."""
    return signals.get(code, code)
