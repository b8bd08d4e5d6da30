"""The CLI as a person types it: JSON out, exit codes, errors that tell the next step."""

from __future__ import annotations

import io
import json
import re

import pytest

from newswire.cli import main

STORY = """Harbour reopens after the storm

The harbour of the northern town reopened on Monday after the longest closure in its recent history, officials said.
Fishing crews returned to sea at dawn, and the first ferry left the quay with some forty passengers on board. (ILKHA)
LEGAL WARNING: All rights of the published news, photos and videos are reserved by İlke Haber Ajansı Basın Yayın San. Trade A.Ş. Under no circumstances can all or part of the news, photos and videos be used without a written contract or subscription.
A bakery in another town has won a prize for its bread.
"""  # noqa: E501 - a notice is one line


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return str(path)


def said(capsys):
    return json.loads(capsys.readouterr().out)


def test_decide_publishes_under_the_contract(story, capsys):
    """Within the contract's term the story is published: body, credit, notice and holder apart."""
    assert main(["decide", story, "--partner", "ilkha", "--at", "2026-11-23T00:00:00Z"]) == 0
    decision = said(capsys)
    assert decision["outcome"] == "publish"
    assert decision["contract"]["id"] == "ilkha-2026"
    assert decision["article"]["credit"] == "ILKHA"
    assert decision["article"]["body"].endswith("on board.")
    assert decision["article"]["notice"].startswith("LEGAL WARNING:")
    assert "bakery" not in decision["article"]["body"]


def test_decide_prints_a_line_for_each_item_and_names_it(tmp_path, capsys):
    """A feed gives one JSON object a line, each with its item's identity; a feed without items says so."""
    feed = '<rss version="2.0"><channel>{}</channel></rss>'
    items = "".join(f"<item><guid>urn:{n}</guid><title>Quay works begin</title></item>" for n in (1, 2))
    for name, held in (("two.xml", items), ("none.xml", "")):
        (tmp_path / name).write_text(feed.format(held), encoding="utf-8")
    assert main(["decide", str(tmp_path / "two.xml"), "--partner", "ilkha"]) == 0
    lines = [json.loads(printed) for printed in capsys.readouterr().out.splitlines()]
    assert [printed["item_id"] for printed in lines] == ["urn:1", "urn:2"]
    assert main(["decide", str(tmp_path / "none.xml"), "--partner", "ilkha"]) == 0
    assert said(capsys)["items"] == 0


TWO_FEEDS = """
name: Harbour Agency
timezone: Europe/Istanbul
feeds:
  kurdish: {url: "https://wire.example/ku", language: kmr, format: plain_text, identity: [file, content]}
  turkish: {url: "https://wire.example/tr", language: tr, format: plain_text}
contracts:
  - id: harbour-2026
    delivery_term: {from: 2026-01-01}
    uses: [store, analyse]
    media: [text]
    languages: [tr, kmr, en]
    territories: {mode: worldwide}
"""


def test_decide_and_parse_read_a_file_as_its_feed_would(tmp_path, capsys, monkeypatch):
    """A feed's format, language and identity hold for a file of it; unnamed, what all feeds of the partner agree on."""
    (tmp_path / "harbour.yaml").write_text(TWO_FEEDS, encoding="utf-8")
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path))
    wire = tmp_path / "odd.txt"
    wire.write_text("ZCZC\n#harbour\n$Quay\n\nThe quay opens.\nNNNN\n", encoding="utf-8")

    def told(command, *more):
        assert main([command, str(wire), "--partner", "harbour", *more]) == 0
        return said(capsys)

    assert (told("parse")["format"], told("parse")["language_declared"]) == ("plain_text", None)
    named = told("parse", "--feed", "kurdish")
    assert (named["format"], named["language_declared"], named["item_id"]) == ("plain_text", "kmr", "odd.txt")
    over = told("parse", "--feed", "kurdish", "--format", "wire_text", "--language", "en")
    assert (over["format"], over["language_declared"]) == ("wire_text", "en")
    assert "ZCZC" not in told("decide", "--format", "wire_text")["article"]["body"]
    assert "ZCZC" in told("decide")["article"]["title"]
    wire.write_text("Amed\n\nWan\n", encoding="utf-8")
    decided = [told("decide", "--feed", feed) for feed in ("turkish", "kurdish")]
    assert [each["article"]["language"] for each in decided] == ["tr", "kmr"]
    assert decided[1]["item_id"] == "odd.txt"


