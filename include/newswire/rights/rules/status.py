"""Central rules 1 and 2: what was taken down, and what the provider says may be done with the item."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import RAW_PURGED, Finding, Item, Outcome, Status, Tombstone
from newswire.rights.case import Case
from newswire.rights.findings import found, proof
from newswire.rights.stories import version_number
from newswire.rights.tables import REASONS

REASON_OF_STATUS = {
    Status.CANCELED: "canceled",
    Status.KILLED: "killed",
    Status.DELETED: "deleted",
    Status.WITHHELD: "withheld",
    Status.UNKNOWN: "status_unknown",
}
REASON_OF_SIGNAL = {"kill": "killed", "withhold": "withheld", "planning": "not_a_story"}


def worse(one: Status, other: Status) -> Status:
    """Of two statuses the one that allows less."""
    return max(one, other, key=_severity)


def _severity(status: Status) -> int:
    return REASONS[REASON_OF_STATUS[status]].outcome if status in REASON_OF_STATUS else Outcome.PUBLISH


def tombstone(case: Case) -> Iterator[Finding]:
    """Withdraw what was taken down.

    A usable version above a kill's waits for a person instead, and so does what a kill may have meant.
    """
    stone = case.tombstone
    if stone is None:
        return
    if stone.suspected:
        reason = "kill_suspected"
    else:
        reason = "reissue_after_kill" if _is_reissue(case.item, stone) else "tombstone"
    text = f"{stone.reason} at {stone.at.isoformat()} {stone.evidence}".strip()
    yield found(reason, proof(reason, "status.tombstone", "tombstone", stone.item_id, text))


def _is_reissue(item: Item, stone: Tombstone) -> bool:
    """Whether a usable item is a higher version than the killed one: by number, by time where neither has a number."""
    if item.status is not Status.USABLE:
        return False
    killed, here = version_number(stone.version), version_number(item.version)
    if killed is not None and here is not None:
        return here > killed
    if killed is not None or here is not None or stone.updated_at is None or item.updated_at is None:
        return False
    return item.updated_at > stone.updated_at


def reentry(case: Case) -> Iterator[Finding]:
    """Hold what changed terms would bring back in large numbers until a person has approved it."""
    if case.reentry_review is not None:
        reason = "reentry_unapproved"
        yield found(reason, proof(reason, "status.reentry", "review", None, case.reentry_review))


def purged(case: Case) -> Iterator[Finding]:
    """Hold what has no words any more, since a person had them purged, until its source sends it again."""
    if RAW_PURGED in case.item.flags:
        yield found(RAW_PURGED, proof(RAW_PURGED, "status.purged", "item", case.item.pointer, None))


def status(case: Case) -> Iterator[Finding]:
    """Withdraw what is canceled, killed or deleted; hold what is withheld or whose status cannot be resolved."""
    item = case.item
    stated: list[tuple[str, str, str | None]] = [("status", item.status, REASON_OF_STATUS.get(item.status))]
    stated += [("signals", signal, REASON_OF_SIGNAL.get(signal)) for signal in sorted(item.signals)]
    for field, said, reason in stated:
        if reason is not None:
            yield found(reason, proof(reason, "status.status", "item", item.place(field), said))
