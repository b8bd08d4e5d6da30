"""Where the labelled samples lie, and texts made from profiles where they are absent."""

import random
from pathlib import Path

import pytest
from tests.samples import SAMPLES

from newswire.language.engine import PROFILED, read_profile

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def labelled() -> list[tuple[str, str]]:
    """Language and text of each row of the evaluation file; skips where it is absent."""
    folder = SAMPLES / "language"
    path = folder / "eval.tsv"
    if not path.is_file():
        pytest.skip(f"no labelled texts at {path}: set NEWSWIRE_SAMPLES")
    rows = [tuple(line.split("\t", 1)) for line in path.read_text(encoding="utf-8").split("\n")[1:] if "\t" in line]
    return [(language, text) for language, text in rows]


def _walk(grams: list[str], weights: list[int], draw: random.Random, words: int) -> str:
    return " ".join("".join(draw.choices(grams, weights, k=draw.randint(1, 3))).strip() for _ in range(words))


@pytest.fixture(scope="session")
def generated() -> list[tuple[str, str]]:
    """Script and text of texts drawn from the n-grams of the profiles: 50 for each language, of 2 to 60 words."""
    draw = random.Random(20261123)  # noqa: S311 - repeatable, not secret
    texts = []
    for script, languages in PROFILED.items():
        for language in languages:
            counts = {gram: count for gram, count in read_profile(language)["freq"].items() if len(gram) == 3}
            grams, weights = list(counts), list(counts.values())
            texts += [(script, _walk(grams, weights, draw, draw.randint(2, 60))) for _ in range(50)]
    return texts
