"""Wire text without control characters: messages between ``ZCZC`` and ``NNNN``, and releases that name themselves.

Lines that begin with a mark head such a message: ``#`` slug, ``$`` headline, ``:`` place, ``*`` subject code, ``@``
region, ``%`` routing, ``&`` who entered it. A release says ``Source:`` and ``MEDIA RELEASE`` with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newswire.formats import conventions, teletype
from newswire.formats.htmltext import clean, line
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.model import Item, Refusal

MARKS = "#$:*@%&"

_START = re.compile(r"\s*ZCZC\b[^\r\n]*[\r\n]+")
_STARTS = re.compile(r"^[ \t]*ZCZC\b([^\n]*)\n", re.MULTILINE)
_SERVICE = re.compile(r"[A-Z]{2,8}")
_END = re.compile(r"^NNNN\s*$", re.MULTILINE)
_RELEASE = re.compile(
    r"\s*Source:[ \t]*(?P<source>[^\r\n]{1,120})\r?\nMEDIA RELEASE[ \t]+(?P<number>[A-Z]{0,4}\d{3,9})\s*\n"
)
_PLACE = re.compile(r"\((?P<place>[^()]+)\)")
_CODE = re.compile(r"\d{8}")
_ROUTINE = re.compile(r"[A-Z]{1,3}(?:\s+[A-Z]{1,3})*")
_SOURCE = re.compile(r"SOURCE:?\s+(?P<name>\S.*)")


def recognises(payload: Payload) -> bool:
    """Whether the text begins with a start mark, or as a numbered release."""
    return _START.match(payload.text) is not None or _RELEASE.match(payload.text) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every message of the text, or the release."""
    text = payload.text.replace("\r\n", "\n").replace("\r", "\n")
    if release := _RELEASE.match(text):
        return [_release(release, text[release.end() :], source)]
    return list(_messages(text, source))


def _messages(text: str, source: Source) -> Iterator[Draft | Refusal]:
    """Every message; the last one is refused where its end is missing: half a story must not pass for one."""
    parts = _STARTS.split(text)[1:]
    for number, (word, part) in enumerate(zip(parts[::2], parts[1::2], strict=True), start=1):
        said, *ended = _END.split(part)
        if not ended and 2 * number == len(parts):
            cut = "The payload ends inside this message."
            yield Refusal(reason="truncated_entry", detail=cut, pointer=f"/{number}")
        else:
            yield _message(word.strip(), said, f"/{number}", source)


def _message(word: str, text: str, pointer: str, source: Source) -> Draft | Refusal:
    marked: dict[str, list[str]] = {"": [word]}
    rows = text.split("\n")
    while rows and (not rows[0].strip() or rows[0][0] in MARKS or _ROUTINE.fullmatch(rows[0].strip())):
        if row := rows.pop(0).strip():
            marked.setdefault(row[0], []).append(line(row[1:]))
    return _draft(marked, rows, pointer, source)


def _draft(marked: dict[str, list[str]], rows: list[str], pointer: str, source: Source) -> Draft | Refusal:
    public, private = conventions.split_private(rows)
    said = teletype.paragraphs(public)
    title = next((row for row in marked.get("$", ()) if not _ROUTINE.fullmatch(row)), "")
    if not title and said:
        title, *said = said
    if not title and not said:
        return Refusal(reason="empty_entry", detail="The message has no text.", pointer=pointer)
    slug = " ".join(marked.get("#", ()))
    cues = conventions.read(
        slug, lines=[title, *said[: teletype.MAX_HEAD]], notes=private, zone=source.zone, pointer=pointer
    )
    places = [match["place"] for row in marked.get(":", ()) if (match := _PLACE.fullmatch(row))]
    sources = [row for row in marked.get(":", ()) if row and not _PLACE.fullmatch(row) and not re.search(r"\d", row)]
    named = [match["name"] for row in said[-3:] if (match := _SOURCE.fullmatch(row))]
    codes = [row for mark in "*@" for row in marked.get(mark, ()) if mark == "@" or _CODE.fullmatch(row)]
    item = Item(
        item_id="",
        version=cues.version,
        status=cues.status,
        language_declared=source.language,
        title=line(title),
        body="\n".join(said),
        credit=next(iter((*named, *sources, *filter(_SERVICE.fullmatch, marked[""]))), None),
        dateline=next(iter(places), None),
        embargo=cues.embargo,
        categories=tuple(filter(None, codes)),
        signals=cues.signals,
        slug=cues.slug or None,
        ed_note="\n".join(teletype.paragraphs(private)) or None,
        pointer=pointer,
    )
    return Draft(item=item, has_guids=False)


def _release(match: re.Match[str], text: str, source: Source) -> Draft | Refusal:
    heading, _, rest = text.partition("\n\n")
    public, private = conventions.split_private(rest.split("\n"))
    body = "\n".join(teletype.paragraphs(public))
    title = line(clean(heading).replace("\n", " "))
    if not title and not body:
        return Refusal(reason="empty_entry", detail="The release has no text.", pointer="/")
    cues = conventions.read(lines=[title, *public[: teletype.MAX_HEAD]], notes=private, zone=source.zone, pointer="/")
    item = Item(
        item_id="",
        status=cues.status,
        language_declared=source.language,
        title=title,
        body=body,
        credit=line(match["source"]),
        embargo=cues.embargo,
        signals=cues.signals,
        ed_note="\n".join(teletype.paragraphs(private)) or None,
        pointer="/",
    )
    return Draft(item=item, guid=match["number"], has_guids=True)
