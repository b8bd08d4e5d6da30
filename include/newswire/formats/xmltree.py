"""The tree of an XML document: elements by their canonical names, each with the place it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html import escape
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import etree

from newswire.formats.namespaces import LANG, RDF, XML, canonical

_name: Callable[[str], str] = lru_cache(maxsize=4096)(canonical)
_LOCAL = re.compile(r"[A-Za-z_][\w.-]*")
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


def root_of(element: etree._Element) -> Node:
    """The root of a document as a node."""
    name = _name(str(element.tag))
    return Node(element, name, f"/{name}")
