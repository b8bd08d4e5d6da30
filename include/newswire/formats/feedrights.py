"""Rights, validity and signals in the vocabularies that RSS and Atom share: dc, dcterms, Creative Commons, RSL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from newswire.formats.dates import Clock, Reading, read
from newswire.formats.htmltext import clean
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Relation, RightsKind, RightsStatement, Scope

KINDS = {
    "copyright": RightsKind.NOTICE,
    "dc:rights": RightsKind.NOTICE,
    "dcterms:rights": RightsKind.NOTICE,
    "dcterms:license": RightsKind.LICENSE,
    "dcterms:accessRights": RightsKind.USAGE_TERMS,
    "dcterms:rightsHolder": RightsKind.HOLDER,
    "creativeCommons:license": RightsKind.LICENSE,
    "cc:license": RightsKind.LICENSE,
}
"""Elements whose text or resource is one rights statement."""

SIGNALS = {"correction": "correction", "update": "update", "kill": "kill"}
"""Category terms that are a provider's signal, compared without case."""

LINKS = ("atom:link", "link")

RSL_POLARITY = {"rsl:permits": "allow", "rsl:prohibits": "deny"}
RSL_POLICIES = ("rsl:payment", "rsl:legal", "rsl:standard", "rsl:custom", "rsl:terms")

_NOTHING = Reading()
_LICENCE_HOST = re.compile(r"https?://(www\.)?creativecommons\.org/\S+")
_PERIOD = re.compile(r"(?:^|;)\s*(start|end)\s*=\s*([^;]*)", re.IGNORECASE)


def statements(node: Node, scope: Scope) -> tuple[RightsStatement, ...]:
    """Every rights statement that is a child of a feed or an entry, in document order, repeats kept."""
    found: list[RightsStatement] = []
    for child in node.children:
        if child.name in KINDS:
            if value := clean(child.resource):
                found.append(_stated(child, value, scope))
        elif child.name in _READERS:
            found += _READERS[child.name](child, scope)
    return tuple(found)


def _stated(node: Node, value: str, scope: Scope) -> RightsStatement:
    """An element whose text or resource is the statement."""
    kind = KINDS[node.name]
    if kind is RightsKind.NOTICE and value.startswith("http") and _LICENCE_HOST.fullmatch(value):
        kind = RightsKind.LICENSE  # a licence's address in a rights element names that licence
    holder = value if kind is RightsKind.HOLDER else None
    return RightsStatement(kind=kind, value=value, holder=holder, scope=scope, pointer=node.pointer)


def _licence_link(link: Node, scope: Scope) -> Iterator[RightsStatement]:
    """A licence as a link (RFC 4946); one to an RSL document is a policy."""
    if link.get("rel").lower() == "license" and (address := link.get("href")):
        is_rsl = link.get("type").lower() == "application/rsl+xml"
        yield RightsStatement(
            kind=RightsKind.POLICY if is_rsl else RightsKind.LICENSE,
            value=address,
            scope=scope,
            pointer=f"{link.pointer}/@href",
            type="rsl" if is_rsl else None,
        )


def _rsl(content: Node, scope: Scope) -> Iterator[RightsStatement]:
    """RSL 1.0: permits and prohibits with their polarity; payment, legal and standard terms as policies."""
    if server := content.get("server"):
        yield RightsStatement(
            kind=RightsKind.POLICY, value=server, scope=scope, pointer=f"{content.pointer}/@server", type="server"
        )
    for child in content.children:
        for term in child.children if child.name == "rsl:license" else (child,):
            if (statement := _rsl_term(term, scope)) is not None:
                yield statement


def _rsl_term(term: Node, scope: Scope) -> RightsStatement | None:
    words, type_ = clean(term.text), term.get("type") or None
    if polarity := RSL_POLARITY.get(term.name):
        return RightsStatement(
            kind=RightsKind.RESTRICTION, value=words, scope=scope, pointer=term.pointer, polarity=polarity, type=type_
        )
    if term.name == "rsl:copyright":
        words = words or term.get("contactEmail")
        return RightsStatement(
            kind=RightsKind.HOLDER, value=words, holder=words, scope=scope, pointer=term.pointer, type=type_
        )
    if term.name not in RSL_POLICIES:
        return None
    nested = next((child.text for child in term.children if child.text), "")
    said = nested or words or type_ or ""
    return RightsStatement(
        kind=RightsKind.POLICY, value=said, scope=scope, pointer=term.pointer, type=term.name.removeprefix("rsl:")
    )


