"""The rules' data: reasons, notice classes, licences, restrictions, languages, territories; and their versions.

Each table is one packaged file, read when the package is imported. A decision names the hash of each, and of the
vocabularies of policies, so that it can say which rules made it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, get_args

from newswire import packaged
from newswire.config import Use
from newswire.model import Outcome

USES: tuple[str, ...] = get_args(Use)
"""Every use, in the order in which decisions list them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A row of ``reasons.yaml``.

    Attributes:
        place: Its place in the order of the explanation.
        rule: Its number in the central rule.
        by_contract: The grant's third-party rule decides the outcome.
        final: Time never lifts it.
        overridable: A person may lift the hold.
        clears_earlier: As a hold on the newest version it removes earlier versions too.
    """

    name: str
    place: int
    rule: int
    outcome: Outcome
    means: str
    by_contract: bool = False
    final: bool = False
    clears_earlier: bool = False
    overridable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEffect:
    """A row of ``notice_classes.yaml``: what a class of notice does."""

    condition: str | None = None
    review: str | None = None
    third_party: bool = False
    removes: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    adds_if_named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLimit:
    """A row of ``use_limits.yaml``: a kind of limited use, the words that name it, and what it does."""

    words: tuple[str, ...]
    review: str | None = None
    removes: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A row of ``licences.yaml``: what an open licence grants and asks for."""

    id: str
    uses: tuple[str, ...]
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionType:
    """A row of ``restrictions.yaml``: how the values of a type are read."""

    territory: bool = False
    validity: bool = False
    uses: Mapping[str, tuple[str, ...]]
    allowed_leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A row of ``scope.yaml``: a dimension of a contract.

    Attributes:
        limits: The limits of the contract's agreement that it is made of.
        key: Its key in the partner file.
        outside: The reason where the story lies outside it.
        unknown: The reason where that cannot be told.
    """

    limits: tuple[str, ...]
    key: str
    outside: str
    unknown: str


def _files(*folder: str) -> dict[str, bytes]:
    """The data files of a folder of this package, by their names without the ending, in order."""
    found = resources.files(__package__).joinpath(*folder).iterdir()
    return {
        file.name.removesuffix(".yaml"): file.read_bytes()
        for file in sorted(found, key=lambda file: file.name)
        if file.name.endswith(".yaml")
    }


_DATA = _files("data")

RULE_VERSIONS: dict[str, str] = {
    name: hashlib.sha256(content).hexdigest()[:12]
    for name, content in (
        *_DATA.items(),
        *((f"policy/{name}", content) for name, content in _files("policy", "data").items()),
    )
}
"""Rule set, those of policies as ``policy/<name>``, to the first 12 hex digits of the SHA-256 of its file."""


def _table(name: str) -> Any:  # noqa: ANN401 - YAML; each caller gives it its type
    return packaged.read(_DATA[name])


def _reasons() -> dict[str, Reason]:
    return {
        row["reason"]: Reason(
            name=row["reason"],
            place=place,
            rule=row["rule"],
            outcome=Outcome[row["outcome"].upper()],
            means=row["means"],
            by_contract=row.get("by_contract", False),
            final=row.get("final", False),
            clears_earlier=row.get("clears_earlier", False),
            overridable=row.get("overridable", False),
        )
        for place, row in enumerate(_table("reasons"))
    }


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _licences() -> dict[str, Licence]:
    table = _table("licences")
    found: dict[str, Licence] = {}
    for row in table["licences"]:
        licence = Licence(id=row["id"], uses=tuple(row["uses"]), obligations=tuple(row.get("obligations", ())))
        for host in table["hosts"]:
            for path in row["paths"]:
                found |= {f"{host}/{path}/{ending}".rstrip("/"): licence for ending in table["endings"]}
    return found


def _restrictions() -> dict[str, RestrictionType]:
    return {
        name: RestrictionType(
            territory=row.get("territory", False),
            validity=row.get("validity", False),
            uses=_tuples(row.get("uses", {})),
            allowed_leaves=tuple(row.get("allowed_leaves", ())),
        )
        for name, row in _table("restrictions").items()
    }


REASONS = _reasons()
NOTICE_EFFECTS = {name: NoticeEffect(**_tuples(row)) for name, row in _table("notice_classes").items()}
RESTRICTIONS = _restrictions()
SCOPE = {name: Dimension(**_tuples(row)) for name, row in _table("scope").items()}
MEDIUM_KINDS: Mapping[str, str] = _table("media")
USE_LIMITS = tuple(UseLimit(**_tuples(row)) for row in _table("use_limits").values())
NAMED_DUTIES: Mapping[str, tuple[str, ...]] = _tuples(_table("named_duties"))
LANGUAGE_SAME: Mapping[str, str] = _table("languages")["same"]
LANGUAGE_MEMBERS: Mapping[str, tuple[str, ...]] = _tuples(_table("languages")["members"])
TERRITORY_SAME: Mapping[str, str] = _table("territories")["same"]
SAME_LETTERS: Mapping[str, str] = _table("names")["same_letters"]
LEGAL_FORMS = frozenset(_table("names")["legal_forms"])
NAME_SUFFIXES = frozenset(_table("names")["suffixes"])
COPYRIGHT_WORDS: tuple[str, ...] = tuple(_table("names")["copyright_words"])
ZONES: Mapping[str, int | str] = _table("embargo_times")["zones"]
MONTHS: tuple[tuple[str, ...], ...] = tuple(map(tuple, _table("embargo_times")["months"]))
WEEKDAYS: tuple[tuple[str, ...], ...] = tuple(map(tuple, _table("embargo_times")["weekdays"]))

_LICENCES = _licences()


def meanings(reasons: Iterable[str]) -> dict[str, str]:
    """What reasons mean to a person, and what there is to do; a reason of older rules that has no row is left out."""
    return {reason: REASONS[reason].means for reason in reasons if reason in REASONS}


def licence_at(url: str) -> Licence | None:
    """The licence at an address, if the address is exactly one of the table's; an unknown one is unknown."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        return None
    host, slash, path = rest.partition("/")
    return _LICENCES.get(f"{host.lower()}{slash}{path.removesuffix('/')}")
