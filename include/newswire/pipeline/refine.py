"""``refine``: read what was pulled, decide it, commit what leaves, stage what would be added.

Withdrawals and holds are in the ledger, and out of the partitions, before this ends: no failed validation later may
keep a killed story readable.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import replace as evolve

from newswire import ledger, transport
from newswire.errors import LakeCorrupt, PayloadRemoved
from newswire.ledger import receipts as receipt_book
from newswire.ledger import redo, takedowns
from newswire.ledger import stories as book
from newswire.ledger.graves import Kill
from newswire.ledger.receipts import Receipt
from newswire.ledger.stories import EntryOutcome, Standing
from newswire.model import RAW_PURGED, Item, Purged, Refusal, Sighting
from newswire.pipeline import aside, names
from newswire.pipeline import batch as staging
from newswire.pipeline.assess import Assessment, assess, comes_back
from newswire.pipeline.batch import Batch, Counted
from newswire.pipeline.commit import Committer
from newswire.pipeline.decider import decider
from newswire.pipeline.facts import sighting_of
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.kills import kill_of
from newswire.pipeline.known import known_stories
from newswire.pipeline.purging import holding, purge
from newswire.pipeline.reading import Entry, Reader
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.work import FailedFeed, Pulled, Refined, Workplace

log = logging.getLogger(__name__)

REMOVED = "payload_removed"
"""How many documents of an interval landing retention had removed before they were to be read again."""

ItemKey = tuple[str, str | None, str]


@dataclass(slots=True, kw_only=True)
class Read:
    """What the payloads hold."""

    entries: list[Entry] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    keys: dict[tuple[str, int], ItemKey] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    failed: list[FailedFeed] = field(default_factory=list)
    removed: int = 0


def refine(place: Workplace, pulled: Pulled) -> Refined:
    """Decide everything that a pull brought, and everything that time has made due.

    Raises:
        NotReconciled: The ledger was restored and is not reconciled.
        LakeCorrupt: A landed payload cannot be read; what must leave has left.
    """
    require_reconciled(place)
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        due = book.due(connection, slug, now)
        waiting = redo.pending(connection, slug)
        receipts = list(receipt_book.by_id(connection, pulled.receipts).values())
    if not receipts and not due and not waiting:
        log.info("nothing new: light close")
        return Refined(pulled=pulled, failed=pulled.failed)
    reader = Reader(place)
    clock = time.perf_counter()
    read = read_all(reader, receipts)
    clock = _took("read", clock, len(read.entries))
    committer = Committer(place, reader, f"wire {pulled.run_id}")
    hit = committer.bury(read.kills, read.sightings)
    assessed = _assess(place, reader, read, sorted({*due, *hit}))
    clock = _took("decide", clock, len(assessed.anew))
    without_row = [a for a in assessed.anew if a.row is None]
    leaving = {a.standing.item_id for a in without_row}
    committer.commit([s for s in read.sightings if s.item_id in leaving], without_row)
    committer.rest(assessed.at_rest)
    lake = Partitions(committer)
    rewritten = lake.drain()
    clock = _took("withdraw", clock, len(rewritten))
    _purge(place, read)
    for error in (*assessed.broken, *lake.broken):
        raise error  # only now: what must leave has left
    batch = _batch(place, reader, read, assessed)
    folder = place.layout.batch(slug, pulled.run_id)
    with aside.writing(place, {sighting.item_id for sighting in batch.sightings}) as down:
        staging.stage(place.layout, folder, batch, down)
    _took("stage", clock, len(batch.assessments))
    counts = Counter(outcome.outcome for outcome in batch.entries)
    counts["unchanged"] = sum(counted.unchanged for counted in batch.receipts)
    counts[REMOVED] = read.removed
    return Refined(
        pulled=pulled,
        batch=folder,
        rows=len(batch.assessments),
        counts=dict(counts),
        failed=(*pulled.failed, *read.failed),
    )


def _purge(place: Workplace, read: Read) -> None:
    """Purge again what a person had purged, where a payload has brought it again."""
    with ledger.transaction(place.database_url) as connection:
        ids = {sighting.item_id for sighting in read.sightings}
        down = takedowns.purged_on_demand(connection, place.partner.slug, ids) if ids else frozenset()
    for receipt in read.receipts if down else ():
        held = holding(place, Reader(place), (receipt,), down)
        if held is not None:
            log.warning("%s: purged %d entries of stories that were taken down", receipt.receipt_id, len(held.items))
            purge(place, held)
    read.sightings = [evolve(s, purged=True) if s.item_id in down else s for s in read.sightings]


def _batch(place: Workplace, reader: Reader, read: Read, assessed: _Assessed) -> Batch:
    """What is staged: the stories to add, and what became of every entry."""
    with ledger.transaction(place.database_url) as connection:
        told = book.told(connection, [receipt.receipt_id for receipt in read.receipts])
    unchanged = {at for at, key in read.keys.items() if key in assessed.unchanged and at not in told}
    outcomes, counted = _outcomes(reader, read, assessed.standings, unchanged)
    odd = names.noticed(place, reader, [e for e in read.entries if (e.receipt.receipt_id, e.ordinal) not in unchanged])
    return Batch(
        sightings=tuple(read.sightings),
        assessments=tuple(a for a in assessed.anew if a.row is not None),
        entries=tuple(evolve(o, detail=odd.get((o.receipt_id, o.ordinal), o.detail)) for o in outcomes),
        receipts=tuple(counted),
    )


def _took(stage: str, since: float, count: int) -> float:
    now = time.perf_counter()
    log.info("%s: %d in %.2f s", stage, count, now - since)
    return now


def read_all(reader: Reader, receipts: Sequence[Receipt]) -> Read:
    """Every entry of some documents, what was seen in them, and what they take back."""
    read = Read()
    for receipt in sorted(receipts, key=lambda r: (r.observed_at, r.receipt_id)):
        try:
            entries = reader.entries(receipt)
        except PayloadRemoved as error:  # all of its entries have their outcomes
            log.warning("%s is not read again: %s", receipt.receipt_id, error.message)
            read.removed += 1
            continue
        read.receipts.append(receipt)
        read.entries.extend(entries)
        refused = entries[0].item if len(entries) == 1 else None
        if isinstance(refused, Refusal) and refused.pointer == receipt.url and not transport.lists(receipt.url):
            read.failed.append(FailedFeed(feed=receipt.feed, reason=refused.reason, detail=refused.detail))
        for entry in entries:
            if isinstance(entry.item, Item):
                sighting = _sighting(entry, entry.item)
                read.sightings.append(sighting)
                kill = kill_of(sighting, entry.item)
                read.kills += [kill] if kill else []
                seen = sighting.observation
                read.keys[(receipt.receipt_id, entry.ordinal)] = (sighting.item_id, seen.version, seen.content_hash)
    return read


def _sighting(entry: Entry, item: Item) -> Sighting:
    return sighting_of(
        item,
        receipt_id=entry.receipt.receipt_id,
        ordinal=entry.ordinal,
        observed_at=entry.receipt.observed_at,
        feed=entry.receipt.feed,
        page_receipt_id=entry.page.receipt_id if entry.page else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assessed:
    """The stories of a run.

    Attributes:
        anew: Those that were decided now.
        standings: What every story is: as decided now, else as it was, such as by an earlier try of this task.
        unchanged: Entries that told nothing new.
        broken: What could not be read again.
        at_rest: Stories whose payload retention has removed: they stay out as they are.
    """

    anew: list[Assessment]
    standings: dict[str, Standing]
    unchanged: set[ItemKey]
    broken: list[LakeCorrupt]
    at_rest: list[str]


def _assess(place: Workplace, reader: Reader, read: Read, due: Sequence[str]) -> _Assessed:
    """Decide the stories that changed."""
    slug, now = place.partner.slug, place.clock()
    ids = sorted({s.item_id for s in read.sightings} | set(due))
    with ledger.transaction(place.database_url) as connection:
        before = known_stories(connection, place.partner, ids)
        stories = known_stories(connection, place.partner, ids, read.sightings)
        standings = book.standings(connection, slug, ids)
    version = decider(place.partner)
    assessments, quiet, broken, at_rest = [], set(), [], []
    for item_id, story in sorted(stories.items()):
        same_facts = item_id in before and before[item_id].key() == story.key()
        old = standings.get(item_id) if same_facts else None
        if old is not None and old.decider == version and not old.is_due(now):
            quiet.add(item_id)
            continue
        try:
            new = assess(story, place.partner, reader.item, now=now)
        except PayloadRemoved:
            at_rest.append(item_id)
            continue
        except LakeCorrupt as error:
            broken.append(error)
            continue
        if old is not None and not old.is_due(now) and comes_back(old, new):
            quiet.add(item_id)  # by changed terms alone: the sweep counts how many do
            continue
        if old is not None and _same(old, new.standing):
            quiet.add(item_id)
        assessments.append(new)
    here = {receipt.receipt_id for receipt in read.receipts}
    unchanged = {
        (s.item_id, s.observation.version, s.observation.content_hash)
        for item_id in quiet
        for s in before[item_id].sightings
        if s.receipt_id not in here
    }
    anew = {new.standing.item_id: new.standing for new in assessments}
    return _Assessed(
        anew=assessments,
        standings={**standings, **anew},
        unchanged=unchanged,
        broken=broken,
        at_rest=at_rest,
    )


def _same(old: Standing, new: Standing) -> bool:
    return (old.state, old.content_hash, old.row_hash, old.reasons) == (
        new.state,
        new.content_hash,
        new.row_hash,
        new.reasons,
    )


def _outcomes(
    reader: Reader, read: Read, standings: dict[str, Standing], unchanged: set[tuple[str, int]]
) -> tuple[list[EntryOutcome], list[Counted]]:
    """The one outcome of every entry, or its place in the receipt's unchanged count."""
    outcomes: list[EntryOutcome] = []
    quiet: Counter[str] = Counter()
    told: set[ItemKey] = set()
    for entry in read.entries:
        receipt_id = entry.receipt.receipt_id
        if isinstance(entry.item, Refusal):
            outcomes.append(_refused(entry, entry.item))
            continue
        key = read.keys[(receipt_id, entry.ordinal)]
        if (receipt_id, entry.ordinal) in unchanged:
            quiet[receipt_id] += 1
        else:
            outcomes.append(_told(entry, key, standings.get(key[0]), repeated=key in told))
            told.add(key)
    entries = Counter(entry.receipt.receipt_id for entry in read.entries)
    counted = [
        Counted(
            receipt_id=receipt.receipt_id,
            entries=entries[receipt.receipt_id],
            unchanged=quiet[receipt.receipt_id],
            reusable=not reader.has_failed_page(receipt),
            reader=reader.version(receipt),
        )
        for receipt in read.receipts
    ]
    return outcomes, counted


def _refused(entry: Entry, refusal: Refusal) -> EntryOutcome:
    return EntryOutcome(
        receipt_id=entry.receipt.receipt_id,
        ordinal=entry.ordinal,
        outcome="quarantined",
        reasons=(refusal.reason,),
        detail=refusal.detail,
        pointer=refusal.pointer,
    )


def _told(entry: Entry, key: ItemKey, standing: Standing | None, *, repeated: bool) -> EntryOutcome:
    outcome, decision_id = "superseded", None
    reasons: tuple[str, ...] = ("newer_version_governs",)
    if repeated:
        outcome, reasons = "duplicate", ("same_content_in_this_pull",)
    elif standing is not None and standing.content_hash == key[2]:
        outcome, reasons, decision_id = standing.state, standing.reasons, standing.decision_id
    purged = isinstance(entry.item, Purged)
    return EntryOutcome(
        receipt_id=entry.receipt.receipt_id,
        ordinal=entry.ordinal,
        outcome=outcome,
        reasons=reasons,
        item_id=key[0],
        content_hash=key[2],
        pointer=getattr(entry.item, "pointer", None),
        decision_id=decision_id,
        detail=RAW_PURGED if purged else None,
    )
