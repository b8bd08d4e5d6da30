"""From a payload's bytes to a parsed payload: its format is found, its entries are read, named and flagged."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from newswire.errors import PayloadRefused
from newswire.formats import conventions, feedroots, jsonenvelope, xmlreading
from newswire.formats.feedmedia import RANK
from newswire.formats.feedrights import stricter
from newswire.formats.identity import Draft, assign
from newswire.formats.payload import Payload, unseal
from newswire.formats.registry import FEEDS, FORMATS, Format, in_force
from newswire.formats.source import Source
from newswire.model import FeedHead, Item, ParsedPayload, Refusal, Status

MAX_ENTRIES = 10_000
"""The most entries that a payload may have."""

UNKNOWN = {"xml": "unknown_xml", "html": "html_page", "json": "not_news_item", "text": "not_an_article"}
"""Why a payload of a shape is refused that no row recognises."""

_FEED_ENTRIES = {"item": ("item",), "entry": ("atom:entry", "entry")}
"""The entries of feeds, which are many in a document, by their rows' ``entry``."""

_FIRST = re.compile(r"\[1\]$")
_FEED_TYPE = re.compile(r"(application|text)/(?!xhtml)([\w.-]*\+)?(xml|rss|atom)|feed\+json", re.IGNORECASE)
_FEED_PATH = re.compile(r"/(feed|rss|atom)/?$|\.(xml|rss|atom|rdf)$", re.IGNORECASE)


def parse(raw: bytes, source: Source, formats: Sequence[Format] = FORMATS) -> ParsedPayload:
    """Read a payload.

    Args:
        raw: The bytes as landed; gzip is unpacked.
        source: Where they came from and how the feed is configured.
        formats: The table of formats; of several parsers of one name, the one valid at ``source.at`` reads.

    Returns:
        Entries in payload order; an entry that cannot be read is a ``Refusal`` at its ordinal.

    Raises:
        PayloadRefused: The payload as a whole cannot be read; ``reason`` says why. Nothing else is ever raised.
    """
    rows = in_force(formats, source.at)
    payload = _unwrapped(unseal(raw, source), rows)
    chosen = _choose(payload, source, rows)
    drafts = _limited(chosen.read(payload, source))
    if not drafts and source.format and not chosen.recognises(payload):
        msg = f"The feed's format is {source.format!r}, and nothing in the payload is in it."
        raise PayloadRefused(msg, reason="format_mismatch", remedy="Correct the feed's `format`, or leave it out.")
    drafts = _without_greedy_entries(_without_cut_entry(drafts, payload, chosen), payload, chosen)
    drafts = [_heeded(draft, source) for draft in drafts]
    flags = (*payload.flags, *(() if drafts else ("no_entries",)))
    entries = tuple(_flagged(entry, payload.flags) for entry in assign(drafts, source.identity, _file(source.url)))
    links = tuple(draft.page if isinstance(draft, Draft) else None for draft in drafts)
    head = chosen.head(payload, source) if chosen.head else FeedHead()
    return ParsedPayload(
        format=chosen.name, entries=entries, links=links, flags=flags, head=head, encoding=payload.encoding
    )


def _unwrapped(payload: Payload, formats: Sequence[Format]) -> Payload:
    """A payload that no row of its shape recognises as the document that it wraps, flagged, if there is one."""
    if payload.xml is None or any(row.shape == "xml" and row.recognises(payload) for row in formats):
        return payload
    found = feedroots.inside(payload.xml)
    if found is None:
        return payload
    root, flags = found
    return dataclasses.replace(payload, xml=root, flags=tuple(dict.fromkeys((*payload.flags, "recovered_xml", *flags))))


def _choose(payload: Payload, source: Source, formats: Sequence[Format]) -> Format:
    if payload.shape == "html" and _feed_expected(source):
        msg = "An HTML page came where a feed was expected."
        raise PayloadRefused(msg, reason="html_instead_of_feed", remedy="Open the feed's URL: it may show an error.")
    if source.format is not None:
        return _configured(source.format, payload, formats)
    for row in formats:
        if row.shape == payload.shape and row.recognises(payload):
            return row
    msg = f"The payload is {payload.shape}{_told(payload)}, and no format here reads it."
    raise PayloadRefused(
        msg, reason=UNKNOWN[payload.shape], remedy="Name its format in the feed's `format`, if one fits."
    )


def _told(payload: Payload) -> str:
    if payload.xml is not None:
        return f" with the root {payload.xml.name}"
    return f", {jsonenvelope.describe(payload.json)}" if payload.shape == "json" else ""


