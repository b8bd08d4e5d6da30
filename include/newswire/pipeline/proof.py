"""The proof of a takedown: what was searched, what was found, what is left, and what it does not cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from newswire.ledger.takedowns import Takedown
from newswire.pipeline.facts import article_id
from newswire.pipeline.reach import Searched

STAYS = "Names stay, so that late copies are known: ids, addresses by which a kill may name it, hashes, times."
NOT_COVERED = (
    "backups of the lake and of the ledger",
    "Airflow's logs, notes and XComs",
    "copies that readers made: data frames, extracts, caches",
    "the same words under another id, or from another partner",
)
RAW_STAYS = "landed payloads: they were not to be purged, and a story that its source sends again lands again"
FUTURE = "stories that this partner sends from now on: its contract, or its DAG's pause switch, ends those"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A story that was taken down.

    Attributes:
        contents: The hashes of everything that was seen of it.
        seen: Whether anything was; one that was not is withdrawn when it comes.
        traces: How many runs of its words were searched for.
    """

    article_id: str
    item_id: str
    contents: tuple[str, ...]
    seen: bool
    traces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that was searched.

    Attributes:
        files: How many files were read at the end; of the ledger, tables.
        rows: How many rows, lines or entries of them.
        found: How many held something of the stories before.
        left: How many still do.
        kept: Payloads' entries that nobody asked to go.
    """

    place: str
    files: int
    rows: int
    found: int
    left: int
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a takedown did and what is left.

    Attributes:
        asked: Who asked for it, and why.
        same_address: Other stories at an address of these: they stay; take each down by itself.
        left: Where something is left; empty when all of it is gone.
        elsewhere: Where the same words stand in something else, such as a story that quotes them.
        stays: What stays on purpose.
        not_covered: What was not searched.
    """

    takedown_id: str
    partner: str
    item_id: str | None
    purge_raw: bool
    asked: tuple[dict[str, object], ...]
    proven_at: datetime
    stories: tuple[Taken, ...]
    places: tuple[Place, ...]
    left: tuple[str, ...]
    elsewhere: tuple[str, ...]
    same_address: tuple[str, ...]
    stays: str
    not_covered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a takedown would do.

    Attributes:
        stories: The article ids of what it would take down.
        places: What lies where.
        same_address: Other stories at an address of these: they would stay.
        not_covered: What it would not search.
    """

    partner: str
    item_id: str | None
    stories: tuple[str, ...]
    places: tuple[Searched, ...]
    same_address: tuple[str, ...]
    not_covered: tuple[str, ...]


def prove(
    takedown: Takedown,
    traced: Mapping[str, Collection[str]],
    contents: Mapping[str, Collection[str]],
    left: Iterable[Searched],
    *,
    same_address: Iterable[str],
    at: datetime,
) -> Proof:
    """The proof of a takedown after the last search.

    Args:
        takedown: What was asked for, and what was found of it.
        traced: The stories, each with what its words were searched by.
        contents: The hashes of what was seen of them.
        left: What the last search found.
        same_address: Other stories at an address of these, by article id.
        at: When it was made.
    """
    slug, searched = takedown.partner, list(left)
    return Proof(
        takedown_id=takedown.takedown_id,
        partner=slug,
        item_id=takedown.item_id,
        purge_raw=takedown.purge_raw,
        asked=tuple(takedown.asked),
        proven_at=at,
        stories=tuple(
            Taken(
                article_id=article_id(slug, item_id),
                item_id=item_id,
                contents=tuple(contents.get(item_id, ())),
                seen=item_id in contents,
                traces=len(found),
            )
            for item_id, found in sorted(traced.items())
        ),
        places=tuple(
            Place(
                place=s.place,
                files=s.files,
                rows=s.rows,
                found=takedown.found.get(s.place, 0),
                left=s.found,
                kept=s.kept,
            )
            for s in searched
        ),
        left=tuple(f"{s.place}: {s.found} in {', '.join(s.where)}" for s in searched if s.found),
        elsewhere=tuple(where for s in searched for where in s.elsewhere),
        same_address=tuple(sorted(same_address)),
        stays=STAYS,
        not_covered=not_covered(takedown.item_id, purge_raw=takedown.purge_raw),
    )


def read(kept: dict[str, Any]) -> Proof:
    """A proof as the ledger keeps it."""
    return msgspec.convert(kept, Proof)


def summary(places: Iterable[Place | Searched]) -> str:
    """What was found, in a line."""
    found = [f"{place.place} {place.found}" for place in places if place.found]
    return f"found {', '.join(found)}" if found else "nothing was found"


def not_covered(item_id: str | None, *, purge_raw: bool) -> tuple[str, ...]:
    """What a takedown does not search."""
    raw = () if purge_raw else (RAW_STAYS,)
    return (*raw, *((FUTURE,) if item_id is None else ()), *NOT_COVERED)
