"""What single words say of a language."""

import pytest

from newswire.language.engine import PROFILED
from newswire.language.words import NAME, fit, foreign, lean

FAR = 1000.0  # so much that every word is read


def _leans(text, script="Latn", enough=FAR):
    leans, _ = lean(script, text, [0.0] * len(PROFILED[script]), enough)
    return dict(zip(PROFILED[script], leans, strict=True))


@pytest.mark.parametrize(
    ("words", "code", "other"),
    [
        ("och går också", "sv", "no"),
        ("ikke også uke", "no", "sv"),
        ("ayant également", "fr", "ca"),
        ("não também", "pt", "es"),
        ("və üçün", "az", "tr"),
        ("gelir için", "tr", "az"),
        ("hatin bûn li", "kmr", "zza"),
        ("rê û", "kmr", "tr"),
    ],
)
def test_words_speak_for_the_language_that_uses_them(words, code, other):
    """Between close languages a few small words decide."""
    leans = _leans(words)
    assert leans[code] > leans[other]


@pytest.mark.parametrize(("words", "code"), [("мгновение этого", "ru"), ("також цього", "uk"), ("това беше", "bg")])
def test_words_of_cyrillic_script_speak_too(words, code):
    """Every script with several languages has its lists."""
    leans = _leans(words, "Cyrl")
    assert max(leans, key=leans.get) == code


def test_word_with_a_capital_is_worth_less():
    """A name may stand in any language, so a capital halves what its word says."""
    assert _leans("Och")["sv"] == NAME * _leans("och")["sv"] > 0


def test_ending_speaks_for_an_unknown_word():
    """A word that no list has speaks by its last letters; a short one not at all."""
    leans = _leans("zzqqlıyor")
    assert max(leans, key=leans.get) == "tr"
    assert not any(_leans("zqx").values())


def test_nothing_is_said_of_no_words():
    """Digits, signs and the empty text speak for nobody."""
    assert not any(_leans("").values())
    assert not any(_leans("12 : 34 — 7%").values())


def test_keyboards_variants_of_arabic_letters_are_one():
    """Arabic yeh and kaf for the Persian ones, and vowel signs, change nothing."""
    assert _leans("این کشور کتاب", "Arab") == _leans("اين كشور كِتاب", "Arab")


def test_reading_stops_when_the_lead_is_enough():
    """Once a language leads by enough in words from all over the text, the others are not read."""
    text = "och the of som and to inte is in att was for"
    assert _leans(text, enough=1.0) == _leans("och som inte att")
    assert _leans(text) != _leans("och som inte att")


def test_opening_in_another_language_does_not_decide():
    """A few words of English before a Swedish sentence leave it Swedish."""
    leans = _leans("This is the news and here it och det är inte som de vill att man ska tro på", enough=8.0)
    assert max(leans, key=leans.get) == "sv"


def test_text_fits_the_language_of_its_words():
    """Words of a language fit it, those of a neighbour hardly; too few or those without a list never do."""
    assert fit("Latn", "en", "The minister said that the house was sold last year") > 1.0
    assert fit("Latn", "is", "Landsstýrið hevur avgjørt at skatturin ikki skal hækka í ár") < 0.6
    assert fit("Latn", "en", "the house") == fit("Latn", "en", "12 : 34") == 0.0
    assert fit("Deva", "hi", "महापौर ने कहा कि नया पुल") == fit("Beng", "bn", "নতুন সেতু আগামী মাসে") == 0.0


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Tüm hakları saklıdır", True),
        ("The hakları saklıdır", False),
        ("İzinsiz kullanılamaz.", True),
        ("Tüm", False),
        ("", False),
    ],
)
def test_sentence_without_a_word_of_its_own_language_is_foreign(text, strange):
    """Words that others use far more, or nobody, make a sentence look foreign; one word is too few."""
    assert foreign("Latn", "en", text) is strange
    assert not foreign("Beng", "bn", text)
    assert not foreign("Deva", "hi", text)
