"""What rules are given: the case to decide, and one grant at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from newswire.codes import TERRITORIES
from newswire.config import Partner, Territories
from newswire.model import Article, ContractRef, Embargo, Finding, Item, RightsStatement, Scope, Tombstone
from newswire.rights.tables import TERRITORY_SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Territories a grant reaches: everywhere, only in ``codes``, or everywhere but ``codes``."""

    mode: Literal["worldwide", "only", "except"] = "worldwide"
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, territories: Territories) -> Area:
        """The area a contract states."""
        return cls(mode=territories.mode, codes=frozenset(territories.codes))

    def only(self, codes: frozenset[str]) -> Area:
        """The part of it that lies in ``codes``."""
        match self.mode:
            case "worldwide":
                return Area(mode="only", codes=codes)
            case "only":
                return Area(mode="only", codes=self.codes & codes)
            case _:
                return Area(mode="only", codes=codes - self.codes)

    def without(self, codes: frozenset[str]) -> Area:
        """The part of it that lies outside ``codes``."""
        if not codes:
            return self
        if self.mode == "only":
            return Area(mode="only", codes=self.codes - codes)
        return Area(mode="except", codes=self.codes | codes)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self.mode == "only" and not self.codes

    def covers(self, code: str) -> bool:
        """Whether it reaches a territory; a code that ISO 3166-1 does not know is nowhere, not everywhere."""
        return code in TERRITORIES and (self.mode == "worldwide" or (code in self.codes) == (self.mode == "only"))

    def __str__(self) -> str:
        return self.mode if self.mode == "worldwide" else " ".join((self.mode, *sorted(self.codes))).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything a decision depends on.

    Attributes:
        first_landed: When the story first landed; ``now`` for one that lands now.
        uses: The uses that were asked about.
        statements: The rights statements that bind the story: the item's and its feed's, not those of its media.
        kind: What is decided on, in the words of a contract: the text, or a component; None for one of unknown kind.
        reentry_review: The review without whose yes the story may not come back into the lake, or None.
    """

    article: Article
    partner: Partner
    now: datetime
    first_landed: datetime
    uses: tuple[str, ...]
    kind: str | None = "text"
    territory: str | None = None
    channel: str | None = None
    tombstone: Tombstone | None = None
    inherited_embargo: Embargo | None = None
    reentry_review: str | None = None

    statements: tuple[RightsStatement, ...] = field(init=False)

    def __post_init__(self) -> None:
        binding = tuple(said for said in self.article.item.rights if said.scope is not Scope.MEDIA)
        object.__setattr__(self, "statements", binding)

    @property
    def item(self) -> Item:
        """The item as it was parsed."""
        return self.article.item

    @property
    def needed_uses(self) -> tuple[str, ...]:
        """The uses asked about and those the lake itself cannot do without."""
        return tuple(dict.fromkeys((*self.uses, *self.partner.required_uses)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One permission, in force and evaluated alone: a contract's or an open licence's.

    Attributes:
        id: The contract's id or the licence's; names it in evidence and breaks ties.
        pointer: Where it stands: ``contracts[id]`` of the partner file, or the statement's place in the payload.
        uses: What it grants, its own prohibitions left out.
        prohibited: Uses it names as forbidden.
        languages: None covers all; so do ``media``, ``categories`` and ``channels``.
        item_dates: When a covered story was published: the first instant, and the first one after the last.
        ends_at: The first instant at which it no longer lets a story stay.
        basis: Which of its clauses allow the story, as a finding.
        retention: How long a story may be kept from its first landing.
        keeps_expired: Whether a story outlives its own expiry.
    """

    id: str
    pointer: str
    basis: Finding
    uses: tuple[str, ...]
    prohibited: tuple[str, ...] = ()
    area: Area = Area()
    media: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    item_dates: tuple[datetime, datetime | None] | None = None
    content: str = "full"
    obligations: tuple[str, ...] = ()
    third_party: Literal["hold", "reject", "allow"] = "hold"
    ends_at: datetime | None = None
    retention: timedelta | None = None
    keeps_expired: bool = False
    contract: ContractRef | None = None
    license: str | None = None

    def retained_until(self, case: Case) -> datetime | None:
        """The first instant at which the story has been kept as long as the contract allows."""
        return None if self.retention is None else case.first_landed + self.retention


ItemRule = Callable[[Case], Iterator[Finding]]
"""A rule that needs no grant: what it finds holds under every contract."""

GrantRule = Callable[[Case, Grant], Iterator[Finding]]
"""A rule about a case under one grant."""


def territory_code(text: str) -> str | None:
    """The ISO 3166-1 code a text names, or None."""
    code = TERRITORY_SAME.get(text.strip().upper(), text.strip().upper())
    return code if code in TERRITORIES else None
