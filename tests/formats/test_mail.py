"""E-mail: parts, charsets, encoded headers, and attachments read by content."""

from __future__ import annotations

import base64

import pytest

from newswire.errors import PayloadRefused
from newswire.model import Status

HEAD = "From: Desk <desk@harbour.example>\r\nMessage-ID: <m1@harbour.example>\r\nMIME-Version: 1.0\r\n"
LONG = "The keeper climbed two hundred and twelve steps and lit the lamp."


def mail(headers: str = "Subject: The lamp is lit\r\n", body: bytes = LONG.encode()) -> bytes:
    return (HEAD + headers + "\r\n").encode() + body + b"\r\n"


def mixed(*parts: bytes) -> bytes:
    inside = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return (
        (HEAD + 'Subject: Three stories\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n').encode()
        + inside
        + b"--b--\r\n"
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?B?xLF6aw==?= =?iso-8859-9?Q?_=FDz?=", "ızk ız"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("=?no-such-charset?Q?K=C3=B6?=", "Kö"),
        ("=?utf-8?B?%%%?= lamp", " lamp"),
        ("Re: Fwd: The lamp", "The lamp"),
        ("K\udcc3\udcb6 lamp", "Kö lamp"),
    ],
)
def test_encoded_headers(read, subject, title):
    """Encoded words are decoded in their charset; what is none stays, and no header is fatal."""
    raw = (
        mail(f"Subject: {subject}\r\n").replace(b"\xed\xb3\x83\xed\xb2\xb6", b"\xc3\xb6")
        if subject.isascii()
        else (HEAD.encode() + b"Subject: " + subject.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + LONG.encode())
    )
    assert read(raw).entries[0].title == title.strip()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (
            "quoted-printable",
            b"\xc4\xb1\xc5\x9f\xc4\xb1k".replace(b"\xc4", b"=C4")
            .replace(b"\xb1", b"=B1")
            .replace(b"\xc5\x9f", b"=C5=9F"),
        ),
        ("base64", base64.b64encode("ışık".encode())),
        ("8bit", "ışık".encode()),
    ],
)
def test_transfer_encodings(read, encoding, body):
    """Quoted-printable, base64 and 8bit give the same text."""
    raw = mail(
        f"Subject: s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n", body
    )
    assert read(raw).entries[0].body == "ışık"


def test_an_attachment_is_read_by_content_not_by_name(read):
    """Ninjs called invoice.pdf is ninjs; a picture called story.txt is a picture."""
    story = b'{"uri": "urn:harbour:1", "headline": "Ferry", "body_text": "The ferry came back."}'
    ninjs = b'Content-Type: application/pdf; name="invoice.pdf"\r\n\r\n' + story
    picture = b'Content-Type: text/plain; name="story.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    picture += base64.b64encode(b"\x89PNG\r\n\x1a\nxxxx")
    item = read(mixed(ninjs, picture)).entries[0]
    assert (item.item_id, item.title) == ("urn:harbour:1", "Ferry")
    assert [(m.medium, m.mime_type) for m in item.media] == [("image", "image/png")]


def test_several_stories_in_one_mail_and_a_note(read):
    """Each attached story is an entry; the mail's own text is the sender's note to all of them."""
    stories = [
        b'Content-Type: application/json\r\n\r\n{"uri": "urn:%d", "headline": "Story %d"}' % (n, n) for n in (1, 2)
    ]
    note = b"Content-Type: text/plain\r\n\r\nEMBARGOED UNTIL 2026-11-04T06:00:00Z"
    found = read(mixed(note, *stories)).entries
    assert [item.title for item in found] == ["Story 1", "Story 2"]
    assert all("EMBARGOED" in item.ed_note and item.embargo.until for item in found)


def test_a_broken_attachment_is_told_beside_the_story(read):
    """What cannot be read is flagged; a mail that has nothing else is refused with the attachment's reason."""
    broken = b'Content-Type: application/json; name="a"\r\n\r\n{"uri": "urn:x", '
    text = b"Content-Type: text/plain\r\n\r\n" + LONG.encode()
    assert read(mixed(text, broken)).entries[0].flags == ("attachment_unread",)
    with pytest.raises(PayloadRefused, match="broken"):
        read(mixed(broken))


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        ("KILL: Harbour lamp", Status.KILLED),
        ("MANDATORY KILL", Status.KILLED),
        ("Storms may KILL the season", Status.USABLE),
        ("Kill the lights, says keeper: power is short", Status.USABLE),
    ],
)
def test_a_subject_is_a_headline(read, subject, status):
    """Only a label that is a convention and nothing else kills; the story that it names is the slug."""
    item = read(mail(f"Subject: {subject}\r\n")).entries[0]
    assert item.status is status
    assert item.slug == ("Harbour lamp" if subject.startswith("KILL:") else None)


def test_private_parts_leave_body_and_markup(read):
    """Neither text nor markup holds what is not for publication."""
    html = b"<p>The lamp is lit and three islands see it.</p><p>Not for publication</p><p>555 0100</p>"
    item = read(mail("Subject: s\r\nContent-Type: text/html\r\n", html)).entries[0]
    assert "555" not in f"{item.body}{item.body_html}"
    assert "555 0100" in item.ed_note


