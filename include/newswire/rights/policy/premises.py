"""A rule's premises: its target, party and action against what is asked, then its constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from newswire.rights.policy.constraints import Premise, compiled
from newswire.rights.policy.model import Action, AnyConstraint, Policy, Referent, RequestRule, Rule, RuleKind, World
from newswire.rights.policy.report import PremiseKind, PremiseReport
from newswire.rights.policy.truth import Truth, all_of, any_of
from newswire.rights.policy.vocabulary import covering, forbidding, is_placed

_BLANK = "_:"
"""How the name of an action begins that has none: the document says that there is one, and not which."""


def premises_of(rule: Rule, policy: Policy) -> Iterable[Premise]:
    """Target, party and action where the rule names any, then each constraint. A duty's action is not what is asked."""
    if rule.targets:
        yield _one_of(PremiseKind.TARGET, [_referent(asset, lambda asked: asked.target) for asset in rule.targets])
    if rule.assignees:
        yield _one_of(PremiseKind.PARTY, [_referent(party, lambda asked: asked.assignee) for party in rule.assignees])
    if rule.actions and rule.kind is not RuleKind.DUTY:
        forbids = partial(forbidding, included_in=policy.included_in, implies=policy.implies)
        permits = partial(covering, included_in=policy.included_in)
        reach = permits if rule.kind is RuleKind.PERMISSION else forbids
        yield _one_of(PremiseKind.ACTION, [_action(action, reach, policy.included_in) for action in rule.actions])
    for constraint in rule.constraints:
        yield compiled(constraint)


_Match = Callable[[RequestRule, World], tuple[Truth, tuple[PremiseReport, ...]]]


def _one_of(kind: PremiseKind, matches: list[_Match]) -> Premise:
    """A premise that one of several actions, targets or parties satisfies."""
    plain = {holds: PremiseReport(kind=kind, holds=holds) for holds in (True, False, None)}

    def test(asked: RequestRule, world: World) -> PremiseReport:
        found = [match(asked, world) for match in matches]
        holds = any_of([holds for holds, _ in found])
        refinements = [report for _, reports in found for report in reports]
        return PremiseReport(kind=kind, holds=holds, premises=tuple(refinements)) if refinements else plain[holds]

    return test


def _referent(referent: Referent, of: Callable[[RequestRule], str | None]) -> _Match:
    names = referent.names

    def is_meant(asked: RequestRule, world: World) -> Truth:
        thing = of(asked)
        if thing is None or referent.unread:
            return None
        return thing in names or any(world.is_part(thing, name) for name in names)

    return _refined(is_meant, referent.refinements)


def _action(action: Action, reach: Callable[[str], frozenset[str]], included_in: tuple[tuple[str, str], ...]) -> _Match:
    def is_meant(asked: RequestRule, _: World) -> Truth:
        if asked.action is None or action.unread or action.iri.startswith(_BLANK):
            return None
        if action.iri in reach(asked.action):
            return True
        return False if is_placed(asked.action, included_in) else None

    return _refined(is_meant, action.refinements)


def _refined(is_meant: Callable[[RequestRule, World], Truth], refinements: tuple[AnyConstraint, ...]) -> _Match:
    if not refinements:
        return lambda asked, world: (is_meant(asked, world), ())
    narrowed = tuple(map(compiled, refinements))

    def match(asked: RequestRule, world: World) -> tuple[Truth, tuple[PremiseReport, ...]]:
        reports = tuple(refinement(asked, world) for refinement in narrowed)
        return all_of([is_meant(asked, world), *(report.holds for report in reports)]), reports

    return match
