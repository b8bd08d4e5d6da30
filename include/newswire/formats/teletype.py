"""What IPTC 7901, ANPA 1312 and plainer wire text share: control characters, wrapped lines, the time of sending."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from newswire import packaged
from newswire.formats.htmltext import clean, line
from newswire.model import Refusal

SOH, STX, ETX, EOT = "\x01", "\x02", "\x03", "\x04"

SHORT = 45
"""A line shorter than this ends a paragraph by itself: the sender did not break it for its length."""

WRAPPED = 100
"""No line is wrapped as late as this: a longer one is a paragraph."""

MAX_HEAD = 12
"""Lines at the head of a text in which conventions are looked for."""

_MONTHS = {"mär": "mar", "mrz": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
_GERMAN_ZONES = {"MEZ": "CET", "MESZ": "CEST"}
_LINE_END = re.compile(r"\r\n|\n|\r")
_DATELINE = re.compile(r"(?P<place>[^()\n]{2,80}?)\s*\((?P<agency>[^()\n]{2,40})\)\s*(?:_|-{1,2}|\u2013|\u2014)")
_STARTS = re.compile(r"\s{2,}|\t|[-#*•]\s|#+\s|==|\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a payload.

    Attributes:
        header: Between start of header and start of text.
        text: To the end of text.
        trailer: After it, to the end of transmission.
        pointer: Which message of the payload, from 1.
        cut: Whether the text has a start mark and nothing that ends it.
    """

    header: str
    text: str
    trailer: str
    pointer: str
    cut: bool


def messages(text: str) -> Iterator[Message]:
    """The messages of a payload, in order; what stands before the first start of header belongs to none."""
    for number, part in enumerate(text.split(SOH)[1:], start=1):
        header, opened, rest = part.partition(STX)
        if not opened:
            header, _, rest = part.partition("\n")
        body, closed, trailer = rest.partition(ETX)
        yield Message(
            header=header,
            text=body.partition(EOT)[0],
            trailer=trailer.partition(EOT)[0],
            pointer=f"/{number}",
            cut=bool(opened) and not closed and EOT not in rest,
        )


def truncated(message: Message) -> Refusal:
    """The refusal of a message whose end is missing: half a story must not pass for one."""
    return Refusal(reason="truncated_entry", detail="The payload ends inside this message.", pointer=message.pointer)


def rows_of(text: str) -> list[str]:
    """The lines of a text; only carriage return and line feed end one, other controls stand inside it."""
    return _LINE_END.split(text)


def sent_at(text: str) -> str:
    """The time of sending in ISO 8601, by the table of timestamps; empty where none is found.

    A zone that the sender does not tell is not there either.
    """
    for row in _timestamps():
        for said in rows_of(text):
            if match := row.search(clean(said)):
                return _iso(match.groupdict())
    return ""


def without_stamp(rows: list[str]) -> list[str]:
    """Lines without those at their end that only tell the time of sending."""
    while rows and (not rows[-1].strip() or _is_stamp(rows[-1])):
        rows = rows[:-1]
    return rows


def _is_stamp(row: str) -> bool:
    said = clean(row)
    found = (match for pattern in _timestamps() if (match := pattern.search(said)))
    return any(not re.search(r"\w", said.replace(match[0], "", 1)) for match in found)


def _iso(parts: dict[str, str | None]) -> str:
    year, name, zone = parts["year"] or "", (parts.get("month_name") or "").lower(), parts.get("zone") or ""
    year = year if len(year) == len("2026") else f"20{year}"
    zone = _GERMAN_ZONES.get(zone, zone)
    clock = f"{parts['hour']}:{parts['minute']}:00 {zone}".strip()
    if name:
        return f"{parts['day']} {_MONTHS.get(name, name)} {year} {clock}"
    return f"{year}-{parts['month']}-{parts['day']} {clock}"


@cache
def _timestamps() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row["pattern"]) for row in timestamps())


@cache
def timestamps() -> tuple[dict[str, object], ...]:
    """The table of timestamps."""
    return tuple(packaged.table(__package__, "timestamps"))


def paragraphs(rows: Iterable[str]) -> list[str]:
    """Lines that were wrapped for their length, joined to paragraphs.

    A blank line, an indented line, a list item, and a line after a short one begin a new paragraph; a line too long to
    have been wrapped is one by itself.
    """
    joined: list[list[str]] = []
    fresh = True
    for row in rows:
        said = line(row.replace("\x1e", " ").replace("\x10", ""))
        if not said:
            fresh = True
            continue
        if fresh or not joined or len(said) > WRAPPED or _STARTS.match(clean(row)):
            joined.append([])
        joined[-1].append(said)
        fresh = not SHORT <= len(said) <= WRAPPED
    return [" ".join(parts) for parts in joined]


def identity(number: str, sent: str, at: datetime | None) -> str | None:
    """A message's name: its number and when it was sent; numbers alone come round again."""
    if not number or not sent:
        return None
    return f"{number}@{at.strftime('%Y-%m-%dT%H:%M:%SZ') if at else sent}"


def dateline(body: str) -> tuple[str | None, str | None]:
    """Place and agency of a dateline such as ``BERLIN (dpa) -`` at the start of a body."""
    match = _DATELINE.match(body.partition("\n")[0])
    return (line(match["place"]), line(match["agency"])) if match else (None, None)
