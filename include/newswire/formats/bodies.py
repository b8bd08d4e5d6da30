"""The text of a story as the XML wires carry it: NITF, XHTML, a provider's own XML, HTML in CDATA, plain text.

All of them come out as plain text, one paragraph a line in reading order, and as HTML. NITF's elements become
their HTML counterparts; XML that is neither is read by its structure: what is not known to stand in a line ends one.
"""

from __future__ import annotations

import base64
import binascii
import copy
import re
from html import unescape

import msgspec
from lxml import etree

from newswire.formats import htmltext
from newswire.formats.elements import DROPPED, INLINE
from newswire.formats.xmltree import Node, local_name
from newswire.markup import KEPT, drop_hidden

NITF_TAGS = {
    "hl1": "h1",
    "hl2": "h2",
    "block": "div",
    "body.content": "div",
    "body.end": "div",
    "bq": "blockquote",
    "nitf-table": "div",
    "nitf-col": "col",
    "nitf-colgroup": "colgroup",
    "lang": "span",
    "datasource": "p",
    "credit": "p",
    "tagline": "p",
    **dict.fromkeys(
        [
            "chron",
            "city",
            "classifier",
            "copyrite",
            "copyrite.holder",
            "copyrite.year",
            "country",
            "denom",
            "event",
            "frac",
            "frac-sep",
            "function",
            "location",
            "money",
            "name.family",
            "name.given",
            "num",
            "numer",
            "object.title",
            "org",
            "person",
            "postaddr",
            "pronounce",
            "region",
            "state",
            "story.date",
            "sublocation",
            "virtloc",
            "alt-code",
        ],
        "span",
    ),
}
"""NITF elements and what stands for them in HTML; inline ones are ``span``."""

NOT_TEXT = frozenset(["head", "script", "style", "media", "bild", "nitf-table-metadata", "custom-table-metadata"])
"""Elements whose text is no part of the story; media become components with their captions."""

HTML_TAGS = KEPT | INLINE | DROPPED | {"html", "body"}
"""Elements that keep their name; any other becomes ``span`` where it stands in a line, else ``div``."""

MAX_INLINE = 1000
"""The most children of a paragraph that is looked at for indents."""

LOOKED_AT = 5000
"""Characters in which an element that was escaped twice must stand."""

_ESCAPED = re.compile(r"&lt;(p|div|ul|ol|blockquote|h[1-6]|strong|em)\b[^<>]{0,300}?&gt;.*?&lt;/\1\s*&gt;", re.DOTALL)
"""An element in text that has no markup of its own: whoever writes about HTML names tags, and closes none in prose."""
_INDENT = re.compile(r"\n(?=[ \t]{2,}\S)")
_BASE64 = re.compile(r"base64", re.IGNORECASE)


