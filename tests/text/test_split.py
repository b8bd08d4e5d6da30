"""Taking a text apart: the corpus, the seed, and what must never change an answer."""

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples import SAMPLES
from tests.text.marked import NAMES

from newswire.model import SplitText
from newswire.text import split

CORPUS = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text(encoding="utf-8"))
BY_ID = {case["id"]: case for case in CORPUS}
ILKHA = (
    "ilkha",
    "ILKHA",
    "İLKHA",
    "İlke Haber Ajansı Basın Yayın San. Trade A.Ş.",
    "İlke Haber Ajansı Basın Yayın San. Tic. A.Ş.",
)


def classes(text):
    return [set(notice.classes) for notice in split(text, names=NAMES).notices]


def spans_are_exact(text, result):
    for span in (*result.notices, *result.credits):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("case", CORPUS, ids=[case["id"] for case in CORPUS])
def test_corpus(case):
    """Each text of the corpus gives the notices, holder, credits and body that it states, with exact spans."""
    text = case["text"]
    result = split(text, names=NAMES)
    spans_are_exact(text, result)
    assert [set(notice.classes) for notice in result.notices] == [set(said) for said in case.get("notices", [])]
    assert [credit.agency for credit in result.credits] == case.get("credits", [])
    if "holder" in case:
        assert {notice.holder for notice in result.notices} == {case["holder"]}
    if case.get("body_same"):
        assert (result.body, result.trailing) == (text, "")
    else:
        assert result.body.endswith(case["body_ends"])


def test_corpus_is_half_false_friends():
    """The corpus holds sixty texts or more, and at least half of them are no notices and no credits."""
    false_friends = [case for case in CORPUS if case["id"].startswith("ff.")]
    assert len(CORPUS) >= 60
    assert len(false_friends) * 2 >= len(CORPUS)


def seed_folder():
    return SAMPLES / "seed"


@pytest.mark.parametrize("names", [ILKHA, ()], ids=["as_partner", "unknown_partner"])
def test_seed_article(names):
    """A real article comes apart into story, credit, notice with holder, and four teasers."""
    pages = sorted(seed_folder().glob("*.txt"))
    if not pages:
        pytest.skip("the sample articles are not here (NEWSWIRE_SAMPLES)")
    text = pages[0].read_text(encoding="utf-8").split("\n\n", 1)[1]
    result = split(text, names=names)
    spans_are_exact(text, result)
    (credit,) = result.credits
    (notice,) = result.notices
    lines = text.splitlines()
    (line,) = (line for line in lines if line.startswith("LEGAL WARNING"))
    assert (credit.text, credit.agency, credit.position) == ("(ILKHA)", "ILKHA", "tail")
    assert notice.text == line
    assert notice.holder == ILKHA[3]
    assert set(notice.classes) >= {"label", "reservation", "prohibition", "contract_required"}
    assert result.body == "\n".join(lines[: lines.index(line)]).removesuffix(" (ILKHA)")
    assert result.trailing.splitlines() == lines[lines.index(line) + 1 :]


def test_dotted_capital_credit_has_the_partners_name():
    """The credit is reported under the first of the partner's names that folds alike, a slug last."""
    result = split("Köprü açıldı. (İlkha)", names=ILKHA)
    assert [credit.agency for credit in result.credits] == ["ILKHA"]
    assert result.body == "Köprü açıldı."


def test_unknown_abbreviation_counts_right_before_a_notice():
    """An agency nobody knows is a credit where a notice follows it, in the text's own spelling."""
    result = split("The bridge opened. (XYZHA)\nLEGAL WARNING: All rights reserved.")
    assert [credit.agency for credit in result.credits] == ["XYZHA"]


@pytest.mark.parametrize("line", ["Haber: Ali Veli - Kamera: Ayşe Kaya / DİYARBAKIR, (DHA)", "Muhabir: Ali Veli (DHA)"])
def test_a_line_of_reporters_closes_with_their_agency(line):
    """A last line that names its reporters is no sentence, and the agency in brackets behind them is credited."""
    assert [said.agency for said in split(f"Köprü açıldı.\n{line}", names=NAMES).credits] == ["DHA"]
    assert split("Köprü açıldı.\nGrev sürüyor, haber: yeni yetkili sendika (DHA)", names=NAMES).credits == ()


