"""``explain``: the life of one item, from pull to now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from newswire import ledger, rights
from newswire.lake.layout import Layout
from newswire.ledger import graves, history, overrides, redo, reviews, takedowns
from newswire.ledger import receipts as receipt_book
from newswire.ledger import stories as book
from newswire.ledger.history import Present
from newswire.model import Outcome, Partition
from newswire.pipeline import proof
from newswire.pipeline.facts import article_id, merge
from newswire.pipeline.rulings import unknown_item


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an item.

    Attributes:
        at: When.
        what: ``pulled``, ``removed``, ``observed``, ``entry``, ``kill``, ``tombstone``, ``lifted``, ``override``,
            ``revoked``, ``review``, ``answered``, ``takedown``, ``proven``, ``decided`` or ``changed``.
        about: All that the ledger keeps of it.
    """

    at: datetime
    what: str
    about: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The life of one item.

    Attributes:
        now: What it is now; None for one of which only a ruling is known yet.
        means: What the reasons for that mean, and what there is to do.
        path: The file that holds its row now, or None.
        events: What happened, in the order of time.
    """

    article_id: str
    partner: str
    item_id: str
    now: Present | None
    means: dict[str, str]
    path: str | None
    events: tuple[Event, ...]


ORDER = (
    *("pulled", "observed", "takedown", "kill", "tombstone", "override", "review", "answered", "lifted", "revoked"),
    "decided",
)
"""What comes first of events of one time."""


def explain(layout: Layout, database_url: str, name: str, *, partner: str | None = None) -> Life:
    """Tell the life of an item.

    Args:
        layout: The lake.
        database_url: The ledger.
        name: An article id, or with ``partner`` the partner's own item id or an article id.
        partner: Whose item it is.

    Raises:
        RulingRefused: The ledger knows no such item.
    """
    with ledger.reading(database_url) as connection:
        slug, item_id = _named(connection, name, partner)
        present = history.present(connection, slug, item_id)
        events = sorted(_events(connection, slug, item_id), key=lambda e: (e.at, _place(e.what)))
        path = None
        if present is not None and present.partition_date is not None:
            path = layout.articles(Partition(present.partition_date, slug))
            held = redo.held_one(connection, "articles", slug, present.partition_date)
            path = path if held is not None else None
        if present is None and not events:
            raise unknown_item(connection, name, partner)
    return Life(
        article_id=article_id(slug, item_id),
        partner=slug,
        item_id=item_id,
        now=present,
        means=rights.meanings(present.reasons if present else ()),
        path=path,
        events=tuple(events),
    )


def _named(connection: Connection, name: str, partner: str | None) -> tuple[str, str]:
    found = book.find(connection, name) or (book.find(connection, name, partner) if partner else [])
    if found:
        return found[0]
    if partner is None:
        raise unknown_item(connection, name, partner)
    return partner, name  # perhaps a kill waits for it


def _place(what: str) -> int:
    return ORDER.index(what) if what in ORDER else len(ORDER)


def _events(connection: Connection, partner: str, item_id: str) -> Iterator[Event]:
    seen = merge(book.sightings(connection, partner, [item_id])[item_id])
    told = history.entries(connection, partner, item_id)
    pages = [s.page_receipt_id for s in seen if s.page_receipt_id is not None]
    read = {*(s.receipt_id for s in seen), *(entry.receipt_id for entry in told), *pages}
    for receipt in receipt_book.by_id(connection, sorted(read)).values():
        yield _event(receipt.observed_at, "pulled", receipt)
        if receipt.payload_removed_at is not None:
            about = {"receipt_id": receipt.receipt_id, "payload_path": receipt.payload_path}
            yield _event(receipt.payload_removed_at, "removed", about)
    for n, sighting in enumerate(seen):
        yield _event(sighting.observation.first_observed_at, "observed", sighting, governs=n == 0)
    for entry in told:
        yield _event(entry.recorded_at, "entry", entry)
    for made in history.made(connection, partner, item_id):
        yield _event(made.as_of, "decided", made)
    for step in history.steps(connection, partner, item_id):
        yield _event(step.at, "changed", step)
    yield from _rulings(connection, partner, item_id)


def _rulings(connection: Connection, partner: str, item_id: str) -> Iterator[Event]:
    for kill in graves.of_item(connection, partner, item_id):
        yield _event(kill.at, "kill", kill)
    for grave in graves.graves_of(connection, partner, [item_id]).values():
        yield _event(grave.tombstone.at, "tombstone", grave.tombstone)
        if grave.lifted_at is not None:
            yield _event(grave.lifted_at, "lifted", grave)
    for takedown in takedowns.of_item(connection, partner, item_id):
        yield _event(takedown.asked_at, "takedown", {"takedown_id": takedown.takedown_id, "asked": takedown.asked})
        if takedown.proof is not None:
            proven = proof.read(takedown.proof)
            yield _event(proven.proven_at, "proven", proven)
    for said in overrides.recorded(connection, partner, [item_id]):
        yield _event(said.override.at, "override", said.override)
        if said.revoked_at is not None:
            yield _event(said.revoked_at, "revoked", said)
    for review in reviews.of_item(connection, partner, item_id):
        yield _event(review.opened_at, "review", review)
        if review.answered_at is not None:
            yield _event(review.answered_at, "answered", review)


def _event(at: datetime, what: str, about: object, **more: object) -> Event:
    return Event(at=at, what=what, about={**more, **_outcomes_named(msgspec.to_builtins(about))})


def _outcomes_named(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with every outcome by its name: the ledger keeps some by number."""
    if isinstance(value, list):
        return [_outcomes_named(part) for part in value]
    if isinstance(value, dict):
        return {
            key: Outcome(part).name.lower() if key == "outcome" and isinstance(part, int) else _outcomes_named(part)
            for key, part in value.items()
        }
    return value
