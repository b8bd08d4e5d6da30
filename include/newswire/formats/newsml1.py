"""NewsML 1.x: news items as trees of components.

A component is decided on by its metadata and that of the components around it. Its texts become one item, in the order
headline, lead, body, contacts; its photos and videos become components with their own lines and rights. An item whose
texts are in several languages becomes one item for each, all under the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from newswire.errors import PayloadRefused
from newswire.formats import newsml1meta, newsml1rights, newsml1tree
from newswire.formats.dates import Clock
from newswire.formats.identity import Draft
from newswire.formats.merge import merge_page, restricted
from newswire.formats.newsml1tree import Leaf, Photos
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.wirecodes import cued
from newswire.formats.wirerights import Limits
from newswire.formats.xmltree import Node
from newswire.model import LANGUAGE_PART, Item, Refusal, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is known of a news item while its languages are told apart."""

    node: Node
    leaves: Sequence[Leaf]
    limits: Limits
    source: Source


def recognises(payload: Payload) -> bool:
    """Whether the root is NewsML, or holds it inside an envelope that no other format knows."""
    return payload.xml is not None and payload.xml.holds("NewsML")


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every news item in document order, those inside components of others included."""
    if payload.xml is None:
        return ()
    nodes = [node for root in payload.xml.topmost("NewsML") for node in root.below("NewsItem")]
    return [entry for node in nodes for entry in _entries(node, source)]


def _entries(node: Node, source: Source) -> list[Draft | Refusal]:
    try:
        return [*_drafts(node, source)]
    except PayloadRefused as refusal:
        return [Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)]


def _drafts(node: Node, source: Source) -> Iterator[Draft | Refusal]:
    guid = newsml1meta.guid(node)
    if refusal := _not_news(node, guid):
        yield refusal
        return
    limits = Limits(Clock(source.zone))
    about = newsml1meta.item(node, limits, source)
    leaves = newsml1tree.leaves(node, source)
    languages = newsml1tree.by_language(leaves)
    for number, (language, texts) in enumerate(languages.items()):
        found = _Found(node=node, leaves=leaves, limits=limits, source=source)
        item, actions = _item(about, texts, found)
        own = guid if number == 0 or not guid else f"{guid}{LANGUAGE_PART}{language}"
        if number and guid:
            item = replace(item, part_of=guid)
        yield Draft(item=item, guid=own or None, page=item.source_url, versioned=True)
        yield from actions


def _not_news(node: Node, guid: str) -> Refusal | None:
    """Why an item is no news: a topic set or catalog alone, or only a change of an earlier revision's metadata."""
    status = newsml1meta.status(node)
    update = newsml1meta.update_mode(node)
    if node.all("TopicSet") and not node.all("NewsComponent"):
        detail = f"The NewsItem {guid} holds a vocabulary, no news; it is set aside."
        return Refusal(reason="topic_set", detail=detail, pointer=node.pointer)
    if update == "A" and status is Status.USABLE and not node.all("NewsComponent"):
        detail = f"The NewsItem {guid} changes the metadata of a revision sent before and carries no content."
        return Refusal(reason="partial_update", detail=detail, pointer=node.pointer)
    return None


def _item(about: Item, said: Sequence[Leaf], found: _Found) -> tuple[Item, tuple[Draft, ...]]:
    """One language's item, under the restrictions of all its renditions; and the documents that they take back."""
    node, limits = found.node, found.limits
    texts, others = newsml1tree.renditions(said)
    chain = texts[0].chain if texts else (node, *node.all("NewsComponent")[:1])
    rights = tuple(newsml1rights.statements(chain, limits))
    item = newsml1meta.described(about, chain, found.leaves, texts)
    photos = Photos(found.leaves, limits, found.source)
    media = tuple(photos.read(leaf) for leaf in found.leaves if leaf.is_media)
    item = replace(item, rights=(*rights, *dict.fromkeys(limits.unread)), media=media)
    actions: tuple[Draft, ...] = ()
    for leaf in texts:
        if leaf.drafts:
            item, actions = _with_nitf(item, leaf.drafts[0].item), (*actions, *leaf.drafts[1:])
    for leaf in others:
        if leaf.drafts:
            item, actions = restricted(item, leaf.drafts[0].item), (*actions, *leaf.drafts[1:])
    body, html = newsml1tree.text(texts)
    item = replace(item, title=item.title or newsml1meta.named(node, chain))
    several = ("several_renditions",) if others else ()
    flags = [*item.flags, *limits.clock.flags, *several, *(() if body or item.media else ("no_text",))]
    return cued(replace(item, body=body, markup=html, flags=tuple(dict.fromkeys(flags)))), actions


def _with_nitf(item: Item, text: Item) -> Item:
    """The item with what its NITF body says of itself; restrictions of both add up."""
    notes = "\n".join(filter(None, (item.ed_note, text.ed_note))) or None
    return replace(merge_page(item, replace(text, ed_note=None)), ed_note=notes)