class Body(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A story's text.

    Attributes:
        text: Plain text, one paragraph a line.
        html: Its markup, not yet safe; None where it came without any.
        images: Address and caption of the images that it shows.
        flags: ``escaped_twice`` where markup was escaped once too often, and was read as it was meant.
    """

    text: str = ""
    html: str | None = None
    images: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


def of_xml(*nodes: Node) -> Body:
    """The text below elements, read one after the other; the elements themselves are left as they are."""
    whole = etree.Element("div")
    for node in nodes:
        part = copy.deepcopy(node.element)
        part.tail = None
        whole.append(part)
    for element in list(whole.iter(etree.Element)):
        _rename(element)
    _without(whole)
    for parent in list(whole.iter(etree.Element)):
        unknown = [child for child in parent.iterchildren(etree.Element) if child.tag not in HTML_TAGS]
        name = "span" if unknown and _has_words(parent) else "div"
        for child in unknown:
            child.tag = name
    return _body(whole)


def parts_of(node: Node) -> tuple[Node, ...]:
    """What of an element is its text: the bodies of XHTML documents inside, else all that it holds."""
    found = [part for html in node.topmost("html", "xhtml:html") for part in html.all("body", "xhtml:body")]
    if found:
        return tuple(found)
    return (node,) if _has_words(node.element) else tuple(node.children)


def of_markup(markup: str, *, html: bool | None = None) -> Body:
    """The text of a value that may be HTML.

    Args:
        markup: HTML or plain text.
        html: Whether it is HTML, where its format says so.

    Raises:
        PayloadRefused: ``too_large`` or ``too_deep``.
    """
    if html is False or not (html or htmltext.looks_like_markup(markup)):
        return Body(text=htmltext.paragraphs(markup)) if markup else Body()
    flags: tuple[str, ...] = ()
    if (inner := htmltext.in_cdata(markup)) is not None:
        markup, flags = inner, ("escaped_twice",)
    if "<" not in markup and "&lt;/" in markup and _ESCAPED.search(markup, 0, LOOKED_AT):
        markup, flags = unescape(markup), ("escaped_twice",)
    if (root := htmltext.parse(markup)) is None:
        return Body()
    return Body(text="\n".join(htmltext.lines(root)), html=markup, images=tuple(htmltext.images(root)), flags=flags)


def decoded(text: str, encoding: str) -> str:
    """Inline data as text; base64 (by its declared encoding) is unpacked, and is empty where it holds no text."""
    if not _BASE64.search(encoding):
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _rename(element: etree._Element) -> None:
    """Give an element its HTML name, without namespace and without attributes that would mean something else."""
    name = local_name(element).lower()
    element.tag = NITF_TAGS.get(name, name)
    if name == "img" and element.get("source") and not element.get("src"):
        element.set("src", str(element.get("source")))


def _without(whole: etree._Element) -> None:
    """Take out what is no text, keeping what follows it."""
    drop_hidden(whole)
    for element in [found for found in whole.iter(etree.Element) if found.tag in NOT_TEXT]:
        parent = element.getparent()
        if parent is not None:
            before = element.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + (element.tail or "")
            else:
                parent.text = (parent.text or "") + (element.tail or "")
            parent.remove(element)
    for paragraph in list(whole.iter("p")):
        _break_at_indents(paragraph)
    for wrap in [found for found in whole.iter("br") if _is_soft(found)]:
        wrap.tag = "wbr"
    etree.strip_tags(whole, "wbr")


def _break_at_indents(paragraph: etree._Element) -> None:
    """Break a paragraph that is a whole text set by typewriter: some of its lines are indented, the others are not."""
    if len(paragraph) > MAX_INLINE:
        return
    rows = "".join(map(str, paragraph.itertext())).split("\n")[1:]
    indented = [row[:2].isspace() for row in rows if row.strip()]
    if not any(indented) or all(indented):
        return
    for element in [paragraph, *paragraph]:
        said = element.text if element is paragraph else element.tail
        first, *rest = _INDENT.split(said or "")
        if rest:
            at = 0 if element is paragraph else paragraph.index(element) + 1
            element.text, element.tail = (first, element.tail) if element is paragraph else (element.text, first)
            for number, words in enumerate(rest):
                wrap = etree.Element("br")
                wrap.tail = words
                paragraph.insert(at + number, wrap)


def _is_soft(wrap: etree._Element) -> bool:
    """Whether a line break only wraps a line, as old wire systems do: a blank before it, a word after it."""
    before = wrap.getprevious()
    parent = wrap.getparent()
    said = before.tail if before is not None else parent.text if parent is not None else None
    return bool(said and said[-1] == " " and said.strip() and wrap.tail and not wrap.tail[0].isspace())


def _has_words(parent: etree._Element) -> bool:
    """Whether words stand between the children of an element, so that these stand in a line."""
    beside = (parent.text, *(child.tail for child in parent))
    return any(words and words.strip() for words in beside)


def _body(whole: etree._Element) -> Body:
    etree.cleanup_namespaces(whole)
    text = "\n".join(htmltext.lines(whole))
    if not text:
        return Body(images=tuple(htmltext.images(whole)))
    markup = "".join(etree.tostring(part, encoding="unicode", method="html") for part in whole)
    return Body(text=text, html=markup, images=tuple(htmltext.images(whole)))
