"""Whom a kill hits: by identity, address or reference surely, by slug alone perhaps.

A document that withholds another one (NITF) does not say which version: of a story whose versions count, it perhaps
means the one that governs.

A kill of a document hits its versions in all languages. Kills and stories meet in either order: a kill that hits
nothing waits in the ledger for late arrivals.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from newswire.ledger import graves, reviews
from newswire.ledger import stories as book
from newswire.ledger.graves import Grave, Kill
from newswire.ledger.reviews import Review
from newswire.model import TAKEN_DOWN, Item, Sighting, Status, Tombstone, document_of
from newswire.pipeline.facts import FATAL, article_id
from newswire.pipeline.reviews import ANSWER_WITHIN, quoted
from newswire.rights import version_number

log = logging.getLogger(__name__)

BY_SLUG_WITHIN = timedelta(hours=72)
ACTED_UPON = "acted_upon"
_SURE = frozenset({*(f"status_{status.value}" for status in FATAL), TAKEN_DOWN})
_NEVER = datetime.min.replace(tzinfo=UTC)


def kill_of(sighting: Sighting, item: Item) -> Kill | None:
    """The kill that an item carries, or None; what withholds another item counts, too.

    It names its own identity, what it acts on, and its address, unless that is a site's front page. By its slug it is
    understood only where a text convention made it a kill, or where it has no identity of its own.
    """
    withholds = ACTED_UPON in item.flags and sighting.status is not Status.USABLE
    if sighting.status not in FATAL and not withholds:
        return None
    address = item.source_url if item.source_url and urlsplit(item.source_url).path.strip("/") else None
    by_slug = item.replaces is None and ("kill" in item.signals or item.id_source == "content")
    seen = sighting.observation
    said = "\n".join((sighting.item_id, seen.version or "", seen.content_hash))
    return Kill(
        kill_id=hashlib.sha256(said.encode()).hexdigest()[:24],
        item_id=sighting.item_id,
        names=tuple(dict.fromkeys(filter(None, (item.item_id, item.replaces, address)))),
        slug=sighting.slug if by_slug else None,
        reason=f"status_{sighting.status.value}",
        version=item.version,
        updated_at=item.updated_at,
        at=seen.first_observed_at,
        evidence=f"{sighting.receipt_id}#{sighting.ordinal}",
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that a kill hits, surely or perhaps."""

    kill: Kill
    item_id: str
    suspected: bool


def hits(kills: Iterable[Kill], stories: Mapping[str, Sequence[Sighting]], notices: Collection[str]) -> Iterator[Hit]:
    """Whom kills hit, of these stories.

    Args:
        kills: Any kills.
        stories: Sightings by item.
        notices: Items that carried a kill: they are no candidates of a slug.
    """
    for kill in kills:
        named = {
            item_id
            for item_id, seen in stories.items()
            if item_id in kill.names
            or document_of(item_id) in kill.names
            or any(s.source_url in kill.names for s in seen)
        }
        if kill.reason not in _SURE:
            counted = (item_id for item_id in sorted(named) if any(map(_counts_versions, stories[item_id])))
            yield from (Hit(kill, item_id, suspected=True) for item_id in counted)
            continue
        yield from (Hit(kill, item_id, suspected=False) for item_id in sorted(named | {kill.item_id}))
        known = named - {kill.item_id} or any(s.status not in FATAL for s in stories.get(kill.item_id, ()))
        if kill.slug is None or known:
            continue
        for item_id, seen in sorted(stories.items()):
            if item_id not in named and item_id not in notices and any(_is_candidate(kill, s) for s in seen):
                yield Hit(kill, item_id, suspected=True)


def _counts_versions(sighting: Sighting) -> bool:
    """Whether a usable version has a number, above that of whatever acts on its story."""
    return sighting.status is Status.USABLE and sighting.observation.version is not None


def _is_candidate(kill: Kill, sighting: Sighting) -> bool:
    seen = sighting.observation
    issued = kill.updated_at or kill.at
    times = (seen.published_at, seen.first_observed_at)
    near = any(at is not None and abs(issued - at) <= BY_SLUG_WITHIN for at in times)
    return sighting.slug == kill.slug and near


