"""Lists of words and wordings, found in folded text at a cost that does not grow with the lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from newswire.text.folding import folded

Span = tuple[int, int]

UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts whose words no space tells apart (kana, han), or whose particles stick to them (hangul)."""

_FIRST_HANGUL, _LAST_HANGUL = "\uac00", "\ud7af"
_WORDS = re.compile(rf"[{UNSPACED}]+|(?:[^\W\d_{UNSPACED}]|[\u0900-\u0963])+")


@cache
def in_word(letter: str) -> bool:
    """Whether a letter of a spaced script; where no space tells words apart, any letter may start or end one.

    Devanagari vowel signs count, though regular expressions leave them out of words.
    """
    return (letter.isalnum() and not "\u3040" <= letter <= "\ud7af") or "\u0900" <= letter <= "\u0963"


def words_of(text: str) -> list[str]:
    """The words of a text; a run of unspaced letters is one."""
    return _WORDS.findall(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A fragment over folded text with single spaces.

    Attributes:
        literal: Its words without the star.
        opens: Whether its first letter must start a word.
        closes: Whether its last letter must end one.
        stem: Whether it reaches to the end of the word it stands in.
        prefixes: Letters that may be written together with its first word.
    """

    literal: str
    opens: bool
    closes: bool
    stem: bool
    prefixes: tuple[str, ...]

    @classmethod
    @cache  # the grammar's wordings share most of their fragments
    def of(cls, fragment: str, prefixes: tuple[str, ...] = ()) -> Wording:
        """Compile a fragment as rule files write it; a star at its end stands for any ending."""
        literal = folded(fragment).removesuffix("*")
        stem = fragment.endswith("*")
        return cls(
            literal=literal,
            opens=in_word(literal[0]),
            closes=in_word(literal[-1]) and not stem,
            stem=stem,
            prefixes=tuple(map(folded, prefixes)),
        )

    def is_told_by(self, *, opens: bool, closes: bool) -> bool:
        """Whether a literal that starts, or ends, no word's inside is all of an occurrence."""
        return opens >= self.opens and closes >= self.closes and not self.stem

    def span(self, text: str, start: int, end: int) -> Span | None:
        """The span of an occurrence of the literal, or None inside other words."""
        if self.opens and start and in_word(text[start - 1]):
            before = self._with_prefix(text, start)
            if before is None:
                return None
            start = before
        if self.closes and end < len(text) and in_word(text[end]):
            return None
        while self.stem and end < len(text) and (in_word(text[end]) or _FIRST_HANGUL <= text[end] <= _LAST_HANGUL):
            end += 1
        return start, end

    def _with_prefix(self, text: str, start: int) -> int | None:
        """Where the word starts whose prefix stands before ``start``."""
        for prefix in self.prefixes:
            before = start - len(prefix)
            if before >= 0 and text.startswith(prefix, before) and not (before and in_word(text[before - 1])):
                return before
        return None


@dataclass(slots=True)
class Lexicon:
    """Wordings by number, found all at once by one Aho-Corasick automaton.

    Attributes:
        letters: The wordings that are a single letter standing alone ("e"), if they were set apart: words are full of
            them, so they are not among what is found at once, and ``alone`` looks for one.
    """

    letters: list[int] = field(default_factory=list)
    _numbers: dict[Wording, int] = field(default_factory=dict)
    _literals: dict[str, list[int]] = field(default_factory=dict)
    _wordings: list[Wording] = field(default_factory=list)
    _by_literal: list[list[tuple[int, Wording | None]]] = field(default_factory=list)
    _edges: list[tuple[bool, bool]] = field(default_factory=list)
    _automaton: AhoCorasick | None = None

    @classmethod
    def of(cls, fragments: Iterable[str]) -> Lexicon:
        """A lexicon of fragments, ready to find."""
        lexicon = cls()
        for fragment in fragments:
            lexicon.add(Wording.of(fragment))
        return lexicon.closed()

    def add(self, wording: Wording) -> int:
        """The number of a wording, old or new."""
        if wording not in self._numbers:
            self._numbers[wording] = len(self._wordings)
            self._wordings.append(wording)
            self._literals.setdefault(wording.literal, []).append(self._numbers[wording])
        return self._numbers[wording]

    def closed(self, *, letters_apart: bool = False) -> Lexicon:
        """Itself, with its automaton built."""
        for literal, numbers in list(self._literals.items()):
            alike = [self._wordings[number] for number in numbers]
            opens = all(one.opens and not one.prefixes for one in alike)
            closes = all(one.closes for one in alike)
            if letters_apart and len(literal) == 1 and opens and closes:
                self.letters += numbers
                del self._literals[literal]
                continue
            told = [None if one.is_told_by(opens=opens, closes=closes) else one for one in alike]
            self._edges.append((opens, closes))
            self._by_literal.append(list(zip(numbers, told, strict=True)))
        self._automaton = AhoCorasick(list(self._literals)) if self._literals else None
        return self

    def __len__(self) -> int:
        return len(self._wordings)

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        """The wordings that stand in a text, by number, and where; in the order of their ends."""
        for literal, start, end in self._literals_in(text):
            for number, wording in self._by_literal[literal]:
                span = wording.span(text, start, end) if wording else (start, end)
                if span is not None:
                    yield number, span

    def alone(self, letter: int, text: str) -> list[Span]:
        """Where one of the ``letters`` stands in a text."""
        wording = self._wordings[letter]
        places = (match.span() for match in re.finditer(re.escape(wording.literal), text))
        return [place for place in places if wording.span(text, *place)]

    def _literals_in(self, text: str) -> list[tuple[int, int, int]]:
        """The literals that stand in a text, where one of their wordings may: (literal's number, start, end)."""
        if not self._automaton:
            return []
        edges, end_of_text = self._edges, len(text)
        inside = str.isalnum if text.isascii() else in_word
        return [
            match
            for match in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if not (edges[match[0]][0] and match[1] and inside(text[match[1] - 1]))
            and not (edges[match[0]][1] and match[2] < end_of_text and inside(text[match[2]]))
        ]

    def stands_in(self, text: str) -> bool:
        """Whether any of the wordings stands in a text, whatever its white space."""
        return next(self.find(" ".join(text.split())), None) is not None

    def starts(self, text: str) -> Span | None:
        """The longest of the wordings that start a text."""
        return max((span for _, span in self.find(text) if span[0] == 0), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A set of words, some by their stems."""

    whole: frozenset[str]
    stems: frozenset[str]
    lengths: tuple[int, ...]
    prefixes: tuple[str, ...]
    unspaced: AhoCorasick | None

    @classmethod
    def of(cls, fragments: Iterable[str], prefixes: Iterable[str] = ()) -> Words:
        """The words of fragments; a star at a fragment's end makes its last word a stem."""
        whole: set[str] = set()
        stems: set[str] = set()
        for fragment in fragments:
            said = words_of(folded(fragment))
            whole.update(said)
            if fragment.endswith("*") and fragment[-2].isalpha():
                stems.add(said[-1])
        joined = [word for word in whole if not in_word(word[0])]
        return cls(
            whole=frozenset(whole),
            stems=frozenset(stems),
            lengths=tuple(sorted({len(stem) for stem in stems})),
            prefixes=tuple(map(folded, prefixes)),
            unspaced=AhoCorasick(joined, matchkind=MatchKind.LeftmostLongest) if joined else None,
        )

    def knows(self, word: str) -> bool:
        """Whether a word of a spaced script is one of them."""
        if self._has(word):
            return True
        return any(word.startswith(prefix) and self._has(word[len(prefix) :]) for prefix in self.prefixes)

    def know_all(self, text: str) -> bool:
        """Whether a text has no other words."""
        return all(self.knows(word) for word in words_of(text))

    def without(self, run: str) -> str:
        """A run of unspaced letters without those that belong to one of the words."""
        if self.unspaced is None:
            return run
        kept, at = [], 0
        for _, start, end in self.unspaced.find_matches_as_indexes(run):
            kept.append(run[at:start])
            at = end
        return "".join((*kept, run[at:]))

    def _has(self, word: str) -> bool:
        return word in self.whole or not self.stems.isdisjoint([word[:length] for length in self.lengths])
