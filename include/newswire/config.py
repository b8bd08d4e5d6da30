"""Partner files and settings: what a person writes, checked before anything runs.

A partner is one YAML file, ``include/partners/<slug>.yaml``. Every key is typed, unknown keys are errors, and a default
is always the strict choice. A file that does not validate yields ``ConfigError`` naming file, line and remedy.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from croniter import croniter
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from newswire.codes import TERRITORIES, Language
from newswire.errors import ConfigError
from newswire.feeds import Feed

SLUG = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_SHOWN = 120
PERIOD = re.compile(r"([1-9]\d*)d")

Use = Literal[
    "store", "analyse", "display", "distribute", "translate", "modify", "archive", "ai_input", "ai_train", "text_mining"
]
Medium = Literal["text", "photo", "video", "audio", "graphic"]
Obligation = Literal["attribute", "keep_notice", "link_back", "notify"]


def _period(value: str) -> str:
    if not PERIOD.fullmatch(value):
        msg = f"{value!r} is not a period; write days as in 365d"
        raise ValueError(msg)
    return value


def _days(value: object) -> object:
    """A number of days without its unit, in the words of ``_period``."""
    if isinstance(value, int):
        msg = f"{value} is not a period; write days as in {value}d"
        raise ValueError(msg)  # noqa: TRY004 - pydantic takes a ValueError
    return value


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


def _use_after_end(value: str) -> str:
    if value not in {"none", "perpetual"} and not re.fullmatch(r"days:[1-9]\d*", value):
        msg = f"{value!r} is not known; write none, perpetual, or days:30"
        raise ValueError(msg)
    return value


def _territory(value: str) -> str:
    if value not in TERRITORIES:
        msg = f"{value!r} is no country of ISO 3166-1; write two capitals such as TR, and GB for the United Kingdom"
        raise ValueError(msg)
    return value


Territory = Annotated[str, AfterValidator(_territory)]
Period = Annotated[str, BeforeValidator(_days), AfterValidator(_period)]


def days(period: str) -> timedelta:
    """The length of a period such as ``365d``."""
    return timedelta(days=int(period[:-1]))


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Term(_Strict):
    """A range of calendar days in the partner's time zone, both ends included. No ``until`` means no stated end."""

    from_: date = Field(alias="from")
    until: date | None = None

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


class Territories(_Strict):
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


class Duty(_Strict):
    """What a use obliges to, and when that is due; a bare name in a file is due after (that is, with) the use."""

    action: Obligation
    due: Literal["before", "after"] = "after"

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        return {"action": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return f"{self.action}_before_use" if self.due == "before" else self.action


class Contract(_Strict):
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


class MassReentry(_Strict):
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


class Layout(_Strict):
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


class Partner(_Strict):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the installation keeps things; each comes from the environment.

    Attributes:
        lake: Root of the lake (``NEWSWIRE_LAKE``), a path or URL.
        database_url: The ledger's database (``NEWSWIRE_DATABASE_URL``), a SQLAlchemy URL, or None.
        partners: Directory of the partner files (``NEWSWIRE_PARTNERS``).
    """

    lake: str
    database_url: str | None
    partners: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings; the defaults are those of ``make run`` in this checkout."""
        root = Path(__file__).resolve().parents[2]
        return cls(
            lake=os.environ.get("NEWSWIRE_LAKE", str(root / ".newswire" / "lake")),
            database_url=os.environ.get("NEWSWIRE_DATABASE_URL"),
            partners=Path(os.environ.get("NEWSWIRE_PARTNERS", str(root / "include" / "partners"))),
        )


class _Loader(yaml.SafeLoader):
    """YAML without its traps: a repeated key is an error, and ``no`` is Norwegian (or Norway), not false."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the base class's signature
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                msg = f"the key {key!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, msg, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF"))


def load_partner(path: Path) -> Partner:
    """Read and check one partner file.

    Raises:
        ConfigError: Naming the file, each line that is wrong, and what to write instead.
    """
    if not SLUG.fullmatch(path.stem):
        msg = f"{path.name}: the file name is the partner's slug, and {path.stem!r} is not one."
        raise ConfigError(msg, reason="bad_slug", remedy="Use lower-case letters, digits and hyphens, a letter first.")
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path.name}: cannot be read: {error}."
        raise ConfigError(msg, reason="unreadable", remedy="Save it as UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"{path.name}:{line}: {error.problem}."
        raise ConfigError(msg, reason="bad_yaml", remedy="Correct the YAML at that line.") from error
    if not isinstance(data, dict):
        msg = f"{path.name}:1: a partner file is a mapping of keys, this is {type(data).__name__}."
        raise ConfigError(msg, reason="bad_yaml", remedy="Start from docs/partners.md.")
    try:
        return Partner.model_validate({**data, "slug": path.stem})
    except ValidationError as error:
        problems = [f"{path.name}:{_line(tree, e['loc'])}: {_dotted(e['loc'])}: {_say(e)}" for e in _causes(error)]
        raise ConfigError("\n".join(problems), reason="bad_partner", remedy="") from error


def load_partners(directory: Path) -> tuple[list[Partner], list[ConfigError]]:
    """Read every partner file of a directory, sorted by slug: those that validate, and an error for each other."""
    partners, errors = [], []
    for path in sorted(directory.glob("*.yaml")):
        try:
            partners.append(load_partner(path))
        except ConfigError as error:
            errors.append(error)
    return partners, errors


def _causes(error: ValidationError) -> list[Any]:
    """The errors without those that only follow: a list is too short where none of its items was right."""
    found = error.errors()
    places = [e["loc"] for e in found]
    return [
        e
        for e in found
        if e["type"] != "too_short" or not any(p != e["loc"] and p[: len(e["loc"])] == e["loc"] for p in places)
    ]


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 1) at which the value, or else its nearest parent, stands."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == part]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "[key]") or "file"


_DATE = "{input!r} is no date; write it as 2026-12-31."
_SAID = {
    "extra_forbidden": "is not a known key; remove it or correct its spelling.",
    "missing": "is missing; add it.",
    "literal_error": "{input!r} is not allowed; write one of {expected}.",
    "told": "{msg}.",
    "string_type": "{input!r} is no text; put it in quotes.",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
}


def _say(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    said = _SAID.get(error["type"])
    if said is not None:
        return said.format(input=error["input"], msg=error["msg"], expected=error.get("ctx", {}).get("expected"))
    found = repr(error["input"])
    shown = f" (found {found})" if len(found) <= _LONGEST_SHOWN else ""
    return f"{error['msg'].removeprefix('Value error, ')}{shown}."