def bury(
    connection: Connection, partner: str, kills: Sequence[Kill], fresh: Sequence[Sighting], *, now: datetime
) -> set[str]:
    """Record kills, and put a tombstone on every story that they, or earlier ones, hit; return the items hit.

    Fresh sightings count as known. The caller holds the partner's lock.
    """
    by_item: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in fresh:
        by_item[sighting.item_id].append(sighting)
    graves.record(connection, partner, kills)
    every = {kill.kill_id: kill for kill in (*kills, *waiting(connection, partner, fresh))}.values()
    if not every:
        return set()
    called = {name for kill in every for name in kill.names}
    meant = graves.meant(connection, partner, names=called, slugs={kill.slug for kill in every if kill.slug})
    for item_id, seen in book.sightings(connection, partner, meant).items():
        by_item[item_id].extend(seen)
    notices = graves.notices(connection, partner, by_item.keys())
    found = list(hits(every, by_item, notices))
    buried = graves.graves_of(connection, partner, [hit.item_id for hit in found])
    for hit in found:
        stone = stone_of(hit, buried.get(hit.item_id))
        if stone is not None:
            buried[hit.item_id] = Grave(tombstone=stone)
            graves.bury(connection, partner, stone)
            book.touch(connection, partner, [hit.item_id], at=now)
            if stone.suspected:
                _ask(connection, partner, hit, by_item[hit.item_id][0], now)
    return {hit.item_id for hit in found}


def waiting(connection: Connection, partner: str, fresh: Sequence[Sighting]) -> list[Kill]:
    """The kills that were read earlier and may mean what is seen now, by a document's name in all its languages too."""
    ids = {sighting.item_id for sighting in fresh}
    names = {*ids, *map(document_of, ids), *(s.source_url for s in fresh if s.source_url)}
    return graves.meaning(connection, partner, names=names, slugs={s.slug for s in fresh if s.slug})


def since(connection: Connection, partner: str, item_id: str, at: datetime) -> list[Kill]:
    """The kills that hit an item, surely or perhaps, and were observed after a moment."""
    seen = book.sightings(connection, partner, [item_id]).get(item_id, [])
    names = {item_id, document_of(item_id), *(s.source_url for s in seen if s.source_url)}
    meaning = graves.meaning(connection, partner, names=names, slugs={s.slug for s in seen if s.slug})
    notices = graves.notices(connection, partner, [item_id])
    later = [kill for kill in meaning if kill.at > at]
    return [hit.kill for hit in hits(later, {item_id: seen}, notices) if hit.item_id == item_id]


def stone_of(hit: Hit, before: Grave | None) -> Tombstone | None:
    """The tombstone that a hit puts up; None where the one that stands says as much.

    Of several kills the surest and highest stands, and above all a person's takedown. One that an admin lifted stays
    lifted for kills observed before.
    """
    kill, own = hit.kill, hit.item_id == hit.kill.item_id
    stone = Tombstone(
        item_id=hit.item_id,
        reason=kill.reason,
        version=kill.version if own else None,
        updated_at=kill.updated_at,
        suspected=hit.suspected,
        at=kill.at,
        evidence=kill.evidence,
    )
    if before is None:
        return stone
    if before.lifted_at is not None:
        return stone if kill.at > before.lifted_at else None
    return stone if _rank(stone) > _rank(before.tombstone) else None


def _rank(stone: Tombstone) -> tuple[bool, bool, tuple[int, ...], datetime]:
    return stone.taken_down, not stone.suspected, version_number(stone.version) or (), stone.updated_at or _NEVER


def _ask(connection: Connection, partner: str, hit: Hit, story: Sighting, now: datetime) -> None:
    """Open the review of a story that a kill may have meant, and raise the alarm."""
    evidence, address = quoted(hit.kill.evidence), quoted(story.source_url or "no address")
    meant = f"{article_id(partner, hit.item_id)} ({quoted(hit.item_id)}, {address})"
    if hit.kill.reason in _SURE:
        told = f"The kill {evidence} names the slug {quoted(hit.kill.slug or '')} and nothing else"
        question = f"{told}. {meant} bears it and is suspended. Was it killed?"
    else:
        told = f"{evidence} withholds {meant} and does not say which version"
        question = f"{told}; the story is suspended. Shall it stay out?"
    said = hashlib.sha256(f"{partner}\n{hit.kill.kill_id}\n{hit.item_id}".encode()).hexdigest()[:16]
    review = Review(
        review_id=f"kill-{said}",
        partner=partner,
        kind="kill",
        terms=hit.kill.kill_id,
        question=question,
        opened_at=now,
        due_at=now + ANSWER_WITHIN,
    )
    if reviews.open_review(connection, review, {hit.item_id: story.observation.content_hash}):
        log.error("suspended on suspicion of a kill: %s", question)
