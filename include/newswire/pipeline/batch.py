"""A run's batch: staged durably before anything of it is committed."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as evolve

import msgspec
import zstandard

from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.files import replace
from newswire.lake.layout import Layout
from newswire.lake.parquet import Row
from newswire.ledger.stories import EntryOutcome
from newswire.model import Sighting
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


def stage(layout: Layout, folder: str, batch: Batch) -> None:
    """Write a batch; its candidate rows go into a Parquet file of their own, which validation reads."""
    rows = [assessment.row for assessment in batch.assessments if assessment.row is not None]
    bare = evolve(batch, assessments=tuple(evolve(assessment, row=None) for assessment in batch.assessments))
    replace(layout.full(f"{folder}/rows.parquet"), parquet.encode(rows, ARTICLES))
    replace(layout.full(f"{folder}/batch.json.zst"), zstandard.compress(msgspec.json.encode(bare)))


def load(layout: Layout, folder: str) -> Batch:
    """Read a staged batch, rows included.

    Raises:
        LakeCorrupt: It is gone or damaged.
    """
    try:
        raw = zstandard.ZstdDecompressor().decompress(layout.full(f"{folder}/batch.json.zst").read_bytes())
        bare = msgspec.json.decode(raw, type=Batch)
        by_item = {row["item_id"]: row for row in rows(layout, folder)}
        whole = tuple(evolve(a, row=by_item[a.standing.item_id]) for a in bare.assessments)
    except (OSError, zstandard.ZstdError, msgspec.DecodeError, KeyError) as error:
        raise _unreadable(folder, error) from error
    return evolve(bare, assessments=whole)


def rows(layout: Layout, folder: str) -> list[Row]:
    """The candidate rows of a staged batch.

    Raises:
        LakeCorrupt: They are damaged.
    """
    try:
        return parquet.rows_of(layout.full(f"{folder}/rows.parquet"))
    except LakeCorrupt as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: str, error: Exception) -> LakeCorrupt:
    msg = f"The staged batch {folder} cannot be read: {error}."
    return LakeCorrupt(msg, reason="batch_unreadable", remedy="Clear the run from `refine` on.")
