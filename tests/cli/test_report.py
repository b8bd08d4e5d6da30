"""``bin/newswire parse`` over many files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.samples import SAMPLES

from newswire.cli import main

FEED = (
    b"<rss><channel><language>tr</language><item><guid>1</guid><title>a</title><copyright>mine</copyright></item>"
    b"<item/><item><title>b</title></item></channel></rss>"
)


def report(capsys, *names: Path) -> dict[str | None, dict]:
    assert main(["parse", "--report", *map(str, names)]) == 0
    return {tally["format"]: tally for tally in json.loads(capsys.readouterr().out)}


def test_report_counts_by_format(tmp_path, capsys):
    """Items, filled fields, flags, refusals with their reason, and files without entries are counted by format."""
    (tmp_path / "feed.xml").write_bytes(FEED)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "nothing.xml").write_bytes(b"<rss><channel/></rss>")
    (tmp_path / "noise").write_bytes(b"one line of words")
    found = report(capsys, tmp_path)
    rss, refused = found["rss"], found[None]
    assert (rss["files"], rss["items"]) == (2, 2)
    assert (rss["fields"]["title"], rss["fields"]["rights.notice"], rss["fields"]["head.language_declared"]) == (
        2,
        1,
        1,
    )
    assert rss["flags"] == {"guid_missing": 1, "link_missing": 1, "no_entries": 1}
    assert [(r["reason"], r["pointer"]) for r in rss["refusals"]] == [("empty_entry", "/rss/channel/item[2]")]
    assert rss["empty"] == [str(tmp_path / "below" / "nothing.xml")]
    assert [(Path(r["file"]).name, r["reason"]) for r in refused["refusals"]] == [("noise", "not_an_article")]


def test_a_path_that_is_not_there_is_refused_and_the_others_are_reported(tmp_path, capsys):
    """Exit 1 and one error that names what is missing; content that cannot be read is part of the report."""
    (tmp_path / "feed.xml").write_bytes(FEED)
    (tmp_path / "noise").write_bytes(b"one line of words")
    missing = str(tmp_path / "nowhere.xml")
    assert main(["parse", "--report", missing, str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert [tally["files"] for tally in json.loads(said.out)] == [1, 2]
    error = json.loads(said.err)
    assert (error["error"], missing in error["message"], "noise" in error["message"]) == ("unreadable", True, False)


def test_a_file_without_entries_says_so(tmp_path, capsys):
    """A feed that holds nothing prints a line all the same."""
    (tmp_path / "nothing.xml").write_bytes(b"<rss><channel><title>t</title></channel></rss>")
    assert main(["parse", str(tmp_path / "nothing.xml")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["format"], said["items"], said["flags"], said["head"]["title"]) == ("rss", 0, ["no_entries"], "t")


def test_what_the_server_and_the_partner_say_can_be_told(tmp_path, capsys):
    """The server's charset and a language for what declares none are taken from the command line."""
    (tmp_path / "feed.xml").write_bytes(
        "<rss><channel><item><title>ığdır</title></item></channel></rss>".encode("cp1254")
    )
    options = ["--content-type", "text/xml; charset=windows-1254", "--language", "tr"]
    assert main(["parse", *options, str(tmp_path / "feed.xml")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["title"], said["language_declared"], said["flags"]) == (
        "ığdır",
        "tr",
        ["guid_missing", "link_missing"],
    )


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files at {SAMPLES}")
def test_no_sample_is_silently_empty(capsys):
    """Every sample file yields items, or a refusal with its reason, or is named as holding no entry."""
    files = [path for path in (SAMPLES / "wires").iterdir() if path.is_file()]
    found = report(capsys, SAMPLES / "wires")
    assert sum(tally["files"] for tally in found.values()) == len(files)
    for name, tally in found.items():
        refused = {refusal["file"] for refusal in tally["refusals"]}
        assert tally["items"] + len(refused) + len(tally["empty"]) >= tally["files"], name
        assert all(refusal["reason"] and refusal["detail"] for refusal in tally["refusals"]), name
        assert tally["flags"].get("no_entries", 0) == len(tally["empty"]), name
