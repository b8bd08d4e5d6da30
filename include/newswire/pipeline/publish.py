"""``publish``: one ledger transaction, then the partitions, then the books are checked and closed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace as evolve
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import FeedsFailed, LakeCorrupt
from newswire.lake.parquet import Row
from newswire.ledger import graves, runs
from newswire.ledger import receipts as receipt_book
from newswire.ledger import stories as book
from newswire.ledger.stories import EntryOutcome, Standing
from newswire.pipeline import aside, claims, languages, names
from newswire.pipeline import batch as staging
from newswire.pipeline.batch import Batch, Counted
from newswire.pipeline.commit import Committer
from newswire.pipeline.decisions import write_new_decisions
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.reading import Reader
from newswire.pipeline.refine import REMOVED
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.work import Published, Pulled, Validated, Workplace

log = logging.getLogger(__name__)


def publish(place: Workplace, validated: Validated) -> Published:
    """Commit a batch, bring the lake in line, and close the run.

    Failed feeds are named in the result; see ``raise_for_failed_feeds``.

    Raises:
        NotReconciled: The ledger was restored and is not reconciled.
        LakeCorrupt: An entry that was pulled has no outcome, or more than one; or a row could not be built, and all
            else is published.
    """
    require_reconciled(place)
    refined = validated.refined
    committer = Committer(place, Reader(place), f"wire {refined.pulled.run_id}")
    lake = Partitions(committer)
    lake.drain()  # what an interrupted run left behind comes first
    partitions: tuple[str, ...] = ()
    counts = refined.counts
    if refined.batch is not None:
        with aside.still(place):
            batch = staging.load(place.layout, refined.batch)
        rows = [a.row for a in batch.assessments if a.row is not None]
        outcomes = _commit(place, committer, batch, validated)
        partitions = lake.drain(rows)
        counts = {
            **Counter(o.outcome for o in outcomes),
            "unchanged": sum(c.unchanged for c in batch.receipts),
            REMOVED: refined.counts.get(REMOVED, 0),
            **Counter(odd for o in outcomes if (odd := names.code(o.detail))),
        }
        counts[languages.DISAGREES] = languages.record(place, refined.pulled).disagreeing
        _quarantine(place, refined.pulled.run_id, outcomes, rows)
    write_new_decisions(place)
    _close(place, refined.pulled, counts, failed=[f.feed for f in refined.failed])
    claims.release(place)
    result = Published(
        run_id=refined.pulled.run_id,
        mode=refined.pulled.mode,
        counts=counts,
        partitions=partitions,
        failed=refined.failed,
    )
    _tell(result)
    for error in lake.broken:
        raise error
    return result


def _tell(published: Published) -> None:
    """A line for each thing: the UI of a task's log cuts long ones off."""
    counts = ", ".join(f"{name} {n}" for name, n in sorted(published.counts.items()) if n)
    log.info("%s: %s", published.mode, counts or "nothing new")
    for partition in published.partitions:
        log.info("written: %s", partition)
    for feed in published.failed:
        log.error("%s failed: %s: %s", feed.feed, feed.reason, feed.detail)


def raise_for_failed_feeds(place: Workplace, published: Published) -> None:
    """End a run red whose feeds did not all come, now that everything else of it is published.

    Raises:
        FeedsFailed: Naming each failed feed.
    """
    if published.failed:
        lines = " ".join(f"{f.feed}: {f.reason}: {f.detail}" for f in published.failed)
        msg = f"{place.partner.slug}: {len(published.failed)} documents failed, all else is published. {lines}"
        raise FeedsFailed(
            msg, reason="feeds_failed", remedy="Clear `pull` with its downstream tasks to fetch only what failed."
        )


def close_without_source(place: Workplace, pulled: Pulled) -> None:
    """Record a run that had nothing to read: no landed payloads, no archive, and its interval has passed."""
    _close(place, pulled, {}, failed=[])


