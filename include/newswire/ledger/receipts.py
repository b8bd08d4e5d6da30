"""Receipts: one row per document that a pull asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from newswire.ledger.columns import by_name
from newswire.ledger.tables import outcomes, receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of asking for one document in one pull.

    Attributes:
        pull_key: The pull it belongs to: the end of its interval, or the run of a manual live pull.
        role: ``feed``, ``page`` (an article page that a feed's entry links to) or ``listing`` (a source of many).
        mode: ``live`` or ``archive``.
        observed_at: The end of its interval; for a manual live pull the time of the pull.
        status: ``landed``, ``not_modified`` (the payload is the earlier one) or ``failed``.
        payload_path: Where its payload lies, or what is left of it.
        purged_sha256: The checksum of what is left of a payload that was purged; None while all of it is there.
        payload_removed_at: When landing retention removed the payload; the same bytes may have landed again since.
        reason: Why it failed.
        entries: How many entries its payload holds; None until it was read.
        unchanged: How many of them said nothing new.
        reader: The code and settings that read it last.
    """

    receipt_id: str
    partner: str
    feed: str
    pull_key: str
    url: str
    role: str
    mode: str
    observed_at: datetime
    status: str
    parent_id: str | None = None
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    payload_sha256: str | None = None
    payload_path: str | None = None
    purged_sha256: str | None = None
    payload_removed_at: datetime | None = None
    content_type: str | None = None
    content_language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reason: str | None = None
    detail: str | None = None
    entries: int | None = None
    unchanged: int | None = None
    settled_at: datetime | None = None
    reader: str | None = None


_COLUMNS = [receipts.c[name] for name in Receipt.__slots__]
_NEW = insert(receipts)
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["receipt_id"],
    set_={column.name: _NEW.excluded[column.name] for column in _COLUMNS if column is not receipts.c.receipt_id},
    where=receipts.c.status == "failed",
)
"""Made once: a pull saves hundreds of receipts, and to make the statement costs more than to send it."""

_UNREAD = (outcomes.c.outcome == "quarantined", outcomes.c.item_id.is_(None))
_REFUSED = (
    outcomes.c.receipt_id == receipts.c.receipt_id,
    outcomes.c.ordinal == 0,
    outcomes.c.outcome == "quarantined",
    outcomes.c.pointer == receipts.c.url,
)
"""What joins a receipt to the outcome that says that its payload was refused as a whole."""


def reads_same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether a receipt is of a reading of the same document, with the same bytes, as another's."""
    same = (one.c[name] == other.c[name] for name in ("partner", "feed", "url", "payload_sha256"))
    return and_(*same, or_(one.c.reader.is_not(None), one.c.entries > 0))


def _load(rows: Iterable[Row[Any]]) -> list[Receipt]:
    return [Receipt(**by_name(row)) for row in rows]


def save(connection: Connection, receipt: Receipt) -> None:
    """Record a receipt; a later try of the same document replaces a failure, never a success."""
    connection.execute(_SAVE, asdict(receipt))


def of_pull(connection: Connection, partner: str, pull_key: str) -> list[Receipt]:
    """The receipts of one pull."""
    query = select(*_COLUMNS).where(receipts.c.partner == partner, receipts.c.pull_key == pull_key)
    return _load(connection.execute(query.order_by(receipts.c.observed_at, receipts.c.receipt_id)))


def of_interval(connection: Connection, partner: str, start: datetime, end: datetime) -> list[Receipt]:
    """The receipts pulled for an interval, and those of manual pulls that landed during it."""
    landed_during = and_(
        receipts.c.interval_end.is_(None), receipts.c.observed_at >= start, receipts.c.observed_at < end
    )
    query = select(*_COLUMNS).where(receipts.c.partner == partner, or_(receipts.c.interval_end == end, landed_during))
    return _load(connection.execute(query.order_by(receipts.c.observed_at, receipts.c.receipt_id)))


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Receipt]:
    """Receipts by their id."""
    query = select(*_COLUMNS).where(receipts.c.receipt_id.in_(ids))
    return {receipt.receipt_id: receipt for receipt in _load(connection.execute(query))}


