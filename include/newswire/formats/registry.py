"""The formats, one row each.

The first row that recognises a payload reads it.
To add a format: write its module (``recognises``, ``read``), give it a row here, a field map in ``fields/`` and golden
pairs. When a provider changes what it sends, the row keeps the old parser under ``valid_until``, and a second row of
the same name has the new one: payloads from before are replayed with the parser that was valid then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newswire.formats import (
    anpa1312,
    atom,
    g2,
    iptc7901,
    jsonfeed,
    mail,
    newsml1,
    ninjs,
    nitf,
    page,
    plain,
    rss,
    vendors,
    wiretext,
    wxr,
)
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.model import FeedHead, Refusal

Recognise = Callable[[Payload], bool]
Read = Callable[[Payload, Source], Sequence[Draft | Refusal]]
Head = Callable[[Payload, Source], FeedHead]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row: a format's name, its payloads' shape, how it is recognised and how it is read.

    Attributes:
        name: As in a feed's ``format`` and in ``ParsedPayload.format``.
        shape: ``xml``, ``html``, ``json`` or ``text``.
        recognises: Whether a payload of that shape is in this format.
        read: The parser.
        head: Reads what the payload says about itself; None where the format has nothing of the kind.
        valid_until: When this parser stopped being the right one for the format; None while it is.
        entry: The element that holds one entry, to find one that a cut-off payload ends in.
    """

    name: str
    shape: str
    recognises: Recognise
    read: Read
    head: Head | None = None
    valid_until: datetime | None = None
    entry: str = ""


FORMATS = (
    Format(name="wxr", shape="xml", recognises=wxr.recognises, read=wxr.read, head=rss.head, entry="item"),
    Format(name="rss", shape="xml", recognises=rss.recognises, read=rss.read, head=rss.head, entry="item"),
    Format(name="atom", shape="xml", recognises=atom.recognises, read=atom.read, head=atom.head, entry="entry"),
    Format(name="newsml-g2", shape="xml", recognises=g2.recognises, read=g2.read, entry="(?:news|package)Item"),
    Format(name="newsml-1", shape="xml", recognises=newsml1.recognises, read=newsml1.read, entry="NewsItem"),
    Format(name="nitf", shape="xml", recognises=nitf.recognises, read=nitf.read, entry="nitf"),
    Format(name="vendor_xml", shape="xml", recognises=vendors.recognises, read=vendors.read),
    Format(name="article_page", shape="html", recognises=page.recognises, read=page.read),
    Format(name="json_feed", shape="json", recognises=jsonfeed.recognises, read=jsonfeed.read, head=jsonfeed.head),
    Format(name="ninjs", shape="json", recognises=ninjs.recognises, read=ninjs.read),
    Format(name="vendor_json", shape="json", recognises=vendors.recognises, read=vendors.read),
    Format(name="anpa1312", shape="text", recognises=anpa1312.recognises, read=anpa1312.read),
    Format(name="iptc7901", shape="text", recognises=iptc7901.recognises, read=iptc7901.read),
    Format(name="email", shape="text", recognises=mail.recognises, read=mail.read),
    Format(name="wire_text", shape="text", recognises=wiretext.recognises, read=wiretext.read),
    Format(name="plain_text", shape="text", recognises=plain.recognises, read=plain.read),
)

FEEDS = frozenset(row.name for row in FORMATS if row.shape in {"xml", "json"})
"""Formats of feeds: an HTML page in their place is an error page."""


def in_force(formats: Sequence[Format], at: datetime | None) -> tuple[Format, ...]:
    """The rows that were valid at a time (None: now), one for each name, in the order of the table."""
    chosen: dict[str, Format] = {}
    for row in formats:
        if row.valid_until is not None and (at is None or at >= row.valid_until):
            continue
        held = chosen.get(row.name)
        if held is None or _ends(row) < _ends(held):
            chosen[row.name] = row
    return tuple(row for row in formats if chosen.get(row.name) is row)


def _ends(row: Format) -> datetime:
    return row.valid_until or datetime.max.replace(tzinfo=UTC)
