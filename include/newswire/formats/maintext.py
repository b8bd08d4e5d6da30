"""The main column of an article page: from the story's first paragraph to the column's end.

What follows the story in its column stays, in reading order: tail credit, notice, teasers. Reading tells them apart
later. Navigation, page headers and footers, sharing and comment boxes, and lists of links are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newswire.formats.htmltext import line, lines

CHROME = frozenset(["nav", "aside", "header"])
ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alert", "menu", "toolbar"]
)
BOXES = re.compile(
    r"(?:^|[\s_-])(?:comments?|share|sharing|social|breadcrumbs?|cookies?|advert\w*|ads?|modal|popup|toolbar|newsletter"
    r"|byline|skip|sr-only|visually-hidden|screen-reader-text)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Class and id words of boxes that are never part of a story."""

LINK_SHARE = 0.6
"""A list or box whose text is links by more than this share, with several links, is navigation."""


def find(root: etree._Element, title: str = "") -> tuple[list[str], etree._Element | None]:
    """The paragraphs of the main column without the title, and the element that holds the story."""
    story = _story(root)
    if story is None:
        return [], None
    column = next(_columns(story), story)
    skip = frozenset(_boxes(column, story, title))
    rows = [row for element in (story, *_following(story, column)) for row in lines(element, skip=skip)]
    return [row for row in rows if row != title], story


def _story(root: etree._Element) -> etree._Element | None:
    """The element whose own paragraphs hold most text, taken as wide as the page's markup names it."""
    everything = list(root.iter(etree.Element))
    widest, weight = _densest(root)
    marked = [place for place in everything if "articleBody" in (place.get("itemprop") or "").split()]
    for group in (marked, list(root.iter("article"))):
        best = max(group, key=_paragraph_text, default=None)
        if best is not None and _paragraph_text(best) > weight / 2:
            return best
    mains = [place for place in everything if place.tag == "main" or place.get("role") == "main"]
    main = max(mains, key=_paragraph_text, default=None)
    if main is not None and _paragraph_text(main) > 2 * weight:
        return main
    return widest if widest is not None else _body(root)


def _densest(root: etree._Element) -> tuple[etree._Element | None, int]:
    """The element with most text in paragraphs of its own, and how much that is."""
    weights: dict[etree._Element, int] = {}
    for paragraph in root.iter("p"):
        parent = paragraph.getparent()
        if parent is not None and not any(_is_chrome(place) for place in paragraph.iterancestors()):
            weights[parent] = weights.get(parent, 0) + len(_words(paragraph))
    best = max(weights, key=lambda place: weights[place], default=None)
    return best, weights[best] if best is not None else 0


def _body(root: etree._Element) -> etree._Element | None:
    return root if root.tag == "body" else root.find("body")


def _columns(story: etree._Element) -> Iterator[etree._Element]:
    """The elements that may be the story's column, best first."""
    for place in story.iterancestors():
        if place.tag in {"main", "article"} or place.get("role") == "main":
            yield place
    parent = story.getparent()
    if parent is not None and parent.tag not in {"body", "html"} and story.tag not in {"main", "article"}:
        yield parent


def _following(story: etree._Element, column: etree._Element) -> Iterator[etree._Element]:
    """What stands after the story inside its column, in reading order."""
    place = story
    while place is not column and place is not None:
        for sibling in place.itersiblings():
            if isinstance(sibling.tag, str) and sibling.tag not in {"article", "footer"}:
                yield sibling
        parent = place.getparent()
        if parent is None:
            return
        place = parent


def _boxes(column: etree._Element, story: etree._Element, title: str) -> Iterator[etree._Element]:
    alone = sum(1 for _ in column.iter("h1")) == 1
    within = {story, *story.iterancestors()}
    for element in column.iter(etree.Element):
        if element in within or element.tag in {"html", "body"}:
            continue
        if (
            _is_chrome(element)
            or (element.tag == "h1" and (alone or line(_words(element)) == title))
            or (element.tag in {"ul", "ol", "div", "section"} and _is_links(element))
        ):
            yield element


def _is_chrome(element: etree._Element) -> bool:
    if element.tag in CHROME or element.get("role") in ROLES or element.get("hidden") is not None:
        return True
    if element.tag == "footer":
        return not any(place.tag == "article" for place in element.iterancestors())
    if element.tag in {"p", "article", "main", "body", "html"} or element.get("aria-hidden") == "true":
        return element.get("aria-hidden") == "true"
    return bool(BOXES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _is_links(element: etree._Element) -> bool:
    anchors = list(element.iter("a"))
    if len(anchors) < 3:  # noqa: PLR2004 - fewer are a sentence with links
        return False
    linked = sum(len(_words(anchor)) for anchor in anchors)
    return linked > LINK_SHARE * max(1, len(_words(element)))


def _paragraph_text(element: etree._Element) -> int:
    return sum(
        len(_words(paragraph)) for paragraph in element.iter("p", "br") if paragraph.tag == "p" or paragraph.tail
    )


def _words(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def is_bare_article(root: etree._Element) -> bool:
    """Whether a page without any article markup still reads as one: a headline and several paragraphs under it."""
    headings = [line(_words(heading)) for heading in root.iter("h1")]
    if len(headings) != 1 or re.match(
        r"\W*[45]\d\d\b|.*\b(error|not found|forbidden|unavailable)\b", headings[0], re.IGNORECASE
    ):
        return False
    rows, _ = find(root, headings[0])
    return len([row for row in rows if len(row) >= 80]) >= 2 and sum(map(len, rows)) >= 400  # noqa: PLR2004 - prose
