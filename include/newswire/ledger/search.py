"""Looking for stories: by what they are now, and by words of their ids and addresses. The ledger keeps no headline.

Whoever has looked at the lake's headlines says which stories have the words there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, DateTime, Select, Text, and_, any_, cast, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from newswire.ledger.columns import by_name
from newswire.ledger.tables import decisions, items, observations


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which stories are looked for; what is left out does not matter.

    Attributes:
        words: Each stands in the story's id, the partner's own id, an address or a slug of it; case does not count.
        titled: Stories that have all words in their headline instead; those that are to be read now count.
        reason: One of the reasons for what it is.
        first: The earliest publication date.
        last: The latest publication date.
    """

    words: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    partner: str | None = None
    state: str | None = None
    reason: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the list of stories: newest date first, then by id."""

    published_date: date
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story in a list.

    Attributes:
        source_url: The address of the version that governs.
        partition_date: That of the file that holds a row of it, or None.
        hold_until: Set where time alone holds it.
    """

    article_id: str
    partner: str
    item_id: str
    source_url: str | None
    state: str
    reasons: list[str]
    language: str | None
    update_pending: bool
    published_date: date
    partition_date: date | None
    hold_until: datetime | None
    expires_at: datetime | None
    changed_at: datetime

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(published_date=self.published_date, article_id=self.article_id)


def search(
    connection: Connection, wanted: Wanted, *, partners: Collection[str], after: Place | None, most: int
) -> list[Listed]:
    """Stories of some partners, newest publication date first.

    Args:
        connection: A transaction.
        wanted: Which stories.
        partners: Whose stories may be listed at all.
        after: Where to go on; None for the beginning.
        most: How many at most.
    """
    query = _listed().where(items.c.partner.in_(partners), *_conditions(wanted))
    if after is not None:
        here = tuple_(items.c.published_date, items.c.article_id)
        query = query.where(here < tuple_(after.published_date, after.article_id))
    query = query.order_by(items.c.published_date.desc(), items.c.article_id.desc()).limit(most)
    return [Listed(**by_name(row)) for row in connection.execute(query)]


def _listed() -> Select[tuple[object, ...]]:
    elsewhere = {
        "source_url": observations.c.source_url,
        "hold_until": _time("hold_until"),
        "expires_at": _time("expires_at"),
    }
    governing = (observations.c[name] == items.c[name] for name in ("partner", "item_id", "version", "content_hash"))
    return (
        select(*[elsewhere[name] if name in elsewhere else items.c[name] for name in Listed.__slots__])
        .outerjoin(observations, and_(*governing))
        .outerjoin(decisions, decisions.c.decision_id == items.c.decision_id)
    )


def _time(name: str) -> ColumnElement[datetime]:
    return cast(decisions.c.decision[name].astext, DateTime(timezone=True)).label(name)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_so = {
        items.c.partner: wanted.partner,
        items.c.state: wanted.state,
    }
    found = [column == value for column, value in is_so.items() if value is not None]
    if wanted.reason is not None:
        found.append(items.c.reasons.overlap([wanted.reason]))
    if wanted.first is not None:
        found.append(items.c.published_date >= wanted.first)
    if wanted.last is not None:
        found.append(items.c.published_date <= wanted.last)
    if not wanted.words:
        return found
    named = and_(*(_named(word) for word in wanted.words))
    is_titled = and_(items.c.row_hash.is_not(None), items.c.article_id == any_(cast(list(wanted.titled), ARRAY(Text))))
    return [*found, or_(named, is_titled)]


def _named(word: str) -> ColumnElement[bool]:
    seen = observations.alias()
    called = or_(*(column.icontains(word, autoescape=True) for column in (seen.c.source_url, seen.c.slug)))
    of_it = (seen.c.partner == items.c.partner, seen.c.item_id == items.c.item_id, called)
    return or_(
        items.c.article_id.icontains(word, autoescape=True),
        items.c.item_id.icontains(word, autoescape=True),
        select(seen.c.item_id).where(*of_it).exists(),
    )
