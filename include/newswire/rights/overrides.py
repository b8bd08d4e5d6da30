"""A person's word on a decision: it always narrows, and widens only the holds that a person may lift.

Those are the holds of central rules 7, 8 and 9 and an embargo in the prose (``overridable`` in ``reasons.yaml``); never
a kill, a withheld status, a stated embargo, a missing contract or what lies outside it. An override is bound to the
terms and reasons it was given for and ends at its time: what it does not fit, it does nothing to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newswire.model import Decision, Finding, Outcome, Override
from newswire.rights.findings import found, proof
from newswire.rights.tables import REASONS


def void_because(override: Override, decision: Decision, now: datetime) -> str | None:
    """Why an override does nothing to a decision that was made without it, or None where it does."""
    hash_ = decision.contract.hash if decision.contract else None
    if override.expires_at <= now:
        return f"it ended at {override.expires_at.isoformat()}"
    if override.contract_hash != hash_:
        return "the decision rests on other terms"
    if set(override.reasons) != set(decision.reasons):
        return f"the reasons are now {' '.join(decision.reasons)}"
    if override.widens and not may_be_lifted(decision):
        return "only holds that a person may lift can be widened"
    return None


def may_be_lifted(decision: Decision) -> bool:
    """Whether a person may lift what blocks: a hold, and every reason of it one that gives way to a person."""
    return decision.outcome is Outcome.HOLD and all(REASONS[reason].overridable for reason in decision.reasons)


def word(override: Override, void: str | None) -> Finding:
    """The override as a finding: what it narrows to, that it widens, or why it does nothing."""
    reason = (
        "override_void" if void else "override_widens" if override.outcome is Outcome.PUBLISH else "override_narrows"
    )
    said = f"{override.by}: {override.why}" + (f" (void: {void})" if void else "")
    evidence = proof(reason, "overrides.word", "override", override.override_id, said)
    return found(reason, evidence, outcome=Outcome.PUBLISH if void else override.outcome)


def lifted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings with the holds that a person may lift taken as seen and allowed."""
    return tuple(
        replace(finding, outcome=Outcome.PUBLISH) if REASONS[finding.reason].overridable else finding
        for finding in findings
    )
