"""Word lists for ``newswire.language.words``, from a few packages and the training sentences.

langidentify-full-model has counted the words of Wikipedia; the sentences that eld is tested with come from news and
the web, as do the training sentences. For languages that Wikipedia's counts lack see ``language_texts``. What is
written is how often a word or an ending occurs, as a rounded logarithm; no sentence is kept.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import language_texts as texts
from newswire.language import text_of
from newswire.language.engine import PROFILED
from newswire.language.words import ENDING, WORD, fold

COUNTED = ("langidentify-full-model 1.0.0, words of Wikipedia", "Apache-2.0")
COLLECTED = ("eld 1.0.6, sentences of its tests", "Apache-2.0")
SENTENCES_WEIGHT = 0.3  # of the sentences' counts beside Wikipedia's, found by cross-validation
# Of Wikipedia's words in each language, at most; more where few languages share a script and inflect their words.
WORDS = {"Latn": 16_000, "Cyrl": 40_000, "Arab": 20_000, "Deva": 20_000, "Ethi": 20_000}
FEWER_WORDS = {"be": 20_000, "mn": 20_000}  # more tell them from the others no better
FEWEST = 2  # times that a word must occur in sentences, beside a list of Wikipedia
DISCOUNT = 0.75  # what a count is lowered by: a word was seen there, and might as well have been another
FEWEST_ENDINGS = 3  # words that must share an ending
STEP = 0.5  # what logarithms are rounded to
ELSEWHERE = {"ckb": "ku"}  # what eld calls a language; it tests only Kurdish in Arabic script
VARIANTS = {"no": {"no": 0.75, "nn": 0.25}}  # the lists of langidentify that one of ours joins, and their parts
# How languages are spelt beside their own way, letter by letter: without the letters that keyboards and systems lack,
# and Zazaki in C. M. Jacobson's alphabet, as Wikipedia has it, whose vowels are those of Turkish.
SPELLINGS = {
    language: [str.maketrans(own, other) for own, other in ways]
    for language, ways in {
        "az": [("ə\u0131öüğşçƏIÖÜĞŞÇ", "eiougscEIOUGSC")],
        "kmr": [("êîûşçÊÎÛŞÇ", "eiuscEIUSC")],
        "tr": [("\u0131öüğşçâîûIÖÜĞŞÇÂÎÛ", "iougscaiuIOUGSCAIU")],
        "zza": [("êîûşçğÊÎÛŞÇĞ", "eiuscgEIUSCG"), ("iîûIÎÛ", "\u0131iuIİU")],
    }.items()
}

# What Wikipedia's pages say about themselves in every language.
FURNITURE = frozenset(
    {
        "align",
        "center",
        "com",
        "gmt",
        "htm",
        "html",
        "http",
        "https",
        "index",
        "isbn",
        "jpg",
        "net",
        "org",
        "pdf",
        "php",
    }
    | {"php", "png", "pop", "redirect", "ref", "utc", "wikipedia", "www"}
)

OTHER_SHARE = 0.2  # how often a word is met in another spelling, beside its own; found by cross-validation

Source = tuple[str, str]  # where words come from, and its licence
Shares = Counter[str]  # how often each word occurs, as a share of all


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What is known of one language's words.

    Attributes:
        shares: How often each word occurs.
        types: Different words, for their endings.
        sources: Where the words come from, with the licence.
    """

    shares: Shares = field(default_factory=Counter)
    types: set[str] = field(default_factory=set)
    sources: list[Source] = field(default_factory=list)


def words_of(language: str, text: str) -> list[str]:
    """The words of a text as the lists spell them."""
    return [small for word in spelt(language, text) if (small := small_letters(word)) not in FURNITURE]


def spelt(language: str, text: str) -> list[str]:
    """The words of a text, capitals kept."""
    return WORD.findall(fold(script_of(language), text_of(text)))


def script_of(language: str) -> str:
    """The script that a language has a profile in."""
    return next(script for script, languages in PROFILED.items() if language in languages)


def small_letters(word: str) -> str:
    """A word without its capitals; Turkish I with a dot is no i with a dot above."""
    return word.replace("İ", "i").lower()


def counted(language: str, packages: Path) -> Shares:
    """The most frequent words of Wikipedia in a language; none where langidentify does not know it."""
    shares: Shares = Counter()
    most = FEWER_WORDS.get(language, WORDS[script_of(language)])
    for name, part in VARIANTS.get(language, {language: 1.0}).items():
        path = packages / "langidentify_full_model" / "data" / f"topwords-{name}.txt.gz"
        if not path.is_file():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            next(lines)  # the totals
            for _, line in zip(range(most), lines, strict=False):
                entry, logarithm = line.split()
                for word in words_of(language, entry):
                    shares[word] += math.exp(float(logarithm)) * part
    return shares


