"""``pull``: land a partner's feeds, or find what landed before.

What a run may do is decided by receipts, feed by feed, never by the type of the run:

- what its own pull brought is used again (a retry, a cleared or reprocessed run);
- else the live feed is pulled, if the run is for the latest complete interval or is a person's request without one;
- else what landed for the interval is replayed;
- else the feed's archive is pulled, where it has one;
- else there is no source. A live feed is never pulled into an old interval.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newswire import ledger, transport
from newswire.errors import ConfigError
from newswire.feeds import PREV_ARCHIVE, Feed
from newswire.ledger import receipts as book
from newswire.ledger.receipts import Receipt
from newswire.pipeline import claims
from newswire.pipeline.fetching import Access, Fetcher, access
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.paging import Chain
from newswire.pipeline.schedule import is_latest_complete
from newswire.pipeline.work import FailedFeed, Plan, Pulled, Run, Workplace
from newswire.urls import expand

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 4
MOST_PAGES = 500
LOOKS_BACK = timedelta(days=1)


def pull_key(run: Run) -> str:
    """The name of the pull that a run belongs to: its interval's end, or the run itself."""
    return run.run_id if run.interval_end is None else run.interval_end.astimezone(UTC).isoformat()


def plan(place: Workplace, run: Run, now: datetime) -> Plan:
    """Decide, feed by feed, where a run's payloads come from."""
    partner, key = place.partner, pull_key(run)
    with ledger.transaction(place.database_url) as connection:
        own = book.of_pull(connection, partner.slug, key)
        if run.interval_start is None or run.interval_end is None:
            live, landed, observed_at = True, own, min((r.observed_at for r in own), default=now)
        else:
            live, observed_at = is_latest_complete(partner, run.interval_end, now), run.interval_end
            landed = own if live else book.of_interval(connection, partner.slug, run.interval_start, run.interval_end)
    chosen = Plan(pull_key=key, observed_at=observed_at, live=live)
    for name, feed in partner.feeds.items():
        of_feed = [r for r in landed if r.feed == name]
        good = [r for r in of_feed if r.status != "failed"]
        failed = [r for r in of_feed if r.status == "failed" and r.role != "page" and r.parent_id is None]
        had = any(r.role != "page" for r in good)
        if had:
            chosen.reuse.extend(good)
        if had and not failed:
            continue
        if live:
            chosen.fetch[name] = "live"
        elif feed.archive is not None:
            chosen.fetch[name] = "archive"
        elif not had:
            chosen.lost.extend(of_feed)
    return chosen


def pull(place: Workplace, run: Run) -> Pulled:
    """Land what a run needs and say what must be read.

    Failures are receipts too; nothing is raised for a feed that does not come.

    Raises:
        NotReconciled: The ledger was restored and is not reconciled.
    """
    require_reconciled(place)
    now = place.clock()
    chosen = plan(place, run, now)
    log.info("pull %s: %s, fetching %s", chosen.pull_key, chosen.mode, ", ".join(sorted(chosen.fetch)) or "nothing")
    claims.release(place)  # what an interrupted run left claimed comes first
    known = {name: access(place, place.partner.feeds[name]) for name in {*chosen.fetch, *chosen.resumed}}
    try:
        got = asyncio.run(_fetch_all(place, run, chosen, known))
    except ExceptionGroup as group:  # whoever retries, or tells a person, looks for the error itself
        raise _leaf(group) from group
    _tell(got)
    everything = {r.receipt_id: r for r in (*chosen.reuse, *chosen.lost, *got)}
    feeds = [r for r in everything.values() if r.role == "feed"]
    fresh_pages = {r.parent_id for r in everything.values() if r.role == "page" and r.status == "landed"}
    replaying = chosen.mode == "replay"
    to_read = [
        r.receipt_id
        for r in feeds
        if (r.status == "landed" and (replaying or r.settled_at is None)) or r.receipt_id in fresh_pages
    ]
    quiet = [r.receipt_id for r in feeds if r.status == "not_modified" and r.receipt_id not in to_read]
    return Pulled(
        run_id=run.run_id,
        pull_key=chosen.pull_key,
        mode=chosen.mode,
        receipts=tuple(sorted(to_read)),
        quiet=tuple(sorted(quiet)),
        failed=_failures([*everything.values(), *([] if replaying else _unreadable_still(place, feeds, quiet))]),
    )


def _unreadable_still(place: Workplace, feeds: Iterable[Receipt], quiet: Collection[str]) -> list[Receipt]:
    """The web feeds that have not changed since they could not be read: a feed is not well because it stays broken."""
    ids = [r.receipt_id for r in feeds if r.receipt_id in quiet and not transport.lists(r.url)]
    with ledger.transaction(place.database_url) as connection:
        return [replace(r, status="failed") for r in book.refused(connection, ids)]


