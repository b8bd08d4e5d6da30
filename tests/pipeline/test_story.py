"""Stories as a page shows them: which are found, and of which words are told."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from tests.pipeline.conftest import HOUR, NINE, kill, partner_file, story

from newswire import ledger
from newswire.errors import LedgerUnavailable
from newswire.lake import parquet
from newswire.ledger import database
from newswire.ledger.search import Place, Wanted
from newswire.pipeline import headlines
from newswire.pipeline import story as archive
from newswire.pipeline.facts import article_id
from newswire.pipeline.sweep import sweep

pytestmark = pytest.mark.ledger

WORDS = "Quay works begin at"


@pytest.fixture
def found(desk, settings):
    """The names of the stories that are found, newest date first, all pages of them."""

    def look(after: Place | None = None, partners: tuple[str, ...] = ("tpa",), **wanted) -> list[str]:
        page = archive.stories(settings, Wanted(**wanted), partners=partners, after=after, now=desk.now)
        here = [one.item_id.removeprefix("urn:") for one in page.stories]
        return here if page.after is None else [*here, *look(page.after, partners, **wanted)]

    return look


@pytest.fixture
def told(desk, settings):
    """A story by its name."""
    return lambda name: archive.story(settings, article_id("tpa", f"urn:{name}"), desk.now)


def test_stories_are_found_by_what_they_are(desk, wire, found):
    """By state, reason, partner and date; of partners that may not be read none is."""
    wire.feeds["/a.xml"] = [
        story("one"),
        story("two", embargo=NINE + HOUR),
        story("old", published=NINE - timedelta(days=3)),
    ]
    desk.run(0)
    assert sorted(found()) == ["old", "one", "two"]
    assert found()[-1] == "old"
    assert found(state="held") == found(reason="embargo") == ["two"]
    assert found(first=NINE.date() - timedelta(days=3), last=NINE.date() - timedelta(days=1)) == ["old"]
    assert found(partner="other") == found(partners=()) == found(partners=("other",)) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("URN:ONE",), ["one"]),
        (("example.org", "two"), ["two"]),
        (("example.org/one", "two"), []),
        (("%",), []),
        (("_ne",), []),
        (("harbour",), []),
        ((article_id("tpa", "urn:two"),), ["two"]),
    ],
)
def test_words_are_looked_for_in_ids_and_addresses(desk, wire, found, words, expected):
    """Each word stands in an id or address, whatever its case; texts are not searched, no sign is a wildcard."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    assert found(words=words) == expected