def unread(connection: Connection, partner: str, detail: str) -> list[Receipt]:
    """The receipts with a detail whose payload nobody has read, oldest first."""
    query = select(*_COLUMNS).where(
        receipts.c.partner == partner, receipts.c.detail == detail, receipts.c.entries.is_(None)
    )
    return _load(connection.execute(query.order_by(receipts.c.observed_at, receipts.c.receipt_id)))


def pages_of(connection: Connection, ids: Sequence[str]) -> list[Receipt]:
    """The receipts of article pages under some feed receipts."""
    query = select(*_COLUMNS).where(receipts.c.parent_id.in_(ids), receipts.c.role == "page")
    return _load(connection.execute(query.order_by(receipts.c.receipt_id)))


def is_incomplete(connection: Connection, receipt_id: str) -> bool:
    """Whether a page of a feed, or of the article pages under it, failed in the same pull.

    Pages that were left out on purpose (``too_many_pages``) do not count: they would not come next time either.
    """
    own = select(func.coalesce(receipts.c.parent_id, receipts.c.receipt_id)).where(receipts.c.receipt_id == receipt_id)
    query = select(receipts.c.receipt_id).where(
        or_(receipts.c.parent_id == receipt_id, receipts.c.parent_id == own.scalar_subquery()),
        receipts.c.status == "failed",
        receipts.c.reason != "too_many_pages",
    )
    return connection.execute(query.limit(1)).scalar() is not None


def landed_within(connection: Connection, partner: str, start: datetime, end: datetime) -> list[Receipt]:
    """The documents of feeds that landed for intervals within a stretch of time, or by manual pulls during it."""
    within = and_(receipts.c.interval_start >= start, receipts.c.interval_end <= end)
    during = and_(receipts.c.interval_end.is_(None), receipts.c.observed_at >= start, receipts.c.observed_at < end)
    query = select(*_COLUMNS).where(
        receipts.c.partner == partner,
        receipts.c.role == "feed",
        receipts.c.status == "landed",
        or_(within, during),
    )
    return _load(connection.execute(query.order_by(receipts.c.observed_at, receipts.c.receipt_id)))


def first_and_last(connection: Connection, partner: str) -> tuple[datetime, datetime] | None:
    """Between when and when something landed; None where nothing has."""
    query = select(func.min(receipts.c.observed_at), func.max(receipts.c.observed_at)).where(
        receipts.c.partner == partner, receipts.c.role == "feed", receipts.c.status == "landed"
    )
    first, last = connection.execute(query).one()
    return None if first is None else (first, last)


def latest_settled(connection: Connection, partner: str, feed: str, reader: str) -> dict[str, Receipt]:
    """Per document of a feed, the newest receipt whose payload is fully accounted for.

    Only these may lend their ETag and Last-Modified: an item that has no outcome yet must be sent again, and so must a
    document in which other code or settings than ``reader`` found something that they could not read, and one whose
    payload was purged, which comes back when it may.
    """
    query = (
        select(*_COLUMNS)
        .where(
            receipts.c.partner == partner,
            receipts.c.feed == feed,
            receipts.c.settled_at.is_not(None),
            receipts.c.payload_path.is_not(None),
            receipts.c.purged_sha256.is_(None),
        )
        .ext(distinct_on(receipts.c.url))
        .order_by(receipts.c.url, receipts.c.observed_at.desc(), receipts.c.receipt_id.desc())
    )
    again = _unread_by_others(connection, partner, feed, reader)
    latest = _load(connection.execute(query))
    return {receipt.url: receipt for receipt in latest if (receipt.url, receipt.payload_sha256) not in again}


def _unread_by_others(connection: Connection, partner: str, feed: str, reader: str) -> set[tuple[str, str]]:
    """The documents, each with its checksum, of which something is unread and which ``reader`` has not tried yet."""
    own = (receipts.c.partner == partner, receipts.c.feed == feed)
    document = select(receipts.c.url, receipts.c.payload_sha256)
    unread = document.join(outcomes, outcomes.c.receipt_id == receipts.c.receipt_id).where(*own, *_UNREAD)
    tried = document.where(*own, receipts.c.reader == reader)
    return {(row[0], row[1]) for row in connection.execute(unread.except_(tried))}


