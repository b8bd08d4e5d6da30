"""Fetching for one pull: ask, land, and write a receipt for every answer.

A document is asked for with the validators of a receipt whose entries all have outcomes. Credentials go to the feed's
own origin and nowhere else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from urllib.parse import quote, urlsplit

from newswire import formats, ledger, transport
from newswire.errors import ConfigError, PayloadRefused, PayloadRemoved
from newswire.feeds import Feed, fingerprint
from newswire.lake import landing
from newswire.lake.files import sha256
from newswire.ledger import receipts as book
from newswire.ledger import takedowns
from newswire.ledger.receipts import Receipt
from newswire.model import ParsedPayload
from newswire.pipeline import remains
from newswire.pipeline.decider import reader
from newswire.pipeline.reading import bytes_of, parsed_of, source_of
from newswire.pipeline.slips import keep
from newswire.pipeline.work import Plan, Run, Workplace
from newswire.urls import Address

CONNECTION = "${connection}"
CAME_AGAIN = "The same bytes were purged when a person took a story down: they came again and were not kept."
INTERRUPTED = "The pull ended before the source had been gone through; the next try goes on."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a feed's servers are asked: where the feed is, and who we are there."""

    feed: Feed
    credentials: transport.Credentials | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str = ""

    def marked(self, url: str) -> str:
        """A URL with the feed's secrets, which a server may repeat in its links, taken out again."""
        place, mark, query = url.partition("?")
        for name, secret in self.secrets.items():
            if secret:
                query = query.replace(quote(secret, safe=""), name).replace(secret, name)
        return place + mark + query

    def own(self, url: str) -> bool:
        """Whether a URL lies on the feed's own origin (RFC 6454)."""
        return origin(url) == self.origin


def origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    try:
        parts = urlsplit(transport.without_credentials(url))
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"


def access(place: Workplace, feed: Feed) -> Access | ConfigError:
    """What a feed needs to be reached, or why it cannot be."""
    try:
        return Access(feed=feed, credentials=place.credentials(feed.connection) if feed.connection else None)
    except ConfigError as error:
        return error


