"""A message taken apart by the content of its parts, and its headers as text."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass, field
from email.message import Message

from newswire.formats import charset, htmltext
from newswire.formats.payload import MAGIC
from newswire.model import Media

MAX_PARTS = 200
"""The most parts of a message that are looked at."""

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}

PROSE = ("text/plain", "text/html")

_WIRE = re.compile(
    rb"\s*+(?:\xef\xbb\xbf)?\s*+(?:<\?xml\b|<(?:rss|feed|nitf|newsItem|newsMessage|NewsML)\b|[{\[]\s*[\"{\[]|ZCZC\b)"
    rb"|[^\x01]{0,40}\x01"
)
_WORD = re.compile(r"=\?(?P<charset>[^?\s]{1,40})\?(?P<kind>[bBqQ])\?(?P<text>[^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")


@dataclass(slots=True, kw_only=True)
class Parts:
    """A message taken apart by content.

    Attributes:
        subjects: Those of the messages that it forwards whole.
    """

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    enclosed: list[tuple[str, bytes, str]] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)


def take_apart(message: Message, place: str) -> Parts:
    """Sort a message's parts, the nested ones included.

    Args:
        message: The message.
        place: Where it stands in its payload, which the parts' pointers begin with.
    """
    parts = Parts()
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            inside = part.get_payload() if part.get_content_type() == "message/rfc822" else []
            parts.subjects += [said for one in inside if isinstance(one, Message) and (said := header(one, "Subject"))]
            continue
        if number >= MAX_PARTS:
            parts.flags.append("parts_left_out")
            break
        _sort(part, f"{place}/part[{number}]", parts)
    return parts


def _sort(part: Message, pointer: str, parts: Parts) -> None:
    """Put a part where its content belongs."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return
    kind = next((PICTURES.get(name) for magic, name in MAGIC.items() if raw.startswith(magic)), None)
    declared = part.get_content_type()
    if kind or declared.partition("/")[0] in {"image", "audio", "video"}:
        mime = kind or declared
        title = htmltext.line(header(part, "Content-Description")) or None
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


def header(message: Message, name: str) -> str:
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
