"""Detect: script first, then langdetect on the languages of that script, then what the source declared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from newswire.language.cleaning import text_of
from newswire.language.codes import UND, family, normalise
from newswire.language.engine import PROFILED, Engine
from newswire.language.hanzi import variant
from newswire.language.opinions import blend, twin
from newswire.language.pieces import pieces
from newswire.language.scripts import RANGES, count_scripts
from newswire.model import LanguageVerdict

# Scripts of one language: nothing else has to be asked.
SCRIPT_LANGUAGE = {
    "Armn": "hy", "Beng": "bn", "Geor": "ka", "Grek": "el", "Gujr": "gu", "Guru": "pa", "Hang": "ko", "Hebr": "he",
    "Khmr": "km", "Knda": "kn", "Laoo": "lo", "Mlym": "ml", "Mymr": "my", "Orya": "or", "Sinh": "si", "Taml": "ta",
    "Telu": "te", "Thaa": "dv", "Thai": "th",
}  # fmt: skip
# A character of these scripts says as much as several letters of an alphabet.
DENSITY = {"Hani": 4, "Kana": 2, "Hang": 3}
ALONE = 1.1  # all letters to those of the main script, up to which the others are names
KANA_SHARE = 0.08  # of kana and hanzi together, from which on a text is Japanese
FEWEST_LETTERS = 8  # below that, an alphabet of several languages says nothing
LEAST_CONFIDENCE = 0.4
TRIALS = 7
FEW_TRIALS = 1  # where a text has several pieces that can bear each other out
SURE = 0.999  # below that a second opinion is asked
CONTESTED = 0.6  # how sure an answer is that was found by its words alone
CLEAR = 0.95  # how sure a piece must be to count as a second language

# How often a wire sends a language compared with the others of its script; 1.0 where nothing is said.
RARE = {"af": 0.1, "ca": 0.3, "cy": 0.1, "et": 0.5, "so": 0.1, "sq": 0.5, "sw": 0.3, "tl": 0.2, "mk": 0.5, "mr": 0.5,
        "ne": 0.5, "zza": 0.5}  # fmt: skip
DECLARED_WEIGHT = 20.0
CANDIDATE_WEIGHT = 200.0

LEAD_WEIGHT = 2.0  # a story opens in its own language
TAIL_WEIGHT = 0.5  # what it closes with in another is a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one piece of text is: its language, how sure, the next best, and how many letters say so."""

    language: str
    confidence: float
    runner_up: str | None
    script: str | None
    method: str
    letters: int
    reason: str | None = None


