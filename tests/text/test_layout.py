"""What a partner's file adds to the forms that every agency's texts have."""

import json

import pytest

from newswire import cli
from newswire.config import Layout, load_partner
from newswire.errors import ConfigError
from newswire.text import split

STORY = "The bridge opened on Sunday after nine years of work, and the first cars crossed it while many watched."


@pytest.mark.parametrize(
    ("form", "tail", "agency"),
    [
        ("-- {agency}", "-- Hill Wire", "Hill Wire"),
        ("{reporter} | {agency}", "Jane Roe | Hill Wire", "Hill Wire"),
        ("[{agency}/{reporter}]", "[HW/Jane Roe]", "HW"),
        ("Haber: {reporter} - {agency}", "HABER: Ayşe Kaya – Tepe", "Tepe"),
    ],
)
def test_own_forms_of_a_credit(form, tail, agency):
    """A credit in a declared form is found and cut, on its own line and behind the last sentence."""
    for text in (f"{STORY}\n{tail}", f"{STORY} {tail}"):
        assert split(text).credits == ()
        result = split(text, layout=Layout(credits=(form,)))
        assert ([credit.agency for credit in result.credits], result.body) == ([agency], STORY)
        assert all(text[credit.start : credit.end] == credit.text for credit in result.credits)


def test_own_openings_of_a_notice():
    """A line that starts with a declared opening is a notice, whatever else it says."""
    line = "Hill Wire feeds are made for the valley's papers."
    assert split(f"{STORY}\n{line}").notices == ()
    result = split(f"{STORY}\n{line}", layout=Layout(notice_openings=("HILL WIRE FEEDS",)))
    assert ([notice.text for notice in result.notices], result.body) == ([line], STORY)
    inside = f"{STORY} All Hill Wire feeds are fast."
    assert split(inside, layout=Layout(notice_openings=("Hill Wire feeds",))).notices == ()


NOTICE = "All rights reserved."
AFTER = "He spoke for an hour. He named names. He wept. He left."


def test_teaser_rule():
    """What follows the closing notice is cut always, never, or where it looks like teasers."""
    text = f"{STORY}\n{NOTICE}\n{AFTER}"
    trailing = {rule: split(text, layout=Layout(teasers=rule)).trailing for rule in ("guess", "always", "never")}
    assert trailing == {"guess": "", "always": AFTER, "never": ""}


def test_always_cuts_after_a_credit_too():
    """Without a notice, the closing credit ends the story."""
    text = f"{STORY} (AFP)\n{AFTER}"
    result = split(text, layout=Layout(teasers="always"))
    assert (result.body, result.trailing) == (STORY, AFTER)


def test_never_keeps_what_would_be_guessed():
    """A partner that appends nothing loses nothing."""
    text = f"{STORY} (AFP)\nLEGAL NOTICE: {NOTICE}\nRain is expected in the north."
    assert split(text).trailing == "Rain is expected in the north."
    assert split(text, layout=Layout(teasers="never")).trailing == ""


def test_teaser_heading():
    """From a declared heading on, nothing is the story's."""
    text = f"{STORY}\nREAD ALSO:\n{AFTER}\nMore."
    result = split(text, layout=Layout(teaser_headings=("Read also",)))
    assert (result.body, result.trailing) == (STORY, f"READ ALSO:\n{AFTER}\nMore.")
    assert split(text).trailing == ""


PARTNER = """
name: Hill Wire
timezone: Europe/London
feeds: {main: {url: "https://hill.example/feed.xml"}}
layout: {credits: ["-- {agency}"], teasers: always}
"""


def test_the_command_reads_the_partners_layout(tmp_path, monkeypatch, capsys):
    """``notices FILE --partner P`` takes a text apart as the partner's file says."""
    (tmp_path / "hill.yaml").write_text(PARTNER, encoding="utf-8")
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path))
    text = tmp_path / "story.txt"
    text.write_text(f"{STORY}\n-- Hill Wire\n{AFTER}", encoding="utf-8")
    assert cli.main(["notices", str(text), "--partner", "hill"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["body"], said["trailing"]) == (STORY, AFTER)
    assert [(credit["agency"], credit["text"]) for credit in said["credits"]] == [("Hill Wire", "-- Hill Wire")]


@pytest.mark.parametrize("form", ["-- AFP", "{agency} {agency}", "{agency} {who}", "{agency} {"])
def test_a_form_without_agency_is_refused(tmp_path, form):
    """A credit form that names no agency, or something unknown, is an error with its line."""
    path = tmp_path / "hill.yaml"
    path.write_text(PARTNER.replace("-- {agency}", form), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"hill\.yaml:5: layout\.credits\.0"):
        load_partner(path)
