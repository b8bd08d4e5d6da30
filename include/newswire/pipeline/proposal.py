"""``partners new``: what a feed, or the feeds that a page leads to, would make for a partner file.

Everything that is found is a server's word. It is told to a person; none of it grants anything, names a path or a key.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from pydantic import ValidationError

from newswire import formats, transport
from newswire.codes import LANGUAGES
from newswire.config import Partner
from newswire.errors import ConfigError, PayloadRefused
from newswire.feeds import Feed
from newswire.model import Article, Decision, Item, ParsedPayload, Refusal, RightsKind, RightsStatement
from newswire.pipeline.fetching import origin
from newswire.pipeline.reading import one_language
from newswire.pipeline.trial import Question, decide_all
from newswire.transport import Fetched, Policy, Request, Transports, Unfetched, without_credentials
from newswire.urls import WEB, scheme_of

MOST_FEEDS = 12
MOST_ENTRIES = 300
"""Entries of a feed that are looked at."""

CLEARLY = 0.8
"""The share of a feed's stories that must be in one language before it is proposed as the feed's."""

LONGEST_CLOSING = 60
CLOSING = re.compile(r"[(\[](?P<name>[^()\[\]]{2,50})[)\]]$")
"""Brackets that end a story hold its agency, mostly: also one that no list knows."""

ELSE = "Correct the address, give --allow-private-addresses if the host is your own, or give a feed that you saved."
UNKNOWN = "https://agency.example/feed"
"""Stands for an address that nobody told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a person tells beside the address.

    Attributes:
        slug: The partner's, which its stub needs.
        timezone: The partner's zone, or None.
        allow_private_addresses: Whether the host that is named may lie in a private network.
    """

    slug: str
    now: datetime
    timezone: str | None = None
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it came.

    Attributes:
        url: As a partner file writes it; None where nobody told.
        address: Where it lies, for links in it.
        leads_to: Where redirects ended, if elsewhere.
    """

    url: str | None
    address: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    content_language: str | None = None
    leads_to: str | None = None


@dataclass(slots=True, kw_only=True)
class Found:
    """What was found of one feed.

    Attributes:
        feed: It, as the file would have it.
        failed: Why it could not be fetched or read, else None; then nothing else is known, and it is left out.
        is_told: Whether its address was told, rather than taken from what the feed says of itself.
        entries: How many there are; at most ``MOST_ENTRIES`` of them are looked at.
        refused: Entries that cannot be read, by reason.
        languages: What the stories are in; ``declared`` is what they say.
        notices: Rights notices with their holder, or None.
        terms: Rights fields of the feed and its stories: kind and value.
        outcomes: What the file would let become of the stories: outcome and first reason.
        bare: Stories without text, whose page may have it.
        naive: Stories with times without a zone.
        times: When stories were published or changed.
    """

    feed: Feed
    failed: str | None = None
    is_told: bool = True
    leads_to: str | None = None
    format: str = ""
    title: str | None = None
    entries: int = 0
    period: timedelta | None = None
    has_next: bool = False
    has_archive: bool = False
    refused: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    declared: Counter[str] = field(default_factory=Counter)
    notices: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    credits: Counter[str] = field(default_factory=Counter)
    terms: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    stories: int = 0
    bare: int = 0
    naive: int = 0
    embargoed: int = 0
    pictured: int = 0
    times: list[datetime] = field(default_factory=list)

    @property
    def language(self) -> str | None:
        """The language that the feed is clearly in, in a partner file's words."""
        known = self.languages.total() - self.languages["und"]
        top = next(((code, n) for code, n in self.languages.most_common() if code != "und"), None)
        clear = top is not None and top[1] >= CLEARLY * known and (top[0] in LANGUAGES or top[0] == "ku")
        return top[0] if top is not None and clear else None

    @property
    def spacing(self) -> timedelta | None:
        """The usual time between two stories; None of fewer than three."""
        times = sorted(set(self.times))
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
        return timedelta(seconds=median(gaps)) if len(gaps) > 1 else None


