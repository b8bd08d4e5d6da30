"""Central rule 7: material of others, by the contract's third-party rule (hold, reject or allow).

It is asked about the text. A component that belongs to someone else never blocks the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newswire.model import Evidence, Finding, Outcome, RightsKind, RightsStatement, Scope
from newswire.rights.case import Case, Grant
from newswire.rights.findings import found, notice_proof, proof
from newswire.rights.names import copyright_of, is_one_of
from newswire.rights.rules.notices import is_partners, known_effects

_OUTCOMES = {"hold": Outcome.HOLD, "reject": Outcome.REJECT, "allow": Outcome.PUBLISH}
_JOINTS = re.compile(r"[/,;&+|]|\band\b|\bve\b")


def credit(case: Case, grant: Grant) -> Iterator[Finding]:
    """Apply the third-party rule to text credited to or taken from someone else, alone or beside the partner."""
    reason, rule = "third_party_credit", "third_party.credit"
    prose = [(said, None) for said in case.article.split.credits if said.position != "photo"]
    fields = [(said, said.position) for said in case.article.field_credits]
    for said, pointer in (*prose, *fields):
        if _is_of_others(said.agency, case):
            evidence = Evidence(
                reason=reason,
                source="credit",
                rule=rule,
                pointer=pointer,
                start=said.start,
                end=said.end,
                text=said.text,
            )
            yield found(reason, evidence, outcome=_OUTCOMES[grant.third_party])
    item = case.item
    named = {item.credit: item.place("credit")} if item.credit else {}
    for name, place in ({name: item.place("sources") for name in item.sources} | named).items():
        if _is_of_others(name, case):
            yield found(reason, proof(reason, rule, "credit", place, name), outcome=_OUTCOMES[grant.third_party])


def holder(case: Case, grant: Grant) -> Iterator[Finding]:
    """Apply the third-party rule to an item whose rights fields name another holder, if only by a copyright line."""
    reason = "third_party_holder"
    for statement in case.statements:
        name = statement.holder or _holder(statement)
        if name and not is_one_of(name, case.partner.names):
            evidence = proof(reason, "third_party.holder", "item", statement.pointer, name)
            yield found(reason, evidence, outcome=_OUTCOMES[grant.third_party])


def _holder(statement: RightsStatement) -> str | None:
    match statement.kind:
        case RightsKind.HOLDER:
            return statement.value
        case RightsKind.NOTICE:
            return copyright_of(statement.value)
        case _:
            return None


def notice(case: Case, grant: Grant) -> Iterator[Finding]:
    """Apply the third-party rule to a notice of another holder, or one that speaks of others' material."""
    reason = "third_party_notice"
    for said in case.article.notices:
        if said.scope is Scope.MEDIA:
            continue
        if not is_partners(said, case) or any(effect.third_party for effect in known_effects(said)):
            yield found(reason, notice_proof(reason, "third_party.notice", said), outcome=_OUTCOMES[grant.third_party])


def _is_of_others(name: str, case: Case) -> bool:
    """Whether a credit names anybody but the partner; a shared credit counts as others' too."""
    if is_one_of(name, case.partner.names):
        return False
    parts = [part for part in _JOINTS.split(name) if part.strip()]
    return not all(is_one_of(part, case.partner.names) for part in parts)
