"""Policies as ODRL 2.2 models them, and what they are evaluated against: frozen, and free of any encoding.

Every term is a full IRI (``http://www.w3.org/ns/odrl/2/read``). A part without an IRI of its own is named by its
content (``_:…``), so that reading a document twice names it alike. Tuples whose order says nothing are sorted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

IRI = "@id"
"""The type of a value that is an IRI."""


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """An operand's value: its text as written, and its datatype's IRI (``@id`` for an IRI, empty for plain text)."""

    text: str
    type: str = ""


class RuleKind(StrEnum):
    """What a rule does."""

    PERMISSION = "Permission"
    PROHIBITION = "Prohibition"
    DUTY = "Duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A comparison of a left operand with values (ODRL IM 2.5.1).

    Attributes:
        left: The left operand's IRI.
        operator: The operator's IRI; empty where the source states none.
        right: The right operand's values; ``reference`` says that they are to be looked up elsewhere.
        unit: The right operand's unit, an IRI.
    """

    id: str
    left: str
    operator: str
    right: tuple[Value, ...] = ()
    unit: str | None = None
    reference: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalConstraint:
    """Constraints joined by ``and``, ``or``, ``xone`` or ``andSequence`` (ODRL IM 2.5.2), named by its IRI."""

    id: str
    operand: str
    constraints: tuple[Constraint | LogicalConstraint, ...] = ()
    unread: tuple[str, ...] = ()


AnyConstraint = Constraint | LogicalConstraint


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action, narrowed by refinements."""

    iri: str
    refinements: tuple[AnyConstraint, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Referent:
    """An asset or a party, or a collection of them, narrowed by refinements (ODRL IM 2.2 and 2.3).

    Attributes:
        iri: What it is; a collection that has no name of its own is its ``odrl:source``.
        source: The other name of a collection that has one of its own (``odrl:source``): its members are under either.
        collection: Whether the document calls it a collection.
    """

    iri: str
    source: str | None = None
    collection: bool = False
    refinements: tuple[AnyConstraint, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every IRI that stands for it."""
        return (self.iri,) if self.source is None else (self.iri, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A permission, prohibition or duty (ODRL IM 2.6).

    Several actions, targets or assignees are the compact form: the rule holds for each combination. None of one sort
    matches anything.

    Attributes:
        parties: Parties in other functions, such as ``attributedParty``: the function's IRI and the party.
        duties: What a permission asks for.
        remedies: What the violation of a prohibition asks for.
        consequences: What the violation of a duty asks for.
        unread: Properties that are not understood.
    """

    id: str
    kind: RuleKind
    actions: tuple[Action, ...] = ()
    targets: tuple[Referent, ...] = ()
    assignees: tuple[Referent, ...] = ()
    assigners: tuple[Referent, ...] = ()
    parties: tuple[tuple[str, Referent], ...] = ()
    constraints: tuple[AnyConstraint, ...] = ()
    duties: tuple[Rule, ...] = ()
    remedies: tuple[Rule, ...] = ()
    consequences: tuple[Rule, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy (ODRL IM 2.1), its compact forms spread over its rules.

    Attributes:
        uid: Its IRI.
        type: Its class's IRI, such as ``…/Agreement``.
        rules: Permissions, prohibitions and obligations, by their ids.
        conflict: The strategy's IRI; None is ``invalid``, the default of the standard.
        profiles: The profiles that it declares.
        inherits: The policies whose rules it takes over.
        included_in: Actions that the document places in the hierarchy: narrower, wider.
        implies: Actions that the document says need another one not to be prohibited: the action, the other one.
        unread: Properties that are not understood.
    """

    uid: str
    type: str
    rules: tuple[Rule, ...] = ()
    conflict: str | None = None
    profiles: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    included_in: tuple[tuple[str, str], ...] = ()
    implies: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()

    def of_kind(self, kind: RuleKind) -> tuple[Rule, ...]:
        """Its rules of one kind."""
        return tuple(rule for rule in self.rules if rule.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """One action that is asked for; None where the request does not say.

    Attributes:
        values: What the request says of left operands, by their IRIs, such as its purpose.
    """

    id: str
    action: str | None = None
    target: str | None = None
    assignee: str | None = None
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for (an ``odrl:Request``)."""

    uid: str
    rules: tuple[RequestRule, ...]


class Deontic(StrEnum):
    """The state of a duty, from best to worst."""

    FULFILLED = "Fulfilled"
    NOT_SET = "NonSet"
    VIOLATED = "Violated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """What the world knows of a rule's performance.

    Attributes:
        report: The IRI of the report that says so.
        performance: ``Performed``, ``Unperformed`` or ``Unknown``.
    """

    report: str
    performance: str = "Unknown"
    deontic: Deontic = Deontic.NOT_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The state of the world that a request meets.

    Attributes:
        now: The clock; None where there is none, and then every constraint on time is unknown.
        clock: The clock as it was written, for reports; None writes ``now``.
        zone: The zone of times that state none; None leaves such times unknown.
        part_of: A member's IRI to the collections that it is part of (``odrl:partOf``).
        types: A thing's IRI to the classes that it is known to be of.
        states: A rule's IRI to what is known of its performance.
        values: A left operand's IRI to its values. They outweigh what a request says.
    """

    now: datetime | None = None
    clock: Value | None = None
    zone: tzinfo | None = None
    part_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    states: Mapping[str, RuleState] = field(default_factory=dict)
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def is_part(self, member: str, collection: str) -> bool:
        """Whether a thing is in a collection, also by way of others."""
        seen: set[str] = set()
        front = set(self.part_of.get(member, ()))
        while front and collection not in front:
            seen |= front
            front = {wider for thing in front for wider in self.part_of.get(thing, ())} - seen
        return bool(front)
