"""NITF 3.x: a document of its own, or the body of a NewsML item.

``docdata`` says what may be done with the document: its status, release and expiry, copyright and rights. By
``management-doc-idref`` it acts on another document: that one gets an entry of its own when it is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newswire.errors import PayloadRefused
from newswire.formats import bodies, nitfidentity, relations, wirerights
from newswire.formats.dates import Clock
from newswire.formats.feedrights import stricter
from newswire.formats.htmltext import line
from newswire.formats.identity import Draft
from newswire.formats.nitfmedia import media
from newswire.formats.payload import Payload
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.formats.wirecodes import cued, is_embargoed, status_named
from newswire.formats.wirerights import Limits, Said, Usage
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Item, Refusal, Relation, RightsKind, RightsStatement, Status

RIGHTS = {
    "owner": "holder",
    "agent": "agent",
    "type": "uses",
    "limitations": "limitations",
    "geography": "geography",
    "location-code": "geography",
}
"""Attributes of ``doc.rights``, and elements of ``rights``, by what they are among usage rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """The parts of a document; an empty node stands for one that is not there."""

    root: Node
    head: Node
    docdata: Node
    body_head: Node
    body: Node


def recognises(payload: Payload) -> bool:
    """Whether the document is NITF, or holds one inside an envelope that no other format knows."""
    return payload.xml is not None and payload.xml.holds("nitf")


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every NITF document of the payload, each followed by what it does to another one."""
    if payload.xml is None:
        return ()
    return [entry for root in payload.xml.topmost("nitf") for entry in _entries(root, source)]


def _entries(root: Node, source: Source) -> list[Draft | Refusal]:
    try:
        return [*documents(root, source)]
    except PayloadRefused as refusal:
        return [Refusal(reason=refusal.reason, detail=str(refusal), pointer=root.pointer)]


def documents(root: Node, source: Source) -> Iterator[Draft]:
    """The document, then the document that it takes back, if it takes one back."""
    at = _places(root)
    item = cued(_item(at, source))
    yield Draft(item=item, guid=nitfidentity.guid(at.docdata) or None, page=item.source_url, versioned=True)
    target, said = at.docdata.get("management-doc-idref"), at.docdata.get("management-idref-status")
    status, embargoed = status_named(said or "usable"), is_embargoed(said)
    if target and target != at.docdata.part("doc-id").get("id-string") and (status is not Status.USABLE or embargoed):
        pointer = f"{at.docdata.pointer}/@management-idref-status"
        meant = nitfidentity.target(at.docdata)
        acted = Item(
            item_id="",
            version=meant.version,
            status=status,
            updated_at=item.updated_at,
            embargo=Embargo(raw=said, pointer=pointer) if embargoed else None,
            signals=("kill",) if meant.key and status in {Status.CANCELED, Status.KILLED} else (),
            slug=meant.key,
            ed_note=item.ed_note,
            flags=("acted_upon",),
            pointer=pointer,
        )
        yield Draft(item=acted, guid=meant.guid, versioned=True)


def _places(root: Node) -> _Places:
    head, body = root.part("head"), root.part("body")
    return _Places(root=root, head=head, docdata=head.part("docdata"), body_head=body.part("body.head"), body=body)


def _item(at: _Places, source: Source) -> Item:
    limits = Limits(Clock(source.zone))
    clock, docdata = limits.clock, at.docdata
    issued = clock.time(docdata.part("date.issue").get("norm"), _published(at))
    said = docdata.get("management-status")
    rights = tuple(_rights(at, limits))
    expiry = _expiry(docdata, limits)
    text = bodies.of_xml(*at.body.all("body.content", "body.end"))
    related = tuple(_related(docdata))
    return Item(
        item_id="",
        version=nitfidentity.version(docdata),
        status=status_named(said) if said else Status.USABLE,
        language_declared=at.root.get("baselang") or at.body.language or source.language,
        title=_title(at),
        summary=line(" ".join(bodies.of_xml(node).text for node in at.body_head.all("abstract"))),
        body=text.text,
        markup=text.html,
        byline="; ".join(filter(None, map(_byline, at.body_head.all("byline")))) or None,
        credit=line(at.body_head.said("distributor")) or None,
        dateline=", ".join(dict.fromkeys(filter(None, map(_dateline, at.body_head.all("dateline"))))) or None,
        published_at=issued,
        updated_at=issued,
        embargo=_embargo(docdata, limits),
        expires_at=expiry,
        rights=(*rights, *limits.unread),
        media=media(at.body, text, source),
        categories=tuple(dict.fromkeys(_categories(at.head))),
        signals=("correction",) if docdata.all("correction") else (),
        slug=docdata.part("du-key").get("key") or None,
        ed_note="\n".join(dict.fromkeys(_notes(at))) or None,
        source_url=_page(at.head),
        replaces=relations.replaced("nitf", related),
        related=related,
        flags=tuple(dict.fromkeys(clock.flags)),
        pointer=at.root.pointer,
        places=places(
            status=f"{docdata.pointer}/@management-status" if said else None,
            expires_at=docdata.part("date.expire").pointer if expiry else None,
            credit=next((found.pointer for found in at.body_head.all("distributor")), None),
            signals=next((found.pointer for found in docdata.all("correction")), None),
            slug=f"{docdata.part('du-key').pointer}/@key" if docdata.part("du-key").get("key") else None,
            ed_note=next((found.pointer for found in docdata.all("ed-msg")), None),
        ),
    )


def _published(at: _Places) -> str:
    return next((node.get("date.publication") for node in (*at.head.all("pubdata"), *at.docdata.all("pubdata"))), "")


def _page(head: Node) -> str | None:
    found = head.part("pubdata").get("ex-ref")
    return found if found.startswith(("http://", "https://")) else None


def _title(at: _Places) -> str:
    for hedline in at.body_head.all("hedline", "headline"):
        if said := hedline.said("hl1"):
            return line(said)
    return line(at.head.said("title"))


def _byline(node: Node) -> str:
    """The words of a byline; the writer's function (``byttl``) is set off by a comma."""
    said = ""
    for part, is_function in _pieces(node):
        joint = ", " if is_function and said and said[-1] not in ",;:" else " "
        said = f"{said}{joint}{part}" if said else part
    return said


