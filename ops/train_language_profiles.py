"""Train what ``newswire.language`` knows beyond langdetect: ``make language-profiles``.

Reads ``train.<code>.txt`` (one sentence a line) and writes n-gram counts in langdetect's form to
``include/newswire/language/profiles``, for the languages that langdetect lacks, and from these sentences and a few
packages the word lists of all languages (``language_words``). Source, licence and date stand beside the counts. The
sentences themselves stay where they are. A language without sentences is counted from its words.

The sentences are labelled by where they were found, and some are in another language (a Kurmanji quotation in a Zazaki
magazine). Those that profiles trained on the others take for another language are left out, fold by fold, twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from langdetect.utils.lang_profile import LangProfile

import language_words
from language_texts import TRANSLATED, TRANSLATIONS, translations
from language_words import Source
from newswire.language import text_of
from newswire.language.engine import OWN_PROFILES, PROFILED, Engine, langdetects_profile
from newswire.language.words import FOLDER

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / ".newswire" / "language-sources"
SOURCES = {
    "az": ("lingua test data", "Apache-2.0"),
    "ckb": ("KurdishLID", "MIT"),
    "kmr": ("KurdishLID", "MIT"),
    "zza": ("KurdishLID", "MIT"),
}
# Sorani before Unicode had its letter ae: heh and a non-joiner, with the Arabic kaf. Much of the web still writes so.
OLDER_SORANI = str.maketrans({"\u06d5": "\u0647\u200c", "\u06a9": "\u0643"})

OTHER_EVERY = 2  # of so many sentences one is counted in the language's other spellings, too

LETTERS = 100_000  # that are counted of words, as of some thousand sentences
MOST_WORDS = 10_000  # the most frequent; the n-grams of the others are theirs

FOLDS = 5
ROUNDS = 2
TRIALS = 7


def train(name: str, sentences: Iterable[str]) -> dict[str, Any]:
    """Count the n-grams of sentences as langdetect does, without those it would call noise."""
    profile = LangProfile(name=name)
    for sentence in sentences:
        profile.update(f" {text_of(sentence)} ")
    profile.omit_less_freq()
    return {"n_words": profile.n_words, "freq": dict(sorted(profile.freq.items()))}


def train_by_words(name: str, shares: Mapping[str, float]) -> dict[str, Any]:
    """Count the n-grams of words by how often each occurs, as of a text of so many letters."""
    counts: Counter[str] = Counter()
    for word, share in Counter(shares).most_common(MOST_WORDS):
        spelt = LangProfile(name=name)
        spelt.update(f" {word} ")
        for gram, times in spelt.freq.items():
            counts[gram] += times * share
    letters = sum(count for gram, count in counts.items() if len(gram) == 1)
    freq = {gram: round(count * LETTERS / letters) for gram, count in counts.items()}
    lengths = [sum(count for gram, count in freq.items() if len(gram) == length) for length in (1, 2, 3)]
    profile = LangProfile(name=name, freq=freq, n_words=lengths)
    profile.omit_less_freq()
    return {"n_words": profile.n_words, "freq": dict(sorted(profile.freq.items()))}


def spelled(code: str, sentences: list[str]) -> list[str]:
    """The sentences in each spelling that the language is met in."""
    if code == "ckb":
        return [*sentences, *(sentence.translate(OLDER_SORANI) for sentence in sentences)]
    some = sentences[::OTHER_EVERY]
    return [*sentences, *(other for sentence in some for other in language_words.respelt(code, sentence))]


def without_strays(
    sentences: Mapping[str, list[str]], others: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, list[str]]:
    """The sentences that profiles trained on the other folds take for the language they are labelled with.

    Args:
        sentences: The training sentences.
        others: New profiles of languages without sentences; the present ones where it is silent.
    """
    kept: dict[str, list[str]] = {code: [] for code in sentences}
    for fold in range(FOLDS):
        rest = {
            code: train(code, (line for index, line in enumerate(lines) if index % FOLDS != fold))
            for code, lines in sentences.items()
        }
        engine = Engine(profiles={**(others or {}), **rest})
        for code, lines in sentences.items():
            script, languages = next((script, codes) for script, codes in PROFILED.items() if code in codes)
            prior = [1 / len(languages)] * len(languages)
            for line in lines[fold::FOLDS]:
                found = engine.probabilities(script, text_of(line), prior, TRIALS)
                if found and languages[found.index(max(found))] == code:
                    kept[code].append(line)
    return kept


def described(code: str, origins: list[Source], day: date, counts: Mapping[str, Any]) -> dict[str, Any]:
    """A language's counts, and where they come from."""
    return {
        "name": code,
        "source": "; ".join(source for source, _ in origins),
        "licence": " and ".join(licence for _, licence in origins),
        "trained": day.isoformat(),
        **counts,
    }


