"""``replay``: what landed in a stretch of time, read again with today's code and terms; nothing is fetched.

It is the ordinary pipeline without its pull: what was withdrawn stays so, and every entry keeps its one outcome, save
one that could not be read and now can.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newswire import ledger
from newswire.errors import ConfigError, LakeCorrupt, PayloadRemoved
from newswire.ledger import receipts as receipt_book
from newswire.ledger import stories as book
from newswire.ledger.graves import Kill
from newswire.ledger.receipts import Receipt
from newswire.ledger.stories import Standing
from newswire.model import Sighting
from newswire.pipeline import kills as undertaker
from newswire.pipeline.assess import Assessment, assess
from newswire.pipeline.decider import decider
from newswire.pipeline.facts import Story
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.groups import in_groups
from newswire.pipeline.known import known_stories
from newswire.pipeline.publish import publish
from newswire.pipeline.reading import Reader
from newswire.pipeline.refine import read_all, refine
from newswire.pipeline.validate import validate
from newswire.pipeline.whatif import WhatIf, compare
from newswire.pipeline.work import FailedFeed, Pulled, Workplace

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Documents that are held in memory and committed together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is read again: the intervals that lie within two times, and manual pulls from the first up to the second.

    Attributes:
        feed: Only this feed's documents; None for all.
    """

    start: datetime
    end: datetime
    feed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many stories are what, and the first reason of all that are not published."""

    states: dict[str, int]
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of reading again.

    Attributes:
        documents: How many were read.
        stories: How many stories they tell of.
        before: What these were; ``unknown`` are those that the ledger did not know.
        after: What they are.
        entered: Stories that came into the lake, by article id.
        left: Stories that left it.
        waiting: Stories that other code or terms decided and that the sweep takes up, since they would come back.
        failed: Documents that still cannot be read.
        removed: How many documents landing retention has removed; what is known of their stories stands.
        unreadable: Documents that are gone or damaged, with what to do.
    """

    partner: str
    documents: int
    stories: int
    before: Figures
    after: Figures
    entered: tuple[str, ...]
    left: tuple[str, ...]
    waiting: tuple[str, ...]
    failed: tuple[FailedFeed, ...]
    removed: int
    unreadable: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What was seen so far; of every item what it was first, or None."""

    documents: int = 0
    removed: int = 0
    before: dict[str, Standing | None] = field(default_factory=dict)
    failed: list[FailedFeed] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def replay(place: Workplace, stretch: Stretch) -> Replayed:
    """Read again what landed, decide it as of now, and bring the lake in line.

    Raises:
        ConfigError: Nothing landed then, or the partner has no such feed.
        NotReconciled: The ledger was restored and is not reconciled.
        BatchRefused: Validation refused what would enter; what had to leave has left.
    """
    require_reconciled(place)
    slug, tally = place.partner.slug, _Tally()
    key = f"{stretch.start.isoformat()}/{stretch.end.isoformat()}"
    for reader, receipts in _readable(place, stretch, tally):
        read = read_all(reader, receipts)
        with ledger.transaction(place.database_url) as connection:
            seen = sorted({sighting.item_id for sighting in read.sightings})
            known = book.standings(connection, slug, seen)
        tally.before = {item_id: known.get(item_id) for item_id in seen} | tally.before
        pulled = Pulled(
            run_id=f"replay__{key}__{tally.documents}",
            pull_key=key,
            mode="replay",
            receipts=tuple(receipt.receipt_id for receipt in receipts),
        )
        tally.documents += len(receipts)
        tally.failed += publish(place, validate(place, refine(place, pulled))).failed
    with ledger.transaction(place.database_url) as connection:
        after = book.standings(connection, slug, list(tally.before))
    return _replayed(place, tally, after)


def would_replay(place: Workplace, stretch: Stretch) -> WhatIf:
    """Tell what a replay would change in the end, once the sweep has passed, without validation; record nothing.

    Raises:
        ConfigError: Nothing landed then, or the partner has no such feed.
    """
    slug, now, tally = place.partner.slug, place.clock(), _Tally()
    sightings, kills = list[Sighting](), list[Kill]()
    for reader, receipts in _readable(place, stretch, tally):
        read = read_all(reader, receipts)
        sightings += read.sightings
        kills += read.kills
    with ledger.transaction(place.database_url) as connection:
        hit = undertaker.bury(connection, slug, kills, sightings, now=now)
        ids = sorted({s.item_id for s in sightings} | hit)
        stories = known_stories(connection, place.partner, ids, sightings)
        connection.rollback()  # the tombstones served to decide by
    with ledger.transaction(place.database_url) as connection:
        standings, of = book.standings(connection, slug, ids), book.count(connection, slug)
    unreadable = list(tally.unreadable)
    decided = _decided(place, stories, standings, now, unreadable)
    return compare(place, decided, now=now, unreadable=unreadable, of=of)


def _decided(
    place: Workplace, stories: dict[str, Story], standings: dict[str, Standing], now: datetime, unreadable: list[str]
) -> Iterator[tuple[Standing | None, Assessment]]:
    reader = Reader(place)
    for n, (item_id, story) in enumerate(stories.items()):
        reader = reader if n % AT_ONCE else Reader(place)
        try:
            yield standings.get(item_id), assess(story, place.partner, reader.item, now=now)
        except PayloadRemoved:
            continue  # it stays as it is
        except LakeCorrupt:
            unreadable.append(item_id)


def _readable(place: Workplace, stretch: Stretch, tally: _Tally) -> Iterator[tuple[Reader, list[Receipt]]]:
    """The documents that landed then, some at a time; those that are gone or damaged are told and left out."""
    receipts = _landed(place, stretch)
    for some in in_groups(receipts, AT_ONCE):
        reader, whole = Reader(place), list[Receipt]()
        for receipt in some:
            try:
                reader.entries(receipt)
                whole.append(receipt)
            except PayloadRemoved:
                tally.removed += 1
            except LakeCorrupt as error:
                log.warning("%s is left out: %s", receipt.receipt_id, error)
                tally.unreadable.append(f"{receipt.receipt_id}: {error}")
        if whole:
            yield reader, whole


def _landed(place: Workplace, stretch: Stretch) -> Sequence[Receipt]:
    slug, feeds = place.partner.slug, place.partner.feeds
    with ledger.transaction(place.database_url) as connection:
        landed = receipt_book.landed_within(connection, slug, stretch.start, stretch.end)
        ends = receipt_book.first_and_last(connection, slug)
    chosen = [receipt for receipt in landed if receipt.feed == (stretch.feed or receipt.feed)]
    if stretch.feed is not None and not chosen and stretch.feed not in feeds:
        msg = f"{slug} has no feed {stretch.feed!r}; its feeds are {', '.join(sorted(feeds))}."
        raise ConfigError(msg, reason="unknown_feed", remedy="Correct --feed, or leave it out.")
    gone = sorted({receipt.feed for receipt in chosen} - feeds.keys())
    if gone:
        log.warning("%s: no longer in the partner file, and not read: %s", slug, ", ".join(gone))
    chosen = [receipt for receipt in chosen if receipt.feed in feeds]
    if not chosen:
        what = f"{slug}, feed {stretch.feed}" if stretch.feed else slug
        there = f"it landed from {ends[0].isoformat()} to {ends[1].isoformat()}" if ends else "nothing ever did"
        msg = f"Nothing of {what} landed from {stretch.start.isoformat()} to {stretch.end.isoformat()}; {there}."
        remedy = "Give a --start and --end that take in whole intervals; a pull that answered 304 landed nothing."
        raise ConfigError(msg, reason="nothing_landed", remedy=remedy)
    return chosen


def _replayed(place: Workplace, tally: _Tally, after: dict[str, Standing]) -> Replayed:
    was = {s.article_id for s in tally.before.values() if s is not None and s.row_hash is not None}
    now = {s.article_id for s in after.values() if s.row_hash is not None}
    version = decider(place.partner)
    return Replayed(
        partner=place.partner.slug,
        documents=tally.documents,
        stories=len(tally.before),
        before=_figures(list(tally.before.values())),
        after=_figures([after.get(item_id) for item_id in tally.before]),
        entered=tuple(sorted(now - was)),
        left=tuple(sorted(was - now)),
        waiting=tuple(
            sorted(s.article_id for s in after.values() if s.decider != version and "tombstone" not in s.reasons)
        ),
        failed=tuple(tally.failed),
        removed=tally.removed,
        unreadable=tuple(tally.unreadable),
    )


def _figures(standings: Sequence[Standing | None]) -> Figures:
    states = Counter("unknown" if s is None else s.state for s in standings)
    reasons = Counter(s.reasons[0] for s in standings if s is not None and s.state != "published" and s.reasons)
    return Figures(states=dict(states.most_common()), reasons=dict(reasons.most_common()))
