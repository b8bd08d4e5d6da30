"""What a graph says of its nodes: their names, their properties by canonical IRIs, and what of these is understood."""

from __future__ import annotations

import hashlib
import re

from rdflib import RDF, BNode, Graph, Literal
from rdflib.term import Node

from newswire.errors import PolicyRefused
from newswire.rights.policy.contexts import DEEPEST, UNKNOWN
from newswire.rights.policy.model import IRI
from newswire.rights.policy.vocabulary import FOR_PEOPLE, LIMITS, ODRL, PARTIES, PROPERTIES, SHORT_NAMES, canonical

BASE = "http://document.newswire.invalid/"
"""What relative IRIs are resolved against, so that they can be told."""

MOST_PARTS = 20_000
"""How many rules and constraints are read; a part that several share counts as often as it is met."""

_FOR_PEOPLE = frozenset(UNKNOWN + name for name in FOR_PEOPLE)


class Nodes:
    """The nodes of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: dict[Node, str] = {}
        self._said: dict[Node, str] = {}
        self._properties: dict[Node, dict[str, list[Node]]] = {}
        self._parts = 0

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
        Names that no context explains are among them too, unless they are words for people.
        """
        known = PROPERTIES[part] | (PARTIES if part in {"policy", "rule"} else frozenset())
        ours = [name for name in self.of(node) if name.startswith((ODRL, UNKNOWN)) or _is_misnamed(name)]
        return tuple(
            sorted(
                name
                for name in ours
                if name not in _FOR_PEOPLE and (name not in known or not self.all(node, name.removeprefix(ODRL)))
            )
        )

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
