"""From a graph to what is asked for and to the state of the world.

A state has its clock (``temp:currentTime dct:issued``), memberships (``odrl:partOf``), earlier reports on duties and
prohibitions, classes of things (``rdf:type``), and values of left operands. A request or a state gives such a value as
a constraint with ``odrl:eq``; a request may also be a ``sotw:EvaluationRequest`` with parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product

from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from newswire.errors import PolicyRefused
from newswire.rights.policy.constraints import DATE_TIME
from newswire.rights.policy.graph import Reader
from newswire.rights.policy.model import Deontic, Request, RequestRule, RuleState, Value, World
from newswire.rights.policy.values import KINDS, Span
from newswire.rights.policy.vocabulary import ODRL

REPORT = "https://w3id.org/force/compliance-report#"
SOTW = "https://w3id.org/force/sotw#"
_CLOCK = URIRef("http://example.com/request/currentTime")
_ISSUED = URIRef("http://purl.org/dc/terms/issued")
_CREATED = URIRef("http://purl.org/dc/terms/created")
_STATES = {"Performed": Deontic.FULFILLED, "Unperformed": Deontic.VIOLATED}


def requests_of(graph: Graph) -> tuple[Request, ...]:
    """The requests of a graph, by their IRIs; a policy of another type counts where none says that it is one."""
    reader = Reader(graph)
    found = [
        Request(uid=reader.uid(node), rules=(_evaluation_request(reader, node),))
        for node in sorted(set(graph.subjects(RDF.type, URIRef(f"{SOTW}EvaluationRequest"))), key=reader.name)
    ]
    typed = [node for node in reader.policy_nodes() if (node, RDF.type, URIRef(f"{ODRL}Request")) in graph]
    for node in typed or ([] if found else reader.policy_nodes()):
        shared = {name: reader.all(node, name) for name in ("action", "target", "assignee")}
        asked = [one for part in reader.all(node, "permission") for one in _asked(reader, part, shared)]
        if asked:
            found.append(Request(uid=reader.uid(node), rules=tuple(sorted(asked, key=lambda rule: rule.id))))
    return tuple(found)


def _asked(reader: Reader, node: Node, shared: dict[str, list[Node]]) -> Iterable[RequestRule]:
    """A request's rule; in the compact form, one for each combination."""
    told: list[list[Node | None]] = [[*(reader.all(node, name) or shared[name])] or [None] for name in shared]
    for action, target, assignee in product(*told):
        values = _values(reader, [node, *(part for part in (action, target, assignee) if part is not None)])
        yield RequestRule(
            id=reader.uid(node),
            action=None if action is None else reader.action(action, 0).iri,
            target=_thing(reader, target),
            assignee=_thing(reader, assignee),
            values=values,
        )


def _thing(reader: Reader, node: Node | None) -> str | None:
    return None if node is None else next((one.iri for one in reader.referents([node], 0)), None)


def _values(reader: Reader, nodes: list[Node]) -> dict[str, tuple[Value, ...]]:
    """What the constraints and refinements of parts say of left operands."""
    stated = [part for node in nodes for name in ("constraint", "refinement") for part in reader.all(node, name)]
    return _said(reader, stated)


def _said(reader: Reader, nodes: Iterable[Node]) -> dict[str, tuple[Value, ...]]:
    found: dict[str, set[Value]] = {}
    for node in nodes:
        if [reader.term(part) for part in reader.all(node, "operator")] == [f"{ODRL}eq"]:
            for left in reader.all(node, "leftOperand"):
                right = {reader.value(part) for part in reader.all(node, "rightOperand")}
                found.setdefault(reader.term(left), set()).update(right)
    return {left: tuple(sorted(values)) for left, values in found.items()}


