"""Slips: every receipt once more, in a file beside the payloads of its day, and every takedown in one of its own.

The ledger is the truth. The slips say where a payload came from when a restored ledger has not heard of it: its
address, its pull, its feed; and what a person took down. They hold no word of a story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
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


def kept(layout: Layout, partner: str) -> Iterator[Receipt]:
    """Every receipt on a partner's slips, oldest day first; a line that a crash cut short is passed over."""
    for path in layout.receipts_of(partner):
        with layout.store.open(path) as file:
            for line in file:
                try:
                    yield msgspec.json.decode(line, type=Receipt)
                except msgspec.DecodeError:
                    continue
