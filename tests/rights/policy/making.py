"""Policies, requests and states in Turtle, written in few words."""

from __future__ import annotations

from newswire.rights.policy import PolicyReport, PremiseReport, Request, RuleReport, evaluate, reading

PREFIXES = """
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix cc: <http://creativecommons.org/ns#> .
@prefix ex: <http://example.org/> .
@prefix temp: <http://example.com/request/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix report: <https://w3id.org/force/compliance-report#> .
"""
NOON = "2024-06-03T12:00:00Z"
STATES = {True: "+", False: "-", None: "?"}


def policy(rules: str, more: str = "", type_: str = "Set") -> str:
    """A policy; ``rules`` are its properties."""
    return f"{PREFIXES} ex:policy a odrl:{type_} ; {rules} . {more}"


def request(who: str | None = "alice", does: str | None = "read", what: str | None = "x", more: str = "") -> str:
    """A request: who, does what, to what; None leaves it out."""
    parts = {"assignee": who and f"ex:{who}", "action": does and _name(does), "target": what and f"ex:{what}"}
    said = " ; ".join(f"odrl:{name} {value}" for name, value in parts.items() if value)
    rule = " ; ".join(part for part in ("a odrl:Permission", said, more) if part)
    return f"{PREFIXES} ex:request a odrl:Request ; odrl:permission ex:asked . ex:asked {rule} ."


def _name(term: str) -> str:
    return term if ":" in term else f"odrl:{term}"


def state(now: str | None = NOON, more: str = "") -> str:
    """A state of the world with its clock."""
    clock = f'temp:currentTime dct:issued "{now}"^^xsd:dateTime .' if now else ""
    return f"{PREFIXES} {clock} {more}"


def value(operand: str, said: str) -> str:
    """What a request or state says of a left operand."""
    return f"[ odrl:leftOperand odrl:{operand} ; odrl:operator odrl:eq ; odrl:rightOperand {said} ]"


def constraint(operand: str, operator: str, said: str) -> str:
    """A constraint."""
    return f"[ odrl:leftOperand {_name(operand)} ; odrl:operator odrl:{operator} ; odrl:rightOperand {said} ]"


def time(operator: str, at: str = NOON) -> str:
    """A constraint on the time."""
    return constraint("dateTime", operator, f'"{at}"^^xsd:dateTime')


def asking(request_: str) -> Request:
    """The only request of a document."""
    [asked] = reading.read_requests(request_, "text/turtle")
    return asked


def evaluated(policy_: str, request_: str | None = None, state_: str | None = None, **more) -> PolicyReport:
    """The report of the first policy."""
    policies = reading.read(policy_, "text/turtle")
    asked = asking(request_ or request())
    world = reading.read_world(state_ or state(), "text/turtle")
    return evaluate(policies[0], asked, world, library=policies, **more)


def first(report: PolicyReport) -> RuleReport:
    """The report of the first rule."""
    return report.rules[0]


def told(report: RuleReport) -> str:
    """A rule's report in short: ``Active Target+ Party- Action? Constraint+``, joined ones with their parts."""
    premises = " ".join(map(_premise, report.premises))
    return f"{'Active' if report.active else 'Inactive'} {premises}".strip()


def _premise(premise: PremiseReport) -> str:
    name = premise.kind.removesuffix("Report") if not premise.logical else premise.logical.rpartition("/")[2]
    parts = f"({' '.join(map(_premise, premise.premises))})" if premise.premises else ""
    return f"{name}{STATES[premise.holds]}{parts}"