def newest(connection: Connection, partner: str, feed: str, urls: Sequence[str]) -> list[tuple[Receipt, bool]]:
    """Per document of a feed, its newest receipt, and whether its payload was refused as a whole."""
    refused = select(outcomes.c.ordinal).where(*_REFUSED).exists()
    query = (
        select(*_COLUMNS, refused.label("refused"))
        .where(receipts.c.partner == partner, receipts.c.feed == feed, receipts.c.url.in_(urls))
        .ext(distinct_on(receipts.c.url))
        .order_by(receipts.c.url, receipts.c.observed_at.desc(), receipts.c.receipt_id.desc())
    )
    rows = [by_name(row) for row in connection.execute(query)]
    return [(Receipt(**{name: row[name] for name in Receipt.__slots__}), row["refused"]) for row in rows]


def refused(connection: Connection, ids: Sequence[str]) -> list[Receipt]:
    """Those receipts whose payload was refused as a whole when it was read last, with the reason and the detail."""
    asked = receipts.alias("asked")
    why = {"reason": outcomes.c.reasons[1], "detail": outcomes.c.detail}
    latest = (
        select(*(why.get(name, asked.c[name]).label(name) for name in Receipt.__slots__), outcomes.c.outcome)
        .join(receipts, reads_same(receipts, asked))
        .outerjoin(outcomes, and_(*_REFUSED))
        .where(asked.c.receipt_id.in_(ids))
        .ext(distinct_on(asked.c.receipt_id))
        .order_by(asked.c.receipt_id, receipts.c.observed_at.desc(), receipts.c.receipt_id.desc())
        .subquery()
    )
    query = select(*(latest.c[name] for name in Receipt.__slots__)).where(latest.c.outcome.is_not(None))
    return _load(connection.execute(query))


def landed(connection: Connection, partner: str, feed: str, sha256: str) -> Receipt | None:
    """A receipt of these bytes, or None: the same bytes land once. One that was not purged comes first."""
    query = select(*_COLUMNS).where(
        receipts.c.partner == partner, receipts.c.feed == feed, receipts.c.payload_sha256 == sha256
    )
    whole_first = query.order_by(receipts.c.purged_sha256.is_not(None), receipts.c.payload_path).limit(1)
    return next(iter(_load(connection.execute(whole_first))), None)


def what_is_left(connection: Connection, receipt: Receipt) -> Receipt | None:
    """A receipt as it is since its payload was purged, which another of the same bytes may tell; None where it was not.

    A pull that landed the bytes at the very moment at which they were purged is told so here.
    """
    query = select(*_COLUMNS).where(
        receipts.c.partner == receipt.partner,
        receipts.c.feed == receipt.feed,
        receipts.c.payload_sha256 == receipt.payload_sha256,
        receipts.c.purged_sha256.is_not(None),
    )
    own_first = query.order_by(receipts.c.receipt_id != receipt.receipt_id, receipts.c.payload_path).limit(1)
    found = next(iter(_load(connection.execute(own_first))), None)
    if found is None:
        return None
    purge(connection, [receipt.receipt_id], path=str(found.payload_path), sha256=str(found.purged_sha256))
    return replace(receipt, payload_path=found.payload_path, purged_sha256=found.purged_sha256)


def with_payload(connection: Connection, partner: str) -> list[Receipt]:
    """Every receipt of a partner that has a payload, by where it lies."""
    query = select(*_COLUMNS).where(receipts.c.partner == partner, receipts.c.payload_path.is_not(None))
    return _load(connection.execute(query.order_by(receipts.c.payload_path, receipts.c.receipt_id)))


def sharing(connection: Connection, receipt: Receipt) -> list[Receipt]:
    """Every receipt whose payload lies where that of this one does."""
    query = select(*_COLUMNS).where(receipts.c.payload_path == receipt.payload_path)
    return _load(connection.execute(query.order_by(receipts.c.receipt_id)))


def purge(connection: Connection, ids: Sequence[str], *, path: str, sha256: str) -> None:
    """Note where what is left of the payload of some receipts lies, since it was purged."""
    query = update(receipts).where(receipts.c.receipt_id.in_(ids))
    connection.execute(query.values(payload_path=path, purged_sha256=sha256))


def remove(connection: Connection, removed: Iterable[Receipt]) -> None:
    """Note on receipts when landing retention removed their payload, as their slips say."""
    for receipt in removed:
        this = receipts.c.receipt_id == receipt.receipt_id
        connection.execute(update(receipts).where(this).values(payload_removed_at=receipt.payload_removed_at))


