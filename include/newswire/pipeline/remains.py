"""What is left of a payload that was purged: its other entries as they were read, and the names of those that went.

Every reader of landed payloads takes it in place of the raw bytes. An entry keeps its ordinal, so that each goes on
having its one outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from newswire.errors import LakeCorrupt, PayloadRefused
from newswire.model import RAW_PURGED, FeedHead, Item, ParsedPayload, Purged, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One of the three."""

    item: Item | None = None
    purged: Purged | None = None
    refusal: Refusal | None = None

    @property
    def value(self) -> Item | Refusal:
        found = self.purged or self.item or self.refusal
        assert found is not None  # noqa: S101 - an entry is one of the three
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What is left of a payload.

    Attributes:
        purged_for: The items that were purged from it.
        refused: Why it could not be read, or is not to be any more: a reason and a detail.
    """

    purged_for: tuple[str, ...]
    format: str = ""
    entries: tuple[_Entry, ...] = ()
    links: tuple[str | None, ...] = ()
    flags: tuple[str, ...] = ()
    head: FeedHead = field(default_factory=FeedHead)
    encoding: str = "utf-8"
    refused: tuple[str, str] | None = None

    def encoded(self) -> bytes:
        """As JSON: the same remains are always the same bytes."""
        return msgspec.json.encode(self)


def of(
    payload: ParsedPayload, down: Mapping[int, Purged], before: bytes | None = None, also: Collection[str] = ()
) -> Remains:
    """What is left of a payload without the entries at some ordinals.

    Args:
        payload: As it was read.
        down: What is left of each entry that goes.
        before: What was left of it already, if it was purged before.
        also: Stories for whose sake it is purged although none of its entries is one of them.
    """
    gone = {*also, *(item.item_id for item in down.values())} | set(purged_for(before) if before else ())
    linked = len(payload.links)
    return Remains(
        purged_for=tuple(sorted(gone)),
        format=payload.format,
        entries=tuple(_entry(down.get(at, entry)) for at, entry in enumerate(payload.entries)),
        links=tuple(None if at in down else payload.links[at] for at in range(linked)),
        flags=payload.flags,
        head=payload.head,
        encoding=payload.encoding,
    )


def of_whole(item_ids: tuple[str, ...], refused: tuple[str, str] | None = None) -> Remains:
    """What is left of a payload that goes as a whole, such as a story's page."""
    said = refused or (RAW_PURGED, "It was purged when a person took its story down.")
    return Remains(purged_for=tuple(sorted(item_ids)), refused=said)


def purged(item: Item) -> Purged:
    """What is left of an item: what names and orders it."""
    embargo = item.embargo and replace(item.embargo, raw="")
    return Purged(
        item_id=item.item_id,
        id_source=item.id_source,
        version=item.version,
        status=item.status,
        published_at=item.published_at,
        updated_at=item.updated_at,
        embargo=embargo,
        signals=item.signals,
        replaces=item.replaces,
        flags=(RAW_PURGED,),
        pointer=item.pointer,
        kept_hash=item.content_hash(),
    )


def parsed(raw: bytes) -> ParsedPayload:
    """The payload that remains, in the place of the one that was purged.

    Raises:
        PayloadRefused: Nothing of it is left, or it could not be read before.
        LakeCorrupt: These are no remains.
    """
    left = _read(raw)
    if left.refused is not None:
        reason, detail = left.refused
        raise PayloadRefused(detail, reason=reason)
    return ParsedPayload(
        format=left.format,
        entries=tuple(entry.value for entry in left.entries),
        links=left.links,
        flags=left.flags,
        head=left.head,
        encoding=left.encoding,
    )


def purged_for(raw: bytes) -> tuple[str, ...]:
    """The items that were purged from a payload of which this is left."""
    return _read(raw).purged_for


def _entry(value: Item | Refusal) -> _Entry:
    if isinstance(value, Purged):
        return _Entry(purged=value)
    return _Entry(item=value) if isinstance(value, Item) else _Entry(refusal=value)


def _read(raw: bytes) -> Remains:
    try:
        return msgspec.json.decode(raw, type=Remains)
    except msgspec.DecodeError as error:
        msg = f"What is left of a purged payload cannot be read: {error}."
        raise LakeCorrupt(msg, reason="payload_unreadable", remedy="Restore it from a backup.") from error
