"""What a policy has of its own and by inheritance: rules, and the strategy for their conflicts (ODRL IM 2.9, 2.10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newswire.rights.policy.model import Policy, Rule
from newswire.rights.policy.vocabulary import ODRL


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """A policy together with its parents.

    Attributes:
        rules: All rules, by their ids. Of two with one id the nearer stands.
        conflict: The policy's own strategy; ``invalid`` where a parent states another.
        orphan: Whether a parent is missing, so that there may be more rules.
        unread: Whether any of the policies says more than is understood.
    """

    rules: tuple[Rule, ...]
    conflict: str | None
    orphan: bool
    unread: bool

    @classmethod
    def of(cls, policy: Policy, library: Iterable[Policy] = ()) -> Inherited:
        """Gather a policy's parents from a library; one that inherits from itself, by whatever way, counts once."""
        known = {other.uid: other for other in library} | {policy.uid: policy}
        line: dict[str, Policy | None] = {}
        front = [policy.uid]
        while front:
            uid = front.pop()
            if uid not in line:
                line[uid] = known.get(uid)
                front += () if (found := line[uid]) is None else found.inherits
        family = [one for one in line.values() if one is not None]
        rules = {(rule.kind, rule.id): rule for one in reversed(family) for rule in one.rules}
        others = {one.conflict for one in family} - {None, policy.conflict}
        return cls(
            rules=tuple(sorted(rules.values(), key=lambda rule: (rule.kind, rule.id))),
            conflict=f"{ODRL}invalid" if others else policy.conflict,
            orphan=None in line.values(),
            unread=any(one.unread for one in family),
        )