def propose(where: str | Document, ask: Ask, policy: Policy | None = None) -> list[Found]:
    """Look at a feed, or at the feeds that a page leads to.

    Args:
        where: An http or https URL, in which ``${name}`` may stand for a key, or a saved document.
        ask: What a person tells.
        policy: The transports' patience.

    Raises:
        ConfigError: The URL is none that a partner file may have, or it does not answer.
        PayloadRefused: What came is no feed, and no page that leads to one.
    """
    if isinstance(where, Document):
        return _of_document(where, ask)
    return asyncio.run(_of_address(where, ask, policy))


def _of_document(document: Document, ask: Ask) -> list[Found]:
    hints = formats.hints(document.body, _source(document))
    if hints.is_page:
        msg = f"{document.address} is a page, which leads to {len(hints.feeds)} feeds, and no feed."
        raise PayloadRefused(msg, reason="page_not_feed", remedy="Give the page's address, or save one of its feeds.")
    told = document.url or hints.own_url
    feed = _feed(told, ask, quoted=document.url is None) if told else None
    if feed is None and document.url is not None:
        raise _no_url()
    return [_found(document, feed or Feed(url=UNKNOWN), ask, is_told=document.url is not None)]


async def _of_address(url: str, ask: Ask, policy: Policy | None) -> list[Found]:
    feed = _feed(url, ask)
    if feed is None:
        raise _no_url()
    async with Transports(policy) as transports:
        answer = await _ask(transports, feed)
        if isinstance(answer, Unfetched):
            raise ConfigError(answer.detail, reason=answer.reason, remedy=ELSE)
        document = _document(answer, feed)
        hints = formats.hints(document.body, _source(document))
        if not hints.is_page:
            return [_found(document, feed, ask)]
        if not hints.feeds:
            msg = f"{transport.shown(document.address)} is a page that leads to no feed (rel=alternate)."
            raise PayloadRefused(msg, reason="no_feed", remedy="Look for the feed's own address, or ask the agency.")
        feeds = [found async for found in _of_links(transports, hints.feeds, document.address, ask)]
        if all(found.failed for found in feeds):
            told = "; ".join(found.failed or "" for found in feeds) or "their addresses are none that a file may have"
            msg = f"None of the feeds that {transport.shown(document.address)} leads to can be read: {told}"
            raise PayloadRefused(msg, reason="no_feed", remedy=ELSE)
        return feeds


async def _of_links(transports: Transports, links: Sequence[str], page: str, ask: Ask) -> AsyncIterator[Found]:
    """The feeds that a page leads to; a private network is open to the page's own origin alone."""
    for link in links[:MOST_FEEDS]:
        own = origin(link) == origin(page)
        feed = _feed(link, ask, quoted=True, own=own)
        if feed is None:
            continue
        answer = await _ask(transports, feed)
        if isinstance(answer, Unfetched):
            yield Found(feed=feed, failed=answer.detail)
            continue
        try:
            yield _found(_document(answer, feed), feed, ask)
        except PayloadRefused as error:
            yield Found(feed=feed, failed=error.message)


def _no_url() -> ConfigError:
    msg = "The address is none that a partner file may have: it names a password or a key, or is not one of the web."
    remedy = "Write ${name} for a key and set NEWSWIRE_NAME; leave out user and password."
    return ConfigError(msg, reason="bad_url", remedy=remedy)


async def _ask(transports: Transports, feed: Feed) -> Fetched | Unfetched:
    address = feed.resolve()
    request = Request(
        url=address.url,
        secrets=address.secrets,
        max_bytes=feed.max_bytes,
        timeout=feed.timeout,
        allow_private_addresses=feed.allow_private_addresses,
    )
    [answer] = [answer async for answer in transports.fetch(request)]
    return answer


def _document(answer: Fetched, feed: Feed) -> Document:
    asked = without_credentials(feed.resolve().url)
    return Document(
        url=feed.url,
        address=answer.final_url,
        body=answer.body or b"",
        content_type=answer.content_type,
        content_language=answer.content_language,
        leads_to=answer.final_url if answer.final_url != asked else None,
    )