class LanguageDetector:
    """Detects languages with one engine; verdicts depend on a text and its priors alone.

    Args:
        library: ``langdetect`` or ``langdetect_rs``; by default the accelerator where it is installed.
    """

    def __init__(self, library: str | None = None) -> None:
        self.engine = Engine(library)

    def warm_up(self) -> None:
        """Load every profile and the second opinion now instead of on first use."""
        self.engine.warm_up()
        blend((), (), "")

    def detect(
        self, texts: Sequence[str], declared: str | None = None, candidates: Sequence[str] = ()
    ) -> list[LanguageVerdict]:
        """The language of each text; see :func:`newswire.language.detect`."""
        wanted = tuple(candidates)
        return [self._detect(text, declared, wanted) for text in texts]

    def _detect(self, text: str, declared: str | None, candidates: tuple[str, ...]) -> LanguageVerdict:
        cleaned = text_of(text)
        scripts = count_scripts(cleaned)
        parts = [cleaned] if _speaks_alone(scripts) else pieces(cleaned)
        if len(parts) == 1:
            told = [self._read(cleaned, scripts, declared, candidates, TRIALS)]
        else:
            counts = _counted(cleaned, scripts, parts)
            told = [
                self._read(part, found, declared, candidates, FEW_TRIALS)
                for part, found in zip(parts, counts, strict=True)
            ]
            if len({family(reading.language) for reading in told}) > 1:
                told = [
                    self._read(part, found, declared, candidates, TRIALS)
                    for part, found in zip(parts, counts, strict=True)
                ]
        clear = [reading for reading in told if reading.reason is None]
        if not clear:
            reason = "only_url" if text.strip() and not cleaned else None
            return _undetermined(told[0], declared, reason)
        return _verdict(clear, declared)

    def _read(
        self, text: str, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...], trials: int
    ) -> _Reading:
        if not scripts:
            return _nothing("empty" if not text else "no_letters", None, 0)
        script = next(iter(scripts))
        if len(scripts) > 1:
            script = max(scripts, key=lambda name: scripts[name] * DENSITY.get(name, 1))
        letters = scripts[script] * DENSITY.get(script, 1)
        if script in {"Hani", "Kana"}:
            return _han(text, scripts)
        if script in SCRIPT_LANGUAGE:
            return _Reading(
                language=SCRIPT_LANGUAGE[script],
                confidence=1.0,
                runner_up=None,
                script=script,
                method="script",
                letters=letters,
            )
        if script not in PROFILED:
            return _nothing("unknown_script", script, letters)
        if letters < FEWEST_LETTERS:
            return _nothing("too_short", script, letters)
        if len(scripts) > 1:
            text = _foreign(script).sub(" ", text)
        prior = _prior(script, declared, candidates)
        found = self.engine.probabilities(script, text, prior, trials)
        if found and max(found) < SURE:
            if trials < TRIALS:
                found = self.engine.probabilities(script, text, prior, TRIALS)
            found = blend(PROFILED[script], found, text)
        return _by_words(_ranked(found, script, letters), text)


def _speaks_alone(scripts: dict[str, int]) -> bool:
    """Whether all but a few letters are of a script that has one language, so that no piece can differ."""
    alone = sum(count for script, count in scripts.items() if script in {"Hani", "Kana"})
    main = next(iter(scripts), None)
    if main in SCRIPT_LANGUAGE:
        alone = scripts[main]
    return alone > 0 and sum(scripts.values()) <= ALONE * alone


