"""Stories that declare another language than they are in are counted per run and feed, for the partner to hear of."""

from __future__ import annotations

import json
import logging

import pytest
from tests.pipeline.conftest import partner_file, story

from newswire.cli import main
from newswire.pipeline.explain import explain
from newswire.pipeline.facts import article_id
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.refine import refine
from newswire.pipeline.validate import validate

pytestmark = [pytest.mark.ledger, pytest.mark.usefixtures("passing")]

TURKISH = "Belediye meclisi pazartesi günü toplandı ve kuzey rıhtımının genişletilmesine oy birliğiyle karar verdi. "


def turkish(name: str, *, hour: int = 0) -> str:
    """An entry in Turkish, in a feed that declares English."""
    entry = story(name, hour=hour).replace("Quay works begin at", "Rıhtım çalışmaları başlıyor:")
    head, _, rest = entry.partition("&lt;p&gt;")
    end = "".join(rest.partition("</content>")[1:])
    return f"{head}&lt;p&gt;{TURKISH * 5}&lt;/p&gt;&lt;p&gt;(TPA)&lt;/p&gt;{end}"


def report(desk) -> list[dict[str, object]]:
    """The runs of the partner's report, newest first."""
    return json.loads(desk.layout.store.path("quality/tpa/languages.json").read_text(encoding="utf-8"))["runs"]


def test_a_wrong_declaration_is_counted_with_the_run(desk, wire):
    """Report and receipt say how many stories of which feed declared what and are in what, with some of them by id."""
    wire.feeds["/a.xml"] = [story("one"), turkish("two"), turkish("three")]
    assert desk.run(0).counts["language_disagrees"] == 2
    [run] = report(desk)
    assert (run["stories"], run["undeclared"]) == (3, 0)
    ids = sorted(article_id("tpa", f"urn:{name}") for name in ("two", "three"))
    assert run["mismatches"] == [{"feed": "a", "declared": "en", "found": "tr", "stories": 2, "examples": ids}]


def test_what_no_contract_covers_is_counted_too(desk, wire):
    """A story rejected for its language has no row, and is in the report all the same; its words are not."""
    wire.feeds["/a.xml"] = [turkish("two")]
    assert desk.run(0).counts["rejected"] == 1
    assert report(desk)[0]["mismatches"][0]["stories"] == 1
    for kind in ("json", "html"):
        told = desk.layout.store.path(f"quality/tpa/languages.{kind}").read_text(encoding="utf-8")
        assert article_id("tpa", "urn:two") in told
        assert "Belediye" not in told
        assert "Rıhtım" not in told


def test_what_agrees_is_no_mismatch(desk, wire):
    """A run whose stories are in the language they declare says so; one that declares none counts as undeclared."""
    wire.feeds["/a.xml"] = [story("one")]
    assert desk.run(0).counts["language_disagrees"] == 0
    assert [(run["stories"], run["mismatches"]) for run in report(desk)] == [(1, [])]


def test_each_run_counts_what_it_brought(desk, wire):
    """A story that a later run sees unchanged is not counted again; a changed one is. Newest first."""
    wire.feeds["/a.xml"] = [turkish("one"), turkish("two")]
    desk.run(0)
    wire.feeds["/a.xml"] = [turkish("one"), turkish("two", hour=1).replace("kuzey", "güney")]
    desk.run(1)
    assert [run["stories"] for run in report(desk)] == [1, 2]
    assert [run["mismatches"][0]["stories"] for run in report(desk)] == [1, 2]


def test_steps_repeated_count_once(desk, wire):
    """A run whose tasks are tried again has one place in the report, with the same figures."""
    wire.feeds["/a.xml"] = [story("one"), turkish("two")]
    pulled = pull(desk.place, desk.interval(0))
    refine(desk.place, pulled)
    for _ in range(2):
        publish(desk.place, validate(desk.place, refine(desk.place, pulled)))
        assert [(run["stories"], len(run["mismatches"])) for run in report(desk)] == [(2, 1)]


def test_the_log_names_feed_languages_and_stories(desk, wire, caplog):
    """The run's log warns once for each feed and pair of languages."""
    wire.feeds["/a.xml"] = [turkish("two")]
    with caplog.at_level(logging.WARNING, logger="newswire.pipeline.languages"):
        desk.run(0)
    named = article_id("tpa", "urn:two")
    assert caplog.messages == [f"tpa, feed a: 1 stories declare en and are in tr, such as {named}"]


def test_status_and_explain_tell_it(desk, wire, monkeypatch, capsys):
    """`status` counts the pairs over what the stories are now, and `explain` says it of one."""
    wire.feeds["/a.xml"] = [story("one"), turkish("two")]
    desk.run(0)
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", desk.database_url)
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(desk.folder))
    assert main(["status", "tpa"]) == 0
    [partner] = json.loads(capsys.readouterr().out)["partners"]
    assert partner["languages"] == [{"declared": "en", "found": "tr", "stories": 1}]
    now = explain(desk.layout, desk.database_url, "urn:two", partner="tpa").now
    assert (now.language, now.language_declared, now.language_agrees) == ("tr", "en", False)


def test_a_damaged_report_is_written_anew(desk, wire):
    """A report that cannot be read stops no run."""
    wire.feeds["/a.xml"] = [turkish("one")]
    desk.run(0)
    desk.layout.store.path("quality/tpa/languages.json").write_text("{", encoding="utf-8")
    wire.feeds["/a.xml"] = [turkish("two")]
    desk.run(1)
    assert len(report(desk)) == 1


def test_a_page_escapes_what_it_shows(desk, wire):
    """Run ids come from outside; on the page they are text."""
    wire.feeds["/a.xml"] = [turkish("one")]
    desk.manual("manual__<script>")
    page = desk.layout.store.path("quality/tpa/languages.html").read_text(encoding="utf-8")
    assert "manual__&lt;script&gt;" in page
    assert "<script>" not in page


def test_an_undeclared_language_is_counted(desk, wire):
    """Neither the feed nor its file declares one: the story counts as undeclared, and agrees with nothing."""
    feed = {"url": f"{wire.root}/a.xml", "allow_private_addresses": True}
    desk.configure(partner_file(wire, feeds={"a": feed}))
    head = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:f</id>'
    wire.feeds["/a.xml"] = head + turkish("one").encode() + b"</feed>"
    desk.run(0)
    assert [(run["undeclared"], run["mismatches"]) for run in report(desk)] == [(1, [])]


@pytest.mark.parametrize(
    ("said", "declared"),
    [
        (("en", "de", "fr"), "en"),
        (("", "de", "fr"), "de"),
        (("", None, "tr-TR"), "tr"),
        (("", None, "tr, en"), None),
        (("", None, "every one"), None),
    ],
)
def test_a_server_s_word_counts_last(desk, wire, said, declared):
    """The feed's own declaration counts, else the partner file's, else the server's, if that names one language."""
    feed, partner, header = said
    terms = {"url": f"{wire.root}/a.xml", "allow_private_addresses": True, **({"language": partner} if partner else {})}
    desk.configure(partner_file(wire, feeds={"a": terms}))
    own = f' xml:lang="{feed}"' if feed else ""
    head = f'<feed xmlns="http://www.w3.org/2005/Atom"{own}><title>t</title><id>urn:f</id>'
    wire.feeds["/a.xml"] = (head + turkish("one") + "</feed>").encode()
    wire.spoken["/a.xml"] = header
    desk.run(0)
    now = explain(desk.layout, desk.database_url, "urn:one", partner="tpa").now
    assert now.language_declared == declared
