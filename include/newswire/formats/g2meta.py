"""NewsML-G2 ``itemMeta`` and ``contentMeta``: what an item says about itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from newswire.formats import bodies, relations
from newswire.formats.feedrights import stricter
from newswire.formats.g2rights import Rights, party
from newswire.formats.htmltext import line
from newswire.formats.namespaces import LANG
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.formats.wirecodes import WIRES, Codes, medium_named, signal, tail
from newswire.formats.wirerights import Limits, Said
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Item, Relation, Status

DASHES = " -\u2013\u2014"
"""What some agencies end their credit line with."""


def item(node: Node, codes: Codes, limits: Limits, said: Rights, source: Source) -> Item:
    """An item without its content; that is for ``g2content``."""
    meta, content = node.part("itemMeta"), node.part("contentMeta")
    signals = tuple(dict.fromkeys(signal(codes.of(found)) for found in meta.all("signal") if codes.of(found)))
    sources = tuple(dict.fromkeys((*_sources(content), *_creators_of_content(node, codes))))
    related = tuple(_related(node, codes))
    created, (expires, ends) = meta.said("versionCreated"), _expiry(meta, content, limits)
    embargo = _embargo(meta, limits)
    members = "\n".join(
        dict.fromkeys(filter(None, (relation.title for relation in related if relation.rel == "member")))
    )
    return Item(
        item_id="",
        version=node.get("version") or None,
        status=_status(meta, codes),
        language_declared=_language(node, content) or source.language,
        title=title(node),
        summary=_description(content),
        body=members if node.name == "packageItem" else "",
        byline="; ".join(dict.fromkeys(line(found.text) for found in content.all("by") if found.text)) or None,
        credit=_credit(meta, content, sources),
        sources=sources,
        medium=medium_named(meta.part("itemClass").get("qcode") or meta.part("itemClass").get("uri")) or "text",
        dateline=next((line(found.text) for found in content.all("dateline") if found.text), None),
        published_at=limits.clock.time(meta.said("firstCreated"), created, content.said("contentCreated")),
        updated_at=limits.clock.time(created, content.said("contentModified")),
        embargo=embargo,
        expires_at=expires,
        rights=(*said.item, *limits.unread),
        categories=tuple(dict.fromkeys(_categories(content, codes))),
        signals=signals,
        slug=slugline(node) or None,
        ed_note="\n".join(dict.fromkeys(_notes(meta))) or None,
        replaces=relations.replaced("newsml-g2", (*related, *_replaced_alt_ids(node)), node.get("guid")),
        related=related,
        flags=tuple(dict.fromkeys((*limits.clock.flags, *(("package",) if node.name == "packageItem" else ())))),
        pointer=node.pointer,
        places=places(expires_at=ends, **_places(node, codes)),
    )


def _places(node: Node, codes: Codes) -> dict[str, str | None]:
    """Where stands what decisions rest on, but for the expiry."""
    meta, content = node.part("itemMeta"), node.part("contentMeta")
    credited = [found for found in content.all("creditline") if found.text]
    origins = [*content.all("infoSource"), *_creating_hops(node, codes)]
    return {
        "status": _first(found for found in meta.all("pubStatus") if _stated(found, codes) is not Status.USABLE),
        "credit": _first((*credited, *origins, *meta.all("provider"))),
        "sources": _first(origins),
        "signals": _first(found for found in meta.all("signal") if codes.of(found)),
        "slug": _first(found for found in content.all("slugline") if found.text),
        "ed_note": _first(meta.all("edNote", "ednote")),
    }


def _first(nodes: Iterable[Node]) -> str | None:
    return next((node.pointer for node in nodes), None)


def title(node: Node) -> str:
    """The main headline, else any headline, else the item's own title."""
    headlines = [found for found in node.part("contentMeta").all("headline") if found.text]
    main = [found for found in headlines if _role(found) not in WIRES.minor_headlines]
    named = (found for found in node.part("itemMeta").all("title") if found.text and not found.get("role"))
    return next((line(found.text) for found in (*main, *headlines, *named)), "")


def headline_in(node: Node, language: str | None) -> str:
    """The main headline that says itself that it is in a language; empty where there is none."""
    said = (found for found in node.part("contentMeta").all("headline") if _role(found) not in WIRES.minor_headlines)
    own = ((found, found.element.get(LANG, "").strip().lower().partition("-")[0]) for found in said)
    return next((line(found.text) for found, code in own if language and code == language and found.text), "")


def slugline(node: Node) -> str:
    """The slug line, which stands in where nothing else names the item."""
    return next((line(found.text) for found in node.part("contentMeta").all("slugline") if found.text), "")


def _role(node: Node) -> str:
    return tail(node.get("role") or node.get("roleuri")).lower()


def _status(meta: Node, codes: Codes) -> Status:
    """The worst stated status: absent means usable, a code that no row knows is unknown."""
    stated = [_stated(found, codes) for found in meta.all("pubStatus")]
    return next((status for status in stated if status is not Status.USABLE), Status.USABLE)


def _stated(node: Node, codes: Codes) -> Status:
    return WIRES.g2_status.get(codes.of(node).lower(), Status.UNKNOWN)


def _language(node: Node, content: Node) -> str | None:
    """The language of the content, else the item's own."""
    return next((found.get("tag") for found in content.all("language") if found.get("tag")), None) or node.language


