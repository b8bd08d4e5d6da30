"""A contract read once: its calendar days as instants of the partner's zone, and what it grants to any story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from newswire.config import Contract, days
from newswire.model import ContractRef
from newswire.rights.case import Area, Case, Grant
from newswire.rights.findings import found, proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When a contract lets stories be delivered, when what was delivered must go, and its grant.

    Attributes:
        id: The contract's id.
        starts_at: The first instant of the delivery term, UTC.
        ends_at: The first instant after it; None for an open end.
        said: The delivery term in words, for evidence.
        grant: What it grants while it lets a story stay, to ``grant.ends_at``.
    """

    id: str
    starts_at: datetime
    ends_at: datetime | None
    said: str
    grant: Grant

    def runs(self, case: Case) -> bool:
        """Whether the story may be held now: delivered within the term, and not past what may stay after it."""
        delivered = self.starts_at <= case.first_landed and (self.ends_at is None or case.first_landed < self.ends_at)
        stays = self.grant.ends_at
        return delivered and self.starts_at <= case.now and (stays is None or case.now < stays)


def all_terms(case: Case) -> tuple[Terms, ...]:
    """Every contract of the case's partner, whether it runs or not."""
    zone = case.partner.zone
    return tuple(terms_of(contract, zone) for contract in case.partner.contracts)


@lru_cache(maxsize=4096)
def terms_of(contract: Contract, zone: ZoneInfo) -> Terms:
    """Read a contract as its partner's days are."""
    term = contract.delivery_term
    ended = f", then {contract.use_after_end}" if term.until else ""
    said = f"{term.from_} to {term.until or 'open'}{ended}"
    return Terms(
        id=contract.id,
        starts_at=term.starts_at(zone),
        ends_at=term.ends_at(zone),
        said=said,
        grant=_grant(contract, zone, said),
    )


def _grant(contract: Contract, zone: ZoneInfo, said: str) -> Grant:
    pointer = f"contracts[{contract.id}]"
    clauses = (
        ("delivery_term", said),
        ("uses", " ".join(contract.uses)),
        ("media", " ".join(contract.media)),
        ("languages", " ".join(contract.languages)),
        ("territories", contract.territories),
    )
    reason, rule = "contract_grants", "grants.granted"
    proofs = (proof(reason, rule, "contract", f"{pointer}.{clause}", text) for clause, text in clauses)
    dates = contract.item_term
    return Grant(
        id=contract.id,
        pointer=pointer,
        basis=found(reason, *proofs),
        uses=tuple(use for use in contract.uses if use not in contract.prohibitions),
        prohibited=contract.prohibitions,
        area=Area.of(contract.territories),
        media=contract.media,
        languages=contract.languages,
        categories=contract.categories,
        channels=contract.channels,
        item_dates=None if dates is None else (dates.starts_at(zone), dates.ends_at(zone)),
        content=contract.content,
        obligations=tuple(map(str, contract.obligations)),
        third_party=contract.third_party,
        ends_at=_stays_until(contract, zone),
        retention=None if contract.retention is None else days(contract.retention),
        keeps_expired=contract.on_item_expiry == "keep",
        contract=ContractRef(id=contract.id, hash=contract.hash()),
    )


def _stays_until(contract: Contract, zone: ZoneInfo) -> datetime | None:
    """The first instant at which what was delivered may no longer stay, UTC; None where it may stay for good."""
    last = contract.delivery_term.until
    if last is None or contract.use_after_end == "perpetual":
        return None
    kind, _, number = contract.use_after_end.partition(":")
    extra = int(number) if kind == "days" else 0
    return datetime.combine(last + timedelta(days=extra + 1), time.min, zone).astimezone(UTC)
