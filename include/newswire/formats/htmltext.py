"""HTML as it stands inside feeds and on pages: to plain text, to safe markup, to the images it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import nh3
from lxml import etree

from newswire.errors import PayloadRefused

MAX_CHARACTERS = 4_000_000
"""The largest markup that one body may have."""

DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "form",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "head",
        "title",
        "figure",
        "figcaption",
        "picture",
        "dialog",
    ]
)
"""Elements whose text is no part of a story. A figure's caption belongs to its image (``images``)."""

BREAKING = frozenset(["figure", "form", "table", "dialog", "video", "audio", "iframe"])
"""Dropped elements that end a paragraph all the same."""

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "amp-ad",
        "img",
    ]
)
"""Elements that do not end a paragraph; every other one does."""

_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
"""C1 controls in text are windows-1252 characters that were copied as numbers (HTML, 13.2.5.80)."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0\u3000]+")
_TAG = re.compile(r"<[A-Za-z/!?]|&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w+);")


def parse(markup: str) -> etree._Element | None:
    """The tree of a document or fragment; None for one that holds nothing.

    Raises:
        PayloadRefused: ``too_large``, or ``too_deep`` where libxml2 would cut the document short.
    """
    if len(markup) > MAX_CHARACTERS:
        msg = f"The markup has {len(markup)} characters, the limit is {MAX_CHARACTERS}."
        raise PayloadRefused(msg, reason="too_large", remedy="Ask the partner for smaller documents.")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        msg = "The markup is nested deeper than 256 levels."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for markup without such nesting.")
    return root


def clean(text: str) -> str:
    """Text without control characters; C1 controls become the characters they were meant to be."""
    return _CONTROLS.sub("", text.translate(_C1))


def line(text: str) -> str:
    """Text as one line."""
    return _BLANKS.sub(" ", clean(text)).strip()


def one_line(text: str) -> str:
    """A title or label as one line of plain text; tags and entities inside it are read as HTML."""
    if _TAG.search(text):
        text = " ".join(to_text(text).splitlines()) or ("" if "<" in text else unescape(text))
    return line(text)


def looks_like_markup(text: str) -> bool:
    """Whether a text of undeclared kind holds HTML."""
    return _TAG.search(text) is not None


def to_text(markup: str) -> str:
    """Plain text of HTML, one paragraph a line, entities decoded; scripts, forms and captions left out."""
    root = parse(markup) if markup.strip() else None
    return "" if root is None else "\n".join(lines(root))


def lines(root: etree._Element, *, skip: frozenset[etree._Element] = frozenset()) -> Iterator[str]:
    """The paragraphs below an element in reading order; cells of a table row share a line, ``pre`` keeps its lines."""
    parts: list[str] = []
    hidden = verbatim = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        dropped = tag in DROPPED or element in skip
        starts = event == "start"
        hidden += dropped if starts else 0
        verbatim += (tag == "pre") if starts else -(tag == "pre")
        if not hidden and tag in {"td", "th"}:
            parts.append(" | " if starts and element.getprevious() is not None else "")
        elif not hidden and tag not in INLINE:
            yield from _flush(parts)
        hidden -= 0 if starts else dropped
        said = element.text if starts and tag else None if starts or element is root else element.tail
        if not hidden and said:
            parts.append(said if verbatim else said.replace("\n", " "))
        elif tag in BREAKING:
            yield from _flush(parts)
    yield from _flush(parts)


def _flush(parts: list[str]) -> Iterator[str]:
    text = clean("".join(parts))
    parts.clear()
    for paragraph in text.split("\n"):
        if words := _BLANKS.sub(" ", paragraph).strip(" |"):
            yield words


def sanitise(markup: str) -> str | None:
    """Markup without scripts, handlers and styles (nh3), or None where nothing is left."""
    return nh3.clean(clean(markup), url_schemes={"http", "https", "mailto"}).strip() or None


def paragraphs(text: str) -> str:
    """Plain text with one paragraph a line and no blank lines."""
    return "\n".join(words for row in clean(text).splitlines() if (words := line(row)))


def images(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The images of a document: address and caption (of its ``figure``, else the alternative text)."""
    for image in root.iter("img"):
        if {"0", "1"} & {image.get("width"), image.get("height")} or not image.get("src"):
            continue  # a counting pixel
        figure = next(image.iterancestors("figure"), None)
        caption = figure.find(".//figcaption") if figure is not None else None
        words = "".join(map(str, caption.itertext())) if caption is not None else image.get("alt") or ""
        yield line(image.get("src") or ""), line(words)