class Fetcher:
    """Asks for documents and keeps the books of one pull."""

    def __init__(self, place: Workplace, run: Run, chosen: Plan, transports: transport.Transports) -> None:
        self.place, self.run, self.chosen, self.transports = place, run, chosen, transports
        self.landed_bytes: dict[str, int] = {}
        self._settled: dict[str, dict[str, Receipt]] = {}
        self._known: dict[str, dict[str, transport.Validators]] = {}

    def reach(self, feed: Feed, address: Address, known: Access) -> tuple[str, Access]:
        """An address as it is asked for, and the access that holds there.

        Raises:
            ConfigError: The feed's connection is for another host.
        """
        if known.credentials is not None and not known.credentials.serve(address.url):
            msg = f"The connection {feed.connection!r} is for {known.credentials.host}, not for the feed's host."
            remedy = "Correct the feed's url, or the connection's host."
            raise ConfigError(msg, reason="connection_elsewhere", remedy=remedy)
        url, secrets = address.url, dict(address.secrets)
        kind, _, name = feed.auth.partition(":")
        if kind == "query" and known.credentials is not None:
            secrets[CONNECTION] = quote(known.credentials.token or "", safe="")
            url += f"{'&' if '?' in url else '?'}{name}={CONNECTION}"
        return url, replace(known, secrets=secrets, origin=origin(url))

    def request(self, name: str, url: str, how: Access) -> transport.Request:
        """The request for a URL; a foreign one gets no credentials."""
        feed, own = how.feed, how.own(url)
        return transport.Request(
            url=url,
            validators=self._validators(name),
            max_bytes=feed.max_bytes,
            timeout=feed.timeout,
            allow_private_addresses=feed.allow_private_addresses,
            credentials=how.credentials if own else None,
            auth=feed.auth,
            secrets=how.secrets if own else {},
            host_keys=frozenset(map(fingerprint, feed.host_keys)),
            endpoint=feed.endpoint,
            region=feed.region,
            max_documents=feed.max_documents,
            max_total_bytes=feed.max_total_bytes,
        )

    async def document(
        self, name: str, url: str, how: Access, *, role: str, mode: str, parent: str | None = None
    ) -> Receipt:
        """Fetch the one document of a URL, and land it."""
        receipt = self.receipt(name, url, role=role, mode=mode, parent=parent)
        return self.land(receipt, await self.ask(name, url, how))

    async def ask(
        self, name: str, url: str, how: Access, *, conditional: bool = True
    ) -> transport.Fetched | transport.Unfetched:
        """The one answer for a URL on the web, not landed; a link that leads anywhere else is not followed."""
        if transport.lists(url):
            detail = f"{transport.shown(url)}: a payload links to it, and only http and https links are followed."
            return transport.Unfetched(url=url, reason="foreign_link", detail=detail, transient=False)
        request = self.request(name, url, how)
        request = request if conditional else replace(request, validators={})
        [answer] = [answer async for answer in self.transports.fetch(request)]
        return answer

    def payload(self, name: str, answer: transport.Fetched | transport.Unfetched) -> bytes | None:
        """The bytes that an answer brought or stands for."""
        if isinstance(answer, transport.Unfetched):
            return None
        before = self.settled(name).get(answer.url)
        return answer.body if answer.body is not None or before is None else bytes_of(self.place, before)

    async def members(self, name: str, url: str, how: Access, mode: str) -> list[Receipt]:
        """Fetch the new documents of a source of many, and save what came of each as it comes.

        The source's own receipt, a ``listing``, is a failure until its end is reached: what a crash leaves out is
        asked for again. A member that has not changed needs no receipt.
        """
        plain = transport.without_credentials(url)
        listing = self.receipt(name, plain, role="listing", mode=mode)
        self.save(replace(listing, status="failed", reason="interrupted", detail=INTERRUPTED))
        got, failure = [], None
        async for answer in self.transports.fetch(self.request(name, url, how)):
            if answer.url == plain and isinstance(answer, transport.Unfetched):
                failure = answer
            elif answer.url == plain or isinstance(answer, transport.Unfetched) or answer.body is not None:
                receipt = self.receipt(name, answer.url, role="feed", mode=mode)
                got.append(self.save(self.land(receipt, answer)))
        if failure is not None:
            return [*got, self.save(replace(listing, status="failed", reason=failure.reason, detail=failure.detail))]
        return [*got, self.save(self.listed(listing))]

    def listed(self, listing: Receipt) -> Receipt:
        """The receipt of a source that was gone through to its end; it has no entries of its own."""
        return replace(listing, entries=0, unchanged=0, settled_at=self.place.clock())

    def parsed(self, receipt: Receipt, raw: bytes | None = None) -> ParsedPayload | None:
        """What a document holds, landed or given; None where it cannot be read, which refine records."""
        if raw is None and receipt.payload_path is None:
            return None
        try:
            if raw is None:
                return parsed_of(self.place, receipt)
            return formats.parse(raw, source_of(self.place.partner, self.place.partner.feeds[receipt.feed], receipt))
        except PayloadRefused:
            return None

    def settled(self, name: str) -> dict[str, Receipt]:
        """Per document of a feed, the receipt whose validators may be sent.

        A web server's 304 would stand for a payload that retention removed, so that one is asked for in full. Where a
        source is listed, what has not changed is not fetched, and its payload is not needed.
        """
        if name not in self._settled:  # once a pull: a feed may lead to hundreds of pages
            with ledger.transaction(self.place.database_url) as connection:
                partner = self.place.partner
                latest = book.latest_settled(connection, partner.slug, name, reader(partner, name))
            lends = (u for u, r in latest.items() if r.payload_removed_at is None or transport.lists(u))
            self._settled[name] = {url: latest[url] for url in lends}
        return self._settled[name]

    def _validators(self, name: str) -> dict[str, transport.Validators]:
        if name not in self._known:
            self._known[name] = {
                url: transport.Validators(etag=receipt.etag, last_modified=receipt.last_modified)
                for url, receipt in self.settled(name).items()
            }
        return self._known[name]

    def land(self, receipt: Receipt, answer: transport.Fetched | transport.Unfetched) -> Receipt:
        """The receipt with what came of it; new bytes are on disk."""
        if isinstance(answer, transport.Unfetched):
            return replace(receipt, status="failed", reason=answer.reason, detail=answer.detail)
        before = self.settled(receipt.feed).get(answer.url)
        digest = before.payload_sha256 if answer.body is None and before else sha256(answer.body or b"")
        etag, last_modified = answer.validators.etag, answer.validators.last_modified
        if before is not None and digest == before.payload_sha256:
            return replace(
                receipt,
                status="not_modified",
                payload_sha256=digest,
                payload_path=before.payload_path,
                content_type=before.content_type,
                content_language=before.content_language,
                etag=etag or before.etag,
                last_modified=last_modified or before.last_modified,
            )
        if answer.body is None:
            return replace(
                receipt, status="failed", reason="unasked_304", detail="answered 304 to a request without validators"
            )
        self.landed_bytes[receipt.feed] = self.landed_bytes.get(receipt.feed, 0) + len(answer.body)
        digest = str(digest)
        known, stays_purged = self._of_same_bytes(receipt, digest)
        left = known if stays_purged else None
        path = left.payload_path if left else self._land_bytes(receipt, known, answer.body, digest, answer.content_type)
        return replace(
            receipt,
            payload_sha256=digest,
            payload_path=path,
            purged_sha256=left.purged_sha256 if left else None,
            detail=CAME_AGAIN if left else None,
            content_type=answer.content_type,
            content_language=answer.content_language,
            etag=etag,
            last_modified=last_modified,
        )

    def _of_same_bytes(self, receipt: Receipt, digest: str) -> tuple[Receipt | None, bool]:
        """A receipt of the same bytes, and whether a tombstone stands for which they were purged."""
        with ledger.transaction(self.place.database_url) as connection:
            known = book.landed(connection, receipt.partner, receipt.feed, digest)
            if known is None or known.purged_sha256 is None:
                return known, False
            try:
                down = remains.purged_for(bytes_of(self.place, known))
            except PayloadRemoved:  # it lands whole, and is purged again when it is read
                return known, False
            return known, bool(takedowns.purged_on_demand(connection, receipt.partner, down))

    def _land_bytes(
        self, receipt: Receipt, known: Receipt | None, raw: bytes, digest: str, content_type: str | None
    ) -> str:
        layout = self.place.layout
        day = receipt.observed_at.astimezone(UTC).date()
        whole = known.payload_path if known and known.purged_sha256 is None else None
        path = whole or layout.landing(receipt.partner, receipt.feed, day, digest, content_type)
        landing.land(layout, path, raw)
        return path

    def receipt(self, feed: str, url: str, *, role: str, mode: str, parent: str | None = None) -> Receipt:
        """A receipt of this pull, before anything came."""
        slug, key = self.place.partner.slug, self.chosen.pull_key
        url = transport.without_credentials(url)
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

    def save(self, receipt: Receipt) -> Receipt:
        """Write a receipt beside its payload, then into the ledger: a ledger that is restored finds it there again."""
        if receipt.status != "failed":
            keep(self.place.layout, receipt)
        with ledger.transaction(self.place.database_url) as connection:
            book.save(connection, receipt)
        return receipt
