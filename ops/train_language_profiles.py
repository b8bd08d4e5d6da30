"""Train what ``newswire.language`` knows beyond langdetect: ``make language-profiles``.

Reads ``train.<code>.txt`` (one sentence a line) and writes n-gram counts in langdetect's form to
``include/newswire/language/profiles``, for the languages that langdetect lacks, and from these sentences and two
packages the word lists of all languages (``language_words``). Source, licence and date stand beside the counts. The
sentences themselves stay where they are.

The sentences are labelled by where they were found, and some are in another language (a Kurmanji quotation in a Zazaki
magazine). Those that profiles trained on the others take for another language are left out, fold by fold, twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from langdetect.utils.lang_profile import LangProfile

import language_words
from newswire.language import text_of
from newswire.language.engine import OWN_PROFILES, PROFILED, Engine
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


def spelled(code: str, sentences: list[str]) -> list[str]:
    """The sentences in each spelling that the language is met in."""
    if code == "ckb":
        return [*sentences, *(sentence.translate(OLDER_SORANI) for sentence in sentences)]
    some = sentences[::OTHER_EVERY]
    return [*sentences, *(other for sentence in some for other in language_words.respelt(code, sentence))]


def without_strays(sentences: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The sentences that profiles trained on the other folds take for the language they are labelled with."""
    kept: dict[str, list[str]] = {code: [] for code in sentences}
    for fold in range(FOLDS):
        rest = {
            code: train(code, (line for index, line in enumerate(lines) if index % FOLDS != fold))
            for code, lines in sentences.items()
        }
        engine = Engine(profiles=rest)
        for code, lines in sentences.items():
            script, languages = next((script, codes) for script, codes in PROFILED.items() if code in codes)
            prior = [1 / len(languages)] * len(languages)
            for line in lines[fold::FOLDS]:
                found = engine.probabilities(script, text_of(line), prior, TRIALS)
                if found and languages[found.index(max(found))] == code:
                    kept[code].append(line)
    return kept


def write(code: str, kept: list[str], target: Path, day: date) -> None:
    """Write one language's counts and where they come from."""
    source, licence = SOURCES[code]
    data: dict[str, Any] = {
        "name": code,
        "source": source,
        "licence": licence,
        "trained": day.isoformat(),
        "sentences": len(kept),
        **train(code, spelled(code, kept)),
    }
    target.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"profiles/{target.name}: {len(kept)} sentences, {len(data['freq'])} n-grams")


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
        for _ in range(ROUNDS):
            kept = without_strays(kept)
        language_words.write_lists(
            {code: spelled(code, sentences) for code, sentences in kept.items()},
            SOURCES,
            packages=options.packages,
            into=options.into / FOLDER.name,
            day=options.date,
            kept_back=read_kept_back(options.sentences),
        )
    except FileNotFoundError as error:
        print(f"{error.filename} is missing: see --help for where sentences and packages lie.", file=sys.stderr)
        return 1
    for code, sentences in kept.items():
        write(code, sentences, options.into / OWN_PROFILES.name / f"{code}.json", options.date)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
