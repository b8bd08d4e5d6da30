"""Every text that the ledger keeps of a partner, row by row, for whoever searches it for words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, Connection, Text, select

from newswire.ledger.columns import by_name
from newswire.ledger.tables import metadata, receipts, takedown_items

NAMES = frozenset({"item_id", "names", "slug", "url", "source_url", "pointer"})
"""Columns, and fields in JSON, that name a story or a document rather than tell of it: ids, addresses, places."""

OWN = frozenset({"partners", "contracts", "takedowns"})
"""Tables of our own words: partner files, terms, and why something was taken down."""

SAID = frozenset({"overrides", "tombstones", "decisions"})
"""Tables with what persons said of a story, for the record and in their own words, which may quote it.

Decisions repeat an override's; what they hold of the story itself is told by their form, not by its words.
"""

AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A row of the ledger, and what it says beside names."""

    table: str
    item_id: str | None
    texts: tuple[str, ...]


def of_partner(connection: Connection, partner: str) -> Iterator[Kept]:
    """Every row that holds text and is the partner's, or nobody's."""
    for table in metadata.sorted_tables:
        columns = [c for c in table.columns if _holds_text(c) and c.name not in NAMES]
        if table is takedown_items or table.name in OWN or not columns:
            continue
        query = select(*columns, *([table.c.item_id] if "item_id" in table.c else []))
        if "partner" in table.c:
            query = query.where(table.c.partner == partner)
        elif "receipt_id" in table.c:
            query = query.join(receipts, receipts.c.receipt_id == table.c.receipt_id).where(
                receipts.c.partner == partner
            )
        for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
            told = by_name(row)
            item_id = told.pop("item_id", None)
            yield Kept(table=table.name, item_id=item_id, texts=tuple(strings(told)))


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Every string in a JSON value, but in fields that name something."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NAMES:
                yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def _holds_text(column: Column[Any]) -> bool:
    kind = column.type
    return isinstance(kind, Text | JSON) or (isinstance(kind, ARRAY) and isinstance(kind.item_type, Text))
