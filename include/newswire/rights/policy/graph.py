"""From a graph to policies, requests and states of the world.

Whatever ODRL's namespace (or no namespace) names and this does not understand is kept as ``unread``: a permission that
says more than is understood is not in force.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDF, BNode, Graph, Literal
from rdflib.term import Node

from newswire.rights.policy.model import (
    IRI,
    Action,
    AnyConstraint,
    Constraint,
    LogicalConstraint,
    Policy,
    Referent,
    Rule,
    RuleKind,
    Value,
)
from newswire.rights.policy.nodes import BASE, Nodes
from newswire.rights.policy.vocabulary import LOGICAL_OPERANDS, NEVER_GRANT, ODRL, PARTIES, POLICY_TYPES, canonical

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_VALUE = str(RDF.value)
_RULES = {
    "permission": RuleKind.PERMISSION,
    "prohibition": RuleKind.PROHIBITION,
    "obligation": RuleKind.DUTY,
    "duty": RuleKind.DUTY,
}
_REFERENTS = {"target": "targets", "assignee": "assignees", "assigner": "assigners"}


def policies_of(graph: Graph) -> tuple[Policy, ...]:
    """Every policy of a graph, by its IRI."""
    reader = Reader(graph)
    return tuple(sorted((reader.policy(node) for node in reader.policy_nodes()), key=lambda policy: policy.uid))


class Reader(Nodes):
    """Reads the parts of policies out of a graph."""

    def policy_nodes(self) -> list[Node]:
        """What is of a policy class, or has rules and is no rule itself."""
        typed = {node for node, kind in self.graph.subject_objects(RDF.type) if canonical(str(kind)) in POLICY_TYPES}
        ruled = {node for node in set(self.graph.subjects()) if self._has_rules(node)}
        return sorted(typed | ruled, key=self.name)

    def _has_rules(self, node: Node) -> bool:
        return bool(self.all(node, "permission") or self.all(node, "prohibition"))

    def policy(self, node: Node) -> Policy:
        """A policy with its compact forms spread over its rules (ODRL IM 2.7)."""
        types = {self.name(kind) for kind in self.of(node).get(str(RDF.type), ())} & POLICY_TYPES
        shared = {name: self.all(node, name) for name in ("action", *_REFERENTS)}
        rules = {
            (kind, rule.id): rule
            for name, kind in _RULES.items()
            for part in self.all(node, name)
            for rule in [self.rule(part, kind, 0, shared)]
        }
        return Policy(
            uid=self.uid(node),
            type=min(types & NEVER_GRANT or types or {f"{ODRL}Policy"}),
            rules=tuple(sorted(rules.values(), key=lambda rule: (rule.kind, rule.id))),
            conflict=self._conflict(node),
            profiles=tuple(sorted({self.name(profile) for profile in self.all(node, "profile")})),
            inherits=tuple(sorted({self.name(parent) for parent in self.all(node, "inheritFrom")})),
            included_in=self.placed("includedIn"),
            implies=self.placed("implies"),
            unread=self.unread(node, "policy"),
        )

    def _conflict(self, node: Node) -> str | None:
        """The strategy for conflicts; several are none that could be followed (ODRL IM 2.10)."""
        stated = [self.term(term) for term in self.all(node, "conflict")]
        return f"{ODRL}invalid" if len(stated) > 1 else next(iter(stated), None)

    def placed(self, relation: str) -> tuple[tuple[str, str], ...]:
        """The actions of which the document says where they belong: each with the one that it is put under."""
        return tuple(
            sorted(
                (self.term(action), self.term(other))
                for action in set(self.graph.subjects())
                for other in self.all(action, relation)
            )
        )

    def rule(self, node: Node, kind: RuleKind, depth: int, shared: dict[str, list[Node]] | None = None) -> Rule:
        """A rule; what the policy says for all its rules stands in where it says nothing itself.

        A prohibition or duty of its own target also holds for the policy's: to read it more widely is on the safe side.
        A blank rule's name has its kind, since a permission and a prohibition may say the same.
        """
        self.bound(depth)

        def parts(name: str) -> list[Node]:
            own, common = self.all(node, name), (shared or {}).get(name, [])
            return own or common if kind is RuleKind.PERMISSION else list(dict.fromkeys((*own, *common)))

        def duties(*names: str) -> tuple[Rule, ...]:
            found = [self.rule(part, RuleKind.DUTY, depth + 1) for name in names for part in self.all(node, name)]
            return tuple(sorted(found, key=lambda rule: rule.id))

        others = (party for party in PARTIES if party.removeprefix(ODRL) not in _REFERENTS)
        return Rule(
            id=f"{self.uid(node)}{kind.lower()}" if isinstance(node, BNode) else self.uid(node),
            kind=kind,
            actions=tuple(sorted((self.action(part, depth) for part in parts("action")), key=lambda one: one.iri)),
            **{field: self.referents(parts(name), depth) for name, field in _REFERENTS.items()},
            parties=tuple(
                (party, referent)
                for party in sorted(others)
                for referent in self.referents(self.all(node, party.removeprefix(ODRL)), depth)
            ),
            constraints=self.constraints(node, "constraint", depth),
            duties=duties("duty", "obligation") if kind is RuleKind.PERMISSION else (),
            remedies=duties("remedy") if kind is RuleKind.PROHIBITION else (),
            consequences=duties("consequence") if kind is RuleKind.DUTY else (),
            unread=self.unread(node, "rule"),
        )

    def action(self, node: Node, depth: int) -> Action:
        """An action: an IRI, or a node with ``rdf:value`` and refinements."""
        value = next(iter(self.of(node).get(_VALUE, ())), node)
        return Action(
            iri=self.term(value),
            refinements=self.constraints(node, "refinement", depth),
            unread=self.unread(node, "action"),
        )

    def referents(self, nodes: Iterable[Node], depth: int) -> tuple[Referent, ...]:
        """Assets or parties; ``*`` names none, and so anything."""
        found = [self._referent(node, depth) for node in nodes]
        return tuple(
            sorted((referent for referent in found if referent.iri not in {"*", f"{BASE}*"}), key=lambda one: one.iri)
        )

    def _referent(self, node: Node, depth: int) -> Referent:
        kinds = {self.name(kind) for kind in self.of(node).get(str(RDF.type), ())}
        sources = [self.name(source) for source in self.all(node, "source")]
        anonymous = isinstance(node, BNode) and not self.all(node, "uid")
        iri, *others = sources if anonymous and sources else [self.uid(node), *sources]
        return Referent(
            iri=iri,
            source=next(iter(others), None),
            collection=bool(kinds & {f"{ODRL}AssetCollection", f"{ODRL}PartyCollection"}),
            refinements=self.constraints(node, "refinement", depth),
            unread=(*self.unread(node, "referent"), *sources[1:]),
        )

    def constraints(self, node: Node, name: str, depth: int) -> tuple[AnyConstraint, ...]:
        """The constraints or refinements of a part, by their ids."""
        found = [self.constraint(part, depth + 1) for part in self.all(node, name)]
        return tuple(sorted(found, key=lambda constraint: constraint.id))

    def constraint(self, node: Node, depth: int) -> AnyConstraint:
        """A constraint, plain or logical."""
        self.bound(depth)
        joined = [operand for operand in sorted(LOGICAL_OPERANDS) if self.of(node).get(operand)]
        if joined:
            parts = tuple(self.constraint(part, depth + 1) for part in self.all(node, joined[0].removeprefix(ODRL)))
            ordered = joined[0] == f"{ODRL}andSequence"
            return LogicalConstraint(
                id=self.uid(node),
                operand=joined[0],
                constraints=parts if ordered else tuple(sorted(parts, key=lambda part: part.id)),
                unread=(*self.unread(node, "constraint"), *joined[1:]),
            )
        kind = next((self.name(kind) for kind in self.all(node, "dataType")), "")
        references = self.all(node, "rightOperandReference")
        right = [self.value(part, kind) for part in (*self.all(node, "rightOperand"), *references)]
        lefts = [self.term(part) for part in self.all(node, "leftOperand")]
        operators = [self.term(part) for part in self.all(node, "operator")]
        return Constraint(
            id=self.uid(node),
            left=lefts[0] if len(lefts) == 1 else "",
            operator=operators[0] if len(operators) == 1 else "",
            right=tuple(sorted(set(right))),
            unit=next((self.name(unit) for unit in self.all(node, "unit")), None),
            reference=bool(references),
            unread=self.unread(node, "constraint"),
        )

    def value(self, node: Node, kind: str = "") -> Value:
        """An operand's value; ``kind`` is its datatype where it has none of its own."""
        if isinstance(node, Literal):
            own = str(node.datatype or "")
            return Value(str(node), kind if own in {"", _XSD_STRING} else own)
        text = self.name(node)
        return Value(text.removeprefix(BASE), kind) if text.startswith(BASE) else Value(text, IRI)
