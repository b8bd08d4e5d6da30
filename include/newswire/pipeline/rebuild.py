"""``rebuild``: what is published, written anew from ledger and landing as if its files were gone or damaged.

It marks partitions in the redo log and lets the ordinary writer do the rest: the same locks, the same bytes, and an
interrupted rebuild is finished by the partner's next run or the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from newswire import ledger
from newswire.config import Partner, Settings
from newswire.errors import ConfigError, LakeCorrupt
from newswire.lake.layout import ARTICLES, DECISIONS, Layout
from newswire.lake.parquet import Row
from newswire.ledger import redo
from newswire.ledger import stories as book
from newswire.model import Partition
from newswire.pipeline import absent, decisions
from newswire.pipeline.commit import Committer
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.objects import differs
from newswire.pipeline.reading import Reader
from newswire.pipeline.rewrite import Lost, Partitions
from newswire.pipeline.sweep import one_by_one
from newswire.pipeline.validate import report_on
from newswire.pipeline.work import Clock, Workplace, utc_now

AT_ONCE = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Dates of partitions, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of a partner's objects.

    Attributes:
        objects: How many were looked at.
        changed: Those that were not what the ledger says, and now are; in a dry run those that are not.
        altered: Stories whose row was built anew and is another one, since the code that reads them has changed.
        lost: Rows that could not be built; their objects were written without them.
        failing: Stories whose row was built anew and fails today's expectations, with these. They were published, and
            are again; a batch that fails as a whole stands under its partner.
    """

    partner: str
    objects: int
    changed: tuple[str, ...]
    altered: tuple[str, ...]
    lost: tuple[Lost, ...]
    failing: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """What became of several partners' objects.

    Attributes:
        rebuilt: By partner.
        removed: Files that lay among what is published and belong to no partner; in a dry run those that would go.
        failed: Partners that could not be rebuilt, or whose file is broken or gone: partner to what a person must cure.
    """

    dry_run: bool
    rebuilt: tuple[Rebuilt, ...]
    removed: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether everything is what the ledger says."""
        return not self.failed and not any(rebuilt.lost for rebuilt in self.rebuilt)


def rebuild(place: Workplace, span: Span, *, dry_run: bool = False) -> Rebuilt:
    """Write a partner's objects of some dates anew; those that are what the ledger says stay untouched.

    Args:
        place: Where.
        span: Dates of publication, for decisions of the decision.
        dry_run: Only tell what would change.

    Raises:
        NotReconciled: The ledger was restored and is not reconciled; only a dry run is made all the same.
        LakeBusy: Other runs kept adding work faster than it was done; the next sweep goes on.
        LakeCorrupt: The ledger knows no story of the partner, and the lake holds objects of it.
    """
    if not dry_run:
        require_reconciled(place)
    days = _days(place, span)
    committer = Committer(place, Reader(place), "rebuild")
    looked = _Looked(place=place)
    lake = Partitions(committer, looked.look)
    changed = list((_would_change if dry_run else _write)(place, lake, days))
    looked.end()
    return Rebuilt(
        partner=place.partner.slug,
        objects=sum(map(len, days.values())),
        changed=tuple(sorted(changed)),
        altered=tuple(sorted(lake.altered)),
        lost=tuple(lake.lost.values()),
        failing=dict(sorted(looked.failing.items())),
    )


@dataclass(slots=True, kw_only=True)
class _Looked:
    """What today's expectations say of the rows that were built anew, so many at once that memory is bounded."""

    place: Workplace
    rows: dict[str, Row] = field(default_factory=dict)
    failing: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def look(self, row: Row) -> None:
        self.rows[row["article_id"]] = row
        if len(self.rows) >= AT_ONCE:
            self.end()

    def end(self) -> None:
        if self.rows:
            slug, report = self.place.partner.slug, report_on(self.place, list(self.rows.values()))
            self.failing |= report.failed_rows
            if report.batch_failures:
                self.failing[slug] = (*self.failing.get(slug, ()), *report.batch_failures)
            for name, why in report.failed_rows.items():
                log.warning("%s was published, is again, and fails today's expectations: %s", name, ", ".join(why))
            self.rows = {}


