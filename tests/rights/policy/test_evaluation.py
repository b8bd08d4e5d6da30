"""Rules together: duties, conflicts, inheritance, compact forms, refinements and the hierarchy of actions."""

from __future__ import annotations

import pytest
from tests.rights.policy.making import constraint, evaluated, first, policy, request, state, time, told, value

from newswire.rights.policy import Answer, PolicyReport, RuleKind, RuleReport

READ_X = "odrl:action odrl:read ; odrl:target ex:x ; odrl:assignee ex:alice"


def of_kind(report: PolicyReport, kind: RuleKind) -> list[RuleReport]:
    return [rule for rule in report.rules if rule.kind is kind]


def answer(report: PolicyReport) -> Answer:
    return report.answers[0][1]


def known(rule: str, deontic: str | None, performance: str = "Unknown", at: str = "2024-01-01T00:00:00Z") -> str:
    """An earlier report on a rule."""
    said = f"; report:deonticState report:{deontic}" if deontic else ""
    return (
        f'[] a report:PolicyReport ; dct:created "{at}"^^xsd:dateTime ; report:ruleReport [ a report:DutyReport ; '
        f"report:rule {rule} ; report:performanceState report:{performance} {said} ] . "
    )


OWING = f"odrl:permission [ {READ_X} ; odrl:duty ex:duty ]"
BEFORE_USE = constraint("event", "lt", "odrl:policyUsage")
AFTER_USE = constraint("event", "gt", "odrl:policyUsage")


@pytest.mark.parametrize(
    ("limits", "earlier", "pending_ok", "fulfilled_first"),
    [
        ("", "", True, False),
        ("", known("ex:duty", "NonSet"), True, False),
        ("", known("ex:duty", "Fulfilled", "Performed"), True, True),
        ("", known("ex:duty", None, "Performed"), True, True),
        ("", known("ex:duty", "Violated", "Unperformed"), False, False),
        ("", known("ex:duty", None, "Unperformed"), False, False),
        ("", known("ex:other", "Violated", "Unperformed"), True, False),
        (f"; odrl:constraint {AFTER_USE}", "", True, True),
        (f"; odrl:constraint {AFTER_USE}", known("ex:duty", "Violated"), False, False),
        (f"; odrl:constraint {BEFORE_USE}", "", False, False),
        (f"; odrl:constraint {BEFORE_USE}", known("ex:duty", "Fulfilled"), True, True),
        # A duty whose condition fails is not owed; one whose condition is unknown is.
        (
            f"; odrl:constraint {constraint('count', 'gt', '5')}",
            "ex:s ex:says " + value("count", "1") + " . ",
            True,
            True,
        ),
        (f"; odrl:constraint {BEFORE_USE}, {constraint('count', 'gt', '5')}", "", False, False),
        # A deadline that has passed does not end the duty.
        (f"; odrl:constraint {time('lt', '2020-01-01T00:00:00Z')}", "", False, False),
        (f"; odrl:constraint {time('lt', '2020-01-01T00:00:00Z')}", known("ex:duty", "Fulfilled"), True, True),
        (f"; odrl:constraint {time('lt', '2030-01-01T00:00:00Z')}", "", True, False),
    ],
)
def test_duties(limits: str, earlier: str, *, pending_ok: bool, fulfilled_first: bool):
    """An open duty leaves its permission in force or not, as the mode says, unless it says itself when it is due."""
    owing = policy(OWING, f"ex:duty a odrl:Duty ; odrl:action odrl:compensate {limits} .")
    world = state(more=earlier)
    assert first(evaluated(owing, state_=world)).active is pending_ok
    assert first(evaluated(owing, state_=world, duties="fulfilled-first")).active is fulfilled_first


def test_an_active_permission_names_what_is_still_owed():
    """``due`` lists the open duties of a permission in force; an inactive one lists why it is not."""
    owing = policy(OWING, f"ex:duty a odrl:Duty ; odrl:action odrl:attribute ; odrl:constraint {AFTER_USE} .")
    assert first(evaluated(owing)).due == ("http://example.org/duty",)
    violated = first(evaluated(owing, state_=state(more=known("ex:duty", "Violated"))))
    assert violated.due == ()
    assert violated.because == ("duty_violated",)


