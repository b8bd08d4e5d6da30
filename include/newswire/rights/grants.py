"""Which permissions are in force: the partner's contracts and the item's open licences, each alone (central rule 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newswire.config import Contract, days
from newswire.model import ContractRef, Finding, RightsKind, RightsStatement, Scope
from newswire.rights.case import Area, Case, Grant
from newswire.rights.findings import found, notice_proof, proof
from newswire.rights.names import is_one_of, name_key
from newswire.rights.tables import licence_at


def in_force(case: Case) -> tuple[Grant, ...]:
    """Every grant in force, in the order of ids; contracts before licences of the same id."""
    contracts = (of_contract(case, contract) for contract in case.partner.contracts if runs(case, contract))
    licences = (grant for statement in case.statements if (grant := of_licence(case, statement)) is not None)
    return tuple(sorted((*contracts, *licences), key=lambda grant: (grant.id, grant.contract is None, grant.pointer)))


def of_contract(case: Case, contract: Contract) -> Grant:
    """A contract as a grant to this case's story."""
    return Grant(
        id=contract.id,
        pointer=f"contracts[{contract.id}]",
        uses=tuple(use for use in contract.uses if use not in contract.prohibitions),
        prohibited=contract.prohibitions,
        area=Area.of(contract.territories),
        media=contract.media,
        languages=contract.languages,
        categories=contract.categories,
        channels=contract.channels,
        item_dates=item_dates(contract, case.partner.zone),
        content=contract.content,
        obligations=tuple(map(str, contract.obligations)),
        third_party=contract.third_party,
        ends_at=stays_until(contract, case.partner.zone),
        retained_until=retained_until(case, contract),
        keeps_expired=contract.on_item_expiry == "keep",
        contract=ContractRef(id=contract.id, hash=contract.hash()),
    )


def of_licence(case: Case, statement: RightsStatement) -> Grant | None:
    """An open licence as a grant: only a known one, at item scope, valid now, from the partner or the item's holder."""
    if statement.kind is not RightsKind.LICENSE or statement.scope is not Scope.ITEM:
        return None
    licence = licence_at(statement.value)
    if licence is None or not _is_current(case, statement) or not _from_its_holder(case, statement):
        return None
    return Grant(
        id=licence.id,
        pointer=statement.pointer,
        uses=licence.uses,
        obligations=licence.obligations,
        ends_at=statement.valid_until,
        license=statement.value.strip(),
    )


def _is_current(case: Case, statement: RightsStatement) -> bool:
    started = statement.valid_from is None or statement.valid_from <= case.now
    return started and (statement.valid_until is None or case.now < statement.valid_until)


def _from_its_holder(case: Case, statement: RightsStatement) -> bool:
    """Whether whoever gives the licence holds the rights: every holder that the item names is the one who gives it."""
    names = case.partner.names
    holders = {s.value for s in case.statements if s.kind is RightsKind.HOLDER}
    if statement.holder is None or is_one_of(statement.holder, names):
        return all(is_one_of(holder, names) for holder in holders)
    return bool(holders) and {name_key(holder) for holder in holders} == {name_key(statement.holder)}


def runs(case: Case, contract: Contract) -> bool:
    """Whether a contract lets the story be held now: delivered within its term, and not past what may stay after it."""
    zone, term = case.partner.zone, contract.delivery_term
    ends, stays = term.ends_at(zone), stays_until(contract, zone)
    delivered = term.starts_at(zone) <= case.first_landed and (ends is None or case.first_landed < ends)
    return delivered and term.starts_at(zone) <= case.now and (stays is None or case.now < stays)


def stays_until(contract: Contract, zone: ZoneInfo) -> datetime | None:
    """The first instant at which what was delivered may no longer stay, UTC; None where it may stay for good."""
    last = contract.delivery_term.until
    if last is None or contract.use_after_end == "perpetual":
        return None
    kind, _, number = contract.use_after_end.partition(":")
    extra = int(number) if kind == "days" else 0
    return datetime.combine(last + timedelta(days=extra + 1), time.min, zone).astimezone(UTC)


def item_dates(contract: Contract, zone: ZoneInfo) -> tuple[datetime, datetime | None] | None:
    """Which publication times a contract covers, as a half-open range, UTC; None where it covers all."""
    term = contract.item_term
    return None if term is None else (term.starts_at(zone), term.ends_at(zone))


def retained_until(case: Case, contract: Contract) -> datetime | None:
    """The first instant at which the story has been kept as long as the contract allows, from its first landing."""
    return None if contract.retention is None else case.first_landed + days(contract.retention)


def no_contract(case: Case) -> Iterator[Finding]:
    """Reject what nothing allows (central rule 4); lapsed contracts and the notice are the evidence."""
    reason = "no_contract"
    lapsed = (
        proof(reason, "grants.no_contract", "contract", f"contracts[{contract.id}].delivery_term", _term(contract))
        for contract in case.partner.contracts
    )
    absent = (proof(reason, "grants.no_contract", "contract", "contracts", "the partner file holds no contract"),)
    notices = (notice_proof(reason, "grants.no_contract", notice) for notice in case.article.notices)
    yield found(reason, *(tuple(lapsed) or absent), *notices)


def granted(case: Case, grant: Grant) -> Iterator[Finding]:
    """State which clauses allow the story (central rule 4): the uses, the term and the languages, or the licence."""
    if grant.contract is None:
        yield found("license_grants", proof("license_grants", "grants.granted", "item", grant.pointer, grant.license))
        return
    contract = next(contract for contract in case.partner.contracts if contract.id == grant.id)
    clauses = (
        ("delivery_term", _term(contract)),
        ("uses", " ".join(contract.uses)),
        ("media", " ".join(contract.media)),
        ("languages", " ".join(contract.languages)),
        ("territories", contract.territories),
    )
    evidence = (
        proof("contract_grants", "grants.granted", "contract", f"{grant.pointer}.{clause}", text)
        for clause, text in clauses
    )
    yield found("contract_grants", *evidence)


def retention(case: Case, grant: Grant) -> Iterator[Finding]:
    """Withdraw what has been kept as long as the contract allows (central rule 4)."""
    if grant.retained_until is not None and grant.retained_until <= case.now:
        text = f"until {grant.retained_until.isoformat()}"
        yield found(
            "retention_ended",
            proof("retention_ended", "grants.retention", "contract", f"{grant.pointer}.retention", text),
        )


def _term(contract: Contract) -> str:
    term = contract.delivery_term
    ended = f", then {contract.use_after_end}" if term.until else ""
    return f"{term.from_} to {term.until or 'open'}{ended}"