def test_an_unknown_feed_names_the_known_ones(story, capsys):
    """A feed that the partner has not, or that no partner is named for, is an error that says what to write."""
    for more, known in ((["--partner", "ilkha"], "turkish"), ([], "--partner")):
        assert main(["parse", story, "--feed", "welsh", *more]) == 1
        error = json.loads(capsys.readouterr().err)
        assert error["error"] == "unknown_feed"
        assert known in error["message"] + error["remedy"]


def test_decide_with_the_ledger_says_how_to_start_it(story, capsys, monkeypatch):
    """Without a database, ``--ledger`` names the command that starts one."""
    monkeypatch.delenv("NEWSWIRE_DATABASE_URL", raising=False)
    assert main(["decide", story, "--partner", "ilkha", "--ledger"]) == 1
    assert "make db" in json.loads(capsys.readouterr().err)["remedy"]


def test_decide_names_the_uses_there_are(story, capsys):
    """A use that is none is an error of usage, which lists them."""
    with pytest.raises(SystemExit) as stopped:
        main(["decide", story, "--partner", "ilkha", "--use", "juggle"])
    assert stopped.value.code == 2
    assert "text_mining" in capsys.readouterr().err


def test_detect_gives_a_verdict_for_every_line(capsys, monkeypatch):
    """An empty line is a line; no input has none."""
    for typed, count in ((b"\n", 1), (b"\n\n", 2), (b"", 0), (b"Council approves budget", 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed)))
        assert main(["detect"]) == 0
        assert len(capsys.readouterr().out.splitlines()) == count


def test_decide_rejects_without_a_contract(story, capsys):
    """Before the contract's term it is rejected, with the notice among the evidence."""
    assert main(["decide", story, "--partner", "ilkha", "--at", "2025-12-01T00:00:00Z"]) == 0
    decision = said(capsys)
    assert (decision["outcome"], decision["reasons"][0]) == ("reject", "no_contract")
    assert decision["means"]["no_contract"].startswith("No contract is in force")
    assert any(e["source"] == "notice" for e in decision["evidence"])


def test_the_seed_article(samples, capsys):
    """The real article: English, ILKHA's credit, its notice verbatim, and none of the four teasers in the body."""
    [seed] = (samples / "seed").glob("*.txt")
    text = seed.read_text(encoding="utf-8")
    assert main(["decide", str(seed), "--partner", "ilkha", "--at", "2026-11-23T00:00:00Z"]) == 0
    decision = said(capsys)
    article = decision["article"]
    [notice] = article["notices"]
    assert (decision["outcome"], article["language"], article["credit"]) == ("publish", "en", "ILKHA")
    assert notice["text"] in text
    assert notice["holder"] == "İlke Haber Ajansı Basın Yayın San. Trade A.Ş."
    assert {"contract_required", "reservation"} <= set(notice["classes"])
    assert article["body"].endswith("highly uncertain.")
    assert len(article["trailing"].splitlines()) == 4


def test_an_unknown_partner_names_the_known_ones(story, capsys):
    """A wrong partner exits 1 with one JSON error that says what to do."""
    assert main(["decide", story, "--partner", "nobody"]) == 1
    error = json.loads(capsys.readouterr().err)
    assert error["error"] == "unknown_partner"
    assert "ilkha" in error["message"]


def test_a_missing_file_is_refused(capsys):
    """A file that is not there exits 1 and is named."""
    assert main(["notices", "/nowhere/at/all.txt"]) == 1
    assert "/nowhere/at/all.txt" in capsys.readouterr().err


def test_a_time_without_zone_is_a_usage_error(story, capsys):
    """A time without a zone exits 2 and says how to write one."""
    with pytest.raises(SystemExit, match="2"):
        main(["decide", story, "--partner", "ilkha", "--at", "2026-11-23T00:00:00"])
    assert "write Z for UTC" in capsys.readouterr().err


def test_the_database_commands_say_how_to_start_it(monkeypatch, capsys):
    """Without a database, status exits 1 and names the command that starts one."""
    monkeypatch.delenv("NEWSWIRE_DATABASE_URL", raising=False)
    assert main(["status"]) == 1
    assert "make db" in json.loads(capsys.readouterr().err)["remedy"]


def test_parse_names_a_refused_file_and_goes_on(tmp_path, story, capsys):
    """A refused file is one JSON line with its reason; the next file is still parsed."""
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b"")
    assert main(["parse", str(bad), story]) == 1
    refused, item = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert refused["refused"]["reason"] == "empty"
    assert item["title"] == "Harbour reopens after the storm"


def _typed(monkeypatch, said):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said), encoding="utf-8"))


