"""NewsML-G2: news items and packages, alone or in a news message.

A ``guid`` names an item in all its versions and is never joined with the version. An empty ``embargoed`` is an embargo
without a stated end. Items of other kinds (planning, concepts, catalogs) are no news: each is set aside by reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from newswire.errors import PayloadRefused
from newswire.formats import g2content, g2meta
from newswire.formats.dates import Clock
from newswire.formats.g2content import Content
from newswire.formats.g2rights import rights
from newswire.formats.identity import Draft
from newswire.formats.merge import merge_page, restricted
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.wirecodes import WIRES, Codes, cued
from newswire.formats.wirerights import Limits
from newswire.formats.xmltree import Node
from newswire.model import LANGUAGE_PART, Item, Refusal

NEWS = ("newsItem", "packageItem")
LONGEST_HEADING = 30
"""The most lines that a heading inside a body has."""

DATE = re.compile(r"[\d.,:/ -]+(?: [A-Z]{2,5})?")

ROOTS = ("newsMessage", *NEWS, *WIRES.set_aside)


def recognises(payload: Payload) -> bool:
    """Whether the root is a news message or an item, or holds one inside an envelope that no other format knows."""
    return payload.xml is not None and payload.xml.holds(*ROOTS)


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item in document order; an item of another kind is set aside with its reason."""
    if payload.xml is None:
        return ()
    found: list[Draft | Refusal] = []
    for top in payload.xml.topmost(*ROOTS):
        catalogs = top.all("header")
        for node in top.topmost(*NEWS, *WIRES.set_aside):
            found += _entries(node, (top, *catalogs), source)
    return found


def _entries(node: Node, places: tuple[Node, ...], source: Source) -> list[Draft | Refusal]:
    if reason := WIRES.set_aside.get(node.name):
        title = g2meta.title(node) or node.get("guid") or "without a guid"
        detail = f"A {node.name} is no news; it is set aside: {title}."
        return [Refusal(reason=reason, detail=detail, pointer=node.pointer)]
    try:
        return [*_drafts(node, Codes(*places, node), source)]
    except PayloadRefused as refusal:
        return [Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)]


def _drafts(node: Node, codes: Codes, source: Source) -> Iterator[Draft | Refusal]:
    if not node.get("guid") and not node.all("itemMeta"):
        yield Refusal(reason="empty_entry", detail="The item has neither a guid nor itemMeta.", pointer=node.pointer)
        return
    item, found = _about(node, codes, source)
    texts = [(text.language, _with_text(item, text.drafts[0].item)) for text in found.texts] or [(None, item)]
    own_titles = [text.drafts[0].item.title for text in found.texts]
    for number, (language, one) in enumerate(texts):
        own = g2meta.headline_in(node, language) or (number and own_titles[number])
        title = own or one.title or g2meta.slugline(node)
        byline = one.byline or g2meta.creators(node, codes)
        flags = (*one.flags, *found.flags, *(("no_text",) if not one.body and one.medium == "text" else ()))
        told = cued(replace(one, title=title, byline=byline, flags=tuple(dict.fromkeys(flags))))
        yield _named(told, node.get("guid"), language if number else None)
    for text in (*found.texts, *found.others):
        yield from text.drafts[1:]


def _about(node: Node, codes: Codes, source: Source) -> tuple[Item, Content]:
    """What holds for an item in every language, under the restrictions of all its renditions; and its content."""
    limits = Limits(Clock(source.zone))
    said = rights(node, codes, limits, g2content.component_ids(node))
    found = g2content.content(node, codes, said, source)
    item = g2meta.item(node, codes, limits, said, source)
    medium = None if item.medium == "text" else item.medium
    shown = g2content.described(found, item.summary if medium else None, item.credit if medium else None, medium)
    item = replace(item, media=tuple(shown), source_url=item.source_url or found.page)
    for text in (*found.texts, *found.others):
        item = restricted(item, text.drafts[0].item)
    return item, found


def _named(item: Item, guid: str, language: str | None) -> Draft:
    """The item under its guid, or as a further language version of the guid's document."""
    if language and guid:
        item = replace(item, language_declared=language, part_of=guid)
        guid = f"{guid}{LANGUAGE_PART}{language}"
    return Draft(item=item, guid=guid or None, page=item.source_url, versioned=True)


def _with_text(item: Item, text: Item) -> Item:
    """The item with its text."""
    merged = merge_page(item, text)
    return replace(
        merged, body=_without_heading(merged), ed_note="\n".join(filter(None, (item.ed_note, text.ed_note))) or None
    )


def _without_heading(item: Item) -> str:
    """The body without a heading that only repeats the title, and subjects and dates before it."""
    rows = item.body.split("\n")
    repeats = {*item.categories, item.title}
    at = next((n for n, row in enumerate(rows[:LONGEST_HEADING]) if row == item.title), None)
    if at is None or at + 1 == len(rows):
        return item.body
    is_heading = all(row in repeats or DATE.fullmatch(row) for row in rows[:at])
    return "\n".join(rows[at + 1 :]) if is_heading else item.body
