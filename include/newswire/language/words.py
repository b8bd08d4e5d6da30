"""What the words of a text say of its language.

langdetect reads three letters at a time and follows a few of them by lot: between close languages it is as sure of
itself when wrong as when right. Words tell those apart. A word speaks for each language that uses it, by how much more
often than a language that was never seen to use it would; of an unknown word the ending speaks.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from newswire.language.engine import PROFILED

FOLDER = Path(__file__).with_name("wordlists")
WORD = re.compile(r"[^\W\d_]+")
SIGNS = ".,;:!?\"'()[]\u00ab\u00bb\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u060c\u061b\u061f"  # around a word, often
ENDING = 3  # letters at the end of a word that is longer than that
MOST_WORDS = 30  # that are read; more repeat what these said
AT_ONCE = 4  # words that are read before their sum is looked at
FEWEST_KNOWN = 3  # words that must be known for a text to fit a language
FIRST_WORDS = 5  # of a sentence that is looked at for another language
LOOKED_AT = 60  # characters that hold so many words
AS_MUCH = 1.0  # nats by which what a word says for a language may fall short of what it says for another
NAME = 0.7  # what a word with a capital is worth: names travel between languages

# Logarithms of how often a language has a word or an ending that it was never seen to use, and how much one may say.
UNSEEN_WORD, MOST_OF_WORD = -15.0, 6.0
UNSEEN_ENDING, MOST_OF_ENDING = -10.0, 3.0

VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")  # of Arabic script; few texts write them

Weights = tuple[tuple[int, float], ...]  # place of a language in PROFILED, and how much speaks for it, in nats
Levels = Mapping[str, str]  # logarithm of how often, rounded, and the words or endings of that level


def fold(script: str, text: str) -> str:
    """Text as word lists spell it, but for capitals: the keyboards' variants of yeh and kaf are one letter each."""
    if script != "Arab":
        return text
    if VOWEL_SIGNS.search(text):
        text = VOWEL_SIGNS.sub("", text)
    return text.replace("\u064a", "\u06cc").replace("\u0649", "\u06cc").replace("\u0643", "\u06a9")


def lean(script: str, text: str, before: Sequence[float], enough: float) -> tuple[list[float], bool]:
    """What is expected and what the different words of a text add to it, and whether one language leads by enough.

    One sum for each language of ``PROFILED[script]``. Nothing is added where no word is known; a language without a
    word list is never spoken for.

    Args:
        script: A key of ``PROFILED``.
        text: Cleaned text.
        before: What is expected of each language before a word is read, in nats.
        enough: By how much a language must lead for the rest of the text not to be read.
    """
    words, endings, _ = tables(script)
    leans = list(before)
    tokens = fold(script, text).split(None, MOST_WORDS)[:MOST_WORDS]
    heard = set()
    # From all over the text: it may open with a few words of another language.
    for number, token in enumerate(tokens[::3] + tokens[1::3] + tokens[2::3], start=1):
        if token in heard:
            continue
        heard.add(token)
        bare = token if token.isalpha() else token.strip(SIGNS)
        for word in (bare,) if bare.isalpha() else WORD.findall(bare):
            small = word.lower()
            told = words.get(small) or endings.get(small[-ENDING:] if len(small) > ENDING else "", ())
            if small == word:
                for place, weight in told:
                    leans[place] += weight
            else:
                for place, weight in told:
                    leans[place] += weight * NAME
        if not number % AT_ONCE and lead(leans) >= enough:
            return leans, True
    return leans, lead(leans) >= enough


def lead(scores: list[float]) -> float:
    """By how much the best of some scores leads the next; asked often, and in less time than it takes to sort them."""
    best = max(scores)
    others = scores.copy()
    others.remove(best)
    return best - max(others)


def fit(script: str, language: str, text: str) -> float:
    """How many of a text's words a language is known to use, as a part of how many it is of a text in that language.

    0.0 where fewer than ``FEWEST_KNOWN`` are, as always of a language without a word list.
    """
    if language not in PROFILED.get(script, ()):
        return 0.0
    words, _, known = tables(script)
    place = PROFILED[script].index(language)
    spelt = [word.lower() for word in WORD.findall(fold(script, text))]
    used = sum(any(place == other for other, _ in words.get(word, ())) for word in spelt)
    return used / len(spelt) / known[place] if used >= FEWEST_KNOWN else 0.0


def foreign(script: str, language: str, text: str) -> bool:
    """Whether none of the words that a text opens with is one that a language uses as much as any other does."""
    words = tables(script)[0] if text and language in PROFILED.get(script, ()) else None
    if not words:
        return False
    place = PROFILED[script].index(language)
    tokens = fold(script, text[:LOOKED_AT]).split(None, FIRST_WORDS)[:FIRST_WORDS]
    for token in tokens:
        told = dict(words.get(token.strip(SIGNS).lower(), ()))
        if place in told and told[place] > max(told.values()) - AS_MUCH:
            return False
    return len(tokens) > 1


@cache
def tables(script: str) -> tuple[dict[str, Weights], dict[str, Weights], tuple[float, ...]]:
    """The words and the endings of a script's languages, and which part of a text in each its listed words are.

    Loaded on first use, and kept.
    """
    lists = [_read(language) for language in PROFILED[script]]
    listed = [found.get("words", {}) for found in lists]
    return (
        _weighed(listed, UNSEEN_WORD, MOST_OF_WORD),
        _weighed([found.get("endings", {}) for found in lists], UNSEEN_ENDING, MOST_OF_ENDING),
        tuple(
            min(sum(math.exp(float(level)) * len(words.split()) for level, words in levels.items()), 1.0)
            for levels in listed
        ),
    )


def _read(language: str) -> dict[str, Levels]:
    path = FOLDER / f"{language}.json"
    found: dict[str, Levels] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _weighed(lists: Sequence[Levels], unseen: float, most: float) -> dict[str, Weights]:
    """Each entry of the lists with what it says; entries that say the same share one value.

    An entry gets a letter for every level of a list that it stands in: to join letters takes half the time that it
    would take to join pairs, and what the same letters say is worked out once.
    """
    levels = [(place, level, entries) for place, found in enumerate(lists) for level, entries in found.items()]
    signs: dict[str, str] = {}
    for number, (_, _, entries) in enumerate(levels):
        sign = chr(number)
        for entry in entries.split():
            signs[entry] = signs.get(entry, "") + sign
    often = {said: tuple((levels[n][0], float(levels[n][1])) for n in map(ord, said)) for said in set(signs.values())}
    weights = {said: _weights(found, unseen, most) for said, found in often.items()}
    return {entry: weights[said] for entry, said in signs.items()}


def _weights(often: Weights, unseen: float, most: float) -> Weights:
    """What speaks for each language that uses a word, against all that do not."""
    highest = max(level for _, level in often)
    worth = min(highest - unseen, most)
    return tuple(_pair(place, worth - (highest - level)) for place, level in often if worth > highest - level)


@cache
def _pair(place: int, weight: float) -> tuple[int, float]:
    """One object for equal pairs, of which there are a few hundred: lookups stay in the processor's cache."""
    return place, weight
