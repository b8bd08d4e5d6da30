"""The profiles and word lists that come with newswire, and the script that trains them."""

import gzip
import json
from datetime import date

import pytest
from tests.language.conftest import ROOT

import language_texts
import language_words
import train_language_profiles as training
from newswire.language.engine import OWN_PROFILES, PROFILED, langdetects_profile, read_profile
from newswire.language.words import ENDING, FOLDER

LISTED = sorted(path.stem for path in FOLDER.glob("*.json"))
OWN = sorted(path.stem for path in OWN_PROFILES.glob("*.json"))
LICENCES = {"MIT", "Apache-2.0", "BSD-3-Clause"}


@pytest.mark.parametrize("code", OWN)
def test_profile_says_where_it_comes_from(code):
    """Each profile holds counts of short n-grams only, with source, licence and date beside them."""
    profile = json.loads((OWN_PROFILES / f"{code}.json").read_text(encoding="utf-8"))
    assert profile["name"] == code
    assert profile["source"]
    assert set(profile["licence"].split(" and ")) <= LICENCES
    assert date.fromisoformat(profile["trained"])
    assert max(map(len, profile["freq"])) == 3


@pytest.mark.parametrize("code", LISTED)
def test_word_list_says_where_it_comes_from(code):
    """Each list holds single words and endings by how often they occur, with sources, licences and date beside them."""
    words = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    assert words["name"] == code
    assert words["sources"]
    assert {source["licence"] for source in words["sources"]} <= LICENCES
    assert date.fromisoformat(words["trained"])
    assert all(float(level) < 0 for level in (*words["words"], *words["endings"]))
    assert {len(ending) for entries in words["endings"].values() for ending in entries.split()} == {ENDING}
    listed = [word for entries in words["words"].values() for word in entries.split()]
    assert len(set(listed)) == len(listed)


def test_languages_of_a_script_have_word_lists_all_or_none():
    """A language without a list beside others with one would never be found; Devanagari is told by letters alone."""
    for script, languages in PROFILED.items():
        assert {language in LISTED for language in languages} == {script != "Deva"}


def test_every_language_has_a_profile():
    """Each language that a script lists can be read, and is listed once, in order; no profile is there for nothing."""
    listed = {language for languages in PROFILED.values() for language in languages}
    assert {code for code in listed if not langdetects_profile(code).is_file()} == set(OWN)
    for languages in PROFILED.values():
        assert list(languages) == sorted(set(languages))
        assert all(read_profile(language)["freq"] for language in languages)


def test_the_page_lists_the_languages_that_are_told_apart():
    """docs/architecture.md has the languages of every script with several."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = {"Latn": "Latin", "Cyrl": "Cyrillic", "Arab": "Arabic", "Deva": "Devanagari", "Ethi": "Ethiopic"}
    for script, languages in PROFILED.items():
        assert f"| {names[script]} | {' '.join(languages)} |" in page


def test_training_leaves_strays_out():
    """A sentence of another language among the training sentences is not counted."""
    kurmanji = [f"Serokê bajêr got ku ew ê sibê li gundê {name} bi gundiyan re biaxive." for name in "ABCDEFGHIJ"]
    german = "Die Regierung hat gestern über den Haushalt für das nächste Jahr beraten und entschieden."
    assert training.without_strays({"kmr": [*kurmanji, german]}) == {
        "kmr": sorted(kurmanji, key=lambda s: kurmanji.index(s) % 5)
    }


@pytest.fixture
def sources(tmp_path):
    """Training sentences of every language that needs some, and packages with a few words and sentences."""
    for code in training.SOURCES:
        sentence = "Ev hevokek e û ev jî hevokek din e." if code != "ckb" else "ئەمە ڕستەیەکە و ئەوەش ڕستەیەکی ترە."
        (tmp_path / f"train.{code}.txt").write_text(f"{sentence}\n" * 12, encoding="utf-8")
    (tmp_path / "eval.tsv").write_text("language\ttext\nsv\tHemligt hemligt ord.\n", encoding="utf-8")
    lists = tmp_path / "packages" / "langidentify_full_model" / "data"
    lists.mkdir(parents=True)
    with gzip.open(lists / "topwords-sv.txt.gz", "wt", encoding="utf-8") as lines:
        lines.write("# Count: 1000 MinLogProb: -12.0\noch -3.5\nl'hemma -9.25\nhttp -5.0\n")
    with gzip.open(lists / "topwords-is.txt.gz", "wt", encoding="utf-8") as lines:
        lines.write("# Count: 1000 MinLogProb: -12.0\nog -3.5\nhús -7.25\n")
    messages = tmp_path / "packages" / "django" / "conf" / "locale" / "tt" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "django.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: tt\\n"\n\n'
        'msgid "%(count)d new letter, <b>now</b>"\nmsgid_plural "letters"\n'
        'msgstr[0] "%(count)d "\n"яңа <b>хат</b>"\nmsgstr[1] "яңа letter хатлар"\n\nmsgid "now"\nmsgstr ""\n',
        encoding="utf-8",
    )
    sentences = tmp_path / "packages" / "eld" / "tests" / "data"
    sentences.mkdir(parents=True)
    (sentences / "big-test.txt").write_text(
        "sv\tKatten satt och katten sov.\nsv\tHemligt hemligt ord.\n", encoding="utf-8"
    )
    return tmp_path


def _train(sources, into):
    for folder in ("profiles", "wordlists"):
        (into / folder).mkdir(parents=True)
    folders = ["--sentences", str(sources), "--packages", str(sources / "packages"), "--into", str(into)]
    assert training.main([*folders, "--date", "2026-01-02"]) == 0
    return {path.relative_to(into): path.read_bytes() for path in into.rglob("*.json")}


def test_training_twice_writes_the_same_bytes(sources):
    """Two runs over the same sources write the same profiles and word lists."""
    written = _train(sources, sources / "one")
    assert {path.stem for path in written} == {*training.SOURCES, "sv", "is", "tt"}
    assert {path.stem for path in written if path.parent.name == "profiles"} == {*training.SOURCES, "is", "tt"}
    assert written == _train(sources, sources / "two")


def test_word_list_joins_counted_words_and_sentences(sources):
    """Words of both sources are listed in small letters, words of Wikipedia's own pages and words met once are not."""
    _train(sources, sources / "into")
    words = json.loads((sources / "into" / "wordlists" / "sv.json").read_text(encoding="utf-8"))
    listed = {word for entries in words["words"].values() for word in entries.split()}
    assert listed == {"och", "l", "hemma", "katten"}
    assert [source["licence"] for source in words["sources"]] == ["Apache-2.0", "Apache-2.0"]


