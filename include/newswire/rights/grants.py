"""Which permissions are in force: the partner's contracts and the item's open licences, each alone (central rule 4)."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Finding, RightsKind, RightsStatement, Scope
from newswire.rights.case import Case, Grant
from newswire.rights.contracts import all_terms
from newswire.rights.findings import found, notice_proof, proof
from newswire.rights.names import is_one_of, name_key
from newswire.rights.tables import licence_at


def in_force(case: Case) -> tuple[Grant, ...]:
    """Every grant in force, in the order of ids; contracts before licences of the same id."""
    contracts = (terms.grant for terms in all_terms(case) if terms.runs(case))
    licences = (grant for statement in case.statements if (grant := of_licence(case, statement)) is not None)
    return tuple(sorted((*contracts, *licences), key=lambda grant: (grant.id, grant.contract is None, grant.pointer)))


def of_licence(case: Case, statement: RightsStatement) -> Grant | None:
    """An open licence as a grant: only a known one, at item scope, valid now, from the partner or the item's holder."""
    if statement.kind is not RightsKind.LICENSE or statement.scope is not Scope.ITEM:
        return None
    licence = licence_at(statement.value)
    if licence is None or not _is_current(case, statement) or not _from_its_holder(case, statement):
        return None
    text = statement.value.strip()
    return Grant(
        id=licence.id,
        pointer=statement.pointer,
        basis=found("license_grants", proof("license_grants", "grants.granted", "item", statement.pointer, text)),
        uses=licence.uses,
        obligations=licence.obligations,
        ends_at=statement.valid_until,
        license=text,
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


def no_contract(case: Case) -> Iterator[Finding]:
    """Reject what nothing allows (central rule 4); lapsed contracts and the notice are the evidence."""
    reason = "no_contract"
    lapsed = (
        proof(reason, "grants.no_contract", "contract", f"contracts[{terms.id}].delivery_term", terms.said)
        for terms in all_terms(case)
    )
    absent = (proof(reason, "grants.no_contract", "contract", "contracts", "the partner file holds no contract"),)
    notices = (notice_proof(reason, "grants.no_contract", notice) for notice in case.article.notices)
    yield found(reason, *(tuple(lapsed) or absent), *notices)


def granted(_: Case, grant: Grant) -> Iterator[Finding]:
    """State which clauses allow the story (central rule 4): the uses, the term and the languages, or the licence."""
    yield grant.basis


def retention(case: Case, grant: Grant) -> Iterator[Finding]:
    """Withdraw what has been kept as long as the contract allows (central rule 4)."""
    until = grant.retained_until(case)
    if until is not None and until <= case.now:
        clause = f"{grant.pointer}.retention"
        evidence = proof("retention_ended", "grants.retention", "contract", clause, f"until {until.isoformat()}")
        yield found("retention_ended", evidence)