_READERS = {**dict.fromkeys(LINKS, _licence_link), "rsl:content": _rsl}
"""Other elements that may state rights, and what reads them."""


def signals(terms: Iterable[str]) -> tuple[str, ...]:
    """The signals among category terms, each once."""
    return tuple(dict.fromkeys(SIGNALS[term.lower()] for term in terms if term.lower() in SIGNALS))


def signal_at(terms: Iterable[tuple[str, str]]) -> str | None:
    """Where the first signal stands among category terms and their pointers."""
    return next((pointer for term, pointer in terms if term.lower() in SIGNALS), None)


def successors(node: Node) -> tuple[Relation, ...]:
    """The items that replace this one (``dcterms:isReplacedBy``)."""
    return tuple(
        Relation(rel="isReplacedBy", target=target)
        for child in node.of("dcterms:isReplacedBy")
        if (target := child.resource)
    )


class Validity:
    """When an entry may be used, from Dublin Core Terms.

    ``dcterms:available`` gives the embargo: a W3CDTF date or the start of a DCMI period; an empty element is an
    embargo without an end. ``dcterms:valid`` gives the expiry: a date or the end of a period, whose start binds like an
    embargo; so does ``expirationDate``.
    A bare day as an end counts to that day's end. Of several, the strictest holds. An end that cannot be read becomes a
    restriction that no rule understands, so that it is never taken for the absence of one.

    Attributes:
        embargo: The strictest embargo, or None.
        expires_at: The earliest end.
        ends_at: Where that stands.
        unread: Ends that cannot be read.
    """

    def __init__(self, entry: Node, clock: Clock) -> None:
        self.embargo: Embargo | None = None
        self.unread: list[RightsStatement] = []
        self._ends: list[tuple[datetime, str]] = []
        for node in entry.of("dcterms:available"):
            parts = _period(node.text)
            if "start" in parts or not parts:
                self._embargo(node, parts.get("start", node.text), clock)
            self._end(node, parts.get("end"), clock)
        for node in entry.of("dcterms:valid"):
            parts = _period(node.text)
            if parts.get("start"):
                self._embargo(node, parts["start"], clock)
            self._end(node, parts.get("end") or ("" if parts else node.text), clock)
        for node in entry.of("expirationDate"):
            self._end(node, node.text, clock)
        end: tuple[datetime | None, str | None] = min(self._ends, default=(None, None))
        self.expires_at, self.ends_at = end

    def _embargo(self, node: Node, start: str, clock: Clock) -> None:
        reading = read(start, clock.zone)
        if start and reading == _NOTHING:
            return  # a time of the year 1 means none
        found = Embargo(until=reading.start, problem=reading.problem, raw=node.text, pointer=node.pointer)
        self.embargo = stricter(self.embargo, found)

    def _end(self, node: Node, end: str | None, clock: Clock) -> None:
        if not end:
            return
        reading = read(end, clock.zone)
        if reading.end is not None:
            self._ends.append((reading.end, node.pointer))
        if reading.problem:
            clock.flags.append("naive_time" if reading.problem == "no_zone" else "bad_date")
            self.unread.append(
                RightsStatement(
                    kind=RightsKind.RESTRICTION, value=node.text, pointer=node.pointer, type="validity_unread"
                )
            )


def _period(text: str) -> dict[str, str]:
    """Start and end of a DCMI period (``start=…; end=…``) or an ISO 8601 interval; empty for anything else."""
    if "=" in text:
        return {key.lower(): value.strip() for key, value in _PERIOD.findall(text)}
    start, slash, end = text.partition("/")
    if not slash or "/" in end:
        return {}
    return {key: value.strip() for key, value in (("start", start), ("end", end)) if value.strip(" .")}


def stricter(one: Embargo | None, other: Embargo | None) -> Embargo | None:
    """The embargo that binds more: unreadable, then without an end, then the later end."""
    if one is None or other is None:
        return one or other
    found = (one, other)
    unbounded = [embargo for embargo in found if embargo.problem] or [e for e in found if e.open_ended]
    if unbounded:
        return unbounded[0]
    return max(found, key=lambda embargo: embargo.until or 0)
