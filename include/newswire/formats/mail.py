"""E-mail (RFC 5322, MIME): the story in its text, or as attachments that are wire formats themselves.

An attachment is read by its content, never by its name or by what its sender says of it. Where one holds a story, the
mail's own text is the sender's note to it; an attachment that nothing reads is flagged ``attachment_unread``. The
subject is a headline: only a label before its first colon (``KILL: harbour lamp``) counts as a convention.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from msgspec.structs import replace

from newswire.errors import PayloadRefused
from newswire.formats import charset, conventions, feedmedia, feedrights, htmltext, relations, teletype
from newswire.formats.dates import Clock
from newswire.formats.dates import read as read_date
from newswire.formats.identity import Draft
from newswire.formats.payload import MAGIC, Payload
from newswire.formats.places import of_parts, places
from newswire.formats.source import Source
from newswire.model import Item, Media, ParsedPayload, Refusal, Relation, RightsKind, RightsStatement

MAX_PARTS = 200
"""The most parts of a message that are looked at."""

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}

PROSE = ("text/plain", "text/html")

_HEADERS = re.compile(
    r"\s*+(?:(?:[A-Za-z][A-Za-z0-9-]*+:.*+|[ \t]++\S.*+)\n)*?(?:Received|Delivered-To|From|MIME-Version|Message-ID):",
    re.IGNORECASE,
)
_WIRE = re.compile(
    rb"\s*+(?:\xef\xbb\xbf)?\s*+(?:<\?xml\b|<(?:rss|feed|nitf|newsItem|newsMessage|NewsML)\b|[{\[]\s*[\"{\[]|ZCZC\b)"
    rb"|[^\x01]{0,40}\x01"
)
_REPLY = re.compile(r"(?:\s*+(?:re|fwd?|aw|wg|ynt|ilt)\s*+(?:\[\d+\]\s*+)?:)+\s*", re.IGNORECASE)
_WORD = re.compile(r"=\?(?P<charset>[^?\s]{1,40})\?(?P<kind>[bBqQ])\?(?P<text>[^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class _Parts:
    """A message taken apart by content."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    enclosed: list[tuple[str, bytes, str]] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def recognises(payload: Payload) -> bool:
    """Whether the text begins with the headers of a message."""
    return _HEADERS.match(payload.text, 0, 8192) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read the stories of a message.

    Raises:
        PayloadRefused: ``too_deep``; or it holds no story: ``no_text``, or why its last attachment was refused.
    """
    try:
        message = message_from_bytes(payload.raw.lstrip(b"\xef\xbb\xbf \t\r\n\0"))
        parts = _parts(message)
    except RecursionError as error:
        msg = "The message's parts are nested too deep."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for plainer mail.") from error
    stories, refused = _enclosed(parts, source)
    note = _story(message, parts, source)
    if stories:
        return [_with_note(story, note, is_only=len(stories) == 1) for story in stories]
    if not note.item.body and not note.item.media:
        raise refused or PayloadRefused(
            "The message has no text and no attachment that is one.",
            reason="no_text",
            remedy="Look at the message; ask the partner for text.",
        )
    return [note]


def _parts(message: Message) -> _Parts:
    parts = _Parts()
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            continue
        if number >= MAX_PARTS:
            parts.flags.append("parts_left_out")
            break
        _sort(part, f"/part[{number}]", parts)
    return parts


def _sort(part: Message, pointer: str, parts: _Parts) -> None:
    """Put a part where its content belongs."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return
    kind = next((PICTURES.get(name) for magic, name in MAGIC.items() if raw.startswith(magic)), None)
    declared = part.get_content_type()
    if kind or declared.partition("/")[0] in {"image", "audio", "video"}:
        mime = kind or declared
        title = htmltext.line(_header(part, "Content-Description")) or None
        medium = mime.partition("/")[0]
        parts.media.append(Media(medium=medium, mime_type=mime, title=title, pointer=pointer))
        return
    attached = part.get_content_disposition() == "attachment" or part.get_param("name") is not None
    if declared not in PROSE or attached or _WIRE.match(raw):
        parts.enclosed.append((pointer, raw, _content_type(part)))
        return
    text, _, flags = charset.decode(raw, content_type=_content_type(part))
    parts.flags += flags
    if declared == "text/html":
        parts.html.append(text)
    else:
        parts.plain.append(_unfolded(text, part))


