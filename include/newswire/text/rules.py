"""The rule files: read once, checked strictly, compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from newswire.errors import ConfigError
from newswire.text.folding import folded

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
]
CLASSES: tuple[str, ...] = get_args(NoticeClass)

_FOLDER = Path(__file__).parent
_CLOCK = (
    r"\d{1,2}[:.]\d{2}|\d{1,2}\s?(?:am|pm|a\.m|p\.m)\b|\d{4}\s?(?:hrs|gmt|utc)|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)

Fragment = Annotated[str, Field(min_length=1)]


_Model = TypeVar("_Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Strict):
    """One wording.

    Attributes:
        id: ``<language>.<what>.<number>``.
        all: Fragments that must all stand in one notice; a list means one of them. ``*`` ends a word's stem.
        near: The most characters the fragments may span, and between them and the time that ``needs`` wants.
        classes: What the wording says; none for one that only supports others (a © mark, "this material").
        strength: How much it says by itself; a notice needs four points with those of its position.
        position: ``start`` of a clause, start of a short ``line``, ``alone`` on its line, or ``any``.
        needs: ``time`` when a time or date must stand beside it.
        companions: Classes of which another row must bring one.
        source: Where the wording was seen.
        unverified: Why it has not been seen yet, such as that it is a translation.
        matches: Texts in which it must be found.
        rejects: Texts in which it must not.
    """

    id: str = Field(pattern=r"^[a-z]{2,3}\.[a-z_]+\.\d+$")
    all: tuple[Fragment | tuple[Fragment, ...], ...] = Field(min_length=1)
    near: int = Field(default=240, gt=0)
    classes: tuple[NoticeClass, ...] = ()
    strength: int = Field(ge=1, le=4)
    position: Literal["any", "start", "line", "alone"] = "any"
    needs: Literal["time"] | None = None
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


class RuleFile(_Strict):
    """All wordings of a language.

    Attributes:
        language: BCP 47 code, the file's stem.
        rows: The wordings.
        holders: Where the holder stands: ``{holder}`` between or after fragments.
        contexts: Words that speak *about* a notice: courts, speakers, laws.
        credit_labels: What introduces a credit on its own line.
        days: Words that state a time by themselves: weekdays, noon.
        months: Words that state a date together with a day's number.
    """

    language: str
    rows: tuple[Row, ...] = Field(min_length=1)
    holders: tuple[str, ...] = ()
    contexts: tuple[Fragment, ...] = ()
    credit_labels: tuple[Fragment, ...] = ()
    days: tuple[Fragment, ...] = ()
    months: tuple[Fragment, ...] = ()

    @model_validator(mode="after")
    def _ids_are_its_own(self) -> RuleFile:
        ids = [row.id for row in self.rows]
        if len(ids) != len(set(ids)) or any(not row_id.startswith(f"{self.language}.") for row_id in ids):
            msg = f"row ids are unique and start with {self.language!r}"
            raise ValueError(msg)
        return self


class _Agency(_Strict):
    name: str
    forms: tuple[str, ...] = ()


class _Agencies(_Strict):
    agencies: tuple[_Agency, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A fragment, compiled over folded text.

    Attributes:
        pieces: Its words, the longest first: unless all stand in a text, it does not, and nothing more need be tried.
        pattern: The fragment whatever the white space; it starts with a literal, which makes the search quick.
        whole: Whether its first letter must start a word.
    """

    pieces: tuple[str, ...]
    pattern: re.Pattern[str]
    whole: bool

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands."""
        for match in self.pattern.finditer(text):
            start = match.start()
            if not self.whole or start == 0 or not text[start - 1].isalnum():
                yield match.span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row, compiled: for each of its fragments the wordings one of which must stand in the notice."""

    row: Row
    language: str
    slots: tuple[tuple[Wording, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every language's rules, compiled."""

    files: tuple[RuleFile, ...]
    rules: tuple[Rule, ...]
    holders: tuple[re.Pattern[str], ...]
    contexts: re.Pattern[str]
    credit_labels: re.Pattern[str]
    time: re.Pattern[str]
    agencies: dict[str, str]


def pattern(fragment: str, *, bounded: bool = True) -> str:
    """The regular expression of a fragment over folded text.

    Args:
        fragment: The words; ``*`` stands for any ending.
        bounded: Whether the expression itself looks for the start of a word.
    """
    words = [re.escape(word).replace(r"\*", r"\w*") for word in folded(fragment).split()]
    head = r"(?<!\w)" if bounded and words[0][0].isalnum() else ""
    tail = r"(?!\w)" if fragment[-1].isalnum() else ""
    return head + r"\s+".join(words) + tail


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
def load() -> Rules:
    """The packaged rules, read and compiled once a process."""
    files = tuple(read_file(path) for path in sorted((_FOLDER / "rules").glob("*.yaml")))
    listed = _read(_FOLDER / "agencies.yaml", _Agencies).agencies
    return Rules(
        files=files,
        rules=tuple(_compile(row, file.language) for file in files for row in file.rows),
        holders=tuple(_holder(form) for file in files for form in file.holders),
        contexts=_any(word for file in files for word in file.contexts),
        credit_labels=_any(label for file in files for label in file.credit_labels),
        time=_time(files),
        agencies={folded(form): agency.name for agency in listed for form in (agency.name, *agency.forms)},
    )


def _compile(row: Row, language: str) -> Rule:
    slots = [(slot,) if isinstance(slot, str) else slot for slot in row.all]
    return Rule(row=row, language=language, slots=tuple(tuple(map(_wording, slot)) for slot in slots))


def _wording(fragment: str) -> Wording:
    pieces = {piece for word in folded(fragment).split() for piece in word.split("*") if piece}
    return Wording(
        pieces=tuple(sorted(pieces, key=lambda piece: (-len(piece), piece))),
        pattern=re.compile(pattern(fragment, bounded=False)),
        whole=folded(fragment)[0].isalnum(),
    )


def _any(fragments: Iterable[str]) -> re.Pattern[str]:
    """One pattern for several fragments, the longest first; it never matches when there are none."""
    return re.compile("|".join(map(pattern, sorted(fragments, key=len, reverse=True))) or "(?!)")


def _time(files: Iterable[RuleFile]) -> re.Pattern[str]:
    """A time or a date, in any language."""
    days = _any(day for file in files for day in file.days).pattern
    months = _any(month for file in files for month in file.months).pattern
    return re.compile(rf"{_CLOCK}|{days}|\d{{1,2}}(?:st|nd|rd|th)?\s(?:{months})|(?:{months})\s\d{{1,2}}(?!\d)")


def _holder(form: str) -> re.Pattern[str]:
    before, after = form.split("{holder}")
    if not after.strip():
        return re.compile(pattern(before) + r"(?:[\s:,©\d-]|\(c\)|copyright|by\s)*+(?=(?P<holder>[^\W\d_]))")
    return re.compile(
        (pattern(before) if before.strip() else "") + r"\s*(?P<holder>\w[^;]{1,120}?)\s*" + pattern(after)
    )


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        msg = f"{path.name}: is not YAML: {error}."
        raise ConfigError(msg, reason="bad_rules", remedy="Correct it at that line.") from error
    except ValidationError as error:
        problems = [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("\n".join(problems), reason="bad_rules", remedy="") from error
