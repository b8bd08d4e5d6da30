"""Naming the entries of a payload, so that no two different stories silently share an identity.

The policy of the feed (``Source.identity``) lists the fields to trust, best first. An entry takes the first it has.
Where entries of one payload share it although they are different stories, each of them falls back to its next field,
and every step is flagged: ``guid_missing``, ``guid_reused``, ``link_missing``, ``link_reused``.

Two entries under one name are the same story, in two versions, when they also share link and title, or when the format
says so (Atom: equal ids with different ``updated``, RFC 4287 4.1.1); such a name is kept and flagged ``guid_repeated``.
A withdrawal (any status but usable) keeps its name always: it has to hit what it names. A policy without ``content``
means that the operator vouches for the field: it is kept even when reused, still flagged.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from newswire.model import Item, Refusal, Status

LONGEST, LONGEST_VERSION = 2000, 200
"""Bytes that a name and a version may have: what is looked up by an index must fit into one (PostgreSQL's B-tree)."""


class Draft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An item that has no identity yet.

    Attributes:
        item: The item; its ``item_id`` is blank, or its guid.
        guid: The format's own identifier, verbatim; None where it has none.
        page: The article page it points at, absolute; None where it points at none.
        has_guids: Whether the format has identifiers at all; only then is a missing one worth a flag.
        versioned: Whether entries with the same guid are versions of one story by the format's own rule.
    """

    item: Item
    guid: str | None = None
    page: str | None = None
    has_guids: bool = True
    versioned: bool = False


@dataclass(slots=True, kw_only=True)
class _Named:
    draft: Draft
    names: list[tuple[str, str]]
    flags: list[str]
    at: int = 0

    @property
    def name(self) -> tuple[str, str]:
        source, value = self.names[self.at]
        if not value:  # a hash of the content, which few entries need
            value = content_id(self.draft.item)
            self.names[self.at] = (source, value)
        return source, value


def assign(entries: Sequence[Draft | Refusal], policy: Sequence[str], file: str = "") -> tuple[Item | Refusal, ...]:
    """Name every entry; one that nothing names becomes a refusal ``no_identity``.

    Args:
        entries: What a payload holds.
        policy: The fields to trust, best first.
        file: The name of the file that the payload was; counts where the policy names it.
    """
    named = [_candidates(entry, policy, file) if isinstance(entry, Draft) else entry for entry in entries]
    _separate([entry for entry in named if isinstance(entry, _Named) and entry.names])
    return tuple(_finish(entry, policy) if isinstance(entry, _Named) else entry for entry in named)


def _candidates(draft: Draft, policy: Sequence[str], file: str) -> _Named:
    found = {"guid": draft.guid, "link": draft.item.source_url, "file": file, "content": None}
    names: list[tuple[str, str]] = []
    flags: list[str] = []
    for source in policy:
        if value := found.get(source):
            names.append((source, value))
        elif source == "content":
            names.append((source, ""))
        elif not names and (source != "guid" or draft.has_guids):
            flags.append(f"{source}_missing")
    return _Named(draft=draft, names=names, flags=flags)


def content_id(item: Item) -> str:
    """The identity of an entry that has no other: a hash of its words and its date."""
    words = (item.title, item.summary, item.body, item.published_at.isoformat() if item.published_at else "")
    said = "\x1f".join(words) if any(words[:3]) else item.content_hash()
    return f"sha256:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}"


def _separate(entries: list[_Named]) -> None:
    """Move entries on to their next name until no two different stories share one."""
    moving = True
    while moving:
        moving = False
        groups: dict[str, list[_Named]] = defaultdict(list)
        for entry in entries:
            groups[entry.name[1]].append(entry)
        for group in groups.values():
            if len(group) == 1:
                continue
            live = [entry for entry in group if entry.draft.item.status is Status.USABLE]
            if len({entry.draft.item.content_hash() for entry in live}) <= 1:
                continue
            word = "repeated" if _one_story(live) else "reused"
            for entry in live:
                _flag(entry, f"{entry.name[0]}_{word}")
                if word == "reused" and entry.at + 1 < len(entry.names):
                    entry.at += 1
                    moving = True


def _one_story(entries: list[_Named]) -> bool:
    items = [entry.draft.item for entry in entries]
    if all(entry.draft.versioned and entry.name[0] == "guid" for entry in entries):
        stamps = {(item.version, item.updated_at) for item in items}
        return len(stamps) == len({item.content_hash() for item in items}) or all(item.version for item in items)
    return len({(item.source_url, item.title) for item in items}) <= 1


def _flag(entry: _Named, flag: str) -> None:
    if flag not in entry.flags and not flag.startswith("content"):
        entry.flags.append(flag)


def _finish(entry: _Named, policy: Sequence[str]) -> Item | Refusal:
    item = entry.draft.item
    if not entry.names:
        detail = f"The entry has none of the fields that may name it: {', '.join(policy)}."
        return Refusal(reason="no_identity", detail=detail, pointer=item.pointer)
    source, value = entry.name
    if _is_long(value) or _is_long(item.version, LONGEST_VERSION):
        detail = f"Its {source} or version is too long to name it: over {LONGEST} or {LONGEST_VERSION} bytes."
        return Refusal(reason="name_too_long", detail=detail, pointer=item.pointer)
    item = _without_long_names(item)
    if source == "guid" and value == item.item_id and not entry.flags:
        return item
    return replace(item, item_id=value, id_source=source, flags=tuple(dict.fromkeys((*item.flags, *entry.flags))))


def _without_long_names(item: Item) -> Item:
    """An item without links and slugs that are too long to be looked up; no other item can be known by one."""
    long = {name: None for name in ("source_url", "slug", "replaces") if _is_long(getattr(item, name))}
    related = tuple(relation for relation in item.related if not _is_long(relation.target))
    if not long and len(related) == len(item.related):
        return item
    return replace(item, **long, related=related, flags=(*item.flags, "names_left_out"))


def _is_long(value: str | None, limit: int = LONGEST) -> bool:
    return value is not None and len(value) * 4 > limit and len(value.encode("utf-8", "replace")) > limit