def test_the_latest_report_on_a_duty_counts_and_of_one_time_the_worst():
    """A duty that was violated and fulfilled later is fulfilled; two reports of one time give the worse."""
    owing = policy(OWING, "ex:duty a odrl:Duty ; odrl:action odrl:compensate .")
    violated, fulfilled = known("ex:duty", "Violated", at="2024-01-01T00:00:00Z"), known("ex:duty", "Fulfilled")
    later = known("ex:duty", "Fulfilled", at="2024-01-02T00:00:00Z")
    assert first(evaluated(owing, state_=state(more=violated + later))).active
    assert not first(evaluated(owing, state_=state(more=violated + fulfilled))).active


def test_consequences_and_remedies_are_owed_once_something_is_violated():
    """A violated duty brings its consequences, a violated prohibition its remedies; without a violation neither."""
    owing = policy(
        f"{OWING} ; odrl:prohibition ex:ban",
        "ex:duty a odrl:Duty ; odrl:action odrl:compensate ; odrl:consequence ex:fine . ex:fine odrl:action odrl:pay . "
        "ex:ban odrl:action odrl:sell ; odrl:remedy ex:undo . ex:undo odrl:action odrl:delete . ",
    )
    assert of_kind(evaluated(owing), RuleKind.DUTY) == []
    world = state(more=known("ex:duty", "Violated") + known("ex:ban", "Violated", "Performed"))
    brought = of_kind(evaluated(owing, state_=world), RuleKind.DUTY)
    assert [(duty.rule.rpartition("/")[2], duty.active) for duty in brought] == [("fine", True), ("undo", True)]


def test_obligations_have_a_state_of_their_own():
    """An obligation is owed by whom it names, whatever is asked for, and says how it stands."""
    owed = policy("odrl:obligation [ odrl:assignee ex:alice ; odrl:action odrl:delete ; odrl:target ex:x ]")
    report = first(evaluated(owed))
    assert report.kind is RuleKind.DUTY
    assert told(report) == "Active Target+ Party+"
    assert report.state is not None
    assert (report.state.performance, report.state.deontic) == ("Unknown", "NonSet")
    assert told(first(evaluated(owed, request(who="bob")))) == "Inactive Target+ Party-"
    assert answer(evaluated(owed)) is Answer.NOT_PERMITTED


BOTH = f"odrl:permission [ {READ_X} ] ; odrl:prohibition [ {READ_X} ]"


@pytest.mark.parametrize(
    ("strategy", "permits", "forbids", "says"),
    [
        ("; odrl:conflict odrl:perm", True, False, Answer.PERMITTED),
        ("; odrl:conflict odrl:prohibit", False, True, Answer.PROHIBITED),
        ("; odrl:conflict odrl:invalid", False, False, Answer.VOID),
        ("", False, False, Answer.VOID),
        ("; odrl:conflict ex:unheardOf", False, False, Answer.VOID),
        ("; odrl:conflict odrl:perm, odrl:prohibit", False, False, Answer.VOID),
    ],
)
def test_conflicts(strategy: str, says: Answer, *, permits: bool, forbids: bool):
    """The strategy decides which of two rules is in force; the default of the standard voids the policy."""
    report = evaluated(policy(BOTH + strategy))
    assert of_kind(report, RuleKind.PERMISSION)[0].active is permits
    assert of_kind(report, RuleKind.PROHIBITION)[0].active is forbids
    assert answer(report) is says


def test_rules_about_different_things_do_not_conflict():
    """A prohibition that does not fit the request leaves the permission alone."""
    report = evaluated(policy(f"odrl:permission [ {READ_X} ] ; odrl:prohibition [ odrl:action odrl:sell ]"))
    assert answer(report) is Answer.PERMITTED


