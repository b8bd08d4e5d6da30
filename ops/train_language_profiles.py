"""Train the language profiles that langdetect lacks: ``make language-profiles``.

Reads ``train.<code>.txt`` (one sentence a line) and writes n-gram counts in langdetect's form to
``include/newswire/language/profiles``, with source, licence and date beside the counts. The sentences themselves stay
where they are.

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

from newswire.language import text_of
from newswire.language.engine import PROFILED, Engine
from newswire.language.opinions import TWINS, WORD

ROOT = Path(__file__).resolve().parents[1]
PROFILES = ROOT / "include" / "newswire" / "language" / "profiles"
SOURCES = {
    "az": ("lingua test data", "Apache-2.0"),
    "ckb": ("KurdishLID", "MIT"),
    "kmr": ("KurdishLID", "MIT"),
    "zza": ("KurdishLID", "MIT"),
}


FOLDS = 5
ROUNDS = 2
TRIALS = 7
FEWEST = 2  # times a word must occur


def train(name: str, sentences: Iterable[str]) -> dict[str, Any]:
    """Count the n-grams of sentences as langdetect does, without those it would call noise."""
    profile = LangProfile(name=name)
    for sentence in sentences:
        profile.update(f" {text_of(sentence)} ")
    profile.omit_less_freq()
    return {"n_words": profile.n_words, "freq": dict(sorted(profile.freq.items()))}


def count_words(sentences: Iterable[str]) -> dict[str, int]:
    """How often each word occurs, of those that occur more than once."""
    counts = Counter(word for sentence in sentences for word in WORD.findall(text_of(sentence).lower()))
    return dict(sorted((word, count) for word, count in counts.items() if count >= FEWEST))


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


def write(code: str, given: list[str], kept: list[str], target: Path, day: date) -> None:
    """Write one language's counts and where they come from, and say what was kept."""
    source, licence = SOURCES[code]
    data: dict[str, Any] = {
        "name": code,
        "source": source,
        "licence": licence,
        "trained": day.isoformat(),
        "sentences": len(kept),
        **train(code, kept),
    }
    if code in TWINS:
        data["words"] = count_words(kept)
    target.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(kept)} of {len(given)} sentences, {len(data['freq'])} n-grams")


def main(arguments: list[str] | None = None) -> int:
    """Train every language of ``SOURCES`` and write its profile; exit 1 where the sentences are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    samples = Path(os.environ.get("NEWSWIRE_SAMPLES", str(ROOT.parent / "shared" / "samples")))
    parser.add_argument("--sentences", type=Path, default=samples / "language", help="folder of train.<code>.txt")
    parser.add_argument("--into", type=Path, default=PROFILES, help="folder of the profiles")
    parser.add_argument("--date", type=date.fromisoformat, default=datetime.now(tz=UTC).date(), help="date to note")
    options = parser.parse_args(arguments)
    given = {}
    for code in SOURCES:
        path = options.sentences / f"train.{code}.txt"
        if not path.is_file():
            print(f"{path} is missing: pass the folder of the training sentences with --sentences.", file=sys.stderr)
            return 1
        given[code] = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    kept = given
    for _ in range(ROUNDS):
        kept = without_strays(kept)
    for code in SOURCES:
        write(code, given[code], kept[code], options.into / f"{code}.json", options.date)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
