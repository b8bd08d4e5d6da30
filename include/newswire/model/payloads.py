"""What a payload holds as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newswire.model.items import Item, Refusal, RightsStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What a payload says about itself rather than about one entry.

    Attributes:
        title: The feed's own name.
        language_declared: The language it declares for all its entries.
        updated_at: When it says that it changed.
        rights: Its rights statements, all of scope ``feed``; every entry carries them too.
        next_url: The next page of the same feed, absolute (RFC 5005, section 3; JSON Feed ``next_url``).
        prev_archive_url: The archive document before this one, absolute (RFC 5005, section 4).
        is_archive: Whether the document says that it no longer changes (``fh:archive``).
        is_complete: Whether the document says that it holds every entry there is (``fh:complete``).
    """

    title: str | None = None
    language_declared: str | None = None
    updated_at: datetime | None = None
    rights: tuple[RightsStatement, ...] = ()
    next_url: str | None = None
    prev_archive_url: str | None = None
    is_archive: bool = False
    is_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPayload:
    """What a payload holds, in payload order.

    Attributes:
        format: The format that read it, such as ``rss``.
        entries: Items and refusals; an entry's index is its ordinal in the outcome key (receipt, ordinal).
        links: Article pages that the entries point at, index for index; None where an entry has none.
        flags: Repairs that concern the whole payload.
        head: What the payload says about itself; paging and archive links among it.
        encoding: The codec that decoded it.
    """

    format: str
    entries: tuple[Item | Refusal, ...]
    links: tuple[str | None, ...] = ()
    flags: tuple[str, ...] = ()
    head: FeedHead = FeedHead()
    encoding: str = "utf-8"