def _counted(text: str, scripts: dict[str, int], parts: list[str]) -> list[dict[str, int]]:
    """The scripts of each piece; where the text has but one, its letters are shared out by length."""
    if len(scripts) > 1:
        return [count_scripts(part) for part in parts]
    return [{script: max(count * len(part) // len(text), 1) for script, count in scripts.items()} for part in parts]


def _ranked(found: list[float], script: str, letters: int) -> _Reading:
    if not found:
        return _nothing("ambiguous", script, letters)
    languages = PROFILED[script]
    best = max(found)
    first = found.index(best)
    if best < LEAST_CONFIDENCE:
        return _nothing("ambiguous", script, letters)
    others = found.copy()
    others[first] = 0.0
    next_best = max(others)
    return _Reading(
        language=languages[first],
        confidence=min(best, 1.0),
        runner_up=languages[others.index(next_best)] if next_best > 0 else None,
        script=script,
        method="langdetect",
        letters=letters,
    )


def _by_words(reading: _Reading, text: str) -> _Reading:
    """The reading, or one for its twin where the words of the text are clear."""
    language = twin(reading.language, text)
    if language == reading.language:
        return reading
    return replace(reading, language=language, confidence=CONTESTED, runner_up=reading.language)


def _nothing(reason: str, script: str | None, letters: int) -> _Reading:
    return _Reading(
        language=UND, confidence=0.0, runner_up=None, script=script, method="none", letters=letters, reason=reason
    )


def _han(text: str, scripts: dict[str, int]) -> _Reading:
    kana, hanzi = scripts.get("Kana", 0), scripts.get("Hani", 0)
    letters = kana * DENSITY["Kana"] + hanzi * DENSITY["Hani"]
    if kana >= KANA_SHARE * (kana + hanzi):
        language, script, runner_up = "ja", "Jpan", "zh"
    else:
        language = variant(text)
        script, runner_up = {"zh-Hans": "Hans", "zh-Hant": "Hant"}.get(language, "Hani"), "ja"
    return _Reading(
        language=language, confidence=1.0, runner_up=runner_up, script=script, method="script", letters=letters
    )


@cache
def _foreign(script: str) -> re.Pattern[str]:
    """Letters of other scripts."""
    ranges = "".join(f"{chr(start)}-{chr(end)}" for start, end, name in RANGES if name not in {script, "Latn"})
    latin = "" if script == "Latn" else "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
    return re.compile(f"[{latin}{ranges}]+")


@lru_cache(maxsize=1024)
def _prior(script: str, declared: str | None, candidates: tuple[str, ...]) -> list[float]:
    """The probability of each language of a script before a word is read."""
    expected = family(normalise(declared, script=script) or UND)
    wanted = {family(code) for tag in candidates if (code := normalise(tag, script=script))}
    weights = []
    for language in PROFILED[script]:
        weight = CANDIDATE_WEIGHT if language in wanted else RARE.get(language, 1.0)
        weights.append(weight * DECLARED_WEIGHT if language == expected else weight)
    total = sum(weights)
    return [weight / total for weight in weights]


def _verdict(readings: list[_Reading], declared: str | None) -> LanguageVerdict:
    """Combine the readings of a text's pieces: the main language, its share, and the second one as runner-up."""
    main = readings[0]
    confidence, runner_up, share = main.confidence, main.runner_up, 1.0
    if len(readings) > 1:
        if any(reading.language != main.language for reading in readings):
            main = _main(readings, declared)
        spoken = family(main.language)
        same = [reading for reading in readings if family(reading.language) == spoken]
        letters = sum(reading.letters for reading in same)
        confidence = sum(reading.confidence * reading.letters for reading in same) / letters
        runner_up = main.runner_up
        clear = [r for r in readings if family(r.language) != spoken and r.confidence >= CLEAR]
        if clear:
            runner_up = max(clear, key=lambda reading: reading.letters).language
            share = 1.0 - sum(r.letters for r in clear) / sum(r.letters for r in readings)
    said = normalise(declared, script=main.script)
    return LanguageVerdict(
        language=main.language,
        confidence=min(confidence, 1.0),
        method=main.method,
        declared=said,
        agrees=None if said is None else family(said) == family(main.language),
        runner_up=runner_up,
        script=main.script,
        share=share,
    )


def _main(readings: list[_Reading], declared: str | None) -> _Reading:
    """The reading whose language carries most of the text.

    The opening counts double and a closing piece half: an agency's notice under a short story can be longer than it.
    """
    weights: dict[str, float] = {}
    for index, reading in enumerate(readings):
        place = LEAD_WEIGHT if index == 0 else TAIL_WEIGHT if index == len(readings) - 1 else 1.0
        said = normalise(declared, script=reading.script)
        fits = 1.5 if said is not None and family(said) == family(reading.language) else 1.0
        name = family(reading.language)
        weights[name] = weights.get(name, 0.0) + reading.letters * reading.confidence * place * fits
    best = max(weights, key=lambda name: (weights[name], name))
    return max((r for r in readings if family(r.language) == best), key=lambda r: r.letters * r.confidence)


def _undetermined(reading: _Reading, declared: str | None, reason: str | None) -> LanguageVerdict:
    said = normalise(declared, script=reading.script)
    return LanguageVerdict(
        language=said or UND,
        confidence=0.0,
        method="declared" if said else "none",
        declared=said,
        script=reading.script,
        reason=reason or reading.reason,
    )


@cache
def default() -> LanguageDetector:
    """The detector of this process, warmed up once."""
    detector = LanguageDetector()
    detector.warm_up()
    return detector
