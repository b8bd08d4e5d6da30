"""Hardened XML: no entity is ever resolved, nothing is fetched, and every repair is flagged.

A strict parse comes first. Where it fails, named HTML entities and stray ampersands are mended, then libxml2's recovery
reads what it can; both are flagged ``recovered_xml``. A document type declaration is cut out before libxml2 sees it and
flagged ``dtd_ignored``: nothing in it is ever loaded or expanded, modules of a DTD neither (NewsML and NITF name theirs
that way). One that declares entities of its own refuses the payload.
"""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats.xmltree import Node, root_of
from newswire.markup import met_depth, xml_parser

MAX_TAGS = 2_000_000
"""The most tags, those quoted in CDATA included, that a document may have."""

_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<\?[^>]*|<!DOCTYPE\b|<(?=[A-Za-z_])", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(?!%)([\w:.-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(#\d+;|#x[0-9a-fA-F]+;|\w+;)?", re.DOTALL)
_OPENED = re.compile(r"(?:<!\s*\[\s*CDATA\s*\[\s*)+", re.IGNORECASE)
_CLOSED = re.compile(r"\]\]>(?:\s*\]\]>)+")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile(r"(?:&#(?:[xX][dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});)+")
_NUMBER = re.compile(r"&#([xX]?)([0-9a-fA-F]+);")
_UNQUOTED = re.compile(r"""\A(<[^<>]*?\s[\w:.-]+=)([^\s"'<>]+)""")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def load(text: str, raw: bytes | None = None) -> tuple[Node, tuple[str, ...]]:
    """Parse a document.

    Args:
        text: The document.
        raw: The UTF-8 that it was decoded from, if it was: it need not be encoded again.

    Returns:
        The root and the flags ``recovered_xml``, ``truncated_xml``, ``dtd_ignored``.

    Raises:
        PayloadRefused: ``xml_entities``, ``bad_doctype``, ``too_deep``, ``too_many_elements`` or ``broken_xml``.
    """
    start, flags = _root_at(text)
    if len(text) - start > MAX_TAGS and text.count("<", start) > MAX_TAGS:
        msg = f"The document has more than {MAX_TAGS} tags."
        raise PayloadRefused(msg, reason="too_many_elements", remedy="Ask the partner for paging.")
    if flags:
        _refuse_entities(text[:start])
    root, error = _parse(_encoded(text[start:]) if raw is None else _from(raw, text, start))
    if root is None:
        flags.append("recovered_xml")
        mended = _SURROGATES.sub(_paired, _AMPERSAND.sub(_mend, _sections(text[start:])))
        mended = _UNQUOTED.sub(r'\1"\2"', _ILLEGAL.sub("", mended), count=1)
        root, _ = _parse(_encoded(mended))
        if root is None:
            flags.append("truncated_xml" if _cut_off(mended) else "")
            root, error = _parse(_encoded(mended), recover=True)
    if root is None:
        msg = f"No element can be read: {error}."
        raise PayloadRefused(msg, reason="broken_xml", remedy="Ask the partner for well-formed XML.")
    return root_of(root), tuple(flag for flag in flags if flag)


def _root_at(text: str) -> tuple[int, list[str]]:
    """Where the root element of a document begins, and flags of what stands before it."""
    position = 0
    flags: list[str] = []
    while match := _MARKUP.search(text, position):
        found = match[0].upper()
        if found == "<":
            return match.start(), flags
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


def _sections(text: str) -> str:
    """CDATA sections as they are written: in capitals, without blanks in the mark, none inside another."""
    return _CLOSED.sub("]]>", _OPENED.sub("<![CDATA[", text)) if "cdata" in text.casefold() else text


def _mend(match: re.Match[str]) -> str:
    """Write a named HTML entity as its character and a stray ampersand as ``&amp;``; leave all else."""
    if not match[0].startswith("&"):
        return match[0]
    name = match[1] or ""
    if name.startswith("#") or name in _PREDEFINED:
        return match[0]
    return html5[name].replace("&", "&amp;").replace("<", "&lt;") if name in html5 else f"&amp;{name}"


def _paired(match: re.Match[str]) -> str:
    """Characters that were written as the two halves of UTF-16; a half alone is none, and libxml2 would pass it on."""
    codes = (int(digits, 16 if hexadecimal else 10) for hexadecimal, digits in _NUMBER.findall(match[0]))
    return "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cut_off(text: str) -> bool:
    """Whether the document ends before its root element does, or in a CDATA section that took the rest of it."""
    if without_open_cdata(text) != text:
        return True
    opened = re.match(r"<([\w:.-]+)", text)
    return opened is not None and not re.search(rf"</\s*{re.escape(opened[1])}\s*(?:>|\Z)", text[-2000:].rstrip())


def without_open_cdata(text: str) -> str:
    """A document without the CDATA section at its end that is never closed: all of it is that section's text."""
    start = text.rfind("<![CDATA[")
    quoted = text[max(start - 1, 0) : start] in ('"', "'")  # in an attribute it is no section
    return text if start < 0 or quoted or "]]>" in text[start:] else text[:start]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _from(raw: bytes, text: str, start: int) -> bytes:
    """The UTF-8 of a text from a place on; of what stands before its first tag the text may lack some."""
    return raw[raw.index(b"<") + len(_encoded(text[text.index("<") : start])) :]


def _parse(document: bytes, *, recover: bool = False) -> tuple[etree._Element | None, str]:
    parser = xml_parser(recover=recover)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        root, reason = None, str(error)
    else:
        reason = "it is empty"
    if met_depth(parser):
        msg = "Elements are nested deeper than 256 levels."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for a feed without such nesting.")
    return root, reason