def test_an_unknown_prohibition_conflicts():
    """A prohibition whose constraint cannot be known is in force, and so conflicts."""
    unknown = f"odrl:constraint {constraint('purpose', 'eq', 'ex:selling')}"
    said = f"odrl:permission [ {READ_X} ] ; odrl:prohibition [ {READ_X} ; {unknown} ] ; odrl:conflict odrl:prohibit"
    assert answer(evaluated(policy(said))) is Answer.PROHIBITED


@pytest.mark.parametrize("kind", ["Offer", "Request"])
def test_offers_and_requests_never_grant(kind: str):
    """What is offered or asked for is not given, though its premises hold; what it forbids stays forbidden."""
    report = evaluated(policy(f"odrl:permission [ {READ_X} ]", type_=kind))
    assert told(first(report)) == "Inactive Target+ Party+ Action+"
    assert first(report).because == ("never_grants",)
    assert answer(evaluated(policy(f"odrl:prohibition [ {READ_X} ]", type_=kind))) is Answer.PROHIBITED


@pytest.mark.parametrize("kind", ["Set", "Policy", "Agreement", "Assertion", "Privacy", "Ticket"])
def test_other_classes_of_policy_grant(kind: str):
    """Every other class of policy gives what it permits."""
    assert answer(evaluated(policy(f"odrl:permission [ {READ_X} ]", type_=kind))) is Answer.PERMITTED


def test_inheritance():
    """A policy has its parents' rules; a parent that is not there leaves it without permissions."""
    parent = "ex:parent a odrl:Set ; odrl:prohibition [ odrl:action odrl:read ] ; odrl:inheritFrom ex:policy . "
    child = f"odrl:permission [ {READ_X} ] ; odrl:conflict odrl:prohibit ; odrl:inheritFrom"
    both = evaluated(policy(f"{child} ex:parent", parent).replace("ex:policy a", "ex:aaa a"))
    assert answer(both) is Answer.PROHIBITED
    assert len(both.rules) == 2
    orphan = evaluated(policy(f"{child} ex:absent"))
    assert answer(orphan) is Answer.NOT_PERMITTED
    assert first(orphan).because == ("parent_unknown",)


def test_a_parent_with_another_strategy_voids():
    """A policy and its parent must agree on what to do with conflicts; what only the parent says does not count."""
    parent = f"ex:parent a odrl:Set ; odrl:conflict odrl:perm ; odrl:permission [ {READ_X} ] . "
    for strategy, says in {
        "odrl:conflict odrl:perm ;": Answer.PERMITTED,
        "odrl:conflict odrl:prohibit ;": Answer.VOID,
        "": Answer.VOID,
    }.items():
        child = policy(f"{strategy} odrl:inheritFrom ex:parent ; odrl:prohibition [ {READ_X} ]", parent)
        assert answer(evaluated(child.replace("ex:policy a", "ex:aaa a"))) is says


def test_a_circle_of_inheritance_ends():
    """Policies that inherit from each other have each rule once."""
    circle = f"odrl:permission [ {READ_X} ] ; odrl:inheritFrom ex:other"
    report = evaluated(policy(circle, "ex:other a odrl:Set ; odrl:inheritFrom ex:policy ; odrl:permission [ ] ."))
    assert len(report.rules) == 2


COMPACT = [
    ("odrl:permission [ odrl:action odrl:modify, odrl:read ; odrl:target ex:x, ex:y ; odrl:assignee ex:alice ]", "+"),
    ("odrl:permission [ odrl:action odrl:modify, odrl:print ; odrl:target ex:x ; odrl:assignee ex:alice ]", "-"),
    ("odrl:action odrl:read ; odrl:permission [ odrl:target ex:x ; odrl:assignee ex:alice ]", "+"),
    ("odrl:action odrl:sell ; odrl:permission [ odrl:target ex:x ; odrl:assignee ex:alice ]", "-"),
    (
        "odrl:action odrl:sell ; odrl:permission [ odrl:action odrl:read ; odrl:target ex:x ; odrl:assignee ex:alice ]",
        "+",
    ),
    ("odrl:target ex:x ; odrl:assignee ex:alice ; odrl:permission [ odrl:action odrl:read ]", "+"),
]


