"""Media inside NITF bodies (``media``), and in TT's own XML (``BILD``): components with their own words and rights."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newswire.formats.bodies import Body
from newswire.formats.htmltext import line
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import Media, RightsKind, RightsStatement, Scope

RIGHTS_METADATA = {
    "copyright": RightsKind.NOTICE,
    "rights": RightsKind.USAGE_TERMS,
    "usage": RightsKind.USAGE_TERMS,
    "usageterms": RightsKind.USAGE_TERMS,
    "restrictions": RightsKind.USAGE_TERMS,
    "specialinstructions": RightsKind.USAGE_TERMS,
}
"""Names of ``media-metadata`` (without case, blanks and dashes) that speak of rights."""

CREDIT_METADATA = frozenset({"credit", "byline", "photographer", "source"})


def media(body: Node, text: Body, source: Source) -> tuple[Media, ...]:
    """The components of a body: its media elements, then the images that its markup shows."""
    found = [
        *(_nitf(node, source) for node in body.below("media")),
        *(_bild(node) for node in body.below("bild", "BILD")),
    ]
    named = [one for one in found if one.url or one.caption]
    known = {one.url for one in named}
    shown = [
        Media(url=address_of(body, url, source), medium="image", caption=caption or None, pointer=body.pointer)
        for url, caption in text.images
        if url
    ]
    return (*named, *(one for one in dict.fromkeys(shown) if one.url not in known))


def address_of(node: Node, link: str, source: Source) -> str:
    """A link, absolute where the payload came over the web; a name beside a delivered file stays a name."""
    web = source.url.startswith(("http://", "https://"))
    return (node.absolute(link, source.url) if web else "") or link


def _nitf(node: Node, source: Source) -> Media:
    reference = node.part("media-reference")
    told = {_key(meta.get("name")): meta for meta in node.below("media-metadata") if meta.get("value")}
    credit = line(node.said("media-producer")) or next((told[k].get("value") for k in told if k in CREDIT_METADATA), "")
    link = reference.get("source") or reference.get("data-location") or reference.text
    return Media(
        url=address_of(node, link, source) if link else None,
        medium=node.get("media-type") or None,
        mime_type=reference.get("mime-type") or None,
        title=reference.get("name") or None,
        caption=line(" ".join(part.text for part in node.all("media-caption"))) or None,
        credit=credit or None,
        rights=tuple(_rights(told)),
        pointer=node.pointer,
    )


def _key(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _rights(told: dict[str, Node]) -> Iterator[RightsStatement]:
    for name, meta in told.items():
        if kind := RIGHTS_METADATA.get(name):
            yield RightsStatement(
                kind=kind, value=line(meta.get("value")), scope=Scope.MEDIA, pointer=f"{meta.pointer}/@value"
            )


def _bild(node: Node) -> Media:
    """TT's picture: file, text and maker."""
    said = {etree.QName(child.element).localname.lower(): line(child.text) for child in node.children}
    return Media(
        url=said.get("bildfil") or None,
        medium="image",
        caption=said.get("bildtext") or None,
        credit=said.get("bildskapare") or None,
        pointer=node.pointer,
    )
