"""E-mail (RFC 5322, MIME): the story in its text, or as attachments that are wire formats themselves.

An attachment is read by its content, never by its name or by what its sender says of it. Where one holds a story, the
mail's own text is the sender's note to it; an attachment that nothing reads is flagged ``attachment_unread``. The
subject is a headline: only a label before its first colon (``KILL: harbour lamp``) counts as a convention. A mailbox
file (mbox, RFC 4155) is all its messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace as changed
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from msgspec.structs import replace

from newswire.errors import PayloadRefused
from newswire.formats import conventions, feedmedia, feedrights, htmltext, relations, teletype
from newswire.formats.dates import Clock
from newswire.formats.dates import read as read_date
from newswire.formats.identity import Draft
from newswire.formats.mailparts import Parts, header, take_apart
from newswire.formats.payload import Payload
from newswire.formats.places import of_parts, places
from newswire.formats.source import Source
from newswire.model import Item, ParsedPayload, Refusal, Relation, RightsKind, RightsStatement

_HEADERS = re.compile(
    r"\s*+(?:From .*+\n)?+(?:(?:[A-Za-z][A-Za-z0-9-]*+:.*+|[ \t]++\S.*+)\n)*?"
    r"(?:Received|Delivered-To|From|MIME-Version|Message-ID):",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From .*\d:\d\d.*\n(?=[A-Za-z][A-Za-z-]*:)")
_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_REPLY = re.compile(r"(?:\s*+(?:re|fwd?|aw|wg|ynt|ilt)\s*+(?:\[\d+\]\s*+)?:)+\s*", re.IGNORECASE)
_COLON = re.compile(r":(?!\d)")
"""A colon that is none of a clock's."""
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
"""What begins the sender's signature: no part of the story, and a note from whoever sent it (RFC 3676, section 4.3)."""


