"""From landed payloads to items, now and again later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from newswire import formats, ledger
from newswire.config import Partner
from newswire.errors import LakeCorrupt, PayloadRefused, PayloadRemoved
from newswire.feeds import Feed
from newswire.lake import landing
from newswire.lake.files import sha256
from newswire.ledger import receipts as book
from newswire.ledger.receipts import Receipt
from newswire.model import Item, ParsedPayload, Refusal, Sighting, Status
from newswire.pipeline import remains
from newswire.pipeline.decider import reader
from newswire.pipeline.work import Workplace

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a payload: an item or why there is none, and the page that completed it."""

    receipt: Receipt
    ordinal: int
    item: Item | Refusal
    page: Receipt | None = None


def parsed_of(place: Workplace, receipt: Receipt) -> ParsedPayload:
    """What a receipt's payload holds, or of one that was purged what is left.

    Raises:
        PayloadRefused: It cannot be read.
        LakeCorrupt: It is gone or damaged.
    """
    raw = bytes_of(place, receipt)
    if receipt.purged_sha256 is not None:
        return remains.parsed(raw)
    feed = place.partner.feeds.get(receipt.feed) or Feed(url=receipt.url)
    return formats.parse(raw, source_of(place.partner, feed, receipt))


def bytes_of(place: Workplace, receipt: Receipt) -> bytes:
    """The bytes that a receipt's payload is now.

    Raises:
        PayloadRemoved: Landing retention removed it, and it has not landed again.
        LakeCorrupt: It is gone or damaged.
    """
    try:
        digest = receipt.purged_sha256 or receipt.payload_sha256
        return landing.read(place.layout, str(receipt.payload_path), str(digest))
    except LakeCorrupt as error:
        if receipt.payload_removed_at is None:
            raise
        msg = f"The payload {receipt.payload_path} was removed by landing retention at {receipt.payload_removed_at}."
        remedy = "It is not lost, and not to be restored; the partner can send it again."
        raise PayloadRemoved(msg, reason="payload_removed", remedy=remedy) from error


def source_of(partner: Partner, feed: Feed, receipt: Receipt) -> formats.Source:
    """What the parser is told about a receipt's payload."""
    return formats.Source(
        url=receipt.url,
        content_type=receipt.content_type,
        format=feed.format if receipt.role == "feed" else None,
        language=feed.language or one_language(receipt.content_language),
        zone=partner.zone if partner.naive_times == "timezone" else None,
        at=receipt.observed_at,
        identity=feed.identity,
    )


def one_language(said: str | None) -> str | None:
    """What a server says a document's language is: the weakest declaration, and none where it lists several."""
    return said.strip() if said and _LANGUAGE.fullmatch(said.strip()) else None


def _entry(entries: Sequence[Item | Refusal], sighting: Sighting) -> Item | Refusal | None:
    """The entry that a sighting saw: other code may find more entries before it than there were, or fewer."""
    there = entries[sighting.ordinal] if sighting.ordinal < len(entries) else None
    if isinstance(there, Item) and there.item_id == sighting.item_id:
        return there
    named = [e for e in entries if isinstance(e, Item) and e.item_id == sighting.item_id]
    same = [e for e in named if e.version == sighting.observation.version]
    return next(iter([*same, *named, *([there] if there is not None else [])]), None)


def _restricts(item: Item) -> bool:
    return item.status is not Status.USABLE or item.embargo is not None


