"""Finds the news items in JSON that wraps them: a list, or an answer of an interface (AP Media API, BBC, Superdesk)."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.formats import ninjsrules
from newswire.formats.jsontree import Node
from newswire.model import Refusal

ENVELOPES = ("data", "item", "items", "_items", "results", "response", "articles", "stories", "docs", "hits")
"""Members that hold items, or objects that do."""

MAX_WRAPS = 4
"""How many envelopes may stand one in the other."""

COMMON = frozenset({"uri", "guid", "type", "title", "language", "version", "name", "subject", "place", "person"})
"""Members that other JSON has as well; alone they make no news item."""

EXTRA = frozenset({"firstpublished"})
"""Members beyond the schema's own names that only news items have."""

SHOWN = 8
"""How many members a refusal names."""


def items(value: object) -> Iterator[Node | Refusal]:
    """The items in payload order; beside items, an element that is none is refused. Nothing where there is no item."""
    found = list(_search(value, "", MAX_WRAPS))
    if any(isinstance(one, Node) for one in found):
        yield from found


def _search(value: object, pointer: str, wraps: int) -> Iterator[Node | Refusal]:
    if isinstance(value, list):
        for number, element in enumerate(value):
            place = f"{pointer}/{number}"
            inside = list(_search(element, place, wraps))
            yield from inside or (_none(element, place),)
    elif isinstance(value, dict):
        if is_item(value):
            yield Node(data=value, pointer=pointer)
        elif wraps:
            for name in ENVELOPES:
                if isinstance(value.get(name), dict | list):
                    yield from _search(value[name], f"{pointer}/{name}", wraps - 1)


def _none(value: object, pointer: str) -> Refusal:
    return Refusal(reason="not_news_item", detail=f"The element is no news item: {describe(value)}.", pointer=pointer)


def is_item(data: dict[str, object]) -> bool:
    """Whether an object is a news item: it has an identity and what only news items have, or two of the latter.

    An object that has a ``uri``, and at least half of whose other members are ninjs's, is one as well.
    """
    known = [name for name in data if ninjsrules.knows(name) or name in EXTRA]
    marks = [name for name in known if name not in COMMON]
    if isinstance(data.get("uri"), str) and (marks or 2 * (len(known) - 1) >= len(data) - 1):
        return True
    return len(marks) > 1 or (bool(marks) and isinstance(data.get("guid"), str))


def describe(value: object) -> str:
    """What a value is, in words for a refusal."""
    if isinstance(value, dict):
        return f"an object with the members {', '.join(list(value)[:SHOWN])}" if value else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value)}, first {describe(value[0])}" if value else "an empty list"
    return f"a {type(value).__name__}"
