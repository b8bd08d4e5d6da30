"""What holds for every policy, request and state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.rights.policy import (
    Action,
    Answer,
    Constraint,
    Deontic,
    LogicalConstraint,
    Policy,
    Referent,
    Request,
    RequestRule,
    Rule,
    RuleKind,
    RuleState,
    Value,
    World,
    evaluate,
    reading,
)
from newswire.rights.policy.vocabulary import ODRL
from newswire.rights.policy.writing import policy_json, report_json, report_turtle

OPERATORS = "eq neq gt gteq lt lteq isA hasPart isPartOf isAnyOf isAllOf isNoneOf".split()  # noqa: SIM905
OPERANDS = {
    "spatial": ["DE", "FR", "150", "EU", "Atlantis"],
    "language": ["en", "tr", "ku", "ckb"],
    "media": ["text", "photo", "sculpture"],
    "count": ["1", "5", "x"],
    "purpose": ["a", "b"],
    "elapsedTime": ["P1D", "P1M", "P30D", "long"],
    "version": ["1.9", "1.10", "beta"],
    "dateTime": ["2026-01-01T00:00:00Z", "2026-06-01", "soon"],
}
ids = st.integers(0, 10**6).map(lambda n: f"urn:test:{n}")


@st.composite
def comparisons(draw: st.DrawFn) -> Constraint:
    operand = draw(st.sampled_from(sorted(OPERANDS)))
    right = draw(st.lists(st.sampled_from(OPERANDS[operand]), min_size=1, max_size=2, unique=True))
    return Constraint(
        id=draw(ids),
        left=ODRL + operand,
        operator=ODRL + draw(st.sampled_from(OPERATORS)),
        right=tuple(sorted(Value(text) for text in right)),
    )


constraints = st.recursive(
    comparisons(),
    lambda parts: st.builds(
        LogicalConstraint,
        id=ids,
        operand=st.sampled_from(["and", "or", "xone", "andSequence"]).map(ODRL.__add__),
        constraints=st.lists(parts, min_size=1, max_size=3, unique_by=lambda part: part.id).map(
            lambda found: tuple(sorted(found, key=lambda part: part.id))
        ),
    ),
    max_leaves=5,
)
actions = st.sampled_from(["use", "read", "display", "play", "sell", "write", "modify"]).map(ODRL.__add__)


def some(strategy: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most, unique_by=lambda part: getattr(part, "iri", None) or part.id).map(
        lambda found: tuple(sorted(found, key=lambda part: getattr(part, "iri", None) or part.id))
    )


referents = st.builds(
    Referent,
    iri=st.sampled_from(["urn:x", "urn:y", "urn:all"]),
    source=st.sampled_from([None, None, "urn:all", "urn:else"]),
    collection=st.booleans(),
    refinements=some(constraints, 1),
)
duties = st.builds(Rule, id=ids, kind=st.just(RuleKind.DUTY), constraints=some(constraints, 1))


def rules(kind: RuleKind) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        id=ids,
        kind=st.just(kind),
        actions=some(st.builds(Action, iri=actions, refinements=some(constraints, 1))),
        targets=some(referents),
        assignees=some(referents),
        constraints=some(constraints),
        duties=some(duties, 1) if kind is RuleKind.PERMISSION else st.just(()),
    )


permissions, prohibitions = rules(RuleKind.PERMISSION), rules(RuleKind.PROHIBITION)
policies = st.builds(
    lambda kind, conflict, found: Policy(
        uid="urn:policy", type=ODRL + kind, conflict=conflict and ODRL + conflict, rules=_sorted(found)
    ),
    st.sampled_from(["Set", "Agreement", "Offer"]),
    st.sampled_from([None, "perm", "prohibit", "invalid"]),
    st.lists(st.one_of(permissions, prohibitions, rules(RuleKind.DUTY)), max_size=4, unique_by=lambda rule: rule.id),
)
values = st.fixed_dictionaries(
    {},
    optional={
        ODRL + name: st.lists(st.sampled_from(said), max_size=2).map(lambda found: tuple(map(Value, found)))
        for name, said in OPERANDS.items()
        if name != "dateTime"
    },
)
worlds = st.builds(
    lambda now, known: World(now=now, zone=UTC, values=known, part_of={"urn:x": frozenset({"urn:all"})}),
    st.sampled_from([None, datetime(2026, 6, 1, 12, tzinfo=UTC)]),
    values,
)
requests = st.builds(
    lambda action, target, who: Request(
        uid="urn:request", rules=(RequestRule(id="urn:asked", action=action, target=target, assignee=who),)
    ),
    st.none() | actions,
    st.sampled_from([None, "urn:x", "urn:y"]),
    st.sampled_from([None, "urn:x", "urn:y"]),
)


PARTS = ("constraints", "refinements", "duties", "actions", "targets", "assignees")


def _name(part: Any) -> str:
    return part.iri if isinstance(part, Action | Referent) else part.id


def _sorted(found: list[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(found, key=lambda rule: (rule.kind, rule.id)))


def named(policy: Policy) -> Policy:
    """The policy with a name of its own for every part."""
    numbers = count()

    def renamed(part: Any) -> Any:
        inner = {name: tuple(map(renamed, getattr(part, name))) for name in PARTS if hasattr(part, name)}
        if isinstance(part, Referent) and (part.source or part.collection):
            return replace(part, iri=f"urn:part:{next(numbers):04}", **inner)
        own = {} if isinstance(part, Action | Referent) else {"id": f"urn:part:{next(numbers):04}"}
        return replace(part, **own, **{name: tuple(sorted(found, key=_name)) for name, found in inner.items()})

    return replace(policy, rules=_sorted([renamed(rule) for rule in policy.rules]))


def permitted(policy: Policy, request: Request, world: World) -> bool:
    return evaluate(policy, request, world).permitted


@settings(max_examples=80, deadline=None)
@given(policies, requests, worlds, prohibitions)
def test_a_further_prohibition_never_widens(policy: Policy, request: Request, world: World, ban: Rule):
    """With one more prohibition nothing is permitted that was not."""
    stricter = replace(policy, rules=_sorted([*policy.rules, ban]))
    assert permitted(policy, request, world) or not permitted(stricter, request, world)


@settings(max_examples=80, deadline=None)
@given(policies, requests, worlds, constraints | duties)
def test_a_further_constraint_or_duty_on_permissions_never_widens(
    policy: Policy, request: Request, world: World, limit: Constraint | LogicalConstraint | Rule
):
    """Permissions that ask for more permit no more; where they conflicted, they may only stop to conflict."""
    if policy.conflict == f"{ODRL}perm" or not policy.of_kind(RuleKind.PROHIBITION):
        field = "duties" if isinstance(limit, Rule) else "constraints"
        narrowed = [
            replace(rule, **{field: (*getattr(rule, field), limit)}) if rule.kind is RuleKind.PERMISSION else rule
            for rule in policy.rules
        ]
        stricter = replace(policy, rules=tuple(narrowed))
        assert permitted(policy, request, world) or not permitted(stricter, request, world)


@settings(max_examples=80, deadline=None)
@given(policies, requests, worlds, st.sampled_from(sorted(OPERANDS)))
def test_to_know_less_never_widens(policy: Policy, request: Request, world: World, forgotten: str):
    """What is permitted although an operand is unknown is permitted whatever it is; bans and duties only grow."""
    less = replace(
        world,
        now=None if forgotten == "dateTime" else world.now,
        values={name: known for name, known in world.values.items() if name != ODRL + forgotten},
    )
    report = evaluate(policy, request, less)
    if report.permitted:
        assert evaluate(policy, request, world).permitted
    strict = replace(policy, conflict=f"{ODRL}prohibit")
    pairs = zip(evaluate(strict, request, world).rules, evaluate(strict, request, less).rules, strict=True)
    for known, unknown in pairs:
        assert known.kind is RuleKind.PERMISSION or unknown.active or not known.active


@settings(max_examples=60, deadline=None)
@given(policies, requests, worlds, st.randoms())
def test_the_order_of_rules_never_matters(policy: Policy, request: Request, world: World, shuffle: object):
    """Rules, constraints and parts in another order give the same report."""
    mixed = list(policy.rules)
    shuffle.shuffle(mixed)
    assert evaluate(replace(policy, rules=tuple(mixed)), request, world) == evaluate(policy, request, world)


@settings(max_examples=60, deadline=None)
@given(policies, requests, worlds)
def test_nothing_is_permitted_without_an_active_permission(policy: Policy, request: Request, world: World):
    """A permitted answer has a permission in force, with every premise satisfied; an offer has none."""
    report = evaluate(policy, request, world)
    active = [rule for rule in report.rules if rule.kind is RuleKind.PERMISSION and rule.active]
    assert all(premise.holds is True for rule in active for premise in rule.premises)
    assert report.permitted == (bool(active) and report.answers[0][1] is Answer.PERMITTED)
    if policy.type == f"{ODRL}Offer":
        assert not active


@settings(max_examples=25, deadline=None)
@given(policies, requests, worlds)
def test_a_policy_is_read_back_as_it_was_written(policy: Policy, request: Request, world: World):
    """JSON-LD of a policy, read again, is that policy and evaluates to the same report."""
    if not policy.rules:
        return
    policy = named(policy)
    (again,) = reading.read(json.dumps(policy_json(policy)))
    assert again == policy
    assert evaluate(again, request, world) == evaluate(policy, request, world)


@settings(max_examples=25, deadline=None)
@given(policies, requests, worlds, st.sampled_from(list(Deontic)))
def test_both_forms_of_a_report_are_one_graph(policy: Policy, request: Request, world: World, state: Deontic):
    """Turtle says what JSON-LD says, and writing twice gives the same text."""
    states = {rule.id: RuleState(report="urn:earlier", deontic=state) for rule in policy.rules}
    report = evaluate(policy, request, replace(world, states=states))
    turtle = report_turtle([report])
    from_json = reading.graph(json.dumps(report_json(report)), "application/ld+json")
    assert set(reading.graph(turtle, "text/turtle")) == set(from_json)
    assert report_turtle([report]) == turtle
