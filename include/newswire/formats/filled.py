"""Which canonical fields an item, or a payload's head, fills: the words of field maps and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newswire.model import FeedHead, Item, Media, RightsStatement, Status

SAID = (
    "item_id",
    "version",
    "language_declared",
    "title",
    "summary",
    "body",
    "byline",
    "credit",
    "sources",
    "dateline",
    "published_at",
    "updated_at",
    "embargo",
    "expires_at",
    "categories",
    "signals",
    "slug",
    "ed_note",
    "source_url",
    "replaces",
    "related",
    "part_of",
)
OF_MEDIA = ("url", "medium", "mime_type", "title", "caption", "credit", "rendition")
OF_HEAD = ("title", "language_declared", "updated_at", "next_url", "prev_archive_url", "is_archive", "is_complete")


def filled(item: Item) -> tuple[str, ...]:
    """The names of the fields that an item fills, each once.

    ``rights.<kind>`` stands for its rights statements, ``media.<field>`` for its components' fields; a status counts
    where it is not ``usable``, a medium where it is not ``text``.
    """
    names = [name for name in SAID if getattr(item, name)]
    names += ["body_html"] if item.markup else []
    names += _status("status", item.status)
    names += ["medium"] if item.medium != "text" else []
    return tuple(dict.fromkeys([*names, *_rights("rights", item.rights), *_media(item.media)]))


def filled_head(head: FeedHead) -> tuple[str, ...]:
    """The names of the fields that a head fills, each once and prefixed with ``head.``."""
    names = [f"head.{name}" for name in OF_HEAD if getattr(head, name)]
    return tuple(dict.fromkeys([*names, *_rights("head.rights", head.rights)]))


def _media(media: Iterable[Media]) -> Iterator[str]:
    for one in media:
        yield from (f"media.{name}" for name in OF_MEDIA if getattr(one, name))
        yield from _status("media.status", one.status)
        yield from _rights("media.rights", one.rights)


def _status(name: str, status: Status) -> Iterator[str]:
    if status is not Status.USABLE:
        yield name


def _rights(name: str, statements: Iterable[RightsStatement]) -> Iterator[str]:
    for statement in statements:
        yield f"{name}.{statement.kind}"
        if statement.polarity:
            yield f"{name}.{statement.kind}.polarity"
        if statement.valid_from or statement.valid_until:
            yield f"{name}.{statement.kind}.validity"
        if statement.year:
            yield f"{name}.{statement.kind}.year"
        if any(statement.reach):
            yield f"{name}.{statement.kind}.reach"
