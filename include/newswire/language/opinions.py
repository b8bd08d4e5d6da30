"""Second opinions, asked only where langdetect's n-grams of three letters leave a doubt.

py3langid scores longer byte sequences and was trained on other text; it knows neither all of our languages nor their
priors, so it shifts a doubtful answer and never replaces a sure one. Kurmanji and Zazaki share most short n-grams and
few words: there the words decide.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from newswire.language.engine import read_profile

# What py3langid calls our languages, where it differs or where several of its own stand for one of ours.
NAMES = {"kmr": ("ku",), "ckb": ("sdh",), "no": ("no", "nn"), "hr": ("hr", "bs", "sr")}
UNKNOWN_THERE = -1.0  # the scaled score of a language that py3langid does not know
WORST = -8.0
FLOOR = 1e-3  # what langdetect's zero is worth: it is the zero of seven walks

TWINS = ("kmr", "zza")
WORD = re.compile(r"[^\W\d_]+")
UNSEEN = 0.5  # the count of a word that a language was not trained with
DECIDED = 6.0  # log-odds of the words from which on they decide


def blend(languages: Sequence[str], found: Sequence[float], text: str) -> list[float]:
    """Probabilities of languages, shifted by py3langid's scores; unchanged where it is not installed."""
    scores = _scores(text)
    known = [[scores[name] for name in NAMES.get(language, (language,)) if name in scores] for language in languages]
    best = max((max(values) for values in known if values), default=None)
    if best is None:
        return list(found)
    scale = math.sqrt(len(text.encode()))
    shifts = [max((max(values) - best) / scale, WORST) if values else UNKNOWN_THERE for values in known]
    weights = [(probability + FLOOR) * math.exp(shift) for probability, shift in zip(found, shifts, strict=True)]
    total = sum(weights)
    return [weight / total for weight in weights]


def twin(language: str, text: str) -> str:
    """Kurmanji or Zazaki by the words of a text, where they are clear; else the language as given."""
    if language not in TWINS:
        return language
    first, second = (_word_counts(code) for code in TWINS)
    bias = math.log(sum(first.values()) / sum(second.values()))
    odds = 0.0
    for word in WORD.findall(text.lower()):
        odds += math.log((first.get(word, 0) + UNSEEN) / (second.get(word, 0) + UNSEEN)) - bias
    if abs(odds) < DECIDED:
        return language
    return TWINS[0] if odds > 0 else TWINS[1]


@cache
def _word_counts(language: str) -> dict[str, int]:
    words: dict[str, int] = read_profile(language)["words"]
    return words


def _scores(text: str) -> dict[str, float]:
    identifier = _identifier()
    return dict(identifier.rank(text)) if identifier is not None else {}


@cache
def _identifier() -> Any | None:  # noqa: ANN401 - py3langid carries no types
    if find_spec("py3langid") is None:
        return None
    langid = importlib.import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
