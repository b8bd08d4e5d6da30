"""What is known of a partner's texts: its names, whatever their spelling, and the forms its file adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newswire.config import Layout
from newswire.text.compiled import Rule, load, pattern
from newswire.text.folding import folded
from newswire.text.lexicon import Span, Words
from newswire.text.rules import Row

_NEVER = re.compile("(?!)")
_PLACEHOLDERS = {"{agency}": r"(?P<agency>[^()\n]{2,60}?)", "{reporter}": r"(?:[^\W\d_]\.\s?)*[^().!?\n]{2,40}?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A partner as its texts show it.

    Attributes:
        own: A folded name to the name as the partner writes it.
        pattern: Any of the partner's names in folded text, the longest first.
        credit_forms: The partner's own forms of a credit that closes a line.
        openings: What opens a notice of this partner, at the start of a line.
        opening_rule: The rule such a notice is found by.
        headings: Lines after which nothing is the story's.
        teasers: Whether what follows the closing notice or credit is cut.
    """

    own: dict[str, str]
    pattern: re.Pattern[str]
    credit_forms: tuple[re.Pattern[str], ...]
    openings: re.Pattern[str]
    opening_rule: Rule
    headings: re.Pattern[str]
    teasers: str

    def agency(self, text: str) -> str | None:
        """The agency that a text names: the first of the partner's names that folds alike, else a known agency."""
        key = folded(text)
        known = load().agencies.get(key)
        return self.own.get(key) or (known.name if known else None)

    def owns(self, text: str) -> bool:
        """Whether a text is, or contains, one of the partner's names."""
        return self.pattern.search(folded(text)) is not None

    def opened(self, text: str) -> Iterator[Span]:
        """Where one of the partner's openings of a notice stands in a folded text."""
        for match in self.openings.finditer(text):
            yield match.span()


@lru_cache(maxsize=256)
def house_of(names: tuple[str, ...], layout: Layout) -> House:
    """Fold and compile what a partner file says of its texts.

    A name in lower case alone (a slug) yields to another that folds alike.
    """
    own: dict[str, str] = {}
    for name in sorted((name for name in names if name.strip()), key=str.islower):
        own.setdefault(folded(name), name)
    openings = _any_of(layout.notice_openings)
    headings = _any_of(layout.teaser_headings)
    return House(
        own=own,
        pattern=re.compile(_any_of(own)),
        credit_forms=tuple(map(_credit_form, layout.credits)),
        openings=re.compile(rf"(?m:^)\W*(?:{openings})") if layout.notice_openings else _NEVER,
        opening_rule=_opening_rule(),
        headings=re.compile(rf"\W*(?:{headings})\W*") if layout.teaser_headings else _NEVER,
        teasers=layout.teasers,
    )


def _any_of(texts: Iterable[str]) -> str:
    """One expression for several texts, the longest first; it never matches when there are none."""
    return "|".join(map(pattern, sorted(texts, key=len, reverse=True))) or "(?!)"


def _opening_rule() -> Rule:
    row = Row(
        id="own.opening.1",
        all=("its partner file's",),
        classes=("label",),
        strength=4,
        source="the partner file",
        matches=("its partner file's",),
    )
    return Rule(row=row, language="und", slots=(), unless=None, outside=None, leads=Words.of(()), use=Words.of(()))


def _credit_form(form: str) -> re.Pattern[str]:
    """A form such as ``-- {agency}`` as an expression that ends where its line does."""
    pieces = re.split(r"(\{agency\}|\{reporter\})", form)
    said = [_PLACEHOLDERS.get(piece) or _spaced(piece) for piece in pieces if piece]
    return re.compile(r"(?:(?<=\s)|(?<=\A)|(?m:^))" + "".join(said) + r"(?=\s*$)")


def _spaced(piece: str) -> str:
    """Literal text of a form, whatever its white space."""
    return r"\s*" + r"\s+".join(map(re.escape, folded(piece).split())) + r"\s*" if piece.strip() else r"\s+"