def recognises(payload: Payload) -> bool:
    """Whether the text begins with the headers of a message."""
    return _HEADERS.match(payload.text, 0, 8192) is not None


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read the stories of a message, or of every message of a mailbox file.

    Raises:
        PayloadRefused: ``too_deep``; or an only message holds no story: ``no_text``, or why its last attachment was
            refused.
    """
    raw = payload.raw.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    before, *rest = _FROM_LINE.split(raw)
    messages = [raw] if before else [_QUOTED_FROM.sub(b"", each) for each in rest]
    if len(messages) == 1:
        return _message(messages[0], source, "")
    found: list[Draft | Refusal] = []
    for number, each in enumerate(messages, start=1):
        place = f"/message[{number}]"
        try:
            found += _message(each, source, place)
        except PayloadRefused as refusal:
            found.append(Refusal(reason=refusal.reason, detail=str(refusal), pointer=place))
    return found


def _message(raw: bytes, source: Source, place: str) -> list[Draft | Refusal]:
    try:
        message = message_from_bytes(raw)
        parts = take_apart(message, place)
    except RecursionError as error:
        msg = "The message's parts are nested too deep."
        raise PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for plainer mail.") from error
    if _is_answer(message):
        msg = "The message is the answer of a mail system, not a story."
        raise PayloadRefused(
            msg, reason="not_news_item", remedy="Look at whom the mailbox writes to; delete the message."
        )
    stories, refused = _enclosed(parts, source)
    note = _story(message, parts, source, place)
    if stories:
        return [_with_note(story, note, is_only=len(stories) == 1) for story in stories]
    if not note.item.body and not note.item.media:
        raise refused or PayloadRefused(
            "The message has no text and no attachment that is one.",
            reason="no_text",
            remedy="Look at the message; ask the partner for text.",
        )
    return [note]


def _enclosed(parts: Parts, source: Source) -> tuple[list[Draft | Refusal], PayloadRefused | None]:
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


def _story(message: Message, parts: Parts, source: Source, place: str) -> Draft:
    clock = Clock(source.zone)
    subjects = [_labelled(said) for said in (header(message, "Subject"), *parts.subjects)]
    public, private, html, signature = _body(parts)
    notes = [*private, header(message, "Comments")]
    cues = conventions.read(
        lines=[*(convention for convention, _ in subjects), *public[: teletype.MAX_HEAD]],
        notes=notes,
        zone=source.zone,
        pointer=f"{place}/",
    )
    expires = header(message, "Expires") or header(message, "Expiry-Date")
    media, related = tuple(parts.media), tuple(_related(message))
    item = Item(
        item_id="",
        version=cues.version,
        status=cues.status,
        language_declared=header(message, "Content-Language") or source.language,
        title=subjects[0][1],
        body="\n".join(public),
        markup=html or None,
        byline=htmltext.line(parseaddr(header(message, "From"))[0]) or None,
        published_at=clock.time(header(message, "Date")),
        embargo=cues.embargo,
        expires_at=read_date(expires, source.zone).end,
        rights=tuple(_rights(message, expires, source, place)),
        media=(*media, *feedmedia.inside(htmltext.parse(html) if html else None, media, f"{place}/")),
        categories=tuple(word.strip() for word in header(message, "Keywords").split(",") if word.strip()),
        signals=cues.signals,
        slug=next((title for convention, title in subjects if convention and title != convention), None),
        ed_note="\n".join(filter(None, (*notes, *parts.subjects, *signature))) or None,
        replaces=relations.replaced("email", related),
        related=related,
        flags=tuple(dict.fromkeys((*clock.flags, *parts.flags))),
        pointer=f"{place}/",
        places=places(expires_at=f"{place}/header[Expires]" if expires else None),
    )
    return Draft(item=item, guid=header(message, "Message-ID").strip("<> ") or None)


def _labelled(subject: str) -> tuple[str, str]:
    """The convention that a subject is, or is labelled with, else nothing; and the headline."""
    subject = _REPLY.sub("", htmltext.line(subject), 1)
    label, *rest = _COLON.split(subject, 1)
    if rest and conventions.is_only(label):
        return label, rest[0].strip()
    return (subject, subject) if conventions.is_only(subject) else ("", subject)


def _is_answer(message: Message) -> bool:
    """Whether a mail system answered by itself: an automatic reply (RFC 3834) or a report on delivery (RFC 6522)."""
    is_reply = header(message, "Auto-Submitted").lower().startswith("auto-replied")
    return is_reply or message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>"


def _related(message: Message) -> Iterator[Relation]:
    for name in ("Supersedes", "Obsoletes"):
        for target in filter(None, header(message, name).replace("<", " ").replace(">", " ").split()):
            yield Relation(rel=name.lower(), target=target)


def _body(parts: Parts) -> tuple[list[str], list[str], str | None, list[str]]:
    """Paragraphs for readers, those for editors, the markup where all of it is for readers, and the signature."""
    plain = "\n\n".join(parts.plain)
    html = "\n".join(parts.html)
    from_html = htmltext.to_text(html) if html else ""
    use_html = 2 * len(from_html) >= len(plain)
    rows = from_html.splitlines() if use_html and from_html else teletype.rows_of(plain)
    end = next((number for number, row in enumerate(rows) if _SIGNATURE.match(row)), len(rows))
    public, private = conventions.split_private(rows[:end])
    signature = rows[end + 1 :]
    if use_html and from_html:
        return public, private, None if private or signature else html, signature
    paragraphs = teletype.paragraphs
    return paragraphs(public), paragraphs(private), None, paragraphs(signature)


def _rights(message: Message, expires: str, source: Source, place: str) -> Iterator[RightsStatement]:
    """``Sensitivity`` (RFC 4021) as a restriction that a person reads, and an expiry that cannot be read."""
    if sensitivity := header(message, "Sensitivity"):
        yield RightsStatement(
            kind=RightsKind.RESTRICTION, value=sensitivity, pointer=f"{place}/header[Sensitivity]", type="sensitivity"
        )
    if expires and read_date(expires, source.zone).problem:
        at = f"{place}/header[Expires]"
        yield RightsStatement(kind=RightsKind.RESTRICTION, value=expires, pointer=at, type="validity_unread")
