"""``sweep --what-if``: what other terms would take out of the lake and bring into it, without changing anything.

``replay --dry-run`` tells the same of other code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from newswire import ledger
from newswire.errors import LakeCorrupt
from newswire.ledger import stories as book
from newswire.ledger.stories import Standing
from newswire.pipeline.assess import Assessment, assess, comes_back
from newswire.pipeline.groups import in_groups
from newswire.pipeline.known import known_stories
from newswire.pipeline.reading import Reader
from newswire.pipeline.work import Workplace

AT_ONCE = 500


class Move(msgspec.Struct, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """A story that would change sides.

    Attributes:
        before: What it is now, ``unknown`` where the ledger does not know it; in JSON ``from``.
        after: What it would be; in JSON ``to``.
        reasons: Why, worst first.
    """

    article_id: str
    item_id: str
    title: str
    before: str
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What would follow from a partner file, or from reading again.

    Attributes:
        enter: Stories that would come into the lake.
        leave: Stories that would leave it.
        waits_for_review: Whether so many would enter that a person would be asked.
        altered: How many rows would stay with other terms.
        other: Stories outside the lake that would be there for other reasons.
        unreadable: Items whose landed payload can no longer be read.
    """

    partner: str
    at: datetime
    stories: int
    enter: tuple[Move, ...]
    leave: tuple[Move, ...]
    waits_for_review: bool
    altered: int
    other: int
    unreadable: tuple[str, ...]


def what_if(place: Workplace) -> WhatIf:
    """Decide every story of a partner by the workplace's partner file as of now, and record nothing."""
    now, unreadable = place.clock(), list[str]()
    return compare(place, _decided(place, now, unreadable), now=now, unreadable=unreadable)


def compare(
    place: Workplace,
    decided: Iterable[tuple[Standing | None, Assessment]],
    *,
    now: datetime,
    unreadable: Iterable[str],
    of: int | None = None,
) -> WhatIf:
    """What stories are, beside what they would be.

    Args:
        place: Where.
        decided: What each story is, if it is known, and what it would be.
        now: For when that was decided.
        unreadable: Items whose landed payload can no longer be read; looked at once all are decided.
        of: How many stories the partner has; None where these are all.
    """
    enter, leave = list[Move](), list[Move]()
    altered = other = stories = returning = 0
    for old, new in decided:
        stories += 1
        stands, would = old is not None and old.row_hash is not None, new.row is not None
        if stands != would:
            (enter if would else leave).append(_move(place, old, new))
            returning += old is not None and comes_back(old, new)
        elif old is not None and would:
            altered += new.standing.row_hash != old.row_hash
        else:
            other += old is None or (old.state, old.reasons) != (new.standing.state, new.standing.reasons)
    return WhatIf(
        partner=place.partner.slug,
        at=now,
        stories=stories,
        enter=tuple(enter),
        leave=tuple(leave),
        waits_for_review=place.partner.mass_reentry.is_reached(returning, stories if of is None else of),
        altered=altered,
        other=other,
        unreadable=tuple(unreadable),
    )


def _decided(place: Workplace, now: datetime, unreadable: list[str]) -> Iterator[tuple[Standing, Assessment]]:
    with ledger.transaction(place.database_url) as connection:
        every = book.every(connection, place.partner.slug)
    for ids in in_groups(every, AT_ONCE):
        reader = Reader(place)
        with ledger.transaction(place.database_url) as connection:
            stories = known_stories(connection, place.partner, ids)
            standings = book.standings(connection, place.partner.slug, ids)
        for item_id, story in stories.items():
            try:
                yield standings[item_id], assess(story, place.partner, reader.item, now=now)
            except LakeCorrupt:
                unreadable.append(item_id)


def _move(place: Workplace, old: Standing | None, new: Assessment) -> Move:
    title = new.row["title"] if new.row is not None else Reader(place).item(new.sighting).title
    return Move(
        article_id=new.standing.article_id,
        item_id=new.standing.item_id,
        title=title,
        before="unknown" if old is None else old.state,
        after=new.standing.state,
        reasons=new.standing.reasons,
    )
