"""How much of a stretch of text is made of words that no notice has: what tells stories from notices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from newswire.text.candidates import Hit
from newswire.text.compiled import load
from newswire.text.house import House
from newswire.text.lexicon import Span, Words, in_word, words_of

LITTLE = 0.12
"""The share of a stretch's words up to which what no notice has does not count."""

_QUOTED_NAME = re.compile(r'"[^"\n]{2,40}"')
_QUOTED_HEADLINE = re.compile(r'"[^"\n]{2,160}"')


def left_over(
    text: str,
    start: int,
    end: int,
    hits: Sequence[Hit],
    house: House,
    *,
    holder: Span | None = None,
    vocabulary: Mapping[str, Words] | None = None,
) -> float:
    """How many words a stretch of text has that no notice is made of.

    Wordings, English vocabulary and that of the one of their languages that knows most, times, the partner's names, the
    stated holder, and places beside a wording that needs one do not count. A letter of a script that no spaces part
    counts as half a word.
    """
    rules = load()
    covered = [part for hit in hits for part in hit.parts]
    if holder:
        covered.append(holder)
    rest = unquoted(house.pattern.sub(" ", without(text, start, end, covered)), hits)
    rest = rules.without_times(rest)
    by_language = vocabulary or rules.vocabulary
    always = [by_language["en"]]
    if any(hit.rule.row.needs == "place" for hit in hits):
        always.append(rules.place_words)
    left = [part for word in words_of(rest) if (part := _unknown(word, always))]
    others = [by_language[name] for name in ({hit.rule.language for hit in hits} & by_language.keys()) - {"en"}]
    return min((_weight(_unknown(part, [other]) for part in left) for other in others), default=_weight(left))


def unquoted(text: str, hits: Sequence[Hit]) -> str:
    """A text without the names in quotation marks; beside a kill, without the headlines of what it means."""
    kills = any("kill" in hit.classes for hit in hits)
    return (_QUOTED_HEADLINE if kills else _QUOTED_NAME).sub(" ", text)


def _unknown(word: str, known: Sequence[Words]) -> str:
    """What none of the lists knows of a word: all of it or nothing, and of a run of unspaced letters some."""
    if in_word(word[0]):
        return "" if len(word) == 1 or any(one.knows(word) for one in known) else word
    for one in known:
        word = one.without(word)
    return word


def _weight(words: Iterable[str]) -> float:
    return sum(1.0 if in_word(word[0]) else len(word) / 2 for word in words if word)


def weight(text: str) -> float:
    """How many words a text has; a letter of a script that no spaces part counts as half a word."""
    return _weight(words_of(text))


def without(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    """A stretch of text without the spans that stand in it."""
    kept = []
    at = start
    for left, right in sorted(spans):
        if left > at:
            kept.append(text[at : min(left, end)])
        at = max(at, right)
    kept.append(text[at:end])
    return " ".join(kept)