def _pieces(node: Node) -> Iterator[tuple[str, bool]]:
    element = node.element
    if first := line(element.text or ""):
        yield first, False
    for child in node.children:
        if child.text:
            yield line(child.text), child.name == "byttl"
        if after := line(child.element.tail or ""):
            yield after, False


def _dateline(node: Node) -> str:
    """The places of a dateline, and its day where it is written for readers."""
    days = [line(day.text) for day in node.all("story.date") if day.text != day.get("norm")]
    return ", ".join(filter(None, (*_places_named(node), *days)))


def _places_named(node: Node) -> Iterator[str]:
    yield line(node.element.text or "").strip(" ,")
    for child in node.children:
        if child.name != "story.date":
            yield from _places_named(child)
        yield line(child.element.tail or "").strip(" ,")


def _embargo(docdata: Node, limits: Limits) -> Embargo | None:
    """The stated release (``date.release``); a status ``embargoed`` without one is an embargo without an end."""
    found: Embargo | None = None
    said, issued = docdata.get("management-status"), docdata.part("date.issue").get("norm")
    for node in docdata.all("date.release"):
        value = node.get("norm") or node.text
        stated = limits.embargo(Said(value=value, pointer=f"{node.pointer}/@norm")) if value else None
        if stated and stated.problem and value == issued and not is_embargoed(said):
            continue  # released when it was issued, whatever the zone
        found = stricter(found, stated)
    if found is None and is_embargoed(said):
        found = Embargo(raw=said, pointer=f"{docdata.pointer}/@management-status")
    return found