def _leaf(error: Exception) -> Exception:
    return _leaf(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


def _tell(receipts: Iterable[Receipt]) -> None:
    by_feed: dict[str, Counter[str]] = {}
    for receipt in receipts:
        by_feed.setdefault(receipt.feed, Counter())[f"{receipt.role} {receipt.status}"] += 1
    for name, counts in sorted(by_feed.items()):
        log.info("%s: %s", name, ", ".join(f"{what} {n}" for what, n in sorted(counts.items())))


def _failures(receipts: Iterable[Receipt]) -> tuple[FailedFeed, ...]:
    failed = [r for r in receipts if r.status == "failed"]
    return tuple(
        FailedFeed(feed=r.feed, reason=r.reason or "unknown", detail=r.detail or "")
        for r in sorted(failed, key=lambda r: (r.feed, r.url))
    )


async def _fetch_all(place: Workplace, run: Run, chosen: Plan, known: dict[str, Access | ConfigError]) -> list[Receipt]:
    async with transport.Transports() as transports:
        puller = _Puller(Fetcher(place, run, chosen, transports), known)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(puller.feed(name, mode)) for name, mode in chosen.fetch.items()]
            tasks += [group.create_task(puller.resume(name)) for name in sorted(chosen.resumed)]
        return [receipt for task in tasks for receipt in task.result()]


class _Puller:
    """One pull's feeds, each with its pages and the article pages that its entries link to."""

    def __init__(self, fetcher: Fetcher, known: dict[str, Access | ConfigError]) -> None:
        self.fetcher, self.known = fetcher, known
        self.place, self.run, self.chosen = fetcher.place, fetcher.run, fetcher.chosen
        self.gate = asyncio.Semaphore(PAGES_AT_ONCE)

    async def feed(self, name: str, mode: str) -> list[Receipt]:
        """Fetch one feed, whatever it is made of."""
        feed = self.place.partner.feeds[name]
        try:
            how = self._access(name)
            addresses = [
                self.fetcher.reach(feed, feed.resolve(template), how) for template in self._templates(feed, mode)
            ]
        except ConfigError as error:
            lost = self.fetcher.receipt(name, feed.url, role="feed", mode=mode)
            return [self.fetcher.save(replace(lost, status="failed", reason=error.reason, detail=str(error)))]
        got: list[Receipt] = []
        absent: list[Receipt] = []
        for url, there in addresses:
            found = await self._source(name, url, there, mode)
            if [r.reason for r in found] == ["not_found"]:
                absent.extend(found)
            else:
                got.extend(self.fetcher.save(r) if r.status == "failed" else r for r in found)
        if got:  # a day without a document, beside days that have one, is no failure
            absent = [self.fetcher.listed(self.fetcher.receipt(name, r.url, role="listing", mode=mode)) for r in absent]
        return [*got, *map(self.fetcher.save, absent)]

    async def resume(self, name: str) -> list[Receipt]:
        """Fetch what an earlier try of this pull left out under the documents that it has."""
        feed = self.place.partner.feeds[name]
        had = [r for r in self.chosen.reuse if r.feed == name]
        documents = {r.receipt_id: r for r in had if r.role == "feed"}
        try:
            how = self._access(name)
            for template in self._templates(feed, "live"):
                url, how = self.fetcher.reach(feed, feed.resolve(template), how)
                if not transport.lists(url):
                    found = await Chain(self.fetcher, name, how, "live", had=list(documents.values())).pages(url)
                    documents |= {r.receipt_id: r for r in found}
        except ConfigError as error:
            log.warning("%s: nothing more is fetched: %s", name, error)
            return []
        pages = {(r.parent_id, r.url) for r in had if r.role == "page"}
        articles = await self._articles(documents.values(), how, pages)
        return [*(r for r in documents.values() if r not in had), *articles]

    async def _source(self, name: str, url: str, how: Access, mode: str) -> list[Receipt]:
        chain = Chain(self.fetcher, name, how, mode)
        if transport.lists(url):
            documents = await self.fetcher.members(name, url, how, mode)
        elif mode == "archive" and how.feed.archive == PREV_ARCHIVE:
            documents = await chain.archives(url)
        else:
            documents = await chain.pages(url)
        return [*documents, *await self._articles(documents, how)]

    async def _articles(
        self, documents: Iterable[Receipt], how: Access, have: Collection[tuple[str | None, str]] = ()
    ) -> list[Receipt]:
        """Fetch the article pages that the entries of documents link to, but those that this pull has."""
        if how.feed.follow is None:
            return []

        async def one(parent: Receipt, link: str) -> Receipt:
            async with self.gate:
                page = await self.fetcher.document(
                    parent.feed, link, how, role="page", mode=parent.mode, parent=parent.receipt_id
                )
                return self.fetcher.save(page)

        tasks = []
        async with asyncio.TaskGroup() as group:
            for parent in documents:
                parsed = self.fetcher.parsed(parent) if parent.role == "feed" else None
                links = [how.marked(link) for link in dict.fromkeys(parsed.links if parsed else ()) if link]
                wanted = [link for link in links if (parent.receipt_id, link) not in have]
                tasks += [group.create_task(one(parent, link)) for link in wanted[:MOST_PAGES]]
        return [task.result() for task in tasks]

    def _access(self, name: str) -> Access:
        how = self.known[name]
        if isinstance(how, ConfigError):
            raise how
        return how

    def _templates(self, feed: Feed, mode: str) -> list[str]:
        """The feed's URLs, or its archive's, with the interval filled in; live ones look a day back."""
        zone, start, end = self.place.partner.zone, self.run.interval_start, self.run.interval_end
        if mode == "live" or start is None or end is None:
            now = self.place.clock()
            return expand(feed.url, min(start or now, now - LOOKS_BACK), now, zone)
        archive = str(feed.archive)
        return [feed.url.replace("{page}", "1")] if archive == PREV_ARCHIVE else expand(archive, start, end, zone)
