"""Deciding anew what a sweep found: what must leave leaves first, what may enter is validated.

Changed terms withdraw without asking. What they would bring back enters by itself only in small numbers; more waits for
a person (``rights_review``) and is held until they said yes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import BatchRefused, LakeCorrupt, NewswireError, PayloadRemoved
from newswire.lake.parquet import Row
from newswire.ledger import stories as book
from newswire.ledger.stories import Standing
from newswire.pipeline.assess import Assessment, assess, comes_back
from newswire.pipeline.commit import Committer
from newswire.pipeline.decisions import write_new_decisions
from newswire.pipeline.facts import Story
from newswire.pipeline.groups import in_groups
from newswire.pipeline.known import known_stories
from newswire.pipeline.reading import Reader
from newswire.pipeline.reviews import open_reentry
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.sweep import Due, Swept
from newswire.pipeline.validate import check
from newswire.pipeline.work import Workplace

log = logging.getLogger(__name__)

AT_ONCE = 500
CAUSE = "sweep"


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What a sweep has done so far.

    Attributes:
        back: The stories that changed terms alone would bring back.
        at_rest: Those whose payload retention has removed: they stay out as they are.
    """

    before: dict[str, Standing] = field(default_factory=dict)
    decided: int = 0
    quarantined: list[str] = field(default_factory=list)
    back: dict[str, str] = field(default_factory=dict)
    partitions: list[str] = field(default_factory=list)
    errors: list[NewswireError] = field(default_factory=list)
    at_rest: list[str] = field(default_factory=list)


def redecide(place: Workplace, due: Due) -> Swept:
    """Decide anew what is due, in batches that bound what is held in memory and how long others wait.

    Raises:
        BatchRefused: Validation refused what would enter; what had to leave has left.
        LakeCorrupt: A landed payload cannot be read; everything else is done.
    """
    slug, tally = place.partner.slug, _Tally()
    _drain(Committer(place, Reader(place), CAUSE), tally)
    stale = frozenset(due.stale)
    every = (*due.timely, *(item_id for item_id in due.stale if item_id not in set(due.timely)))
    for ids in in_groups(every, AT_ONCE):
        _decide(place, ids, tally, changed_terms=stale)
    review = _ask(place, tally)
    for ids in in_groups(tuple(tally.back), AT_ONCE):
        _decide(place, ids, tally, changed_terms=frozenset())
    write_new_decisions(place)
    if tally.errors:
        raise tally.errors[0]  # only now: what must leave has left
    with ledger.transaction(place.database_url) as connection:
        after = book.standings(connection, slug, list(tally.before))
    swept = _swept(slug, tally, after, review)
    log.info("swept %s: %d entered, %d left, %d wait", slug, len(swept.entered), len(swept.left), swept.waiting)
    return swept


def _decide(place: Workplace, ids: Sequence[str], tally: _Tally, *, changed_terms: frozenset[str]) -> None:
    """Decide some items and bring the lake in line; those that changed terms alone would bring back are only noted."""
    reader = Reader(place)
    committer = Committer(place, reader, CAUSE)
    with ledger.transaction(place.database_url) as connection:
        stories = known_stories(connection, place.partner, ids)
        before = book.standings(connection, place.partner.slug, ids)
        lapsed = _lapsed(place, connection, before)
    tally.before = {**before, **tally.before}
    certain, adding = [], []
    for old, new in _assessed(place, reader, stories, before, tally):
        item_id = old.item_id
        freed = item_id in lapsed or new.decision.override is not None  # a person said yes to this story, as it is now
        if item_id in changed_terms and comes_back(old, new) and not freed:
            tally.back[item_id] = new.standing.content_hash
        elif new.row is None or new.standing.row_hash == old.row_hash:
            certain.append(new)
        else:
            adding.append(new)
    committer.commit((), certain)
    committer.rest(tally.at_rest)
    _drain(committer, tally)
    tally.decided += len(certain) + len(adding)
    try:
        _add(place, committer, adding, tally)
    except BatchRefused as error:
        tally.errors.append(error)


def _drain(committer: Committer, tally: _Tally, rows: Sequence[Row] = ()) -> None:
    """Bring the lake in line; a row that cannot be built is an error for the end."""
    lake = Partitions(committer)
    tally.partitions += lake.drain(rows)
    tally.errors += lake.broken


def _add(place: Workplace, committer: Committer, adding: list[Assessment], tally: _Tally) -> None:
    """Validate rows and bring those that pass into the lake."""
    rows = [a.row for a in adding if a.row is not None]
    if not rows:
        return
    failing = check(place, rows).failed_rows
    committer.commit((), adding, quarantined={row["content_hash"] for row in rows if row["article_id"] in failing})
    tally.quarantined += sorted(failing)
    _drain(committer, tally, rows)


def _assessed(
    place: Workplace, reader: Reader, stories: dict[str, Story], before: dict[str, Standing], tally: _Tally
) -> Iterator[tuple[Standing, Assessment]]:
    now = place.clock()
    for item_id, story in stories.items():
        try:
            yield before[item_id], assess(story, place.partner, reader.item, now=now)
        except PayloadRemoved:
            tally.at_rest.append(item_id)
        except LakeCorrupt as error:
            tally.errors.append(error)


def _lapsed(place: Workplace, connection: Connection, before: dict[str, Standing]) -> set[str]:
    """Items that nothing but time held, and whose time has come."""
    held = book.held_until(connection, [s.decision_id for s in before.values() if s.decision_id is not None])
    now = place.clock()
    return {item_id for item_id, s in before.items() if s.decision_id in held and held[s.decision_id] <= now}


def _ask(place: Workplace, tally: _Tally) -> str | None:
    """Put a mass re-entry before a person; None where the stories are few enough to come back by themselves."""
    slug, partner = place.partner.slug, place.partner
    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        of = book.count(connection, slug)
        if not tally.back or not partner.mass_reentry.is_reached(len(tally.back), of):
            return None
        review = open_reentry(connection, partner, tally.back, of=of, now=place.clock())
    log.warning("%s: %d stories wait for review %s", slug, len(tally.back), review)
    return review


def _swept(slug: str, tally: _Tally, after: dict[str, Standing], review: str | None) -> Swept:
    was = {s.article_id for s in tally.before.values() if s.row_hash is not None}
    now = {s.article_id for s in after.values() if s.row_hash is not None}
    return Swept(
        partner=slug,
        entered=tuple(sorted(now - was)),
        left=tuple(sorted(was - now)),
        decided=tally.decided,
        quarantined=tuple(tally.quarantined),
        review=review,
        waiting=len(tally.back) if review else 0,
        partitions=tuple(dict.fromkeys(tally.partitions)),
    )
