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
ENOUGH = 160  # characters of a text that are looked at
FLOOR = 1e-3  # what langdetect's zero is worth: it is the zero of seven walks

TWINS = ("kmr", "zza")
WORD = re.compile(r"[^\W\d_]+")
UNSEEN = 0.5  # the count of a word that a language was not trained with
DECIDED = 6.0  # log-odds of the words from which on they decide


def blend(languages: Sequence[str], found: Sequence[float], text: str) -> list[float]:
    """Probabilities of languages, shifted by py3langid's scores; unchanged where it is not installed."""
    shifts = _shifts(languages, text)
    if all(shift is None for shift in shifts):
        return list(found)
    weights = [
        (probability + FLOOR) * math.exp(UNKNOWN_THERE if shift is None else max(shift, WORST))
        for probability, shift in zip(found, shifts, strict=True)
    ]
    total = sum(weights)
    return [weight / total for weight in weights]


def twin(language: str, text: str) -> str:
    """Kurmanji or Zazaki by the words of a text, where they are clear; else the language as given."""
    if language not in TWINS:
        return language
    table, unseen = _word_odds()
    odds = sum(table.get(word, unseen) for word in WORD.findall(text[:ENOUGH].lower()))
    if abs(odds) < DECIDED:
        return language
    return TWINS[0] if odds > 0 else TWINS[1]


@cache
def _word_odds() -> tuple[dict[str, float], float]:
    """How much each word speaks for the first twin, and how much a word that neither was trained with."""
    first, second = (read_profile(language)["words"] for language in TWINS)
    bias = math.log(sum(first.values()) / sum(second.values()))
    odds = {
        word: math.log((first.get(word, 0) + UNSEEN) / (second.get(word, 0) + UNSEEN)) - bias
        for word in first.keys() | second.keys()
    }
    return odds, -bias


def _shifts(languages: Sequence[str], text: str) -> list[float | None]:
    """py3langid's score of each language against the best of them, by the root of the text's length.

    None for a language that it does not know.
    """
    identifier = _identifier()
    if identifier is None or not languages:
        return [None] * len(languages)
    shown = text[:ENOUGH]
    scores = dict(identifier.rank(shown))
    known = [
        max((scores[name] for name in NAMES.get(code, (code,)) if name in scores), default=None) for code in languages
    ]
    best = max((score for score in known if score is not None), default=0.0)
    scale = math.sqrt(max(len(shown.encode(errors="surrogatepass")), 1))
    return [None if score is None else (score - best) / scale for score in known]


@cache
def _identifier() -> Any | None:  # noqa: ANN401 - py3langid carries no types
    if find_spec("py3langid") is None:
        return None
    langid = importlib.import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
