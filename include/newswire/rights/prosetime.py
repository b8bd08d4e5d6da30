"""Whether the words of an embargo give exactly the time that a field states.

Nothing is ever read out of the words: they are held against a time that is known already. So an hour without a zone, a
number that is no part of that time, or a weekday that is another one never agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from newswire.rights.names import fold
from newswire.rights.tables import MONTHS, WEEKDAYS, ZONES

Check = Callable[[re.Match[str], datetime], bool]

_ISO_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)(?!\d)")
_OFFSET = re.compile(r"(?<!\w)(?:gmt|utc)\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\d)")
_ZONE = re.compile(r"(?<![^\W\d])(?:" + "|".join(sorted(map(re.escape, ZONES), key=len, reverse=True)) + r")(?!\w)")
_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_HOURS = r"(?:h|uhr|hrs?|hours|horas|heures|ore)\b"
_NAME = r"(?P<name>[^\W\d]{3,})\.?"
_YEAR = r"(?:,?\s+(?:de\s+)?(?P<year>\d{4}))?(?!\d)"


def gives(text: str, moment: datetime, zone: tzinfo | None) -> bool:
    """Whether every date and time in a text is this moment, and the text gives day, hour and zone.

    Args:
        text: The words of an embargo.
        moment: The time that a field states; aware.
        zone: The zone of a time that states none; None where it then is no time.
    """
    exact = _ISO_TIME.findall(text)
    if any(not _is_iso(said, moment) for said in exact):
        return False
    rest = fold(_ISO_TIME.sub(" ", text))
    if not re.search(r"\d", rest):
        return bool(exact)
    zones, rest = _zones(rest)
    offsets = {moment.astimezone(found).utcoffset() for found in zones or ([zone] if zone else [])}
    if len(offsets) != 1:
        return False
    local = moment.astimezone(timezone(offsets.pop() or timedelta()))
    seen = {"time", "day"} if exact else set[str]()
    for kind, pattern, agrees in _STEPS:
        found = list(pattern.finditer(rest))
        if not all(agrees(match, local) for match in found):
            return False
        seen |= {kind} if found else set()
        rest = pattern.sub(" | ", rest)
    return {"time", "day"} <= seen and not re.search(r"\d", rest) and _on(rest, local)


def _is_iso(said: str, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(said) == moment
    except ValueError:
        return False


def _zones(text: str) -> tuple[list[tzinfo], str]:
    """The zones that a folded text names, and the text without offsets."""
    found: list[tzinfo] = []
    for match in _OFFSET.finditer(text):
        away = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        if away < timedelta(hours=24):
            found.append(timezone(away if match["sign"] == "+" else -away))
    rest = _OFFSET.sub(" @ ", text)
    for match in _ZONE.finditer(rest):
        said = ZONES[match[0]]
        found.append(ZoneInfo(said) if isinstance(said, str) else timezone(timedelta(minutes=said)))
    return found, _ZONE.sub(" @ ", rest)


def _hour(match: re.Match[str], local: datetime) -> bool:
    said = match.groupdict()
    hour, minute, half = int(match["hour"]), int(said.get("minute") or 0), said.get("half")
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a clock with twelve
            return False
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour, minute) == (local.hour, local.minute) and int(said.get("second") or 0) == local.second


def _noon(_: re.Match[str], local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (12, 0, 0)


def _date(match: re.Match[str], local: datetime) -> bool:
    """A date in figures; with slashes it must be the same read in either order, or have only one reading."""
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if match.re is _SLASHED and day != month and max(day, month) <= 12:  # noqa: PLR2004 - months
        return False
    if match.re is _SLASHED and month > 12:  # noqa: PLR2004 - months
        day, month = month, day
    return (day, month, year) == (local.day, local.month, local.year)


def _named_date(match: re.Match[str], local: datetime) -> bool:
    month = any(match["name"].startswith(beginning) for beginning in MONTHS[local.month - 1])
    return month and int(match["day"]) == local.day and int(match["year"] or local.year) == local.year


def _on(text: str, local: datetime) -> bool:
    """Whether every weekday that a text names is this one."""
    named = {day for word in re.findall(r"[^\W\d]+", text) for day, names in enumerate(WEEKDAYS) if word in names}
    return named <= {local.weekday()}


_SLASHED = re.compile(r"(?<!\d)(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?!\d)")
_STEPS: tuple[tuple[str, re.Pattern[str], Check], ...] = (
    ("day", re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"), _date),
    ("day", re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"), _date),
    ("day", _SLASHED, _date),
    (
        "time",
        re.compile(
            rf"(?<!\d)(?P<hour>\d{{1,2}})\s?[:.h]\s?(?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?!\d)(?:\s*{_HALF}|\s*{_HOURS})?"
        ),
        _hour,
    ),
    ("time", re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}})\s*(?:{_HALF}|{_HOURS})"), _hour),
    ("time", re.compile(rf"(?<!\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?:@|{_HOURS})"), _hour),
    ("time", re.compile(r"(?:(?<!\d)12\s*)?(?<![^\W\d])noon\b"), _noon),
    ("day", re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{_NAME}{_YEAR}"), _named_date),
    ("day", re.compile(rf"(?<!\w){_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"), _named_date),
)
