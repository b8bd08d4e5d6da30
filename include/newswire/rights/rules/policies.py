"""Central rule 6 for policies that arrive in items (ODRL, RightsML, TDMRep): they narrow, they never grant."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Evidence, Finding, RightsStatement
from newswire.rights.case import Case
from newswire.rights.embedded import rulings
from newswire.rights.findings import found, proof


def embedded(case: Case) -> Iterator[Finding]:
    """Apply each policy: hold what is not open yet or unclear, withdraw what has ended, take uses away, add duties."""
    for statement, ruling in rulings(case):
        if ruling.ended:
            yield found("rights_expired", _proof("rights_expired", statement))
        if ruling.opens_at is not None:
            yield found("rights_not_yet_valid", _proof("rights_not_yet_valid", statement), until=ruling.opens_at)
        if ruling.unclear:
            yield found("terms_not_understood", _proof("terms_not_understood", statement))
        if ruling.removes:
            yield found("use_removed", _proof("use_removed", statement), removes=ruling.removes)
        if ruling.obligations:
            yield found("obligation_added", _proof("obligation_added", statement), adds=ruling.obligations)


def _proof(reason: str, statement: RightsStatement) -> Evidence:
    return proof(reason, "policies.embedded", "item", statement.pointer, " ".join(statement.value.split()))
