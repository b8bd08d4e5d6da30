"""What a provider sends: an item with its rights, its parts and its relations, as a parser read it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec

from newswire.markup import safe


class Status(StrEnum):
    """What the provider says may be done with an item (IPTC ``pubStatus`` and its equivalents)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"
    KILLED = "killed"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class RightsKind(StrEnum):
    """What a rights statement states."""

    HOLDER = "holder"
    ACCOUNTABLE = "accountable"
    NOTICE = "notice"
    USAGE_TERMS = "usage_terms"
    LICENSE = "license"
    POLICY = "policy"
    RESTRICTION = "restriction"


class Scope(StrEnum):
    """What a rights statement speaks about. A feed-level licence never frees an item."""

    ITEM = "item"
    FEED = "feed"
    MEDIA = "media"


LANGUAGE_PART = "#lang="
"""Joins a document's identity and the language of one of its versions, where a document holds several."""


def document_of(item_id: str) -> str:
    """The identity of the document that an item is a language version of; its own where it is none."""
    document, mark, language = item_id.rpartition(LANGUAGE_PART)
    return document if mark and language.isalpha() else item_id


class Embargo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An embargo as the item states it.

    Attributes:
        until: When it ends; None when it has no stated end or the stated end cannot be read.
        problem: Why ``until`` could not be read (``unparsable``, ``no_zone``), else None.
        raw: The source's own words.
        pointer: Where it stood, such as ``/rss/channel/item[2]/embargoed``.
    """

    until: datetime | None = None
    problem: str | None = None
    raw: str = ""
    pointer: str = ""

    @property
    def open_ended(self) -> bool:
        """True when the embargo states no end."""
        return self.until is None and self.problem is None


class RightsStatement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One statement about rights, verbatim, and where it stood.

    Attributes:
        kind: What it states.
        value: The words or the URL, as received.
        holder: Who holds the rights, where the statement says so.
        scope: Whom it speaks about.
        pointer: Where it stood in the payload.
        polarity: ``allow`` or ``deny`` for restrictions that carry one (``media:restriction``, RSL).
        type: The restriction's own type, such as ``country``.
        valid_from: Start of its validity.
        valid_until: End of its validity.
        year: The copyright's year or years, as received.
        aspect: Which rights it speaks about (NewsML-G2 ``rightsInfo@aspect``); None for all.
        covers: What of the item it covers (NewsML-G2 ``rightsInfo@scope``: content or metadata); None for both.
        applies_to: Local ids of the parts it is limited to (NewsML-G2 ``rightsInfo@idrefs``); empty for all.
    """

    kind: RightsKind
    value: str
    holder: str | None = None
    scope: Scope = Scope.ITEM
    pointer: str = ""
    polarity: str | None = None
    type: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    year: str | None = None
    aspect: str | None = None
    covers: str | None = None
    applies_to: tuple[str, ...] = ()

    @property
    def reach(self) -> tuple[str | None, ...]:
        """What limits it to a part of the item or of the rights."""
        return (self.aspect, self.covers, *self.applies_to)


