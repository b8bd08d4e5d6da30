"""The values that move through newswire: frozen, slotted, keyword-only.

Items and what they are made of are msgspec structs, because a feed has thousands of them and they cost a fifth of a
dataclass to make; ``msgspec.structs.replace`` copies them. All others are dataclasses.

Times are timezone-aware UTC. ``None`` means that the source did not say; nothing here is ever filled with a guess.
Character spans are half-open offsets into the text they were found in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

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


class Outcome(IntEnum):
    """The result of a decision, ordered from mildest to worst; the worst finding wins (central rule)."""

    PUBLISH = 0
    HOLD = 1
    REJECT = 2
    WITHDRAW = 3


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What a payload says about itself rather than about one entry.

    Attributes:
        title: The feed's own name.
        language_declared: The language it declares for all its entries.
        updated_at: When it says that it changed.
        rights: Its rights statements, all of scope ``feed``; every entry carries them too.
        next_url: The next page of the same feed, absolute (RFC 5005, section 3; JSON Feed ``next_url``).
        prev_archive_url: The archive document before this one, absolute (RFC 5005, section 4).
        is_archive: Whether the document says that it no longer changes (``fh:archive``).
        is_complete: Whether the document says that it holds every entry there is (``fh:complete``).
    """

    title: str | None = None
    language_declared: str | None = None
    updated_at: datetime | None = None
    rights: tuple[RightsStatement, ...] = ()
    next_url: str | None = None
    prev_archive_url: str | None = None
    is_archive: bool = False
    is_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPayload:
    """What a payload holds, in payload order.

    Attributes:
        format: The format that read it, such as ``rss``.
        entries: Items and refusals; an entry's index is its ordinal in the outcome key (receipt, ordinal).
        links: Article pages that the entries point at, index for index; None where an entry has none.
        flags: Repairs that concern the whole payload.
        head: What the payload says about itself; paging and archive links among it.
        encoding: The codec that decoded it.
    """

    format: str
    entries: tuple[Item | Refusal, ...]
    links: tuple[str | None, ...] = ()
    flags: tuple[str, ...] = ()
    head: FeedHead = FeedHead()
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit found in a credit's position: ``tail``, ``line``, ``dateline`` or ``byline``; a photo's: ``photo``."""

    text: str
    agency: str
    start: int
    end: int
    position: str = "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A rights notice found in prose or in a rights field.

    Attributes:
        text: Verbatim, ``original[start:end]``.
        classes: What it says: ``label``, ``reservation``, ``prohibition``, ``contract_required``, …
        language: The language of the rule that found it.
        holder: Who reserves the rights, verbatim, or None.
        rules: Ids of the rules that matched.
        source: ``body`` for prose, else the pointer of the rights field.
        scope: ``media`` where it speaks of a photo or video beside the text, such as its credit.
        confidence: How sure its wording and its place make it, 0.0 to 1.0.
    """

    text: str
    start: int
    end: int
    classes: tuple[str, ...]
    language: str
    holder: str | None = None
    rules: tuple[str, ...] = ()
    source: str = "body"
    scope: Scope = Scope.ITEM
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """An article's text taken apart: what is the story, and what came with it.

    Attributes:
        body: The story, without tail credit, notice and what followed the notice.
        trailing: What was cut after the notice (teasers of other stories); empty where nothing was.
    """

    body: str
    credits: tuple[Credit, ...] = ()
    notices: tuple[Notice, ...] = ()
    trailing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageVerdict:
    """The language of a text.

    Attributes:
        language: BCP 47 code; ``und`` where nothing can be said.
        confidence: 0.0 to 1.0.
        method: How it was found: ``words``, ``langdetect``, ``script``, ``declared`` or ``none``.
        declared: What the source declared, normalised, or None.
        agrees: Whether the declaration agrees; None without one, and where the text says nothing.
        runner_up: The next best language; in a text of two languages, the other one.
        script: ISO 15924 code of the main script, or None.
        share: Which part of the letters is in ``language``, 0.0 to 1.0; None where nothing was found.
        reason: Why the verdict is ``und`` or rests on the declaration, such as ``too_short``.
    """

    language: str
    confidence: float
    method: str
    declared: str | None = None
    agrees: bool | None = None
    runner_up: str | None = None
    script: str | None = None
    share: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMismatch:
    """Stories of one feed that declare one language and were found in another.

    Attributes:
        declared: What the stories, else their feed in the partner's file, declare.
        found: What their texts are in.
        stories: How many.
        examples: The article ids of a few of them.
    """

    feed: str
    declared: str
    found: str
    stories: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLanguages:
    """What a run's stories declare of their language, compared with what their texts are in.

    Attributes:
        at: When the run closed.
        stories: How many it brought or changed.
        undeclared: How many of them declare none, neither themselves nor by their feed.
        mismatches: Those that declare another than they are in, most first.
    """

    run_id: str
    at: datetime
    stories: int
    undeclared: int
    mismatches: tuple[LanguageMismatch, ...]

    @property
    def disagreeing(self) -> int:
        """How many declare another language than they are in."""
        return sum(mismatch.stories for mismatch in self.mismatches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a reason was given: where the words stand that caused it.

    Attributes:
        reason: The reason it supports.
        source: ``contract``, ``item``, ``notice``, ``credit``, ``tombstone``, ``review``, ``feed`` or ``language``.
        rule: The rule that produced the reason.
        pointer: A place in the payload or in the partner file.
        start: Start of a character span in the item's text.
        end: End of the span.
        text: The words themselves, shortened to what proves the point.
    """

    reason: str
    source: str
    rule: str
    pointer: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule concluded.

    Attributes:
        reason: A stable code, such as ``embargo`` or ``no_contract``.
        outcome: How bad it is.
        until: When time alone ends this finding; None when time does not.
        removes_uses: Uses that it takes away.
        adds_obligations: Obligations that it adds.
    """

    reason: str
    outcome: Outcome
    until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    removes_uses: tuple[str, ...] = ()
    adds_obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedFor:
    """What a decision was asked about."""

    uses: tuple[str, ...]
    territory: str | None = None
    channel: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRef:
    """The contract a decision rests on: its id and the hash of its terms."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The decision on one component of an item: its text, a photo, a video.

    Attributes:
        kind: ``text``, ``photo``, ``video``, ``audio`` or ``graphic``; None where the source does not tell.
        url: Where it is; None for the text.
        pointer: Where it stood in the payload.
        credit: Whom its source credits it to.
        outcome: The worst finding's outcome for it alone.
        evidence: Why; that of the text stands in the decision itself.
    """

    kind: str | None
    url: str | None = None
    pointer: str = ""
    credit: str | None = None
    outcome: Outcome
    reasons: tuple[str, ...]
    permitted_uses: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    expires_at: datetime | None = None
    contract: ContractRef | None = None
    license: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A withdrawal that outlives the item: it beats any later copy until an admin lifts it.

    Attributes:
        version: The version that was killed; a higher usable one is a reissue that a person confirms.
        updated_at: When the kill says that it was issued; orders versions where the format has no numbers.
        suspected: The kill named the item by its slug only: it is suspended until a person says whether it is meant.
        at: When the kill was first observed.
        evidence: Where it stood: receipt and ordinal, or who took the item down.
    """

    item_id: str
    reason: str
    version: str | None = None
    updated_at: datetime | None = None
    suspected: bool = False
    at: datetime
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's word on one decision. It holds for exactly that decision and dies when anything of it changes.

    The caller passes it for the item, version and content that it names; the rule that applies it holds the contract,
    the reasons and the time against it.

    Attributes:
        override_id: Names it in the ledger and in evidence.
        version: The version decided upon; None where the format has none.
        contract_hash: The terms that the decision rested on; None where no contract was chosen.
        reasons: The decision's reasons, as they were without the override; as a set, their order says nothing.
        outcome: What the person decided: ``PUBLISH`` widens (possible only for some holds), all else narrows.
        by: Who decided.
        why: Their reason.
        at: When they decided.
        expires_at: When it ends.
    """

    override_id: str
    item_id: str
    version: str | None
    content_hash: str
    contract_hash: str | None
    reasons: tuple[str, ...]
    outcome: Outcome
    by: str
    why: str
    at: datetime
    expires_at: datetime

    @property
    def widens(self) -> bool:
        """Whether it lets through what the rules hold."""
        return self.outcome is Outcome.PUBLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One content of one version of an item, and when pulls saw it.

    Attributes:
        version: The provider's version; None where the format has none.
        first_observed_at: The earliest ``observed_at`` of the receipts that held it.
        last_observed_at: The latest one.
    """

    version: str | None
    updated_at: datetime | None
    published_at: datetime | None
    content_hash: str
    first_observed_at: datetime
    last_observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An observation with what it says about the item's fate and where to read it again.

    Attributes:
        embargo: The embargo that this content states; it covers all versions of the item.
        source_url: The story's address, by which a kill may name it.
        slug: The story's slug, by which a kill may mean it.
        feed: The feed that brought it first.
        receipt_id: The receipt whose payload holds it.
        ordinal: Its place among the payload's entries.
        page_receipt_id: The receipt of the article page that completes it, or None.
    """

    item_id: str
    observation: Observation
    status: Status
    is_correction: bool
    embargo: Embargo | None = None
    source_url: str | None = None
    slug: str | None = None
    feed: str
    receipt_id: str
    ordinal: int
    page_receipt_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """May this item be used, until when, and why.

    Attributes:
        outcome: The worst finding's outcome.
        reasons: Every reason, worst first, then in the order of the central rule.
        hold_until: Set only where time alone blocks.
        expires_at: When a published item must leave.
        next_review_at: The next moment at which time alone may change this decision.
        components: The text, then every photo, video or other part, each decided for itself.
        override: The id of the override that made it what it is, or None.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    assessed_for: AssessedFor
    hold_until: datetime | None = None
    expires_at: datetime | None = None
    next_review_at: datetime | None = None
    permitted_uses: tuple[str, ...] = ()
    prohibited_uses: tuple[str, ...] = ()
    territories: str | None = None
    obligations: tuple[str, ...] = ()
    contract: ContractRef | None = None
    license: str | None = None
    rule_versions: dict[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    components: tuple[Component, ...] = ()
    override: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An item with its text taken apart and its language found: what is decided on and, if allowed, published.

    Attributes:
        field_notices: Notices in the rights fields and the editor's note.
        field_credits: Agencies that the byline and the dateline name; the field is a credit's position.
        media_notices: Notices in the rights fields of photos and videos; they bind these alone.
    """

    item: Item
    split: SplitText
    language: LanguageVerdict
    field_notices: tuple[Notice, ...] = ()
    field_credits: tuple[Credit, ...] = ()
    media_notices: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Notices of the prose, then those of the rights fields."""
        return (*self.split.notices, *self.field_notices)

    @property
    def credit(self) -> str | None:
        """The agency credited: the tail credit's, else the item's own credit line. A photo's credit is its own."""
        return next((c.agency for c in self.split.credits if c.position != "photo"), self.item.credit)

    @property
    def notice(self) -> str | None:
        """The notice to keep beside the body: the prose's, else the first rights field's; not that of a photo."""
        return next((n.text for n in self.notices if n.scope is not Scope.MEDIA), None)


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One object of the lake: all rows of a partner with one publication date (UTC)."""

    published_date: date
    partner: str
