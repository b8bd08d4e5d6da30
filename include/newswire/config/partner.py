"""A partner, as its file is written."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from pydantic import AfterValidator, Field, model_validator

from newswire.config.contract import Contract, Period, Strict, Territory, Use
from newswire.feeds import Feed


def _cron(value: str) -> str:
    if len(value.split()) != 5 or not croniter.is_valid(value):  # noqa: PLR2004 - fields of cron
        msg = f"{value!r} is no cron expression; write five fields such as '0 * * * *'"
        raise ValueError(msg)
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        msg = f"{value!r} is not an IANA time zone; write one such as Europe/Istanbul"
        raise ValueError(msg)
    return value


def _credit_form(value: str) -> str:
    if value.count("{agency}") != 1 or re.search(r"[{}]", re.sub(r"\{(?:agency|reporter)\}", "", value)):
        msg = (
            f"{value!r} is not a form of credit; write text around one {{agency}}, and {{reporter}} where a name stands"
        )
        raise ValueError(msg)
    return value


def _party(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", value):
        msg = f"{value!r} is no IRI; write what the policies have as assignee, such as https://us.example/id or urn:a:7"
        raise ValueError(msg)
    return value


class MassReentry(Strict):
    """How many stories changed terms may bring back by themselves; more than either number waits for a person.

    Attributes:
        stories: So many stories.
        share: This share of all of the partner's stories, 0 to 1.
    """

    stories: int = Field(default=20, ge=0)
    share: float = Field(default=0.25, ge=0, le=1)

    def is_reached(self, entering: int, of: int) -> bool:
        """Whether so many stories are more than may come back by themselves."""
        return entering > self.stories or entering > self.share * of

    def __str__(self) -> str:
        return f"{{stories: {self.stories}, share: {self.share:g}}}"


class Layout(Strict):
    """What the partner's own texts look like, beyond what every agency's do.

    Attributes:
        credits: Forms of a credit that closes a line or is one: text with ``{agency}`` and, if need be, ``{reporter}``.
        notice_openings: Words that open a rights notice at the start of a line.
        teasers: Whether lines after the closing notice or credit are cut: those that look like teasers of other
            stories (``guess``), all (``always``), or none (``never``).
        teaser_headings: Lines from which on nothing is the story's, whatever ``teasers`` says.
    """

    credits: tuple[Annotated[str, AfterValidator(_credit_form)], ...] = ()
    notice_openings: tuple[Annotated[str, Field(min_length=4)], ...] = ()
    teasers: Literal["guess", "always", "never"] = "guess"
    teaser_headings: tuple[Annotated[str, Field(min_length=2)], ...] = ()


class Partner(Strict):
    """An agency whose wire is pulled, and what it allows.

    Attributes:
        slug: The file's stem; names the DAG, the partition and every record.
        aliases: Names under which the partner appears as holder or credit.
        timezone: The zone of the partner's days; also of its times where ``naive_times`` says so.
        naive_times: How a time without a zone is read: as unknown (strict), or in ``timezone``.
        layout: What its texts look like; None where every agency's forms suffice.
        empty_embargo: What an embargo without an end means: held for review, or none.
        required_uses: What a decision must allow before the lake may hold a story.
        licensee: What the partner's policies call whoever runs this installation, as IRIs; without any it is unknown.
        mass_reentry: How many stories changed terms may bring back without a person's yes.
        landing_retention: How long a raw payload is kept that no story needs; None keeps it for ever.
    """

    slug: str = ""
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    owner: str = "newswire"
    tags: tuple[str, ...] = ()
    timezone: Annotated[str, AfterValidator(_zone)]
    naive_times: Literal["unknown", "timezone"] = "unknown"
    layout: Layout | None = None
    schedule: Annotated[str, AfterValidator(_cron)] = "0 * * * *"
    start_date: date | None = None
    empty_embargo: Literal["open_ended", "none"] = "open_ended"
    required_uses: tuple[Use, ...] = Field(default=("store", "analyse"), min_length=1)
    licensee: tuple[Annotated[str, AfterValidator(_party)], ...] = ()
    mass_reentry: MassReentry = MassReentry()
    landing_retention: Period | None = None
    channel: str | None = None
    territory: Territory | None = None
    feeds: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")], Feed] = Field(min_length=1)
    contracts: tuple[Contract, ...] = ()

    @model_validator(mode="after")
    def _contract_ids_unique(self) -> Partner:
        ids = [contract.id for contract in self.contracts]
        if len(ids) != len(set(ids)):
            msg = "two contracts share an id; each version of the terms needs its own"
            raise ValueError(msg)
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The partner's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the partner goes by."""
        return (self.name, self.slug, *self.aliases)
