"""Every kind of case that a public evaluator test suite has: what is in force, and what each premise says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.rights.policy.making import evaluated, first, policy, request, state, time, told

READ_X = "odrl:action odrl:read ; odrl:target ex:x"
ALICE = "odrl:assignee ex:alice"
BEFORE, AFTER = "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"
IN_2024 = """
ex:year a odrl:LogicalConstraint ; odrl:and ex:from, ex:until .
ex:from odrl:leftOperand odrl:dateTime ; odrl:operator odrl:gt ;
    odrl:rightOperand "2024-01-01T00:00:00Z"^^xsd:dateTime .
ex:until odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lt ;
    odrl:rightOperand "2024-12-31T23:59:59Z"^^xsd:dateTime .
"""
PARTIES = "ex:people a odrl:PartyCollection ; odrl:source ex:peopleSource . "
ASSETS = "ex:things a odrl:AssetCollection ; odrl:source ex:thingsSource . "
ALICE_IN, X_IN = "ex:alice odrl:partOf ex:people . ", "ex:x odrl:partOf ex:things . "


def rule(kind: str, said: str = "") -> str:
    return f"odrl:{kind} [ a odrl:{kind.title()} {f'; {said}' if said else ''} ]"


REQUESTS = {
    "alice reads x": request(),
    "alice reads y": request(what="y"),
    "alice writes x": request(does="write"),
    "alice sells x": request(does="sell"),
    "bob reads x": request(who="bob"),
    "bob writes y": request(who="bob", does="write", what="y"),
    "bob sells x": request(who="bob", does="sell"),
}

WITHOUT_CONSTRAINTS = [
    # A rule without target, party and action holds for anything, and has no premises.
    (rule("permission"), "alice reads x", "Active"),
    (rule("permission"), "bob reads x", "Active"),
    (rule("permission"), "bob writes y", "Active"),
    (rule("prohibition"), "alice reads x", "Active"),
    (rule("prohibition"), "bob reads x", "Active"),
    (rule("prohibition"), "bob writes y", "Active"),
    # Use includes reading and, as another name of modifying, writing; selling is a transfer.
    (rule("permission", "odrl:action odrl:use"), "alice reads x", "Active Action+"),
    (rule("permission", "odrl:action odrl:use"), "bob reads x", "Active Action+"),
    (rule("permission", "odrl:action odrl:use"), "bob writes y", "Active Action+"),
    (rule("permission", "odrl:action odrl:use"), "alice sells x", "Inactive Action-"),
    (rule("prohibition", "odrl:action odrl:use"), "alice reads x", "Active Action+"),
    (rule("prohibition", "odrl:action odrl:use"), "bob reads x", "Active Action+"),
    (rule("prohibition", "odrl:action odrl:use"), "bob writes y", "Active Action+"),
    (rule("prohibition", "odrl:action odrl:use"), "alice sells x", "Inactive Action-"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:use"), "alice reads x", "Active Party+ Action+"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:use"), "bob reads x", "Inactive Party- Action+"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:use"), "alice sells x", "Inactive Party+ Action-"),
    (rule("prohibition", "odrl:assignee ex:bob ; odrl:action odrl:use"), "alice reads x", "Inactive Party- Action+"),
    (rule("prohibition", "odrl:assignee ex:bob ; odrl:action odrl:use"), "bob reads x", "Active Party+ Action+"),
    (rule("prohibition", "odrl:assignee ex:bob ; odrl:action odrl:use"), "bob sells x", "Inactive Party+ Action-"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:read"), "alice reads x", "Active Party+ Action+"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:read"), "alice sells x", "Inactive Party+ Action-"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:read"), "alice reads y", "Active Party+ Action+"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:read"), "alice writes x", "Inactive Party+ Action-"),
    (rule("permission", f"{ALICE} ; odrl:action odrl:read"), "bob reads x", "Inactive Party- Action+"),
    (rule("permission", f"{ALICE} ; {READ_X}"), "alice reads x", "Active Target+ Party+ Action+"),
    (rule("permission", f"{ALICE} ; {READ_X}"), "alice writes x", "Inactive Target+ Party+ Action-"),
    (rule("permission", f"{ALICE} ; {READ_X}"), "alice reads y", "Inactive Target- Party+ Action+"),
    (rule("permission", f"{ALICE} ; {READ_X}"), "bob writes y", "Inactive Target- Party- Action-"),
]


@pytest.mark.parametrize(("rules", "asked", "expected"), WITHOUT_CONSTRAINTS)
def test_parties_actions_and_targets(rules: str, asked: str, expected: str):
    """A rule is in force where target, party and action all fit, and each that it has is reported."""
    assert told(first(evaluated(policy(rules), REQUESTS[asked]))) == expected


TIMES = {"before": BEFORE, "at": "2024-06-03T12:00:00Z", "after": AFTER}
ON_TIME = {"eq": "at", "neq": "before after", "lt": "before", "lteq": "before at", "gt": "after", "gteq": "at after"}


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("operator", ON_TIME)
def test_every_comparison_of_time(operator: str, when: str):
    """Each of the six comparisons, before, at and after the moment; the report repeats both operands as written."""
    limited = policy(rule("permission", f"{ALICE} ; {READ_X} ; odrl:constraint {time(operator)}"))
    report = first(evaluated(limited, state_=state(TIMES[when])))
    holds = when in ON_TIME[operator].split()
    expected = f"{'Active' if holds else 'Inactive'} Target+ Party+ Action+ Constraint{'+' if holds else '-'}"
    assert told(report) == expected
    premise = report.premises[-1]
    assert [value.text for value in (*premise.left, *premise.right)] == [TIMES[when], "2024-06-03T12:00:00Z"]
    assert premise.operator == f"http://www.w3.org/ns/odrl/2/{operator}"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-05-05T00:00:00Z", "Inactive Target+ Party+ Action+ and-(Constraint- Constraint+)"),
        ("2024-05-05T00:00:00Z", "Active Target+ Party+ Action+ and+(Constraint+ Constraint+)"),
        ("2025-05-05T00:00:00Z", "Inactive Target+ Party+ Action+ and-(Constraint+ Constraint-)"),
    ],
)
def test_a_span_of_time(now: str, expected: str):
    """Both ends of a year are reported, whichever fails."""
    limited = policy(rule("permission", f"{ALICE} ; {READ_X} ; odrl:constraint ex:year"), IN_2024)
    assert told(first(evaluated(limited, state_=state(now)))) == expected


PEOPLE_READ_X = rule("permission", f"odrl:assignee ex:people ; {READ_X}")
ALICE_READS_THINGS = rule("permission", f"{ALICE} ; odrl:action odrl:read ; odrl:target ex:things")
PEOPLE_READ_THINGS = rule("permission", "odrl:assignee ex:people ; odrl:action odrl:read ; odrl:target ex:things")
COLLECTIONS = [
    (PEOPLE_READ_X, "alice reads x", ALICE_IN, "Active Target+ Party+ Action+"),
    (PEOPLE_READ_X, "bob reads x", ALICE_IN, "Inactive Target+ Party- Action+"),
    (ALICE_READS_THINGS, "alice reads x", X_IN, "Active Target+ Party+ Action+"),
    (ALICE_READS_THINGS, "alice reads y", X_IN, "Inactive Target- Party+ Action+"),
    (PEOPLE_READ_THINGS, "alice reads x", ALICE_IN + X_IN, "Active Target+ Party+ Action+"),
    (PEOPLE_READ_THINGS, "alice reads y", ALICE_IN + X_IN, "Inactive Target- Party+ Action+"),
    (PEOPLE_READ_THINGS, "bob reads x", ALICE_IN + X_IN, "Inactive Target+ Party- Action+"),
    (PEOPLE_READ_THINGS, "bob writes y", ALICE_IN + X_IN, "Inactive Target- Party- Action-"),
]


@pytest.mark.parametrize(("rules", "asked", "members", "expected"), COLLECTIONS)
def test_collections(rules: str, asked: str, members: str, expected: str):
    """Membership is what the state says (``odrl:partOf``)."""
    report = evaluated(policy(rules, PARTIES + ASSETS), REQUESTS[asked], state(more=members))
    assert told(first(report)) == expected


@pytest.mark.parametrize(("rules", "asked", "members", "expected"), COLLECTIONS)
def test_members_of_a_source(rules: str, asked: str, members: str, expected: str):
    """A collection's ``odrl:source`` names the same collection: its members are the collection's."""
    there = members.replace("ex:people", "ex:peopleSource").replace("ex:things", "ex:thingsSource")
    report = evaluated(policy(rules, PARTIES + ASSETS), REQUESTS[asked], state(more=there))
    assert told(first(report)) == expected


def test_a_prohibition_reaches_the_members_of_a_source():
    """Whoever is in the source is banned with the collection."""
    banned = policy(rule("prohibition", f"odrl:assignee ex:people ; {READ_X}"), PARTIES)
    members = state(more="ex:alice odrl:partOf ex:staff . ex:staff odrl:partOf ex:peopleSource .")
    assert told(first(evaluated(banned, state_=members))) == "Active Target+ Party+ Action+"
    assert told(first(evaluated(banned, request(who="bob"), members))) == "Inactive Target+ Party- Action+"


def test_two_sources_are_not_understood():
    """Which of two sources a collection is cannot be known, so the permission is not in force."""
    two = PARTIES + "ex:people odrl:source ex:otherSource . "
    report = evaluated(policy(PEOPLE_READ_X, two), state_=state(more=ALICE_IN))
    assert told(first(report)) == "Inactive Target+ Party? Action+"


@pytest.mark.parametrize(
    ("deontic", "performance", "active"),
    [("NonSet", "Unknown", True), ("Fulfilled", "Performed", True), ("Violated", "Unperformed", False)],
)
def test_a_duty_with_a_state(deontic: str, performance: str, *, active: bool):
    """A duty that is open or fulfilled leaves its permission in force, a violated one does not; the state is named."""
    owing = policy(
        rule("permission", f"{ALICE} ; {READ_X} ; odrl:duty ex:pay"),
        "ex:pay a odrl:Duty ; odrl:action odrl:compensate .",
    )
    known = (
        f"ex:earlier a report:DutyReport ; report:attemptState report:Attempted ; report:rule ex:pay ; "
        f"report:performanceState report:{performance} ; report:deonticState report:{deontic} ."
    )
    report = first(evaluated(owing, state_=state(more=known)))
    assert told(report) == f"{'Active' if active else 'Inactive'} Target+ Party+ Action+"
    assert [condition.report for condition in report.conditions] == ["http://example.org/earlier"]


def office_hours() -> str:
    """Nine to five on every weekday of 2024's first half, one by one."""
    first_day = date(2024, 1, 1)
    days = [day for n in range(182) if (day := first_day + timedelta(days=n)).weekday() < 5]
    spans = (
        f"[ a odrl:LogicalConstraint ; odrl:and {time('gt', f'{day}T09:00:00Z')}, {time('lt', f'{day}T17:00:00Z')} ]"
        for day in days
    )
    return f"[ a odrl:LogicalConstraint ; odrl:or {', '.join(spans)} ]"