def names_path(connection: Connection, path: str) -> bool:
    """Whether any receipt's payload lies there."""
    query = select(receipts.c.receipt_id).where(receipts.c.payload_path == path)
    return connection.execute(query.limit(1)).scalar() is not None


def settle(
    connection: Connection,
    receipt_id: str,
    *,
    entries: int,
    unchanged: int,
    at: datetime,
    reusable: bool = True,
    reader: str | None = None,
) -> None:
    """Note that every entry of a receipt's payload is accounted for; once settled, the count stands.

    Args:
        connection: The transaction that records the outcomes.
        receipt_id: The receipt.
        entries: How many entries its payload holds.
        unchanged: How many of them said nothing new.
        at: The time to note.
        reusable: Whether the next pull may send its validators; False leaves it unsettled, to be read again.
        reader: What read it; None where nothing was to be read.
    """
    connection.execute(
        update(receipts)
        .where(receipts.c.receipt_id == receipt_id, receipts.c.settled_at.is_(None))
        .values(entries=entries, unchanged=unchanged, settled_at=at if reusable else None, reader=reader)
    )


def read_again(connection: Connection, receipt_id: str, *, more: int, unchanged: int, reader: str) -> None:
    """Note that a settled receipt's payload was read again.

    Args:
        connection: The transaction that records the outcomes.
        receipt_id: The receipt.
        more: How many entries were found beyond those that are accounted for.
        unchanged: How many of these said nothing new.
        reader: What read it.
    """
    connection.execute(
        update(receipts)
        .where(receipts.c.receipt_id == receipt_id)
        .values(entries=receipts.c.entries + more, unchanged=receipts.c.unchanged + unchanged, reader=reader)
    )


def settle_bare(connection: Connection, ids: Sequence[str], *, at: datetime) -> None:
    """Note of receipts that they have no entries of their own: article pages, payloads that landed before."""
    connection.execute(
        update(receipts)
        .where(receipts.c.receipt_id.in_(ids), receipts.c.settled_at.is_(None))
        .values(entries=0, unchanged=0, settled_at=at)
    )


def payloads(connection: Connection, *, after: str, limit: int = 1000) -> list[tuple[str, str, datetime | None]]:
    """Landed payloads behind a path, in the order of their paths: each with its checksum, and when it was removed."""
    path, removed = receipts.c.payload_path, receipts.c.payload_removed_at
    there = func.bool_or(removed.is_(None) & (receipts.c.status == "landed"))
    digest = func.coalesce(receipts.c.purged_sha256, receipts.c.payload_sha256)
    columns = path, func.min(digest), case((there, None), else_=func.max(removed))
    query = select(*columns).where(path > after).group_by(path).order_by(path).limit(limit)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def is_removed(connection: Connection, path: str) -> bool:
    """Whether retention has removed a payload, and it has not landed again."""
    landed = select(receipts.c.payload_removed_at).where(receipts.c.payload_path == path, receipts.c.status == "landed")
    return None not in connection.execute(landed).scalars().all()


def named(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of some payloads that a receipt names."""
    query = select(receipts.c.payload_path).where(receipts.c.payload_path.in_(paths))
    return set(connection.execute(query.distinct()).scalars())


def unaccounted(connection: Connection, ids: Sequence[str] | None = None) -> dict[str, int]:
    """Conservation: receipts whose entries, outcomes and unchanged counts do not add up, and by how much.

    Args:
        connection: The ledger.
        ids: Which receipts, read or not; without any all that were read.
    """
    chosen = receipts.c.entries.is_not(None) if ids is None else receipts.c.receipt_id.in_(ids)
    told = select(outcomes.c.receipt_id, func.count().label("n")).group_by(outcomes.c.receipt_id)
    counted = (told if ids is None else told.where(outcomes.c.receipt_id.in_(ids))).subquery()
    missing = (
        func.coalesce(receipts.c.entries, -1) - func.coalesce(counted.c.n, 0) - func.coalesce(receipts.c.unchanged, 0)
    )
    query = (
        select(receipts.c.receipt_id, missing)
        .outerjoin(counted, counted.c.receipt_id == receipts.c.receipt_id)
        .where(chosen, missing != 0)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
