"""Detect: script first, then the evidence for the languages of that script, then what the source declared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from msgspec.structs import replace

from newswire.language.cleaning import text_of
from newswire.language.codes import UND, family, normalise
from newswire.language.engine import PROFILED, Engine
from newswire.language.evidence import Reading, expectation, silent, weigh
from newswire.language.hanzi import japanese, variant
from newswire.language.opinions import second_opinion
from newswire.language.pieces import UNCUT, last_sentence, pieces, sentences
from newswire.language.scripts import RANGES, count_scripts
from newswire.language.untold import as_declared, called
from newswire.language.words import foreign, tables
from newswire.model import LanguageVerdict

# Scripts of one language: nothing else has to be asked.
SCRIPT_LANGUAGE = {
    "Armn": "hy", "Beng": "bn", "Geor": "ka", "Grek": "el", "Gujr": "gu", "Guru": "pa", "Hang": "ko", "Hebr": "he",
    "Khmr": "km", "Knda": "kn", "Laoo": "lo", "Mlym": "ml", "Mymr": "my", "Orya": "or", "Sinh": "si", "Taml": "ta",
    "Telu": "te", "Thaa": "dv", "Thai": "th",
}  # fmt: skip
# A character of these scripts says as much as several letters of an alphabet.
DENSITY = {"Hani": 4, "Kana": 2, "Hang": 3, "Ethi": 2}
ALONE = 1.1  # all letters to those of the main script, up to which the others are names
KANA_SHARE = 0.08  # of kana and hanzi together, from which on a text is Japanese
KANA_MISSING = 0.8  # how sure kanji alone can be of it
LATIN_NAME = re.compile("(?<=\\W)\\w*[A-Z\u00c0-\u00d6\u00d8-\u00de]\\w*")
NAME_WORTH = 0.25  # of a Latin word with a capital among words of another script
FEWEST_LETTERS = 8  # below that, an alphabet of several languages says nothing
CLEAR = 0.95  # how sure a piece must be to count as a second language

LEAD_WEIGHT = 2.0  # a story opens in its own language
TAIL_WEIGHT = 0.5  # what it closes with in another is a notice


class LanguageDetector:
    """Detects languages with one engine; verdicts depend on a text and its priors alone.

    Args:
        library: ``langdetect`` or ``langdetect_rs``; by default the accelerator where it is installed.
    """

    def __init__(self, library: str | None = None) -> None:
        self.engine = Engine(library)

    def warm_up(self) -> None:
        """Load every profile, word list and the second opinion now instead of on first use, as before a fork."""
        self.engine.warm_up()
        for script in PROFILED:
            tables(script)
        second_opinion((), "")

    def detect(
        self, texts: Sequence[str], declared: str | None = None, candidates: Sequence[str] = ()
    ) -> list[LanguageVerdict]:
        """The language of each text; see :func:`newswire.language.detect`."""
        wanted = tuple(candidates)
        return [self._detect(text, declared, wanted) for text in texts]

    def _detect(self, text: str, declared: str | None, candidates: tuple[str, ...]) -> LanguageVerdict:
        cleaned = text_of(text)
        scripts = count_scripts(cleaned)
        told = [] if _speaks_alone(scripts) else self._read_apart(cleaned, scripts, declared, candidates)
        told = told or [self._read(cleaned, scripts, declared, candidates)]
        clear = [reading for reading in told if reading.language != UND]
        if not clear:
            reason = "only_url" if text.strip() and not cleaned else None
            return _undetermined(told[0], declared, reason)
        return _verdict(clear, declared, candidates)

    def _read_apart(
        self, text: str, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...]
    ) -> list[Reading]:
        """The readings of a text's pieces; none where it is one, or short and its sentences do not clearly differ."""
        if len(text) <= UNCUT:
            return self._read_sentences(sentences(text), text, scripts, declared, candidates)
        parts = pieces(text)
        if len(parts) == 1:
            return []
        counts = _counted(text, scripts, parts)
        told = [self._read(part, found, declared, candidates) for part, found in zip(parts, counts, strict=True)]
        told[-1:] = self._read_end(parts[-1], told[-1], counts[-1], declared, candidates)
        return told

    def _read_end(
        self, part: str, whole: Reading, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...]
    ) -> list[Reading]:
        """The readings of a text's last piece: more than one only if its last sentence clearly differs."""
        closing = last_sentence(part)
        looks = whole.language if whole.reason is None else whole.runner_up  # an unknown language like its neighbour
        if not closing or not foreign(whole.script or "", looks or UND, closing):
            return [whole]
        end = self._read(closing, count_scripts(closing), declared, candidates)
        if end.confidence < CLEAR or family(end.language) == family(whole.language):
            return [whole]
        return self._read_sentences(sentences(part), part, scripts, declared, candidates) or [whole]

    def _read_sentences(
        self, parts: list[str], text: str, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...]
    ) -> list[Reading]:
        """The readings of a short text's sentences; none where they do not clearly differ."""
        if len(parts) == 1:
            return []
        counts = _counted(text, scripts, parts)
        told = [self._read(part, found, declared, candidates) for part, found in zip(parts, counts, strict=True)]
        if min(r.confidence for r in told) < CLEAR or len({family(r.language) for r in told}) == 1:
            return []
        return _runs(told)

    def _read(self, text: str, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...]) -> Reading:
        if not scripts:
            return silent("empty" if not text else "no_letters", None, 0)
        script = next(iter(scripts)) if len(scripts) == 1 else _main_script(text, scripts)
        letters = scripts[script] * DENSITY.get(script, 1)
        if script in {"Hani", "Kana"}:
            return _han(text, scripts, declared, candidates)
        if script in SCRIPT_LANGUAGE:
            found = Reading(
                language=SCRIPT_LANGUAGE[script],
                confidence=1.0,
                runner_up=None,
                script=script,
                method="script",
                letters=letters,
            )
            return as_declared(found, text, declared)
        if script not in PROFILED:
            return silent("unknown_script", script, letters)
        if letters < FEWEST_LETTERS:
            return silent("too_short", script, letters)
        if len(scripts) > 1:
            text = _foreign(script).sub(" ", text)
        found = weigh(self.engine, script, text, letters, expectation(script, declared, candidates))
        return as_declared(found, text, declared)