def _description(content: Node) -> str:
    """The summary or caption: the longest description, since providers shorten some for small screens."""
    said = (line(found.text) for found in content.all("description"))
    return max(said, key=len, default="")


def creators(node: Node, codes: Codes) -> str | None:
    """The creators that are named in full: who wrote it where there is no byline (a login or an initial is no name)."""
    content = node.part("contentMeta")
    sources = {name.lower() for name in _sources(content)}
    found = (party(creator) for creator in content.all("creator") if "source" not in codes.of(creator, "role"))
    named = [name for name in found if " " in name and ":" not in name and name.lower() not in sources]
    return "; ".join(dict.fromkeys(named)) or None


def _sources(content: Node) -> Iterator[str]:
    """Who the content came from (``infoSource``), by name; a code or an address that no name goes with is left out."""
    for found in content.all("infoSource"):
        named = next((line(name.text) for name in found.all("name") if name.text), "") or found.get("literal")
        if named or found.get("qcode").startswith("nprov:"):
            yield named or found.get("qcode").removeprefix("nprov:")


def _creators_of_content(node: Node, codes: Codes) -> Iterator[str]:
    """The parties that created the content, as the hop history names them."""
    for hop in _creating_hops(node, codes):
        yield from (line(name.text) for name in hop.part("party").all("name") if name.text)


def _creating_hops(node: Node, codes: Codes) -> Iterator[Node]:
    for hop in node.part("hopHistory").all("hop"):
        made = [(tail(codes.of(action)), tail(codes.of(action, "target"))) for action in hop.all("action")]
        if ("created", "content") in made:
            yield hop


def _credit(meta: Node, content: Node, sources: tuple[str, ...]) -> str | None:
    """The credit line, else the source, else the provider where it is named and not only addressed."""
    line_ = next((line(found.text).rstrip(DASHES) for found in content.all("creditline") if found.text), "")
    providers = [party(found) for found in meta.all("provider")]
    named = [name for name in providers if name and "." not in name and ":" not in name]
    return line_ or next(iter((*sources, *named)), None)


def _embargo(meta: Node, limits: Limits) -> Embargo | None:
    """The strictest ``embargoed``; an empty one is an embargo without a stated end (NewsML-G2, itemMeta)."""
    found: Embargo | None = None
    for node in meta.all("embargoed"):
        value = node.text
        stated = limits.embargo(Said(value=value, pointer=node.pointer)) if value else Embargo(pointer=node.pointer)
        found = stricter(found, stated)
    return found


def _expiry(meta: Node, content: Node, limits: Limits) -> tuple[datetime | None, str | None]:
    """``expires``, as AP sends it in ``itemMeta``, and where it stands."""
    nodes = (*meta.all("expires"), *content.all("expires"))
    ends = [(limits.end(Said(value=node.text, pointer=node.pointer)), node.pointer) for node in nodes if node.text]
    return min(((end, place) for end, place in ends if end is not None), default=(None, None))


def _categories(content: Node, codes: Codes) -> Iterator[str]:
    """Subjects by name and by code, facets' main concepts among them; then genres and keywords."""
    for name in ("subject", "genre"):
        for found in content.all(name):
            yield from _concept(found, codes)
            for main in found.all("mainConcept"):
                yield from _concept(main, codes)
    yield from filter(None, (line(found.text) for found in content.all("keyword")))


def _concept(node: Node, codes: Codes) -> Iterator[str]:
    names = [line(name.text) for name in node.all("name") if name.text and _role(name) not in WIRES.minor_names]
    first = [line(name.text) for name in node.all("name") if name.text][:1]
    yield from names or first or filter(None, (node.get("literal"),))
    if code := codes.of(node):
        yield code


def _notes(meta: Node) -> Iterator[str]:
    """Notes to editors in their order; some are XHTML."""
    for found in meta.all("edNote", "ednote"):
        said = bodies.of_xml(found).text if found.children else line(found.text)
        yield from filter(None, said.splitlines())


def _replaced_alt_ids(node: Node) -> Iterator[Relation]:
    """Items named by a provider's short id, as guids: the item's own short id shows how a guid is built from one."""
    guid, ids = (
        node.get("guid"),
        {found.get("type"): line(found.text) for found in node.part("contentMeta").all("altId")},
    )
    for type_, own_type in WIRES.replaced_alt_ids.items():
        old, own = ids.get(type_), ids.get(own_type)
        if old:
            yield Relation(rel=type_, target=f"{guid.removesuffix(own)}{old}" if own and guid.endswith(own) else old)


def _target(link: Node) -> str:
    return link.get("residref") or link.get("guidref") or link.get("href")


def _related(node: Node, codes: Codes) -> Iterator[Relation]:
    """Links of the item, then the members of a package in its order."""
    for found in node.part("itemMeta").all("link"):
        if target := _target(found):
            yield _relation(codes.of(found, "rel") or "related", target, found)
    for group in node.all("groupSet"):
        for found in group.below("itemRef"):
            if target := _target(found):
                yield _relation("member", target, found)


def _relation(rel: str, target: str, node: Node) -> Relation:
    named = next((line(part.text) for part in node.all("title", "headline") if part.text), None)
    return Relation(rel=rel, target=target, version=node.get("version") or None, title=named)
