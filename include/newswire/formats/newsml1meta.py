"""What a NewsML 1 item says about itself: identity, management, and the lines of the components around its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from newswire.formats.feedmedia import RANK
from newswire.formats.htmltext import line
from newswire.formats.newsml1tree import Leaf, code_of, language, said_by_role, spoken_at
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.formats.wirecodes import WIRES, is_embargoed, medium_named, signal, status_named
from newswire.formats.wirerights import Limits, Said
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Item, Relation, Status

REVISION = re.compile(r":\d+[NUA]?\Z")
SUBJECTS = ("Subject", "SubjectMatter", "SubjectDetail", "SubjectQualifier")
IPTC_CODE = re.compile(r"\d{8}")


def guid(node: Node) -> str:
    """The identity across revisions: provider, date and item id; a public identifier without its revision otherwise.

    Some senders put the same public identifier on every item, so that it counts only where the parts are missing.
    """
    names = node.part("Identification").part("NewsIdentifier")
    parts = [names.said(name) for name in ("ProviderId", "DateId", "NewsItemId")]
    if parts[0] in WIRES.dates_by_revision and parts[2].strip("0"):
        return f"urn:newsml:{parts[0]}:{parts[2]}"
    if all(parts):
        return f"urn:newsml:{':'.join(parts)}"
    public = names.said("PublicIdentifier")
    revision = names.said("RevisionId")
    if public and revision and public.endswith(f":{revision}"):
        return public.removesuffix(f":{revision}")
    return REVISION.sub("", public) or parts[2]


def update_mode(node: Node) -> str:
    """How the revision relates to the one before: ``N`` in full, ``U`` by changes, ``A`` by metadata alone."""
    return node.part("Identification").part("NewsIdentifier").part("RevisionId").get("Update").upper()


def status(node: Node) -> Status:
    """The stated status; absent means that nothing restricts it. A revision that only tells changes is unresolvable."""
    stated = [found.get("FormalName") for found in node.part("NewsManagement").all("Status")]
    found = max((status_named(name) for name in stated if name), key=RANK.index, default=Status.USABLE)
    if found is Status.USABLE and node.all("Update") and not node.all("NewsComponent"):
        return Status.UNKNOWN
    return found


def item(node: Node, limits: Limits, source: Source) -> Item:
    """What holds for every language of an item."""
    management = node.part("NewsManagement")
    names = node.part("Identification").part("NewsIdentifier")
    embargo, (expiry, ends) = _schedule(management, limits)
    signals = tuple(dict.fromkeys(_signals(management)))
    created = management.said("ThisRevisionCreated")
    return Item(
        item_id="",
        version=names.said("RevisionId") or None,
        status=status(node),
        language_declared=source.language,
        published_at=limits.clock.time(management.said("FirstCreated"), created),
        updated_at=limits.clock.time(created),
        embargo=embargo,
        expires_at=expiry,
        signals=signals,
        related=tuple(_related(node)),
        flags=("partial_update",) if node.all("Update") else (),
        pointer=node.pointer,
        places=places(
            status=next((found.pointer for found in management.all("Status")), None),
            expires_at=ends,
            signals=next((found.pointer for found in management.all("Instruction")), None),
        ),
    )


def _schedule(management: Node, limits: Limits) -> tuple[Embargo | None, tuple[datetime | None, str | None]]:
    """The embargo's end, and the scheduled withdrawal with its place, of ``StatusWillChange`` (NewsManagement).

    A change to usable ends an embargo; a change to anything else withdraws the item at that time. Of several releases
    the last before the first withdrawal counts.
    """
    stated = next((found for found in management.all("Status") if is_embargoed(found.get("FormalName"))), None)
    releases: list[Embargo] = []
    ends: list[tuple[datetime, str]] = []
    for change in management.all("StatusWillChange"):
        future, when = change.part("FutureStatus").get("FormalName"), change.part("DateAndTime")
        said = Said(value=when.text or future, pointer=when.pointer)
        usable = status_named(future) is Status.USABLE and not is_embargoed(future)
        if usable and stated is not None:
            releases += filter(None, [limits.embargo(said)])
        elif not usable and (end := limits.end(said)) is not None:
            ends.append((end, when.pointer))
    expiry = min(ends, default=(None, None))
    if stated is None:
        return None, expiry
    return _release(releases, expiry[0]) or Embargo(raw=stated.get("FormalName"), pointer=stated.pointer), expiry


def _release(releases: Sequence[Embargo], expiry: datetime | None) -> Embargo | None:
    """An embargo whose end cannot be read first, else the last release before the withdrawal, else the last."""
    unread = next((embargo for embargo in releases if embargo.problem), None)
    timed = [(embargo.until, embargo) for embargo in releases if embargo.until is not None]
    before = [(until, embargo) for until, embargo in timed if expiry is None or until < expiry]
    return unread or max(before or timed, key=lambda pair: pair[0], default=(None, None))[1]


def _signals(management: Node) -> Iterator[str]:
    for instruction in management.all("Instruction"):
        name = instruction.get("FormalName")
        if name:
            known = signal(f"newsml1:{name.lower()}")
            yield known if not known.startswith("newsml1:") else name
        for revision in instruction.all("RevisionStatus"):
            said = revision.part("Status").get("FormalName")
            if said and status_named(said) is not Status.USABLE:
                yield "correction"  # the revision before may not be used any more


def _related(node: Node) -> Iterator[Relation]:
    management = node.part("NewsManagement")
    for name, rel in (("DerivedFrom", "derivedFrom"), ("AssociatedWith", "associatedWith")):
        for found in management.all(name):
            if target := found.get("NewsItem"):
                yield Relation(rel=rel, target=target)
    for component in node.all("NewsComponent"):
        for found in component.below("NewsItemRef"):
            if target := found.get("NewsItem"):
                yield Relation(rel="member", target=target)


def described(about: Item, chain: Sequence[Node], found: Sequence[Leaf], texts: Sequence[Leaf]) -> Item:
    """The item with the lines of the components around its text; the innermost that says something counts."""
    spoken = texts[0].language if texts else language(chain)
    lines = [found for place in reversed(chain) for found in place.all("NewsLines")]
    admin = [found for place in reversed(chain) for found in place.all("AdministrativeMetadata")]
    descriptive = [found for place in chain for found in place.all("DescriptiveMetadata")]
    sources = tuple(dict.fromkeys(_parties(admin, "Source")))
    notes = "\n".join(dict.fromkeys((*_comments(chain), *_notes(lines, admin)))) or None
    return replace(
        about,
        language_declared=spoken or about.language_declared,
        title=_said(lines, "HeadLine", spoken) or said_by_role(found, "title", chain),
        summary=said_by_role(found, "summary", chain) or ("" if texts else said_by_role(found, "caption", chain)),
        byline=_said(lines, "ByLine", spoken) or _creator(admin),
        credit=_said(lines, "CreditLine", spoken) or next(iter((*sources, *_parties(admin, "Provider"))), None),
        sources=sources,
        dateline=_said(lines, "DateLine", spoken) or None,
        slug=_said(lines, "SlugLine", spoken) or None,
        ed_note=notes,
        categories=tuple(dict.fromkeys(_categories(descriptive, lines))),
        medium=_medium(chain, texts),
        places=(*about.places, *places(**_places(lines, admin))),
    )


def _places(lines: Sequence[Node], admin: Sequence[Node]) -> dict[str, str | None]:
    """Where the lines stand that decisions rest on."""
    credited = [found for place in lines for found in place.all("CreditLine") if found.text]
    origins = [found for place in admin for found in place.all("Source")]
    providers = [found for place in admin for found in place.all("Provider")]
    return {
        "credit": next((found.pointer for found in (*credited, *origins, *providers)), None),
        "sources": next((found.pointer for found in origins), None),
        "slug": next((found.pointer for place in lines for found in place.all("SlugLine") if found.text), None),
    }


def _creator(admin: Sequence[Node]) -> str | None:
    """A creator named in full: initials and codes are no byline."""
    return next((name for name in _parties(admin, "Creator") if " " in name and not re.search(r"\d", name)), None)


def named(node: Node, chain: Sequence[Node]) -> str:
    """What stands in for a title where nothing is one: the slug line, else the item's label."""
    lines = [found for place in reversed(chain) for found in place.all("NewsLines")]
    return _said(lines, "SlugLine") or line(node.part("Identification").said("NameLabel"))