def without_sentences(said: Mapping[str, list[str]], packages: Path, day: date) -> dict[str, dict[str, Any]]:
    """The counts of the languages that neither langdetect nor we have sentences of.

    Args:
        said: What programs say in the languages that have no more.
        packages: The folder of the packages.
        day: The date to note.
    """
    found = {
        code: described(code, [TRANSLATED], day, {"sentences": len(messages), **train(code, messages)})
        for code, messages in said.items()
    }
    lacking = {code for codes in PROFILED.values() for code in codes if not langdetects_profile(code).is_file()}
    for code in sorted(lacking - {*SOURCES, *found}):
        shares, origins = language_words.general(code, packages)
        if shares:
            found[code] = described(code, origins, day, train_by_words(code, shares))
    return found


def write(data: Mapping[str, Any], into: Path) -> None:
    """Write one language's counts."""
    path = into / f"{data['name']}.json"
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"profiles/{path.name}: {len(data['freq'])} n-grams")


def read_sentences(folder: Path) -> dict[str, list[str]]:
    """The training sentences by language.

    Raises:
        FileNotFoundError: A language's sentences are missing.
    """
    paths = {code: folder / f"train.{code}.txt" for code in SOURCES}
    return {code: path.read_text(encoding="utf-8").rstrip("\n").split("\n") for code, path in paths.items()}


def read_kept_back(folder: Path) -> frozenset[str]:
    """The sentences that accuracy is measured on, so that none is learnt from; none where they are absent."""
    path = folder / "eval.tsv"
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return frozenset(line.partition("\t")[2].strip() for line in lines)


def main(arguments: list[str] | None = None) -> int:
    """Train every language of ``SOURCES``, write profiles and word lists; exit 1 where what they need is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    samples = Path(os.environ.get("NEWSWIRE_SAMPLES", str(ROOT.parent / "shared" / "samples")))
    parser.add_argument("--sentences", type=Path, default=samples / "language", help="folder of train.<code>.txt")
    parser.add_argument("--packages", type=Path, default=PACKAGES, help="folder with langidentify-full-model and eld")
    parser.add_argument("--into", type=Path, default=OWN_PROFILES.parent, help="folder of profiles/ and wordlists/")
    parser.add_argument("--date", type=date.fromisoformat, default=datetime.now(tz=UTC).date(), help="date to note")
    options = parser.parse_args(arguments)
    try:
        kept = read_sentences(options.sentences)
        said = {code: found for code in TRANSLATIONS if (found := translations(code, options.packages))}
        others = without_sentences(said, options.packages, options.date)
        for _ in range(ROUNDS):
            kept = without_strays(kept, others)
        language_words.write_lists(
            {code: spelled(code, sentences) for code, sentences in kept.items()} | said,
            SOURCES | dict.fromkeys(said, TRANSLATED),
            packages=options.packages,
            into=options.into / FOLDER.name,
            day=options.date,
            kept_back=read_kept_back(options.sentences),
        )
    except FileNotFoundError as error:
        print(f"{error.filename} is missing: see --help for where sentences and packages lie.", file=sys.stderr)
        return 1
    profiles = {
        code: described(
            code,
            [SOURCES[code]],
            options.date,
            {"sentences": len(sentences), **train(code, spelled(code, sentences))},
        )
        for code, sentences in kept.items()
    }
    for data in (profiles | others).values():
        write(data, options.into / OWN_PROFILES.name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
