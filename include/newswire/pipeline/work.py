"""What the steps share: where they work, which run they belong to, and the receipts they hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newswire.config import Partner, Settings
from newswire.errors import ConfigError
from newswire.lake.layout import Layout

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a step works."""

    partner: Partner
    layout: Layout
    database_url: str
    clock: Clock = utc_now

    @classmethod
    def of(cls, partner: Partner, settings: Settings, clock: Clock = utc_now) -> Workplace:
        """The workplace that the settings describe.

        Raises:
            ConfigError: No database is configured.
        """
        if settings.database_url is None:
            msg = "This needs the ledger's database, and NEWSWIRE_DATABASE_URL is not set."
            raise ConfigError(msg, reason="no_database", remedy="Start it with `make db` and repeat the command.")
        return cls(partner=partner, layout=Layout.at(settings.lake), database_url=settings.database_url, clock=clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a partner's pipeline.

    Attributes:
        run_id: Its name; a retry has the same.
        interval_start: Start of the data interval it is for; None for a live pull at a person's request.
        interval_end: End of that interval.
    """

    run_id: str
    interval_start: datetime | None = None
    interval_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFeed:
    """A feed that did not come, or could not be read."""

    feed: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What ``pull`` hands on.

    Attributes:
        mode: ``live``, ``replay``, ``archive`` or ``no_source``.
        receipts: Feed receipts whose payload must be read.
        quiet: Feed receipts that brought nothing new.
        failed: Feeds that failed.
    """

    run_id: str
    pull_key: str
    mode: str
    receipts: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    failed: tuple[FailedFeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refined:
    """What ``refine`` hands on.

    Attributes:
        batch: Where the batch is staged; None where nothing was to be read or decided (a light close).
        rows: How many rows it would add or change.
        counts: Entries by what became of them.
    """

    pulled: Pulled
    batch: str | None = None
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failed: tuple[FailedFeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What ``validate`` hands on.

    Attributes:
        quarantined: Failing rows: article id to the expectations that failed.
        docs: The Data Docs page of this validation.
    """

    refined: Refined
    quarantined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    docs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run came to.

    Attributes:
        counts: Entries of this run by outcome.
        partitions: The objects that were rewritten.
        failed: Feeds that failed, with their reason.
    """

    run_id: str
    mode: str
    counts: dict[str, int]
    partitions: tuple[str, ...] = ()
    failed: tuple[FailedFeed, ...] = ()
