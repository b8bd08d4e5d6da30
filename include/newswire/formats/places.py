"""Where single fields of an item stood: what the evidence of a decision points at."""

from __future__ import annotations

from newswire.model import Item

Places = tuple[tuple[str, str], ...]
FIELDS = ("status", "expires_at", "credit", "sources", "signals", "slug", "ed_note")


def places(**found: str | None) -> Places:
    """The fields that have a place of their own."""
    return tuple((field, pointer) for field, pointer in found.items() if pointer)


def of_parts(merged: Item, *parts: Item) -> Places:
    """The places of an item that was made of parts: each field's is that of the first part that says the same."""
    return places(**{field: _place(field, merged, parts) for field in FIELDS})


def _place(field: str, merged: Item, parts: tuple[Item, ...]) -> str | None:
    saying = (part for part in parts if getattr(part, field) == getattr(merged, field))
    return next((dict(part.places).get(field) for part in saying), None)