def test_detect_answers_a_line_for_a_line(monkeypatch, capsys):
    """Each line of standard input has its verdict, an empty one too."""
    _typed(monkeypatch, b"The council met on Monday to vote on the new budget.\r\n\n")
    assert main(["detect"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["language"] == "en"
    assert (second["language"], bool(second["reason"])) == ("und", True)


def test_detect_takes_no_other_separator_for_a_line(monkeypatch, capsys):
    """Line separators of Unicode, form feeds and bytes that are no UTF-8 leave a text on its line."""
    _typed(monkeypatch, "Der Rat\u2028tagte\x0cam\x85Montag in der Stadt.\n".encode() + b"Caf\xe9 ouvert lundi")
    assert main(["detect"]) == 0
    first, _ = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["language"] == "de"


@pytest.mark.parametrize("candidates", ["tr,klingon", "xx", ","])
def test_detect_refuses_candidates_that_are_no_languages(candidates, capsys):
    """A candidate that names no language is a usage error that names it, and what to write."""
    with pytest.raises(SystemExit) as ended:
        main(["detect", "--candidates", candidates])
    assert ended.value.code == 2
    assert "names no language; write codes such as tr,kmr,ckb,en" in capsys.readouterr().err


def test_detect_of_nothing_says_nothing(monkeypatch, capsys):
    """Empty standard input has no line, and no verdict."""
    _typed(monkeypatch, b"")
    assert main(["detect"]) == 0
    assert capsys.readouterr().out == ""


def test_partners_check_names_file_line_and_remedy(tmp_path, monkeypatch, capsys):
    """A bad partner file exits 1; the error names the file, the line and what to write."""
    (tmp_path / "bad.yaml").write_text("name: x\ntimezone: Mars/Olympus\nfeeds: {a: {url: x}}\ncolour: red\n")
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path))
    assert main(["partners", "check"]) == 1
    [lines] = said(capsys)["errors"]
    assert any(line.startswith("bad.yaml:2: timezone:") for line in lines)
    assert any(line.startswith("bad.yaml:4: colour:") for line in lines)


def test_without_partner_files_the_check_says_where_it_looked(tmp_path, monkeypatch, capsys):
    """A mistyped folder is no folder without mistakes."""
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path / "partnres"))
    assert main(["partners", "check"]) == 1
    error = json.loads(capsys.readouterr().err)
    assert (error["error"], "partnres" in error["message"]) == ("no_partner_files", True)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--territory", "Germany"), "'Germany' is no country; write ISO 3166-1 alpha-2 such as TR"),
        (("--at", "2026-11-23"), "write Z for UTC, as in 2026-11-23T00:00:00Z"),
    ],
)
def test_an_option_that_names_nothing_is_a_usage_error(story, capsys, option, said):
    """Rather than a decision about nothing."""
    with pytest.raises(SystemExit) as ended:
        main(["decide", story, "--partner", "ilkha", *option])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_notices_of_a_binary_file_is_refused(tmp_path, capsys):
    """A picture or a program holds no notice."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF")
    assert main(["notices", str(path)]) == 1
    assert json.loads(capsys.readouterr().err)["error"] == "binary"


def test_a_refused_policy_is_named(tmp_path, capsys):
    """Three files may be given; the error says which is meant."""
    policy = tmp_path / "policy.json"
    policy.write_text("{")
    assert main(["policy", "evaluate", "--policy", str(policy), "--request", str(policy)]) == 1
    assert json.loads(capsys.readouterr().err)["message"].startswith(f"{policy}: ")


def test_a_place_that_cannot_be_read_is_named(monkeypatch, capsys):
    """What the system refuses is told as any other refusal, without a trace."""
    monkeypatch.setattr("newswire.cli.partners.load_partners", _refuse)
    assert main(["partners", "check"]) == 1
    error = json.loads(capsys.readouterr().err)
    assert (error["error"], error["message"]) == ("os_error", "/srv/partners: Permission denied.")


def _refuse(_: object) -> None:
    raise PermissionError(13, "Permission denied", "/srv/partners")


COMMANDS = "parse detect notices decide partners policy run sweep explain override review tombstone views status verify"


@pytest.mark.parametrize("words", [*COMMANDS.split(), "partners check", "policy export", "review list", "override add"])
def test_help_shows_an_example_and_explains_every_argument(words, capsys):
    """``-h`` ends with a command line to copy, and no argument stands without a word on it."""
    with pytest.raises(SystemExit) as ended:
        main([*words.split(), "-h"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "example: newswire " in printed
    arguments = re.findall(r"^  (\S.*)$\n(.*)", printed, re.MULTILINE)
    assert [
        name for name, after in arguments if not re.search(r"\S {2,}\S", name) and not after.startswith("    ")
    ] == []