def _expiry(docdata: Node, limits: Limits) -> datetime | None:
    ends = [
        limits.end(Said(value=value, pointer=f"{node.pointer}/@norm"))
        for node in docdata.all("date.expire")
        if (value := node.get("norm") or node.text)
    ]
    return min((end for end in ends if end is not None), default=None)


def _rights(at: _Places, limits: Limits) -> Iterator[RightsStatement]:
    for node in at.docdata.all("doc.copyright"):
        yield from wirerights.copyright_(
            Said(value=node.get("holder"), pointer=f"{node.pointer}/@holder"), node.get("year")
        )
    for node in at.docdata.all("doc.rights"):
        yield from wirerights.usage(_doc_rights(node), limits)
    for node in at.body_head.all("rights"):
        yield from wirerights.usage(_body_rights(node), limits)
        if words := line(node.element.text or ""):
            yield RightsStatement(kind=RightsKind.USAGE_TERMS, value=words, pointer=node.pointer)
    for node in at.body_head.all("note"):
        if node.get("noteclass") == "cpyrt":
            yield RightsStatement(kind=RightsKind.NOTICE, value=line(node.text), pointer=node.pointer)


def _doc_rights(node: Node) -> Usage:
    def said(name: str) -> Said:
        return Said(value=node.get(name), pointer=f"{node.pointer}/@{name}")

    return Usage(
        parts=tuple((term, said(name)) for name, term in RIGHTS.items()),
        start=said("startdate"),
        end=said("enddate"),
    )


def _body_rights(node: Node) -> Usage:
    def said(name: str) -> Said:
        found = node.part(f"rights.{name}")
        return Said(value=found.get("norm") or found.text, pointer=found.pointer)

    parts = (
        (RIGHTS[name], Said(value=child.text, pointer=child.pointer))
        for child in node.children
        if (name := child.name.removeprefix("rights.")) in RIGHTS
    )
    return Usage(parts=tuple(parts), start=said("startdate"), end=said("enddate"))


def _categories(head: Node) -> Iterator[str]:
    """Subjects, each by its most specific name and its IPTC code; then keywords and scopes."""
    for tobject in head.all("tobject"):
        for node in tobject.all("tobject.subject"):
            names = (node.get(f"tobject.subject.{part}") for part in ("detail", "matter", "type"))
            if name := next(filter(None, names), ""):
                yield line(name)
            if (code := node.get("tobject.subject.refnum")) and node.get("tobject.subject.ipr") in {"", "IPTC"}:
                yield f"subj:{code}"
    for keys in head.part("docdata").all("key-list"):
        yield from filter(None, (line(node.get("key") or node.text) for node in keys.all("keyword")))
    yield from filter(None, (line(node.get("scope")) for node in head.part("docdata").all("doc-scope")))


def _notes(at: _Places) -> Iterator[str]:
    said = [node.get("info") for node in at.docdata.all("ed-msg", "correction")]
    said += [node.text for node in at.body_head.all("note") if node.get("noteclass") == "editorsnote"]
    yield from filter(None, map(line, said))


def _related(docdata: Node) -> Iterator[Relation]:
    """The document that this one acts on, the one that it corrects, and what groups it with others."""
    said = docdata.get("management-idref-status").lower()
    if target := docdata.get("management-doc-idref"):
        yield Relation(rel=f"management-doc-idref:{said}" if said else "management-doc-idref", target=target)
    if target := docdata.part("correction").get("id-string"):
        yield Relation(rel="correction", target=target)
    if name := docdata.part("series").get("series.name"):
        yield Relation(rel="series", target=name, version=docdata.part("series").get("series.part") or None)
    for node in docdata.all("du-key"):
        if node.get("key"):
            yield Relation(rel="du-key", target=node.get("key"), version=node.get("version") or None)