def test_words_are_looked_for_in_the_headlines_of_what_may_be_read(desk, wire, found, monkeypatch):
    """Published ones alone: no word of a held, rejected, expired or withdrawn story's headline finds it."""
    valid = f"<dcterms:valid>end={(NINE + 2 * HOUR).isoformat()}; scheme=W3C-DTF</dcterms:valid><link"

    def headed(name: str, headline: str, **said) -> str:
        return story(name, **said).replace(f"{WORDS} {name}", headline)

    wire.feeds["/a.xml"] = [
        headed("one", "Ministers meet in \u0130zmir: caf\u00e9s &lt;b&gt;close&lt;/b&gt;"),
        headed("two", "Ministers meet again", embargo=NINE + 24 * HOUR),
        headed("three", "Ministers never meet").replace("(TPA)", "(Reuters)"),
        headed("four", "Ministers met").replace("<link", valid),
        headed("five", "Ministers will meet"),
    ]
    desk.run(0)
    assert sorted(found(words=("ministers",))) == ["five", "four", "one"]
    assert found(words=("MEET", "izmir")) == found(words=("Cafes",)) == ["one"]
    assert found(words=("ministers", "example.org")) == [], "all words in the headline, or none"
    assert found(words=("ministers",), state="held") == found(words=("ministers",), partners=("other",)) == []
    assert found(words=("again",)) == found(words=("never",)) == []
    wire.feeds["/a.xml"] = [kill("five", hour=1)]
    with monkeypatch.context() as patch:
        patch.setattr(
            "newswire.pipeline.rewrite.put", lambda *_, **__: False
        )  # the ledger knows, the file does not yet
        desk.run(1)
    assert found(words=("will",)) == []
    desk.now = NINE + 3 * HOUR
    assert found(words=("met",)) == [], "it has expired, and no sweep has come yet"


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("YANGIN \u00c7IKTI", ("yang\u0131n", "\u00e7\u0131kt\u0131", "cikti")),
        ("I\u011fd\u0131r'da deprem", ("\u0131\u011fd\u0131r", "I\u011eDIR", "igdir'da", "I\u011fd\u0131r\u2019da")),
        ("Isparta'da kar", ("\u0131sparta", "ISPARTA", "isparta")),
        ("Diyarbak\u0131r'da toplant\u0131", ("Diyarbakir", "D\u0130YARBAKIR", "TOPLANTI")),
        (
            "\u06a9\u062a\u0627\u0628 \u062e\u0627\u0646\u0647\u200c\u0647\u0627\u06cc",
            ("\u0643\u062a\u0627\u0628", "\u062e\u0627\u0646\u0647", "\u0647\u0627\u064a"),
        ),
        ("\u0394\u03c1\u03cc\u03bc\u03bf\u03c2 Stra\u00dfe", ("\u0394\u03a1\u039f\u039c\u039f\u03a3", "STRASSE")),
    ],
)
def test_headlines_are_found_in_any_spelling(desk, wire, found, headline, words):
    """Turkish i with and without its dot, accents, and the letters of Arabic and Persian keyboards."""
    wire.feeds["/a.xml"] = [story("one").replace(f"{WORDS} one", headline), story("two")]
    desk.run(0)
    assert [word for word in words if found(words=(word,)) != ["one"]] == []


def test_a_search_of_headlines_is_bounded_and_says_how_far_it_came(desk, wire, found, settings, monkeypatch):
    """It ends with the day on which enough is found, and the next page goes on; or when time is over, and says so."""
    wire.feeds["/a.xml"] = [story(f"s{n}", published=NINE - timedelta(days=n)) for n in range(4)]
    desk.run(0)
    looked = []
    columns_of = parquet.columns_of
    monkeypatch.setattr(parquet, "columns_of", lambda *said, **how: looked.append(said[1]) or columns_of(*said, **how))
    monkeypatch.setattr(archive, "PAGE", 1)
    page = archive.stories(settings, Wanted(words=("quay",)), partners=("tpa",), after=None, now=desk.now)
    assert (len(page.stories), page.back_to, len(set(looked))) == (1, None, 2)
    assert found(words=("quay",)) == ["s0", "s1", "s2", "s3"]
    assert found(words=("quay",), reason="none") == []
    monkeypatch.setattr(archive, "PAGE", 50)
    monkeypatch.setattr(headlines, "LONGEST", -1.0)
    page = archive.stories(settings, Wanted(words=("quay",)), partners=("tpa",), after=None, now=desk.now)
    assert (len(page.stories), page.back_to, page.after) == (1, NINE.date(), None)


def test_pages_bring_each_story_once(desk, wire, found, monkeypatch):
    """The list goes on where it stopped, through stories of one date, too."""
    wire.feeds["/a.xml"] = [story(f"n{n}", published=NINE - timedelta(days=n % 2)) for n in range(7)]
    desk.run(0)
    whole = found()
    monkeypatch.setattr(archive, "PAGE", 2)
    assert found() == whole
    assert sorted(whole) == sorted(f"n{n}" for n in range(7))


