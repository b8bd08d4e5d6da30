"""IPTC 7901, ANPA 1312 and wire text: conventions, charsets and broken messages."""

from __future__ import annotations

import re

import pytest

from newswire.formats import dates, teletype
from newswire.model import Item, Refusal, Status


def message(
    slug: str = "Harbour-lamp/", heading: str = "Keeper lights the lamp =", text: str = "The lamp is lit."
) -> bytes:
    return f"\x01hwa062 4 i 5\r\n\r\n{slug}\r\n\x02{heading}\r\n\r\n{text}\r\n\x03031405 GMT Nov 26\r\n\x04".encode(
        "latin-1"
    )


@pytest.mark.parametrize("row", teletype.timestamps(), ids=lambda row: row["id"])
def test_timestamps_are_read_as_their_examples_say(row):
    """Every way of writing the time of sending gives the time that its row states; no zone stays no zone."""
    for said, expected in row["matches"].items():
        found = teletype.sent_at(said)
        reading = dates.read(found)
        if reading.start is None:
            assert (reading.problem, found.replace(" ", "T")) == ("no_zone", expected) or dates.read(
                expected
            ) == reading
        else:
            assert reading.start.isoformat() == expected


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, Status.USABLE),
        ({"slug": "Harbour-lamp/KILL"}, Status.KILLED),
        ({"heading": "MANDATORY KILL ="}, Status.KILLED),
        ({"heading": "Storm may kill the season ="}, Status.USABLE),
        ({"text": "KILL\r\n\r\nThe lamp is not lit."}, Status.KILLED),
        ({"text": "Storms kill lamps, the keeper said."}, Status.USABLE),
        ({"heading": "STORMS KILL LAMPS"}, Status.USABLE),
        ({"text": "EDITORS: Mandatory kill HARBOUR-LAMP, hwa061. It is wrong."}, Status.KILLED),
        ({"slug": "Harbour-lamp/WITHHOLD"}, Status.WITHHELD),
        ({"slug": "ADVISORY/Harbour-lamp"}, Status.WITHHELD),
    ],
)
def test_conventions_decide_the_status(read, settings, status):
    """A kill stands in the slug or on a line of its own; in a headline or in prose it is a word."""
    assert read(message(**settings)).entries[0].status is status


def test_a_kill_in_the_heading_names_its_story(read):
    """Where the header has no keyword line, the heading is one: its words name the story that is meant."""
    item = read(message(slug="", heading="HARBOUR-LAMP - MANDATORY KILL", text="The lamp is not lit.")).entries[0]
    assert (item.status, item.slug) == (Status.KILLED, "HARBOUR-LAMP")


@pytest.mark.parametrize(
    "heading",
    [
        "POLICE CHIEF DEFENDS SHOOT-TO-KILL",
        "ROAD-KILL",
        "FLOODS DESTROY HOMES, KILL",
        "KILL: COVID-19",
        "AL-QAEDA TRAVEL ADVISORY ISSUED",
        "ANTI-ABORTION ACTIVISTS SAY LAWS KILL",
        "US-CHINA TRADE: COURT CORRECTS RECORD",
        "US-CHINA - TRADE LAWS KILL",
    ],
)
def test_a_headline_that_opens_or_ends_with_a_compound_is_no_slug(read, heading):
    """A keyword line is one word of several parts, and only a separator parts it from what an editor adds."""
    item = read(message(slug="", heading=heading, text="The lamp is not lit.")).entries[0]
    assert (item.status, item.signals, item.title) == (Status.USABLE, (), heading)


def test_a_message_is_iso_8859_1_unless_told(read):
    """Bytes that are no UTF-8 are ISO-8859-1 without a flag; UTF-8 and a transport's charset hold before that."""
    raw = message(text="Fährmann Öçal kam an.")
    parsed = read(raw)
    assert (parsed.entries[0].body, parsed.encoding, parsed.flags) == ("Fährmann Öçal kam an.", "iso8859-1", ())
    utf8 = raw.decode("latin-1").encode()
    assert read(utf8).entries[0].body == "Fährmann Öçal kam an."
    turkish = message().replace(b"The lamp is lit.", "Şişli'de ışık".encode("iso8859-9"))
    assert read(turkish, content_type="text/plain; charset=iso-8859-9").entries[0].body == "Şişli'de ışık"


def test_what_is_not_for_publication_leaves_the_body(read):
    """The editors' part is kept as a note and is in no body."""
    private = "* * * *\r\nThe following information is not intended for publication\r\nTel: 555 0100"
    item = read(message(text=f"The lamp is lit.\r\n\r\n{private}")).entries[0]
    assert item.body == "The lamp is lit."
    assert "555 0100" in item.ed_note


def test_wrapped_lines_become_paragraphs(read):
    """Lines broken for their length are one paragraph, and a blank line or an indent begins the next."""
    long = "word " * 13 + "\r\n" + "word " * 5
    item = read(message(text=f"   {long}\r\n   {long}\r\n\r\n{long}")).entries[0]
    assert [len(row.split()) for row in item.body.splitlines()] == [18, 18, 18]


def test_a_message_without_its_end_is_refused_and_others_are_read(read):
    """Half a story does not pass for one."""
    first, second = read(message() + message()[:-30]).entries
    assert isinstance(first, Item)
    assert isinstance(second, Refusal)
    assert second.reason == "truncated_entry"


def test_a_message_of_wire_text_without_its_end_is_refused(read):
    """The same between ZCZC and NNNN, where the next message ends one as well."""
    text = "ZCZC HW\n$The lamp\nIt is lit.\nZCZC HW\n$The pier\nIt is open.\n"
    first, second = read(text.encode()).entries
    assert (first.body, second.reason) == ("It is lit.", "truncated_entry")
    assert read(f"{text}NNNN\n".encode()).entries[1].body == "It is open."


@pytest.mark.parametrize("stamp", ["031405 GMT Nov 26", "AP-WF-11-03-26 1405GMT<"])
def test_a_time_of_sending_at_the_end_of_a_text_is_none_of_its_words(read, stamp):
    """It is the time of the story, wherever in the message it stands; a line that says more stays."""
    item = read(message(text=f"The lamp is lit.\r\n{stamp}\r\n")).entries[0]
    assert (item.body, item.published_at.hour) == ("The lamp is lit.", 14)
    kept = read(message(text=f"The lamp is lit.\r\n\r\nSent {stamp} by the keeper")).entries[0]
    assert stamp.rstrip("<") in kept.body


def test_numbers_that_come_round_again_are_different_messages(read):
    """The same number on another day is another story."""
    one, other = message(), re.sub(rb"031405", b"041405", message(text="Another story."))
    assert read(one).entries[0].item_id != read(other).entries[0].item_id


def test_the_header_of_a_payload_may_be_anything(read):
    """Headers that nobody knows are flagged, not fatal."""
    entry = read(b"\x01???\r\n\r\nThe tide turns at noon, the board says.\r\n\x04").entries[0]
    assert entry.flags[0] == "header_unread"
    assert read(b"\x01\x02\x03\x04").entries[0].reason == "empty_entry"