def _configured(name: str, payload: Payload, formats: Sequence[Format]) -> Format:
    row = next((row for row in formats if row.name == name), None)
    if row is None:
        msg = f"The feed's format {name!r} is not known; the formats are {', '.join(row.name for row in formats)}."
        raise PayloadRefused(msg, reason="unknown_format", remedy="Correct the feed's `format`, or leave it out.")
    if row.shape != payload.shape:
        msg = f"The feed's format is {name!r} ({row.shape}), the payload is {payload.shape}."
        raise PayloadRefused(msg, reason="format_mismatch", remedy="Correct the feed's `format`, or leave it out.")
    return row


def _file(url: str) -> str:
    """The name of the file at an address, without its folder."""
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2])
    except ValueError:
        return ""


def _feed_expected(source: Source) -> bool:
    if source.format is not None:
        return source.format in FEEDS
    try:
        path = urlsplit(source.url).path
    except ValueError:
        path = ""
    return bool(_FEED_TYPE.match(source.content_type or "") or _FEED_PATH.search(path))


def _limited(drafts: Sequence[Draft | Refusal]) -> Sequence[Draft | Refusal]:
    if len(drafts) > MAX_ENTRIES:
        msg = f"The payload has {len(drafts)} entries, the limit is {MAX_ENTRIES}."
        raise PayloadRefused(msg, reason="too_many_entries", remedy="Ask the partner for paging.")
    return drafts


def _without_cut_entry(drafts: Sequence[Draft | Refusal], payload: Payload, row: Format) -> Sequence[Draft | Refusal]:
    """Refuse the last entry of a cut-off payload if the cut runs through it: half a story must not pass for one."""
    if "truncated_xml" not in payload.flags or not drafts or not row.entry:
        return drafts
    text = xmlreading.without_open_cdata(payload.text)
    opened = [match.start() for match in re.finditer(rf"<(?:\w+:)?{row.entry}[\s>]", text)]
    closed = [match.start() for match in re.finditer(rf"</(?:\w+:)?{row.entry}\s*>", text)]
    if not opened or (closed and closed[-1] > opened[-1]):
        return drafts
    last = drafts[-1]
    pointer = last.item.pointer if isinstance(last, Draft) else last.pointer
    detail = "The payload ends inside this entry."
    return [*drafts[:-1], Refusal(reason="truncated_entry", detail=detail, pointer=pointer)]


def _without_greedy_entries(
    drafts: Sequence[Draft | Refusal], payload: Payload, row: Format
) -> Sequence[Draft | Refusal]:
    """Refuse entries of a feed that hold the end of an entry as text: an open CDATA section took the next one in.

    It is closed by a later entry's, so that the document is well formed, and the entries between are not seen.
    """
    names = _FEED_ENTRIES.get(row.entry)
    end = re.compile(rf"</(?:\w+:)?{row.entry}\s*>")
    if names is None or payload.xml is None or len(end.findall(payload.text)) <= len(drafts):
        return drafts
    greedy = {_FIRST.sub("", node.pointer) for node in payload.xml.below(*names) if end.search(node.text)}
    detail = "Its text runs on into the next entry: a CDATA section has no end."
    return [
        Refusal(reason="truncated_entry", detail=detail, pointer=draft.item.pointer)
        if isinstance(draft, Draft) and _FIRST.sub("", draft.item.pointer) in greedy
        else draft
        for draft in drafts
    ]


def _heeded(draft: Draft | Refusal, source: Source) -> Draft | Refusal:
    """An entry with what the label of its headline says, such as ``EMBARGOED UNTIL``, whatever its format."""
    if isinstance(draft, Refusal):
        return draft
    item = draft.item
    cues = conventions.label(item.title, zone=source.zone, pointer=item.pointer)
    if cues is None:
        return draft
    heeded = replace(
        item,
        status=max(item.status, cues.status, key=RANK.index),
        signals=tuple(dict.fromkeys((*item.signals, *cues.signals))),
        embargo=stricter(item.embargo, cues.embargo),
        slug=item.slug or cues.slug or None,
    )
    return replace(draft, item=heeded)


def _flagged(entry: Item | Refusal, flags: tuple[str, ...]) -> Item | Refusal:
    """The entry with the flags of its payload, and with one if it says nothing although it may be used."""
    if isinstance(entry, Refusal):
        return entry
    says = entry.title or entry.body or entry.summary or entry.media or entry.status is not Status.USABLE
    if says and not flags:
        return entry
    flags = flags if says else (*flags, "no_text")
    return replace(entry, flags=tuple(dict.fromkeys((*flags, *entry.flags))))