@pytest.mark.parametrize("credit", ["-- Reuters", "— Reuters", "– Reuters.", "- Reuters"])
def test_a_credit_may_close_a_story_after_a_dash(credit):
    """``… officials said. -- X`` credits X, where X is an agency; the body ends before it."""
    result = split(f"The tram line was extended. Work begins in spring. {credit}", names=NAMES)
    assert [said.agency for said in result.credits] == ["Reuters"]
    assert result.body.endswith("in spring.")


@pytest.mark.parametrize(
    "ending", ["it belongs to the group - Reuters", "Work begins in spring. - Jane", "built in 1999 - AP"]
)
def test_a_dash_alone_makes_no_credit(ending):
    """Words after a dash are no credit in the middle of a sentence, nor if nobody knows them."""
    text = f"The tram line was extended. {ending}"
    assert split(text, names=NAMES) == SplitText(body=text)


@pytest.mark.parametrize("line", ["© 2026 AFP", "(c) AFP", "Copyright 2026 AFP", "© AFP 2024-2026", "AFP © 2026"])
def test_a_copyright_line_of_an_agency_is_its_credit(line):
    """A last line that states an agency's copyright, and reserves nothing, says whose the story is."""
    result = split(f"The tram line was extended.\n{line}", names=NAMES)
    assert [said.agency for said in result.credits] == ["AFP"]
    assert result.body == "The tram line was extended."


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("Tous droits réservés – AFP", "AFP"),
        ("All rights reserved. Reuters 2026", "Reuters"),
        ("AA - Tüm hakları saklıdır", "AA"),
        ("All rights reserved.", None),
    ],
)
def test_an_agency_that_stands_by_itself_in_a_notice_holds_it(line, holder):
    """A notice that names an agency between stops or dashes is that agency's."""
    (said,) = split(f"The tram line was extended.\n{line}", names=NAMES).notices
    assert said.holder == holder


def test_closing_credits_come_before_datelines():
    """The first credit is the one that closes the story."""
    result = split("BEIRUT (Reuters) - The bridge opened. (ÖRNEK)", names=NAMES)
    assert [(credit.agency, credit.position) for credit in result.credits] == [
        ("ÖRNEK", "tail"),
        ("Reuters", "dateline"),
    ]


STORY = "The bridge opened on Sunday after nine years of work, and the first cars crossed it while many watched."
NOTICE = "LEGAL WARNING: All rights reserved by Örnek Ajansı."


@pytest.mark.parametrize(
    "after",
    [
        "He spoke for an hour. He named names. He wept. He left.",
        "The second bridge opened on Monday. (ÖRNEK)",
        "x" * 800 + ".",
        "\n".join(["A line of the story."] * 13),
    ],
    ids=["too_many_sentences", "another_credit", "too_long", "too_many_lines"],
)
def test_what_may_be_story_is_not_cut(after):
    """Text after a notice that is not plainly teasers stays in the body."""
    result = split(f"{STORY} (ÖRNEK)\n{NOTICE}\n{after}", names=NAMES)
    assert result.trailing == ""
    assert result.body.startswith(STORY)
    assert after.removesuffix(" (ÖRNEK)") in result.body


def test_a_notice_of_nobody_known_cuts_no_teasers():
    """Without credit, label or the partner as holder, what follows a notice stays."""
    result = split(f"{STORY}\nAll rights reserved.\nThe story goes on.", names=NAMES)
    assert "The story goes on." in result.body


def test_nothing_found_leaves_the_text_itself():
    """A text without notice and credit is its own body, white space included."""
    text = "  One.\r\n\r\nTwo.\n"
    assert split(text).body == text


@pytest.mark.parametrize("text", ["", " \n\t", "(", "\u0301", "LEGAL WARNING:", "©", "\u200f\n\u200f"])
def test_degenerate_texts(text):
    """Texts of nothing give nothing."""
    assert split(text, names=("", "X")).notices == ()


def turkish_upper(text):
    return text.replace("i", "İ").replace("ı", "I").upper()


def typographic(text):
    return text.replace('"', "”").replace("'", "’").replace(" - ", " – ")


def plain(text):
    return text.replace("“", '"').replace("”", '"').replace("’", "'").replace("«", '"').replace("»", '"')