def test_messages_of_programs_are_read_as_text(sources):
    """Of a program's translations only what is said counts: no placeholder, markup or word that was left in English."""
    assert language_texts.translations("tt", sources / "packages") == ["яңа  хат", "яңа  хатлар"]
    assert language_texts.translations("kk", sources / "packages") == []


def test_language_without_sentences_is_counted_from_its_words(sources):
    """N-grams of words count as often as their words occur, and are those of a text of many words."""
    _train(sources, sources / "into")
    profile = json.loads((sources / "into" / "profiles" / "is.json").read_text(encoding="utf-8"))
    assert profile["freq"][" og"] > 20 * profile["freq"]["hús"] > 0
    assert profile["n_words"][0] == pytest.approx(training.LETTERS, rel=0.01)
    assert profile["source"] == language_words.COUNTED[0]


def test_words_of_a_dictionary_are_the_rarer_the_longer(sources):
    """Where nobody counted, short words and particles are taken for frequent, also with the heh of other keyboards."""
    packages = sources / "packages"
    for path, text in (
        ("aadil_nazar_sindhi_nlp/data/wordnet.csv", "word_id,word\n1,گهر\n2,ڪتابگهر\n3,هو\n"),
        ("sindhinltk/data/stopwords_expanded.json", '{"pronouns": ["هو"]}'),
    ):
        (packages / path).parent.mkdir(parents=True)
        (packages / path).write_text(text, encoding="utf-8")
    shares, origins = language_words.general("sd", packages)
    assert shares["هو"] > 10 * shares["گهر"] > 10 * shares["ڪتابگهر"] > 0
    assert shares["هو"] > shares["ھو"] > 0
    assert origins == [language_texts.DICTIONARY, language_texts.PARTICLES]


def test_sentences_of_the_evaluation_are_not_learnt(sources):
    """A sentence that accuracy is measured on leaves no word behind, wherever else it stands."""
    _train(sources, sources / "into")
    assert "hemligt" not in (sources / "into" / "wordlists" / "sv.json").read_text(encoding="utf-8")


def _kurmanji(sources, sentence):
    """The levels of the words listed from one sentence, met often."""
    language_words.write_lists(
        {"kmr": [sentence] * 12},
        training.SOURCES,
        packages=sources / "packages",
        into=sources,
        day=date(2026, 1, 2),
    )
    levels = json.loads((sources / "kmr.json").read_text(encoding="utf-8"))["words"]
    return {word: float(level) for level, entries in levels.items() for word in entries.split()}


def test_words_are_listed_as_they_are_typed_plainly(sources):
    """A word with letters of its language's own is listed without them too, as rarer."""
    levels = _kurmanji(sources, "Ev gund e û ev jî gundê din e.")
    assert levels["jî"] > levels["ji"]
    assert levels["gundê"] > levels["gunde"]


def test_names_in_everyones_letters_are_not_listed(sources):
    """Of few sentences, a word that is never written small and needs no letter of the language's own says nothing."""
    levels = _kurmanji(sources, "Li gundê Barzani û li Şengalê ev gund e.")
    assert {"şengalê", "gundê", "gunde"} <= set(levels)
    assert not {"barzani", "sengale"} & set(levels)


def test_training_names_what_is_missing(tmp_path, capsys):
    """Without the sentences nothing is written, and the first missing file is named."""
    assert training.main(["--sentences", str(tmp_path / "absent"), "--into", str(tmp_path)]) == 1
    assert "train.az.txt is missing" in capsys.readouterr().err
