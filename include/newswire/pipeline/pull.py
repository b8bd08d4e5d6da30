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
import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from newswire import formats, ledger, transport
from newswire.config import Feed
from newswire.errors import ConfigError, PayloadRefused
from newswire.lake import landing
from newswire.lake.files import sha256
from newswire.ledger import receipts as book
from newswire.ledger.receipts import Receipt
from newswire.pipeline.reading import source_of
from newswire.pipeline.schedule import is_latest_complete
from newswire.pipeline.work import FailedFeed, Pulled, Run, Workplace

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 4
MOST_PAGES = 500


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a pull will do.

    Attributes:
        reuse: Receipts that stand, of all roles.
        fetch: Feeds to fetch, by name, with the mode (``live`` or ``archive``).
        lost: Feeds that failed before and cannot be fetched for this interval any more.
    """

    pull_key: str
    observed_at: datetime
    live: bool
    reuse: list[Receipt] = field(default_factory=list)
    fetch: dict[str, str] = field(default_factory=dict)
    lost: list[Receipt] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """One word for people: the liveliest thing that the pull does."""
        for word in ("live", "archive"):
            if word in self.fetch.values():
                return word
        return "replay" if self.reuse or self.lost else "no_source"


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
        if any(r.role != "page" for r in good):
            chosen.reuse.extend(good)
        elif live:
            chosen.fetch[name] = "live"
        elif feed.archive is not None:
            chosen.fetch[name] = "archive"
        else:
            chosen.lost.extend(of_feed)
    return chosen


def pull(place: Workplace, run: Run) -> Pulled:
    """Land what a run needs and say what must be read.

    Failures are receipts too; nothing is raised for a feed that does not come.
    """
    now = place.clock()
    chosen = plan(place, run, now)
    log.info("pull %s: %s, fetching %s", chosen.pull_key, chosen.mode, sorted(chosen.fetch) or "nothing")
    got = asyncio.run(_fetch_all(place, run, chosen))
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
        failed=_failures(everything.values()),
    )


def _failures(receipts: Iterable[Receipt]) -> tuple[FailedFeed, ...]:
    failed = [r for r in receipts if r.status == "failed"]
    return tuple(
        FailedFeed(feed=r.feed, reason=r.reason or "unknown", detail=r.detail or "")
        for r in sorted(failed, key=lambda r: (r.feed, r.url))
    )


async def _fetch_all(place: Workplace, run: Run, chosen: Plan) -> list[Receipt]:
    async with transport.Transports() as transports:
        puller = _Puller(place, run, chosen, transports)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(puller.feed(name, mode)) for name, mode in chosen.fetch.items()]
            tasks += [
                group.create_task(puller.pages(r, chosen.reuse))
                for r in chosen.reuse
                if chosen.live and r.role == "feed"
            ]
        return [receipt for task in tasks for receipt in task.result()]


class _Puller:
    """One pull's fetching: asks, lands, and writes a receipt for every answer."""

    def __init__(self, place: Workplace, run: Run, chosen: Plan, transports: transport.Transports) -> None:
        self.place, self.run, self.chosen, self.transports = place, run, chosen, transports
        self.gate = asyncio.Semaphore(PAGES_AT_ONCE)
        self.settled: dict[str, dict[str, Receipt]] = {}

    async def feed(self, name: str, mode: str) -> list[Receipt]:
        """Fetch one feed and the pages it links to."""
        feed = self.place.partner.feeds[name]
        try:
            url = self._url(feed, mode)
        except ConfigError as error:
            lost = self._receipt(name, feed.url, role="feed", mode=mode)
            return [self._save(replace(lost, status="failed", reason=error.reason, detail=str(error)))]
        got = await self._fetch(name, url, role="feed", mode=mode)
        if not any(r.url == transport.without_credentials(url) for r in got):
            listing = self._receipt(name, url, role="listing", mode=mode)
            got.append(self._save(replace(listing, entries=0, unchanged=0, settled_at=self.place.clock())))
        pages = [page for receipt in got for page in await self.pages(receipt, [])]
        return [*got, *pages]

    async def pages(self, receipt: Receipt, known: Sequence[Receipt]) -> list[Receipt]:
        """Fetch the article pages that a feed's entries link to, but those that this pull has."""
        feed = self.place.partner.feeds[receipt.feed]
        if feed.follow is None or receipt.role != "feed" or receipt.payload_path is None:
            return []
        have = {r.url for r in known if r.parent_id == receipt.receipt_id}
        links = [link for link in self._links(receipt, feed) if link not in have]

        async def one(link: str) -> list[Receipt]:
            async with self.gate:
                return await self._fetch(receipt.feed, link, role="page", mode=receipt.mode, parent=receipt.receipt_id)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(link)) for link in links[:MOST_PAGES]]
        return [page for task in tasks for page in task.result()]

    def _links(self, receipt: Receipt, feed: Feed) -> list[str]:
        raw = landing.read(self.place.layout, str(receipt.payload_path), str(receipt.payload_sha256))
        try:
            parsed = formats.parse(raw, source_of(self.place.partner, feed, receipt))
        except PayloadRefused:
            return []  # refine records why
        return list(dict.fromkeys(link for link in parsed.links if link))

    async def _fetch(self, name: str, url: str, *, role: str, mode: str, parent: str | None = None) -> list[Receipt]:
        feed = self.place.partner.feeds[name]
        settled = self._settled(name)
        request = transport.Request(
            url=url,
            validators={
                u: transport.Validators(etag=r.etag, last_modified=r.last_modified) for u, r in settled.items()
            },
            max_bytes=feed.max_bytes,
            timeout=feed.timeout,
            allow_private_addresses=feed.allow_private_addresses,
        )
        got = []
        async for answer in self.transports.fetch(request):
            receipt = self._receipt(name, answer.url, role=role, mode=mode, parent=parent)
            got.append(self._save(self._land(receipt, answer, settled.get(answer.url))))
        return got

    def _settled(self, name: str) -> dict[str, Receipt]:
        if name not in self.settled:  # once a pull: a feed may lead to hundreds of pages
            with ledger.transaction(self.place.database_url) as connection:
                self.settled[name] = book.latest_settled(connection, self.place.partner.slug, name)
        return self.settled[name]

    def _land(
        self, receipt: Receipt, answer: transport.Fetched | transport.Unfetched, before: Receipt | None
    ) -> Receipt:
        if isinstance(answer, transport.Unfetched):
            return replace(receipt, status="failed", reason=answer.reason, detail=answer.detail)
        digest = before.payload_sha256 if answer.body is None and before else sha256(answer.body or b"")
        etag, last_modified = answer.validators.etag, answer.validators.last_modified
        if before is not None and digest == before.payload_sha256:
            return replace(
                receipt,
                status="not_modified",
                payload_sha256=digest,
                payload_path=before.payload_path,
                content_type=before.content_type,
                etag=etag or before.etag,
                last_modified=last_modified or before.last_modified,
            )
        if answer.body is None:
            return replace(
                receipt, status="failed", reason="unasked_304", detail="answered 304 to a request without validators"
            )
        path = self._land_bytes(receipt, answer.body, str(digest), answer.content_type)
        return replace(
            receipt,
            payload_sha256=digest,
            payload_path=path,
            content_type=answer.content_type,
            etag=etag,
            last_modified=last_modified,
        )

    def _land_bytes(self, receipt: Receipt, raw: bytes, digest: str, content_type: str | None) -> str:
        layout = self.place.layout
        with ledger.transaction(self.place.database_url) as connection:
            before = book.landed_path(connection, receipt.partner, receipt.feed, digest)
        day = receipt.observed_at.astimezone(UTC).date()
        path = before or layout.landing(receipt.partner, receipt.feed, day, digest, content_type)
        landing.land(layout, path, raw)
        return path

    def _receipt(self, feed: str, url: str, *, role: str, mode: str, parent: str | None = None) -> Receipt:
        slug, key = self.place.partner.slug, self.chosen.pull_key
        name = hashlib.sha256("\n".join((slug, feed, key, role, parent or "", url)).encode()).hexdigest()[:24]
        return Receipt(
            receipt_id=f"{slug}/{feed}/{name}",
            partner=slug,
            feed=feed,
            pull_key=key,
            url=url,
            role=role,
            parent_id=parent,
            mode=mode,
            interval_start=self.run.interval_start,
            interval_end=self.run.interval_end,
            observed_at=self.chosen.observed_at,
            status="landed",
        )

    def _save(self, receipt: Receipt) -> Receipt:
        with ledger.transaction(self.place.database_url) as connection:
            book.save(connection, receipt)
        return receipt

    def _url(self, feed: Feed, mode: str) -> str:
        if mode == "live":
            return feed.resolve()
        start, end = self.run.interval_start, self.run.interval_end
        filled = str(feed.archive).replace("{start}", _stamp(start)).replace("{end}", _stamp(end))
        return feed.resolve(filled.replace("{date}", _stamp(start)[:10]))


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
