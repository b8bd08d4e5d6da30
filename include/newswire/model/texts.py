"""A text taken apart, and the language that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from newswire.model.items import Item, Scope


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
        limits: What its wordings of limited use say, each in folded words; empty where it says anything besides that no
            vocabulary knows.
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
    limits: tuple[str, ...] = ()


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


class LanguageVerdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The language of a text.

    Attributes:
        language: BCP 47 code; ``und`` where nothing can be said.
        confidence: 0.0 to 1.0.
        method: How it was found: ``words``, ``langdetect``, ``script``, ``declared`` or ``none``.
        declared: What the source declared, normalised, or None.
        agrees: Whether the declaration agrees; None without one, and where the text can say nothing of it.
        runner_up: The next best language; in a text of two languages, the other one.
        script: ISO 15924 code of the main script, or None.
        share: Which part of the letters is in ``language``, 0.0 to 1.0; None where nothing was found.
        reason: Why the verdict is ``und`` or rests on the declaration, such as ``too_short``, or
            ``unsupported_language`` where the declared one has no profile and the text is not clearly in another.
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
class Article:
    """An item with its text taken apart and its language found: what is decided on and, if allowed, published.

    Attributes:
        field_notices: Notices in the rights fields and the editor's note.
        field_credits: Agencies that the byline and the dateline name; the field is a credit's position.
        media_notices: Notices in the rights fields of photos and videos; they bind these alone.
        text_rules: The version of the rules that took the text apart; empty where none did.
    """

    item: Item
    split: SplitText
    language: LanguageVerdict
    field_notices: tuple[Notice, ...] = ()
    field_credits: tuple[Credit, ...] = ()
    media_notices: tuple[Notice, ...] = ()
    text_rules: str = ""

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
