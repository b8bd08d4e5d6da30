"""The URLs that feeds have: their schemes, and templates of them for a time or an interval."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEB = frozenset({"http", "https"})
OBJECTS = frozenset({"s3", "gs", "gcs", "az", "azure"})
MAIL = frozenset({"imap", "imaps"})
REMOTE = WEB | OBJECTS | MAIL | {"sftp", "ftp", "ftps"}
SCHEMES = REMOTE | {"", "file", "drop"}

FIELD = re.compile(r"(?<!\$)\{([^{}]*)\}")
"""A field of a template, such as ``{date:%Y}``; ``${name}`` is none."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL that may be written down, and the secrets that its marks stand for.

    Attributes:
        url: The URL; a variable in its query stays as ``${name}``.
        secrets: What each such mark stands for, to be put in when the request is sent.
    """

    url: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def scheme_of(url: str) -> str:
    """The scheme of a URL in lower case; empty for a plain path."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def expand(template: str, start: datetime, end: datetime, zone: ZoneInfo) -> list[str]:
    """The URLs that a template names for an interval, in order, each once.

    ``{start}`` and ``{end}`` are the interval's ends in UTC, ``{date}`` is every day that it touches, in ``zone``; each
    takes a format as in ``{date:%Y/%m/%d}``. ``{page}`` stays.

    Args:
        template: The template, variables not filled in.
        start: Start of the interval.
        end: End of the interval, not in it.
        zone: The partner's time zone.
    """
    moments = [start]
    while moments[-1] + _HOUR < end:
        moments.append(moments[-1] + _HOUR)
    moments.append(max(start, end - timedelta(microseconds=1)))
    return list(dict.fromkeys(_filled(template, start, end, moment.astimezone(zone)) for moment in moments))


def _filled(template: str, start: datetime, end: datetime, moment: datetime) -> str:
    def say(match: re.Match[str]) -> str:
        name, _, form = match[1].partition(":")
        if name == "date":
            return moment.strftime(form or "%Y-%m-%d")
        if name in {"start", "end"}:
            return (start if name == "start" else end).astimezone(UTC).strftime(form or "%Y-%m-%dT%H:%M:%SZ")
        return match[0]

    return FIELD.sub(say, template)
