"""Which rules a policy has: its own and those of the policies it inherits from (ODRL IM 2.9)."""

from __future__ import annotations

from collections.abc import Iterable

from newswire.rights.policy.model import Policy, Rule, RuleKind


def rules_of(policy: Policy, library: Iterable[Policy] = ()) -> tuple[tuple[Rule, ...], bool]:
    """All rules, by their ids, and whether a parent is missing, so that there may be more.

    A policy that inherits from itself, by whatever way, has each rule once.
    """
    known = {other.uid: other for other in library}
    found: dict[tuple[RuleKind, str], Rule] = {(rule.kind, rule.id): rule for rule in policy.rules}
    seen, front, missing = {policy.uid}, list(policy.inherits), False
    while front:
        uid = front.pop()
        if uid in seen:
            continue
        seen.add(uid)
        parent = known.get(uid)
        if parent is None:
            missing = True
            continue
        found = {(rule.kind, rule.id): rule for rule in parent.rules} | found
        front += parent.inherits
    return tuple(sorted(found.values(), key=lambda rule: (rule.kind, rule.id))), missing