class Reader:
    """Reads landed payloads, each once."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._receipts: dict[str, Receipt] = {}
        self._pages: dict[str, dict[str, Receipt]] = {}
        self._parsed: dict[str, ParsedPayload | PayloadRefused] = {}

    def entries(self, receipt: Receipt) -> list[Entry]:
        """Every entry of a feed's payload; a payload that cannot be read is one refused entry."""
        parsed = self._parse(receipt)
        if isinstance(parsed, PayloadRefused):
            refusal = Refusal(reason=parsed.reason, detail=str(parsed), pointer=receipt.url)
            return [Entry(receipt=receipt, ordinal=0, item=refusal)]
        feed = self._place.partner.feeds.get(receipt.feed)  # of one that left the partner file, the pull's pages tell
        follows = feed.follow is not None if feed else bool(self._pages_of(receipt))
        found = []
        for ordinal, item in enumerate(parsed.entries):
            link = parsed.links[ordinal] if follows and ordinal < len(parsed.links) else None
            if link is None or isinstance(item, Refusal):
                found.append(Entry(receipt=receipt, ordinal=ordinal, item=item))
            else:
                page = self._page(receipt, link)
                merged = self._merged_if_there(item, page, link)
                if isinstance(merged, Refusal) and _restricts(item):
                    merged, page = item, None  # a killed story's page is often gone: the feed's word is enough
                found.append(Entry(receipt=receipt, ordinal=ordinal, item=merged, page=page))
        return found

    def item(self, sighting: Sighting) -> Item:
        """The item that a sighting saw, read again from its landed payload.

        Raises:
            LakeCorrupt: The payload no longer yields it.
        """
        self._load([sighting.receipt_id, *filter(None, [sighting.page_receipt_id])])
        parsed = self._parse(self._receipts[sighting.receipt_id])
        item: Item | Refusal | None = None
        if isinstance(parsed, ParsedPayload):
            item = _entry(parsed.entries, sighting)
            if isinstance(item, Item) and sighting.page_receipt_id is not None:
                item = self._merged(item, self._receipts[sighting.page_receipt_id], "")
        if not isinstance(item, Item):
            msg = f"Entry {sighting.ordinal} of receipt {sighting.receipt_id} no longer yields {sighting.item_id}."
            raise LakeCorrupt(msg, reason="payload_unreadable", remedy="Restore the landed payload or the parser.")
        return item

    def version(self, receipt: Receipt) -> str:
        """What reads a receipt's payload; see ``decider.reader``."""
        return reader(self._place.partner, receipt.feed)

    def has_failed_page(self, receipt: Receipt) -> bool:
        """Whether a page of a feed or of its articles is missing, so that the feed must be asked for in full again."""
        with ledger.transaction(self._place.database_url) as connection:
            return book.is_incomplete(connection, receipt.receipt_id)

    def _page(self, receipt: Receipt, link: str) -> Receipt | None:
        return self._pages_of(receipt).get(link)

    def _pages_of(self, receipt: Receipt) -> dict[str, Receipt]:
        if receipt.receipt_id not in self._pages:
            with ledger.transaction(self._place.database_url) as connection:
                pages = book.pages_of(connection, [receipt.receipt_id])
            self._receipts.update({page.receipt_id: page for page in pages})
            self._pages[receipt.receipt_id] = {page.url: page for page in pages}
        return self._pages[receipt.receipt_id]

    def _merged_if_there(self, item: Item, page: Receipt | None, link: str) -> Item | Refusal:
        try:
            return self._merged(item, page, link)
        except PayloadRemoved as error:
            return Refusal(reason="page_unavailable", detail=error.message, pointer=link)

    def _merged(self, item: Item, page: Receipt | None, link: str) -> Item | Refusal:
        if page is None or page.payload_path is None:
            why = f"{page.reason}: {page.detail}" if page else "it was not fetched"
            return Refusal(
                reason="page_unavailable", detail=f"The article page {link} did not come: {why}", pointer=link
            )
        parsed = self._parse(page)
        if isinstance(parsed, PayloadRefused):
            return Refusal(reason="page_refused", detail=str(parsed), pointer=page.url)
        first = next((entry for entry in parsed.entries if isinstance(entry, Item)), None)
        if first is None:
            return Refusal(reason="page_refused", detail="The article page holds no article.", pointer=page.url)
        return formats.merge_page(item, first)

    def parsed(self, receipt: Receipt) -> ParsedPayload | PayloadRefused:
        """What a receipt's payload holds by itself, or why it cannot be read."""
        return self._parse(receipt)

    def _parse(self, receipt: Receipt) -> ParsedPayload | PayloadRefused:
        if receipt.receipt_id not in self._parsed:
            self._receipts[receipt.receipt_id] = receipt
            try:
                self._parsed[receipt.receipt_id] = self._read(receipt)
            except PayloadRefused as error:
                self._parsed[receipt.receipt_id] = error
        return self._parsed[receipt.receipt_id]

    def _read(self, receipt: Receipt) -> ParsedPayload:
        try:
            return parsed_of(self._place, receipt)
        except LakeCorrupt:  # it may have been purged since the receipt was looked up, or while it was written
            with ledger.transaction(self._place.database_url) as connection:
                left = book.what_is_left(connection, receipt) or self._beside(connection, receipt)
            if left is None:
                raise
            return parsed_of(self._place, left)

    def _beside(self, connection: Connection, receipt: Receipt) -> Receipt | None:
        """A receipt whose payload was purged after the backup that the ledger was restored from: the remains tell."""
        layout = self._place.layout
        for path in layout.remains(str(receipt.payload_path)):
            digest = sha256(landing.unpacked(layout, path))
            if path == layout.purged(path, digest):
                book.purge(connection, [receipt.receipt_id], path=path, sha256=digest)
                return replace(receipt, payload_path=path, purged_sha256=digest)
        return None

    def _load(self, ids: Iterable[str]) -> None:
        missing = [name for name in ids if name not in self._receipts]
        if missing:
            with ledger.transaction(self._place.database_url) as connection:
                self._receipts.update(book.by_id(connection, missing))
