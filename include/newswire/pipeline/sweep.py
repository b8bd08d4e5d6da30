"""``sweep``: what time, changed terms and rulings have made due, partner by partner; nothing is pulled.

Finding nothing due imports no parser, no pandas and no Great Expectations.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from newswire import ledger
from newswire.config import Partner, Settings
from newswire.errors import ConfigError, NewswireError, SweepFailed
from newswire.ledger import redo, takedowns
from newswire.ledger import stories as book
from newswire.pipeline import absent
from newswire.pipeline.decider import decider
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.reviews import close_overdue
from newswire.pipeline.work import Clock, Workplace, utc_now

log = logging.getLogger(__name__)
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a partner's sweep has to do.

    Attributes:
        timely: Items whose time has come, or on which a ruling has changed.
        stale: Items that other rules or terms decided.
        unwritten: Whether partitions or decisions wait to be written.
        takedowns: Whether a takedown was interrupted, or left something.
    """

    timely: tuple[str, ...]
    stale: tuple[str, ...]
    unwritten: bool
    takedowns: bool = False

    def __bool__(self) -> bool:
        return bool(self.timely or self.stale or self.unwritten)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a partner's sweep did.

    Attributes:
        entered: Stories that came into the lake, by article id.
        left: Stories that left it.
        decided: How many were decided in all.
        quarantined: Stories that would have entered and failed validation.
        review: The review that stories wait for which changed terms would bring back, or None.
        waiting: How many wait for it.
        partitions: The objects that were rewritten.
    """

    partner: str
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    decided: int = 0
    quarantined: tuple[str, ...] = ()
    review: str | None = None
    waiting: int = 0
    partitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a sweep over several partners did, and which of them failed: partner to what went wrong."""

    swept: tuple[Swept, ...]
    failed: dict[str, str] = field(default_factory=dict)


def sweep(place: Workplace) -> Swept:
    """Release what may be read now, withdraw what may not, finish what interrupted runs left; repeatable at any time.

    Of a partner that is not reconciled after a restore nothing enters, and what must leave does.

    Raises:
        BatchRefused: Validation refused what would enter; what had to leave has left.
        LakeCorrupt: A landed payload cannot be read; everything else is done.
        TakedownIncomplete: Something of what a person took down is left.
    """
    due, swept = due_at(place), Swept(partner=place.partner.slug)
    # Parsers and language profiles take a second to import, and most sweeps find nothing.
    if due:
        from newswire.pipeline.redecide import redecide  # noqa: PLC0415

        swept = redecide(place, due)
    if due.takedowns:
        from newswire.pipeline.takedown import take_up  # noqa: PLC0415

        take_up(place)
    return swept


def due_at(place: Workplace) -> Due:
    """What is due by the workplace's clock."""
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        close_overdue(connection, place.partner, now)
        return Due(
            timely=tuple(book.due(connection, slug, now)),
            stale=tuple(book.stale(connection, slug, decider(place.partner))),
            unwritten=bool(redo.pending(connection, slug) or redo.unwritten_days(connection, slug)),
            takedowns=bool(takedowns.unfinished(connection, slug)),
        )


def sweep_all(
    partners: Sequence[Partner], broken: Sequence[ConfigError], settings: Settings, clock: Clock = utc_now
) -> Sweep:
    """Sweep every partner, those too whose file is broken or gone.

    Args:
        partners: All whose files are sound.
        broken: The errors of all other files.
        settings: Where the lake and the ledger are.
        clock: The clock.

    Raises:
        LedgerUnavailable: The database does not answer.
    """
    stand_ins, told = absent.stand_ins(partners, broken, settings.ledger(), clock())
    done = sweep_these((*partners, *stand_ins), settings, clock)
    return replace(done, failed={slug: "; ".join(_said(slug, told, done.failed)) for slug in told | done.failed})


def _said(slug: str, *faults: Mapping[str, str]) -> Iterator[str]:
    return (fault[slug] for fault in faults if slug in fault)


def sweep_these(partners: Sequence[Partner], settings: Settings, clock: Clock = utc_now) -> Sweep:
    """Sweep some partners; one that fails, or is to be reconciled first, is named and stops none of the others."""

    def whole(place: Workplace) -> Swept:
        done = sweep(place)
        require_reconciled(place)
        return done

    swept, failed = one_by_one(whole, partners, settings, clock)
    return Sweep(swept=tuple(swept), failed=failed)


def one_by_one(
    act: Callable[[Workplace], Done], partners: Sequence[Partner], settings: Settings, clock: Clock
) -> tuple[list[Done], dict[str, str]]:
    """What an act on each partner came to, and what went wrong with the others: no partner's fault keeps another's."""
    done, failed = [], {}
    for partner in partners:
        try:
            done.append(act(Workplace.of(partner, settings, clock)))
        except NewswireError as error:
            failed[partner.slug] = f"{error.reason}: {error}"
        except Exception as error:  # another partner's embargo or kill must not wait for it
            log.exception("%s: %s failed", partner.slug, act.__name__)
            failed[partner.slug] = f"{type(error).__name__}: {error}"
    return done, failed


def raise_for_failed(sweep: Sweep) -> None:
    """End a sweep red if a partner failed.

    Raises:
        SweepFailed: Naming each partner and why.
    """
    if sweep.failed:
        lines = "; ".join(f"{slug}: {why}" for slug, why in sorted(sweep.failed.items()))
        msg = f"{len(sweep.failed)} partners could not be swept, all others were. {lines}"
        raise SweepFailed(msg, reason="sweep_failed", remedy="Cure what each message names; the next sweep goes on.")