def test_a_mailbox_file_is_all_its_messages(read):
    """An mbox is split at its From lines (RFC 4155); prose that begins so is none, and a quoted one is unquoted."""
    start = b"From desk@harbour.example Sat Nov 28 10:00:00 2026\r\n"
    first = mail(body=b"From 10:00 on the lamp was lit.\r\n\r\nFrom 11:00 on it rained.\r\n>From noon on: fog.")
    empty = mail().replace(b"m1@", b"m2@").replace(LONG.encode(), b"")
    last = mail("Subject: Ferry returns\r\n").replace(b"m1@", b"m3@")
    parsed = read(b"".join(start + each + b"\r\n" for each in (first, empty, last)))
    lamp, void, ferry = parsed.entries
    assert (lamp.item_id, ferry.item_id) == ("m1@harbour.example", "m3@harbour.example")
    assert lamp.body == "From 10:00 on the lamp was lit.\nFrom 11:00 on it rained.\nFrom noon on: fog."
    assert (void.reason, void.pointer) == ("no_text", "/message[2]")
    assert (ferry.title, ferry.pointer) == ("Ferry returns", "/message[3]/")


def test_a_message_may_begin_with_its_from_line(read):
    """A message as an mbox delivers it is the message, in its own charset; one that holds no story is refused whole."""
    start = b"From MAILER-DAEMON Sat Nov 28 10:00:00 2026\n"
    latin = mail("Subject: s\r\n", "Köln".encode("latin-1"))
    assert read(start + latin).entries == read(latin).entries
    assert "lit the lamp" in read(mail(body=b"Forwarded:\r\n\r\n" + start + mail())).entries[0].body
    with pytest.raises(PayloadRefused, match="no text"):
        read(start + mail(body=b""))


def test_the_subject_of_a_forwarded_message_counts(read):
    """A message that is forwarded whole brings its words, and its subject as a note whose label binds."""
    text = b"Content-Type: text/plain\r\n\r\nSee below."
    for subject, status, held in (("EMBARGOED: Lamp", Status.USABLE, True), ("KILL: Lamp", Status.KILLED, False)):
        inner = b"Content-Type: message/rfc822\r\n\r\n" + mail(f"Subject: {subject}\r\n")
        item = read(mixed(text, inner)).entries[0]
        assert (item.status, item.embargo is not None, item.slug, item.title) == (status, held, "Lamp", "Three stories")
        assert LONG in item.body
        assert subject in item.ed_note


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "Return-Path: <>", "Content-Type: multipart/report; boundary=b"]
)
def test_what_a_mail_system_answers_is_no_story(read, header):
    """An automatic reply and a report on delivery are refused; a story that a system sends by itself is one."""
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nUndelivered.\r\n--b--"
    with pytest.raises(PayloadRefused) as refused:
        read(mail(f"Subject: Undelivered\r\n{header}\r\n", body))
    assert refused.value.reason == "not_news_item"
    assert read(mail("Subject: s\r\nAuto-Submitted: auto-generated\r\n")).entries[0].body == LONG


def test_deep_and_wide_mail_is_answered(read):
    """Parts in parts, and a mail as text in a mail, end in a story or a refusal."""
    deep = HEAD.encode()
    for depth in range(1500):
        deep += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
    with pytest.raises(PayloadRefused):
        read(deep)
    inner = b'Content-Type: text/plain; name="m"\r\n\r\n' + mail()
    with pytest.raises(PayloadRefused, match="not opened"):
        read(mixed(inner))
    many = read(mixed(*[b"Content-Type: text/plain\r\n\r\nLine."] * 300)).entries[0]
    assert "parts_left_out" in many.flags


def test_the_message_names_its_only_story(read):
    """A story without a name of its own has that of the mail that brings it; two of them cannot share it."""
    form = b'{"Headline": "Rowers win", "Slugline": "Row", "Body": "By %s length."}'
    head = b"Message-ID: <row-1@quay.example>\r\nFrom: a@quay.example\r\nMIME-Version: 1.0\r\nSubject: s\r\n"
    [item] = read(head + b"Content-Type: text/plain\r\n\r\n" + form % b"a").entries
    assert (item.item_id, item.title, item.body) == ("row-1@quay.example", "Rowers win", "By a length.")
    parts = b"".join(b"--x\r\nContent-Type: text/plain\r\n\r\n" + form % word + b"\r\n" for word in (b"a", b"two"))
    both = read(head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n").entries
    assert {item.id_source for item in both} == {"content"}


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_signature_is_a_note(read, kind):
    """What stands below the line of two hyphens is no part of the story, and what it says of rights is not lost."""
    rows = [LONG, "-- ", "Desk", "All rights reserved."]
    text = "\r\n".join(rows) if kind == "plain" else "".join(f"<p>{row}</p>" for row in rows)
    item = read(mail(f"Subject: s\r\nContent-Type: text/{kind}\r\n", text.encode())).entries[0]
    assert (item.body, item.ed_note) == (LONG, "Desk\nAll rights reserved.")
    assert "rights" not in (item.body_html or "")
