"""What a permission's duty does to it: whether it applies, when it is due, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newswire.rights.policy.constraints import DATE_TIME, EVENT, POLICY_USAGE, Premise, compiled
from newswire.rights.policy.model import AnyConstraint, Constraint, Deontic, RequestRule, Rule, World
from newswire.rights.policy.truth import all_of
from newswire.rights.policy.vocabulary import ODRL

Due = Literal["before", "after"]
_DUE: dict[str, Due] = {f"{ODRL}lt": "before", f"{ODRL}gt": "after"}
_UNTIL = frozenset({f"{ODRL}lt", f"{ODRL}lteq"})


def due_of(duty: Rule) -> Due | None:
    """When a duty is due: before or after the policy's use (``event lt`` or ``gt policyUsage``); None if unsaid."""
    for constraint in duty.constraints:
        if _is_about_use(constraint) and isinstance(constraint, Constraint):
            return _DUE.get(constraint.operator)
    return None


def _is_about_use(constraint: AnyConstraint) -> bool:
    return (
        isinstance(constraint, Constraint)
        and constraint.left == EVENT
        and constraint.operator in _DUE
        and [value.text for value in constraint.right] == [POLICY_USAGE]
    )


def _is_deadline(constraint: AnyConstraint) -> bool:
    return isinstance(constraint, Constraint) and constraint.left == DATE_TIME and constraint.operator in _UNTIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a duty stands: ``against`` is the code of why its permission is not in force; ``pending`` says it is owed."""

    against: str | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """A permission's duty, compiled.

    Attributes:
        due: When it is due.
        applies: Premises on which it is owed at all: a duty whose constraint fails is not.
        deadlines: Premises that fail once it is too late (``dateTime lt``): a duty does not end by being late.
        pending_ok: Whether the permission stands while a duty that does not say when it is due is open.
    """

    id: str
    due: Due | None
    applies: tuple[Premise, ...]
    deadlines: tuple[Premise, ...]
    pending_ok: bool

    @classmethod
    def of(cls, duty: Rule, *, pending_ok: bool) -> Obligation:
        """Compile a duty."""
        others = [constraint for constraint in duty.constraints if not _is_about_use(constraint)]
        return cls(
            id=duty.id,
            due=due_of(duty),
            applies=tuple(compiled(constraint) for constraint in others if not _is_deadline(constraint)),
            deadlines=tuple(compiled(constraint) for constraint in others if _is_deadline(constraint)),
            pending_ok=pending_ok,
        )

    def standing(self, asked: RequestRule, world: World) -> Standing:
        """How it stands now."""
        if all_of([premise(asked, world).holds for premise in self.applies]) is False:
            return Standing()
        state = world.states.get(self.id)
        deontic = state.deontic if state else Deontic.NOT_SET
        if deontic is Deontic.FULFILLED:
            return Standing()
        if deontic is Deontic.VIOLATED:
            return Standing(against="duty_violated")
        if all_of([premise(asked, world).holds for premise in self.deadlines]) is not True:
            return Standing(against="duty_overdue")
        if self.due == "before" or (self.due is None and not self.pending_ok):
            return Standing(against="duty_not_fulfilled")
        return Standing(pending=True)