def _said(lines: Sequence[Node], name: str, spoken: str | None = None) -> str:
    """The innermost line of a name; of several in one place, the one in the language of the text."""
    for place in lines:
        found = [node for node in place.all(name) if node.text]
        own = [node for node in found if spoken and code_of(spoken_at(node)) == code_of(spoken)]
        if found:
            return line((own or found)[0].text)
    return ""


def _parties(admin: Sequence[Node], role: str) -> Iterator[str]:
    """The parties of a role, those of the innermost component that names any."""
    for metadata in admin:
        parties = (party for place in metadata.all(role) for party in place.all("Party"))
        named = [name for party in parties if (name := _party(party))]
        if named:
            yield from named
            return


def _party(party: Node) -> str:
    """A party's formal name, or the organisation its properties name."""
    return line(party.get("FormalName"))


def _comments(chain: Sequence[Node]) -> Iterator[str]:
    """What an item's comments tell editors, such as when an embargo ends; a single word is a code of the sender."""
    for place in (*chain, *(part for node in chain for part in node.all("NewsManagement", "AdministrativeMetadata"))):
        yield from (said for node in place.all("Comment") if " " in (said := line(node.text)))


def _notes(lines: Sequence[Node], admin: Sequence[Node]) -> Iterator[str]:
    for found in lines:
        for node in found.all("NewsLine"):
            if node.part("NewsLineType").get("FormalName").lower() in WIRES.editor_lines:
                yield from filter(None, (line(said.text) for said in node.all("NewsLineText")))
    for metadata in admin:
        for node in metadata.all("Property"):
            if node.get("FormalName").lower() in WIRES.editor_properties and node.get("Value"):
                yield line(node.get("Value"))


def _categories(descriptive: Sequence[Node], lines: Sequence[Node]) -> Iterator[str]:
    """Subject codes and the category beside them, genres, and keywords."""
    for metadata in descriptive:
        for node in metadata.below(*SUBJECTS):
            code = node.get("FormalName")
            yield from filter(None, (f"subj:{code}" if IPTC_CODE.fullmatch(code) else code, node.get("cat")))
        yield from filter(None, (node.get("FormalName") for node in metadata.all("Genre")))
        keywords = (node for node in metadata.all("Property") if node.get("FormalName").lower() == "keyword")
        yield from filter(None, (line(node.get("Value")) for node in keywords))
    for found in lines:
        yield from filter(None, (line(node.text) for node in found.all("KeywordLine")))


def _medium(chain: Sequence[Node], texts: Sequence[Leaf]) -> str:
    """Text where there is any; else what the first content item is."""
    if texts:
        return "text"
    kinds = (node.get("FormalName") for place in chain for node in place.below("MediaType"))
    return next(filter(None, map(medium_named, kinds)), "text")
