"""The story of an article page.

trafilatura finds it and leaves out what a page puts around it: navigation, teasers, comments. It leaves out small print
as well, and with it a rights notice. Lines of the page that look like one (``data/notice_marks.yaml``) are put back
where they stood, so that reading can tell story, credit, notice and what follows apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from newswire import packaged
from newswire.formats.htmltext import line, lines

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

CHROME = frozenset(["nav", "aside", "header"])
ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alert", "menu", "toolbar"]
)
BOXES = re.compile(
    r"(?:^|[\s_-])(?:comments?|share|sharing|social|breadcrumbs?|cookies?|advert\w*|ads?|modal|popup|toolbar|newsletter"
    r"|byline|skip|sr-only|visually-hidden|screen-reader-text)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Class and id words of boxes that never hold a story's notice."""

TAGS = {"head": "h2", "hi": "span", "ref": "a", "lb": "br", "cell": "td", "row": "tr", "list": "ul", "item": "li"}
"""trafilatura's elements as HTML; the others have HTML's names already."""

MAX_NOTICE = 1_500
"""The longest line that is taken for a notice."""

_ONE_I = str.maketrans({"I": "i", "\u0130": "i", "\u0131": "i"})

MAX_TEASER = 300
"""The most characters of a card that announces another story."""

KEY = 40
"""Letters and digits of a line by which it is found again on the page."""


def find(root: etree._Element, title: str = "") -> tuple[list[str], etree._Element | None]:
    """The paragraphs of a page's story without its title, and the story as HTML elements."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - slow to import, and only pages need it

    document = bare_extraction(_without_teasers(root), options=_options())
    if document is None or isinstance(document, dict):
        return [], None
    story = document.body
    for element in story.iter(*TAGS):
        element.tag = TAGS[str(element.tag)]
    rows = list(lines(story))
    while rows and _key(rows[0]) == _key(title):
        rows = rows[1:]
    return _with_notices(rows, root), story


@cache
def _options() -> Extractor:
    """What is asked of trafilatura, read from its settings once: neither comments, metadata nor its own plain text."""
    from trafilatura.settings import Extractor  # noqa: PLC0415 - as above

    return Extractor(output_format="txt", comments=False)


def pictured(root: etree._Element, rows: list[str]) -> etree._Element | None:
    """The smallest element of the page that holds the story: what it shows belongs to the story."""
    known = {_key(row) for row in rows if len(row) >= KEY}
    found = [place for place in root.iter("p", "div", "section", "article") if _key(place.text or "") in known]
    shared: list[etree._Element] = []
    for place in found:
        above = [*reversed(list(place.iterancestors()))]
        pairs = zip(shared, above, strict=False)
        shared = above if place is found[0] else [one for one, other in pairs if one is other]
    return shared[-1] if shared else None


def is_bare_article(root: etree._Element) -> bool:
    """Whether a page without any article markup still reads as one: a headline and several paragraphs under it."""
    headings = [line(_words(heading)) for heading in root.iter("h1")]
    if len(headings) != 1 or re.match(
        r"\W*[45]\d\d\b|.*\b(error|not found|forbidden|unavailable)\b", headings[0], re.IGNORECASE
    ):
        return False
    rows, _ = find(root, headings[0])
    return len([row for row in rows if len(row) >= 80]) >= 2 and sum(map(len, rows)) >= 400  # noqa: PLR2004 - prose


def _without_teasers(root: etree._Element) -> str:
    """The page without its templates, and its cards: several short ``article`` elements announce other stories."""
    cards = [number for number, place in enumerate(root.iter("article")) if len(_words(place)) <= MAX_TEASER]
    page = root
    if len(cards) > 1 or root.find(".//template") is not None:
        page = deepcopy(root)
        etree.strip_elements(page, "template", with_tail=False)
    if len(cards) > 1:
        places = list(page.iter("article"))
        for place in [places[number] for number in cards]:
            if (parent := place.getparent()) is not None:
                parent.remove(place)
    return etree.tostring(page, encoding="unicode", method="html", with_tail=False)


def _with_notices(rows: list[str], root: etree._Element) -> list[str]:
    """The story's rows, and each line of the page that looks like a notice after the row that it follows there."""
    places = {_key(row): number for number, row in enumerate(rows, start=1)}
    anchor, found = 0, []
    for row in lines(root, skip=frozenset(_boxes(root))):
        if (place := places.get(_key(row))) is not None:
            anchor = place
        elif anchor and is_notice(row):
            found.append((anchor, row))
    for anchor, row in reversed(list(dict.fromkeys(found))):
        rows.insert(anchor, row)
    return rows


def is_notice(row: str) -> bool:
    """Whether a line has a word of a rights notice."""
    folded = row.translate(_ONE_I).lower()
    return len(row) <= MAX_NOTICE and any(mark.search(folded) for mark in _marks())


@cache
def _marks() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(str(row["pattern"])) for row in marks())


@cache
def marks() -> tuple[dict[str, object], ...]:
    """The table of words that mark a notice."""
    return tuple(packaged.table(__package__, "notice_marks"))


def _boxes(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter(etree.Element):
        if element.tag in CHROME or element.get("role") in ROLES or element.get("hidden") is not None:
            yield element
        elif element.tag == "footer":
            if not any(place.tag == "article" for place in element.iterancestors()):
                yield element
        elif element.get("aria-hidden") == "true" or _is_box(element):
            yield element


def _is_box(element: etree._Element) -> bool:
    if element.tag in {"p", "article", "main", "body", "html"}:
        return False
    return bool(BOXES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _key(row: str) -> str:
    return "".join(islice(filter(str.isalnum, row.casefold()), KEY))


def _words(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
