"""Searching what landed: which payloads hold some stories, and which hold their words."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

import msgspec

from newswire import formats, ledger
from newswire.errors import LakeCorrupt, PayloadRefused, PayloadRemoved
from newswire.lake import landing
from newswire.ledger import receipts as book
from newswire.ledger import stories as story_book
from newswire.ledger import texts
from newswire.ledger.receipts import Receipt
from newswire.model import Item, ParsedPayload, Purged, Refusal
from newswire.pipeline import purging, traces
from newswire.pipeline.purging import Holding
from newswire.pipeline.reach import Searched, Subject
from newswire.pipeline.reading import Reader, bytes_of
from newswire.pipeline.traces import fewest
from newswire.pipeline.work import Workplace

STILL_COMING = timedelta(hours=1)
"""How long bytes that no receipt names may belong to a pull that goes on."""

LANDED = "landed payloads"

Payload = ParsedPayload | PayloadRefused
Traced = dict[str, list[str]]
"""Stories, each with what its words are searched by."""

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]{0,5000}>")


def readings(place: Workplace) -> Iterator[tuple[Receipt, ...]]:
    """The receipts of every payload of a partner, those together that are read in the same way."""
    with ledger.transaction(place.database_url) as connection:
        receipts = book.with_payload(connection, place.partner.slug)

    def read_as(receipt: Receipt) -> tuple[str, str, str]:
        return str(receipt.payload_path), receipt.url, receipt.role

    for _, same in groupby(sorted(receipts, key=read_as), key=read_as):
        yield tuple(same)


def stories_of(place: Workplace) -> set[str]:
    """Every story that any payload of a partner's feeds holds; one that is gone or damaged is named by the search."""
    found: set[str] = set()
    for same in readings(place):
        with suppress(LakeCorrupt):
            payload = Reader(place).parsed(same[0]) if same[0].role == "feed" else None
            found.update(e.item_id for e in getattr(payload, "entries", ()) if isinstance(e, Item))
    return found


@dataclass(slots=True, kw_only=True)
class Memory:
    """Payloads in which a takedown found nothing: as long as they lie there as they are, it reads them once.

    Attributes:
        entries: How many entries each holds, by how it is read and what is known of its file.
    """

    entries: dict[tuple[object, ...], int] = field(default_factory=dict)

    def key(self, place: Workplace, receipt: Receipt) -> tuple[object, ...]:
        """By what a payload is known."""
        path = str(receipt.payload_path)
        return (path, receipt.url, receipt.role, receipt.purged_sha256, place.layout.store.look(path))


def gather(
    place: Workplace, known: Mapping[str, Collection[str]], most: int, subject_of: Callable[[Traced], Subject]
) -> tuple[Traced, Memory]:
    """The traces of some stories' own words, from every payload that holds one; and which payloads hold nothing.

    What other stories of the same payload say too, such as the agency's notice, is nobody's own. One that says all that
    the story says is a copy of it, under another id, and takes nothing from it.

    Args:
        place: Where.
        known: The stories, each with the traces that are known already.
        most: How many traces are kept of a story.
        subject_of: What is searched for, given the traces.
    """
    found = {item_id: set(several) for item_id, several in known.items()}
    memory, stale = Memory(), True
    subject = subject_of({item_id: [] for item_id in found})

    def is_source(same: tuple[Receipt, ...]) -> bool:
        return not subject.sources.isdisjoint(receipt.receipt_id for receipt in same)

    # What the stories were read from comes first: what the others hold can be told once the words are known.
    for same in sorted(readings(place), key=is_source, reverse=True):
        reader = Reader(place)
        held = _holding(place, reader, same, found)
        if held is None and is_source(same):
            continue
        if held is None:
            if stale:
                subject, memory, stale = subject_of(_fewest(found, most)), Memory(), False
            _remember(subject, same, memory, reader)
            continue
        others = [
            traces.of_item(entry.item)
            for entry in purging.entries_of(reader, same[0])
            if isinstance(entry.item, Item) and entry.ordinal not in held.items
        ]
        for item in held.items.values():
            said, before = traces.of_item(item), len(found[item.item_id])
            found[item.item_id] |= said.difference(*(other for other in others if not said <= other))
            stale = stale or len(found[item.item_id]) > before
    return _fewest(found, most), Memory() if stale else memory


def _fewest(found: Mapping[str, Collection[str]], most: int) -> Traced:
    return {item_id: fewest(several, most) for item_id, several in found.items()}


def _remember(subject: Subject, same: tuple[Receipt, ...], memory: Memory, reader: Reader) -> None:
    said = Searched(place=LANDED)
    key = memory.key(subject.place, same[0])
    with suppress(LakeCorrupt):  # named by the search
        _payload(subject, same, said, reader, clean=False)
        if not (said.found or said.kept or said.elsewhere):
            memory.entries[key] = said.rows