def _content_type(part: Message) -> str:
    try:
        declared = part.get_content_charset()
    except (LookupError, UnicodeError, ValueError):
        declared = None
    return f"{part.get_content_type()}; charset={declared}" if declared else part.get_content_type()


def _unfolded(text: str, part: Message) -> str:
    """Text whose lines may flow (RFC 3676): a line that ends in a blank goes on in the next."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    joint = "" if str(part.get_param("delsp") or "").lower() == "yes" else " "
    return re.sub(r" \r?\n", joint, text)


def _enclosed(parts: _Parts, source: Source) -> tuple[list[Draft | Refusal], PayloadRefused | None]:
    """The stories of the attachments, and the last refusal."""
    found: list[Draft | Refusal] = []
    refused = None
    for pointer, raw, content_type in parts.enclosed:
        try:
            parsed = _opened(raw, changed(source, content_type=content_type, format=None))
        except PayloadRefused as error:
            refused = error
            parts.flags.append("attachment_unread")
            continue
        for entry, page in zip(parsed.entries, parsed.links, strict=True):
            found.append(_placed(entry, page, pointer))
    return found, refused


def _opened(raw: bytes, source: Source) -> ParsedPayload:
    from newswire.formats.parsing import parse  # noqa: PLC0415 - its table of formats has a row for this module

    if _HEADERS.match(raw[:8192].decode("latin-1")):
        msg = "A message as a text inside a message is not opened."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for the story itself.")
    return parse(raw, source)


def _placed(entry: Item | Refusal, page: str | None, pointer: str) -> Draft | Refusal:
    placed = replace(entry, pointer=f"{pointer}{entry.pointer}")
    if isinstance(placed, Refusal):
        return placed
    guid = placed.item_id if placed.id_source == "guid" else None
    return Draft(item=replace(placed, item_id=""), guid=guid, page=page, has_guids=False)


def _with_note(story: Draft | Refusal, note: Draft, *, is_only: bool) -> Draft | Refusal:
    """A story with what the mail says about it: its text as a note, and the stricter status and embargo.

    The mail's id names an only story that has no name of its own.
    """
    if isinstance(story, Refusal):
        return story
    item, said = story.item, note.item
    merged = replace(
        item,
        status=max(item.status, said.status, key=feedmedia.RANK.index),
        embargo=feedrights.stricter(item.embargo, said.embargo),
        published_at=item.published_at or said.published_at,
        signals=tuple(dict.fromkeys((*item.signals, *said.signals))),
        ed_note="\n".join(filter(None, (item.ed_note, said.ed_note, said.title, said.body))) or None,
        rights=(*item.rights, *said.rights),
        media=(*item.media, *said.media),
        flags=tuple(dict.fromkeys((*item.flags, *said.flags))),
    )
    merged = replace(merged, places=of_parts(merged, item, said))
    return replace(story, item=merged, guid=story.guid or (note.guid if is_only else None))


def _story(message: Message, parts: _Parts, source: Source) -> Draft:
    clock = Clock(source.zone)
    subject = _REPLY.sub("", htmltext.line(_header(message, "Subject")), 1)
    label, colon, rest = subject.partition(":")
    public, private, html = _body(parts)
    labelled = bool(colon) and conventions.is_only(label)
    notes = [*private, _header(message, "Comments")]
    cues = conventions.read(
        lines=[label if labelled else subject if conventions.is_only(subject) else "", *public[: teletype.MAX_HEAD]],
        notes=notes,
        zone=source.zone,
        pointer="/",
    )
    expires = _header(message, "Expires") or _header(message, "Expiry-Date")
    media, related = tuple(parts.media), tuple(_related(message))
    item = Item(
        item_id="",
        version=cues.version,
        status=cues.status,
        language_declared=_header(message, "Content-Language") or source.language,
        title=rest.strip() if labelled else subject,
        body="\n".join(public),
        markup=html or None,
        byline=htmltext.line(parseaddr(_header(message, "From"))[0]) or None,
        published_at=clock.time(_header(message, "Date")),
        embargo=cues.embargo,
        expires_at=read_date(expires, source.zone).end,
        rights=tuple(_rights(message, expires, source)),
        media=(*media, *feedmedia.inside(htmltext.parse(html) if html else None, media, "/")),
        categories=tuple(word.strip() for word in _header(message, "Keywords").split(",") if word.strip()),
        signals=cues.signals,
        slug=rest.strip() if labelled else None,
        ed_note="\n".join(filter(None, notes)) or None,
        replaces=relations.replaced("email", related),
        related=related,
        flags=tuple(dict.fromkeys((*clock.flags, *parts.flags))),
        pointer="/",
        places=places(expires_at="/header[Expires]" if expires else None),
    )
    return Draft(item=item, guid=_header(message, "Message-ID").strip("<> ") or None)


def _related(message: Message) -> Iterator[Relation]:
    for name in ("Supersedes", "Obsoletes"):
        for target in filter(None, _header(message, name).replace("<", " ").replace(">", " ").split()):
            yield Relation(rel=name.lower(), target=target)


def _body(parts: _Parts) -> tuple[list[str], list[str], str | None]:
    """Paragraphs for readers, those for editors, and the markup where it is used and all of it is for readers."""
    plain = "\n\n".join(parts.plain)
    html = "\n".join(parts.html)
    from_html = htmltext.to_text(html) if html else ""
    use_html = 2 * len(from_html) >= len(plain)
    rows = from_html.splitlines() if use_html and from_html else teletype.rows_of(plain)
    public, private = conventions.split_private(_without_signature(rows))
    if use_html and from_html:
        return public, private, None if private else html
    return teletype.paragraphs(public), teletype.paragraphs(private), None


def _without_signature(rows: list[str]) -> list[str]:
    """Rows up to the sender's signature (a line of two hyphens), which is no part of a story."""
    found = next((number for number, row in enumerate(rows) if _SIGNATURE.match(row)), len(rows))
    return rows[:found]


