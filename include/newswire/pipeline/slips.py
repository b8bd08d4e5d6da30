"""Slips: every receipt once more, in a file beside the payloads of its day, every takedown, and what persons ruled.

The ledger is the truth. The slips say where a payload came from when a restored ledger has not heard of it: its
address, its pull, its feed; and what persons took down or ruled. They hold no word of a story.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from newswire.lake.layout import Layout
from newswire.ledger.receipts import Receipt


def keep(layout: Layout, receipt: Receipt) -> None:
    """Append a receipt to the slips of its day.

    Raises:
        TransientError: The disk is full or the folder cannot be written.
    """
    day = receipt.observed_at.astimezone(UTC).date()
    layout.store.append(layout.receipts(receipt.partner, receipt.feed, day), msgspec.json.encode(receipt))


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """A takedown as a slip keeps it.

    Attributes:
        items: The stories.
        asked: Everyone who asked: ``by``, ``why``, ``purge_raw`` and ``at``.
    """

    takedown_id: str
    item_id: str | None
    items: tuple[str, ...]
    asked: tuple[dict[str, Any], ...]


def keep_takedown(layout: Layout, partner: str, takedown: Takedown) -> None:
    """Write down what was taken down, in the place of what was known of it before."""
    layout.store.put(layout.takedown(partner, takedown.takedown_id), msgspec.json.encode(takedown))


def takedowns(layout: Layout, partner: str) -> Iterator[Takedown]:
    """Everything that was taken down of a partner."""
    for path in layout.takedowns(partner):
        yield msgspec.json.decode(layout.store.read(path), type=Takedown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a person ruled, as a slip keeps it.

    Attributes:
        what: ``override``, ``revoked``, ``answered`` or ``lifted``.
        about: The override, the review or the item.
        override: The override as it was recorded, for the first.
        said: The answer, for the third.
    """

    what: str
    about: str
    by: str
    why: str | None
    at: datetime
    override: dict[str, Any] | None = None
    said: str | None = None


def keep_ruling(layout: Layout, partner: str, ruling: Ruling) -> None:
    """Write down what a person ruled.

    Raises:
        TransientError: The disk is full or the folder cannot be written.
    """
    layout.store.append(layout.rulings(partner), msgspec.json.encode(ruling))


def rulings(layout: Layout, partner: str) -> list[Ruling]:
    """Everything that persons ruled, oldest first; a line that a crash cut short is passed over."""
    found = []
    for name in layout.rulings_of(partner):
        for line in layout.store.read(name).splitlines():
            with suppress(msgspec.DecodeError):
                found.append(msgspec.json.decode(line, type=Ruling))
    return sorted(found, key=lambda ruling: ruling.at)


def kept(layout: Layout, partner: str) -> Iterator[Receipt]:
    """Every receipt on a partner's slips, oldest day first; a line that a crash cut short is passed over."""
    for path in layout.receipts_of(partner):
        with layout.store.open(path) as file:
            for line in file:
                try:
                    yield msgspec.json.decode(line, type=Receipt)
                except msgspec.DecodeError:
                    continue
