"""What is known of a story: its sightings, in one order, whatever order they came in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec

from newswire.ledger.reviews import ANY_CONTENT, Gate
from newswire.model import Embargo, Item, Observation, Override, Purged, Sighting, Status, Tombstone
from newswire.rights import stories

FATAL = frozenset({Status.CANCELED, Status.KILLED, Status.DELETED})


def article_id(partner: str, item_id: str) -> str:
    """The identity of a story across its versions."""
    return f"{partner}:{hashlib.sha256(item_id.encode()).hexdigest()[:16]}"


def fold_slug(slug: str | None) -> str | None:
    """One spelling of a slug: no case, single spaces."""
    return " ".join((slug or "").casefold().split()) or None


def sighting_of(
    item: Item,
    *,
    receipt_id: str,
    ordinal: int,
    observed_at: datetime,
    feed: str = "",
    page_receipt_id: str | None = None,
) -> Sighting:
    """What a pull saw of an item, as the first and the last time."""
    return Sighting(
        item_id=item.item_id,
        observation=Observation(
            version=item.version,
            updated_at=item.updated_at,
            published_at=item.published_at,
            content_hash=item.content_hash(),
            first_observed_at=observed_at,
            last_observed_at=observed_at,
        ),
        status=Status.KILLED if "kill" in item.signals and item.status not in FATAL else item.status,
        is_correction="correction" in item.signals,
        embargo=item.embargo,
        source_url=item.source_url,
        slug=fold_slug(item.slug),
        feed=feed,
        receipt_id=receipt_id,
        ordinal=ordinal,
        page_receipt_id=page_receipt_id,
        purged=isinstance(item, Purged),
    )


def bare(sighting: Sighting) -> Sighting:
    """A sighting of a story that a person took down: what orders and names it, and none of its words."""
    embargo = sighting.embargo and msgspec.structs.replace(sighting.embargo, raw="")
    return replace(sighting, source_url=None, slug=None, embargo=embargo)


def merge(seen: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Sightings of one item, each content of each version once, the governing one first.

    Merging keeps the earliest and the latest time, so the result does not depend on the order or number of pulls.
    """
    merged: dict[tuple[str | None, str], Sighting] = {}
    for sighting in seen:
        key = (sighting.observation.version, sighting.observation.content_hash)
        other = merged.get(key)
        merged[key] = sighting if other is None else _join(other, sighting)
    by_content = {(s.observation.version, s.observation.content_hash): s for s in merged.values()}
    left = [s.observation for s in merged.values()]
    ordered = []
    while left:
        top = stories.governing(left)
        left.remove(top)
        ordered.append(by_content[(top.version, top.content_hash)])
    return tuple(ordered)


def _join(one: Sighting, other: Sighting) -> Sighting:
    times = [(s.observation.first_observed_at, s.observation.last_observed_at) for s in (one, other)]
    source = min(one, other, key=lambda s: (s.purged, s.observation.first_observed_at, s.feed))
    first, last = min(first for first, _ in times), max(last for _, last in times)
    return replace(source, observation=replace(source.observation, first_observed_at=first, last_observed_at=last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One item with everything known of it.

    Attributes:
        sightings: The governing one first, then downwards.
        overrides: What persons have said about decisions on it, the latest first.
        gate: The unapproved re-entry that it is in, or None.
    """

    item_id: str
    sightings: tuple[Sighting, ...]
    tombstone: Tombstone | None = None
    overrides: tuple[Override, ...] = ()
    gate: Gate | None = None

    @property
    def governing(self) -> Sighting:
        """The highest version: it governs, also when it is held or rejected."""
        return self.sightings[0]

    @property
    def first_observed_at(self) -> datetime:
        """When any pull saw the story first."""
        return min(s.observation.first_observed_at for s in self.sightings)

    @property
    def published_date(self) -> date:
        """The partition that the story belongs to."""
        return stories.published_date([s.observation for s in self.sightings])

    def inherited_embargo(self, of: Sighting) -> Embargo | None:
        """The embargo that lower versions stated, for a version that states none."""
        below = self.sightings[self.sightings.index(of) + 1 :]
        return next((s.embargo for s in below if s.embargo is not None), None) if of.embargo is None else None

    def override(self, of: Sighting) -> Override | None:
        """The latest override of a decision on exactly this version and content."""
        seen = (of.observation.version, of.observation.content_hash)
        return next((o for o in self.overrides if (o.version, o.content_hash) == seen), None)

    @property
    def reentry_review(self) -> str | None:
        """The review that keeps it out, as long as it is about the content that the story has now."""
        if self.gate is None:
            return None
        meant = {ANY_CONTENT, self.governing.observation.content_hash}
        return self.gate.review_id if self.gate.content_hash in meant else None

    def key(self) -> str:
        """A hash of all that the assessment depends on; another value means that it is out of date."""
        said = [
            (
                s.observation.version,
                s.observation.content_hash,
                s.observation.first_observed_at,
                s.observation.published_at,
                s.status,
                s.feed,
                *(("purged",) if s.purged else ()),
            )
            for s in self.sightings
        ]
        stone = self.tombstone and (self.tombstone.version, self.tombstone.updated_at, self.tombstone.suspected)
        rulings = (stone, [o.override_id for o in self.overrides], self.reentry_review)
        return hashlib.sha256(msgspec.json.encode((said, rulings))).hexdigest()
