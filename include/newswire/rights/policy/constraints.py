"""Testing constraints: compiled once, then asked for each request. Nested ones are all tested and all reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from newswire.rights.policy import values
from newswire.rights.policy.model import AnyConstraint, Constraint, RequestRule, Value, World
from newswire.rights.policy.report import PremiseKind, PremiseReport
from newswire.rights.policy.truth import Truth, alike, all_of, any_of, negated, one_of
from newswire.rights.policy.vocabulary import LOGICAL_OPERANDS, ODRL, ONE_SUFFICES, OPERAND_KINDS, canonical

DATE_TIME = f"{ODRL}dateTime"
EVENT = f"{ODRL}event"
POLICY_USAGE = f"{ODRL}policyUsage"

Premise = Callable[[RequestRule, World], PremiseReport]
"""A compiled premise."""

_JOIN = {
    f"{ODRL}and": all_of,
    f"{ODRL}andSequence": all_of,
    f"{ODRL}or": any_of,
    f"{ODRL}xone": one_of,
}


def compiled(constraint: AnyConstraint) -> Premise:
    """A constraint ready to be tested."""
    if isinstance(constraint, Constraint):
        return _Comparison.of(constraint)
    parts = tuple(map(compiled, constraint.constraints))
    join = _JOIN.get(constraint.operand)
    understood = join is not None and bool(parts) and not constraint.unread

    def test(asked: RequestRule, world: World) -> PremiseReport:
        premises = tuple(part(asked, world) for part in parts)
        holds = join([premise.holds for premise in premises]) if join is not None and understood else None
        return PremiseReport(
            kind=PremiseKind.CONSTRAINT,
            holds=holds,
            constraint=constraint.id,
            logical=constraint.operand if constraint.operand in LOGICAL_OPERANDS else None,
            premises=premises,
        )

    return test


def clock_of(world: World) -> Value | None:
    """The world's clock as a value; None where it has none."""
    return world.clock or (None if world.now is None else values.moment(world.now))


def left_values(operand: str, asked: RequestRule, world: World) -> tuple[Value, ...]:
    """The values of a left operand: the clock, what the world knows, else what the request says; empty if unknown."""
    if operand == DATE_TIME:
        clock = clock_of(world)
        return () if clock is None else (clock,)
    return world.values.get(operand) or asked.values.get(operand, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """A plain constraint with its kind looked up, and its right operands read where no zone is needed for that.

    Stories of a batch mostly say the same, so what was reported on a left operand is kept (``told``).
    """

    constraint: Constraint
    operator: str
    kind: str
    rights: tuple[object, ...] | None
    one_suffices: bool
    understood: bool
    told: dict[tuple[tuple[Value, ...], tzinfo | None], PremiseReport] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, constraint: Constraint) -> _Comparison:
        operator = canonical(constraint.operator).removeprefix(ODRL)
        kind = OPERAND_KINDS.get(constraint.left) or values.kind_of(constraint.right)
        return cls(
            constraint=constraint,
            operator=operator,
            kind=kind,
            rights=_read(kind, constraint.right, None),
            one_suffices=constraint.left in ONE_SUFFICES,
            understood=operator in _OPERATORS
            and bool(constraint.right)
            and not (constraint.reference or constraint.unit or constraint.unread),
        )

    def __call__(self, asked: RequestRule, world: World) -> PremiseReport:
        left = left_values(self.constraint.left, asked, world)
        if self.operator in _THINGS:
            return self._report(left, world)
        report = self.told.get((left, world.zone))
        if report is None:
            if len(self.told) >= _KEPT:
                self.told.clear()
            report = self.told[left, world.zone] = self._report(left, world)
        return report

    def _report(self, left: tuple[Value, ...], world: World) -> PremiseReport:
        return PremiseReport(
            kind=PremiseKind.CONSTRAINT,
            holds=self._holds(left, world) if self.understood else None,
            constraint=self.constraint.id,
            left=left,
            operator=self.constraint.operator or None,
            right=self.constraint.right,
        )

    def _holds(self, left: tuple[Value, ...], world: World) -> Truth:
        if self.kind == "event" and any(value.text == POLICY_USAGE for value in self.constraint.right):
            return _AT_USE.get(self.operator)
        if not left:
            return None
        if self.operator in _THINGS:
            return _things(self, left, world)
        rights = self.rights or _read(self.kind, self.constraint.right, world.zone)
        lefts = _read(self.kind, left, world.zone)
        if lefts is None or rights is None:
            return None
        return _OPERATORS[self.operator](self, lefts, rights)


