"""NewsML-G2 ``rightsInfo``: every one of them, apart, with its scope, aspect, parts and validity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from msgspec.structs import replace

from newswire.formats.htmltext import line
from newswire.formats.wirecodes import WIRES, Codes, tail
from newswire.formats.wirerights import Limits, Said
from newswire.formats.xmltree import Node
from newswire.model import RightsKind, RightsStatement, Scope

KINDS: Mapping[str, tuple[RightsKind, str | None]] = {
    "copyrightNotice": (RightsKind.NOTICE, None),
    "usageTerms": (RightsKind.USAGE_TERMS, None),
}
"""Elements whose text is one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an item's ``rightsInfo`` elements say.

    Attributes:
        item: About the item, or about parts of it that are no components.
        parts: About one component, by its local id.
    """

    item: tuple[RightsStatement, ...]
    parts: Mapping[str, tuple[RightsStatement, ...]]


def rights(item: Node, codes: Codes, limits: Limits, components: frozenset[str]) -> Rights:
    """Read every ``rightsInfo`` of an item.

    Args:
        item: The item's element.
        codes: Its codes.
        limits: Collects validities that cannot be read.
        components: Local ids of its media renditions; statements limited to these are theirs alone.
    """
    own: list[RightsStatement] = []
    parts: dict[str, list[RightsStatement]] = {}
    for info in item.all("rightsInfo"):
        found = tuple(_statements(info, codes, limits))
        named = tuple(info.get("idrefs").split())
        if named and components.issuperset(named):
            for name in named:
                parts.setdefault(name, []).extend(replace(s, scope=Scope.MEDIA) for s in found)
        else:
            own += found
    return Rights(item=tuple(own), parts={name: tuple(found) for name, found in parts.items()})


def _statements(info: Node, codes: Codes, limits: Limits) -> Iterator[RightsStatement]:
    """The statements of one ``rightsInfo``, each with the reach and validity of the whole."""
    start = _moment(info, "validfrom", limits, is_end=False)
    end = _moment(info, "validto", limits, is_end=True)
    holder = next((party(node) for node in info.all("copyrightHolder") if party(node)), None)
    said = [found for node in info.children for found in _said(node, codes)]
    if not said and (start or end):
        value = info.get("validto") or info.get("validfrom")
        said = [_statement(RightsKind.RESTRICTION, value, info, type_="validity")]
    for found in said:
        yield replace(
            found,
            holder=found.holder or (holder if found.kind is not RightsKind.ACCOUNTABLE else None),
            valid_from=start,
            valid_until=end,
            aspect=codes.of(info, "aspect") or None,
            covers=tail(codes.of(info, "scope")) or None,
            applies_to=tuple(info.get("idrefs").split()),
        )


def _moment(info: Node, attribute: str, limits: Limits, *, is_end: bool) -> datetime | None:
    value = info.get(attribute)
    said = Said(value=value, pointer=f"{info.pointer}/@{attribute}") if value else None
    return limits.end(said) if is_end else limits.start(said)


def _said(node: Node, codes: Codes) -> Iterator[RightsStatement]:
    """What one child of a ``rightsInfo`` states; one that is not known is a restriction that no rule understands."""
    match node.name:
        case "copyrightHolder" | "accountable":
            if name := party(node):
                kind = RightsKind.HOLDER if node.name == "copyrightHolder" else RightsKind.ACCOUNTABLE
                yield _statement(kind, name, node, holder=name if kind is RightsKind.HOLDER else None)
        case "copyrightNotice" | "usageTerms":
            yield from _words(node, KINDS[node.name][0])
        case "link":
            if target := node.get("href") or node.get("residref"):
                yield _statement(RightsKind.LICENSE, target, node)
        case "rightsExpressionXML":
            yield _statement(RightsKind.POLICY, policy(node), node, type_=node.get("contenttype") or node.get("langid"))
        case "rightsExpressionData":
            type_ = node.get("contenttype") or node.get("enctype") or node.get("langid")
            yield _statement(RightsKind.POLICY, (node.element.text or "").strip(), node, type_=type_)
        case "dataMining":
            code = codes.of(node) or line(node.text)
            value = node.get("uri") or _uri(code)
            polarity = WIRES.data_mining.get(code)
            yield _statement(RightsKind.RESTRICTION, value, node, type_="data-mining", polarity=polarity)
        case _:
            if (
                value := codes.of(node)
                or node.get("literal")
                or node.get("value")
                or node.get("href")
                or line(node.text)
            ):
                type_ = tail(node.name.rpartition("}")[2])
                yield _statement(RightsKind.RESTRICTION, value, node, type_=codes.of(node, "type") or type_)


def _words(node: Node, kind: RightsKind) -> Iterator[RightsStatement]:
    """A text, and the address it refers to where the text does not name that itself."""
    words, address = line(node.text), node.get("href")
    if words:
        yield _statement(kind, words, node)
    if address and address not in words:
        found = _statement(kind, address, node)
        yield replace(found, pointer=f"{node.pointer}/@href")


def _uri(code: str) -> str:
    alias, _, value = code.partition(":")
    return f"{WIRES.schemes[alias]}{value}" if alias in WIRES.schemes else code


def party(node: Node) -> str:
    """A party's name, else its literal, else what its code says, else its address or the element's own words."""
    named = next((line(name.text) for name in node.all("name") if name.text), "")
    code = node.get("qcode").removeprefix("nprov:")
    return named or node.get("literal") or code or node.get("uri") or ("" if node.children else line(node.text))


def policy(node: Node) -> str:
    """The policy inside an element as a document of its own, with every namespace in scope declared on it."""
    parts = [etree.tostring(child.element, encoding="unicode", with_tail=False) for child in node.children]
    return "\n".join(parts) or (node.element.text or "").strip()


def _statement(
    kind: RightsKind,
    value: str,
    node: Node,
    *,
    holder: str | None = None,
    type_: str | None = None,
    polarity: str | None = None,
) -> RightsStatement:
    return RightsStatement(
        kind=kind, value=value, holder=holder, pointer=node.pointer, type=type_ or None, polarity=polarity
    )
