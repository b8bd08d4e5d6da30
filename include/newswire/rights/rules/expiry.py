"""Central rule 1, second half: what has passed its own expiry leaves, unless the contract keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Finding
from newswire.rights.case import Case, Grant
from newswire.rights.findings import found, proof


def item_expiry(case: Case, grant: Grant | None) -> Iterator[Finding]:
    """Withdraw an item past its ``expires``; a contract may say ``on_item_expiry: keep``."""
    end = case.item.expires_at
    if end is not None and end <= case.now and not (grant and grant.keeps_expired):
        place = case.item.place("expires_at")
        yield found("item_expired", proof("item_expired", "expiry.item_expiry", "item", place, end.isoformat()))


def rights_validity(case: Case, grant: Grant | None) -> Iterator[Finding]:
    """Withdraw an item whose rights are no longer valid; of several validities the first to end counts."""
    for statement in case.statements:
        end = statement.valid_until
        if end is not None and end <= case.now and not (grant and grant.keeps_expired):
            evidence = proof("rights_expired", "expiry.rights_validity", "item", statement.pointer, end.isoformat())
            yield found("rights_expired", evidence)
