"""Rights in NewsML 1: the lines meant for readers, and ``RightsMetadata``, of a chain of components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newswire.formats.htmltext import line
from newswire.formats.wirerights import Limits, Said, Usage, copyright_, usage
from newswire.formats.xmltree import Node
from newswire.model import RightsKind, RightsStatement, Scope

LINES = {"CopyrightLine": RightsKind.NOTICE, "RightsLine": RightsKind.USAGE_TERMS}

USAGE = {
    "UsageType": "uses",
    "Geography": "geography",
    "RightsHolder": "holder",
    "Limitations": "limitations",
}
"""Children of ``UsageRights``, by what they are among usage rights."""


def statements(chain: Sequence[Node], limits: Limits) -> Iterator[RightsStatement]:
    """What the components around a text state, outermost first."""
    for place in chain:
        yield from _of(place, limits, Scope.ITEM)


def of_media(places: Sequence[Node], limits: Limits) -> Iterator[RightsStatement]:
    """What the components that hold a photo state about it."""
    for place in places:
        yield from _of(place, limits, Scope.MEDIA)


def _of(place: Node, limits: Limits, scope: Scope) -> Iterator[RightsStatement]:
    for lines in place.all("NewsLines"):
        for node in lines.children:
            if node.name in LINES and node.text:
                yield RightsStatement(kind=LINES[node.name], value=line(node.text), scope=scope, pointer=node.pointer)
    for metadata in place.all("RightsMetadata"):
        for node in metadata.children:
            yield from _metadata(node, limits, scope)


def _metadata(node: Node, limits: Limits, scope: Scope) -> Iterator[RightsStatement]:
    match node.name:
        case "Copyright":
            year = line(node.said("CopyrightDate"))
            for holder in node.all("CopyrightHolder"):
                yield from copyright_(Said(value=_said(holder), pointer=holder.pointer), year, scope)
        case "UsageRights":
            yield from usage(_usage(node), limits, scope)
        case "Comment" | "Description":
            if value := line(node.text):
                yield RightsStatement(kind=RightsKind.USAGE_TERMS, value=value, scope=scope, pointer=node.pointer)
        case "Catalog":
            return
        case _:  # a provider's own property: kept, and understood by no rule
            if value := node.get("Value") or line(node.text):
                name = node.get("FormalName") or node.name
                yield RightsStatement(
                    kind=RightsKind.RESTRICTION, value=value, scope=scope, pointer=node.pointer, type=name
                )


def _usage(node: Node) -> Usage:
    def date(name: str) -> Said | None:
        found = node.part(name)
        value = found.get("FormalName") or found.text
        return Said(value=value, pointer=found.pointer) if value else None

    parts = (
        (USAGE[child.name], Said(value=_said(child), pointer=child.pointer))
        for child in node.children
        if child.name in USAGE
    )
    return Usage(parts=tuple(parts), start=date("StartDate"), end=date("EndDate"))


def _said(node: Node) -> str:
    """An element's words, else the parties it names."""
    if node.text:
        return node.text
    return ", ".join(filter(None, (party.get("FormalName") for party in node.below("Party"))))