@pytest.mark.parametrize(
    ("now", "active"),
    [("2024-06-04T12:00:00Z", True), ("2024-06-04T05:00:00Z", False), ("2023-06-04T12:00:00Z", False)],
)
def test_a_very_large_policy(now: str, *, active: bool):
    """A policy of hundreds of joined spans says which is open, and reports every one."""
    limited = policy(rule("permission", f"{ALICE} ; {READ_X} ; odrl:constraint {office_hours()}"))
    report = first(evaluated(limited, state_=state(now)))
    assert report.active is active
    hours = report.premises[-1]
    assert len(hours.premises) > 100
    assert all(len(span.premises) == 2 for span in hours.premises)
    assert sum(span.holds is True for span in hours.premises) == int(active)


ALL_AT_ONCE = rule("permission", f"odrl:assignee ex:people ; {READ_X} ; odrl:duty ex:pay ; odrl:constraint ex:year")


@pytest.mark.parametrize(
    ("asked", "now", "expected"),
    [
        ("alice reads x", "2024-05-05T00:00:00Z", "Active Target+ Party+ Action+ and+(Constraint+ Constraint+)"),
        ("bob sells x", "2024-05-05T00:00:00Z", "Inactive Target+ Party- Action- and+(Constraint+ Constraint+)"),
        ("alice reads x", "2023-05-05T00:00:00Z", "Inactive Target+ Party+ Action+ and-(Constraint- Constraint+)"),
        ("bob writes y", "2023-05-05T00:00:00Z", "Inactive Target- Party- Action- and-(Constraint- Constraint+)"),
    ],
)
def test_everything_at_once(asked: str, now: str, expected: str):
    """Collections, a span of time and a fulfilled duty in one rule."""
    paid = (
        "ex:earlier a report:DutyReport ; report:rule ex:pay ; report:performanceState report:Performed ; "
        "report:deonticState report:Fulfilled . "
    )
    owing = "ex:pay a odrl:Duty ; odrl:action odrl:compensate . "
    report = evaluated(policy(ALL_AT_ONCE, PARTIES + IN_2024 + owing), REQUESTS[asked], state(now, ALICE_IN + paid))
    assert told(first(report)) == expected
    assert [condition.report for condition in first(report).conditions] == ["http://example.org/earlier"]
