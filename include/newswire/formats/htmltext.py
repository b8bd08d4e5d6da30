"""HTML as it stands inside feeds and on pages: to plain text, to the images it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats.plaintext import BREAK, SKIPPED, TO_TEXT, TO_TEXT_WITHOUT_SKIPPED
from newswire.markup import drop_hidden, hides, html_parser, met_depth

MAX_CHARACTERS = 4_000_000
"""The largest markup that one body may have."""

MAX_FLAT = 250
"""So few tags never nest too deeply, with the elements that are implied; a look into the parser's log costs more."""

_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
"""C1 controls in text are windows-1252 characters that were copied as numbers (HTML, 13.2.5.80)."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
_C0 = bytes(code for code in (*range(32), 127) if chr(code) not in "\t\n\r")
_BLANKS = bytes.maketrans(b"\t\n\r", b"   ")
_PARAGRAPHS = bytes.maketrans(b"\t\n\r" + BREAK.encode(), b"   \n")
_C0_BUT_BREAK = _C0.replace(BREAK.encode(), b"")
_WIDE_BLANKS = ("\u00a0", "\u3000")
_RARE = re.compile(rb"\xc2[\x80-\x9f]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]")
"""C1 controls, byte order marks and non-characters in UTF-8."""
_RARE_OR_BLANK = re.compile(_RARE.pattern + rb"|\xc2\xa0|\xe3\x80\x80")
_RUN = re.compile("  +")
_SECTION = re.compile(r"\s*<!\[CDATA\[(.*?)(?:\]\]>)?\s*", re.DOTALL)
_PIXEL = frozenset(["0", "1"])
"""Widths and heights of images that only count readers."""
_LATE = ("data-src", "data-original", "data-lazy-src")
_CHOICE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")
_TAG = re.compile(r"<[A-Za-z/!?]|&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w+);")


def parse(markup: str) -> etree._Element | None:
    """The tree of a document or fragment; None for one that holds nothing.

    Raises:
        PayloadRefused: ``too_large``, or ``too_deep`` where libxml2 would cut the document short.
    """
    if len(markup) > MAX_CHARACTERS:
        msg = f"The markup has {len(markup)} characters, the limit is {MAX_CHARACTERS}."
        raise PayloadRefused(msg, reason="too_large", remedy="Ask the partner for smaller documents.")
    parser = html_parser()
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is not None and hides(markup):
        drop_hidden(root)
    if markup.count("<") > MAX_FLAT and met_depth(parser):
        msg = "The markup is nested deeper than 256 levels."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for markup without such nesting.")
    return root


def clean(text: str) -> str:
    """Text without control characters; C1 controls become the characters they were meant to be."""
    if text.isascii() and text.isprintable():
        return text
    return text if _is_clean(text) else _CONTROLS.sub("", text.translate(_C1))


def _is_clean(text: str) -> bool:
    """Whether there is nothing to clean: almost always, and bytes tell it faster than characters."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    if len(raw.translate(None, _C0)) != len(raw):
        return False
    return (b"\xc2" not in raw and b"\xef" not in raw) or _RARE.search(raw) is None


def line(text: str) -> str:
    """Text as one line, without control characters, in which every run of blanks is one space."""
    if not (text.isascii() and text.isprintable()):
        text = _decoded(text.encode("utf-8", "ignore").translate(_BLANKS, _C0))
    return (_RUN.sub(" ", text) if "  " in text else text).strip()


def rows(text: bytes) -> list[str]:
    """The paragraphs of UTF-8 in which ``BREAK`` stands between them, each as one line, blank ones left out."""
    found = (row.strip(" |") for row in _decoded(text.translate(_PARAGRAPHS, _C0_BUT_BREAK)).split("\n"))
    return [_RUN.sub(" ", row) if "  " in row else row for row in found if row]


def _decoded(raw: bytes) -> str:
    """UTF-8 as text whose blanks are spaces; what needs it is seen faster in bytes than in characters."""
    text = raw.decode()
    if (b"\xc2" in raw or b"\xe3" in raw or b"\xef" in raw) and _RARE_OR_BLANK.search(raw):
        for blank in _WIDE_BLANKS:
            text = text.replace(blank, " ")
        text = clean(text)
    return text


def one_line(text: str) -> str:
    """A title or label as one line of plain text; tags and entities inside it are read as HTML."""
    if looks_like_markup(text):
        inner = in_cdata(text)
        text = text if inner is None else inner
        text = " ".join(to_text(text).splitlines()) or ("" if "<" in text else unescape(text))
    return line(text)


def in_cdata(markup: str) -> str | None:
    """What a CDATA section holds that was itself escaped, which HTML takes for a comment; None where there is none."""
    found = _SECTION.fullmatch(markup)
    return found and found[1]


def looks_like_markup(text: str) -> bool:
    """Whether a text of undeclared kind holds HTML; most short ones lack the characters that it takes."""
    return ("<" in text or "&" in text) and _TAG.search(text) is not None


def to_text(markup: str) -> str:
    """Plain text of HTML, one paragraph a line, entities decoded; scripts, forms and captions left out."""
    root = parse(markup) if markup.strip() else None
    return "" if root is None else "\n".join(lines(root))


def lines(root: etree._Element, *, skip: frozenset[etree._Element] = frozenset()) -> list[str]:
    """The paragraphs below an element in reading order; cells of a table row share a line, ``pre`` keeps its lines."""
    for element in skip:
        element.set(SKIPPED, "")
    text = bytes((TO_TEXT_WITHOUT_SKIPPED if skip else TO_TEXT)(root))
    for element in skip:
        del element.attrib[SKIPPED]
    return rows(text)


def paragraphs(text: str) -> str:
    """Plain text with one paragraph a line and no blank lines."""
    return "\n".join(words for row in clean(text).splitlines() if (words := line(row)))


def images(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The images of a document: address and caption (of its ``figure``, else the alternative text)."""
    for image in root.iter("img"):
        address = _address(image)
        if not address or image.get("width") in _PIXEL or image.get("height") in _PIXEL:
            continue
        figure = next(image.iterancestors("figure"), None)
        caption = next(figure.iter("figcaption"), None) if figure is not None else None
        words = "".join(map(str, caption.itertext())) if caption is not None else image.get("alt") or ""
        yield line(address), line(words)


def _address(image: etree._Element) -> str:
    """Where an image is; a page that loads it late has a stand-in for it, and its address elsewhere."""
    source = image.get("src") or ""
    if source and not source.startswith("data:"):
        return source
    late = next((found for name in _LATE if (found := image.get(name))), "")
    return late or _widest(image.get("srcset") or image.get("data-srcset") or "") or source


def _widest(choices: str) -> str:
    """The largest image of a ``srcset``; empty where it names none."""
    found = [(float(size or 1), address) for address, size in _CHOICE.findall(choices)]
    return max(found)[1] if found else ""
