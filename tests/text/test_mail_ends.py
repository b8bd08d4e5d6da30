"""What mail programs and lists append to a story: cut, no notice of the story, and no notice of the story with it."""

from __future__ import annotations

import pytest

from newswire.model import Item
from newswire.text import field_notices, split
from newswire.text.folding import folded
from newswire.text.mailends import is_end
from newswire.text.rules import packaged_mail_ends

STORY = (
    "The harbour of the northern town reopened on Monday after the longest closure in its recent history.\n"
    "Fishing crews returned to sea at dawn, and the first ferry left the quay with some forty passengers on board."
)
ROWS = packaged_mail_ends().ends
MATCHES = [(row.id, example) for row in ROWS for example in row.matches]
REJECTS = [(row.id, example) for row in ROWS for example in row.rejects]
RESERVED = "© Harbour Agency. All rights reserved. Reproduction without written permission is prohibited."
CONFIDENTIAL = (
    "This e-mail and any attachments are confidential and intended solely for the addressee. Any use, dissemination or "
    "copying of this e-mail without the sender's written permission is strictly prohibited."
)


@pytest.mark.parametrize(("row", "example"), MATCHES)
def test_a_line_that_is_appended_is_cut_and_is_no_notice(row, example):
    """Each example of each row, below a story: trailing text, whatever it forbids."""
    found = split(f"{STORY}\n{example}")
    assert (found.body, found.trailing, found.notices) == (STORY, example, ()), row


@pytest.mark.parametrize(("row", "example"), REJECTS)
def test_a_false_friend_stays(row, example):
    """A story's own sentence that begins in the same way is the story's."""
    assert not is_end(folded(example)), row
    assert split(f"{STORY}\n{example}").trailing == "", row


def test_every_row_is_named_once():
    """Ids are unique."""
    assert len({row.id for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("before", [True, False])
def test_the_storys_own_notice_is_kept(before):
    """A rights notice above a mail's disclaimer, or below it, is the story's all the same, with its exact place."""
    text = "\n\n".join([STORY, *((RESERVED, CONFIDENTIAL) if before else (CONFIDENTIAL, RESERVED))])
    found = split(text, names=("Harbour Agency",))
    [notice] = found.notices
    assert (notice.text, text[notice.start : notice.end]) == (RESERVED, RESERVED)
    assert {"contract_required", "reservation"} <= set(notice.classes)
    assert found.body == STORY
    assert CONFIDENTIAL in found.trailing


def test_lists_footer_and_what_stands_around_it_are_cut():
    """The rule above it, addresses and names below it go along; a credit that closes the story is found."""
    footer = "_______________\nWire mailing list\nwire@harbour.example\nhttps://harbour.example/mailman/listinfo/wire"
    found = split(f"{STORY} (ILKHA)\n\n{footer}", names=("ILKHA",))
    assert (found.body, found.trailing, found.credits[0].agency) == (STORY, footer, "ILKHA")


@pytest.mark.parametrize(
    "text",
    [
        f"{CONFIDENTIAL}\n{STORY}",
        f"{STORY}\n{CONFIDENTIAL}\nThe ferry will cross four times a day from now on, the captain said.",
        f'{STORY}\n"This e-mail is confidential and intended solely for the addressee."',
        f'{STORY}\nThe letter began: "This e-mail is confidential and intended solely for the addressee."',
    ],
)
def test_a_story_is_never_cut(text):
    """Where a story goes on behind it, none stands before it, or the story quotes it, nothing is cut."""
    assert split(text).trailing == ""


def test_a_line_that_speaks_of_stories_is_a_notice():
    """What forbids the use of stories is no mail program's, though it calls them a message."""
    said = "This message is confidential. The stories in it may not be published without our prior written permission."
    assert any("contract_required" in notice.classes for notice in split(f"{STORY}\n{said}").notices)


def test_in_a_note_a_disclaimer_is_no_notice():
    """A mail that brings a story as an attachment is the story's note: its disclaimer says nothing of the story."""
    item = Item(item_id="1", id_source="guid", ed_note=f"Story attached.\n{CONFIDENTIAL}", pointer="/")
    assert field_notices(item) == ()
    [notice] = field_notices(Item(item_id="1", id_source="guid", ed_note=f"{CONFIDENTIAL}\n{RESERVED}", pointer="/"))
    assert notice.text == RESERVED
