"""Whether an item keeps the rules of ninjs, and of which release (``data/ninjs.yaml``).

An item that names its release is held to it. One that names none is held to the latest release of the family (1.x, 2.x,
3.x) that it fits best, and to the forms of addresses and times that the family's first release asks for; the release it
needs is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from newswire import packaged
from newswire.formats import dates

MAX_TOLD = 3
"""How many faults of one item are told; more say nothing new."""

_RELEASE = re.compile(r"(\d)\.(\d+)")
_RANGE = re.compile(r"(\w+) (\d+)\.\.(\d+)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)")
_TRUNCATED = re.compile(
    r"-?\d{4,}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T\d\d:\d\d:\d\d(?:\.\d+)?\S*)?)?)?"
)
_FORMS = {"uri": _URI, "date-time": _MOMENT, "gYear": _TRUNCATED}
_ALWAYS = frozenset({"gYear"})
"""Forms that the schema states as a pattern, so that they count in every release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a member of a type holds, and from which release on it is known."""

    words: tuple[str, ...]
    since: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type: its members by name or by how their names begin."""

    members: dict[str, Member]
    prefixes: dict[str, Member]
    one_of: tuple[str, ...] = ()
    is_open: bool = False

    def member(self, name: str) -> Member | None:
        """The rule of a member, or None where the type knows none of that name."""
        found = self.members.get(name)
        return found or next((rule for start, rule in self.prefixes.items() if name.startswith(start)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The releases that share a spelling."""

    name: str
    releases: tuple[str, ...]
    declared_in: str
    forms: str
    kinds: dict[str, Kind]


@dataclass(slots=True, kw_only=True)
class _Check:
    """One item against one family, up to one release; ``strangers`` counts its own members that the family has not."""

    family: Family
    release: str
    forms_of: str
    faults: list[str] = field(default_factory=list)
    needs: str = ""
    strangers: int = 0

    def fault(self, pointer: str, rule: str) -> None:
        self.faults.append(f"{pointer or '/'}: {rule}")

    def since(self, release: str, pointer: str) -> None:
        if _order(release) > _order(self.release):
            self.fault(pointer, f"not before {release}")
        elif not self.needs or _order(release) > _order(self.needs):
            self.needs = release


def flags(item: dict[str, object]) -> list[str]:
    """What is wrong with an item by the rules of its release, as flags.

    Returns:
        ``ninjs_invalid: <pointer>: <rule>`` for each of the first faults; or ``ninjs_needs: <release>`` where an item
        that names no release uses what only later releases of its family have; or nothing.
    """
    declared = _declared(item)
    checks = [_checked(item, family, declared) for family in families()]
    named = [check for check in checks if check.release == declared]
    best = min(named or checks, key=lambda check: (check.strangers, len(check.faults)))
    if best.faults:
        return [f"ninjs_invalid: {fault}" for fault in best.faults[:MAX_TOLD]]
    if not named and best.needs != best.family.releases[0]:
        return [f"ninjs_needs: {best.needs}"]
    return []


def knows(name: str) -> bool:
    """Whether a member of an item may have that name, in any release."""
    return any(family.kinds["item"].member(name) for family in families())


def _declared(item: dict[str, object]) -> str:
    """The release that an item names, if the family that spells it so knows it."""
    for family in families():
        standard = item.get(family.declared_in)
        if isinstance(standard, dict):
            for value in (standard.get("version"), standard.get("schema")):
                found = _RELEASE.search(value) if isinstance(value, str) else None
                if found and found[0] in family.releases:
                    return found[0]
    return ""


def _checked(item: dict[str, object], family: Family, declared: str) -> _Check:
    first, last = family.releases[0], family.releases[-1]
    release, forms_of = (declared, declared) if declared in family.releases else (last, first)
    check = _Check(family=family, release=release, forms_of=forms_of, needs=first)
    _object(check, item, "item", "")
    return check


def _object(check: _Check, value: dict[str, object], kind_name: str, pointer: str) -> None:
    kind = check.family.kinds[kind_name]
    for name, member in kind.members.items():
        if member.required and name not in value:
            check.fault(pointer, f"no {name}")
    if kind.one_of and sum(name in value for name in kind.one_of) != 1:
        check.fault(pointer, f"not one of {' and '.join(kind.one_of)}")
    for name, held in value.items():
        place = f"{pointer}/{name}"
        rule = kind.member(name)
        if rule is not None:
            check.since(rule.since, place)
            _value(check, held, rule.words, place)
        elif not kind.is_open:
            check.fault(place, "unknown")
            check.strangers += pointer == ""


def _value(check: _Check, value: object, words: tuple[str, ...], pointer: str) -> None:
    word = words[0]
    if len(words) > 1:
        _word(check, value, words, pointer)
    elif word.startswith("["):
        _list(check, value, word[1:-1], pointer)
    elif word.startswith("{"):
        _named(check, value, word[1:-1], pointer)
    elif word in check.family.kinds:
        if isinstance(value, dict):
            _object(check, value, word, pointer)
        else:
            check.fault(pointer, "not object")
    elif rule := _scalar(check, value, word):
        check.fault(pointer, rule)


def _word(check: _Check, value: object, words: tuple[str, ...], pointer: str) -> None:
    known = {word.partition(" @")[0]: word.partition(" @")[2] for word in words}
    if not isinstance(value, str) or value not in known:
        check.fault(pointer, f"not one of {' '.join(known)}")
    elif known[value]:
        check.since(known[value], pointer)


def _list(check: _Check, value: object, word: str, pointer: str) -> None:
    if not isinstance(value, list):
        check.fault(pointer, "not list")
        return
    for number, held in enumerate(value):
        _value(check, held, (word,), f"{pointer}/{number}")


def _named(check: _Check, value: object, word: str, pointer: str) -> None:
    if not isinstance(value, dict):
        check.fault(pointer, "not object")
        return
    for name, held in value.items():
        _value(check, held, (word,), f"{pointer}/{name}")


def _scalar(check: _Check, value: object, word: str) -> str:
    """What is wrong with a value that should be of a plain type; empty where nothing is."""
    if word == "any" or (word == "object" and isinstance(value, dict)):
        return ""
    if found := _RANGE.fullmatch(word):
        inside = _is_number(value, whole=True) and int(found[2]) <= value <= int(found[3])  # type: ignore[operator]
        return "" if inside else f"not {word}"
    if word in {"integer", "number"}:
        return "" if _is_number(value, whole=word == "integer") else f"not {word}"
    if word == "object" or not isinstance(value, str):
        return "not object" if word == "object" else "not string"
    form = _FORMS.get(word)
    counts = word in _ALWAYS or _order(check.forms_of) >= _order(check.family.forms)
    return f"not {word}" if form and counts and not _fits(value, word, form) else ""


def _fits(value: str, word: str, form: re.Pattern[str]) -> bool:
    return form.fullmatch(value) is not None and (word != "date-time" or dates.read(value).problem is None)


def _is_number(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return not whole or isinstance(value, int) or value == value.to_integral_value()


def _order(release: str) -> tuple[int, int]:
    major, _, minor = release.partition(".")
    return int(major), int(minor)


@cache
def families() -> tuple[Family, ...]:
    """The rules as the data file states them."""
    return tuple(_family(row) for row in packaged.table(__package__, "ninjs"))


def _family(row: dict[str, object]) -> Family:
    types, releases = row["types"], row["releases"]
    assert isinstance(types, dict)  # noqa: S101 - our own data file
    assert isinstance(releases, list)  # noqa: S101 - the same
    kinds = {name: _kind({**types.get(rows.get("like"), {}), **rows}, releases[0]) for name, rows in types.items()}
    return Family(
        name=str(row["family"]),
        releases=tuple(releases),
        declared_in=str(row["declared_in"]),
        forms=str(row["forms"]),
        kinds=kinds,
    )


def _kind(rows: dict[str, object], first: str) -> Kind:
    stated = dict(_members(rows, first))
    return Kind(
        members={name: member for name, member in stated.items() if not name.startswith("^")},
        prefixes={name[1:]: member for name, member in stated.items() if name.startswith("^")},
        one_of=tuple(rows.get("one_of", ())),  # type: ignore[arg-type]
        is_open=bool(rows.get("open")),
    )


def _members(rows: dict[str, object], first: str) -> Iterator[tuple[str, Member]]:
    for name, said in rows.items():
        if name not in {"one_of", "open", "like"}:
            words = tuple(word.strip() for word in str(said).split(" | "))
            since = first
            if len(words) == 1 and " @" in words[0]:
                word, _, since = words[0].partition(" @")
                words = (word,)
            yield name.removesuffix("!"), Member(words=words, since=since, required=name.endswith("!"))
