"""From one document of a feed to the next: numbered pages, linked pages, archive documents.

Every way is bounded in pages and bytes, and ends where it would run in a circle.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newswire import transport
from newswire.ledger.receipts import Receipt
from newswire.model import Item, ParsedPayload
from newswire.pipeline.fetching import Access, Fetcher

PAGE = "{page}"
TOO_MANY_PAGES = "too_many_pages"
PAST_THE_END = {"not_found", "gone", "empty"}

log = logging.getLogger(__name__)


class Chain:
    """The documents of one feed on the web, in one pull.

    Args:
        fetcher: Asks and lands.
        name: The feed.
        how: How its servers are asked.
        mode: ``live`` or ``archive``.
        had: Documents that this pull has already.
    """

    def __init__(self, fetcher: Fetcher, name: str, how: Access, mode: str, had: Sequence[Receipt] = ()) -> None:
        self.fetcher, self.name, self.how, self.mode = fetcher, name, how, mode
        self.had = {receipt.url: receipt for receipt in had}

    async def pages(self, url: str) -> list[Receipt]:
        """A feed's pages from its first on (RFC 5005, section 3), newest first.

        The walk ends at a page that brings nothing new: what follows it came with an earlier pull. A first page that
        fails is not saved yet.
        """
        first = await self._document(url.replace(PAGE, "1"))
        if first.status == "failed":
            return [first]
        found = [self._save(first)]
        parent = first.receipt_id if self.mode == "live" else None
        while found[-1].status == "landed" and (link := self._next(url, found)) is not None:
            if len(found) == self.how.feed.max_pages or self._is_full():
                rest = self.fetcher.receipt(self.name, link, role="feed", mode=self.mode, parent=parent)
                return [*found, *([] if self._is_first_pull() else [self._save(self._stopped(rest, link))])]
            page = await self._document(link, parent=parent)
            if PAGE in url and (page.reason in PAST_THE_END or self._repeats(page, found)):
                break
            found.append(self._save(page))
        return found

    async def archives(self, url: str) -> list[Receipt]:
        """The archive documents that touch the run's interval (RFC 5005, section 4), newest first.

        The live document only shows the way and is not landed: it is never pulled into an old interval. A document
        without a single date is taken too, since nobody can tell.
        """
        start, end = self.fetcher.run.interval_start, self.fetcher.run.interval_end
        assert start is not None and end is not None  # noqa: PT018, S101 - an archive is pulled for an interval
        listing = self.fetcher.receipt(self.name, url, role="listing", mode=self.mode)
        answer = await self.fetcher.ask(self.name, url, self.how, conditional=False)
        if isinstance(answer, transport.Unfetched):
            return [self._save(self.fetcher.land(listing, answer))]
        parsed = self.fetcher.parsed(listing, answer.body)
        found: list[Receipt] = []
        seen = {url}
        while (link := self._older(parsed, seen)) is not None:
            if len(seen) > self.how.feed.max_pages or self._is_full():
                return [*found, self._save(self._stopped(listing, link))]
            seen.add(link)
            answer = await self.fetcher.ask(self.name, link, self.how)
            receipt = self.fetcher.receipt(self.name, link, role="feed", mode=self.mode)
            parsed = self.fetcher.parsed(receipt, self.fetcher.payload(self.name, answer))
            times = _times(parsed)
            if times and max(times) < start:
                break
            if parsed is None or not times or min(times) < end:
                found.append(self._save(self.fetcher.land(receipt, answer)))
        return [*found, self._save(self.fetcher.listed(listing))]

    def _older(self, parsed: ParsedPayload | None, seen: set[str]) -> str | None:
        link = parsed.head.prev_archive_url if parsed else None
        if link is not None and self.how.marked(link) in seen:
            log.warning("%s: its archive leads back to %s; the walk ends", self.name, transport.shown(link))
            return None
        return link and self.how.marked(link)

    async def _document(self, url: str, *, parent: str | None = None) -> Receipt:
        had = self.had.get(transport.without_credentials(url))
        return had or await self.fetcher.document(self.name, url, self.how, role="feed", mode=self.mode, parent=parent)

    def _save(self, receipt: Receipt) -> Receipt:
        return receipt if self.had.get(receipt.url) is receipt else self.fetcher.save(receipt)

    def _next(self, url: str, found: list[Receipt]) -> str | None:
        """The URL of the next page, its secrets marked; None at the end, or where pages are not asked for."""
        if PAGE not in url and self.how.feed.paging is None:
            return None
        parsed = self.fetcher.parsed(found[-1])
        if parsed is None or not parsed.entries:
            return None
        if PAGE in url:
            return url.replace(PAGE, str(len(found) + 1))
        link = parsed.head.next_url and self.how.marked(parsed.head.next_url)
        if link in {receipt.url for receipt in found}:
            log.warning("%s: its pages lead back to %s; the walk ends", self.name, transport.shown(str(link)))
            return None
        return link

    def _repeats(self, page: Receipt, found: list[Receipt]) -> bool:
        """Whether a server answers numbers past the end with a page that it sent before."""
        return page.payload_sha256 in {receipt.payload_sha256 for receipt in found}

    def _is_full(self) -> bool:
        return self.fetcher.landed_bytes.get(self.name, 0) >= self.how.feed.max_total_bytes

    def _is_first_pull(self) -> bool:
        """Whether nothing was pulled live before: where the walk ends then is where the story starts."""
        return self.mode == "live" and not self.fetcher.settled(self.name)

    def _stopped(self, receipt: Receipt, link: str) -> Receipt:
        feed = self.how.feed
        detail = (
            f"{transport.shown(link)}: there are more pages than {feed.max_pages}, or more than "
            f"{feed.max_total_bytes:,} bytes; the rest was not asked for. Raise max_pages or max_total_bytes."
        )
        return replace(receipt, status="failed", reason=TOO_MANY_PAGES, detail=detail)


def _times(parsed: ParsedPayload | None) -> list[datetime]:
    items = [entry for entry in parsed.entries if isinstance(entry, Item)] if parsed else []
    return [at for item in items if (at := item.updated_at or item.published_at) is not None]
