"""What was seen of a story over time, and where its row lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from newswire.model.items import Embargo, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One content of one version of an item, and when pulls saw it.

    Attributes:
        version: The provider's version; None where the format has none.
        first_observed_at: The earliest ``observed_at`` of the receipts that held it.
        last_observed_at: The latest one.
    """

    version: str | None
    updated_at: datetime | None
    published_at: datetime | None
    content_hash: str
    first_observed_at: datetime
    last_observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An observation with what it says about the item's fate and where to read it again.

    Attributes:
        embargo: The embargo that this content states; it covers all versions of the item.
        source_url: The story's address, by which a kill may name it.
        slug: The story's slug, by which a kill may mean it.
        feed: The feed that brought it first.
        receipt_id: The receipt whose payload holds it.
        ordinal: Its place among the payload's entries.
        page_receipt_id: The receipt of the article page that completes it, or None.
        purged: Whether a person had its words purged from that payload.
    """

    item_id: str
    observation: Observation
    status: Status
    is_correction: bool
    embargo: Embargo | None = None
    source_url: str | None = None
    slug: str | None = None
    feed: str
    receipt_id: str
    ordinal: int
    page_receipt_id: str | None = None
    purged: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One object of the lake: all rows of a partner with one publication date (UTC)."""

    published_date: date
    partner: str
