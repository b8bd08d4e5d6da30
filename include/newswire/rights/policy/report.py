"""What an evaluation found: a report for the policy, one for each rule, and one for each premise of a rule.

The names follow the compliance report model (https://w3id.org/force/compliance-report); ``writing.py`` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newswire.rights.policy.model import RuleKind, RuleState, Value
from newswire.rights.policy.truth import Truth


class PremiseKind(StrEnum):
    """What a premise is about."""

    TARGET = "TargetReport"
    PARTY = "PartyReport"
    ACTION = "ActionReport"
    CONSTRAINT = "ConstraintReport"


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseReport:
    """Whether one premise of a rule holds.

    Attributes:
        holds: None where an operand is unknown.
        constraint: The constraint's id.
        left: The left operand's values; empty where they are unknown.
        logical: The logical operand of a constraint that joins others, which are its ``premises``.
        premises: Of a joined constraint, its parts; of a target, party or action, its refinements.
    """

    kind: PremiseKind
    holds: Truth
    constraint: str | None = None
    left: tuple[Value, ...] = ()
    operator: str | None = None
    right: tuple[Value, ...] = ()
    logical: str | None = None
    premises: tuple[PremiseReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """Whether a rule is in force for a request's rule.

    Attributes:
        kind: What the rule is.
        rule: The rule's id.
        rule_request: The id of the request's rule.
        active: Whether it is in force: a permission permits, a prohibition forbids, a duty is owed.
        premises: Its premises, each reported whatever the others say.
        conditions: What the world knows of a permission's duties.
        state: What the world knows of the performance of this duty or prohibition.
        because: Codes of what decided beyond plain premises: ``premise_unknown``, ``not_understood``,
            ``duty_violated``, ``duty_overdue``, ``duty_not_fulfilled``, ``never_grants``, ``parent_unknown``,
            ``overridden`` (by the conflict strategy) and ``policy_void``.
        due: Duties of an active permission that are still owed, by id.
    """

    kind: RuleKind
    rule: str
    rule_request: str
    active: bool
    premises: tuple[PremiseReport, ...] = ()
    conditions: tuple[RuleState, ...] = ()
    state: RuleState | None = None
    because: tuple[str, ...] = ()
    due: tuple[str, ...] = ()


class Answer(StrEnum):
    """What a policy says to one request, once its conflicts are resolved."""

    PERMITTED = "permitted"
    PROHIBITED = "prohibited"
    NOT_PERMITTED = "not_permitted"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReport:
    """The evaluation of one policy for one request.

    Attributes:
        created: The world's clock; None where it has none.
        answers: For each of the request's rules, by its id, what the policy says.
    """

    policy: str
    request: str
    created: Value | None
    rules: tuple[RuleReport, ...]
    answers: tuple[tuple[str, Answer], ...]

    @property
    def permitted(self) -> bool:
        """Whether all that was asked for is permitted. Whatever no permission covers is not."""
        return bool(self.answers) and all(answer is Answer.PERMITTED for _, answer in self.answers)
