"""Train the language profiles that langdetect lacks: ``make language-profiles``.

Reads ``train.<code>.txt`` (one sentence a line) and writes n-gram counts in langdetect's form to
``include/newswire/language/profiles``, with source, licence and date beside the counts. The sentences themselves stay
where they are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from langdetect.utils.lang_profile import LangProfile

from newswire.language import text_of

ROOT = Path(__file__).resolve().parents[1]
PROFILES = ROOT / "include" / "newswire" / "language" / "profiles"
SOURCES = {
    "az": ("lingua test data", "Apache-2.0"),
    "ckb": ("KurdishLID", "MIT"),
    "kmr": ("KurdishLID", "MIT"),
    "zza": ("KurdishLID", "MIT"),
}


def train(name: str, sentences: Iterable[str]) -> LangProfile:
    """Count the n-grams of sentences as langdetect does, without those it would call noise."""
    profile = LangProfile(name=name)
    for sentence in sentences:
        profile.update(f" {text_of(sentence)} ")
    profile.omit_less_freq()
    return profile


def main(arguments: list[str] | None = None) -> int:
    """Train every language of ``SOURCES`` and write its profile; exit 1 where the sentences are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    samples = Path(os.environ.get("NEWSWIRE_SAMPLES", str(ROOT.parent / "shared" / "samples")))
    parser.add_argument("--sentences", type=Path, default=samples / "language", help="folder of train.<code>.txt")
    parser.add_argument("--into", type=Path, default=PROFILES, help="folder of the profiles")
    parser.add_argument("--date", type=date.fromisoformat, default=datetime.now(tz=UTC).date(), help="date to note")
    options = parser.parse_args(arguments)
    for code, (source, licence) in SOURCES.items():
        path = options.sentences / f"train.{code}.txt"
        if not path.is_file():
            print(f"{path} is missing: pass the folder of the training sentences with --sentences.", file=sys.stderr)
            return 1
        sentences = path.read_text(encoding="utf-8").splitlines()
        profile = train(code, sentences)
        data = {
            "name": code,
            "source": source,
            "licence": licence,
            "trained": options.date.isoformat(),
            "sentences": len(sentences),
            "n_words": profile.n_words,
            "freq": dict(sorted(profile.freq.items())),
        }
        target = options.into / f"{code}.json"
        target.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{target.name}: {len(sentences)} sentences, {len(profile.freq)} n-grams, {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