def search(subject: Subject, memory: Memory, *, clean: bool) -> Searched:
    """Search the landed payloads; with ``clean`` purge those that hold something of the stories."""
    said = Searched(place=LANDED)
    place = subject.place
    purged = set()
    for same in readings(place):
        said.files += 1
        purged |= {r.payload_sha256 for r in same if r.purged_sha256 is not None}
        key = memory.key(place, same[0])
        if key in memory.entries:
            said.rows += memory.entries[key]
            continue
        try:
            _payload(subject, same, said, Reader(place), clean=clean)
        except PayloadRemoved:
            continue
        except LakeCorrupt as error:
            if place.layout.store.exists(str(same[0].payload_path)):  # damaged: nobody can tell what it holds
                _found(subject, said, f"{same[0].payload_path}, which cannot be read")
            else:
                said.quote(f"not searched: {error}")
    with ledger.transaction(place.database_url) as connection:  # as it is now: a purge has given other names
        now = book.with_payload(connection, place.partner.slug)
    named = {receipt.payload_path for receipt in now}
    for path in sorted(set(place.layout.payloads(place.partner.slug)) - named):
        said.files += 1
        _nobodys(subject, path, said, purged={str(digest) for digest in purged}, clean=clean)
    return said


def _holding(place: Workplace, reader: Reader, receipts: tuple[Receipt, ...], items: Collection[str]) -> Holding | None:
    try:
        return purging.holding(place, reader, receipts, items) if receipts[0].role == "feed" else None
    except LakeCorrupt:  # named by the search
        return None


def _payload(subject: Subject, receipts: tuple[Receipt, ...], said: Searched, reader: Reader, *, clean: bool) -> None:
    place, receipt, path = subject.place, receipts[0], str(receipts[0].payload_path)
    held = purging.holding(place, reader, receipts, subject.items) if receipt.role == "feed" else None
    payload = reader.parsed(receipt)
    said.rows += len(getattr(payload, "entries", ()))
    if held is not None:
        _found(subject, said, path, len(held.items))
        if clean and subject.purge_raw:
            purging.purge(place, held)
        return
    source = not subject.sources.isdisjoint(r.receipt_id for r in receipts)  # other code or settings read it then
    if receipt.purged_sha256 is None and (source or subject.traces.stand_in([text_of(bytes_of(place, receipt))])):
        _quoted(subject, receipts, said, payload, clean=clean)
    elif not isinstance(payload, PayloadRefused) and _others_say(subject, payload.entries):
        said.quote(path)


def _quoted(subject: Subject, receipts: tuple[Receipt, ...], said: Searched, payload: Payload, *, clean: bool) -> None:
    """Words of the stories in a payload that holds none of them: a page, what could not be read, or another story."""
    place, receipt, path = subject.place, receipts[0], str(receipts[0].payload_path)
    if isinstance(payload, PayloadRefused):
        _found(subject, said, path)
        if clean and subject.purge_raw:
            purging.purge_whole(place, receipt, subject.items, (payload.reason, "It was purged; it could not be read."))
    elif receipt.role == "page" and not purging.is_needed(place, receipt):
        _found(subject, said, path)
        if clean and subject.purge_raw:
            purging.purge_whole(place, receipt, subject.items)
    elif not _others_say(subject, payload.entries) and any(isinstance(entry, Refusal) for entry in payload.entries):
        _found(subject, said, path)
        if clean and subject.purge_raw:
            purging.purge_unread(place, receipts, subject.items)
    else:
        said.quote(path)


def _others_say(subject: Subject, entries: Collection[object]) -> bool:
    told = (msgspec.to_builtins(entry) for entry in entries if not isinstance(entry, Purged))
    return subject.traces.stand_in(text for entry in told for text in texts.strings(entry))


def _found(subject: Subject, said: Searched, path: str, count: int = 1) -> None:
    if subject.purge_raw:
        said.note(path, count)
    else:
        said.kept += count


def _nobodys(subject: Subject, path: str, said: Searched, *, purged: set[str], clean: bool) -> None:
    """Bytes that no receipt names: of a purge or a pull that died, or of a pull that goes on."""
    layout = subject.place.layout
    digest, _, kind = path.rpartition("/")[2].partition(".")
    file = layout.store.look(path)
    if file is None:
        return
    since = datetime.fromtimestamp(file.modified, UTC)
    try:
        holds = subject.traces.stand_in([text_of(landing.unpacked(layout, path))])
    except LakeCorrupt:
        _found(subject, said, f"{path}, which cannot be read")
        return
    if not (holds or (digest in purged and subject.purge_raw)):
        return
    _found(subject, said, path)
    ended = digest in purged or datetime.now(UTC) - since > STILL_COMING
    if clean and subject.purge_raw and ended and kind:
        with ledger.transaction(subject.place.database_url) as connection:
            story_book.lock_partner(connection, subject.place.partner.slug)
            if not book.names_path(connection, path):  # what a run purges meanwhile is named under the same lock
                layout.store.remove(path)


def text_of(raw: bytes) -> str:
    """The words of a payload, as far as they can be told without knowing its format."""
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError):
            return ""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), formats.decode(raw)[0])
    return _TAG.sub(" ", html.unescape(html.unescape(text)))