def _evaluation_request(reader: Reader, node: Node) -> RequestRule:
    def one(name: str) -> str | None:
        return next((reader.term(part) for part in reader.of(node).get(SOTW + name, ())), None)

    values: dict[str, set[Value]] = {}
    for parameter in reader.of(node).get(f"{SOTW}requestParameter", ()):
        for feature in reader.of(parameter).get(f"{SOTW}describesFeature", ()):
            name = reader.name(feature).removeprefix(SOTW)
            right = {reader.value(part) for part in reader.of(parameter).get(f"{SOTW}value", ())}
            operand = DATE_TIME if name == "TemporalData" else f"{ODRL}{name[:1].lower()}{name[1:]}"
            values.setdefault(operand, set()).update(right)
    return RequestRule(
        id=reader.uid(node),
        action=one("requestedAction"),
        target=one("requestedTarget"),
        assignee=one("requestingParty"),
        values={left: tuple(sorted(found)) for left, found in values.items()},
    )


def world_of(graph: Graph, *, now: datetime | None = None) -> World:
    """The state of the world of a graph; ``now`` is its clock where it states none.

    Raises:
        PolicyRefused: ``bad_clock`` where its clock is no time, or several.
    """
    reader = Reader(graph)
    clock, at = _clock(reader) or (None, now)
    part_of: dict[str, set[str]] = {}
    for member, whole in graph.subject_objects(URIRef(f"{ODRL}partOf")):
        part_of.setdefault(reader.name(member), set()).add(reader.name(whole))
    types: dict[str, set[str]] = {}
    for thing, kind in graph.subject_objects(RDF.type):
        types.setdefault(reader.name(thing), set()).add(reader.name(kind))
    return World(
        now=at,
        clock=clock,
        zone=at.tzinfo if at is not None else None,
        part_of={member: frozenset(wholes) for member, wholes in part_of.items()},
        types={thing: frozenset(kinds) for thing, kinds in types.items()},
        states=_states(reader),
        values=_said(reader, sorted(set(graph.subjects(URIRef(f"{ODRL}leftOperand"))), key=reader.name)),
    )


def _clock(reader: Reader) -> tuple[Value, datetime] | None:
    """The state's clock, as it is written and as a time."""
    told = sorted({reader.value(at) for at in reader.graph.objects(_CLOCK, _ISSUED)})
    if not told:
        return None
    span = KINDS["instant"].read(told[0], UTC)
    if len(told) > 1 or not isinstance(span, Span):
        what = f"{told[0].text!r}, which is no time" if len(told) == 1 else "at several times at once"
        msg = f"The state's clock is {what}."
        raise PolicyRefused(msg, reason="bad_clock", remedy="Write one xsd:dateTime such as 2026-11-25T10:00:00Z.")
    return told[0], span.start


def _states(reader: Reader) -> dict[str, RuleState]:
    """What earlier reports say of rules: of several the latest, of those of one time the worst."""
    order = list(Deontic)
    found: dict[str, tuple[str, int, RuleState]] = {}
    for report, rule in sorted(reader.graph.subject_objects(URIRef(f"{REPORT}rule")), key=str):
        told = {name: _told(reader, report, name) for name in ("performanceState", "deonticState")}
        if not any(told.values()):
            continue
        performance = told["performanceState"] or "Unknown"
        known = {str(state): state for state in Deontic}
        deontic = known.get(told["deonticState"] or "") or _STATES.get(performance, Deontic.NOT_SET)
        state = RuleState(report=reader.uid(report), performance=performance, deontic=deontic)
        entry = (_created(reader, report), order.index(deontic), state)
        earlier = found.get(reader.name(rule))
        if earlier is None or earlier[:2] <= entry[:2]:
            found[reader.name(rule)] = entry
    return {rule: state for rule, (_, _, state) in found.items()}


def _told(reader: Reader, report: Node, name: str) -> str | None:
    said = [reader.name(part).removeprefix(REPORT) for part in reader.of(report).get(REPORT + name, ())]
    return said[0] if said else None


def _created(reader: Reader, report: Node) -> str:
    """When a rule's report was made, in UTC: its own time or that of the report that it is part of."""
    holders = [report, *reader.graph.subjects(URIRef(f"{REPORT}ruleReport"), report)]
    times = [time for holder in holders for time in reader.graph.objects(holder, _CREATED)]
    spans = [KINDS["instant"].read(reader.value(time), UTC) for time in times]
    return max((span.start.astimezone(UTC).isoformat() for span in spans if span is not None), default="")
