"""Purging landed payloads: what holds a story that a person took down is replaced by what is left of it.

First the remains are written, then the ledger names them, then the raw bytes go: whoever dies between leaves a file
that nobody names, which the takedown removes when it is taken up again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from newswire import ledger
from newswire.errors import LakeCorrupt, PayloadRefused
from newswire.lake import landing
from newswire.lake.files import sha256
from newswire.ledger import graves
from newswire.ledger import receipts as book
from newswire.ledger import stories as story_book
from newswire.ledger.receipts import Receipt
from newswire.model import Item, ParsedPayload, Purged
from newswire.pipeline import remains, slips
from newswire.pipeline.reading import Entry, Reader, bytes_of
from newswire.pipeline.remains import Remains
from newswire.pipeline.work import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A payload that holds some stories.

    Attributes:
        receipts: Those whose payload it is.
        items: What of it are those stories: ordinals, each with the item as the feed and its page told it.
        pages: The article pages that complete them.
    """

    receipts: tuple[Receipt, ...]
    items: dict[int, Item]
    pages: tuple[Receipt, ...]


def holding(place: Workplace, reader: Reader, receipts: tuple[Receipt, ...], items: Collection[str]) -> Holding | None:
    """What a feed's payload holds of some stories; None where it holds nothing of them, or only their names."""
    payload = reader.parsed(receipts[0])
    if isinstance(payload, PayloadRefused):
        return None
    held = {
        at: entry
        for at, entry in enumerate(payload.entries)
        if isinstance(entry, Item) and entry.item_id in items and not isinstance(entry, Purged)
    }
    if not held:
        return None
    whole = {entry.ordinal: entry.item for entry in entries_of(reader, receipts[0])}
    told = {at: found if isinstance(found := whole.get(at), Item) else held[at] for at in held}
    links = {payload.links[at] for at in held if at < len(payload.links)} - {None}
    with ledger.transaction(place.database_url) as connection:
        pages = book.pages_of(connection, [receipt.receipt_id for receipt in receipts])
    return Holding(
        receipts=receipts,
        items=told,
        pages=tuple(page for page in pages if page.url in links and page.payload_path is not None),
    )


def entries_of(reader: Reader, receipt: Receipt) -> list[Entry]:
    """The entries of a payload with their pages; none where a page is damaged, which keeps no story in the payload."""
    try:
        return reader.entries(receipt)
    except LakeCorrupt:
        return []


def purge(place: Workplace, held: Holding) -> None:
    """Replace a payload by what is left of it, and first, as a whole, the pages of the stories that go.

    A page stays that completes another story as well.
    """
    gone = {at: remains.purged(item) for at, item in held.items.items()}
    for page in held.pages:
        if not is_needed(place, page):
            purge_whole(place, page, {item.item_id for item in gone.values()})
    with ledger.transaction(place.database_url) as connection:  # reading it may have found that it was purged before
        receipts = tuple(book.by_id(connection, [receipt.receipt_id for receipt in held.receipts]).values())
    receipt = receipts[0]
    payload = Reader(place).parsed(receipt)
    if isinstance(payload, PayloadRefused):  # purged as a whole since it was looked at
        return
    before = bytes_of(place, receipt) if receipt.purged_sha256 is not None else None
    _replace(place, receipts, remains.of(payload, gone, before), {item.item_id for item in gone.values()})


def purge_unread(place: Workplace, receipts: tuple[Receipt, ...], items: Collection[str]) -> None:
    """Leave of a payload what was read of it: words of the stories stand in what could not be."""
    payload = Reader(place).parsed(receipts[0])
    if isinstance(payload, ParsedPayload):
        _replace(place, receipts, remains.of(payload, {}, also=items), items)


def purge_whole(
    place: Workplace, receipt: Receipt, items: Collection[str], refused: tuple[str, str] | None = None
) -> None:
    """Leave nothing of a payload; ``refused`` is why it could not be read before, which stays known."""
    with ledger.transaction(place.database_url) as connection:
        every = [r for r in book.sharing(connection, receipt) if r.purged_sha256 is None]
    if every:
        _replace(place, tuple(every), remains.of_whole(tuple(items), refused), items)


def is_needed(place: Workplace, page: Receipt) -> bool:
    """Whether a page completes a story that nobody took down."""
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        completed = story_book.completed_by(connection, slug, [r.receipt_id for r in book.sharing(connection, page)])
        return bool(completed - graves.taken_down(connection, slug, completed))


def _replace(place: Workplace, receipts: tuple[Receipt, ...], left: Remains, items: Collection[str]) -> None:
    content = left.encoded()
    before, digest = str(receipts[0].payload_path), sha256(content)
    path = place.layout.purged(before, digest)
    with ledger.transaction(place.database_url) as connection:
        story_book.lock_partner(connection, place.partner.slug)
        landing.land(place.layout, path, content)  # under the lock: nobody finds it there without a name
        book.purge(connection, [r.receipt_id for r in receipts], path=path, sha256=digest)
        story_book.note_purged(connection, place.partner.slug, items)
        named = book.names_path(connection, before)
    for receipt in receipts:
        slips.keep(place.layout, replace(receipt, payload_path=path, purged_sha256=digest))
    if not named:
        place.layout.store.remove(before)