def test_headlines_are_those_of_the_lake(desk, wire, settings):
    """A published story has its headline in the list until it expires; a held one has none."""
    wire.feeds["/a.xml"] = [story("one"), story("two", embargo=NINE + HOUR)]
    desk.run(0)
    listed = archive.stories(settings, Wanted(), partners=["tpa"], after=None, now=desk.now)
    assert listed.titles == {article_id("tpa", "urn:one"): f"{WORDS} one"}
    file = partner_file(wire)
    desk.configure({**file, "contracts": [{**file["contracts"][0], "retention": "10d"}]})
    sweep(desk.place)
    later = archive.stories(settings, Wanted(), partners=["tpa"], after=None, now=NINE + timedelta(days=11))
    assert later.titles == {}
    assert archive.story(settings, article_id("tpa", "urn:one"), NINE + timedelta(days=11)).shown is None


def test_a_damaged_file_takes_no_page_along(desk, wire, settings, told):
    """Stories whose file cannot be read are listed and told all the same, without their words."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    desk.layout.store.path(told("one").life.path).write_bytes(b"PAR1 and no more")
    listed = archive.stories(settings, Wanted(), partners=["tpa"], after=None, now=desk.now)
    assert (len(listed.stories), listed.titles, told("one").shown) == (1, {}, None)


def test_words_of_a_story_that_is_not_in_the_lake_are_not_told(desk, wire, told):
    """Of a held, killed or overridden story the page has no headline and no word that evidence points at."""
    reuters = story("two").replace("(TPA)", "(Reuters)")
    wire.feeds["/a.xml"] = [story("one"), reuters]
    desk.run(0)
    assert told("one").shown.title == f"{WORDS} one"
    assert told("one").shown.credit == "TPA"
    held = told("two")
    assert (held.shown, held.life.now.state) == (None, "held")
    assert "Reuters" not in _text(held)
    [credit] = [proof for proof in held.decision["evidence"] if proof["reason"] == "third_party_credit"]
    assert (credit["text"], credit["start"] is None) == (None, False)
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.run(2)
    killed = told("one")
    assert (killed.shown, killed.life.now.state) == (None, "withdrawn")
    assert [event.about["outcome"] for event in killed.life.events if event.what == "decided"] == [
        "publish",
        "withdraw",
    ]
    proofs = [p for e in killed.life.events if e.what == "decided" for p in e.about["decision"]["evidence"]]
    assert {proof["source"] for proof in proofs if proof["text"]} <= {"contract", "tombstone"}


def test_an_earlier_version_keeps_its_words_and_the_waiting_one_has_none(desk, wire, told):
    """While an update waits, the version that stands in the lake is shown; what is told of the update has no words."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    wire.feeds["/a.xml"] = [story("one", hour=1, text="More of it.").replace("(TPA)", "(Reuters)")]
    desk.run(1)
    waits = told("one")
    assert (waits.life.now.state, waits.life.now.update_pending) == ("held", True)
    assert waits.shown.title == f"{WORDS} one"
    assert "Reuters" not in _text(waits)


def test_a_guid_that_was_reused_is_told_without_the_headline_that_it_had(desk, wire, told):
    """The entry says that the guid was reused; which headline it had before is left out."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    other = story("one", hour=1).replace("Quay works begin at one", "Ferry strike ends").replace("org/one", "org/ferry")
    wire.feeds["/a.xml"] = [other]
    desk.run(1)
    details = {e.about["detail"] for e in told("one").life.events if e.what == "entry"}
    assert details == {None, "guid_reused"}


def test_a_look_writes_nothing(desk):
    """What is read for a page can write nothing, whatever is asked of it."""
    with pytest.raises(InternalError, match="read-only"), ledger.reading(desk.database_url) as connection:
        connection.execute(text("delete from items"))


def test_a_look_that_takes_long_is_given_up(desk, monkeypatch):
    """A statement that takes too long ends, and the error says to ask for less."""
    monkeypatch.setattr(database, "PATIENCE", timedelta(milliseconds=200))
    with (
        pytest.raises(LedgerUnavailable, match="Ask for less") as caught,
        ledger.reading(desk.database_url) as connection,
    ):
        connection.execute(text("select pg_sleep(5)"))
    assert caught.value.reason == "ledger_slow"


def _text(told: archive.Story) -> str:
    return json.dumps(msgspec.to_builtins(told.life), ensure_ascii=False)
