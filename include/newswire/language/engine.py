"""langdetect with a set of profiles a script, by its own code or by an accelerator that gives the same bits.

langdetect is a random walk over n-grams: its answer depends on the seed and on the order of the profiles. Both are
fixed here, and each detection draws from a generator of its own, so that the same text has the same answer in any
process and at any place of a batch.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

PLAIN = "langdetect"
ACCELERATED = "langdetect_rs"
SEED = 0
OWN_PROFILES = Path(__file__).with_name("profiles")

# The languages that have a profile, by script, in the order they are loaded. A script of one language needs none.
PROFILED = {
    "Latn": (
        "af", "az", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "hr", "hu", "id", "is",
        "it", "kmr", "lb", "lt", "lv", "nl", "no", "om", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tk",
        "tl", "tr", "uz", "vi", "yo", "zza",
    ),
    "Cyrl": ("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "tt", "uk"),
    "Arab": ("ar", "ckb", "fa", "ps", "sd", "ug", "ur"),
    "Deva": ("hi", "mr", "ne"),
    "Ethi": ("am", "ti"),
}  # fmt: skip


class Engine:
    """The profiles of every script, loaded once, on first use, in the order of their codes.

    Args:
        library: ``langdetect`` or ``langdetect_rs``; by default the accelerator where it is installed.
        profiles: Counts that replace those of a language, for training.
    """

    def __init__(self, library: str | None = None, profiles: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.library = library or default_library()
        self._replaced = profiles or {}
        self._factories: dict[str, Any] = {}
        self._lock = Lock()

    def warm_up(self) -> None:
        """Load every profile now instead of on first use."""
        for script in PROFILED:
            self._factory(script)

    def probabilities(self, script: str, text: str, prior: Sequence[float], trials: int) -> list[float]:
        """The probability of each language of ``PROFILED[script]``; empty where the text holds no known n-gram.

        Args:
            script: A key of ``PROFILED``.
            text: Cleaned text.
            prior: The probability of each language before a word is read; they add up to 1.
            trials: How many walks are averaged.
        """
        detector = self._factory(script).create()
        detector.n_trial = trials
        detector.prior_map = prior  # what set_prior_map would compute again for every text
        detector.append(f"{text} ")
        try:
            detector.get_probabilities()
        except self._nothing_found:
            return []
        found: list[float] = detector.langprob
        return found

    def _factory(self, script: str) -> Any:  # noqa: ANN401 - langdetect carries no types
        factory = self._factories.get(script)
        if factory is None:
            with self._lock:
                factory = self._factories.get(script) or self._load(script)
                self._factories[script] = factory
        return factory

    def _load(self, script: str) -> Any:  # noqa: ANN401 - langdetect carries no types
        profile_type = importlib.import_module(f"{self.library}.utils.lang_profile").LangProfile
        factory = importlib.import_module(f"{self.library}.detector_factory").DetectorFactory()
        self._nothing_found = importlib.import_module(f"{self.library}.lang_detect_exception").LangDetectException
        factory.set_seed(SEED)
        languages = PROFILED[script]
        for index, language in enumerate(languages):
            counts = self._replaced.get(language) or read_profile(language)
            profile = profile_type(language, counts["freq"], counts["n_words"])
            factory.add_profile(profile, index, len(languages))
        return factory


@cache
def default_library() -> str:
    """The accelerator where it is installed, else langdetect itself."""
    return ACCELERATED if find_spec(ACCELERATED) else PLAIN


def langdetects_profile(language: str) -> Path:
    """Where the profile lies that comes with langdetect, if it has that language."""
    return Path(importlib.import_module("langdetect.detector_factory").PROFILES_DIRECTORY) / language


def read_profile(language: str) -> dict[str, Any]:
    """The n-gram counts of a language: those that come with langdetect, else ours."""
    path = langdetects_profile(language)
    if not path.is_file():
        path = OWN_PROFILES / f"{language}.json"
    counts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return counts
