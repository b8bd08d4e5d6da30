"""A run's batch: staged durably before anything of it is committed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import replace as evolve

import msgspec
import zstandard

from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.layout import Layout
from newswire.lake.parquet import Row
from newswire.ledger.stories import EntryOutcome
from newswire.model import Sighting
from newswire.pipeline import aside
from newswire.pipeline.assess import Assessment
from newswire.schema import ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A receipt whose payload was read: how many entries it holds and how many said nothing new.

    Attributes:
        reusable: Whether its validators may be sent again: false while a page of it is missing.
        reader: What read it; see ``decider.reader``.
    """

    receipt_id: str
    entries: int
    unchanged: int
    reusable: bool = True
    reader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a run found out, rows apart.

    Attributes:
        sightings: What was seen.
        assessments: The stories whose rows are staged.
        entries: The outcome of every entry that was read, as it will be if its row passes.
        receipts: The receipts that were read.
    """

    sightings: tuple[Sighting, ...]
    assessments: tuple[Assessment, ...]
    entries: tuple[EntryOutcome, ...]
    receipts: tuple[Counted, ...]


def stage(layout: Layout, folder: str, batch: Batch, down: Collection[str] = ()) -> None:
    """Write a batch; its candidate rows go into a Parquet file of their own, which validation reads.

    Args:
        layout: The lake.
        folder: Where the batch is staged.
        batch: What the run found out.
        down: Stories of it that persons took down: of these nothing but ids, hashes and times is written.
    """
    rows = [assessment.row for assessment in batch.assessments if assessment.row is not None]
    bare = evolve(batch, assessments=tuple(evolve(assessment, row=None) for assessment in batch.assessments))
    _write(layout, folder, rows, msgspec.to_builtins(bare), down)


def strip(layout: Layout, folder: str, down: Collection[str], *, write: bool = True) -> int:
    """Take what persons took down out of a batch that is staged; return how many rows and records hold some of it.

    Raises:
        LakeCorrupt: It is damaged.
    """
    told, staged = told_of(layout, folder), rows(layout, folder)
    left = [row for row in staged if row["item_id"] not in down]
    stripped = aside.without(told, down)
    changed: int = len(staged) - len(left)
    for name in told:
        changed += sum(old != new for old, new in zip(told[name], stripped[name], strict=True))
    if changed and write:
        _write(layout, folder, left, stripped, ())
    return changed


def drop(layout: Layout, folder: str) -> None:
    """Remove a batch that nobody can read; the run that staged it stages it anew."""
    for name in ("rows.parquet", "batch.json.zst"):
        layout.store.remove(f"{folder}/{name}")


def _write(layout: Layout, folder: str, rows: list[Row], told: aside.Told, down: Collection[str]) -> None:
    left = [row for row in rows if row["item_id"] not in down]
    layout.store.put(f"{folder}/rows.parquet", parquet.encode(left, ARTICLES))
    bare = zstandard.compress(msgspec.json.encode(aside.without(told, down)))
    layout.store.put(f"{folder}/batch.json.zst", bare)


def told_of(layout: Layout, folder: str) -> aside.Told:
    """A staged batch without its rows, as JSON.

    Raises:
        LakeCorrupt: It is gone or damaged.
    """
    try:
        told: aside.Told = msgspec.json.decode(_raw(layout, folder))
    except (OSError, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise _unreadable(folder, error) from error
    return told


def load(layout: Layout, folder: str) -> Batch:
    """Read a staged batch, rows included.

    Raises:
        LakeCorrupt: It is gone or damaged.
    """
    try:
        bare = msgspec.json.decode(_raw(layout, folder), type=Batch)
        by_item = {row["item_id"]: row for row in rows(layout, folder)}
        whole = tuple(
            evolve(a, row=None if a.standing.row_hash is None else by_item[a.standing.item_id])
            for a in bare.assessments
        )
    except (OSError, zstandard.ZstdError, msgspec.DecodeError, KeyError) as error:
        raise _unreadable(folder, error) from error
    return evolve(bare, assessments=whole)


def _raw(layout: Layout, folder: str) -> bytes:
    return zstandard.ZstdDecompressor().decompress(layout.store.read(f"{folder}/batch.json.zst"))


def rows(layout: Layout, folder: str) -> list[Row]:
    """The candidate rows of a staged batch.

    Raises:
        LakeCorrupt: They are damaged.
    """
    try:
        return parquet.rows_of(layout.store, f"{folder}/rows.parquet")
    except LakeCorrupt as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: str, error: Exception) -> LakeCorrupt:
    msg = f"The staged batch {folder} cannot be read: {error}."
    return LakeCorrupt(msg, reason="batch_unreadable", remedy="Clear the run from `refine` on.")
