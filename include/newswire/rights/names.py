"""Whether two names are one: the alias table of a partner, compared without case, diacritics and legal forms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from newswire.rights.tables import COPYRIGHT_WORDS, LEGAL_FORMS, NAME_SUFFIXES, SAME_LETTERS

_SAME_LETTER = str.maketrans(dict(SAME_LETTERS))
_BETWEEN = re.compile(r"[^\w]+")
_SUFFIX = re.compile(r"'(\w+)\W*$")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_YEARS = re.compile(r"\b\d{4}\b")
_MARK = r"©|\(c\)|\bcopyright(?:ed)?\b|\btelif hakk\w\b"
_MARKS = re.compile(_MARK, re.IGNORECASE)
_AROUND_NAME = rf"(?:{_MARK}|\b\d{{4}}\b|[\s,.:\u2013\u2014-])"
_BEFORE_NAME = re.compile(rf"{_AROUND_NAME}*(?:\bby\b\s*)?", re.IGNORECASE)
_AFTER_NAME = re.compile(rf"{_AROUND_NAME}*$", re.IGNORECASE)
_NAME_WORDS = 6
_LONGEST_LINE = 200


def fold(text: str) -> str:
    """One spelling for all: no case (all four Turkish i alike), no diacritics, no typographic variants."""
    letters = unicodedata.normalize("NFKD", text.translate(_SAME_LETTER)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_SAME_LETTER)


@lru_cache(maxsize=4096)
def name_key(text: str) -> str:
    """What two spellings of a name share: folded words, full stops and trailing legal forms left out."""
    words = _BETWEEN.sub(" ", fold(text).replace(".", "")).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=256)
def name_keys(names: tuple[str, ...]) -> frozenset[str]:
    """The keys of a partner's names; a name with a bracketed short form counts as both."""
    spellings = {name for name in names if name.strip()}
    for name in tuple(spellings):
        short = _BRACKETED.findall(name)
        spellings |= {*short, _BRACKETED.sub(" ", name)} if short else set()
    return frozenset(key for key in map(name_key, spellings) if key)


@lru_cache(maxsize=4096)
def is_one_of(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name, also with a case ending after its apostrophe, is one of a partner's names."""
    keys = name_keys(names)
    if name_key(name) in keys:
        return True
    folded = fold(name)
    ending = _SUFFIX.search(folded)
    return ending is not None and ending[1] in NAME_SUFFIXES and name_key(folded[: ending.start()]) in keys


@lru_cache(maxsize=4096)
def only_copyright(text: str, names: tuple[str, ...]) -> bool:
    """Whether a line states nothing but a copyright of the partner (or of nobody named), or that there are no terms."""
    rest = f" {_YEARS.sub(' ', fold(text)).replace('.', '')} "
    own = {word for name in names for word in (fold(name).replace(".", ""), name_key(name))} | name_keys(tuple(names))
    for phrase in sorted({*own, *map(fold, COPYRIGHT_WORDS)}, key=lambda phrase: (-len(phrase), phrase)):
        if phrase:
            rest = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", rest)
    return not _BETWEEN.sub("", rest)


@lru_cache(maxsize=4096)
def copyright_of(text: str) -> str | None:
    """Whose copyright a line states that says nothing else, such as ``© 2026 Example Press``; else None.

    A name is one word, or up to six that begin like a name's: with a capital, a digit or in a script without capitals.
    """
    if len(text) > _LONGEST_LINE or not _MARKS.search(text):
        return None
    before = _BEFORE_NAME.match(text)
    start = before.end() if before else 0
    after = _AFTER_NAME.search(text, start)
    name = text[start : after.start() if after else None]
    words = name.split()
    if not words or _MARKS.search(name) or re.search(r"[.!?:;]\s", name):
        return None
    named = len(words) == 1 or (len(words) <= _NAME_WORDS and not any(word[0].islower() for word in words))
    return name if named else None
