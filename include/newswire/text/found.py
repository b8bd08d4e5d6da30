"""A notice found in a folded text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newswire.model import Notice
from newswire.text.candidates import Hit
from newswire.text.folding import Folded
from newswire.text.lexicon import Span
from newswire.text.rules import CLASSES

_CERTAINTY = 0.75
NEEDED = 4
ABOUT_REUSE = frozenset({"reservation", "prohibition", "contract_required", "conditional_reuse", "ai_reserved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notice in folded offsets.

    Attributes:
        first: Index of its first line.
        last: Index of its last line.
        own_line: Whether it starts its line.
        holder: Span of the holder.
        ours: Whether the holder it states is the partner.
        points: How sure wordings and place make it.
        complete: Whether it says nothing that no notice is made of.
    """

    start: int
    end: int
    first: int
    last: int
    hits: tuple[Hit, ...]
    own_line: bool
    holder: Span | None
    ours: bool
    points: int = NEEDED
    complete: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """What it says, in the order of the vocabulary."""
        said = {name for hit in self.hits for name in hit.classes}
        return tuple(name for name in CLASSES if name in said)

    @property
    def names_object(self) -> bool:
        """Whether a wording only says what it is about: "this article", a © mark."""
        return any(not hit.classes for hit in self.hits)

    @property
    def languages(self) -> set[str]:
        """The languages of its wordings."""
        return {hit.rule.language for hit in self.hits}

    @property
    def closes(self) -> bool:
        """Whether it is of the kind that ends an article."""
        return not ABOUT_REUSE.isdisjoint(self.classes)

    def notice(self, original: str, folded: Folded, source: str = "body") -> Notice:
        """The notice in the original's own words and offsets."""
        start, end = folded.span(self.start, self.end)
        return Notice(
            text=original[start:end],
            start=start,
            end=end,
            classes=self.classes,
            language=language_of(self.hits),
            holder=original[slice(*folded.span(*self.holder))].strip() if self.holder else None,
            rules=tuple(dict.fromkeys(hit.rule.row.id for hit in self.hits)),
            source=source,
            confidence=round(1 - _CERTAINTY**self.points, 2),
            limits=self._limits(folded.text) if self.complete else (),
        )

    def _limits(self, text: str) -> tuple[str, ...]:
        """What its wordings of limited use say."""
        said = (" ".join(text[hit.start : hit.end].split()) for hit in self.hits if "use_limited" in hit.classes)
        return tuple(dict.fromkeys(said))


def language_of(hits: Sequence[Hit]) -> str:
    """The language whose wordings are strongest."""
    strength: dict[str, int] = {}
    for hit in hits:
        strength[hit.rule.language] = strength.get(hit.rule.language, 0) + hit.rule.row.strength
    return max(sorted(strength), key=strength.__getitem__)