SPELLINGS = {
    "upper": str.upper,
    "turkish_upper": turkish_upper,
    "lower": str.lower,
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "nbsp": lambda text: text.replace(" ", "\u00a0"),
    "double_spaces": lambda text: text.replace(" ", "  "),
    "typographic": typographic,
    "plain_quotes": plain,
    "tatweel": lambda text: text.replace("حقوق", "حقـــوق"),
    "farsi_letters": lambda text: text.replace("ي", "ی").replace("ك", "ک"),
    "carriage_returns": lambda text: text.replace("\n", "\r\n"),
    "blank_lines": lambda text: text.replace(".\n", ".\n\n"),
}


@settings(deadline=None)  # the first call loads the tables
@given(case=st.sampled_from(CORPUS), spellings=st.lists(st.sampled_from(sorted(SPELLINGS)), max_size=4, unique=True))
def test_spelling_changes_no_class(case, spellings):
    """Case (Turkish too), composition, spaces, quotes and look-alike letters change no notice's classes."""
    text = case["text"]
    for name in spellings:
        text = SPELLINGS[name](text)
    result = split(text, names=NAMES)
    spans_are_exact(text, result)
    assert [set(notice.classes) for notice in result.notices] == [set(said) for said in case.get("notices", [])]


@pytest.mark.parametrize("name", sorted(SPELLINGS))
@pytest.mark.parametrize("case", CORPUS, ids=[case["id"] for case in CORPUS])
def test_each_spelling_of_each_text(case, name):
    """Each respelling alone leaves the classes of each text of the corpus as they are."""
    assert classes(SPELLINGS[name](case["text"])) == [set(said) for said in case.get("notices", [])]


@given(texts=st.lists(st.sampled_from([case["text"] for case in CORPUS]), min_size=1, max_size=4), noise=st.text())
def test_spans_are_exact_and_nothing_is_invented(texts, noise):
    """Whatever the text, spans are exact, and body and trailing hold only words that it holds."""
    text = f"{noise}\n".join(texts)
    result = split(text, names=NAMES)
    spans_are_exact(text, result)
    assert "".join(result.trailing.split()) in "".join(text.split())
    assert len(result.body) + sum(notice.end - notice.start for notice in result.notices) <= len(text)


@pytest.mark.parametrize(
    ("said", "agencies"),
    [
        ("\nMit Material von AFP.", ["AFP"]),
        (" (mit dpa)", ["dpa"]),
        ("\nWith files from The Canadian Press", ["CP"]),
        ("\n(With inputs from PTI)", ["PTI"]),
        (" (avec Reuters)", ["Reuters"]),
        ("\nCon información de EFE", ["EFE"]),
        ("\nWith additional reporting by Reuters and AFP", ["Reuters", "AFP"]),
        ("\nAdditional reporting by Jane Doe", []),
        (" She went there with Reuters.", []),
        (" (with friends)", []),
    ],
)
def test_an_agency_that_lent_material_is_credited(said, agencies):
    """Who a story says that it was made with is credited, if it is an agency, and cut with its words."""
    text = f"The quay opens in May.{said}"
    result = split(text)
    assert [credit.agency for credit in result.credits] == agencies
    assert result.body == ("The quay opens in May." if agencies else text)


@pytest.mark.parametrize(
    ("said", "holder"),
    [
        ("All rights reserved, ÖRNEK and Reuters 2026.", "ÖRNEK and Reuters"),
        ("© 2026 ÖRNEK/AFP. All rights reserved.", "ÖRNEK/AFP"),
        ("© 2026 ÖRNEK and its licensors. All rights reserved.", "ÖRNEK"),
    ],
)
def test_a_holder_beside_the_partner_is_named(said, holder):
    """Rights that the partner shares with a known agency are not the partner's alone."""
    [notice] = split(f"The quay opens in May.\n{said}", names=NAMES).notices
    assert notice.holder == holder


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("This story was originally published by The Northgate Review.", 1),
        ("This story was originally published by Örnek Ajansı.", 0),
        ("This report by Örnek Ajansı was first published July 3, 2020.", 0),
    ],
)
def test_what_the_partner_published_first_is_its_own(said, found):
    """A line that names the partner as the origin of a text makes it nobody else's."""
    assert len(split(f"The quay opens in May.\n{said}", names=NAMES).notices) == found
