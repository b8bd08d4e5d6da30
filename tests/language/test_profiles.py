"""The profiles that come with newswire, and the script that trains them."""

import json
from datetime import date

import pytest

import train_language_profiles as training
from newswire.language.engine import OWN_PROFILES, PROFILED, read_profile


@pytest.mark.parametrize("code", ["az", "ckb", "kmr", "zza"])
def test_profile_says_where_it_comes_from(code):
    """Each profile holds counts of short n-grams only, with source, licence and date beside them."""
    profile = json.loads((OWN_PROFILES / f"{code}.json").read_text(encoding="utf-8"))
    assert profile["name"] == code
    assert profile["source"]
    assert profile["licence"] in {"MIT", "Apache-2.0"}
    assert date.fromisoformat(profile["trained"])
    assert max(map(len, profile["freq"])) == 3
    assert all(" " not in word for word in profile.get("words", ()))


def test_every_language_has_a_profile():
    """Each language that a script lists can be read, and is listed once, in order."""
    for languages in PROFILED.values():
        assert list(languages) == sorted(set(languages))
        assert all(read_profile(language)["freq"] for language in languages)


def test_training_leaves_strays_out():
    """A sentence of another language among the training sentences is not counted."""
    kurmanji = [f"Serokê bajêr got ku ew ê sibê li gundê {name} bi gundiyan re biaxive." for name in "ABCDEFGHIJ"]
    german = "Die Regierung hat gestern über den Haushalt für das nächste Jahr beraten und entschieden."
    assert training.without_strays({"kmr": [*kurmanji, german]}) == {
        "kmr": sorted(kurmanji, key=lambda s: kurmanji.index(s) % 5)
    }


def test_training_writes_a_profile(tmp_path):
    """Two runs over the same sentences write the same bytes, and missing sentences are named."""
    for code in training.SOURCES:
        (tmp_path / f"train.{code}.txt").write_text(
            f"Ev {code} hevokek e û ev jî hevokek din e.\n" * 12, encoding="utf-8"
        )
    written = []
    for into in (tmp_path / "one", tmp_path / "two"):
        into.mkdir()
        arguments = ["--sentences", str(tmp_path), "--into", str(into), "--date", "2026-01-02"]
        assert training.main(arguments) == 0
        written.append([(into / f"{code}.json").read_bytes() for code in training.SOURCES])
    assert written[0] == written[1]
    assert training.main(["--sentences", str(tmp_path / "absent"), "--into", str(tmp_path)]) == 1
