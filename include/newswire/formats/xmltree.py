"""Hardened XML: no entity is ever resolved, nothing is fetched, and every repair is flagged.

A strict parse comes first. Where it fails, named HTML entities and stray ampersands are mended, then libxml2's recovery
reads what it can; both are flagged ``recovered_xml``. A document type declaration is cut out before libxml2 sees it and
flagged ``dtd_ignored``: nothing in it is ever loaded or expanded, modules of a DTD neither (NewsML and NITF name theirs
that way). One that declares entities of its own refuses the payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html import escape
from html.entities import html5
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats.namespaces import LANG, RDF, XML, canonical
from newswire.markup import met_depth, xml_parser

MAX_TAGS = 2_000_000
"""The most tags, those quoted in CDATA included, that a document may have."""

_name: Callable[[str], str] = lru_cache(maxsize=4096)(canonical)
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<\?[^>]*|<!DOCTYPE\b|<(?=[A-Za-z_])", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(?!%)([\w:.-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(#\d+;|#x[0-9a-fA-F]+;|\w+;)?", re.DOTALL)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNQUOTED = re.compile(r"""\A(<[^<>]*?\s[\w:.-]+=)([^\s"'<>]+)""")
_LOCAL = re.compile(r"[A-Za-z_][\w.-]*")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_NONE: list[Node] = []
_NOTHING: dict[str, list[Node]] = {}


class Node(msgspec.Struct, eq=False, gc=False):
    """An element by its canonical name, with the place it stood in.

    Attributes:
        element: The lxml element.
        name: Canonical name, such as ``media:restriction``.
        pointer: XPath with canonical prefixes, such as ``/rss/channel/item[2]/dc:rights``.
    """

    element: etree._Element
    name: str
    pointer: str
    _text: str | None = None
    _named: dict[str, list[Node]] | None = None
    _children: list[Node] | None = None

    @property
    def children(self) -> list[Node]:
        """The child elements in document order."""
        if self._children is None:
            self._read()
        return self._children or _NONE

    def _read(self) -> dict[str, list[Node]]:
        """Make nodes of the children, once somebody asks for them."""
        self._children, self._named = _NONE, _NOTHING
        named = _NOTHING
        if len(self.element):
            pointer = self.pointer
            self._children, self._named = children, named = [], {}
            for child in self.element.iterchildren("*"):
                name = _name(child.tag)
                if name in named:
                    alike = named[name]
                    if len(alike) == 1:
                        alike[0].pointer += "[1]"  # it is not alone
                    node = Node(child, name, f"{pointer}/{name}[{len(alike) + 1}]")
                    alike.append(node)
                else:
                    node = Node(child, name, f"{pointer}/{name}")
                    named[name] = [node]
                children.append(node)
        return named

    def named(self) -> Mapping[str, list[Node]]:
        """The child elements by their names."""
        return self._read() if self._named is None else self._named

    def each(self, *names: str) -> Iterator[Node]:
        """The children of these names, numbered within their name; what each has below it is not kept."""
        counts = dict.fromkeys(names, 0)
        for child in self.all(*names):
            counts[child.name] += 1
            yield Node(child.element, child.name, f"{self.pointer}/{child.name}[{counts[child.name]}]")

    def of(self, name: str) -> list[Node]:
        """The children of a name, in document order."""
        return (self._read() if self._named is None else self._named).get(name, _NONE)

    def all(self, *names: str) -> list[Node]:
        """The children of these names, in document order."""
        named = self.named()
        present = [name for name in names if name in named]
        if len(present) > 1:
            return [child for child in self.children if child.name in present]
        return named[present[0]] if present else _NONE

    def first(self, *names: str) -> Node | None:
        """The first child that says something, by the order of the names."""
        named = self.named()
        for name in names:
            if name in named:
                for child in named[name]:
                    if len(child.element) or child.text:  # the text of a channel is a whole feed's
                        return child
        return None

    def said(self, *names: str) -> str:
        """The text of the first child that says something, or an empty string."""
        named = self.named()
        for name in names:
            if name in named:
                for child in named[name]:
                    text = child.text
                    if text or len(child.element):
                        return text
        return ""

    def part(self, name: str) -> Node:
        """The first child of a name that says anything, else one that is empty and says nothing."""
        found = self.all(name)
        best = next((child for child in found if len(child.element) or child.text or child.element.attrib), None)
        return best or (found[0] if found else Node(etree.Element("none"), name, f"{self.pointer}/{name}"))

    def holds(self, *names: str) -> bool:
        """Whether this element or any inside has one of the names; looks at no more than it must."""
        found = self.element.iter(*(f"{{*}}{name.rpartition(':')[2]}" for name in names))
        return any(_name(str(element.tag)) in names for element in found)

    def below(self, *names: str) -> Iterator[Node]:
        """The elements of these names anywhere inside, in document order, those inside one another included."""
        return _below(self, names) if self.holds(*names) else iter(())

    def topmost(self, *names: str) -> list[Node]:
        """This element if it has one of the names, else those inside that do, none of them inside another."""
        return list(_topmost(self, names)) if self.holds(*names) else []

    @property
    def text(self) -> str:
        """All text inside, without markup and surrounding blanks."""
        if self._text is None:
            element = self.element
            text = "".join(map(str, element.itertext())) if len(element) else element.text
            self._text = text.strip() if text else ""
        return self._text

    def get(self, attribute: str) -> str:
        """An attribute's value without blanks, or an empty string."""
        value = self.element.get(attribute)
        return value.strip() if value else ""

    @property
    def resource(self) -> str:
        """The resource an RDF property names (``rdf:resource``, ``rdf:about``, ``resource``), or its text."""
        return self.text or self.get(f"{RDF}resource") or self.get(f"{RDF}about") or self.get("resource")

    @property
    def inner(self) -> str:
        """The markup inside, for XHTML content; prefixed XHTML loses its prefix."""
        parts = [escape(self.element.text or "", quote=False)]
        for child in self.element:
            for inside in child.iter(etree.Element):
                inside.tag = local_name(inside)
            etree.cleanup_namespaces(child)
            parts.append(etree.tostring(child, encoding="unicode", method="html"))
        return "".join(parts)

    @property
    def language(self) -> str | None:
        """The nearest ``xml:lang``; None where there is none or it is blank (XML 1.0, 2.12)."""
        for place in (self.element, *self.element.iterancestors()):
            if (value := place.get(LANG)) is not None:
                return value.strip().replace("_", "-") or None
        return None

    def absolute(self, link: str, url: str) -> str:
        """A link resolved against ``xml:base`` and the document's URL; empty where it is no address."""
        if link.startswith(("http://", "https://")) and "[" not in link:
            return link
        bases = [place.get(f"{XML}base") for place in (self.element, *self.element.iterancestors())]
        try:
            for base in (*reversed([base for base in bases if base]), link.strip()):
                url = urljoin(url, base)
            urlsplit(url)
        except ValueError:
            return ""
        return url


def _topmost(node: Node, names: tuple[str, ...]) -> Iterator[Node]:
    if node.name in names:
        yield node
        return
    for child in node.children:
        yield from _topmost(child, names)


def _below(node: Node, names: tuple[str, ...]) -> Iterator[Node]:
    for child in node.children:
        if child.name in names:
            yield child
        yield from _below(child, names)


def local_name(element: etree._Element) -> str:
    """An element's name without namespace or prefix, fit to be a name of its own."""
    name = re.split("[}:]", str(element.tag))[-1]
    return name if _LOCAL.fullmatch(name) else "span"


def load(text: str) -> tuple[Node, tuple[str, ...]]:
    """Parse a document.

    Returns:
        The root and the flags ``recovered_xml``, ``truncated_xml``, ``dtd_ignored``.

    Raises:
        PayloadRefused: ``xml_entities``, ``bad_doctype``, ``too_deep``, ``too_many_elements`` or ``broken_xml``.
    """
    body, flags = _without_prolog(text)
    if len(body) > MAX_TAGS and body.count("<") > MAX_TAGS:
        msg = f"The document has more than {MAX_TAGS} tags."
        raise PayloadRefused(msg, reason="too_many_elements", remedy="Ask the partner for paging.")
    if flags:
        _refuse_entities(text[: len(text) - len(body)])
    root, error = _parse(body)
    if root is None:
        flags.append("recovered_xml")
        mended = _UNQUOTED.sub(r'\1"\2"', _ILLEGAL.sub("", _AMPERSAND.sub(_mend, body)), count=1)
        root, _ = _parse(mended)
        if root is None:
            flags.append("truncated_xml" if _cut_off(mended) else "")
            root, error = _parse(mended, recover=True)
    if root is None:
        msg = f"No element can be read: {error}."
        raise PayloadRefused(msg, reason="broken_xml", remedy="Ask the partner for well-formed XML.")
    name = _name(root.tag)
    return Node(root, name, f"/{name}"), tuple(flag for flag in flags if flag)


def _without_prolog(text: str) -> tuple[str, list[str]]:
    """The document from its root element on."""
    position = 0
    flags: list[str] = []
    while match := _MARKUP.search(text, position):
        found = match[0].upper()
        if found == "<":
            return text[match.start() :], flags
        position = match.end()
        if found.startswith("<!DOCTYPE"):
            position = _skip_doctype(text, match.start())
            flags.append("dtd_ignored")
    msg = "There is no root element."
    raise PayloadRefused(msg, reason="broken_xml", remedy="Ask the partner for well-formed XML.")


def _skip_doctype(text: str, start: int) -> int:
    match = _DOCTYPE.match(text, start)
    if match is None:
        msg = "The document type declaration has no end."
        raise PayloadRefused(msg, reason="bad_doctype", remedy="Ask the partner for XML without a DTD.")
    return match.end()


def _refuse_entities(prolog: str) -> None:
    """Refuse a declaration of entities; HTML's named characters keep their meaning, modules of a DTD are not loaded."""
    if any(f"{name};" not in html5 for name in _ENTITY.findall(prolog)):
        msg = "The document type declaration declares entities; none is ever resolved."
        raise PayloadRefused(msg, reason="xml_entities", remedy="Ask the partner for XML without a DTD.")


def _mend(match: re.Match[str]) -> str:
    """Write a named HTML entity as its character and a stray ampersand as ``&amp;``; leave all else."""
    if not match[0].startswith("&"):
        return match[0]
    name = match[1] or ""
    if name.startswith("#") or name in _PREDEFINED:
        return match[0]
    return html5[name].replace("&", "&amp;").replace("<", "&lt;") if name in html5 else f"&amp;{name}"


def _cut_off(text: str) -> bool:
    """Whether the document ends before its root element does."""
    opened = re.match(r"<([\w:.-]+)", text)
    return opened is not None and not re.search(rf"</\s*{re.escape(opened[1])}\s*>?\s*\Z", text[-2000:].rstrip())


def _parse(text: str, *, recover: bool = False) -> tuple[etree._Element | None, str]:
    parser = xml_parser(recover=recover)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        root, reason = None, str(error)
    else:
        reason = "it is empty"
    if met_depth(parser):
        msg = "Elements are nested deeper than 256 levels."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for a feed without such nesting.")
    return root, reason
