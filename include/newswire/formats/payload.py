"""A payload opened: unpacked, decoded, and parsed as far as sniffing needs it."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass

from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats import charset, feedroots, htmltext, jsontree, xmlreading, xmltree
from newswire.formats.source import Source

MAX_BYTES = 50_000_000
"""The largest payload, after unpacking, that is read."""

MAGIC = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"PK\x03\x04": "ZIP"}
"""First bytes of files that are no text."""

WIRE_CONTROLS = b"\x01\x02\x03\x04\x0c\x11\x12\x13\x14\x15\x16\x1e\x1f\x7f\x00\x07\x08"
"""Control characters of the teletype formats; files of those are text all the same."""

_BINARY = bytes(set(range(32)) - set(b"\t\r\n\f\x1b") - set(WIRE_CONTROLS[:-3]))
"""Control characters that no text has."""

_MARKUP = re.compile(
    r"\s*+(?:(?><!--.*?-->|<\?.*?>|<!DOCTYPE\b[^>]*>)\s*+)*+<(?P<tag>[A-Za-z_][\w:.-]*)", re.DOTALL | re.IGNORECASE
)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]\"])")
_LATER = {
    "text": re.compile(r"<\?xml\b|<(?:rss|feed|rdf:RDF)\b"),
    "html": re.compile(r"(?:<\?xml\b[^>]*>\s*)?<(?:rss\b[^>]*\bversion|feed\b[^>]*\bxmlns|rdf:RDF\b)"),
}
"""How a feed begins behind what its server wrote before it, such as a warning in HTML."""
_HTML_TAGS = frozenset(
    [
        "html",
        "head",
        "body",
        "title",
        "meta",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "main",
        "article",
        "section",
        "span",
        "table",
        "center",
        "br",
        "ul",
        "a",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a parser gets.

    Attributes:
        raw: The bytes, unpacked; in UTF-8 where they came in UTF-16 or UTF-32.
        text: The same, decoded.
        shape: ``xml``, ``html``, ``json`` or ``text``.
        flags: Repairs so far.
        encoding: The codec that decoded it.
        xml: The root of an XML payload.
        html: The root of an HTML payload.
        json: The value of a JSON payload.
    """

    raw: bytes
    text: str
    shape: str
    flags: tuple[str, ...] = ()
    encoding: str = "utf-8"
    xml: xmltree.Node | None = None
    html: etree._Element | None = None
    json: object = None


def unseal(raw: bytes, source: Source) -> Payload:
    """Unpack, decode and parse a payload.

    Raises:
        PayloadRefused: ``empty``, ``too_large``, ``bad_gzip``, ``binary``, or what the XML and JSON parsers refuse.
    """
    raw = _unpack(raw)
    if len(raw) > MAX_BYTES:
        msg = f"The payload has {len(raw)} bytes, the limit is {MAX_BYTES}."
        raise PayloadRefused(msg, reason="too_large", remedy="Ask the partner for paging.")
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf"):
        msg = "The payload is empty."
        raise PayloadRefused(msg, reason="empty", remedy="Look at what the partner's server sends.")
    _refuse_binary(raw)
    text, encoding, flags = charset.decode(raw, content_type=source.content_type, language=source.language)
    if encoding.startswith(("utf-16", "utf-32")):
        raw = text.encode("utf-8", "surrogatepass")
    text = text.lstrip("\ufeff\0 \t\r\n") if text.lstrip("\ufeff\0 \t\r\n").startswith("<") else text
    shape = _shape(text)
    if shape in _LATER and (found := _LATER[shape].search(text, 0, 2048)):
        text, shape, flags = text[found.start() :], "xml", (*flags, "recovered_xml")
    if shape == "xml":
        root, repairs = xmlreading.load(text, raw if encoding == "utf-8" and not flags else None)
        if (feed := feedroots.respelt(root, text)) is not None:
            root, repairs = feed, ("recovered_xml", *repairs)
        flags = tuple(dict.fromkeys((*flags, *repairs)))
        return Payload(raw=raw, text=text, shape=shape, flags=flags, encoding=encoding, xml=root)
    if shape == "json":
        value, repairs = jsontree.load(text)
        return Payload(raw=raw, text=text, shape=shape, flags=(*flags, *repairs), encoding=encoding, json=value)
    page = htmltext.parse(text) if shape == "html" else None
    return Payload(raw=raw, text=text, shape=shape, flags=flags, encoding=encoding, html=page)


def _unpack(raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(raw)).read(MAX_BYTES + 1)  # of all its members (RFC 1952, section 2.2)
    except EOFError:
        msg = "The gzip stream ends before its end mark."
    except (OSError, zlib.error) as error:
        msg = f"The gzip stream cannot be unpacked: {error}."
    raise PayloadRefused(msg, reason="bad_gzip", remedy="Fetch it again.")


def _refuse_binary(raw: bytes) -> None:
    head = raw[:4096]
    kind = next((name for magic, name in MAGIC.items() if raw.startswith(magic)), None)
    controls = len(head) - len(head.translate(None, _BINARY))
    if kind is None and controls * 20 > len(head) and not charset.is_wide(raw):
        kind = "unknown"
    if kind:
        msg = f"The payload is binary ({kind}), not text."
        raise PayloadRefused(msg, reason="binary", remedy="Configure media as media, not as a feed.")


def _shape(text: str) -> str:
    if found := _MARKUP.match(text, 0, 65536):
        doctype = re.search(r"<!DOCTYPE\s+html", text[: found.end()], re.IGNORECASE)
        return "html" if doctype or found["tag"].lower() in _HTML_TAGS else "xml"
    if _JSON.match(text):
        return "json"
    return "xml" if re.match(r"\s*<[?!]", text) else "text"