def general(language: str, packages: Path) -> tuple[Shares, list[Source]]:
    """The words of a language by how often they occur in general, and where they come from."""
    if language != texts.SINDHI:
        shares = counted(language, packages)
        return shares, [COUNTED] if shares else []
    listed, small = (
        [word for entry in entries for word in words_of(language, entry)]
        for entries in (texts.dictionary(packages), texts.particles(packages))
    )
    return texts.guessed(listed, small), [texts.DICTIONARY, texts.PARTICLES] if listed and small else []


def collected(packages: Path, kept_back: frozenset[str]) -> dict[str, list[str]]:
    """Eld's sentences by their language, but for those that the evaluation holds."""
    sentences = defaultdict(list)
    with (packages / "eld" / "tests" / "data" / "big-test.txt").open(encoding="utf-8") as lines:
        for line in lines:
            language, _, sentence = line.strip().partition("\t")
            if sentence and sentence not in kept_back:
                sentences[language].append(sentence)
    return sentences


def names(language: str, sentences: Iterable[str]) -> set[str]:
    """The words that sentences never write in small letters."""
    words = {word for sentence in sentences for word in spelt(language, sentence)}
    return {small for word in words if (small := small_letters(word)) not in words}


def observed(language: str, sentences: Iterable[str], fewest: int) -> Shares:
    """The words that occur so many times in sentences or more, less what chance gave them."""
    counts = Counter(word for sentence in sentences for word in words_of(language, sentence))
    total = sum(counts.values())
    return Counter({word: (count - DISCOUNT) / total for word, count in counts.items() if count >= fewest})


def joined(general: Shares, ours: Shares) -> Shares:
    """Two lists as one; where one is empty, the other."""
    if not general or not ours:
        return general or ours
    shares: Shares = Counter()
    for part, weight in ((general, 1 - SENTENCES_WEIGHT), (ours, SENTENCES_WEIGHT)):
        for word, share in part.items():
            shares[word] += share * weight
    return shares


def respelt(language: str, text: str) -> list[str]:
    """A text in the other ways in which its language is spelt."""
    return [text.translate(spelling) for spelling in SPELLINGS.get(language, ())]


def with_respelt(language: str, shares: Shares) -> Shares:
    """A list with its words in the language's other spellings, too."""
    found = Counter(shares)
    for word, share in shares.items():
        for other in respelt(language, word):
            if other != word:
                found[other] += share * OTHER_SHARE
    return found


def endings(types: Iterable[str]) -> Shares:
    """How often each ending occurs among different words."""
    counts = Counter(word[-ENDING:] for word in types if len(word) > ENDING)
    total = sum(counts.values())
    return Counter({ending: count / total for ending, count in counts.items() if count >= FEWEST_ENDINGS})


def levels(shares: Mapping[str, float]) -> dict[str, str]:
    """Words by the rounded logarithm of how often they occur, most frequent first."""
    found = defaultdict(list)
    for word, share in shares.items():
        found[round(math.log(share) / STEP) * STEP].append(word)
    return {str(level): " ".join(sorted(found[level])) for level in sorted(found, reverse=True)}


def write_lists(
    sentences: Mapping[str, list[str]],
    sources: Mapping[str, Source],
    *,
    packages: Path,
    into: Path,
    day: date,
    kept_back: frozenset[str] = frozenset(),
) -> None:
    """Write the list of every language that has evidence.

    Args:
        sentences: The training sentences of the languages that have some.
        sources: Where those come from, and their licence.
        packages: The folder that langidentify-full-model and eld were installed into.
        into: The folder of the lists.
        day: The date to note.
        kept_back: Sentences that must not be learnt from.
    """
    more = collected(packages, kept_back)
    for language in sorted(code for codes in PROFILED.values() for code in codes):
        known, origins = general(language, packages)
        trained, found = sentences.get(language, []), more.get(ELSEWHERE.get(language, language), [])
        ours = observed(language, [*trained, *found], FEWEST if known else 1)
        shares = with_respelt(language, joined(known, ours))
        if not known:  # nothing but a few sentences says how often a word is met
            for name in names(language, trained):
                for other in respelt(language, name):
                    shares.pop(other, None)
        evidence = Evidence(
            shares=shares,
            types={*known, *(word for sentence in trained for word in words_of(language, sentence))},
            sources=origins
            + [source for source, used in ((sources.get(language), trained), (COLLECTED, found)) if source and used],
        )
        if known or trained:
            _write(into / f"{language}.json", language, evidence, day)


def _write(path: Path, language: str, evidence: Evidence, day: date) -> None:
    data = {
        "name": language,
        "sources": [{"source": source, "licence": licence} for source, licence in evidence.sources],
        "trained": day.isoformat(),
        "words": levels(evidence.shares),
        "endings": levels(endings(evidence.types)),
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{path.parent.name}/{path.name}: {len(evidence.shares)} words")
