"""Evaluating a policy: which of its rules are in force for a request in a state of the world, and what that comes to.

What cannot be known denies: it leaves a permission inactive, and a prohibition or a duty active. Rules are compiled
once; an evaluation reads no document and knows no RDF.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from newswire.rights.policy.constraints import Premise, clock_of
from newswire.rights.policy.duties import Obligation
from newswire.rights.policy.inheritance import Inherited
from newswire.rights.policy.model import Deontic, Policy, Request, RequestRule, Rule, RuleKind, RuleState, World
from newswire.rights.policy.premises import premises_of
from newswire.rights.policy.report import Answer, PolicyReport, PremiseReport, RuleReport
from newswire.rights.policy.truth import Truth, all_of
from newswire.rights.policy.vocabulary import NEVER_GRANT, ODRL

DutyMode = Literal["pending-ok", "fulfilled-first"]
"""What a duty that is neither fulfilled nor violated does to its permission: leaves it, or keeps it inactive.

A duty that says when it is due needs no mode: before use it must be fulfilled, after use it may be pending.
"""


def evaluate(
    policy: Policy, request: Request, world: World, *, duties: DutyMode = "pending-ok", library: Iterable[Policy] = ()
) -> PolicyReport:
    """Evaluate a policy once. To evaluate it often, keep an ``Evaluator``.

    Args:
        policy: What is evaluated.
        request: What is asked for.
        world: The state in which it is asked.
        duties: What a pending duty does to its permission.
        library: Policies that this one may inherit from.
    """
    return Evaluator(policy, duties=duties, library=library).evaluate(request, world)


class Evaluator:
    """A policy with its rules compiled.

    Args:
        policy: What is evaluated.
        duties: What a pending duty does to its permission.
        library: Policies that this one may inherit from.
    """

    def __init__(self, policy: Policy, *, duties: DutyMode = "pending-ok", library: Iterable[Policy] = ()) -> None:
        self.policy = policy
        whole = Inherited.of(policy, library)
        self._conflict = whole.conflict
        objections = {
            "never_grants": policy.type in NEVER_GRANT,
            "parent_unknown": whole.orphan,
            "not_understood": whole.unread,
        }
        against = tuple(code for code, applies in objections.items() if applies)
        self._rules = tuple(
            _CompiledRule.of(rule, policy=policy, duties=duties, against=against) for rule in whole.rules
        )

    def evaluate(self, request: Request, world: World) -> PolicyReport:
        """The report on one request."""
        reports: list[RuleReport] = []
        answers: list[tuple[str, Answer]] = []
        for asked in request.rules:
            of_rule, answer = self._resolve([report for rule in self._rules for report in rule.reports(asked, world)])
            reports += of_rule
            answers.append((asked.id, answer))
        return PolicyReport(
            policy=self.policy.uid,
            request=request.uid,
            created=clock_of(world),
            rules=tuple(reports),
            answers=tuple(answers),
        )

    def _resolve(self, reports: list[RuleReport]) -> tuple[list[RuleReport], Answer]:
        """Apply the conflict strategy (ODRL IM 2.10): a rule that loses is not in force."""
        permits = any(report.active and report.kind is RuleKind.PERMISSION for report in reports)
        forbids = any(report.active and report.kind is RuleKind.PROHIBITION for report in reports)
        if not (permits and forbids):
            answer = Answer.PROHIBITED if forbids else Answer.PERMITTED if permits else Answer.NOT_PERMITTED
            return reports, answer
        match self._conflict:
            case strategy if strategy == f"{ODRL}perm":
                return _without(reports, {RuleKind.PROHIBITION}, "overridden"), Answer.PERMITTED
            case strategy if strategy == f"{ODRL}prohibit":
                return _without(reports, {RuleKind.PERMISSION}, "overridden"), Answer.PROHIBITED
            case _:
                return _without(reports, set(RuleKind), "policy_void"), Answer.VOID


def _without(reports: list[RuleReport], kinds: set[RuleKind], because: str) -> list[RuleReport]:
    return [
        replace(report, active=False, due=(), because=(*report.because, because))
        if report.active and report.kind in kinds
        else report
        for report in reports
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CompiledRule:
    """A rule with its premises compiled.

    Attributes:
        objections: Why it can never be in force as a permission.
        duties: A permission's duties.
        follows: What the violation of a rule (its own, or a duty's) asks for: that rule's id, and what is asked.
    """

    rule: Rule
    premises: tuple[Premise, ...]
    objections: tuple[str, ...]
    duties: tuple[Obligation, ...]
    follows: tuple[tuple[str, _CompiledRule], ...]

    @classmethod
    def of(cls, rule: Rule, *, policy: Policy, duties: DutyMode, against: tuple[str, ...]) -> _CompiledRule:
        again = partial(cls.of, policy=policy, duties=duties, against=against)
        own = ("not_understood",) if _has_unread(rule) else ()
        return cls(
            rule=rule,
            premises=tuple(premises_of(rule, policy)),
            objections=tuple(dict.fromkeys((*against, *own))),
            duties=tuple(Obligation.of(duty, pending_ok=duties == "pending-ok") for duty in rule.duties),
            follows=tuple((cause, again(duty)) for cause, duty in _follows(rule)),
        )

    def reports(self, asked: RequestRule, world: World) -> list[RuleReport]:
        """The rule's report, and those of the duties that its violation brings."""
        state = world.states.get(self.rule.id)
        premises = tuple([premise(asked, world) for premise in self.premises])
        holds = all_of([premise.holds for premise in premises])
        because = ("premise_unknown",) if holds is None else ()
        if self.rule.kind is RuleKind.PERMISSION:
            own = self._permission(asked, world, premises, holds, because)
        else:
            own = RuleReport(
                kind=self.rule.kind,
                rule=self.rule.id,
                rule_request=asked.id,
                active=holds is not False,
                premises=premises,
                state=state or (RuleState(report="") if self.rule.kind is RuleKind.DUTY else None),
                because=because,
            )
        return [own, *self._brought(asked, world)]

    def _permission(
        self,
        asked: RequestRule,
        world: World,
        premises: tuple[PremiseReport, ...],
        holds: Truth,
        because: tuple[str, ...],
    ) -> RuleReport:
        owed = [(duty, duty.standing(asked, world)) for duty in self.duties]
        against = (*self.objections, *(code for _, standing in owed if (code := standing.against) is not None))
        active = holds is True and not against
        return RuleReport(
            kind=RuleKind.PERMISSION,
            rule=self.rule.id,
            rule_request=asked.id,
            active=active,
            premises=premises,
            conditions=tuple(state for duty in self.duties if (state := world.states.get(duty.id)) is not None),
            because=tuple(dict.fromkeys((*because, *against))),
            due=tuple(duty.id for duty, standing in owed if active and standing.pending),
        )

    def _brought(self, asked: RequestRule, world: World) -> list[RuleReport]:
        violated = (rule for cause, rule in self.follows if _is_violated(world.states.get(cause)))
        return [report for rule in violated for report in rule.reports(asked, world)]


def _follows(rule: Rule) -> Iterable[tuple[str, Rule]]:
    """Remedies of a prohibition, consequences of a duty, also of a permission's."""
    yield from ((rule.id, duty) for duty in (*rule.remedies, *rule.consequences))
    yield from ((duty.id, consequence) for duty in rule.duties for consequence in duty.consequences)


def _is_violated(state: RuleState | None) -> bool:
    return state is not None and state.deontic is Deontic.VIOLATED


def _has_unread(rule: Rule) -> bool:
    """Whether anything that a permission says is not understood; what its constraints say makes them unknown."""
    parts = [action.unread for action in rule.actions]
    parts += [referent.unread for referent in (*rule.targets, *rule.assignees)]
    return bool(rule.unread) or any(parts) or any(map(_has_unread, rule.duties))