def _runs(readings: list[Reading]) -> list[Reading]:
    """The readings of consecutive sentences of one language as one: a notice of several sentences is one notice."""
    runs = [list(group) for _, group in groupby(readings, key=lambda reading: family(reading.language))]
    return [
        replace(run[0], confidence=_mean(run, run[0].language), letters=sum(reading.letters for reading in run))
        for run in runs
    ]


def _main_script(text: str, scripts: dict[str, int]) -> str:
    """The script that says most; of Latin words in a text of another script, names say little."""
    said = {script: float(count * DENSITY.get(script, 1)) for script, count in scripts.items()}
    if "Latn" in said:
        said["Latn"] -= sum(map(len, LATIN_NAME.findall(text))) * (1 - NAME_WORTH)
    return max(said, key=lambda script: said[script])


def _speaks_alone(scripts: dict[str, int]) -> bool:
    """Whether all but a few letters are of a script that has one language, so that no piece can differ."""
    main = next(iter(scripts), None)
    if main is None or main in PROFILED:
        return False
    if main in SCRIPT_LANGUAGE:
        alone = scripts[main]
    else:
        alone = sum(count for script, count in scripts.items() if script in {"Hani", "Kana"})
    return sum(scripts.values()) <= ALONE * alone


def _counted(text: str, scripts: dict[str, int], parts: list[str]) -> list[dict[str, int]]:
    """The scripts of each piece; where the text has but one, its letters are shared out by length."""
    if len(scripts) > 1:
        return [count_scripts(part) for part in parts]
    return [{script: max(count * len(part) // len(text), 1) for script, count in scripts.items()} for part in parts]


def _han(text: str, scripts: dict[str, int], declared: str | None, candidates: tuple[str, ...]) -> Reading:
    kana, hanzi = scripts.get("Kana", 0), scripts.get("Hani", 0)
    letters = kana * DENSITY["Kana"] + hanzi * DENSITY["Hani"]
    with_kana = kana >= KANA_SHARE * (kana + hanzi)
    if with_kana or _kanji_alone(text, declared, candidates):
        language, script, runner_up = "ja", "Jpan", "zh"
        confidence = 1.0 if with_kana else KANA_MISSING
    else:
        language = variant(text)
        script, runner_up = {"zh-Hans": "Hans", "zh-Hant": "Hant"}.get(language, "Hani"), "ja"
        confidence = 1.0
    return Reading(
        language=language, confidence=confidence, runner_up=runner_up, script=script, method="script", letters=letters
    )


def _kanji_alone(text: str, declared: str | None, candidates: tuple[str, ...]) -> bool:
    """Whether a text without kana is Japanese: by its characters, or where they leave it open by what is expected."""
    told = japanese(text)
    if told is not None:
        return told
    expected = {family(normalise(tag) or UND) for tag in (declared, *candidates)}
    return "ja" in expected and "zh" not in expected


@cache
def _foreign(script: str) -> re.Pattern[str]:
    """Letters of other scripts."""
    ranges = "".join(f"{chr(start)}-{chr(end)}" for start, end, name in RANGES if name not in {script, "Latn"})
    latin = "" if script == "Latn" else "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
    return re.compile(f"[{latin}{ranges}]+")


def _verdict(readings: list[Reading], declared: str | None, candidates: tuple[str, ...]) -> LanguageVerdict:
    """Combine the readings of a text's pieces: the main language, its share, and the second one as runner-up."""
    main = readings[0]
    confidence, runner_up, share = main.confidence, main.runner_up, 1.0
    if any(reading.language != main.language for reading in readings[1:]):
        main = _main(readings, declared)
        confidence, runner_up = _mean(readings, main.language), main.runner_up
        clear = [r for r in readings if family(r.language) != family(main.language) and r.confidence >= CLEAR]
        if clear:
            runner_up = max(clear, key=lambda reading: reading.letters).language
            share = 1.0 - sum(r.letters for r in clear) / sum(r.letters for r in readings)
    elif len(readings) > 1:
        confidence = _mean(readings, main.language)
    said = normalise(declared, script=main.script)
    if main.reason is not None:
        return replace(_undetermined(main, declared, main.reason), runner_up=runner_up)
    return LanguageVerdict(
        language=called(main, said, candidates),
        confidence=min(confidence, 1.0),
        method=main.method,
        declared=said,
        agrees=None if said is None else family(said) == family(main.language),
        runner_up=runner_up,
        script=main.script,
        share=share,
    )


def _mean(readings: list[Reading], language: str) -> float:
    """How sure those readings are, letter by letter, that name a language or one of its family."""
    same = [r for r in readings if r.language == language or family(r.language) == family(language)]
    return sum(r.confidence * r.letters for r in same) / sum(r.letters for r in same)


def _main(readings: list[Reading], declared: str | None) -> Reading:
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


def _undetermined(reading: Reading, declared: str | None, reason: str | None) -> LanguageVerdict:
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
    """The detector of this process; what a text needs is loaded when the first such text comes."""
    return LanguageDetector()
