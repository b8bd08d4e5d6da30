"""Central rules 1 and 2: what was taken down, and what the provider says may be done with the item."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Finding, Status
from newswire.rights.case import Case
from newswire.rights.findings import found, proof
from newswire.rights.stories import version_number

REASON_OF_STATUS = {
    Status.CANCELED: "canceled",
    Status.KILLED: "killed",
    Status.DELETED: "deleted",
    Status.WITHHELD: "withheld",
    Status.UNKNOWN: "status_unknown",
}
REASON_OF_SIGNAL = {"kill": "killed", "withhold": "withheld"}


def tombstone(case: Case) -> Iterator[Finding]:
    """Withdraw what was taken down; a usable version above a kill's waits for a person instead."""
    stone = case.tombstone
    if stone is None:
        return
    killed, here = version_number(stone.version), version_number(case.item.version)
    above = killed is not None and here is not None and here > killed and case.item.status is Status.USABLE
    reason = "reissue_after_kill" if above else "tombstone"
    text = f"{stone.reason} at {stone.at.isoformat()} {stone.evidence}".strip()
    yield found(reason, proof(reason, "status.tombstone", "tombstone", stone.item_id, text))


def status(case: Case) -> Iterator[Finding]:
    """Withdraw what is canceled, killed or deleted; hold what is withheld or whose status cannot be resolved."""
    stated: list[tuple[str, str | None]] = [(case.item.status, REASON_OF_STATUS.get(case.item.status))]
    stated += [(signal, REASON_OF_SIGNAL.get(signal)) for signal in sorted(case.item.signals)]
    for said, reason in stated:
        if reason is not None:
            yield found(reason, proof(reason, "status.status", "item", case.item.pointer, said))