def _days(place: Workplace, span: Span) -> dict[str, list[date]]:
    slug, layout = place.partner.slug, place.layout
    on_disk = {dataset: layout.days(dataset, slug) for dataset in (ARTICLES, DECISIONS)}
    with ledger.transaction(place.database_url) as connection:
        if any(on_disk.values()) and not book.count(connection, slug):
            msg = f"The ledger knows no story of {slug}, and the lake {layout.store.url} holds objects of it."
            remedy = "Check NEWSWIRE_DATABASE_URL and NEWSWIRE_LAKE; if the ledger was lost, restore it first."
            raise LakeCorrupt(msg, reason="foreign_lake", remedy=remedy)
        recorded = {dataset: redo.days(connection, dataset, slug) for dataset in on_disk}
    return {
        dataset: [day for day in sorted(recorded[dataset].union(there)) if day in span]
        for dataset, there in on_disk.items()
    }


def _write(place: Workplace, lake: Partitions, days: dict[str, list[date]]) -> Iterator[str]:
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        redo.intend(connection, slug, days[ARTICLES], at=place.clock())
        for day in days[DECISIONS]:
            redo.drop(connection, DECISIONS, slug, day)  # what the manifest lacks is written by whoever comes next
    yield from lake.drain()
    for day in days[DECISIONS]:
        if decisions.write(place, day):
            yield place.layout.dataset(DECISIONS, slug, day)


def _would_change(place: Workplace, lake: Partitions, days: dict[str, list[date]]) -> Iterator[str]:
    slug = place.partner.slug
    for day in days[ARTICLES]:
        if lake.would_change(day):
            yield place.layout.articles(Partition(day, slug))
    for day in days[DECISIONS]:
        if differs(place, DECISIONS, day, decisions.rows_of(place, day)):
            yield place.layout.dataset(DECISIONS, slug, day)


def rebuild_all(
    partners: Sequence[Partner],
    broken: Sequence[ConfigError],
    settings: Settings,
    span: Span,
    *,
    dry_run: bool = False,
    clock: Clock = utc_now,
) -> Rebuild:
    """Rebuild every partner, those too whose file is broken or gone; of all dates, also remove what is no partner's.

    Args:
        partners: All whose files are sound.
        broken: The errors of all other files.
        settings: Where the lake and the ledger are.
        span: Which dates.
        dry_run: Only tell what would change.
        clock: The clock.
    """
    stand_ins, told = absent.stand_ins(partners, broken, settings.ledger(), clock(), note=not dry_run)
    done = rebuild_these((*partners, *stand_ins), settings, span, dry_run=dry_run, clock=clock)
    removed = _remove_strangers(settings, dry_run=dry_run) if span == Span() else ()
    return Rebuild(dry_run=dry_run, rebuilt=done.rebuilt, removed=removed, failed={**told, **done.failed})


def rebuild_these(
    partners: Sequence[Partner], settings: Settings, span: Span, *, dry_run: bool = False, clock: Clock = utc_now
) -> Rebuild:
    """Rebuild some partners; one that fails is named and stops none of the others."""

    def anew(place: Workplace) -> Rebuilt:
        return rebuild(place, span, dry_run=dry_run)

    done, failed = one_by_one(anew, partners, settings, clock)
    return Rebuild(dry_run=dry_run, rebuilt=tuple(done), failed=failed)


def _remove_strangers(settings: Settings, *, dry_run: bool) -> tuple[str, ...]:
    """Remove what is published and no partner's; of an empty ledger nothing is, and nothing is removed."""
    layout = Layout.at(settings.lake)
    with ledger.transaction(settings.ledger()) as connection:
        known = redo.known(connection)
    found = tuple(filter(lambda path: _is_nobodys(layout, path, known), layout.published())) if known else ()
    for relative in () if dry_run else found:
        log.warning("%s belongs to no partner and was removed", relative)
        layout.store.remove(relative)
    return found


def _is_nobodys(layout: Layout, path: str, known: set[str]) -> bool:
    lies = layout.partition_of(path)
    return lies is None or lies.partner not in known
