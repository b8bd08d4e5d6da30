"""What a partner grants, as the terms of a contract are written in its file."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from newswire.codes import TERRITORIES, Language

PERIOD = re.compile(r"([1-9]\d{0,4})d")
YEARS = range(1900, 3000)
"""What a calendar day of a contract may lie in: beyond it, a zone or a period leads out of all dates there are."""

Use = Literal[
    "store", "analyse", "display", "distribute", "translate", "modify", "archive", "ai_input", "ai_train", "text_mining"
]
Medium = Literal["text", "photo", "video", "audio", "graphic"]
Obligation = Literal["attribute", "keep_notice", "link_back", "notify"]


def _period(value: str) -> str:
    if not PERIOD.fullmatch(value):
        msg = f"{value!r} is not a period; write days as in 365d, 99999d at most"
        raise ValueError(msg)
    return value


def _days(value: object) -> object:
    """A number of days without its unit, in the words of ``_period``."""
    if isinstance(value, int):
        msg = f"{value} is not a period; write days as in {value}d"
        raise ValueError(msg)  # noqa: TRY004 - pydantic takes a ValueError
    return value


def _use_after_end(value: str) -> str:
    if value not in {"none", "perpetual"} and not re.fullmatch(r"days:[1-9]\d{0,4}", value):
        msg = f"{value!r} is not known; write none, perpetual, or days:30 (99999 at most)"
        raise ValueError(msg)
    return value


def _territory(value: str) -> str:
    if value not in TERRITORIES:
        msg = f"{value!r} is no country of ISO 3166-1; write two capitals such as TR, and GB for the United Kingdom"
        raise ValueError(msg)
    return value


def _day(value: date) -> date:
    if value.year not in YEARS:
        msg = f"{value} lies outside the years {YEARS[0]} to {YEARS[-1]}; an end that is not stated is left out"
        raise ValueError(msg)
    return value


Day = Annotated[date, AfterValidator(_day)]
Territory = Annotated[str, AfterValidator(_territory)]
Period = Annotated[str, BeforeValidator(_days), AfterValidator(_period)]


def days(period: str) -> timedelta:
    """The length of a period such as ``365d``."""
    return timedelta(days=int(period[:-1]))


class Strict(BaseModel):
    """What stands in a file: typed, frozen, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Term(Strict):
    """A range of calendar days in the partner's time zone, both ends included. No ``until`` means no stated end."""

    from_: Day = Field(alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Term:
        if self.until is not None and self.until < self.from_:
            msg = f"until {self.until} lies before from {self.from_}"
            raise ValueError(msg)
        return self

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The first instant of the term, UTC."""
        return datetime.combine(self.from_, time.min, zone).astimezone(UTC)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """The first instant after the term, UTC; None for an open end."""
        if self.until is None:
            return None
        return datetime.combine(self.until + timedelta(days=1), time.min, zone).astimezone(UTC)


class Territories(Strict):
    """Where the grant holds: everywhere, only in ``codes``, or everywhere but ``codes`` (ISO 3166-1 alpha-2)."""

    mode: Literal["worldwide", "only", "except"]
    codes: tuple[Territory, ...] = ()

    @model_validator(mode="after")
    def _codes_fit(self) -> Territories:
        if (self.mode == "worldwide") == bool(self.codes):
            msg = "worldwide takes no codes; only and except need some"
            raise ValueError(msg)
        return self

    def covers(self, code: str) -> bool:
        """Whether the grant reaches a territory."""
        return self.mode == "worldwide" or (code in self.codes) == (self.mode == "only")

    def __str__(self) -> str:
        return self.mode if self.mode == "worldwide" else f"{self.mode} {' '.join(self.codes)}"


class Duty(Strict):
    """What a use obliges to, and when that is due; a bare name in a file is due after (that is, with) the use."""

    action: Obligation
    due: Literal["before", "after"] = "after"

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        return {"action": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return f"{self.action}_before_use" if self.due == "before" else self.action


class Contract(Strict):
    """What a partner grants, in the words of the contract.

    Attributes:
        delivery_term: When stories may be delivered; tested against a story's first landing.
        item_term: Which publication dates of stories are covered; None covers all.
        uses: What may be done with a story.
        media: Which components are covered.
        languages: Which languages are covered (ISO 639-1, or kmr, ckb, zza).
        categories: Which categories are covered; None covers all.
        territories: Where.
        channels: Through which channels; None covers all.
        content: How much of a story may be shown.
        retention: How long after its first landing a story may be kept; None sets no limit of its own.
        use_after_end: What may stay after the term: ``none``, ``days:N`` or ``perpetual``.
        on_item_expiry: Whether a story leaves at its own expiry.
        obligations: What every use must do, before or after it.
        prohibitions: Uses that are named as forbidden.
        third_party: What happens to material of others: hold it, reject it, or allow it.
    """

    id: str = Field(min_length=1)
    delivery_term: Term
    item_term: Term | None = None
    uses: tuple[Use, ...] = Field(min_length=1)
    media: tuple[Medium, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    categories: tuple[str, ...] | None = None
    territories: Territories
    channels: tuple[str, ...] | None = None
    content: Literal["full", "extract", "metadata"] = "full"
    retention: Period | None = None
    use_after_end: Annotated[str, AfterValidator(_use_after_end)] = "none"
    on_item_expiry: Literal["withdraw", "keep"] = "withdraw"
    obligations: tuple[Duty, ...] = ()
    prohibitions: tuple[Use, ...] = ()
    third_party: Literal["hold", "reject", "allow"] = "hold"

    def hash(self) -> str:
        """SHA-256 (hex) of the terms: a contract's version."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
