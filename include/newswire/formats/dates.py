"""Times as feeds write them: RFC 822, ISO 8601 (W3CDTF), asctime, and their usual misspellings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from newswire import packaged

MONTHS = {
    name: number
    for names in packaged.read(Path(__file__).with_name("months.yaml").read_bytes()).values()
    for number, name in enumerate(names.split(), start=1)
}
"""How months begin, in the languages of feeds that write them in their own."""

ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z", "-0000", "wet"), 0.0),
    **dict.fromkeys(("cet", "west", "bst"), 1.0),
    **dict.fromkeys(("eet", "cest"), 2.0),
    **dict.fromkeys(("eest", "msk", "trt"), 3.0),
    **dict.fromkeys(("jst", "kst"), 9.0),
    **dict.fromkeys(("sgt", "hkt", "awst"), 8.0),
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "hst": -10.0,
    "akst": -9.0,
    "akdt": -8.0,
    "est": -5.0,
    "edt": -4.0,
    "cst": -6.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
}
"""Zone names with one meaning in news feeds, in hours east; a name that is not here is not guessed."""

_TIME = (
    r"(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\b\.?)?\s*(?P<zone>\S.*?)?(?:\[[\w/+-]+\])?"
)
"""Hours of twelve or of twenty-four, and Java's name of the zone behind its offset."""
_RFC822 = re.compile(
    r"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{1,2})\.?[\s-]+(?P<month>[^\W\d_]{3,})\.?,?[\s-]+(?P<year>\d{4}|\d{2})"
    rf"(?:,?\s+(?:[^\W\d]+,?\s+)?(?=\d+:){_TIME})?"
)
_ASCTIME = re.compile(
    r"[^\W\d]+,?\s+(?P<month>[^\W\d_]{3,})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"(?:\s+(?P<zone>[A-Za-z]+|[+-]\d{4}))?\s+(?P<year>\d{4})"
)
_ISO = re.compile(
    r"(?:[^\W\d]+,\s*)?(?P<year>\d{4})(?:[-/]?(?P<month>\d{2}|[^\W\d_]{3,})(?:[-/]?(?P<day>\d{2})"
    rf"(?:(?:\s*T\s*|\s+){_TIME})?)?)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    r"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
    rf"(?:(?:\s*[-,]\s*|\s+)(?=\d+:){_TIME})?"
)
"""Day, month and year with full stops between them: nowhere is the month written first so."""
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<month>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})"
    rf"(?:(?:\s*[-,]\s*|\s+)(?:at\s+)?(?=\d+:){_TIME})?"
)
_CLOCK_FIRST = re.compile(
    r"(?P<hour>\d{1,2}):?(?P<minute>\d{2})\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2}),?\s+(?:on\s+)?(?:[^\W\d]{3,},?\s+)?"
    r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d_]{3,})\.?,?\s+(?P<year>\d{4})"
)
"""As editors write the end of an embargo: ``06:00 GMT on Tuesday, 1 December 2026``."""
_ORDINAL = re.compile(rf"(?P<year>\d{{4}})-?(?P<days>\d{{3}})(?:T{_TIME})?", re.IGNORECASE)
_SPELLINGS = (_ORDINAL, _ISO, _RFC822, _ASCTIME, _DOTTED, _MONTH_FIRST, _CLOCK_FIRST)
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|([+-])(\d\d)(\d\d))"
)
"""RFC 822 as nearly every feed writes it."""
_ISO_USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
"""ISO 8601 as nearly every feed writes it."""

