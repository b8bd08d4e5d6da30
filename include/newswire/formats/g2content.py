"""NewsML-G2 ``contentSet``: the text of an item, and its remote renditions as components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newswire.formats import bodies, nitf
from newswire.formats.bodies import Body
from newswire.formats.g2rights import Rights
from newswire.formats.htmltext import line
from newswire.formats.identity import Draft
from newswire.formats.namespaces import LANG
from newswire.formats.nitfmedia import address_of, media
from newswire.formats.source import Source
from newswire.formats.wirecodes import Codes, tail
from newswire.formats.xmltree import Node
from newswire.model import Item, Media

TEXT_TYPES = ("text/", "application/xhtml", "application/nitf", "application/xml", "application/html")
"""Content types of remote content that would be the item's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One rendition of an item's text.

    Attributes:
        language: The language that it declares itself.
        drafts: The text as an item of its own, then documents that an NITF body acts on.
    """

    language: str | None
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a ``contentSet`` holds.

    Attributes:
        texts: The text, once for each language that it is in.
        others: Further renditions of the same text: their words are not read, their restrictions are.
        media: Remote and inline renditions that are no text.
        page: The address of a text that is not inside the message.
    """

    texts: tuple[Rendition, ...] = ()
    others: tuple[Rendition, ...] = ()
    media: tuple[Media, ...] = ()
    page: str | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """``several_renditions`` and ``remote_text``."""
        several = ("several_renditions",) if self.others else ()
        return (*several, *(("remote_text",) if self.page and not self.texts else ()))


def component_ids(item: Node) -> frozenset[str]:
    """Local ids of the renditions that are no text."""
    remote = (node for contents in item.all("contentSet") for node in contents.all("remoteContent"))
    return frozenset(node.get("id") for node in remote if node.get("id") and not _is_text(node))


def content(item: Node, codes: Codes, rights: Rights, source: Source) -> Content:
    """Read all content of an item; of several renditions in one language the first that says something is its text."""
    nodes = [node for contents in item.all("contentSet") for node in contents.children]
    read = (Rendition(language=_language(node), drafts=tuple(_text(node, source))) for node in nodes)
    said = [text for text in read if text.drafts and (text.drafts[0].item.body or text.drafts[0].item.media)]
    languages = {text.language for text in said} - {None}
    first: dict[str | None, Rendition] = {}
    for text in said:
        first.setdefault(text.language if len(languages) > 1 else None, text)
    remote = (node for node in nodes if node.name == "remoteContent" and not _is_text(node))
    return Content(
        texts=tuple(first.values()),
        others=tuple(text for text in said if all(text is not taken for taken in first.values())),
        media=tuple(_component(node, codes, rights, source) for node in remote),
        page=next((node.get("href") for node in nodes if _is_page(node)), None),
    )


def _language(node: Node) -> str | None:
    """The language that a rendition states itself, without its region."""
    for place in (node, *node.topmost("nitf", "html", "xhtml:html")[:1]):
        if stated := (place.element.get(LANG) or place.get("baselang")).strip():
            return stated.lower().partition("-")[0]
    return None


def _text(node: Node, source: Source) -> Sequence[Draft]:
    """Inline content as an item with a body; NITF brings its own metadata along."""
    if node.name == "inlineXML":
        documents = node.topmost("nitf")
        if documents:
            return [draft for document in documents[:1] for draft in nitf.documents(document, source)]
        found = bodies.of_xml(*bodies.parts_of(node)) if node.children else bodies.of_markup(node.text)
    elif node.name == "inlineData" and _is_text(node):
        found = bodies.of_markup(bodies.decoded(node.element.text or "", node.get("encoding")))
    else:
        return ()
    return (Draft(item=_item(node, found, source)),)


def _item(node: Node, found: Body, source: Source) -> Item:
    heading = next((line(title.text) for title in node.below("title", "xhtml:title") if title.text), "")
    return Item(
        item_id="",
        language_declared=node.element.get(LANG),
        title=heading,
        body=found.text,
        markup=found.html,
        byline="; ".join(line(by.text) for by in node.below("BYLINE") if by.text) or None,
        media=media(node, found, source),
        pointer=node.pointer,
    )


def _is_text(node: Node) -> bool:
    kind = node.get("contenttype").lower()
    return kind.startswith(TEXT_TYPES) or (not kind and node.name == "inlineData")


def _is_page(node: Node) -> bool:
    return node.name == "remoteContent" and _is_text(node) and node.get("href").startswith(("http://", "https://"))


def _component(node: Node, codes: Codes, rights: Rights, source: Source) -> Media:
    kind = node.get("contenttype")
    link = node.get("href")
    return Media(
        url=address_of(node, link, source) if link else node.get("residref") or None,
        medium=kind.partition("/")[0] or None,
        mime_type=kind or None,
        title=next((line(part.text) for part in node.all("title", "headline") if part.text), None),
        rendition=tail(codes.of(node, "rendition")) or None,
        rights=rights.parts.get(node.get("id"), ()),
        pointer=node.pointer,
    )


def described(found: Content, caption: str | None, credit: str | None, medium: str | None) -> Iterator[Media]:
    """The components of a photo, video or audio item: they show what its caption and credit speak of."""
    for one in found.media:
        yield Media(
            url=one.url,
            medium=one.medium or medium,
            mime_type=one.mime_type,
            title=one.title,
            caption=one.caption or caption,
            credit=one.credit or credit,
            rights=one.rights,
            pointer=one.pointer,
            rendition=one.rendition,
        )
