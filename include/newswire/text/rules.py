"""The rule files: what a person writes, read and checked strictly."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from newswire.errors import ConfigError

NoticeClass = Literal[
    "label",
    "reservation",
    "prohibition",
    "contract_required",
    "conditional_reuse",
    "ai_reserved",
    "embargo",
    "editorial_only",
    "third_party",
    "kill",
    "territory",
    "no_archive",
    "channel",
    "no_modification",
    "use_limited",
    "extract_only",
]
CLASSES: tuple[str, ...] = get_args(NoticeClass)

FOLDER = Path(__file__).parent
Fragment = Annotated[str, Field(pattern=r"^[^*\s][^*]*\*?$")]
Words = tuple[Fragment, ...]
Position = Literal["any", "start", "line", "alone", "whole"]
Part = Literal[
    "use",
    "reuse",
    "banned",
    "reuse_banned",
    "needs",
    "without",
    "firm",
    "leave",
    "deal",
    "allowed",
    "source",
    "required",
    "ai",
    "opposed",
    "rights",
    "belong",
    "belongs",
    "material",
    "uncredited",
    "not",
    "embargoed",
    "from",
    "protected",
    "outsiders",
    "reuse_allowed",
    "clients",
    "personal",
    "channel",
    "excluded",
    "unchanged",
    "owns",
    "third",
    "theirs",
    "harmless",
    "commercial",
    "modify",
    "archive",
    "editorial",
    "only",
    "before",
    "earliest",
    "once",
    "delete",
    "period",
    "atmost",
    "amounts",
    "quote",
    "extracts",
    "past",
    "story",
    "dispatch",
    "piece",
    "withdrawn",
    "pull",
    "editors",
]
_Model = TypeVar("_Model", bound=BaseModel)
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar is a string: "no" and "on" are words here


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Strict):
    """One wording.

    Attributes:
        id: ``<language>.<what>.<number>``.
        all: Fragments that must all stand in one notice; a list means one of them. A ``*`` at the end: any ending.
        ordered: Whether the fragments must follow each other in this order.
        unless: Fragments of which none may stand in the same sentence.
        outside: Fragments inside which none of its own counts.
        near: The most characters the fragments may span, and between them and the time that ``needs`` wants.
        tight: The most characters between the last two fragments, which then stand in one clause.
        classes: What the wording says; none for one that only supports others (a © mark, "this material").
        strength: How much it says by itself; a notice needs four points with those of its position.
        position: ``start`` of a clause, start of a ``line`` that says hardly anything else, ``alone`` on its line,
            ``whole`` where its sentence says nothing else, or ``any``.
        needs: ``time`` when a time or date must follow, ``place`` when its sentence must name a country.
        takes_rest: Whether what follows up to the next full stop, semicolon or dash belongs to it, such as a name.
        companions: Classes of which another row must bring one.
        source: Where the wording was seen.
        unverified: Why it has not been seen yet, such as that it is a translation.
        matches: Texts in which it must be found.
        rejects: Texts in which it must not.
    """

    id: str = Field(pattern=r"^[a-z]{2,3}\.[a-z_]+\.\d+$")
    all: tuple[Fragment | Words, ...] = Field(min_length=1)
    ordered: bool = False
    unless: Words = ()
    outside: Words = ()
    near: int = Field(default=240, gt=0)
    tight: int | None = Field(default=None, gt=0)
    classes: tuple[NoticeClass, ...] = ()
    strength: int = Field(ge=1, le=4)
    position: Position = "any"
    needs: Literal["time", "place"] | None = None
    takes_rest: bool = False
    companions: tuple[NoticeClass, ...] = ()
    source: str | None = None
    unverified: str | None = None
    matches: tuple[str, ...] = Field(min_length=1)
    rejects: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sourced(self) -> Row:
        if (self.source is None) == (self.unverified is None):
            msg = "a row states either its source or why it is unverified"
            raise ValueError(msg)
        return self


class Pattern(_Strict):
    """A wording that every language has, made of the parts that rule files list under ``words``.

    Attributes:
        id: ``<what>.<number>``; a language's own row of it is ``<language>.<what>.<number>``.
        all: Parts that must all stand in one notice; a list means one of them.
        outside: Parts inside which no other part counts: "permitted" in "not permitted".
        unless: Parts of which none may stand in the same sentence.
        ordered, takes_rest, near, tight, classes, strength, position, needs, companions: As a row's.
        matches: Texts in which it must be found, whatever their language.
        rejects: Texts in which it must not.
    """

    id: str = Field(pattern=r"^[a-z_]+\.\d+$")
    all: tuple[Part | tuple[Part, ...], ...] = Field(min_length=1)
    outside: tuple[Part, ...] = ()
    unless: tuple[Part, ...] = ()
    ordered: bool = False
    takes_rest: bool = False
    near: int = Field(default=240, gt=0)
    tight: int | None = Field(default=None, gt=0)
    classes: tuple[NoticeClass, ...] = Field(min_length=1)
    strength: int = Field(default=2, ge=1, le=4)
    position: Position = "any"
    needs: Literal["time", "place"] | None = None
    companions: tuple[NoticeClass, ...] = ()
    matches: tuple[str, ...] = Field(min_length=1)
    rejects: tuple[str, ...] = Field(min_length=1)

    def row(self, language: str, words: dict[Part, Words]) -> Row | None:
        """The wording in the words of a language, or None if it lacks a part of it."""
        slots = [(slot,) if isinstance(slot, str) else slot for slot in self.all]
        said = tuple(tuple(word for part in slot for word in words.get(part, ())) for slot in slots)
        if not all(said):
            return None
        return Row(
            id=f"{language}.{self.id}",
            all=said,
            outside=tuple(word for part in self.outside for word in words.get(part, ())),
            unless=tuple(word for part in self.unless for word in words.get(part, ())),
            ordered=self.ordered,
            takes_rest=self.takes_rest,
            near=self.near,
            tight=self.tight,
            classes=self.classes,
            strength=self.strength,
            position=self.position,
            needs=self.needs,
            companions=self.companions,
            source="grammar.yaml",
            matches=self.matches,
            rejects=self.rejects,
        )


class _Grammar(_Strict):
    patterns: tuple[Pattern, ...]


class RuleFile(_Strict):
    """All wordings of a language.

    Attributes:
        language: BCP 47 code, the file's stem.
        rows: The wordings.
        words: The language's words for the parts of which ``grammar.yaml`` makes wordings.
        vocabulary: Words of which notices consist beside the wordings: what is left over tells stories from notices.
        leads: Words that may stand before a wording that must start its clause.
        prefixes: Letters that are written together with the word they stand before.
        holders: Where the holder stands: ``{holder}`` between or after fragments.
        contexts: Words that speak *about* a notice: courts, speakers, laws.
        subjects: Those who own and forbid other things in stories: laws, ministries, companies, museums.
        others: What bans in stories are about, and who allows it there: the report, the ruling, the heirs.
        banners: Words of a page's own furniture, such as its cookie banner.
        credit_labels: What introduces a credit on its own line.
        photo_labels: What introduces the credit of a photo.
        byline_labels: What introduces the author at the top.
        places: Countries and regions as territory notices name them.
        days: Words that state a time by themselves: weekdays, noon.
        months: Words that state a date together with a day's number.
    """

    language: str
    rows: tuple[Row, ...] = Field(min_length=1)
    words: dict[Part, Words] = {}
    vocabulary: Words = ()
    leads: Words = ()
    prefixes: Words = ()
    holders: tuple[str, ...] = ()
    contexts: Words = ()
    subjects: Words = ()
    others: Words = ()
    banners: Words = ()
    credit_labels: Words = ()
    photo_labels: Words = ()
    byline_labels: Words = ()
    places: Words = ()
    days: Words = ()
    months: Words = ()

    @model_validator(mode="after")
    def _ids_are_its_own(self) -> RuleFile:
        ids = [row.id for row in self.rows]
        if len(ids) != len(set(ids)) or any(not row_id.startswith(f"{self.language}.") for row_id in ids):
            msg = f"row ids are unique and start with {self.language!r}"
            raise ValueError(msg)
        return self


class Agency(_Strict):
    """An agency as credits name it.

    Attributes:
        name: What a credit reports.
        forms: Other names, abbreviations and scripts.
        photos: Whether it is named beside photos only.
    """

    name: str
    forms: tuple[str, ...] = ()
    photos: bool = False


class _Agencies(_Strict):
    agencies: tuple[Agency, ...]


class MailEnd(_Strict):
    """A line that mail programs or lists append: one of the first list begins it, one of each other stands in it."""

    id: str = Field(pattern=r"^[a-z]{2,3}\.[a-z_]+\.\d+$")
    all: tuple[Words, ...] = Field(min_length=1)
    matches: tuple[str, ...] = Field(min_length=1)
    rejects: tuple[str, ...] = Field(min_length=1)


class MailEnds(_Strict):
    """What mail programs and lists append.

    Attributes:
        unless: What none of its lines says: it speaks of a story, or is one.
    """

    unless: Words
    ends: tuple[MailEnd, ...]


def read_file(path: Path) -> RuleFile:
    """Read and check one rule file.

    Raises:
        ConfigError: Naming the file, the key and what is wrong with it.
    """
    rules = _read(path, RuleFile)
    if rules.language != path.stem:
        msg = f"{path.name}: language: is {rules.language!r}, the file's name says {path.stem!r}."
        raise ConfigError(msg, reason="bad_rules", remedy="Name the file after its language.")
    return rules


@cache
def version() -> str:
    """The first 12 hex digits of the SHA-256 of all rule files: by which rules a text was taken apart."""
    digest = sha256()
    for path in (*sorted((FOLDER / "rules").glob("*.yaml")), *sorted(FOLDER.glob("*.yaml"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def packaged_files() -> tuple[RuleFile, ...]:
    """Every language's file, sorted by language."""
    return tuple(read_file(path) for path in sorted((FOLDER / "rules").glob("*.yaml")))


def packaged_patterns() -> tuple[Pattern, ...]:
    """The wordings that every language has."""
    return _read(FOLDER / "grammar.yaml", _Grammar).patterns


def packaged_agencies() -> tuple[Agency, ...]:
    """The table of agencies."""
    return _read(FOLDER / "agencies.yaml", _Agencies).agencies


def packaged_mail_ends() -> MailEnds:
    """What mail programs and lists append."""
    return _read(FOLDER / "mailends.yaml", MailEnds)


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506 - strings only
    except yaml.YAMLError as error:
        msg = f"{path.name}: is not YAML: {error}."
        raise ConfigError(msg, reason="bad_rules", remedy="Correct it at that line.") from error
    except ValidationError as error:
        problems = [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("\n".join(problems), reason="bad_rules", remedy="") from error
