"""The component tree of a NewsML 1 item: its content items, each with the components around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from newswire.formats import bodies, newsml1rights, nitf
from newswire.formats.bodies import Body
from newswire.formats.htmltext import line
from newswire.formats.identity import Draft
from newswire.formats.namespaces import XML
from newswire.formats.nitfmedia import address_of
from newswire.formats.source import Source
from newswire.formats.wirecodes import WIRES, medium_named
from newswire.formats.wirerights import Limits
from newswire.formats.xmltree import Node
from newswire.model import Media

ORDER = ("lead", "body", "tail")
"""Where texts stand in a body, by what their role is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One ``ContentItem``.

    Attributes:
        node: The element.
        chain: The news item and the components around it, outermost first.
        role: What it is for: ``title``, ``lead``, ``body``, ``tail``, ``summary``, ``caption`` or ``none``.
        body: Its text; empty for a photo or video.
        drafts: What its NITF document says, and documents that it takes back.
        language: The nearest declared language.
    """

    node: Node
    chain: tuple[Node, ...]
    role: str
    body: Body
    drafts: tuple[Draft, ...] = ()
    language: str | None = None

    @property
    def is_media(self) -> bool:
        """Whether it is a photo, video or other rendition that is no text."""
        return not self.body.text and bool(self.node.get("Href")) and self.role != "none"


def leaves(item: Node, source: Source) -> list[Leaf]:
    """Every content item below a news item, in document order; those of nested news items are theirs."""
    return [leaf for component in item.all("NewsComponent") for leaf in _leaves(component, (item,), source)]


def _leaves(component: Node, around: tuple[Node, ...], source: Source) -> Iterator[Leaf]:
    chain = (*around, component)
    for child in component.children:
        if child.name == "NewsComponent":
            yield from _leaves(child, chain, source)
        elif child.name == "ContentItem":
            body, drafts = _content(child, source)
            spoken = _own_language(child) or language(chain)
            yield Leaf(node=child, chain=chain, role=_role(chain), body=body, drafts=drafts, language=spoken)


def _role(chain: Sequence[Node]) -> str:
    named = (role.get("FormalName").lower() for place in reversed(chain) for role in place.all("Role"))
    return next((WIRES.roles[name] for name in named if name in WIRES.roles), "body")


def language(chain: Sequence[Node]) -> str | None:
    """The nearest language that a component declares, by its metadata or by ``xml:lang``."""
    for place in reversed(chain):
        stated = (code.get("FormalName") for code in place.part("DescriptiveMetadata").all("Language"))
        if found := next(filter(None, stated), None) or spoken_at(place):
            return found
    return None


def _own_language(node: Node) -> str | None:
    """The language that a content item states on itself, on its data or on the document inside."""
    data = [found for place in (node, *node.all("Encoding")) for found in place.all("DataContent")]
    inside = [document for found in data for document in found.topmost("nitf", "html", "xhtml:html")[:1]]
    places = (node, *data, *inside)
    return next(filter(None, (spoken_at(place) or place.get("baselang") for place in places)), None)


def spoken_at(node: Node) -> str | None:
    """The language that an element itself declares."""
    return (node.element.get(f"{XML}lang") or "").strip() or None


def code_of(spoken: str | None) -> str | None:
    """A language without its region and script."""
    return (spoken or "").lower().replace("_", "-").partition("-")[0] or None


def _content(node: Node, source: Source) -> tuple[Body, tuple[Draft, ...]]:
    """The text of a content item, of its data as it stands or inside an ``Encoding``."""
    kind = " ".join(part.get("FormalName") for part in node.all("MimeType", "Format", "MediaType")).lower()
    for place in (node, *node.all("Encoding")):
        for data in place.all("DataContent"):
            if documents := data.topmost("nitf"):
                drafts = tuple(nitf.documents(documents[0], source))
                found = drafts[0].item
                return Body(text=found.body, html=found.markup), drafts
            if data.children:
                return bodies.of_xml(*bodies.parts_of(data)), ()
            said = bodies.decoded(data.element.text or "", place.get("Notation"))
            if said.strip() and "image" not in kind and "video" not in kind and "audio" not in kind:
                return bodies.of_markup(said), ()
    return Body(), ()


def by_language(found: Sequence[Leaf]) -> dict[str | None, list[Leaf]]:
    """The texts of a news item, those of one language together.

    What is no story by itself (contacts alone), and what states no language beside texts that do, is with the first.
    """
    texts = [leaf for leaf in found if leaf.role in ORDER and leaf.body.text]
    stories = filter(None, (code_of(leaf.language) for leaf in texts if leaf.role != "tail"))
    alone: dict[str | None, list[Leaf]] = {code: [] for code in stories}
    if len(alone) < 2:  # noqa: PLR2004 - one language is no split
        return {None: texts}
    first = next(iter(alone.values()))
    for leaf in texts:
        alone.get(code_of(leaf.language), first).append(leaf)
    return alone


def renditions(texts: Sequence[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    """The texts in the order of a body, and those that are only other renditions of one of them.

    Of equivalents (``EquivalentsList``, NewsML 1.2, 5.3.2) the first is read, and so it is of several content items of
    one component that say the same; what says something else is a further part of the text.
    """
    chosen: dict[tuple[str, str], str] = {}
    words: dict[tuple[str, str], set[str]] = {}
    others = [leaf for leaf in texts if _is_equivalent(leaf, chosen) or _repeats(leaf, words)]
    left = {id(leaf) for leaf in others}
    kept = [leaf for leaf in texts if id(leaf) not in left]
    return sorted(kept, key=lambda leaf: ORDER.index(leaf.role)), others


def _is_equivalent(leaf: Leaf, chosen: dict[tuple[str, str], str]) -> bool:
    """Whether a list of equivalents around a text has given a text of its role already, from another member."""
    members = [
        (chosen.setdefault((place.pointer, leaf.role), member.pointer), member.pointer)
        for place, member in pairwise((*leaf.chain[1:], leaf.node))
        if place.get("EquivalentsList").lower() == "yes"
    ]
    return any(first != member for first, member in members)


def _repeats(leaf: Leaf, words: dict[tuple[str, str], set[str]]) -> bool:
    """Whether most words of a text are those of the first one of its component."""
    said = set(leaf.body.text.split())
    first = words.setdefault((leaf.chain[-1].pointer, leaf.role), said)
    return first is not said and 2 * len(said - first) <= len(said)


def text(texts: Sequence[Leaf]) -> tuple[str, str | None]:
    """The whole text of an item and its markup, where any of it came with some."""
    said = "\n".join(leaf.body.text for leaf in texts)
    if not any(leaf.body.html for leaf in texts):
        return said, None
    return said, "\n".join(leaf.body.html or _as_markup(leaf.body.text) for leaf in texts)


def _as_markup(words: str) -> str:
    return "\n".join(f"<p>{escape(row)}</p>" for row in words.splitlines())


def said_by_role(found: Sequence[Leaf], role: str, chain: Sequence[Node]) -> str:
    """The text of the first content item of a role that shares the most components with a chain."""
    near = [leaf for leaf in found if leaf.role == role and leaf.body.text]
    best = max(near, key=lambda leaf: sum(place in chain for place in leaf.chain), default=None)
    return line(best.body.text) if best else ""


class Photos:
    """Reads the photos and videos of a tree: each with the lines and rights of the components that are its own.

    Args:
        found: All content items of the tree.
        limits: Collects validities that cannot be read.
        source: Where the payload came from.
    """

    def __init__(self, found: Sequence[Leaf], limits: Limits, source: Source) -> None:
        self._limits, self._source = limits, source
        texts = [leaf for leaf in found if leaf.body.text and leaf.role not in {"caption", "title", "none"}]
        self._with_text = {place.pointer for leaf in texts for place in leaf.chain}
        self._captions: dict[str, list[str]] = {}
        for leaf in found:
            if leaf.role == "caption" and leaf.body.text:
                for place in leaf.chain:
                    self._captions.setdefault(place.pointer, []).append(line(leaf.body.text))

    def read(self, leaf: Leaf) -> Media:
        """One photo or video."""
        node, own = leaf.node, self._own_places(leaf)
        lines = [part for place in reversed(own) for part in place.all("NewsLines")]
        mime = next((part.get("FormalName") for part in node.all("MimeType") if part.get("FormalName")), "")
        kinds = [part.get("FormalName") for part in (*node.all("MediaType"), *own[-1].all("Role"), *node.all("Format"))]
        captions = next(filter(None, (self._captions.get(place.pointer) for place in reversed(own))), [])
        return Media(
            url=address_of(node, node.get("Href"), self._source),
            medium=mime.partition("/")[0] or next(filter(None, map(medium_named, kinds)), None),
            mime_type=mime or None,
            title=next((line(part.said("HeadLine")) for part in lines if part.said("HeadLine")), None),
            caption=next(iter(captions), None),
            credit=next((line(part.said("CreditLine")) for part in lines if part.said("CreditLine")), None),
            rights=tuple(newsml1rights.of_media(own, self._limits)),
            pointer=node.pointer,
        )

    def _own_places(self, leaf: Leaf) -> list[Node]:
        """The components around a photo, outermost first, that hold no text and no second caption."""
        places = [leaf.chain[-1]]
        for place in reversed(leaf.chain[1:-1]):
            if place.pointer in self._with_text or len(self._captions.get(place.pointer, ())) > 1:
                break
            places.insert(0, place)
        return places
