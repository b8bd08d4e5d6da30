"""Writing: a report in the compliance report vocabulary, as JSON-LD or Turtle, and a policy as ODRL 2.2 JSON-LD.

The parts of a report are named by what they are about (``urn:uuid:``, version 5), so that the same evaluation gives the
same report. JSON adds what the vocabulary has no term for (``answers``, ``because``, ``due``); its context maps these
to nothing, so that both forms are the same graph.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from newswire.rights.policy.contexts import ODRL_CONTEXT
from newswire.rights.policy.model import (
    IRI,
    Action,
    AnyConstraint,
    Constraint,
    Policy,
    Referent,
    Rule,
    RuleKind,
    Value,
)
from newswire.rights.policy.report import PolicyReport, PremiseReport, RuleReport
from newswire.rights.policy.truth import Truth
from newswire.rights.policy.vocabulary import NAMESPACES, ODRL, OPERAND_KINDS

REPORT = "https://w3id.org/force/compliance-report#"
_SPACE = uuid.UUID("6f1b1a3e-6c53-5b1c-9e4e-2f0c9e6f3a55")
_SATISFACTION = {True: "Satisfied", False: "Unsatisfied", None: "Unknown"}
_LINKS = (
    *("policy", "policyRequest", "ruleReport", "rule", "ruleRequest", "conditionReport", "premiseReport", "constraint"),
    *("constraintOperator", "constraintLogicalOperand"),
)
_STATES = ("attemptState", "activationState", "performanceState", "deonticState", "satisfactionState")
_PREFIXED = ("tdm", "cc", "newswire")
_ALONE = ("answers", "because", "due")

REPORT_CONTEXT: dict[str, Any] = {
    "@vocab": REPORT,
    "odrl": ODRL,
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "created": "dct:created",
    **{name: {"@type": "@id"} for name in _LINKS},
    **{name: {"@type": "@vocab"} for name in _STATES},
    **dict.fromkeys(_ALONE),
}
"""The JSON-LD context of reports."""


def report_json(report: PolicyReport) -> dict[str, Any]:
    """A report as JSON-LD."""
    return {"@context": REPORT_CONTEXT, **_policy_report(report)}


def report_turtle(reports: Iterable[PolicyReport]) -> str:
    """Reports as Turtle."""
    import json  # noqa: PLC0415 - rdflib takes a third of a second to import, and only this needs it

    from rdflib import Graph  # noqa: PLC0415

    graph = Graph(bind_namespaces="none")
    for report in reports:
        graph.parse(data=json.dumps(report_json(report)), format="json-ld")
    for prefix, space in (("report", REPORT), ("odrl", ODRL), ("dct", REPORT_CONTEXT["dct"])):
        graph.bind(prefix, space)
    return graph.serialize(format="turtle")


def _named(*about: object) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, ' '.join(map(str, about)))}"


def _policy_report(report: PolicyReport) -> dict[str, Any]:
    name = _named(report.policy, report.request, report.created)
    return {
        "@id": name,
        "@type": "PolicyReport",
        **({"created": _value(report.created)} if report.created else {}),
        "policy": report.policy,
        "policyRequest": report.request,
        "ruleReport": [_rule_report(rule, f"{name} {place}") for place, rule in enumerate(report.rules)],
        "answers": [{"ruleRequest": asked, "answer": answer} for asked, answer in report.answers],
    }


def _rule_report(report: RuleReport, within: str) -> dict[str, Any]:
    name = _named(within, report.rule, report.rule_request)
    said: dict[str, Any] = {
        "@id": name,
        "@type": f"{report.kind}Report",
        "rule": report.rule,
        "ruleRequest": report.rule_request,
        "attemptState": "Attempted",
        "activationState": "Active" if report.active else "Inactive",
        "premiseReport": _premise_reports(report.premises, name),
        "conditionReport": [state.report for state in report.conditions],
        "because": list(report.because),
        "due": list(report.due),
    }
    if report.state is not None:
        said |= {"performanceState": report.state.performance, "deonticState": str(report.state.deontic)}
    return {key: value for key, value in said.items() if value != []}


def _premise_reports(premises: Iterable[PremiseReport], within: str) -> list[dict[str, Any]]:
    return [_premise_report(premise, f"{within} {place}") for place, premise in enumerate(premises)]


def _premise_report(premise: PremiseReport, within: str) -> dict[str, Any]:
    name = _named(within, premise.kind, premise.constraint)
    said: dict[str, Any] = {
        "@id": name,
        "@type": str(premise.kind),
        "satisfactionState": _satisfaction(premise.holds),
        "constraint": premise.constraint,
        "constraintLeftOperand": [_value(value) for value in premise.left],
        "constraintOperator": premise.operator,
        "constraintRightOperand": [_value(value) for value in premise.right],
        "constraintLogicalOperand": premise.logical,
        "premiseReport": _premise_reports(premise.premises, name),
    }
    return {key: value for key, value in said.items() if value not in (None, [])}


def _satisfaction(holds: Truth) -> str:
    return _SATISFACTION[holds]


def _value(value: Value) -> Any:  # noqa: ANN401 - a JSON-LD value
    if value.type == IRI:
        return {"@id": value.text}
    return {"@value": value.text, "@type": value.type} if value.type else value.text


def policy_json(policy: Policy) -> dict[str, Any]:
    """A policy as ODRL 2.2 JSON-LD; terms that are not ODRL's say what they are.

    A policy whose parts all have IRIs is read back as it was.
    """
    writer = _PolicyWriter(policy)
    return {
        "@context": [ODRL_CONTEXT, {prefix: NAMESPACES[prefix] for prefix in _PREFIXED}],
        "@type": _short(policy.type),
        "uid": policy.uid,
        **({"profile": list(policy.profiles)} if policy.profiles else {}),
        **({"conflict": _short(policy.conflict)} if policy.conflict else {}),
        **({"inheritFrom": list(policy.inherits)} if policy.inherits else {}),
        **{
            name: [writer.rule(rule) for rule in policy.of_kind(kind)]
            for name, kind in (
                ("permission", RuleKind.PERMISSION),
                ("prohibition", RuleKind.PROHIBITION),
                ("obligation", RuleKind.DUTY),
            )
            if policy.of_kind(kind)
        },
    }


class _PolicyWriter:
    def __init__(self, policy: Policy) -> None:
        self._places: dict[str, dict[str, list[dict[str, str]]]] = {}
        for relation, pairs in (("includedIn", policy.included_in), ("implies", policy.implies)):
            for action, other in pairs:
                self._places.setdefault(action, {}).setdefault(relation, []).append({"@id": other})

    def rule(self, rule: Rule) -> dict[str, Any]:
        said: dict[str, Any] = {
            "uid": rule.id,
            "@type": str(rule.kind),
            "assigner": self._referents(rule.assigners, "Party"),
            "assignee": self._referents(rule.assignees, "Party"),
            "target": self._referents(rule.targets, "Asset"),
            "action": [self._action(action) for action in rule.actions],
            "constraint": self._constraints(rule.constraints),
            "duty": [self.rule(duty) for duty in rule.duties],
            "remedy": [self.rule(duty) for duty in rule.remedies],
            "consequence": [self.rule(duty) for duty in rule.consequences],
        }
        for function, party in rule.parties:
            said.setdefault(_short(function), []).extend(self._referents((party,), "Party"))
        return {key: _one_or_all(value) for key, value in said.items() if value != []}

    def _referents(self, referents: Iterable[Referent], kind: str) -> list[Any]:
        return [self._referent(referent, kind) for referent in referents]

    def _referent(self, referent: Referent, kind: str) -> Any:  # noqa: ANN401 - an IRI or a node
        if not referent.collection and not referent.refinements and referent.source is None:
            return referent.iri
        said: dict[str, Any] = {"@type": f"{kind}Collection" if referent.collection else kind}
        if referent.source is not None:
            said |= {"uid": referent.iri, "source": referent.source}
        else:
            # What is narrowed is no longer the whole: it has no name of its own, and a source (ODRL IM 2.2.3, 2.3.3).
            said |= {"source" if referent.refinements else "uid": referent.iri}
        if referent.refinements:
            said |= {"refinement": self._constraints(referent.refinements)}
        return said

    def _action(self, action: Action) -> Any:  # noqa: ANN401 - a term or a node
        term: Any = _short(action.iri)
        if action.iri in self._places:
            places = {relation: _one_or_all(others) for relation, others in self._places[action.iri].items()}
            term = {"@id": term, "@type": "Action", **places}
        if not action.refinements:
            return term
        value = term if isinstance(term, dict) else {"@id": action.iri}
        return {"rdf:value": value, "refinement": self._constraints(action.refinements)}

    def _constraints(self, constraints: Iterable[AnyConstraint]) -> list[dict[str, Any]]:
        return [self._constraint(constraint) for constraint in constraints]

    def _constraint(self, constraint: AnyConstraint) -> dict[str, Any]:
        if not isinstance(constraint, Constraint):
            parts = self._constraints(constraint.constraints)
            return {
                "uid": constraint.id,
                "@type": "LogicalConstraint",
                _short(constraint.operand): {"@list": parts},
            }
        right = [_value(value) for value in constraint.right]
        operand = "rightOperandReference" if constraint.reference else "rightOperand"
        return {
            "uid": constraint.id,
            "@type": "Constraint",
            "leftOperand": _operand(constraint.left),
            "operator": _short(constraint.operator),
            operand: _one_or_all(right),
            **({"unit": constraint.unit} if constraint.unit else {}),
        }


def _one_or_all(values: Any) -> Any:  # noqa: ANN401 - what JSON-LD takes
    """A list of one as that one."""
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _short(term: str) -> str:
    """A term as the context shortens it: ODRL's by its bare name, others by their prefix."""
    for prefix in _PREFIXED:
        if term.startswith(NAMESPACES[prefix]):
            return f"{prefix}:{term.removeprefix(NAMESPACES[prefix])}"
    return term.removeprefix(ODRL)


def _operand(left: str) -> Any:  # noqa: ANN401 - a term or a node
    ours = left.startswith(NAMESPACES["newswire"]) and left in OPERAND_KINDS
    return {"@id": _short(left), "@type": "LeftOperand"} if ours else _short(left)
