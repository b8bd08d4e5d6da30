"""What must change no decision: how a text is spelled, escaped and broken into lines."""

import gzip
import html
import textwrap
import unicodedata
from dataclasses import replace

import pytest
from tests.samples import SAMPLES
from tests.text.marked import NAMES, read

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.text import split

CORPUS = [replace(case, id=f"{name}.{case.id}") for name in ("wires", "check") for case in read(f"corpus_{name}.yaml")]


def said(text):
    """What the notices of a text say, all together: what decides."""
    return {name for notice in split(text, names=NAMES).notices for name in notice.classes}


def turkish_upper(text):
    return text.replace("i", "İ").replace("ı", "I").upper()


def entities(text):
    """Every quote, dash, accent and sign as a feed escapes it: by name, else by number."""
    named = html.escape(text)
    return "".join(c if ord(c) < 0x80 or ord(c) > 0x2FF else f"&#{ord(c)};" for c in named)


def wrapped(text):
    """Every line broken at 48 columns, as plain-text wires do."""
    lines = text.split("\n")
    return "\n\n".join("\n".join(textwrap.wrap(line, 48, break_on_hyphens=False)) or line for line in lines)


SPELLINGS = {
    "upper": str.upper,
    "turkish_upper": turkish_upper,
    "lower": str.lower,
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "no_break_spaces": lambda text: text.replace(" ", "\u00a0"),
    "double_spaces": lambda text: text.replace(" ", "  "),
    "carriage_returns": lambda text: text.replace("\n", "\r\n"),
    "blank_lines": lambda text: text.replace("\n", "\n\n"),
    "plain_quotes": lambda text: text.translate(str.maketrans("“”„«»’‘", '"""""\'\'')),
    "guillemets": lambda text: text.replace("“", "«").replace("”", "»"),
    "farsi_letters": lambda text: text.replace("ي", "ی").replace("ك", "ک"),
    "tatweel": lambda text: text.replace("حقوق", "حقـــوق"),
    "full_width": lambda text: text.replace("(", "（").replace(")", "）").replace(":", "：").replace("!", "！"),
    "soft_hyphens": lambda text: text.replace("tt", "t\u00adt").replace("rr", "r\u00adr"),
    "zero_width": lambda text: text.replace("re", "r\u200be"),
    "html_entities": entities,
    "wrapped": wrapped,
}


@pytest.mark.parametrize("name", sorted(SPELLINGS))
def test_no_spelling_changes_a_notice(name):
    """Case (Turkish too), composition, spaces, quotes, entities and line breaks leave every text's classes alone."""
    changed = [
        case.id for case in CORPUS if said(SPELLINGS[name](case.text)) != set().union(*(one for _, one in case.notices))
    ]
    assert changed == []


@pytest.mark.parametrize("case", CORPUS[::7], ids=[case.id for case in CORPUS[::7]])
def test_a_page_with_entities_says_the_same(case):
    """A web page that escapes everything it can is read as one that escapes nothing."""

    def page(escape):
        lines = "".join(f"<p>{escape(line)}</p>" for line in case.text.split("\n"))
        head = '<meta charset="utf-8"><meta property="og:type" content="article">'
        return f"<html><head>{head}</head><body><article><h1>T</h1>{lines}</article></body></html>".encode()

    bodies = []
    for escape in (html.escape, lambda line: "".join(f"&#{ord(c)};" for c in line)):
        [item] = parse(page(escape), Source(url="https://wire.example/x")).entries
        bodies.append(split(item.body, names=NAMES))
    assert bodies[0] == bodies[1]


WITH_NOTICE = {
    *("APNews_2023_04_28", "CorriereDellaSera_2025_02_04", "LaRepubblica_2025_01_05", "MediaIndonesia_2026_01_20"),
    *("People_2024_04_24", "Rzeczpospolita_2026_04_19", "TheNamibian_2023_11_16"),
}

LONGEST = {"TheNamibian": 400}
"""Characters of the notice of a page whose notice is longer than a line: its publisher's legal paragraph."""


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files at {SAMPLES}")
def test_no_real_page_loses_a_line_of_its_story():
    """Of real article pages nothing is cut but the copyright notice where the page has one."""
    found = set()
    for path in sorted((SAMPLES / "wires").glob("fundus__*.html.gz")):
        try:
            [item] = parse(gzip.decompress(path.read_bytes()), Source(url="https://wire.example/x")).entries
        except PayloadRefused:
            continue
        result = split(item.body)
        cut = sum(notice.end - notice.start for notice in result.notices)
        assert len(item.body) - len(result.body) <= cut + 3 * len(result.notices), path.name
        assert cut < LONGEST.get(path.name.split("__")[1].split("_")[0], 90), path.name
        assert result.trailing == "", path.name
        if result.notices:
            found.add(path.name.removeprefix("fundus__").removesuffix(".html.gz"))
            assert all("reservation" in notice.classes for notice in result.notices)
    assert found <= WITH_NOTICE
