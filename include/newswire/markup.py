"""HTML made safe to show, and the parsers that every XML and HTML from outside is read with.

Items keep their markup as it was received, and whoever shows it makes it safe then: no rule of years ago decides what
is harmless today, and runs that show nothing do not pay for it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, cast

import nh3
from ahocorasick_rs import BytesAhoCorasick
from lxml import etree

KEPT = frozenset(nh3.ALLOWED_TAGS) | {"section", "main", "address"}
"""Elements that stay; of any other one, what it holds stays."""

MAX_OPEN = 200
"""Elements that are open at once in shallow markup."""

MAX_SMALL = 200_000
"""Characters of markup that is small enough not to be looked at closely, if it has few elements."""

_CAREFUL = (
    "applet button caption marquee math noembed noframes noscript object plaintext script select style "
    "svg table tbody td template textarea tfoot th thead title tr xmp iframe"
)
CAREFUL = frozenset(_CAREFUL.split())
"""Elements inside which an end tag may end nothing."""

_VOID = frozenset(["br", "hr", "img", "wbr", "source", "input", "link", "meta", "col", "area", "embed"])
_CLEANER = nh3.Cleaner(
    tags=set(KEPT), clean_content_tags={"script", "style", "title"}, url_schemes={"http", "https", "mailto"}
)
_HIDDEN = "newswire-hidden"
_WHOLE = frozenset(["html", "body"])
_HIDING_WORDS = BytesAhoCorasick([b"hidden", b"display"])
_HIDDEN_WORD = re.compile(rb"hidden(?<![\w:.-]hidden)\b")
_STYLE_WORD = re.compile(rb"style(?<![\w:.-]style)\s*=")
_QUOTE = re.compile(rb"[\"']")
_HIDING = etree.XPath("descendant::*[@hidden or @style]")
_TAG = re.compile(r"<(/?)([A-Za-z][^\s<>/]*)[^<>]*>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")


def safe(markup: str) -> str | None:
    """Markup without scripts, handlers, styles and foreign addresses, or None where nothing is left."""
    if hides(markup) or not is_shallow(markup):
        markup = _rebuilt(markup)
    return _CLEANER.clean(_CONTROLS.sub("", markup)).strip() or None


def is_shallow(markup: str) -> bool:
    """Whether few elements are open at once, for certain.

    Browsers' rules for unclosed formatting, which the sanitiser follows, repeat it in every later paragraph: deep
    markup of 30 kB would become 14 MB.
    """
    signs = markup.count("<")
    if signs <= MAX_OPEN and len(markup) <= MAX_SMALL:
        return True
    tags = _TAG.findall(markup)
    if len(tags) != signs:
        return False  # comments, or signs inside attributes, where an end tag ends nothing
    depth = 0
    still: dict[str, int] = {}
    for end, spelled in tags:
        name = spelled.lower()
        if name in CAREFUL or depth > MAX_OPEN:
            return False
        if not end and name not in _VOID:
            still[name] = still.get(name, 0) + 1
            depth += 1
        elif end and still.get(name):
            still[name] -= 1
            depth -= 1
    return True


def xml_parser(*, recover: bool = False) -> etree.XMLParser:
    """A parser of UTF-8 that resolves no entity, fetches nothing and keeps no comments."""
    return etree.XMLParser(
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


@cache
def html_parser() -> etree.HTMLParser:
    """The same for HTML, whatever is wrong with it; one for all, as making one costs more than reading a short text."""
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


def met_depth(parser: etree.XMLParser | etree.HTMLParser) -> bool:
    """Whether what a parser read last is nested deeper than libxml2 reads: 256 levels."""
    return any("depth" in entry.message.lower() for entry in parser.error_log)


def _rebuilt(markup: str) -> str:
    """The same as libxml2 understands it, which repeats nothing and nests at most 256 elements."""
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), html_parser())
    except etree.XMLSyntaxError:
        return ""
    if root is None:
        return ""
    drop_hidden(root)
    return etree.tostring(root, encoding="unicode", method="html")


def hides(markup: str) -> bool:
    """Whether an element of HTML hides itself, or may; in most markup no word says so, which is seen at once."""
    raw = markup.encode("utf-8", "replace").lower()
    if not _HIDING_WORDS.find_matches_as_indexes(raw):
        return False
    hidden = b"hidden" in raw
    if hidden and _in_a_tag(_HIDDEN_WORD, raw):
        return True
    styled = (b"display" in raw and b"none" in raw) or (hidden and b"visibility" in raw)
    return styled and _in_a_tag(_STYLE_WORD, raw)


def _in_a_tag(word: re.Pattern[bytes], raw: bytes) -> bool:
    """Whether an attribute may have a name: a sign that ends no tag stands in a value, whose quotation ends later."""
    seen = 0
    for found in word.finditer(raw):
        before = raw[seen : found.start()]
        ended = before.rfind(b">")
        if before.rfind(b"<") > ended or _QUOTE.search(before, ended + 1):
            return True
        seen = found.start()
    return False


def drop_hidden(root: etree._Element) -> None:
    """Take out what no reader sees, by the element's own word; what follows it stays.

    The document and its body stay whatever they say: scripts show them once a page has loaded.
    """
    found: list[etree._Element] = cast("Any", _HIDING(root))
    told = [(element, _ways(element.get("style") or "")) for element in found]
    _drop(root, [element for element, ways in told if _is_away(element, ways)])
    shown: set[etree._Element] = set()
    for element in (element for element, ways in told if ways.get("visibility") == "visible"):
        for around in element.iterancestors():
            if around in shown:
                break
            shown.add(around)
    _drop(root, [one for one, ways in told if ways.get("visibility") == "hidden" and one not in shown])


def _ways(style: str) -> dict[str, str]:
    """What a style says last of each property, in small letters."""
    pairs = (declared.lower().partition(":") for declared in style.split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}


def _is_away(element: etree._Element, ways: dict[str, str]) -> bool:
    """Whether an element is not shown with all that it holds."""
    hidden = element.get("hidden")
    return (hidden is not None and hidden.lower() != "until-found") or ways.get("display") == "none"


def _drop(root: etree._Element, elements: list[etree._Element]) -> None:
    away = [element for element in elements if element.tag not in _WHOLE]
    for element in away:
        element.tag = _HIDDEN
    if away:
        etree.strip_elements(root, _HIDDEN, with_tail=False)