class Relation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A link from an item to another one, or to a page.

    Attributes:
        rel: What the other is to this item: the provider's own relation, or ``member`` of a package.
        target: Its identity or address, as received.
        version: Its version, where the link names one.
        title: Its title, where the link gives one.
    """

    rel: str
    target: str
    version: str | None = None
    title: str | None = None


class Media(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A photo, video or other component that comes with an item, with its own rights.

    Attributes:
        rendition: Which rendition of the component it is, such as ``highRes``; None where there is one only.
    """

    url: str | None = None
    medium: str | None = None
    mime_type: str | None = None
    title: str | None = None
    caption: str | None = None
    credit: str | None = None
    status: Status = Status.USABLE
    rights: tuple[RightsStatement, ...] = ()
    pointer: str = ""
    rendition: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One news item as a parser read it: nothing cut, nothing decided.

    Attributes:
        item_id: The provider's identity, equal across versions.
        id_source: Where the identity came from: ``guid``, ``link``, ``file`` or ``content``.
        version: The provider's own version, compared as a (dotted) number; None where the format has none.
        body: Plain text, one paragraph a line, in reading order, notices and credits included.
        markup: The markup of the body as received, or None for plain text; ``body_html`` is what may be shown.
        credit: Whom to credit: the credit line, else the source, else the provider.
        sources: Whom the provider names as the origin of the content, each once.
        medium: What the item is, in a contract's words: ``text``, ``photo``, ``video``, ``audio`` or ``graphic``.
        related: Links to other items and pages, package members among them. What happens to the item does not happen
            to these: a kill follows ``replaces`` alone.
        part_of: The identity of the document that this is one of several language versions of.
        replaces: The identity (or address) of the item this one acts on or supersedes. With the signal ``kill`` or a
            fatal status it is a kill notice and that item is what it kills.
        signals: Provider signals such as ``correction``, ``update``, ``withhold``. ``killed`` says that this item is
            killed; ``kill`` is the word of editors and, where they name no other item, means one of its slug.
        slug: The provider's keyword line (slug, ``du-key``, catchline), the convention's own words such as ``KILL``
            left out: it names a story for some days, and not surely.
        flags: What the parser repaired or noticed, such as ``recovered_xml`` or ``guid_missing``.
        pointer: Where the item stood in its payload.
        places: Where single fields stood: a field's name and its pointer, for those that decisions rest on (``status``,
            ``expires_at``, ``credit``, ``sources``, ``signals``, ``slug``, ``ed_note``).
    """

    item_id: str
    id_source: str = "guid"
    version: str | None = None
    status: Status = Status.USABLE
    language_declared: str | None = None
    title: str = ""
    summary: str = ""
    body: str = ""
    markup: str | None = None
    byline: str | None = None
    credit: str | None = None
    sources: tuple[str, ...] = ()
    medium: str = "text"
    dateline: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    embargo: Embargo | None = None
    expires_at: datetime | None = None
    rights: tuple[RightsStatement, ...] = ()
    media: tuple[Media, ...] = ()
    categories: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    ed_note: str | None = None
    source_url: str | None = None
    slug: str | None = None
    replaces: str | None = None
    related: tuple[Relation, ...] = ()
    part_of: str | None = None
    flags: tuple[str, ...] = ()
    pointer: str = ""
    places: tuple[tuple[str, str], ...] = ()

    def place(self, field: str) -> str:
        """Where a field stood; the item itself where the field has no place of its own."""
        return dict(self.places).get(field, self.pointer)

    @property
    def body_html(self) -> str | None:
        """The markup of the body made safe: no scripts, handlers, styles; made anew at every call."""
        return safe(self.markup) if self.markup else None

    def content_hash(self) -> str:
        """SHA-256 (hex) of what the item says, whatever its place in the payload.

        Pointers and parser flags are left out: the same story at another position is the same content.
        """
        said = (
            self.item_id,
            self.version,
            self.status,
            self.language_declared,
            self.title,
            self.summary,
            self.body,
            self.byline,
            self.credit,
            self.dateline,
            self.published_at,
            self.updated_at,
            self.embargo and (self.embargo.until, self.embargo.raw),
            self.expires_at,
            [
                (r.kind, r.value, r.holder, r.scope, r.polarity, r.type, r.valid_from, r.valid_until, *r.reach)
                for r in self.rights
            ],
            [
                (m.url, m.caption, m.credit, m.status, [(r.kind, r.value, r.holder) for r in m.rights])
                for m in self.media
            ],
            self.categories,
            self.signals,
            self.ed_note,
            self.source_url,
            self.slug,
            self.replaces,
            self.sources,
            self.medium,
        )
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


RAW_PURGED = "raw_purged"
"""The flag of a purged item."""


class Purged(Item, frozen=True, kw_only=True, gc=False):
    """An item whose words were purged on a person's demand: what names and orders it is left.

    Attributes:
        kept_hash: The content hash of the item as it was.
    """

    kept_hash: str

    def content_hash(self) -> str:
        """That of the item as it was: the same story stays the same."""
        return self.kept_hash


class Refusal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry of a payload that could not be read as an item; it is quarantined.

    Attributes:
        reason: A stable code, such as ``no_identity``.
        detail: What was found and what was expected.
        pointer: Where it stood in the payload.
    """

    reason: str
    detail: str
    pointer: str = ""
