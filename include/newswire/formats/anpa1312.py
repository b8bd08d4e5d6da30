"""ANPA 1312, the text format of American wires: IPTC 7901's frame, another header, and marks at the ends of lines.

The header names service and number of the message, then priority, category, a slug of 24 characters, date and length.
The text begins with the full slug. Lines that begin with ``^`` head it: headline, photo numbers, notes to editors
(``Eds:``), summary, byline; ``<`` ends a paragraph, ``=`` a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newswire.formats import conventions, teletype
from newswire.formats.dates import Clock
from newswire.formats.htmltext import clean, line
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.formats.teletype import Message
from newswire.model import Item, Refusal

_HEADER = re.compile(
    r"\s*(?P<service>[A-Za-z])(?P<number>\d{4})(?P<agency>[A-Z]{2,12})?\x1f?(?P<selector>[^\r\n]*)\r?\n"
    r"\s*(?P<priority>[a-z])\s(?P<category>[a-z])[\x11-\x16]*\s*(?P<slug>[^\r\n]*?)"
    r"(?:\s{2,}(?P<date>\d\d-\d\d)(?:[ \t]+(?P<words>\d{1,5}))?)?[ \t]*\r?(?:\n|$)"
)
TABLE = "\x08"
"""Begins a line of a table."""

_NOTE = re.compile(
    r"\W*(?:Eds|Editors|Note to editors)\b\W|\W*(?:\w{2,8}\s+)?Photos?\s+[A-Z]+\d|\W*With\s+.*Photos?\b", re.IGNORECASE
)
_BYLINE = re.compile(r"By\s+(?P<name>\S.*)")
_WORDS = re.compile(r",\s*\d{0,5}\s*$")


@dataclass(slots=True, kw_only=True)
class _Head:
    """What the lines at the head of a text say."""

    slug: str = ""
    title: str = ""
    summary: str = ""
    byline: str | None = None
    bylined: bool = False
    affiliation: str = ""
    notes: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


def recognises(payload: Payload) -> bool:
    """Whether the first message has a header of this kind."""
    first = next(teletype.messages(payload.text[:1000]), None)
    return first is not None and _HEADER.match(first.header) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every message."""
    return [_entry(message, source) for message in teletype.messages(payload.text)]


def _entry(message: Message, source: Source) -> Draft | Refusal:
    if message.cut:
        return teletype.truncated(message)
    match = _HEADER.match(message.header)
    if match is None:
        return Refusal(
            reason="header_unread",
            detail="The message's header is not one of ANPA 1312 (service and number, priority, category, slug).",
            pointer=message.pointer,
        )
    head = _head(message.text)
    public, private = conventions.split_private(teletype.without_stamp(head.body))
    sent = teletype.sent_at(f"{message.trailer}\n{message.text[-200:]}")
    body = "\n".join(teletype.paragraphs(public))
    cues = conventions.read(
        head.slug or line(match["slug"]),
        notes=[*head.notes, *private],
        lines=[*head.alone, *map(line, public[: teletype.MAX_HEAD])],
        zone=source.zone,
        pointer=message.pointer,
    )
    clock = Clock(source.zone)
    place, agency = teletype.dateline(body)
    item = Item(
        item_id="",
        version=cues.version,
        status=cues.status,
        language_declared=source.language,
        title=head.title or cues.slug or line(match["slug"]),
        summary=head.summary,
        body=body,
        byline=head.byline,
        credit=agency or _credit(head) or line(match["agency"] or "") or None,
        dateline=place,
        published_at=clock.time(sent),
        embargo=cues.embargo,
        categories=(match["category"],),
        signals=cues.signals,
        slug=cues.slug or None,
        ed_note="\n".join([*head.notes, *teletype.paragraphs(private)]) or None,
        flags=tuple(dict.fromkeys(clock.flags)),
        pointer=message.pointer,
    )
    number = f"{match['service']}{match['number']}"
    return Draft(item=item, guid=teletype.identity(number, sent, item.published_at), has_guids=False)


def _head(text: str) -> _Head:
    """Take the head of a text apart; from the first line without a mark on, everything is body."""
    head = _Head()
    rows = teletype.rows_of(text.replace("``", "“").replace("''", "”"))
    rows = rows[next((n for n, row in enumerate(rows) if clean(row).strip()), 0) :]
    head.slug = _WORDS.sub("", _unmarked(rows[0])) if rows else ""
    for number, row in enumerate(rows[1:], start=1):
        is_headline = number == 1 and clean(row).rstrip().endswith("+")
        if TABLE in row or not (clean(row).startswith("^") or is_headline):
            head.body += [_body_row(found) for found in rows[number:]]
            break
        _take(head, _unmarked(row), is_line=clean(row).rstrip().endswith("="))
    return head


def _take(head: _Head, said: str, *, is_line: bool) -> None:
    byline = _BYLINE.fullmatch(said)
    bylined, head.bylined = head.bylined, False
    if _NOTE.match(said):
        head.notes.append(said)
    elif conventions.is_only(said):
        head.alone.append(said)
    elif is_line and byline and not head.byline:
        head.byline, head.bylined = byline["name"], True
    elif is_line and bylined and not said.isupper():
        head.affiliation = said
    elif not head.title:
        head.title = said
    elif not head.summary and not is_line:
        head.summary = said
    elif said:
        head.body.append(said)


def _credit(head: _Head) -> str:
    """The line under the byline, else a byline that names an agency: *By The Associated Press*."""
    return head.affiliation or (head.byline if head.byline and head.byline.startswith("The ") else "")


def _body_row(row: str) -> str:
    """A line of the body without its marks; the end mark says nothing to readers."""
    said = clean(row).strip()
    if said.startswith("^") or said == "___=":
        return "" if _unmarked(row) == "END" else _unmarked(row)
    return re.sub(r"<\s*$", "", row)


def _unmarked(row: str) -> str:
    return line(row).lstrip("^").rstrip("<=+ ").strip()
