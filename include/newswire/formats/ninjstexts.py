"""The texts of a ninjs item: one member for each (``body_html``, 1.x) or lists with roles (``bodies``, 2.x and 3.x)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newswire.formats import htmltext
from newswire.formats.jsontree import Node

MAIN = ("main", "", "text", "simple", "short", "html", "xhtml", "richtext")
"""Roles of a headline or body, best first; a role that is not here comes after these."""

SUMMARY = ("summary", "abstract", "", "text", "html", "main", "short", "richtext", "caption")
"""Roles of descriptions that are a summary, best first."""

TEASERS = frozenset({"teaser", "summary", "abstract"})
"""Roles of bodies that announce the story instead of telling it: a summary, where the item has no other."""

NO_SUMMARY = frozenset({"creditline", "writer", "captionwriter", "keywords", "editornotes"})
"""Roles of descriptions that say something about the item instead of telling it."""

_XML = re.compile(r"\s*(?:<\?xml|<\w*nitf)\b", re.IGNORECASE)
_STORY = re.compile(r"<body\.content[^>]*>(.*)</body\.content>", re.DOTALL | re.IGNORECASE)
_WORDS = re.compile(r"\w{4,}")

ENOUGH = 0.9
"""The share of the longest body's length from which another one counts as the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text of an item.

    Attributes:
        role: What the provider calls it; blank where it says nothing.
        value: As received.
        plain: As plain text, one paragraph a line.
        is_markup: Whether ``value`` is HTML or XML.
        is_xml: Whether it is XML of its own kind (NITF), whose head is no part of the text.
    """

    role: str
    value: str
    plain: str
    is_markup: bool
    is_xml: bool = False


def texts(node: Node, prefix: str, lists: str) -> Iterator[Text]:
    """Every text under a name: ``prefix``, members that begin with ``prefix_``, and the list named ``lists``."""
    for name in node.data:
        if name == prefix or name.startswith(f"{prefix}_"):
            yield _text(name.removeprefix(prefix).removeprefix("_"), node.said(name), "")
    for found in node.nodes(lists):
        yield _text(found.said("role"), found.said("value"), found.said("contenttype", "contentType"))


def _text(role: str, value: str, content_type: str) -> Text:
    plain = content_type == "text/plain" or not htmltext.looks_like_markup(value)
    is_xml = not plain and _XML.match(value) is not None
    if is_xml and (story := _STORY.search(value)):
        value = story[1]
    said = htmltext.paragraphs(value) if plain else htmltext.to_text(value)
    return Text(role=role.lower(), value=value, plain=said, is_markup=not plain, is_xml=is_xml)


def best_body(node: Node) -> tuple[str, str | None]:
    """The body and its markup: the longest of the item's bodies, or one of the same length that has markup.

    The bodies of an item are the same story in several dresses. What another one says beyond it is appended.
    """
    every = [text for text in texts(node, "body", "bodies") if text.plain]
    bodies = [text for text in every if text.role not in TEASERS] or every
    bodies = [text for text in bodies if not text.is_xml] or bodies
    if not bodies:
        return "", None
    main = [text for text in bodies if text.role in MAIN] or bodies
    longest = max(len(text.plain) for text in main)
    close = [text for text in main if len(text.plain) >= ENOUGH * longest]
    best = min(close, key=lambda text: (not text.is_markup, _rank(text.role, MAIN)))
    extra = [row for text in bodies if text is not best and _is_other(text, best) for row in text.plain.splitlines()]
    rows = best.plain.splitlines()
    rows = rows[1:] if len(rows) > 1 and rows[0] == headline(node) else rows
    return "\n".join((*rows, *extra)), best.value if best.is_markup else None


def _is_other(text: Text, best: Text) -> bool:
    """Whether most of a body's words stand nowhere in the best one."""
    said, known = set(_WORDS.findall(text.plain)), set(_WORDS.findall(best.plain))
    return 2 * len(said - known) > len(said)


def headline(node: Node) -> str:
    """The headline; the item's ``title``, which is a name for editors, only where it has none."""
    found = [text for text in texts(node, "headline", "headlines") if text.plain]
    best = min(found, key=lambda text: _rank(text.role, ("", *MAIN)), default=None)
    return htmltext.one_line(best.value if best else node.said("title", "name"))


def described(node: Node) -> str:
    """The summary, on one line; for a picture or video its caption."""
    found = [text for text in texts(node, "description", "descriptions") if text.plain and text.role not in NO_SUMMARY]
    best = min(found, key=lambda text: _rank(text.role, SUMMARY), default=None)
    if best is None:
        best = next((text for text in texts(node, "body", "bodies") if text.role in TEASERS), None)
    said = best.plain if best else node.said("summary", "abstract", "definition_short")
    return htmltext.line(said.replace("\n", " "))


def _rank(role: str, order: tuple[str, ...]) -> int:
    return order.index(role) if role in order else len(order)
