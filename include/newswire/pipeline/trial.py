"""Decisions on the entries of one payload, for a person who asks: nothing is stored, and no run is needed.

What the payload says of its own stories counts: an entry that takes another one back, whichever comes first, and an
embargo that a later version leaves out. With the ledger, what is known there counts as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from newswire import rights
from newswire.config import Partner
from newswire.ledger import graves
from newswire.ledger.graves import Grave
from newswire.model import Article, Decision, Item, Sighting, Tombstone
from newswire.pipeline.assess import article_of
from newswire.pipeline.facts import Story, merge, sighting_of
from newswire.pipeline.kills import hits, kill_of, stone_of, waiting
from newswire.pipeline.known import known_stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of every entry; None for what the partner's file says."""

    now: datetime
    uses: tuple[str, ...] | None = None
    territory: str | None = None
    channel: str | None = None


def decide_all(
    items: Sequence[Item], partner: Partner, question: Question, *, name: str, ledger: Connection | None = None
) -> Iterator[tuple[Article, Decision]]:
    """Decide every item of a payload.

    Args:
        items: In payload order.
        partner: Whose they are.
        question: What is asked.
        name: Names the payload in evidence.
        ledger: Adds what it knows of these stories: earlier versions, withdrawals, overrides, unanswered reviews.
    """
    seen = [sighting_of(item, receipt_id=name, ordinal=at, observed_at=question.now) for at, item in enumerate(items)]
    stories = _stories(partner, seen, ledger)
    stones = _stones(partner, items, seen, stories, ledger)
    for item, sighting, stone in zip(items, seen, stones, strict=True):
        story = stories[item.item_id]
        governs = _of(story, sighting)
        article = article_of(item, partner, None)
        decision = rights.decide(
            article,
            partner,
            now=question.now,
            first_landed=story.first_observed_at,
            uses=question.uses,
            territory=question.territory,
            channel=question.channel,
            tombstone=stone,
            inherited_embargo=story.inherited_embargo(governs),
            reentry_review=story.reentry_review,
            override=story.override(governs),
        )
        yield article, decision


def _stories(partner: Partner, seen: Sequence[Sighting], ledger: Connection | None) -> dict[str, Story]:
    by_item: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in seen:
        by_item[sighting.item_id].append(sighting)
    if ledger is not None:
        return known_stories(ledger, partner, sorted(by_item), seen)
    return {item_id: Story(item_id=item_id, sightings=merge(found)) for item_id, found in by_item.items()}


def _of(story: Story, sighting: Sighting) -> Sighting:
    """A story's own record of a sighting, which may have been seen before."""
    key = (sighting.observation.version, sighting.observation.content_hash)
    return next(s for s in story.sightings if (s.observation.version, s.observation.content_hash) == key)


def _stones(
    partner: Partner,
    items: Sequence[Item],
    seen: Sequence[Sighting],
    stories: dict[str, Story],
    ledger: Connection | None,
) -> list[Tombstone | None]:
    """The tombstone of each entry: the ledger's, or one that another entry or a waiting kill puts up.

    An entry puts up none for itself: what it says is its own status.
    """
    kills = {at: kill for at, (item, s) in enumerate(zip(items, seen, strict=True)) if (kill := kill_of(s, item))}
    own = {kill.kill_id: at for at, kill in kills.items()}
    by_item = {item_id: story.sightings for item_id, story in stories.items()}
    earlier = waiting(ledger, partner.slug, seen) if ledger is not None else []
    every = {kill.kill_id: kill for kill in (*earlier, *kills.values())}
    buried = graves.graves_of(ledger, partner.slug, list(stories)) if ledger is not None else {}
    found = defaultdict(list)
    for hit in hits(every.values(), by_item, {items[at].item_id for at in kills}):
        found[hit.item_id].append(hit)
    stones = []
    for at, item in enumerate(items):
        grave = buried.get(item.item_id)
        for hit in found[item.item_id]:
            stone = stone_of(hit, grave) if own.get(hit.kill.kill_id) != at else None
            grave = Grave(tombstone=stone) if stone else grave
        stones.append(grave.tombstone if grave and grave.lifted_at is None else None)
    return stones