def _read(kind: str, written: tuple[Value, ...], zone: tzinfo | None) -> tuple[object, ...] | None:
    found = tuple([values.read(kind, value, zone) for value in written])
    return None if None in found else found


_KEPT = 256
_AT_USE: dict[str, Truth] = {"eq": True, "lteq": True, "gteq": True, "neq": False, "lt": False, "gt": False}
"""``event`` against ``policyUsage``: a request is made for the moment of use itself."""

_THINGS = {"isA", "hasPart", "isPartOf"}


def _several(test: _Comparison, truths: list[Truth]) -> Truth:
    """One answer for several left values: what all say, or where one is enough, whether any does."""
    return any_of(truths) if test.one_suffices else alike(truths)


def _pairwise(relation: str) -> Callable[[_Comparison, tuple[object, ...], tuple[object, ...]], Truth]:
    """A relation of the operand's kind, which must hold towards every right operand."""

    def test(comparison: _Comparison, lefts: tuple[object, ...], rights: tuple[object, ...]) -> Truth:
        holds = getattr(values.KINDS[comparison.kind], relation)
        return _several(comparison, [alike([holds(left, right) for right in rights]) for left in lefts])

    return test


_same, _before, _after = _pairwise("same"), _pairwise("before"), _pairwise("after")


def _any(test: _Comparison, lefts: tuple[object, ...], rights: tuple[object, ...]) -> Truth:
    among = values.KINDS[test.kind].is_among
    return _several(test, [among(left, rights) for left in lefts])


def _all(test: _Comparison, lefts: tuple[object, ...], rights: tuple[object, ...]) -> Truth:
    same = values.KINDS[test.kind].same
    return all_of([any_of([same(left, right) for left in lefts]) for right in rights])


def _things(test: _Comparison, left: tuple[Value, ...], world: World) -> Truth:
    """``isA``, ``isPartOf`` and ``hasPart``: by classes, by collections, and by the wholes that a kind knows."""
    relation = {"isA": _is_a, "isPartOf": _is_part, "hasPart": _has_part}[test.operator]
    rights = test.constraint.right
    return _several(test, [alike([relation(test, value, right, world) for right in rights]) for value in left])


def _is_a(test: _Comparison, thing: Value, kind: Value, world: World) -> Truth:
    known = world.types.get(thing.text)
    if known is not None and kind.text in known:
        return True
    return any_of((_kind_same(test, thing, kind, world), None if known is None else False))


def _is_part(test: _Comparison, part: Value, whole: Value, world: World) -> Truth:
    if world.is_part(part.text, whole.text):
        return True
    return _kind_same(test, part, whole, world)


def _has_part(test: _Comparison, whole: Value, part: Value, world: World) -> Truth:
    return _is_part(test, part, whole, world)


def _kind_same(test: _Comparison, one: Value, other: Value, world: World) -> Truth:
    read = [values.read(test.kind, value, world.zone) for value in (one, other)]
    return None if None in read else values.KINDS[test.kind].same(*read)


_OPERATORS: dict[str, Callable[[_Comparison, tuple[object, ...], tuple[object, ...]], Truth]] = {
    "eq": _same,
    "neq": lambda test, lefts, rights: negated(_same(test, lefts, rights)),
    "lt": _before,
    "gt": _after,
    "lteq": lambda test, lefts, rights: negated(_after(test, lefts, rights)),
    "gteq": lambda test, lefts, rights: negated(_before(test, lefts, rights)),
    "isAnyOf": _any,
    "isAllOf": _all,
    "isNoneOf": lambda test, lefts, rights: negated(_any(test, lefts, rights)),
    "isA": _same,
    "isPartOf": _same,
    "hasPart": _same,
}
