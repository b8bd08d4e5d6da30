"""What was decided, why, and what persons and kills said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

TAKEN_DOWN = "taken_down"
"""The reason of a tombstone that a person put up: no version beats it, and nothing but a name is read again."""


class Outcome(IntEnum):
    """The result of a decision, ordered from mildest to worst; the worst finding wins (central rule)."""

    PUBLISH = 0
    HOLD = 1
    REJECT = 2
    WITHDRAW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a reason was given: where the words stand that caused it.

    Attributes:
        reason: The reason it supports.
        source: ``contract``, ``item``, ``notice``, ``credit``, ``tombstone``, ``review``, ``feed`` or ``language``.
        rule: The rule that produced the reason.
        pointer: A place in the payload or in the partner file.
        start: Start of a character span in the item's text.
        end: End of the span.
        text: The words themselves, shortened to what proves the point.
    """

    reason: str
    source: str
    rule: str
    pointer: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule concluded.

    Attributes:
        reason: A stable code, such as ``embargo`` or ``no_contract``.
        outcome: How bad it is.
        until: When time alone ends this finding; None when time does not.
        removes_uses: Uses that it takes away.
        adds_obligations: Obligations that it adds.
    """

    reason: str
    outcome: Outcome
    until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    removes_uses: tuple[str, ...] = ()
    adds_obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedFor:
    """What a decision was asked about."""

    uses: tuple[str, ...]
    territory: str | None = None
    channel: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRef:
    """The contract a decision rests on: its id and the hash of its terms."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The decision on one component of an item: its text, a photo, a video.

    Attributes:
        kind: ``text``, ``photo``, ``video``, ``audio`` or ``graphic``; None where the source does not tell.
        url: Where it is; None for the text.
        pointer: Where it stood in the payload.
        credit: Whom its source credits it to.
        outcome: The worst finding's outcome for it alone.
        evidence: Why; that of the text stands in the decision itself.
    """

    kind: str | None
    url: str | None = None
    pointer: str = ""
    credit: str | None = None
    outcome: Outcome
    reasons: tuple[str, ...]
    permitted_uses: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    expires_at: datetime | None = None
    contract: ContractRef | None = None
    license: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A withdrawal that outlives the item: it beats any later copy until an admin lifts it.

    Attributes:
        version: The version that was killed; a higher usable one is a reissue that a person confirms.
        updated_at: When the kill says that it was issued; orders versions where the format has no numbers.
        suspected: The kill named the item by its slug only: it is suspended until a person says whether it is meant.
        at: When the kill was first observed.
        evidence: Where it stood: receipt and ordinal, or who took the item down.
    """

    item_id: str
    reason: str
    version: str | None = None
    updated_at: datetime | None = None
    suspected: bool = False
    at: datetime
    evidence: str = ""

    @property
    def taken_down(self) -> bool:
        """Whether a person took the story down."""
        return self.reason == TAKEN_DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's word on one decision. It holds for exactly that decision and dies when anything of it changes.

    The caller passes it for the item, version and content that it names; the rule that applies it holds the contract,
    the reasons and the time against it.

    Attributes:
        override_id: Names it in the ledger and in evidence.
        version: The version decided upon; None where the format has none.
        contract_hash: The terms that the decision rested on; None where no contract was chosen.
        reasons: The decision's reasons, as they were without the override; as a set, their order says nothing.
        outcome: What the person decided: ``PUBLISH`` widens (possible only for some holds), all else narrows.
        by: Who decided.
        why: Their reason.
        at: When they decided.
        expires_at: When it ends.
    """

    override_id: str
    item_id: str
    version: str | None
    content_hash: str
    contract_hash: str | None
    reasons: tuple[str, ...]
    outcome: Outcome
    by: str
    why: str
    at: datetime
    expires_at: datetime

    @property
    def widens(self) -> bool:
        """Whether it lets through what the rules hold."""
        return self.outcome is Outcome.PUBLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """May this item be used, until when, and why.

    Attributes:
        outcome: The worst finding's outcome.
        reasons: Every reason, worst first, then in the order of the central rule.
        hold_until: Set only where time alone blocks.
        expires_at: When a published item must leave.
        next_review_at: The next moment at which time alone may change this decision.
        components: The text, then every photo, video or other part, each decided for itself.
        override: The id of the override that made it what it is, or None.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    assessed_for: AssessedFor
    hold_until: datetime | None = None
    expires_at: datetime | None = None
    next_review_at: datetime | None = None
    permitted_uses: tuple[str, ...] = ()
    prohibited_uses: tuple[str, ...] = ()
    territories: str | None = None
    obligations: tuple[str, ...] = ()
    contract: ContractRef | None = None
    license: str | None = None
    rule_versions: dict[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    components: tuple[Component, ...] = ()
    override: str | None = None
