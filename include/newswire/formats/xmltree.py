"""Hardened XML: no entity is ever resolved, nothing is fetched, and every repair is flagged.

A strict parse comes first. Where it fails, named HTML entities and stray ampersands are mended, then libxml2's recovery
reads what it can; both are flagged ``recovered_xml``. A document type declaration is cut out before libxml2 sees it and
flagged ``dtd_ignored``: nothing in it is ever loaded or expanded. Entities that it declares and the document never uses
change nothing (NewsML and NITF name their DTDs that way); a reference to one refuses the payload.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats.namespaces import RDF, XML, canonical

_name = lru_cache(maxsize=4096)(canonical)
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<\?[^>]*|<!DOCTYPE\b|<(?=[A-Za-z_])", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(?!%)([\w:.-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(#\d+;|#x[0-9a-fA-F]+;|\w+;)?", re.DOTALL)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNQUOTED = re.compile(r"""\A(<[^<>]*?\s[\w:.-]+=)([^\s"'<>]+)""")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


class Node:
    """An element by its canonical name, with the place it stood in.

    Attributes:
        element: The lxml element.
        name: Canonical name, such as ``media:restriction``.
        pointer: XPath with canonical prefixes, such as ``/rss/channel/item[2]/dc:rights``.
    """

    __slots__ = ("_children", "_named", "element", "name", "pointer")

    def __init__(self, element: etree._Element, name: str, pointer: str) -> None:
        self.element = element
        self.name = name
        self.pointer = pointer
        self._children: tuple[Node, ...] | None = None
        self._named: dict[str, list[Node]] = {}

    @property
    def children(self) -> tuple[Node, ...]:
        """The child elements in document order."""
        if self._children is None:
            self._children = tuple(self._walk())
            for child in self._children:
                self._named.setdefault(child.name, []).append(child)
        return self._children

    def _walk(self) -> Iterator[Node]:
        named = [(child, _name(child.tag)) for child in self.element if isinstance(child.tag, str)]
        total = Counter(name for _, name in named)
        seen: Counter[str] = Counter()
        for child, name in named:
            seen[name] += 1
            place = f"[{seen[name]}]" if total[name] > 1 else ""
            yield Node(child, name, f"{self.pointer}/{name}{place}")

    def all(self, *names: str) -> list[Node]:
        """The children of these names, in document order."""
        children = self.children
        if len(names) == 1:
            return self._named.get(names[0], [])
        return [child for child in children if child.name in names]

    def first(self, *names: str) -> Node | None:
        """The first child that says something, by the order of the names."""
        for name in names:
            for child in self.all(name):
                if child.text or len(child.element):
                    return child
        return None

    def said(self, *names: str) -> str:
        """The text of the first child that says something, or an empty string."""
        child = self.first(*names)
        return child.text if child else ""

    def part(self, name: str) -> Node:
        """The first child of a name that says anything, else one that is empty and says nothing."""
        found = self.all(name)
        best = next((child for child in found if len(child.element) or child.text or child.element.attrib), None)
        return best or (found[0] if found else Node(etree.Element("none"), name, f"{self.pointer}/{name}"))

    def below(self, *names: str) -> Iterator[Node]:
        """The elements of these names anywhere inside, in document order, those inside one another included."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.below(*names)

    def topmost(self, *names: str) -> list[Node]:
        """This element if it has one of the names, else those inside that do, none of them inside another."""
        if self.name in names:
            return [self]
        return [found for child in self.children for found in child.topmost(*names)]

    @property
    def text(self) -> str:
        """All text inside, without markup and surrounding blanks."""
        return "".join(map(str, self.element.itertext())).strip()

    def get(self, attribute: str) -> str:
        """An attribute's value without blanks, or an empty string."""
        return (self.element.get(attribute) or "").strip()

    @property
    def resource(self) -> str:
        """The resource an RDF property names (``rdf:resource``, ``rdf:about``, ``resource``), else its text."""
        return self.get(f"{RDF}resource") or self.get(f"{RDF}about") or self.get("resource") or self.text

    @property
    def inner(self) -> str:
        """The markup inside, for XHTML content; prefixed XHTML loses its prefix."""
        parts = [self.element.text or ""]
        for child in self.element:
            for inside in child.iter(etree.Element):
                inside.tag = re.split("[}:]", str(inside.tag))[-1] or "span"
            etree.cleanup_namespaces(child)
            parts.append(etree.tostring(child, encoding="unicode", method="html"))
        return "".join(parts)

    @property
    def language(self) -> str | None:
        """The nearest ``xml:lang``; None where there is none or it is blank (XML 1.0, 2.12)."""
        for place in (self.element, *self.element.iterancestors()):
            if (value := place.get(f"{XML}lang")) is not None:
                return value.strip() or None
        return None

    def absolute(self, link: str, url: str) -> str:
        """A link resolved against ``xml:base`` and the document's URL; empty where it is no address."""
        bases = [place.get(f"{XML}base") for place in (self.element, *self.element.iterancestors())]
        try:
            for base in (*reversed([base for base in bases if base]), link.strip()):
                url = urljoin(url, base)
            urlsplit(url)
        except ValueError:
            return ""
        return url


def load(text: str) -> tuple[Node, tuple[str, ...]]:
    """Parse a document.

    Returns:
        The root and the flags ``recovered_xml``, ``truncated_xml``, ``dtd_ignored``.

    Raises:
        PayloadRefused: ``xml_entities``, ``bad_doctype``, ``too_deep`` or ``broken_xml``.
    """
    body, flags = _without_prolog(text)
    if flags:
        _refuse_references(body, _ENTITY.findall(text[: len(text) - len(body)]))
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


def _refuse_references(body: str, declared: list[str]) -> None:
    """Refuse a document that uses an entity it declares; HTML's named characters keep their meaning."""
    own = {f"{name};" for name in declared} - set(html5) - _PREDEFINED
    if own and any(match[1] in own for match in _AMPERSAND.finditer(body)):
        msg = "The document uses entities that its document type declaration declares; none is ever resolved."
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
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        root, reason = None, str(error)
    else:
        reason = "it is empty"
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        msg = "Elements are nested deeper than 256 levels."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for a feed without such nesting.")
    return root, reason
