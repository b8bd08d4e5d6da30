"""What a run sets aside besides the lake's rows: its staged batch and its quarantine, and what persons took down of it.

A takedown puts its tombstones up first and looks through what lies aside then, under one lock with the runs that write
there: what was written before is looked through, and whoever writes later knows of the tombstones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from newswire import ledger
from newswire.ledger import graves
from newswire.pipeline import names
from newswire.pipeline.evidence import wordless
from newswire.pipeline.work import Workplace

Told = dict[str, Any]
"""A value of a run as the JSON that it is kept as."""


@contextmanager
def still(place: Workplace) -> Iterator[None]:
    """Hold what lies aside still."""
    with place.layout.store.locked(place.layout.aside_lock(place.partner.slug)):
        yield


@contextmanager
def writing(place: Workplace, item_ids: Collection[str]) -> Iterator[frozenset[str]]:
    """Hold what lies aside still while some of it is written; those of these stories that were taken down."""
    with still(place):
        with ledger.transaction(place.database_url) as connection:
            down = graves.taken_down(connection, place.partner.slug, item_ids)
        yield down


def without(batch: Told, down: Collection[str]) -> Told:
    """A batch with nothing but ids, hashes and times of the stories that were taken down: publish decides them anew."""
    return {
        **batch,
        "sightings": [_bare(seen) if seen["item_id"] in down else seen for seen in batch["sightings"]],
        "assessments": [_emptied(a) if a["standing"]["item_id"] in down else a for a in batch["assessments"]],
        "entries": [_unworded(entry) if entry["item_id"] in down else entry for entry in batch["entries"]],
    }


def lines_without(lines: Iterable[bytes], down: Collection[str]) -> list[bytes]:
    """Lines of a quarantine without the rows of the stories that were taken down; the outcomes stay."""
    return [_line_without(line, down) for line in lines]


def _line_without(line: bytes, down: Collection[str]) -> bytes:
    told = msgspec.json.decode(line)
    return msgspec.json.encode({**_unworded(told), "row": None}) if told["item_id"] in down else line


def _unworded(entry: Told) -> Told:
    return {**entry, "detail": names.unworded(entry["detail"])}


def _bare(seen: Told) -> Told:
    embargo = seen["embargo"] and {**seen["embargo"], "raw": ""}
    return {**seen, "source_url": None, "slug": None, "embargo": embargo}


def _emptied(assessment: Told) -> Told:
    """An assessment that holds no row and that nobody can take for one of the facts as they are."""
    below = assessment["below"]
    return {
        **assessment,
        "standing": {**assessment["standing"], "row_hash": None},
        "sighting": _bare(assessment["sighting"]),
        "decision": wordless(assessment["decision"]),
        "below": below and [_bare(below[0]), wordless(below[1])],
        "facts_key": "",
    }
