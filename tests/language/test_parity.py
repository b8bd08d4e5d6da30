"""The accelerator gives langdetect's probabilities, bit for bit."""

import pytest

from newswire.language import LanguageDetector
from newswire.language.engine import ACCELERATED, PLAIN, PROFILED, Engine
from newswire.language.scripts import count_scripts

pytest.importorskip(ACCELERATED, reason="the accelerator is not installed")


@pytest.fixture(scope="module")
def engines():
    return Engine(PLAIN), Engine(ACCELERATED)


def _differing(engines, texts):
    plain, fast = engines
    priors = {script: [1 / len(languages)] * len(languages) for script, languages in PROFILED.items()}
    for script, text in texts:
        if plain.probabilities(script, text, priors[script], 7) != fast.probabilities(script, text, priors[script], 7):
            yield text


def test_generated_texts_have_equal_probabilities(engines, generated):
    """2,000 and more texts drawn from the profiles have the same probabilities to the last bit."""
    assert len(generated) >= 2000
    assert list(_differing(engines, generated)) == []


def test_labelled_texts_have_equal_probabilities(engines, labelled):
    """So do real sentences, whole and at headline length."""
    texts = [(next(iter(count_scripts(text)), ""), text[:cut]) for _, text in labelled for cut in (80, None)]
    assert list(_differing(engines, [(script, text) for script, text in texts if script in PROFILED])) == []


def test_verdicts_are_the_same_without_the_accelerator(generated):
    """A machine without the accelerator reaches the same verdicts."""
    texts = [text for _, text in generated[::10]]
    arguments = {"declared": "tr", "candidates": ("tr", "kmr", "en")}
    assert LanguageDetector(PLAIN).detect(texts, **arguments) == LanguageDetector(ACCELERATED).detect(
        texts, **arguments
    )