def _commit(place: Workplace, committer: Committer, batch: Batch, validated: Validated) -> list[EntryOutcome]:
    now = place.clock()
    failing = {
        a.row["content_hash"]
        for a in batch.assessments
        if a.row is not None and a.standing.article_id in validated.quarantined
    }
    final: list[EntryOutcome] = []

    def also(connection: Connection, after: dict[str, Standing]) -> None:
        told = [_final(entry, after, validated) for entry in batch.entries]
        down = graves.taken_down(connection, place.partner.slug, {entry.item_id for entry in told if entry.item_id})
        final.extend(evolve(e, detail=names.unworded(e.detail)) if e.item_id in down else e for e in told)
        _account(connection, batch.receipts, final, now)
        pages = receipt_book.pages_of(connection, [c.receipt_id for c in batch.receipts])
        receipt_book.settle_bare(connection, [page.receipt_id for page in pages if page.status != "failed"], at=now)

    committer.commit(batch.sightings, batch.assessments, quarantined=failing, also=also)
    return final


def _account(
    connection: Connection, receipts: Sequence[Counted], entries: Sequence[EntryOutcome], now: datetime
) -> None:
    """Record what became of the entries of receipts, and settle these.

    One that was settled before keeps its books. They are added to for entries that other code finds beyond those it
    knows, and what could not be read before and now can has the outcome that it has now.
    """
    before = receipt_book.by_id(connection, [counted.receipt_id for counted in receipts])
    known = {name: r.entries or 0 for name, r in before.items() if r.settled_at is not None}
    told = book.told(connection, list(known)) if known else set[tuple[str, int]]()
    beyond = [e for e in entries if e.ordinal >= known.get(e.receipt_id, 0)]
    again = [e for e in entries if (e.receipt_id, e.ordinal) in told and e.ordinal < known[e.receipt_id]]
    book.record_outcomes(connection, [*again, *beyond], at=now)
    added = Counter(entry.receipt_id for entry in beyond)
    for counted in receipts:
        name = counted.receipt_id
        if name in known:
            more = max(counted.entries - known[name], 0)
            receipt_book.read_again(connection, name, more=more, unchanged=more - added[name], reader=counted.reader)
        else:
            receipt_book.settle(
                connection,
                name,
                entries=counted.entries,
                unchanged=counted.unchanged,
                reusable=counted.reusable,
                reader=counted.reader,
                at=now,
            )


def _final(entry: EntryOutcome, after: dict[str, Standing], validated: Validated) -> EntryOutcome:
    """An entry's outcome after validation: what its story became, where this entry governs it."""
    standing = after.get(entry.item_id or "")
    if entry.outcome in {"duplicate", "superseded"} or standing is None:
        return entry
    if standing.content_hash != entry.content_hash:  # another run committed a higher version meanwhile
        return evolve(entry, outcome="superseded", reasons=("newer_version_governs",), decision_id=None)
    failed = validated.quarantined.get(standing.article_id, ()) if standing.state == "quarantined" else ()
    return evolve(
        entry,
        outcome=standing.state,
        reasons=standing.reasons,
        decision_id=standing.decision_id,
        detail=", ".join(failed) or entry.detail,
    )


def _quarantine(place: Workplace, run_id: str, outcomes: list[EntryOutcome], rows: list[Row]) -> None:
    """Keep what was set aside beside the lake, with why and where its raw bytes are."""
    by_item = {row["item_id"]: row for row in rows}
    path = place.layout.quarantine(place.partner.slug, run_id)
    lines = [
        msgspec.json.encode({**msgspec.to_builtins(o), "row": by_item.get(o.item_id)})
        for o in outcomes
        if o.outcome == "quarantined"
    ]
    if lines:
        with aside.writing(place, by_item) as down:
            place.layout.store.put(path, b"\n".join(aside.lines_without(lines, down)) + b"\n")


def _close(place: Workplace, pulled: Pulled, counts: dict[str, int], *, failed: list[str]) -> None:
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        receipt_book.settle_bare(connection, pulled.quiet, at=now)
        astray = receipt_book.unaccounted(connection, [*pulled.receipts, *pulled.quiet])
        if not astray:
            runs.close(
                connection,
                slug,
                pulled.run_id,
                pull_key=pulled.pull_key,
                mode=pulled.mode,
                counts={name: n for name, n in counts.items() if n},
                failed_feeds=sorted(set(failed)),
                at=now,
            )
    if astray:
        told = "; ".join(f"{receipt}: {n:+d}" for receipt, n in sorted(astray.items()))
        msg = f"{slug}: entries and outcomes do not add up: {told}."
        raise LakeCorrupt(msg, reason="not_conserved", remedy="Nothing is lost: clear the run from `refine` on.")
