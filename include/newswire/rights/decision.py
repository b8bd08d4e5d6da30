"""``decide``: may this article be used, until when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newswire.config import Partner
from newswire.model import Article, Decision, Embargo, Finding, Outcome, Override, Tombstone
from newswire.rights import components, overrides
from newswire.rights.case import Case, Grant, territory_code
from newswire.rights.combine import combine, reserved, worst
from newswire.rights.findings import found, proof
from newswire.rights.grants import in_force, no_contract
from newswire.rights.rules import GRANT_RULES, ITEM_RULES
from newswire.rights.rules.expiry import item_expiry, rights_validity


def decide(
    article: Article,
    partner: Partner,
    *,
    now: datetime,
    first_landed: datetime | None = None,
    uses: Sequence[str] | None = None,
    territory: str | None = None,
    channel: str | None = None,
    tombstone: Tombstone | None = None,
    inherited_embargo: Embargo | None = None,
    reentry_review: str | None = None,
    override: Override | None = None,
) -> Decision:
    """Decide on one article by the central rule: all rules are evaluated, the worst outcome wins, default deny.

    Every contract in force and every open licence is judged alone; permissions are never mixed. The one with the
    mildest outcome is chosen, then the one with the fewest obligations, then by id; the others are recorded as
    evidence. Every component of the item is decided the same way, each for itself.

    Args:
        article: What is decided on.
        partner: Whose it is, with the contracts.
        now: The time the decision is made for; aware.
        first_landed: When the story first landed; None for one that lands now.
        uses: The uses asked about; None for the partner's required ones, which must remain in any case.
        territory: ISO 3166-1 code; None for the partner's. Without either the decision only carries the limits.
        channel: None for the partner's.
        tombstone: The item's, if it has one.
        inherited_embargo: An earlier version's embargo, where this version states none of its own.
        reentry_review: The review without whose yes the story may not come back, if it is in one.
        override: A person's word on this version and content; see ``overrides``.
    """
    asked = territory or partner.territory
    case = Case(
        article=article,
        partner=partner,
        now=now,
        first_landed=first_landed or now,
        uses=tuple(partner.required_uses if uses is None else uses),
        territory=asked and (territory_code(asked) or asked),
        channel=channel or partner.channel,
        tombstone=tombstone,
        inherited_embargo=inherited_embargo,
        reentry_review=reentry_review,
        kind=article.item.medium,
    )
    text, narrows = _ruled(_judged(case), override)
    return _with_components(case, text, narrows)


def _ruled(judged: _Judged, override: Override | None) -> tuple[Decision, tuple[Finding, ...]]:
    """The decision on the text with a person's word on it, and what that word takes from every component."""
    plain = judged.combined()
    if override is None:
        return plain, ()
    void = overrides.void_because(override, plain, judged.case.now)
    said = overrides.word(override, void)
    narrows = (said,) if said.outcome > Outcome.PUBLISH else ()
    return _overridden(judged, override, said, holds=void is None), narrows


def _with_components(case: Case, text: Decision, narrows: tuple[Finding, ...]) -> Decision:
    """The decision with those on the item's components, each judged for itself; the earliest review is the next."""
    media = case.item.media
    parts = [_judged(components.case_of(case, one)).combined(narrows) for one in media]
    reviews = [d.next_review_at for d in (text, *parts) if d.next_review_at is not None]
    listed = (components.component(components.kind_of(m), part, m) for m, part in zip(media, parts, strict=True))
    return replace(
        text,
        next_review_at=min(reviews, default=None),
        components=(components.component(case.kind, text), *listed),
    )


def _overridden(judged: _Judged, override: Override, said: Finding, *, holds: bool) -> Decision:
    """The decision with a person's word on it; one that holds is reviewed when it ends, and a row by it leaves then."""
    if not holds:
        return judged.combined((said,))
    widened = said.outcome is Outcome.PUBLISH
    findings = overrides.lifted(judged.findings) if widened else judged.findings
    decision = replace(judged, findings=findings).combined((said,))
    review = min(filter(None, (decision.next_review_at, override.expires_at)))
    until = min(filter(None, (decision.expires_at, override.expires_at))) if widened else decision.expires_at
    return replace(decision, override=override.override_id, next_review_at=review, expires_at=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Everything found about the text or a component, and the grant that was chosen for it."""

    case: Case
    grant: Grant | None
    findings: tuple[Finding, ...]

    def combined(self, more: tuple[Finding, ...] = ()) -> Decision:
        return combine(self.case, self.grant, (*self.findings, *more))


def _judged(case: Case) -> _Judged:
    """Judge by every rule: those about the item once, the others under each grant alone; choose the mildest grant."""
    of_item = tuple(finding for rule in ITEM_RULES for finding in rule(case))
    judgements = sorted((_judge(case, grant, of_item) for grant in in_force(case)), key=_preference)
    if not judgements:
        expired = (*item_expiry(case, None), *rights_validity(case, None))
        return _Judged(case=case, grant=None, findings=(*of_item, *expired, *no_contract(case)))
    chosen, *others = judgements
    return _Judged(case=case, grant=chosen.grant, findings=(*of_item, *chosen.findings, *map(_record, others)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judgement:
    """What the rules found under one grant alone."""

    grant: Grant
    findings: tuple[Finding, ...]


def _judge(case: Case, grant: Grant, of_item: tuple[Finding, ...]) -> _Judgement:
    """Judge one grant by the rules about grants, and by what the uses that are left cover."""
    findings = tuple(finding for rule in GRANT_RULES for finding in rule(case, grant))
    return _Judgement(grant=grant, findings=(*findings, *reserved(case, grant, of_item)))


def _preference(judgement: _Judgement) -> tuple[int, int, str, bool, str]:
    grant = judgement.grant
    return worst(judgement.findings), len(grant.obligations), grant.id, grant.contract is None, grant.pointer


def _record(judgement: _Judgement) -> Finding:
    """Keep a grant that was not chosen as evidence, with what it would have decided."""
    grant, outcome = judgement.grant, worst(judgement.findings)
    text = f"{grant.id}: {outcome.name.lower()}, {len(grant.obligations)} obligations"
    source = "contract" if grant.contract else "item"
    return found("other_grant", proof("other_grant", "decision.decide", source, grant.pointer, text))
