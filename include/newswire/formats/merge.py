"""A feed entry and the article page it links to, as one item."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from newswire.formats.feedmedia import RANK
from newswire.formats.feedrights import stricter
from newswire.formats.places import of_parts
from newswire.model import Item, Media, RightsStatement


def merge_page(entry: Item, page: Item) -> Item:
    """Complete an entry with its page.

    The entry says what the item is (identity, version, headline, dates); the page says how it reads. Restrictions add
    up: every rights statement of both, the worse status, the stricter embargo, the earlier expiry. The page's body
    replaces the entry's, unless it is less than half as long (a paywall, a shell drawn by scripts): then the entry's
    stays and the item is flagged ``page_body_shorter``.
    """
    shorter = 2 * len(page.body) < len(entry.body)
    told = entry if shorter else page
    merged = replace(
        entry,
        status=max(entry.status, page.status, key=RANK.index),
        language_declared=entry.language_declared or page.language_declared,
        title=entry.title or page.title,
        summary=entry.summary or ("" if shorter else entry.body) or page.summary,
        body=told.body,
        markup=told.markup,
        byline=entry.byline or page.byline,
        credit=entry.credit or page.credit,
        dateline=entry.dateline or page.dateline,
        published_at=entry.published_at or page.published_at,
        updated_at=max(_stated(entry.updated_at, page.updated_at), default=None),
        embargo=stricter(entry.embargo, page.embargo),
        expires_at=min(_stated(entry.expires_at, page.expires_at), default=None),
        rights=_rights(entry, page),
        media=_media(entry, page),
        categories=tuple(dict.fromkeys((*entry.categories, *page.categories))),
        signals=tuple(dict.fromkeys((*entry.signals, *page.signals))),
        ed_note=" ".join(note for note in (entry.ed_note, page.ed_note) if note) or None,
        source_url=entry.source_url or page.source_url,
        slug=entry.slug or page.slug,
        replaces=entry.replaces or page.replaces,
        sources=tuple(dict.fromkeys((*entry.sources, *page.sources))),
        related=tuple(dict.fromkeys((*entry.related, *page.related))),
        flags=tuple(dict.fromkeys((*entry.flags, *page.flags, *(("page_body_shorter",) if shorter else ())))),
    )
    return replace(merged, places=of_parts(merged, entry, page))


def restricted(item: Item, text: Item) -> Item:
    """The item under the restrictions that a rendition of its text brings along: those of all renditions bind it."""
    narrowed = replace(
        item,
        status=max(item.status, text.status, key=RANK.index),
        embargo=stricter(item.embargo, text.embargo),
        expires_at=min(_stated(item.expires_at, text.expires_at), default=None),
        rights=_rights(item, text),
    )
    return replace(narrowed, places=of_parts(narrowed, item, text))


def _stated(*times: datetime | None) -> list[datetime]:
    return [time for time in times if time is not None]


def _rights(entry: Item, page: Item) -> tuple[RightsStatement, ...]:
    return tuple(dict.fromkeys((*entry.rights, *page.rights)))


def _media(entry: Item, page: Item) -> tuple[Media, ...]:
    """The components of both; one that both name keeps the entry's words and the rights of both."""
    found = {media.url: media for media in page.media if media.url}
    merged = []
    for media in entry.media:
        twin = found.pop(media.url or "", None)
        merged.append(media if twin is None else _both(media, twin))
    return (*merged, *found.values())


def _both(entry: Media, page: Media) -> Media:
    return replace(
        entry,
        caption=entry.caption or page.caption,
        credit=entry.credit or page.credit,
        status=max(entry.status, page.status, key=RANK.index),
        rights=tuple(dict.fromkeys((*entry.rights, *page.rights))),
    )
