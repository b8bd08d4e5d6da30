"""A second opinion, asked only where letters and words leave a doubt.

py3langid scores longer byte sequences and was trained on other text. It knows neither all of our languages nor what a
source declares, so it shifts a doubtful answer and never replaces a sure one.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

# What py3langid calls our languages, where it differs or where several of its own stand for one of ours. Zazaki it does
# not know: it tells Kurmanji and Zazaki from others, and not from each other.
NAMES = {"kmr": ("ku",), "zza": ("ku",), "ckb": ("sdh",), "no": ("no", "nn"), "hr": ("hr", "bs", "sr")}
WEIGHT = 2.0  # of its scaled scores beside letters and words
UNKNOWN_THERE = -1.0  # the scaled score of a language that py3langid does not know
WORST = -8.0
WORST_OF = {"zza": UNKNOWN_THERE}  # it is unknown there, but for what it shares with Kurdish
ENOUGH = 160  # characters of a text that are looked at


def second_opinion(languages: Sequence[str], text: str) -> list[float]:
    """How much py3langid holds against each language, in nats: 0 for its best; all zero where it is not installed."""
    identifier = _identifier()
    if identifier is None or not languages:
        return [0.0] * len(languages)
    shown = text[:ENOUGH]
    scores = dict(identifier.rank(shown))
    known = [
        max((scores[name] for name in NAMES.get(code, (code,)) if name in scores), default=None) for code in languages
    ]
    best = max((score for score in known if score is not None), default=0.0)
    scale = math.sqrt(max(len(shown.encode(errors="surrogatepass")), 1))  # its scores grow with the text
    return [
        WEIGHT * (UNKNOWN_THERE if score is None else max((score - best) / scale, WORST_OF.get(code, WORST)))
        for code, score in zip(languages, known, strict=True)
    ]


@cache
def _identifier() -> Any | None:  # noqa: ANN401 - py3langid carries no types
    if find_spec("py3langid") is None:
        return None
    langid = importlib.import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