@pytest.mark.parametrize(("rules", "action"), COMPACT)
def test_compact_forms(rules: str, action: str):
    """Several actions or targets are alternatives, with one premise; what the policy says stands in for its rules."""
    expected = f"{'Active' if action == '+' else 'Inactive'} Target+ Party+ Action{action}"
    assert told(first(evaluated(policy(rules)))) == expected


def test_a_prohibition_also_holds_for_what_its_policy_names():
    """A prohibition with a target of its own is not taken off the policy's target."""
    report = evaluated(policy("odrl:target ex:x ; odrl:prohibition [ odrl:action odrl:read ; odrl:target ex:y ]"))
    assert first(report).active


def test_a_compact_request_asks_for_each_combination():
    """A request with two actions is two questions, each answered."""
    asked = request(does="odrl:read, odrl:sell")
    report = evaluated(policy("odrl:permission [ odrl:action odrl:read ]"), asked)
    assert sorted(says for _, says in report.answers) == [Answer.NOT_PERMITTED, Answer.PERMITTED]
    assert not report.permitted


def refined(what: str, narrowed: str) -> str:
    return {
        "action": f"odrl:action [ rdf:value odrl:read ; odrl:refinement {narrowed} ]",
        "target": f"odrl:target [ a odrl:AssetCollection ; odrl:source ex:things ; odrl:refinement {narrowed} ]",
        "party": f"odrl:assignee [ a odrl:PartyCollection ; odrl:source ex:people ; odrl:refinement {narrowed} ]",
    }[what]


@pytest.mark.parametrize("what", ["action", "target", "party"])
@pytest.mark.parametrize(("said", "sign"), [("5", "+"), ("50", "-"), (None, "?")])
def test_refinements(what: str, said: str | None, sign: str):
    """A refinement narrows the action, target or party, and is reported beneath it."""
    narrow = policy(f"odrl:permission [ {refined(what, constraint('count', 'lt', '10'))} ]")
    members = "ex:x odrl:partOf ex:things . ex:alice odrl:partOf ex:people . "
    asked = request(more=f"odrl:constraint {value('count', said)}" if said else "")
    report = first(evaluated(narrow, asked, state(more=members)))
    name = {"action": "Action", "target": "Target", "party": "Party"}[what]
    expected = f"{'Active' if sign == '+' else 'Inactive'} {name}{sign}(Constraint{sign})"
    assert told(report) == expected


@pytest.mark.parametrize(
    ("permitted", "asked", "sign"),
    [
        ("use", "display", "+"),
        ("play", "display", "+"),
        ("display", "play", "-"),
        ("display", "use", "-"),
        ("reproduce", "copy", "+"),
        ("copy", "extract", "+"),
        ("modify", "write", "+"),
        ("write", "appendTo", "+"),
        ("transfer", "sell", "+"),
        ("use", "give", "-"),
        ("use", "cc:Sharing", "+"),
        ("share", "cc:Sharing", "+"),
        ("use", "commercialize", "+"),
        ("use", "<http://www.w3.org/ns/tdmrep#mine>", "+"),
        ("<http://www.w3.org/ns/tdmrep/mine>", "<http://www.w3.org/ns/tdmrep#mine>", "+"),
        ("<http://iptc.org/std/RightsML/2011-10-07/distribute>", "distribute", "+"),
        ("<http://w3.org/ns/odrl/vocab#print>", "print", "+"),
        ("use", "ex:dream", "?"),
        ("use", "lease", "?"),
        ("ex:dream", "read", "-"),
        ("ex:dream", "ex:dream", "+"),
    ],
)
def test_the_hierarchy_of_actions(permitted: str, asked: str, sign: str):
    """A wider action covers a narrower one, also under other names; where an action belongs may be unknown."""
    wide = permitted if ":" in permitted else f"odrl:{permitted}"
    report = first(evaluated(policy(f"odrl:permission [ odrl:action {wide} ]"), request(does=asked)))
    assert told(report) == f"{'Active' if sign == '+' else 'Inactive'} Action{sign}"


