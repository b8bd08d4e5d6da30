"""What the steps share: where they work, which run they belong to, and the receipts they hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newswire.config import Partner, Settings
from newswire.lake.layout import Layout
from newswire.ledger import locks
from newswire.ledger.receipts import Receipt
from newswire.transport.credentials import Lookup, from_environment

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def lake_of(settings: Settings) -> Layout:
    """The lake that the settings describe; on object stores the ledger's database keeps its writers apart.

    Raises:
        ConfigError: Its URL is none that a lake can have.
    """
    return Layout.at(settings.lake, lambda lock: locks.held(settings.ledger(), lock))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a step works.

    Attributes:
        credentials: Finds what a feed's connection stands for.
        reconciling: Whether what landed after a restored ledger's backup is being taken up: what enters then, may.
    """

    partner: Partner
    layout: Layout
    database_url: str
    clock: Clock = utc_now
    credentials: Lookup = from_environment
    reconciling: bool = False

    @classmethod
    def of(
        cls, partner: Partner, settings: Settings, clock: Clock = utc_now, credentials: Lookup = from_environment
    ) -> Workplace:
        """The workplace that the settings describe.

        Raises:
            ConfigError: No database is configured.
        """
        return cls(
            partner=partner,
            layout=lake_of(settings),
            database_url=settings.ledger(),
            clock=clock,
            credentials=credentials,
        )


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


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a pull will do.

    Attributes:
        reuse: Receipts that stand, of all roles.
        fetch: Feeds to fetch, by name, with the mode (``live`` or ``archive``).
        lost: Feeds that failed before and cannot be fetched for this interval any more.
    """

    pull_key: str
    observed_at: datetime
    live: bool
    reuse: list[Receipt] = field(default_factory=list)
    fetch: dict[str, str] = field(default_factory=dict)
    lost: list[Receipt] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """One word for people: the liveliest thing that the pull does."""
        for word in ("live", "archive"):
            if word in self.fetch.values():
                return word
        return "replay" if self.reuse or self.lost else "no_source"

    @property
    def resumed(self) -> set[str]:
        """Feeds that came, whose pages may not all have."""
        return {r.feed for r in self.reuse if r.role == "feed"} - set(self.fetch) if self.live else set()


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