def _feed(url: str, ask: Ask, *, quoted: bool = False, own: bool = True) -> Feed | None:
    """A feed at a web address; None where a partner file may not have it.

    Args:
        url: The address.
        ask: What a person tells.
        quoted: Whether it is a server's word, in which nothing is a template.
        own: Whether it lies where the person said.
    """
    written = url.replace("$", "$$").replace("{", "%7B").replace("}", "%7D") if quoted else url
    private = ask.allow_private_addresses and own
    try:
        feed = Feed(url=written, allow_private_addresses=private)
        return feed if scheme_of(feed.resolve().url) in WEB else None
    except ValidationError:
        return None


def _source(document: Document) -> formats.Source:
    return formats.Source(
        url=document.address,
        content_type=document.content_type,
        language=one_language(document.content_language),
    )


def _found(document: Document, feed: Feed, ask: Ask, *, is_told: bool = True) -> Found:
    source = _source(document)
    hints, parsed = formats.hints(document.body, source), formats.parse(document.body, source)
    found = Found(
        feed=feed,
        is_told=is_told,
        leads_to=document.leads_to,
        format=parsed.format,
        title=parsed.head.title,
        entries=len(parsed.entries),
        period=hints.period,
        has_next=parsed.head.next_url is not None,
        has_archive=parsed.head.prev_archive_url is not None,
    )
    items, refusals = _entries(parsed)
    found.refused.update(refusal.reason for refusal in refusals)
    found.terms.update(_terms(parsed.head.rights))
    name = parsed.head.title or ask.slug
    stub = Partner(slug=ask.slug, name=name, timezone=ask.timezone or "UTC", feeds={"main": feed})
    for article, decision in decide_all(items, stub, Question(now=ask.now), name=document.address):
        _count(found, article, decision)
    return found


def _entries(parsed: ParsedPayload) -> tuple[list[Item], list[Refusal]]:
    looked_at = parsed.entries[:MOST_ENTRIES]
    return [e for e in looked_at if isinstance(e, Item)], [e for e in looked_at if isinstance(e, Refusal)]


def _count(found: Found, article: Article, decision: Decision) -> None:
    item = article.item
    found.stories += 1
    found.outcomes[decision.outcome.name.lower(), next(iter(decision.reasons), "")] += 1
    found.languages[article.language.language] += 1
    found.declared.update([item.language_declared] if item.language_declared else ())
    found.notices.update({(notice.text, notice.holder) for notice in (*article.notices, *article.media_notices)})
    found.credits.update(_credits(article))
    found.terms.update(_terms(item.rights))
    found.bare += not item.body
    found.naive += "naive_time" in item.flags
    found.embargoed += item.embargo is not None
    found.pictured += bool(item.media)
    found.times += [when for when in (item.published_at or item.updated_at,) if when is not None]


def _terms(rights: Iterable[RightsStatement]) -> set[tuple[str, str]]:
    """What rights fields say; their notices are among the notices found."""
    return {(said.kind.value, said.value) for said in rights if said.kind is not RightsKind.NOTICE}


def _credits(article: Article) -> set[str]:
    body = article.split.body.rstrip()
    closing = CLOSING.search(body, max(len(body) - LONGEST_CLOSING, 0))
    said: Iterable[str | None] = (
        closing["name"] if closing else None,
        *(credit.agency for credit in (*article.split.credits, *article.field_credits) if credit.position != "photo"),
        article.item.credit,
        *article.item.sources,
    )
    return {name for name in said if name}


def names_of(found: Sequence[Found]) -> Iterator[str]:
    """A name for each feed: its language, else a number; never what a server says."""
    used = Counter[str]()
    for each in found:
        stem = (each.language or "feed").lower() if len(found) > 1 else "main"
        used[stem] += 1
        yield stem if used[stem] == 1 else f"{stem}-{used[stem]}"
