"""Landing retention: raw payloads leave when the partner's ``landing_retention`` has passed and no story needs them.

The licence often demands it. The receipt keeps when a payload was removed, and so does its slip, for a restored ledger:
so ``verify`` and ``explain`` tell what was removed from what was lost, and a replay says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire import ledger
from newswire.config import days
from newswire.ledger import receipts as receipt_book
from newswire.ledger import retention as book
from newswire.ledger import stories as story_book
from newswire.pipeline import slips
from newswire.pipeline.groups import in_groups
from newswire.pipeline.work import Workplace

log = logging.getLogger(__name__)

AT_ONCE = 200
UNTOUCHED = timedelta(hours=1)
"""How long a payload was not landed again by the time it is removed: a pull may be about to name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What became of a partner's payloads.

    Attributes:
        retention: How long they are kept; None keeps them for ever.
        removed: How many left.
        bytes: How much room they took.
        needed: How many are older and stay, since a story that stands or may return needs them.
        again: How many lay there again after they had been removed, as from a copy of the lake, and left once more.
    """

    partner: str
    retention: str | None
    removed: int = 0
    bytes: int = 0
    needed: int = 0
    again: int = 0


def retain(place: Workplace) -> Retained:
    """Remove the payloads of a partner whose time is over; safe to repeat and to interrupt."""
    partner, now = place.partner, place.clock()
    if partner.landing_retention is None:
        return Retained(partner=partner.slug, retention=None)
    before = now - days(partner.landing_retention)
    with ledger.transaction(place.database_url) as connection:
        old = book.old(connection, partner.slug, before)
    sizes: list[int] = []
    for some in in_groups(old, AT_ONCE):
        sizes += _remove(place, some, before, now)
    done = Retained(
        partner=partner.slug,
        retention=partner.landing_retention,
        removed=len(sizes),
        bytes=sum(sizes),
        needed=len(old) - len(sizes),
        again=_remove_again(place),
    )
    log.info("%s: %d payloads removed, %d bytes; %d stay: needed", done.partner, done.removed, done.bytes, done.needed)
    return done


def _remove(place: Workplace, paths: Sequence[str], before: datetime, now: datetime) -> list[int]:
    """Remove those of some payloads that nobody needs; no commit makes one needed meanwhile.

    A crash leaves files that are gone and not noted, and the next time they are noted.
    """
    slug, sizes = place.partner.slug, {}
    with ledger.transaction(place.database_url) as connection:
        story_book.lock_partner(connection, slug)
        for path in book.unneeded(connection, slug, before, paths):
            size = place.layout.store.discard(path, untouched_since=time.time() - UNTOUCHED.total_seconds())
            if size is not None:
                sizes[path] = size
        noted = book.note_removed(connection, slug, list(sizes), before, at=now)
        for receipt in receipt_book.by_id(connection, noted).values():
            slips.keep(place.layout, receipt)
    return list(sizes.values())


def _remove_again(place: Workplace) -> int:
    with ledger.transaction(place.database_url) as connection:
        store, since = place.layout.store, time.time() - UNTOUCHED.total_seconds()
        there = [path for path in book.removed(connection, place.partner.slug) if store.exists(path)]
        return sum(store.discard(path, untouched_since=since) is not None for path in there)
