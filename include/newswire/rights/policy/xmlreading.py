"""The XML encoding of ODRL 2.1 and 2.2, as NewsML-G2 carries it (``rightsExpressionXML``, RightsML), and RDF/XML.

Elements become the statements that the same policy would make in Turtle. What is not known of an element becomes a
statement that is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from newswire.errors import PolicyRefused
from newswire.markup import met_depth, xml_parser
from newswire.rights.policy.contexts import DEEPEST, UNKNOWN
from newswire.rights.policy.vocabulary import ODRL, SHORT_NAMES, canonical

_RDF_ROOT = f"{{{RDF}}}RDF"
_IRI = re.compile(r"(?:https?|urn|tag|info|did|mailto|ftp):\S+")
_PARTS = frozenset({"permission", "prohibition", "obligation", "duty", "consequence", "remedy"})
_JOINS = frozenset({"and", "or", "xone", "andSequence"})
_PLACES = {"relation": "target", "function": "assignee"}
_IGNORED = frozenset({"id", "idref", "status", "lang", "space", "schemaLocation", "base"})
_SETS = frozenset({f"{ODRL}isAnyOf", f"{ODRL}isAllOf", f"{ODRL}isNoneOf"})


def graph_of(text: str) -> Graph:
    """The statements of an XML document.

    Raises:
        PolicyRefused: ``bad_xml``, ``xml_entities`` or ``too_deep``.
    """
    root = _root(text)
    graph = Graph(bind_namespaces="none")
    if root.tag == _RDF_ROOT:
        try:
            graph.parse(data=etree.tostring(root), format="xml")
        except Exception as error:  # noqa: BLE001 - the parser raises whatever its code meets
            msg = f"The policy is no RDF/XML: {error}."
            raise PolicyRefused(msg, reason="bad_xml", remedy="Correct it, or name its media type.") from None
        return graph
    builder = _Builder(graph, root)
    for element in root.iter(etree.Element):
        if _local(element).lower() == "policy" and _is_ours(element):
            builder.policy(element)
    return graph


def _root(text: str) -> etree._Element:
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        msg = "The policy has a document type declaration; none is read, and no entity is ever resolved."
        raise PolicyRefused(msg, reason="xml_entities", remedy="Ask the provider for XML without a DTD.")
    parser = xml_parser()
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1).strip()
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        msg = f"The policy is no XML: {error}."
        reason = "too_deep" if met_depth(parser) else "bad_xml"
        raise PolicyRefused(msg, reason=reason, remedy="Ask the provider for well-formed XML.") from None
    if root is None:
        msg = "The policy is an empty document."
        raise PolicyRefused(msg, reason="bad_xml", remedy="Ask the provider for well-formed XML.")
    return root


class _Builder:
    """Turns elements into statements."""

    def __init__(self, graph: Graph, root: etree._Element) -> None:
        self.graph = graph
        self.by_id = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}

    def policy(self, element: etree._Element) -> None:
        """A policy, with what it says for all its rules."""
        node = self._node(element)
        self._say(node, RDF.type, self._term(element, element.get("type", "Policy")))
        for name in ("profile", "conflict", "inheritFrom"):
            for value in (element.get(name) or element.get(name.lower()) or "").split():
                self._say(node, ODRL + name, self._term(element, value))
        known = {"uid", "type", "profile", "conflict", "inheritFrom", "inheritfrom", "inheritRelation"}
        self._rest(node, element, known)
        self._children(node, element, 0)

    def _children(self, node: Node, element: etree._Element, depth: int) -> None:
        if depth > DEEPEST:
            msg = f"The policy's parts are nested deeper than {DEEPEST} levels."
            raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.")
        for child in element.iterchildren(etree.Element):
            name = _local(child)
            there = self.by_id.get(child.get("idref"), child)
            if name in _PARTS:
                rule = self._node(child)
                self._say(node, ODRL + name, rule)
                self._rest(rule, child, {"uid", "type"})
                self._children(rule, child, depth + 1)
            elif name in {"asset", "party"}:
                self._referent(node, child, there, depth)
            elif name == "action":
                self._action(node, there, depth)
            elif name in {"constraint", "logicalConstraint", "refinement"}:
                self._constraint(node, "refinement" if name == "refinement" else "constraint", there, depth)
            else:
                self._say(node, UNKNOWN + name, Literal(name))

    def _referent(self, node: Node, child: etree._Element, there: etree._Element, depth: int) -> None:
        which = "relation" if _local(child) == "asset" else "function"
        role = child.get(which) or there.get(which)
        predicate = self._term(there, role) if role else URIRef(ODRL + _PLACES[which])
        uid = there.get("uid") or there.get("source") or ""
        if not uid:
            self._say(node, f"{UNKNOWN}{_local(child)}", Literal(child.get("idref") or ""))
        if uid in {"*", ""}:
            return
        thing = self._value(there, uid) if not there.get("source") else BNode()
        self._say(node, predicate, thing)
        for kind in (there.get("type") or "").split():
            self._say(thing, RDF.type, self._term(there, kind))
        if there.get("source"):
            self._say(thing, f"{ODRL}source", self._value(there, there.get("source") or ""))
        self._rest(thing, there, {"uid", "type", "source", "relation", "function", "scope"})
        self._narrowed(thing, there, depth)

    def _action(self, node: Node, there: etree._Element, depth: int) -> None:
        name = self._term(there, there.get("name") or there.get("uid") or "")
        refined = any(True for _ in there.iterchildren(etree.Element))
        action: Node = BNode() if refined else name
        self._say(node, f"{ODRL}action", action)
        self._rest(action, there, {"name", "uid"})
        if refined:
            self._say(action, RDF.value, name)
            self._narrowed(action, there, depth)

    def _narrowed(self, node: Node, element: etree._Element, depth: int) -> None:
        for child in element.iterchildren(etree.Element):
            if _local(child) in {"refinement", "constraint", "logicalConstraint"}:
                self._constraint(node, "refinement", self.by_id.get(child.get("idref"), child), depth + 1)
            else:
                self._say(node, UNKNOWN + _local(child), Literal(_local(child)))

    def _constraint(self, node: Node, predicate: str, element: etree._Element, depth: int) -> None:
        inner = [child for child in element.iterchildren(etree.Element) if _local(child) == "constraint"]
        joins = [child for child in element.iterchildren(etree.Element) if _local(child) in _JOINS]
        if depth > DEEPEST:
            msg = f"The policy's constraints are nested deeper than {DEEPEST} levels."
            raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.")
        constraint = self._node(element)
        self._say(node, ODRL + predicate, constraint)
        for join in joins:
            for child in join.iterchildren(etree.Element):
                self._constraint(constraint, _local(join), self.by_id.get(child.get("idref"), child), depth + 1)
        if inner and not joins:
            operand = self._term(element, element.get("operand") or element.get("operator") or "and")
            for child in inner:
                self._constraint(constraint, str(operand).removeprefix(ODRL), child, depth + 1)
        if not inner and not joins:
            self._comparison(constraint, element)

    def _comparison(self, node: Node, element: etree._Element) -> None:
        attributes = {
            "leftOperand": ("leftOperand", "name"),
            "operator": ("operator",),
            "dataType": ("dataType", "datatype"),
        }
        for name, spellings in attributes.items():
            value = next((element.get(spelling) for spelling in spellings if element.get(spelling)), None)
            if value:
                self._say(node, ODRL + name, self._term(element, value))
        if unit := element.get("unit"):
            self._say(node, f"{ODRL}unit", self._value(element, unit))
        for name in ("rightOperand", "rightOperandReference"):
            for text in self._texts(element, name):
                self._say(node, ODRL + name, self._value(element, text))
        self._rest(
            node,
            element,
            {
                "uid",
                "leftOperand",
                "name",
                "operator",
                "dataType",
                "datatype",
                "unit",
                "rightOperand",
                "rightOperandReference",
            },
        )
        for child in element.iterchildren(etree.Element):
            if _local(child) not in {"rightOperand", "rightOperandReference"}:
                self._say(node, UNKNOWN + _local(child), Literal(_local(child)))

    def _texts(self, element: etree._Element, name: str) -> Iterable[str]:
        """A right operand's values: child elements, or the attribute, which for set operators is a list."""
        for child in element.iterchildren(etree.Element):
            if _local(child) == name:
                yield (child.text or "").strip()
        stated = element.get(name) or element.get(name.lower())
        if stated:
            operator = str(self._term(element, element.get("operator") or ""))
            yield from stated.split() if operator in _SETS else [stated]

    def _node(self, element: etree._Element) -> Node:
        uid = element.get("uid")
        return URIRef(uid) if uid else BNode()

    def _term(self, element: etree._Element, text: str) -> URIRef:
        """A term: an IRI, a qualified name, or a bare name of ODRL's."""
        text = text.strip()
        if text in SHORT_NAMES:
            return URIRef(ODRL + text)
        found = self._value(element, text)
        return found if isinstance(found, URIRef) else URIRef(UNKNOWN + re.sub(r"[^\w.:-]", "_", text))

    def _value(self, element: etree._Element, text: str) -> URIRef | Literal:
        prefix, colon, rest = text.strip().partition(":")
        if colon and prefix in element.nsmap:
            return URIRef(canonical(f"{element.nsmap[prefix]}{rest}"))
        return URIRef(canonical(text.strip())) if _IRI.fullmatch(text.strip()) else Literal(text.strip())

    def _rest(self, node: Node, element: etree._Element, known: set[str]) -> None:
        """Keep attributes without a namespace (or of ODRL's) that nothing explains as not understood."""
        for attribute in element.attrib:
            space, _, name = str(attribute).rpartition("}")
            ours = canonical(space.removeprefix("{")) == ODRL if space else True
            if ours and name not in known | _IGNORED:
                self._say(node, UNKNOWN + name, Literal(element.get(attribute) or ""))

    def _say(self, node: Node, predicate: str, part: Node) -> None:
        self.graph.add((node, URIRef(predicate), part))


def _is_ours(element: etree._Element) -> bool:
    space = etree.QName(element).namespace
    return space is None or canonical(space if space.endswith(("/", "#")) else f"{space}/") == ODRL


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
