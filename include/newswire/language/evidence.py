"""Which language of a script a text is in, by its words, its letters, what the source expects, and a second opinion.

Each is asked only where it can still change the answer: words are cheap, langdetect's walk over letters costs several
times as much, py3langid more again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from newswire.language.codes import UND, family, normalise
from newswire.language.engine import PROFILED, Engine
from newswire.language.opinions import second_opinion
from newswire.language.words import lean

TRIALS, TRIALS_WITHOUT_WORDS = 1, 7  # walks that are averaged; beside words, more than one change nothing
# What is added to langdetect's probabilities: its zero is the zero of a walk, and worth less where words speak.
DOUBT = 0.3
DOUBT_WITHOUT_WORDS = 0.001
SURE = 0.998  # below that a second opinion is asked
LEAST_CONFIDENCE = 0.4  # below that, no language leads
# By how many nats words must lead, so that langdetect could leave no more doubt than that.
DECIDED = math.log((1 + DOUBT) / DOUBT) + math.log(SURE / (1 - SURE))

NEGLIGIBLE = 1e-6  # the probability of the next best language from which on the others need not be added up

# How often wires send a language compared with the others of its script; 1.0 where nothing is said.
FREQUENT = {
    language: weight
    for weight, languages in (
        (2.0, "en"),
        (0.5, "bg cs da et fi hr hu lt lv mk mr ne no ro sk sl sq tk uz vi zza"),
        (0.3, "ca sw"),
        (0.2, "tl"),
        (0.1, "af be cy eu ga is kk ky lb mn om ps sd so tg tt ug yo"),
    )
    for language in languages.split()
}
DECLARED_WEIGHT = 20.0
CANDIDATE_WEIGHT = 200.0


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one piece of text is.

    Attributes:
        language: A newswire code; ``und`` where the piece says nothing.
        confidence: 0.0 to 1.0.
        runner_up: The next best language.
        script: ISO 15924 code of the piece's script.
        method: What told: ``words``, ``langdetect``, ``script``, ``declared`` or ``none``.
        letters: How many letters say so, dense scripts weighted.
        reason: Why the language is ``und`` or the declared one.
    """

    language: str
    confidence: float
    runner_up: str | None
    script: str | None
    method: str
    letters: int
    reason: str | None = None


def silent(reason: str, script: str | None, letters: int) -> Reading:
    """The reading of a piece that says nothing, and why."""
    return Reading(
        language=UND, confidence=0.0, runner_up=None, script=script, method="none", letters=letters, reason=reason
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of each language of a script before a word is read, in nats.

    Attributes:
        scores: The logarithm of how much more often than usual.
        enough: By how much words must lead with this added, so that without it too langdetect could leave no doubt.
    """

    scores: list[float]
    enough: float


def weigh(engine: Engine, script: str, text: str, letters: int, prior: Expectation) -> Reading:
    """What the evidence says of a text of so many letters of ``script``, a key of ``PROFILED``.

    Silent where neither a word nor a letter is known, since a prior alone is no answer, and where none leads.
    """
    scores, decided = lean(script, text, prior.scores, prior.enough)
    if decided:
        return _reading(script, scores, "words", letters)
    worded = scores != prior.scores
    doubt, trials = (DOUBT, TRIALS) if worded else (DOUBT_WITHOUT_WORDS, TRIALS_WITHOUT_WORDS)
    seen = engine.probabilities(script, text, [1 / len(scores)] * len(scores), trials)
    if not seen:
        if not worded:
            return silent("ambiguous", script, letters)
        seen = [0.0] * len(scores)
    scores = [score + math.log(share + doubt) for score, share in zip(scores, seen, strict=True)]
    found = _reading(script, scores, "langdetect", letters)
    if found.confidence < SURE:
        opinion = second_opinion(PROFILED[script], text)
        scores = [score + said for score, said in zip(scores, opinion, strict=True)]
        found = _reading(script, scores, "langdetect", letters)
    return found if found.confidence >= LEAST_CONFIDENCE else silent("ambiguous", script, letters)


def _reading(script: str, scores: list[float], method: str, letters: int) -> Reading:
    """The language with the best score, and how likely it is."""
    best = max(scores)
    first = scores.index(best)
    others = scores.copy()
    others[first] = -math.inf
    second = max(others)
    rest = math.exp(second - best)
    if rest > NEGLIGIBLE:
        rest = sum(math.exp(score - best) for score in scores) - 1
    languages = PROFILED[script]
    return Reading(
        language=languages[first],
        confidence=1 / (1 + rest),
        runner_up=languages[others.index(second)],
        script=script,
        method=method,
        letters=letters,
    )


@lru_cache(maxsize=1024)
def expectation(script: str, declared: str | None, candidates: tuple[str, ...]) -> Expectation:
    """What the source's declaration and the partner's candidates let expect."""
    expected = family(normalise(declared, script=script) or UND)
    wanted = {family(code) for tag in candidates if (code := normalise(tag, script=script))}
    weights = []
    for language in PROFILED[script]:
        kin = family(language)
        weight = CANDIDATE_WEIGHT if kin in wanted else FREQUENT.get(language, 1.0)
        weights.append(weight * DECLARED_WEIGHT if kin == expected else weight)
    scores = [math.log(weight) for weight in weights]
    return Expectation(scores=scores, enough=DECIDED + max(scores) - min(scores))
