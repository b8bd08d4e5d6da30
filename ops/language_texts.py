"""Words of languages that Wikipedia's counts lack: what a program says in them, and what a dictionary lists.

Django's translations are a few hundred messages a language, which is enough beside neighbours with other letters. For
Sindhi there are two packages: a dictionary, and a short list of the words that hold its sentences together.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from newswire.language.words import WORD

TRANSLATED = ("Django 5.2, its translations", "BSD-3-Clause")
TRANSLATIONS = ("kk", "ky", "tg", "tk", "tt", "ug", "uz")
DICTIONARY = ("aadil-nazar-sindhi-nlp 1.1.4, its dictionary", "MIT")
PARTICLES = ("sindhinltk 1.3.1, its stop words", "Apache-2.0")
SINDHI = "sd"

MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
ORIGINAL = re.compile(r'^msgid(?:_plural)? ((?:".*"\n?)+)', re.MULTILINE)
QUOTED = re.compile(r'"(.*)"')
NO_WORD = re.compile(r'%\(\w+\)\w|%\w|\{[^}]*\}|<[^>]*>|&\w+;|\\n|\\"')  # what a message has that is not said

# A dictionary does not tell how often a word is used: the shorter, the oftener, and those of the stop words far more.
SHARE, BY_LETTER, OFTENER = 2e-3, 0.5, 40
DICTIONARY_WORDS = 30_000
HEH = "\u0647"
OTHER_HEHS = ("\u06be", "\u06c1")  # which keyboards have for it


def translations(language: str, packages: Path) -> list[str]:
    """What Django says in a language, each message once, without placeholders, markup and the words left in English."""
    paths = sorted((packages / "django").glob(f"**/locale/{language}/LC_MESSAGES/*.po"))
    files = [path.read_text(encoding="utf-8").partition("\n\n")[2] for path in paths]  # the header says who translated
    english = {word for text in files for said in _said(ORIGINAL, text) for word in WORD.findall(said.lower())}
    found: dict[str, None] = {}
    for text in files:
        for said in _said(MESSAGE, text):
            own = WORD.sub(lambda word: "" if word[0].lower() in english else word[0], said)
            if WORD.search(own):
                found[own] = None
    return list(found)


def _said(kind: re.Pattern[str], text: str) -> list[str]:
    return [NO_WORD.sub(" ", "".join(QUOTED.findall(message))).strip() for message in kind.findall(text)]


def dictionary(packages: Path) -> list[str]:
    """The headwords of the Sindhi dictionary; none where it is not installed."""
    path = packages / "aadil_nazar_sindhi_nlp" / "data" / "wordnet.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as rows:
        return [row["word"] for row in csv.DictReader(rows)]


def particles(packages: Path) -> list[str]:
    """Sindhi's stop words; none where they are not installed."""
    path = packages / "sindhinltk" / "data" / "stopwords_expanded.json"
    groups: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [word for words in groups.values() for word in words]


def guessed(words: Iterable[str], particles: Iterable[str]) -> Counter[str]:
    """How often each word is used, guessed by its length and by whether it is a particle."""
    shortest = sorted(set(words), key=lambda word: (len(word), word))[:DICTIONARY_WORDS]
    shares = Counter({word: SHARE * BY_LETTER ** len(word) for word in shortest})
    for word in particles:
        shares[word] = OFTENER * SHARE * BY_LETTER ** len(word)
        for other in OTHER_HEHS:
            if HEH in word:
                shares[word.replace(HEH, other)] = shares[word] / 10
    return shares
