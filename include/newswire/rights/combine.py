"""The one place where findings become a decision: the worst outcome wins and every reason is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from newswire.model import AssessedFor, Decision, Evidence, Finding, Outcome
from newswire.rights.case import Case, Grant
from newswire.rights.contracts import all_terms
from newswire.rights.embedded import rulings
from newswire.rights.findings import found
from newswire.rights.rules.terms import area_left
from newswire.rights.tables import REASONS, RULE_VERSIONS, USES


def worst(findings: Sequence[Finding]) -> Outcome:
    """The worst outcome of findings; nothing found blocks nothing."""
    return max((finding.outcome for finding in findings), default=Outcome.PUBLISH)


def reserved(case: Case, grant: Grant, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Reject where a needed use that the grant gives was taken away by the notice or the item's terms."""
    needed = set(case.needed_uses) & set(grant.uses)
    takers = [finding for finding in findings if needed & set(finding.removes_uses)]
    if takers:
        evidence = (replace(proof, reason="use_reserved") for finding in takers for proof in finding.evidence)
        yield found("use_reserved", *evidence)


def combine(case: Case, grant: Grant | None, findings: Sequence[Finding]) -> Decision:
    """Combine all findings about a case under the chosen grant; without a grant, one of them rejects it."""
    outcome = worst(findings)
    ordered = sorted(findings, key=lambda finding: (-finding.outcome, REASONS[finding.reason].place))
    blocking = [finding for finding in ordered if finding.outcome >= Outcome.HOLD]
    removed = {use for finding in findings for use in finding.removes_uses} | set(grant.prohibited if grant else ())
    permitted = grant.uses if grant and outcome is Outcome.PUBLISH else ()
    added = sorted({name for finding in findings for name in finding.adds_obligations})
    return Decision(
        outcome=outcome,
        reasons=tuple(dict.fromkeys(finding.reason for finding in blocking or ordered)),
        assessed_for=AssessedFor(uses=case.uses, territory=case.territory, channel=case.channel, at=case.now),
        hold_until=_hold_until(outcome, blocking),
        expires_at=_expires_at(case, grant) if grant else None,
        next_review_at=_next_review_at(case, blocking),
        permitted_uses=tuple(use for use in USES if use in permitted and use not in removed),
        prohibited_uses=tuple(use for use in USES if use in removed),
        territories=str(area_left(case, grant)) if grant else None,
        obligations=tuple(dict.fromkeys((*grant.obligations, *added))) if grant else (),
        contract=grant.contract if grant else None,
        license=grant.license if grant else None,
        rule_versions=RULE_VERSIONS | ({"text": case.article.text_rules} if case.article.text_rules else {}),
        evidence=_evidence(ordered),
    )


def _hold_until(outcome: Outcome, blocking: Sequence[Finding]) -> datetime | None:
    """The moment at which time has lifted every hold; None where something else than time blocks."""
    ends = [finding.until for finding in blocking if finding.until is not None]
    return max(ends) if outcome is Outcome.HOLD and len(ends) == len(blocking) else None


def _evidence(ordered: Sequence[Finding]) -> tuple[Evidence, ...]:
    """All evidence in the order of its reasons, each piece once, whatever order it was found in."""
    found_in: dict[Evidence, tuple[int, int]] = {}
    for finding in ordered:
        for proof in finding.evidence:
            found_in.setdefault(proof, (-finding.outcome, REASONS[finding.reason].place))
    return tuple(sorted(found_in, key=lambda proof: (*found_in[proof], *_place(proof))))


def _place(proof: Evidence) -> tuple[str, str, int, int, str, str]:
    start = -1 if proof.start is None else proof.start
    end = -1 if proof.end is None else proof.end
    return proof.source, proof.pointer or "", start, end, proof.rule, proof.text or ""


def _expires_at(case: Case, grant: Grant) -> datetime | None:
    """When a published row must leave: its own expiry, its policy's or the grant's end, or that of its retention."""
    own = [case.item.expires_at, *(s.valid_until for s in case.statements)] if not grant.keeps_expired else []
    policies = [ruling.closes_at for _, ruling in rulings(case)]
    ends = (*own, *policies, grant.ends_at, grant.retained_until(case))
    return min((end for end in ends if end is not None), default=None)


def _next_review_at(case: Case, blocking: Sequence[Finding]) -> datetime | None:
    """The next moment at which time alone may change the decision; it never brings back what was killed."""
    if any(REASONS[finding.reason].final for finding in blocking):
        return None
    return min((moment for moment in _moments(case) if moment is not None and moment > case.now), default=None)


def _moments(case: Case) -> Iterator[datetime | None]:
    for embargo in (case.item.embargo, case.inherited_embargo):
        yield embargo.until if embargo else None
    yield case.item.expires_at
    for statement in case.statements:
        yield statement.valid_from
        yield statement.valid_until
    for _, ruling in rulings(case):
        yield ruling.next_at
    for terms in all_terms(case):
        yield terms.starts_at
        yield terms.ends_at
        yield terms.grant.ends_at
        if terms.runs(case):
            yield terms.grant.retained_until(case)
