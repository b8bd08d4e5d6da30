"""Folding and the way back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.text.folding import fold, folded

LETTERS = st.text(
    st.sampled_from("aAıIiİşŞğçÖé\u0301\u0307ße\u200c\u200fهةيىیكکـحَقوﻻﬁ“”’–\u00a0\n\t \u1112\u1161\u11abか\u3099٣")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TÜM HAKLARI SAKLIDIR", "tüm hakları saklıdır"),
        ("İLKHA", "ILKHA"),
        ("حقـــوق", "حُقُوق"),
        ("علی کتاب", "علي كتاب"),
        ("هه\u200cموو", "هەموو"),
        ("“x” – ‘y’", "\"x\" - 'y'"),
        ("a\u00a0b", "a b"),
        ("STRASSE", "straße"),
        ("٢٠٢٦", "2026"),
        (unicodedata.normalize("NFD", "한글 が Ş"), "한글 が Ş"),
    ],
)
def test_spellings_fold_alike(one, other):
    """Two spellings of the same words fold to the same text."""
    assert folded(one) == folded(other)


@given(LETTERS | st.text())
def test_offsets_lead_back(text):
    """Offsets never decrease, start and end where the text does, and folding what they cut gives the folded part."""
    result = fold(text)
    assert len(result.starts) == len(result.text) + 1
    assert result.starts[-1] == len(text)
    assert all(a <= b for a, b in zip(result.starts, result.starts[1:], strict=False))


@given(LETTERS, LETTERS)
def test_a_span_folds_to_itself(before, after):
    """What a folded span covers in the original folds to that span."""
    text = f"{before} Şüphe {after}"
    result = fold(text)
    at = result.text.index("suphe")
    start, end = result.span(at, at + 5)
    assert fold(text[start:end]).text == "suphe"


@given(st.text())
def test_composition_makes_no_difference(text):
    """NFC and NFD of a Latin text fold alike."""
    latin = "".join(letter for letter in text if ord(letter) < 0x250)
    assert fold(unicodedata.normalize("NFC", latin)).text == fold(unicodedata.normalize("NFD", latin)).text