_OFFSET = re.compile(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\([^)]*\))?", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a date field says.

    Attributes:
        start: Its first instant, UTC; None where it says nothing or cannot be read.
        end: The first instant after it; equal to ``start`` for a time, the next day for a bare day.
        problem: ``unparsable`` or ``no_zone``, else None.
        precise: Whether it names a day at least; a year or a month alone is no publication time.
    """

    start: datetime | None = None
    end: datetime | None = None
    problem: str | None = None
    precise: bool = True


def read(text: str | None, zone: ZoneInfo | None = None) -> Reading:
    """Read one date.

    Args:
        text: RFC 822 or ISO 8601, any precision from a year down; None and blanks say nothing.
        zone: The zone of times that carry none.

    Returns:
        The reading. A time of the year 1 says nothing: systems write it where they have none.
    """
    if not text:
        return Reading()
    if (usual := _usual(text)) is not None:
        return Reading(start=usual, end=usual)
    value = " ".join(text.split())
    if not value:
        return Reading()
    spellings = (spelling.fullmatch(value) for spelling in _SPELLINGS)
    match = next(filter(None, spellings), None)
    if match is None:
        return Reading(problem="unparsable")
    try:
        return _build(_by_month(match.groupdict()), zone)
    except (ValueError, OverflowError):
        return Reading(problem="unparsable")


def _usual(text: str) -> datetime | None:
    """The instant of the commonest spellings, read at little cost; None for all others."""
    try:
        if _ISO_USUAL.fullmatch(text):
            moment = datetime.fromisoformat(text).astimezone(UTC)
            return moment if moment.year > 1 else None
        if (match := _USUAL.fullmatch(text)) is None:
            return None
        day, month, year, hour, minute, second, sign, ahead, more = match.groups()
        moment = datetime(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        away = timedelta(hours=int(ahead), minutes=int(more)) if sign else timedelta()
        return (moment + away if sign == "-" else moment - away) if moment.year > 1 else None
    except (KeyError, ValueError, OverflowError):
        return None


def _build(parts: dict[str, str | None], zone: ZoneInfo | None) -> Reading:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:  # noqa: PLR2004 - RFC 2822, section 4.3: two-digit years
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - the same clause
    month, day = _month(parts["month"]), int(parts["day"] or 1)
    if year == 1:
        return Reading()
    clock = parts.get("hour")
    hour, minute, second = int(clock or 0), int(parts.get("minute") or 0), int(parts.get("second") or 0)
    if half := parts.get("half"):
        hour = _of_twelve(hour, half)
    micro = int((parts.get("part") or "0")[:6].ljust(6, "0"))
    rolls = timedelta(days=1) if hour == 24 else timedelta()  # noqa: PLR2004 - ISO 8601: 24:00 ends a day
    moment = datetime(year, month, day, hour % 24, minute, min(second, 59), micro, tzinfo=UTC) + rolls
    ends = moment if clock else _after(moment, parts)
    offset = _offset(parts.get("zone"), zone)
    if offset is None:
        return Reading(problem="no_zone")
    start, end = (point.replace(tzinfo=offset).astimezone(UTC) for point in (moment, ends))
    return Reading(start=start, end=end, precise=parts["day"] is not None)


def _of_twelve(hour: int, half: str) -> int:
    """An hour of the morning (a.m.) or of the afternoon (p.m.)."""
    if not 1 <= hour <= 12:  # noqa: PLR2004 - what a clock's face shows
        msg = f"{hour} is no hour of twelve"
        raise ValueError(msg)
    return hour % 12 + (12 if half in "Pp" else 0)


def _by_month(parts: dict[str, str | None]) -> dict[str, str | None]:
    """A day counted within its year (ISO 8601, 5.2.2) as one of a month."""
    if (days := parts.get("days")) is None:
        return parts
    day = date(int(parts["year"] or 0), 1, 1) + timedelta(days=int(days) - 1)
    if days == "000" or str(day.year) != parts["year"]:
        msg = f"the year has no day {days}"
        raise ValueError(msg)
    return {**parts, "month": f"{day.month:02}", "day": f"{day.day:02}"}


def _month(text: str | None) -> int:
    if text is None:
        return 1
    name = text.lower()
    return int(text) if text.isdigit() else MONTHS.get(name[:4]) or MONTHS.get(name[:3], 0)


def _after(moment: datetime, parts: dict[str, str | None]) -> datetime:
    if parts["day"] is not None:
        return moment + timedelta(days=1)
    following = date(moment.year + (parts["month"] is None or moment.month == 12), 1, 1)  # noqa: PLR2004 - December
    if parts["month"] is None or moment.month == 12:  # noqa: PLR2004 - December
        return moment.replace(year=following.year, month=1)
    return moment.replace(month=moment.month + 1)


def _offset(text: str | None, zone: ZoneInfo | None) -> timezone | ZoneInfo | None:
    """The zone that a time names, or the one it falls back to.

    Raises:
        ValueError: It names a zone that is not known: that is no time without a zone.
    """
    if text is None:
        return zone
    label = text.strip().lower()
    if label in ZONES:
        return timezone(timedelta(hours=ZONES[label]))
    match = _OFFSET.fullmatch(label)
    if match is None:
        msg = f"{text!r} is not a zone"
        raise ValueError(msg)
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(ahead if match[1] == "+" else -ahead)


class Clock:
    """Reads the dates of one item and collects what was wrong with them.

    Attributes:
        zone: The zone of times without one.
        flags: ``naive_time`` and ``bad_date``, in the order met.
    """

    def __init__(self, zone: ZoneInfo | None) -> None:
        self.zone = zone
        self.flags: list[str] = []

    def time(self, *texts: str | None) -> datetime | None:
        """The first of the texts that names a time; what cannot be read is flagged, never guessed."""
        for text in texts:
            reading = read(text, self.zone)
            if reading.start is not None and reading.precise:
                return reading.start
            if reading.problem == "no_zone":
                self.flags.append("naive_time")
            elif reading.problem or not reading.precise:
                self.flags.append("bad_date")
        return None