def test_a_document_places_its_own_actions():
    """An action that the document includes in another is covered by it."""
    placed = policy(
        "odrl:permission [ odrl:action odrl:play ]", "ex:hum a odrl:Action ; odrl:includedIn odrl:display ."
    )
    assert told(first(evaluated(placed, request(does="ex:hum")))) == "Active Action+"


def test_a_document_says_what_its_own_actions_need():
    """Who forbids what an action implies (``odrl:implies``), directly or by a wider action, forbids the action."""
    needs = "ex:hum odrl:includedIn odrl:use ; odrl:implies ex:breathe . ex:breathe odrl:includedIn odrl:display ."
    hum, breathe = request(does="ex:hum"), request(does="ex:breathe")
    for banned in ("ex:breathe", "odrl:display"):
        ban = policy(f"odrl:prohibition [ odrl:action {banned} ]", needs)
        assert answer(evaluated(ban, hum)) is answer(evaluated(ban, breathe)) is Answer.PROHIBITED
    assert answer(evaluated(policy("odrl:permission [ odrl:action ex:breathe ]", needs), hum)) is Answer.NOT_PERMITTED
    assert answer(evaluated(policy("odrl:prohibition [ odrl:action ex:hum ]", needs), breathe)) is Answer.NOT_PERMITTED


def test_who_forbids_mining_forbids_training():
    """Training implies mining: a ban on mining bans it, a permission to mine does not permit it."""
    train = request(does="<urn:newswire:odrl:ai-train>")
    mine = "<http://www.w3.org/ns/tdmrep#mine>"
    assert answer(evaluated(policy(f"odrl:prohibition [ odrl:action {mine} ]"), train)) is Answer.PROHIBITED
    assert answer(evaluated(policy(f"odrl:permission [ odrl:action {mine} ]"), train)) is Answer.NOT_PERMITTED


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [("who", "Target+ Party? Action+"), ("does", "Target+ Party+ Action?"), ("what", "Target? Party+ Action+")],
)
def test_a_request_that_leaves_something_out(left_out: str, expected: str):
    """What a request does not say is unknown: not permitted, and prohibited where it may be."""
    asked = request(**{left_out: None})
    assert told(first(evaluated(policy(f"odrl:permission [ {READ_X} ]"), asked))) == f"Inactive {expected}"
    assert told(first(evaluated(policy(f"odrl:prohibition [ {READ_X} ]"), asked))) == f"Active {expected}"


@pytest.mark.parametrize(
    "extra", ["odrl:onlyIf ex:moon", "odrl:failure ex:fee", "odrl:target [ odrl:source ex:x ; odrl:colour 5 ]"]
)
def test_a_permission_that_says_more_than_is_understood(extra: str):
    """A permission with a property of ODRL's namespace that nothing explains is not in force."""
    report = first(evaluated(policy(f"odrl:permission [ odrl:action odrl:read ; {extra} ]")))
    assert not report.active
    assert "not_understood" in report.because


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        ("odrl:onlyIf ex:moon", ""),
        ("odrl:constraint [ odrl:leftOperand odrl:count ]", ""),
        ("odrl:inheritFrom ex:parent", "ex:parent a odrl:Set ; odrl:onlyIf ex:moon ."),
    ],
)
def test_a_policy_that_says_more_than_is_understood(rules: str, more: str):
    """So are the permissions of a policy that has such a property, itself or by a parent; what it forbids stays."""
    said = policy(f"odrl:permission [ {READ_X} ] ; {rules}", more).replace("ex:policy a", "ex:aaa a")
    assert first(evaluated(said)).because == ("not_understood",)
    assert answer(evaluated(said)) is Answer.NOT_PERMITTED
    ban = policy(f"odrl:prohibition [ {READ_X} ] ; {rules}", more).replace("ex:policy a", "ex:aaa a")
    assert answer(evaluated(ban)) is Answer.PROHIBITED


def test_descriptions_change_nothing():
    """Words for people, in vocabularies for people, are no terms."""
    described = policy(f"odrl:permission [ {READ_X} ; dct:description 'For Alice' ; ex:colour 'red' ] ; dct:title 'T'")
    assert answer(evaluated(described)) is Answer.PERMITTED
