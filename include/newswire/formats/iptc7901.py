"""IPTC 7901, the text format of teletype lines: one message between SOH and EOT, its text between STX and ETX.

The header line names the service, the message's number, its priority, category and length in words; a slug line may
follow. Nothing in it is an identity that outlives the message, so a message is named by number and time of sending.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newswire.formats import conventions, teletype
from newswire.formats.dates import Clock
from newswire.formats.htmltext import clean, line
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.teletype import Message
from newswire.model import Item, Refusal

ENOUGH_WORDS = 0.5
"""The share of the stated number of words below which a message has lost text."""

_HEADER = re.compile(
    r"\s*(?P<service>[A-Za-z]{1,4})(?P<number>\d{3,4})\s+(?P<priority>\d)\s+(?P<category>[A-Za-z]{1,3})"
    r"(?:\s+(?P<words>\d{1,5})\b)?"
)
_SLUG = re.compile(
    r"(?!\S*-KILL$)[A-Z0-9]+(?:[-/][A-Z0-9]+)+"
    r"(?:\s*[-\u2013\u2014/,]\s*(?:MANDATORY[ -]KILL|KILL[ -](?:MANDATORY|NOTICE|BULLETIN)|[A-Z0-9]+))?$"
)
"""A keyword line at the head of the text, where the header has none: ``HARBOUR-LAMP - MANDATORY KILL``."""
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di)\s+(?P<name>[^\W\d_].{2,80})", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header says; blank where it says nothing."""

    number: str = ""
    category: str = ""
    words: int = 0
    slug: str = ""
    title: str = ""
    flags: tuple[str, ...] = ()


def recognises(payload: Payload) -> bool:
    """Whether a start of header stands at the beginning."""
    return teletype.SOH in payload.text[:200]


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every message; a start of header with nothing behind it is refused."""
    return [_entry(message, source) for message in teletype.messages(payload.text)]


def _entry(message: Message, source: Source) -> Draft | Refusal:
    if message.cut:
        return teletype.truncated(message)
    header = _header(message)
    heading, rows = ([], teletype.rows_of(message.text)) if header.title else _parts(message.text)
    public, private = conventions.split_private(teletype.without_stamp(rows))
    body = "\n".join(teletype.paragraphs(public))
    cues = conventions.read(
        header.slug or next(filter(_SLUG.match, heading), ""),
        lines=[*heading, *public[: teletype.MAX_HEAD]],
        notes=private,
        zone=source.zone,
        pointer=message.pointer,
    )
    title, byline = _headline(heading, header.title)
    if not title and not body:
        return Refusal(reason="empty_entry", detail="The message has no text.", pointer=message.pointer)
    clock = Clock(source.zone)
    sent = teletype.sent_at(message.trailer) or teletype.sent_at("\n".join(rows[-3:]))
    place, agency = teletype.dateline(body)
    flags = [*header.flags, *_too_short(header, body, private)]
    item = Item(
        item_id="",
        version=cues.version,
        status=cues.status,
        language_declared=source.language,
        title=title,
        body=body,
        byline=byline,
        credit=agency,
        dateline=place,
        published_at=clock.time(sent),
        embargo=cues.embargo,
        categories=(header.category,) if header.category else (),
        signals=cues.signals,
        slug=cues.slug or None,
        ed_note="\n".join(teletype.paragraphs(private)) or None,
        flags=(*dict.fromkeys(clock.flags), *flags),
        pointer=message.pointer,
    )
    return Draft(item=item, guid=teletype.identity(header.number, sent, item.published_at), has_guids=False)


def _header(message: Message) -> Header:
    rows = [row for row in map(clean, teletype.rows_of(message.header.replace("\x1f", " | "))) if row.strip()]
    first = rows[0] if rows else ""
    match = _HEADER.match(first)
    if match is None:
        named = " ".join(line(part) for part in first.split("|")[:2])
        return Header(slug=named, title=named, flags=("header_unread",))
    return Header(
        number=f"{match['service']}{match['number']}",
        category=match["category"].lower(),
        words=int(match["words"] or 0),
        slug=line(rows[1]) if len(rows) > 1 else "",
    )


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Heading and body: the heading ends with a line that ends in ``=``, else it is the first line."""
    rows = teletype.rows_of(text)
    for number, row in enumerate(rows[: teletype.MAX_HEAD]):
        if clean(row).rstrip().endswith("="):
            return [_unmarked(row) for row in rows[: number + 1] if row.strip()], rows[number + 1 :]
    first = next((number for number, row in enumerate(rows) if clean(row).strip()), len(rows))
    if len(rows) - first > 1:
        return [_unmarked(rows[first])], rows[first + 1 :]
    return [], rows


def _unmarked(row: str) -> str:
    return line(row).rstrip("=+< ").strip()


def _headline(heading: list[str], otherwise: str) -> tuple[str, str | None]:
    """The headline without bylines and lines that are conventions of their own."""
    rows = [row for row in heading if row and not conventions.is_only(row)]
    byline = next((match["name"] for row in rows[1:] if (match := _BYLINE.fullmatch(row))), None)
    title = " ".join(row for number, row in enumerate(rows) if not (number and _BYLINE.fullmatch(row)))
    return title or otherwise, byline


def _too_short(header: Header, body: str, private: list[str]) -> list[str]:
    found = len(f"{body} {' '.join(private)}".split())
    return ["words_missing"] if found < ENOUGH_WORDS * header.words else []
