"""The desk: what a person who answers for the wires looks at first, one line for each partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from newswire import ledger
from newswire.config import Partner, Settings, by_slug, load_partners
from newswire.ledger import overview, reviews, runs
from newswire.ledger import partners as partner_book
from newswire.ledger.overview import Waiting
from newswire.ledger.reviews import Review
from newswire.ledger.unreconciled import Since

ENDS_WITHIN = timedelta(days=60)
NEXT_EMBARGOES = 3
STATES = ("published", "held", "rejected", "withdrawn", "quarantined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A contract that ends soon, or the last ones of a partner that has none in force.

    Attributes:
        last_day: The last day of its delivery term, in the partner's time zone.
        ends_at: The first instant after it.
        is_over: Whether that has come.
    """

    contract: str
    last_day: date
    ends_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A partner at the desk.

    Attributes:
        name: Its name; the slug again where its file cannot be read.
        problem: What is wrong with its file, or None.
        counts: Stories by what they are now, and with the quarantined ones entries that could not be read.
        unread: Those entries, by reason.
        reasons: Why the rest is not published: the first reason of each, with how many.
        languages: The pairs of languages that stories declare and are in, with how many.
        mode: How its last run pulled, or None before the first.
        ran_at: When its last run closed.
        failed: The feeds that failed in it, each with the reason if it did not come at all.
        lifting: The stories that time alone releases, the next ones.
        endings: Contracts that end soon.
        covered: Whether a contract is in force.
        reviews: What waits for a person.
        unreconciled: Which moment a restored ledger shows, of a partner that is to be reconciled; else None.
    """

    partner: str
    name: str
    problem: str | None
    counts: dict[str, int]
    unread: dict[str, int]
    reasons: dict[str, int]
    languages: tuple[dict[str, Any], ...]
    mode: str | None
    ran_at: datetime | None
    failed: dict[str, str | None]
    lifting: tuple[Waiting, ...]
    endings: tuple[Ending, ...]
    covered: bool
    reviews: tuple[Review, ...]
    unreconciled: Since | None

    @property
    def stories(self) -> dict[str, int]:
        """Stories alone by what they are now."""
        return {**self.counts, "quarantined": self.counts["quarantined"] - sum(self.unread.values())}


def known(settings: Settings) -> list[str]:
    """The partners that have a file, sound or not, or ever had one that was sound.

    Raises:
        LedgerUnavailable: The ledger does not answer.
    """
    files = {path.stem for path in settings.partners.glob("*.yaml")}
    with ledger.reading(settings.ledger()) as connection:
        return sorted(files | set(partner_book.known(connection)))


def desk(settings: Settings, partners: Collection[str], now: datetime) -> list[Line]:
    """The lines of some partners, by slug.

    Raises:
        LedgerUnavailable: The ledger does not answer.
    """
    valid, broken = load_partners(settings.partners)
    files = {partner.slug: partner for partner in valid}
    problems = by_slug(broken)
    with ledger.reading(settings.ledger()) as connection:
        standing = runs.status(connection, list(partners))
        failed = overview.failures(connection, partners)
        lifting = overview.lifting(connection, partners, most=NEXT_EMBARGOES)
        waiting: dict[str, list[Review]] = defaultdict(list)
        for review in reviews.listed(connection):
            waiting[review.partner].append(review)
    lines = []
    for told in standing:
        slug = told["partner"]
        if slug not in partners:
            continue
        file, last = files.get(slug), told["last_run"]
        gone = None if file or slug in problems else f"{slug}.yaml: there is no such file (any more)."
        lines.append(
            Line(
                partner=slug,
                name=file.name if file else slug,
                problem=problems.get(slug, gone),
                counts={name: told[name] for name in STATES},
                unread=told["unread"],
                reasons=told["reasons"],
                languages=tuple(told["languages"]),
                mode=last["mode"] if last else None,
                ran_at=last["closed_at"] if last else None,
                failed={feed: failed.get(slug, {}).get(feed) for feed in (last["failed_feeds"] if last else ())},
                lifting=tuple(lifting.get(slug, ())),
                endings=endings(file, now) if file else (),
                covered=_in_force(file, now) if file else False,
                reviews=tuple(waiting[slug]),
                unreconciled=told["unreconciled"],
            )
        )
    return lines


def endings(partner: Partner, now: datetime) -> tuple[Ending, ...]:
    """The contracts that end within ``ENDS_WITHIN``; where none is in force, those that have ended, latest first."""
    terms = [
        Ending(contract=contract.id, last_day=term.until, ends_at=end, is_over=end <= now)
        for contract in partner.contracts
        for term in [contract.delivery_term]
        if (end := term.ends_at(partner.zone)) and term.until and term.starts_at(partner.zone) <= now
    ]
    if _in_force(partner, now):
        soon = [term for term in terms if now < term.ends_at <= now + ENDS_WITHIN]
        return tuple(sorted(soon, key=lambda term: term.ends_at))
    return tuple(sorted(terms, key=lambda term: term.ends_at, reverse=True))


def _in_force(partner: Partner, now: datetime) -> bool:
    spans = [
        (c.delivery_term.starts_at(partner.zone), c.delivery_term.ends_at(partner.zone)) for c in partner.contracts
    ]
    return any(start <= now and (end is None or now < end) for start, end in spans)
