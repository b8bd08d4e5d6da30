"""Feeds that are not quite where or what they should be: in a wrapper, in another case, in a namespace of their own.

A web service wraps its feed in an envelope (SOAP 1.1, section 4), as elements or as text; a script writes ``<RSS>`` or
``<pubdate>``; a feed puts RSS, which has no namespace, into one. XML tells all of these from what was meant (section
2.3, Namespaces in XML 6.2), so that nothing would be found in them, or a ``<Copyright>`` would be passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from newswire.formats import xmlreading
from newswire.formats.namespaces import PREFIXES, canonical
from newswire.formats.xmltree import Node, local_name, root_of

WRAPPED = frozenset(["rdf:RDF", "atom:feed", "newsMessage", "newsItem", "packageItem", "NewsML", "nitf"])
"""Roots, beside RSS's, that are looked for inside a document whose own root no format knows."""

CAMEL = (
    "pubDate lastBuildDate managingEditor webMaster isPermaLink fileSize isDefault textInput skipHours skipDays "
    "accessRights rightsHolder isReplacedBy isVersionOf bibliographicCitation RDF"
)
PLAIN = (
    "rss channel item title link description guid author category comments enclosure source copyright language image "
    "url ttl generator docs cloud rating feed entry id updated published issued modified created content summary "
    "rights name uri email contributor subtitle logo icon creator publisher subject date license restriction credit "
    "status valid available replaces abstract encoded group thumbnail text keywords terms permits prohibits payment "
    "legal custom standard deleted-entry by comment draft control archive complete"
)
NAMES = {name.lower(): name for name in f"{CAMEL} {PLAIN}".split()}
"""The names of RSS, Atom and their modules as they are spelt, by what they are in lower case."""

_NAMED = frozenset(["rss", "feed", "atom:feed", "rdf:RDF"])
_ROOTS = frozenset(["rss", "feed", "rdf"])
_CASE = r"(?:[A-QS-Z]|R(?!DF\b)|(?:pubdate|lastbuilddate|accessrights|rightsholder|isreplacedby)\b)"
_ODD = re.compile(rf"<(?:[A-Za-z][\w.-]*+:{_CASE}|{_CASE}|(?:channel|item)\b[^<>]*\sxmlns\s*=)")
_DOCUMENT = re.compile(r"\s*(?:<[?!][^>]*>[\s\]>]*)*<(?:rss|rdf:RDF|feed)\b", re.IGNORECASE)


def respelt(root: Node, text: str) -> Node | None:
    """A feed with its elements named as its format names them; None where they are, or where it is no feed.

    Args:
        root: The document's root; what is below it is renamed in place.
        text: The document.
    """
    kind = local_name(root.element).lower()
    if kind not in _ROOTS or (root.name in _NAMED and not _ODD.search(text)):
        return None
    own = (_split(str(root.element.tag))[0], root.element.prefix)
    tags = {str(element.tag) for element in root.element.iter(etree.Element)}
    doubtful = [tag for tag in tags if _is_doubtful(tag, own[0])]
    changed = False
    for element in list(root.element.iter(*doubtful)) if doubtful else ():
        meant = _meant(element, own, is_rss=kind == "rss")
        if meant != element.tag:
            element.tag, changed = meant, True
    if not changed:
        return None
    for element in root.element.iter(etree.Element):
        _respell_attributes(element)
    return root_of(root.element)


def _split(tag: str) -> tuple[str, str, str]:
    """The namespace of a name, its prefix where that was not declared, and the rest; each may be empty but the last."""
    uri, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    prefix, _, local = name.rpartition(":")
    return uri, prefix, local


def _is_doubtful(tag: str, own: str) -> bool:
    """Whether a name may mean another one: by its case, or as its namespace is the root's or an unknown one."""
    uri, prefix, local = _split(tag)
    spelt = NAMES.get(local.lower())
    odd = spelt != local or prefix != prefix.lower() or (uri != "" and uri == own) or _is_unknown(tag)
    return spelt is not None and odd


def _is_unknown(tag: str) -> bool:
    return canonical(tag).startswith("{")


def _meant(element: etree._Element, own: tuple[str, str | None], *, is_rss: bool) -> str:
    """An element's name as its format spells it; RSS's have no namespace, neither the root's own nor an unknown one.

    Args:
        element: One whose name is doubtful.
        own: Namespace and prefix of the root.
        is_rss: Whether the root is RSS's.
    """
    tag = str(element.tag)
    uri, prefix, local = _split(tag)
    spelt = NAMES[local.lower()]
    if prefix:
        uri = next((known for known, short in PREFIXES.items() if short == prefix.lower()), "")
        return f"{{{uri}}}{spelt}" if uri else tag
    if is_rss and ((uri, element.prefix) == own or (element.prefix is None and _is_unknown(tag))):
        return spelt
    if _is_unknown(tag):
        return tag
    return f"{{{uri}}}{spelt}" if uri else spelt


def _respell_attributes(element: etree._Element) -> None:
    """Write attributes without a namespace as they are spelt."""
    names = {str(name): NAMES.get(str(name).lower(), str(name).lower()) for name in element.attrib}
    for name, spelt in names.items():
        if name != spelt and not name.startswith("{"):
            element.set(spelt, str(element.attrib.pop(name)))


def inside(root: Node) -> tuple[Node, tuple[str, ...]] | None:
    """The one document that another one wraps, and its flags; None where there is none, or more than one.

    Raises:
        PayloadRefused: What is wrapped as text is no XML that can be read.
    """
    found = list(islice(_wrapped(root), 2))
    if len(found) != 1:
        return None
    [holder] = found
    flags: tuple[str, ...] = ()
    inner, text, place = holder, "", holder.pointer[: holder.pointer.rindex(f"/{holder.name}")]
    if not holder.children:
        text, place = holder.text, holder.pointer
        inner, flags = xmlreading.load(text)
    inner = respelt(inner, text) or inner
    return Node(inner.element, inner.name, f"{place}/{inner.name}"), flags


def _wrapped(node: Node) -> Iterator[Node]:
    """The outermost elements that are the root of a document, or hold one as text."""
    if node.name in WRAPPED or local_name(node.element).lower() == "rss":
        yield node
    elif not node.children:
        yield from (node,) if _DOCUMENT.match(node.text) else ()
    else:
        for child in node.children:
            yield from _wrapped(child)
