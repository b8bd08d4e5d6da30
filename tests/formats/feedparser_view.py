"""feedparser's own test files: what each expects, and what newswire says in feedparser's words.

A file starts with a comment: ``Header:`` lines of the HTTP answer, a ``Description:``, and ``Expect:``, an expression
over feedparser's result. The expression is read as a syntax tree, never executed.
"""

from __future__ import annotations

import ast
import codecs
import operator
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item, ParsedPayload, RightsKind, RightsStatement, Scope

REPAIRS = {"recovered_xml", "truncated_xml", "charset_repaired"}
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_ENCODINGS = (
    (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"), (b"\0<", "utf-16-be"), (b"<\0", "utf-16-le"),
)  # fmt: skip


class NotModelled(Exception):
    """The expression asks for something that newswire has no word for."""


@dataclass(frozen=True, slots=True)
class Case:
    """One file's expectation."""

    raw: bytes
    expects: str
    content_type: str | None
    content_language: str | None


def case(raw: bytes) -> Case:
    """Read a file's comment."""
    encoding = next((name for mark, name in _ENCODINGS if raw.startswith(mark)), "utf-8")
    comment = _COMMENT.search(raw.decode(encoding, "replace"))
    lines = [] if comment is None else [line.strip().partition(":") for line in comment[1].strip().splitlines()]
    said = [(name.strip().lower(), value.strip()) for name, _, value in lines]
    headers = {
        name.strip().lower(): value.strip()
        for key, line in said
        if key == "header"
        for name, _, value in [line.partition(":")]
    }
    expects = next((value for key, value in said if key == "expect"), "")
    return Case(raw, expects, headers.get("content-type"), headers.get("content-language"))


def holds(found: Case, expects: str | None = None) -> bool:
    """Whether newswire's answer is feedparser's, or another one that is expected instead.

    Raises:
        NotModelled: The expression asks for something else than rights, licences, languages, dates, titles or links.
    """
    return bool(_value(ast.parse(expects or found.expects, mode="eval").body, View(found)))


class View:
    """A payload in feedparser's words."""

    def __init__(self, found: Case) -> None:
        source = Source(
            url="http://example.com/test.xml", content_type=found.content_type, language=found.content_language
        )
        try:
            self.parsed: ParsedPayload | None = parse(found.raw, source)
        except PayloadRefused:
            self.parsed = None

    @property
    def bozo(self) -> bool:
        """Whether something had to be repaired, or nothing could be read."""
        return self.parsed is None or bool(REPAIRS & set(self.parsed.flags))

    @property
    def encoding(self) -> str:
        """The codec that read the payload."""
        return self.parsed.encoding.replace("utf-16-", "utf-16").replace("utf-32-", "utf-32") if self.parsed else ""

    @property
    def version(self) -> str:
        """The format, coarsely."""
        return {"rss": "rss20", "atom": "atom10"}[self.parsed.format] if self.parsed else ""

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """Its items."""
        return [] if self.parsed is None else [_entry(e) for e in self.parsed.entries if isinstance(e, Item)]

    @property
    def feed(self) -> dict[str, Any]:
        """What it says about itself."""
        head = self.parsed.head if self.parsed else None
        if head is None:
            return {}
        said = {"title": head.title, "language": head.language_declared, **_rights(head.rights, Scope.FEED)}
        return {**said, **_time("updated", head.updated_at), "title_detail": {"language": head.language_declared}}


def _entry(item: Item) -> dict[str, Any]:
    language = {"language": item.language_declared}
    text = item.body or item.summary
    return {
        "title": item.title,
        "link": item.source_url,
        "id": item.item_id,
        "description": item.summary or text,
        "summary": item.summary or text,
        "author": item.byline,
        "language": item.language_declared,
        **_rights(item.rights, Scope.ITEM),
        **_time("published", item.published_at),
        **_time("created", item.published_at),
        **_time("updated", item.updated_at),
        **_time("modified", item.updated_at),
        **_time("expired", item.expires_at),
        "source": _rights(item.rights, Scope.FEED),
        "content": [{"value": text, **language}],
        "summary_detail": {"value": item.summary or text, **language},
        "title_detail": {"value": item.title, **language},
        "media_license": _first(item, RightsKind.LICENSE),
        "media_restriction": _first(item, RightsKind.RESTRICTION),
    }


def _rights(statements: tuple[RightsStatement, ...], scope: Scope) -> dict[str, Any]:
    notices = [s.value for s in statements if s.scope is scope and s.kind is RightsKind.NOTICE]
    licences = [s.value for s in statements if s.scope is scope and s.kind is RightsKind.LICENSE]
    said: dict[str, Any] = {"links": [{"rel": "license", "href": licence} for licence in licences]}
    if licences:
        said["license"] = licences[0]
    if notices:
        detail = {"value": notices[0], "type": "text/plain"}
        said |= {"rights": notices[0], "copyright": notices[0], "rights_detail": detail, "copyright_detail": detail}
    return said


def _first(item: Item, kind: RightsKind) -> dict[str, Any]:
    stated = [s for media in item.media for s in media.rights] + [s for s in item.rights if s.scope is not Scope.FEED]
    found = next((s for s in stated if s.kind is kind), None)
    if found is None:
        return {}
    return {"href": found.value, "content": found.value.split(), "relationship": found.polarity, "type": found.type}


def _time(name: str, moment: datetime | None) -> dict[str, Any]:
    said = None if moment is None else tuple(moment.utctimetuple())
    return {f"{name}_parsed": said}


_COMPARE = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.In: lambda one, other: one in other}


def _value(node: ast.expr, view: View) -> Any:  # noqa: PLR0911 - an expression may be anything
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return getattr(view, name) if hasattr(View, name) else _unknown(name)
        case ast.BoolOp(ast.And(), parts):
            return all(_value(part, view) for part in parts)
        case ast.UnaryOp(ast.Not(), inside):
            return not _value(inside, view)
        case ast.Compare(left, [sign], [right]):
            return _COMPARE[type(sign)](_value(left, view), _value(right, view))
        case ast.Tuple(parts) | ast.List(parts):
            said = [_value(part, view) for part in parts]
            return tuple(said) if isinstance(node, ast.Tuple) else said
        case ast.Subscript(inside, index):
            return _inside(_value(inside, view), _value(index, view))
        case ast.Attribute(inside, name):
            return _inside(_value(inside, view), name)
        case ast.Call(ast.Name("ord" | "len" as name), [inside]):
            said = _value(inside, view)
            return (ord(said) if len(said) == 1 else None) if name == "ord" else len(said)
    return _unknown(ast.unparse(node))


def _inside(held: Any, name: Any) -> Any:
    if isinstance(held, dict) and name not in held:
        return _unknown(name)
    if isinstance(held, list) and isinstance(name, int) and name >= len(held):
        return {}
    return held[name]


def _unknown(name: object) -> Any:
    raise NotModelled(str(name))
