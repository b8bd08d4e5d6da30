"""Comparing an operand's value with another: what is the same, what comes before, what lies within.

Each kind of value has a reader (None for what cannot be read) and three relations in three-valued logic. A value that
cannot be read makes every comparison unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from newswire.rights.languages import covers
from newswire.rights.policy.model import IRI, Value
from newswire.rights.policy.places import within as place_within
from newswire.rights.policy.truth import Truth, any_of
from newswire.rights.policy.vocabulary import MEDIA

XSD = "http://www.w3.org/2001/XMLSchema#"
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_CALENDAR = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(Z|[+-]\d\d:\d\d)?")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)", re.IGNORECASE)
_MONTH_DAYS = (28, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """A moment (``end`` equals ``start``) or a day, month or year, its end excluded."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Duration:
    """An xsd:duration: months, whose length varies, and seconds."""

    months: int
    seconds: Decimal

    def bounds(self) -> tuple[Decimal, Decimal]:
        """The shortest and the longest it can be, in seconds."""
        ends = sorted(self.months * days * 86400 for days in _MONTH_DAYS)
        return ends[0] + self.seconds, ends[1] + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How values of one kind are read and compared.

    Attributes:
        read: From a value and the zone of times without one.
        same: Whether the first is the second, or lies in it where the kind has wholes and parts.
        before: Whether the first comes strictly before the second.
        after: Whether it comes strictly after it.
        among: Whether it is one of several, where that is more than being the same as one of them.
    """

    read: Callable[[Value, tzinfo | None], Any]
    same: Callable[[Any, Any], Truth]
    before: Callable[[Any, Any], Truth]
    after: Callable[[Any, Any], Truth]
    among: Callable[[Any, tuple[Any, ...]], Truth] | None = None

    def is_among(self, left: Any, rights: tuple[Any, ...]) -> Truth:  # noqa: ANN401 - each kind has its own
        """Whether the first is one of the others."""
        return self.among(left, rights) if self.among else any_of([self.same(left, right) for right in rights])


def instant(value: Value, zone: tzinfo | None) -> Span | None:
    """A moment, or a day, month or year as the span that it is."""
    text = value.text.strip()
    try:
        if match := _CALENDAR.fullmatch(text):
            year, month, day = (int(part or 0) for part in match.groups()[:3])
            return _calendar(year, month, day, _zone(match[4], zone))
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return Span(at, at) if at.tzinfo else None


@lru_cache(maxsize=64)
def moment(at: datetime) -> Value:
    """A time as a value."""
    return Value(at.isoformat(), f"{XSD}dateTime")


def age_of(passed: timedelta) -> Value:
    """A span of time as a value, to the microsecond."""
    seconds, rest = divmod(abs(passed) // timedelta(microseconds=1), 10**6)
    return Value(f"{'-' if passed < timedelta(0) else ''}PT{seconds}.{rest:06}S", f"{XSD}duration")


def _zone(offset: str | None, zone: tzinfo | None) -> tzinfo | None:
    return datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo if offset else zone


def _calendar(year: int, month: int, day: int, zone: tzinfo | None) -> Span | None:
    first = date(year, month or 1, day or 1)
    if day:
        after = first + timedelta(days=1)
    else:
        after = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    if zone is None:
        return None
    return Span(datetime.combine(first, time.min, zone), datetime.combine(after, time.min, zone))


def _instant_same(left: Span, right: Span) -> Truth:
    if right.start == right.end:
        return left == right
    return right.start <= left.start and (left.end <= right.end if left.end > left.start else left.start < right.end)


def _instant_before(left: Span, right: Span) -> Truth:
    return left.start < right.start if left.start == left.end else left.end <= right.start


def _instant_after(left: Span, right: Span) -> Truth:
    return left.start > right.start if right.start == right.end else left.start >= right.end


def _number(value: Value, _: tzinfo | None) -> Decimal | None:
    try:
        number = Decimal(value.text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def duration(value: Value, _: tzinfo | None = None) -> Duration | None:
    """An xsd:duration such as ``P30D``."""
    match = _DURATION.fullmatch(value.text.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    years, months, weeks, days, hours, minutes, seconds = (Decimal(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] else 1
    whole = (weeks * 7 + days) * 86400 + hours * 3600 + minutes * 60 + seconds
    return Duration(sign * int(years * 12 + months), sign * whole)


def _duration_apart(left: Duration, right: Duration) -> tuple[Decimal, Decimal]:
    return Duration(left.months - right.months, left.seconds - right.seconds).bounds()


def _duration_same(left: Duration, right: Duration) -> Truth:
    shortest, longest = _duration_apart(left, right)
    return True if shortest == longest == 0 else None if shortest <= 0 <= longest else False


def _duration_before(left: Duration, right: Duration) -> Truth:
    shortest, longest = _duration_apart(left, right)
    return True if longest < 0 else False if shortest >= 0 else None


def _version(value: Value, _: tzinfo | None) -> tuple[int, ...] | None:
    match = _VERSION.fullmatch(value.text.strip())
    if match is None:
        return None
    numbers = [int(part) for part in match[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _language(value: Value, _: tzinfo | None) -> str | None:
    """A language tag, alone or at the end of an IRI."""
    tag = re.split(r"[/#:]", value.text.strip())[-1] if value.type == IRI else value.text.strip()
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", tag) else None


def _term(value: Value, _: tzinfo | None) -> str:
    return value.text.strip()


def _medium(value: Value, _: tzinfo | None) -> str | None:
    return MEDIA.get(value.text.strip().lower())


def _unknown(*_: object) -> None:
    return None


def _equal(left: object, right: object) -> Truth:
    return left == right


_covers = lru_cache(maxsize=4096)(covers)
_ORDERED = {"same": _equal, "before": lambda left, right: left < right, "after": lambda left, right: left > right}
_UNORDERED = {"before": _unknown, "after": _unknown}

KINDS = {
    "instant": Kind(read=instant, same=_instant_same, before=_instant_before, after=_instant_after),
    "number": Kind(read=_number, **_ORDERED),
    "duration": Kind(
        read=duration,
        same=_duration_same,
        before=_duration_before,
        after=lambda left, right: _duration_before(right, left),
    ),
    "version": Kind(read=_version, **_ORDERED),
    "language": Kind(
        read=_language,
        same=lambda left, right: _covers((right,), left),
        among=lambda left, rights: _covers(rights, left),
        **_UNORDERED,
    ),
    "medium": Kind(read=_medium, same=_equal, **_UNORDERED),
    "place": Kind(read=_term, same=place_within, **_UNORDERED),
    "term": Kind(read=_term, same=_equal, **_UNORDERED),
    "event": Kind(read=_term, same=_equal, **_UNORDERED),
}
"""The kinds that ``odrl.yaml`` names."""

_OF_TYPE = {
    **{f"{XSD}{name}": "instant" for name in ("dateTime", "date", "gYear", "gYearMonth", "dateTimeStamp")},
    **{f"{XSD}{name}": "duration" for name in ("duration", "dayTimeDuration", "yearMonthDuration")},
    **{
        f"{XSD}{name}": "number"
        for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
    },
}


def kind_of(right: tuple[Value, ...]) -> str:
    """The kind of an operand that has none of its own, by the datatype of what it is compared with."""
    kinds = {_OF_TYPE.get(value.type, "term") for value in right}
    return kinds.pop() if len(kinds) == 1 else "term"


@lru_cache(maxsize=4096)
def read(kind: str, value: Value, zone: tzinfo | None) -> Any:  # noqa: ANN401 - each kind has its own
    """A value in the form in which its kind compares it, kept for the next time."""
    return KINDS[kind].read(value, zone)
