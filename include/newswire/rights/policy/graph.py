"""From a graph to policies, requests and states of the world.

Whatever ODRL's namespace (or no namespace) names and this does not understand is kept as ``unread``: a permission that
says more than is understood is not in force.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from rdflib import RDF, BNode, Graph, Literal
from rdflib.term import Node

from newswire.errors import PolicyRefused
from newswire.rights.policy.contexts import DEEPEST, UNKNOWN
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
from newswire.rights.policy.vocabulary import (
    LIMITS,
    LOGICAL_OPERANDS,
    NEVER_GRANT,
    ODRL,
    PARTIES,
    POLICY_TYPES,
    PROPERTIES,
    SHORT_NAMES,
    canonical,
)

BASE = "http://document.newswire.invalid/"
"""What relative IRIs are resolved against, so that they can be told."""

MOST_PARTS = 20_000
"""How many rules and constraints are read; a part that several share counts as often as it is met."""

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


class Reader:
    """Reads the parts of policies out of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: dict[Node, str] = {}
        self._said: dict[Node, str] = {}
        self._properties: dict[Node, dict[str, list[Node]]] = {}
        self._parts = 0

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
            conflict=next((self.term(term) for term in self.all(node, "conflict")), None),
            profiles=tuple(sorted({self.name(profile) for profile in self.all(node, "profile")})),
            inherits=tuple(sorted({self.name(parent) for parent in self.all(node, "inheritFrom")})),
            included_in=self.hierarchy(),
            unread=self.unread(node, "policy"),
        )

    def hierarchy(self) -> tuple[tuple[str, str], ...]:
        """Which actions the document places, and where."""
        return tuple(
            sorted(
                (self.term(narrow), self.term(wide))
                for narrow in set(self.graph.subjects())
                for wide in self.all(narrow, "includedIn")
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

    def all(self, node: Node, name: str) -> list[Node]:
        """The objects of one of ODRL's properties, each once, in a fixed order; those of one list in its order."""
        objects = self.of(node).get(ODRL + name, [])
        found = list(dict.fromkeys(member for part in objects for member in self._members(part)))
        return found if len(objects) == 1 else sorted(found, key=self.name)

    def _members(self, node: Node) -> list[Node]:
        if node != RDF.nil and (node, RDF.first, None) not in self.graph:
            return [node]
        try:
            return list(self.graph.items(node))
        except ValueError:
            msg = "A list in the policy contains itself."
            raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.") from None

    def of(self, node: Node) -> dict[str, list[Node]]:
        """A node's properties, by their canonical IRIs."""
        if node not in self._properties:
            found: dict[str, list[Node]] = {}
            for predicate, part in self.graph.predicate_objects(node):
                found.setdefault(canonical(str(predicate)), []).append(part)
            self._properties[node] = found
        return self._properties[node]

    def unread(self, node: Node, part: str) -> tuple[str, ...]:
        """A node's properties that are not understood.

        Among them are those that say nothing (empty lists), and ODRL's limits under the name of another vocabulary.
        """
        known = PROPERTIES[part] | (PARTIES if part in {"policy", "rule"} else frozenset())
        ours = [name for name in self.of(node) if name.startswith((ODRL, UNKNOWN)) or _is_misnamed(name)]
        return tuple(sorted(name for name in ours if name not in known or not self.all(node, name.removeprefix(ODRL))))

    def uid(self, node: Node) -> str:
        """A node's ``odrl:uid``, else its name."""
        stated = self.of(node).get(f"{ODRL}uid", ())
        return self.name(stated[0]) if stated else self.name(node)

    def term(self, node: Node) -> str:
        """A term of the vocabulary: by its IRI, or by its bare name."""
        name = self.name(node).removeprefix(UNKNOWN).removeprefix(BASE)
        return ODRL + name if name in SHORT_NAMES else self.name(node)

    def name(self, node: Node) -> str:
        """A node's IRI or text; for a blank one, a name made of what it says."""
        if node not in self._names:
            blank = isinstance(node, BNode)
            self._names[node] = f"_:{self._digest(node, ())}" if blank else canonical(str(node))
        return self._names[node]

    def _digest(self, node: Node, trail: tuple[Node, ...]) -> str:
        """A hash of all that a blank node says."""
        if node in trail:
            return "itself"
        if node not in self._said:
            _bound(len(trail))
            lines = (
                f"{predicate} {place} {self._detail(member, (*trail, node))}"
                for predicate, parts in self.of(node).items()
                for part in parts
                for place, member in enumerate(self._members(part))
            )
            self._said[node] = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
        return self._said[node]

    def _detail(self, node: Node, trail: tuple[Node, ...]) -> str:
        if isinstance(node, BNode):
            return self._digest(node, trail)
        return f"{self.name(node)} {node.datatype if isinstance(node, Literal) else IRI}"

    def bound(self, depth: int) -> None:
        """Refuse what is nested too deeply, or in a circle, and what shares its parts so often that it explodes.

        Raises:
            PolicyRefused: ``too_deep`` or ``too_large``.
        """
        _bound(depth)
        self._parts += 1
        if self._parts > MOST_PARTS:
            msg = f"The policy has more than {MOST_PARTS:,} rules and constraints."
            raise PolicyRefused(msg, reason="too_large", remedy="Ask the provider for a shorter policy.")


def _is_misnamed(name: str) -> bool:
    return re.split("[/#:]", name)[-1] in LIMITS and not name.startswith(ODRL)


def _bound(depth: int) -> None:
    if depth > DEEPEST:
        msg = f"The policy's parts are nested deeper than {DEEPEST} levels, or contain themselves."
        raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.")