def _rights(message: Message, expires: str, source: Source) -> Iterator[RightsStatement]:
    """``Sensitivity`` (RFC 4021) as a restriction that a person reads, and an expiry that cannot be read."""
    if sensitivity := _header(message, "Sensitivity"):
        yield RightsStatement(
            kind=RightsKind.RESTRICTION, value=sensitivity, pointer="/header[Sensitivity]", type="sensitivity"
        )
    if expires and read_date(expires, source.zone).problem:
        place = "/header[Expires]"
        yield RightsStatement(kind=RightsKind.RESTRICTION, value=expires, pointer=place, type="validity_unread")


def _header(message: Message, name: str) -> str:
    """A header as text, its encoded words (RFC 2047) decoded; bytes beyond ASCII are read as UTF-8 or repaired."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    text, _, _ = charset.decode(raw.encode("utf-8", "surrogateescape"))
    joined = _BETWEEN_WORDS.sub(r"\1", text)
    return htmltext.clean(htmltext.line(_WORD.sub(_decoded, joined)))


def _decoded(word: re.Match[str]) -> str:
    """An encoded word; one that is no proper one stays as it is."""
    named, is_base64, said = word["charset"].partition("*")[0], word["kind"] in "bB", word["text"]
    try:
        if is_base64:
            raw = base64.b64decode(said + "=" * (-len(said) % 4))
        else:
            raw = quopri.decodestring(said.encode(), header=True)
    except (ValueError, binascii.Error):
        return word[0]
    return charset.decode(raw, content_type=f"text/plain; charset={named if said.isascii() else 'utf-8'}")[0]
