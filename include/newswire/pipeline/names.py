"""Whether a story still goes by the name it had: guids that change, or come to name another story, between pulls.

Inside one payload the parsers tell (``formats.identity``). Between pulls the ledger does: a new guid on a link or on
words that another guid had, and a guid that comes back with another link and another headline. Nothing is decided by
it; it is kept with the entry's outcome and counted with the run, so that a person sees what a feed does to its names.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from newswire import formats, ledger
from newswire.errors import LakeCorrupt
from newswire.ledger import stories as book
from newswire.model import Item, Sighting
from newswire.pipeline.reading import Entry, Reader
from newswire.pipeline.work import Workplace

CHANGED, REUSED = "guid_changed", "guid_reused"

MAX_COMPARED = 20
"""Stories of the same publication time whose words are compared; more share it where times are days."""

Place = tuple[str, int]
"""An entry: its receipt and its ordinal."""


def noticed(place: Workplace, reader: Reader, entries: Sequence[Entry]) -> dict[Place, str]:
    """What is odd about the names of entries, each as ``code: detail``."""
    here = {entry.receipt.receipt_id for entry in entries}
    named = {
        (entry.receipt.receipt_id, entry.ordinal): entry.item
        for entry in entries
        if isinstance(entry.item, Item) and entry.item.id_source == "guid"
    }
    slug, ids = place.partner.slug, sorted({item.item_id for item in named.values()})
    with ledger.transaction(place.database_url) as connection:
        seen = book.sightings(connection, slug, ids)
        before = {name: [s for s in found if s.receipt_id not in here] for name, found in seen.items()}
        new = {at: item for at, item in named.items() if not before.get(item.item_id)}
        alike = book.alike(
            connection,
            slug,
            links=sorted({page for item in new.values() if (page := _page(item))}),
            times=sorted({item.published_at for item in new.values() if item.published_at}),
        )
    others = [s for s in alike if s.receipt_id not in here]
    found = {at: _changed(item, others, reader) for at, item in new.items()}
    found |= {at: _reused(item, before[item.item_id], reader) for at, item in named.items() if at not in new}
    return {at: said for at, said in found.items() if said is not None}


def code(detail: str | None) -> str | None:
    """The code that a detail begins with, if it is one of these."""
    found = (detail or "").partition(":")[0]
    return found if found in {CHANGED, REUSED} else None


def unworded(detail: str | None) -> str | None:
    """A detail without what it quotes of a story."""
    return code(detail) or detail


def _page(item: Item) -> str | None:
    """The item's own page: a front page is not its own."""
    return item.source_url if item.source_url and urlsplit(item.source_url).path.strip("/") else None


def _changed(item: Item, others: Sequence[Sighting], reader: Reader) -> str | None:
    """A guid that is new, on a link or on words that one other guid had."""
    page, when = _page(item), item.published_at
    on_its_page = {other.item_id for other in others if page and other.source_url == page}
    if len(on_its_page) == 1:
        return f"{CHANGED}: the link {page} was that of {on_its_page.pop()}"
    of_its_time = [other for other in others if when and other.observation.published_at == when]
    for other in of_its_time[:MAX_COMPARED]:
        told = _read(reader, other)
        if told is not None and formats.content_id(told) == formats.content_id(item):
            return f"{CHANGED}: the same words were those of {other.item_id}"
    return None


def _reused(item: Item, before: Sequence[Sighting], reader: Reader) -> str | None:
    """A guid that is known, with a link and a headline that it never had."""
    links = {sighting.source_url for sighting in before}
    if not item.source_url or not links or links & {None, item.source_url}:
        return None
    latest = max(before, key=lambda sighting: sighting.observation.last_observed_at)
    told = _read(reader, latest)
    if told is None or told.title == item.title:
        return None
    return f"{REUSED}: it named {told.title!r} at {latest.source_url} before"


def _read(reader: Reader, sighting: Sighting) -> Item | None:
    try:
        return reader.item(sighting)
    except LakeCorrupt:  # purged since
        return None
