"""Whom and what the rules of a policy inside an item are about, and what limits them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newswire.rights.policy.model import AnyConstraint, Constraint, Referent, Rule, RuleKind


def as_asked(rule: Rule, names: tuple[str, ...], licensee: tuple[str, ...]) -> Rule:
    """A rule as the item's licensee reads it.

    A target that is the item is left out. Who is in a collection of parties cannot be known from an item, nor whether
    another name that is forbidden or obliged to something stands for such a collection: unless it is a name of the
    licensee's, such a party is not understood.

    Args:
        rule: One of the policy's rules.
        names: What the item goes by.
        licensee: What the licensee goes by.
    """
    own = any(not target.refinements and _holds(target, names) for target in rule.targets)
    grants = rule.kind is RuleKind.PERMISSION
    parties = (
        party
        if set(party.names) & set(licensee) or (grants and not party.collection)
        else replace(party, unread=(*party.unread, party.iri))
        for party in rule.assignees
    )
    return replace(rule, targets=() if own else rule.targets, assignees=tuple(parties))


def _holds(target: Referent, names: tuple[str, ...]) -> bool:
    """Whether a target is one of the names, or a place (an IRI that ends in a slash) above one."""
    wholes = [whole for whole in target.names if whole.endswith("/")]
    return any(name in target.names or name.startswith(tuple(wholes)) for name in names)


def limits(rules: Iterable[Rule]) -> Iterator[Constraint]:
    """Every plain constraint and refinement of rules and their duties."""
    for rule in rules:
        yield from _plain(rule.constraints)
        for refinements in (
            part.refinements for parts in (rule.actions, rule.targets, rule.assignees) for part in parts
        ):
            yield from _plain(refinements)
        yield from limits(rule.duties)


def _plain(constraints: Iterable[AnyConstraint]) -> Iterator[Constraint]:
    for constraint in constraints:
        if isinstance(constraint, Constraint):
            yield constraint
        else:
            yield from _plain(constraint.constraints)
