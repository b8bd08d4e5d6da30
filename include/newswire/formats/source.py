"""What a parser is told about a payload beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a payload came from and how its feed is configured.

    Attributes:
        url: The document's own URL; relative links are resolved against it.
        content_type: The transport's content type, charset parameter included.
        format: A format's name overrides sniffing.
        language: What the partner declares; used where the payload declares nothing.
        zone: The zone of times without one; None leaves such times unread, flagged ``naive_time``.
        at: When the payload was observed: of a format's parsers, the one valid then reads it; None means now.
        identity: Which fields name an item, in order of trust: ``guid``, ``link``, ``file``, ``content``.
    """

    url: str
    content_type: str | None = None
    format: str | None = None
    language: str | None = None
    zone: ZoneInfo | None = None
    at: datetime | None = None
    identity: tuple[str, ...] = ("guid", "link", "content")
