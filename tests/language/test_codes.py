"""What language tags of sources mean."""

import pytest

from newswire.language import family, normalise


@pytest.mark.parametrize(
    ("tag", "script", "code"),
    [
        ("tr-TR", None, "tr"),
        ("en_US", None, "en"),
        (" EN ", None, "en"),
        ("ku", "Latn", "kmr"),
        ("ku", "Arab", "ckb"),
        ("ku", None, "kmr"),
        ("kur-Arab", "Latn", "ckb"),
        ("ku-Latn", "Arab", "kmr"),
        ("zh-TW", None, "zh-Hant"),
        ("zh-Hans-SG", None, "zh-Hans"),
        ("zh", None, "zh"),
        ("diq", None, "zza"),
        ("nb-NO", None, "nb"),
        ("iw", None, "he"),
        ("aze", None, "az"),
        ("pt_BR", None, "pt"),
        ("English", None, None),
        ("xx", None, None),
        ("und", None, None),
        ("", None, None),
        ("?", None, None),
        (None, None, None),
    ],
)
def test_declared_tags_are_read(tag, script, code):
    """A declared tag becomes one of our codes, and ku is told apart by the script of the text."""
    assert normalise(tag, script=script) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [("zh-Hans", "zh-Hant"), ("zh", "zh-Hans"), ("no", "nb"), ("nn", "nb"), ("sr", "bs"), ("ms", "id")],
)
def test_families_compare_as_one(one, other):
    """Both scripts of Chinese, the forms of Norwegian, and languages that a text hardly tells apart agree."""
    assert family(one) == family(other)
