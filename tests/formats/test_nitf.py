"""NITF: what its docdata says may be done, and what it says about other documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newswire.model import RightsKind, Status

SIX = datetime(2026, 3, 1, 6, tzinfo=UTC)
RELEASE = '<date.release norm="{}"/>'


def document(docdata: str = "", *, attributes: str = "", head: str = "", body: str = "<p>a</p>") -> bytes:
    inside = f"<body.head>{head}</body.head><body.content>{body}</body.content>"
    named = f'<docdata {attributes}><doc-id id-string="d"/>{docdata}</docdata>'
    return f"<nitf><head>{named}</head><body>{inside}</body></nitf>".encode()


def one(read, *args, **kwargs):
    return read(document(*args, **kwargs)).entries[0]


@pytest.mark.parametrize(
    ("attributes", "docdata", "until", "problem"),
    [
        ('management-status="embargoed"', "", None, None),
        ('management-status="embargoed"', RELEASE.format("20260301T070000+0100"), SIX, None),
        ("", RELEASE.format("20260301T070000+0100"), SIX, None),
        ("", RELEASE.format("20260301T070000"), None, "no_zone"),
        ("", RELEASE.format("YYYYMMDD000000-HHMM"), None, "unparsable"),
        ("", '<date.issue norm="20260228T070000"/>' + RELEASE.format("20260301T070000"), None, "no_zone"),
    ],
)
def test_embargoes(read, attributes, docdata, until, problem):
    """A release is an embargo's end; a status without one is an embargo without a stated end."""
    embargo = one(read, docdata, attributes=attributes).embargo
    assert (embargo.until, embargo.problem) == (until, problem)


@pytest.mark.parametrize(
    "docdata",
    [RELEASE.format(""), "", '<date.issue norm="20260301T070000"/>' + RELEASE.format("20260301T070000")],
)
def test_no_embargo(read, docdata):
    """A release that is blank, or that is the time of issue in the same words, holds nothing back."""
    assert one(read, docdata).embargo is None


def test_expiry(read):
    """The earliest end counts; one that cannot be read becomes a restriction that no rule understands."""
    ends = ("20260301T060000Z", "20260401T060000Z", "one day")
    found = one(read, "".join(f'<date.expire norm="{end}"/>' for end in ends))
    assert found.expires_at == SIX
    assert [(s.type, s.value) for s in found.rights] == [("validity_unread", "one day")]


def test_repeated_rights_stay_repeated(read):
    """Every holder and every grant is a statement with its own period and pointer."""
    said = '<doc.copyright holder="A"/><doc.copyright holder="B"/>'
    said += (
        '<doc.rights owner="A" enddate="20260301T060000Z" geography="TR"/><doc.rights owner="B" limitations="online"/>'
    )
    found = one(read, said).rights
    assert [(s.kind, s.value, s.valid_until) for s in found] == [
        (RightsKind.HOLDER, "A", None),
        (RightsKind.HOLDER, "B", None),
        (RightsKind.HOLDER, "A", SIX),
        (RightsKind.RESTRICTION, "TR", SIX),
        (RightsKind.HOLDER, "B", None),
        (RightsKind.USAGE_TERMS, "online", None),
    ]
    assert len({s.pointer for s in found}) == len(found)


def test_a_period_alone_still_binds(read):
    """Rights that state nothing but their end are a restriction with that end."""
    [statement] = one(read, '<doc.rights enddate="20260301T060000Z"/>').rights
    assert (statement.kind, statement.type, statement.valid_until) == (RightsKind.RESTRICTION, "validity", SIX)


@pytest.mark.parametrize(
    ("attributes", "acted"),
    [
        ('management-doc-idref="x" management-idref-status="canceled"', (Status.CANCELED, None)),
        ('management-doc-idref="x" management-idref-status="withheld"', (Status.WITHHELD, None)),
        ('management-doc-idref="x" management-idref-status="embargoed"', (Status.USABLE, True)),
        ('management-doc-idref="x" management-idref-status="spiked"', (Status.UNKNOWN, None)),
        ('management-doc-idref="x" management-idref-status="usable"', None),
        ('management-doc-idref="x"', None),
        ('management-doc-idref="d" management-idref-status="canceled"', None),
    ],
)
def test_what_a_document_does_to_another(read, attributes, acted):
    """A status that takes the other one back gives that one an entry; the document's own status is its own."""
    first, *others = read(document('<date.issue norm="20260301T060000Z"/>', attributes=attributes)).entries
    assert (first.item_id, first.status) == ("d", Status.USABLE)
    if acted is None:
        assert others == []
    else:
        [other] = others
        assert (other.item_id, other.status, other.updated_at) == ("x", acted[0], SIX)
        assert (other.embargo.open_ended if other.embargo else None) == acted[1]


@pytest.mark.parametrize(
    ("said", "byline"),
    [
        ("By <person>A. Keeper</person><byttl>Reporter</byttl>", "By A. Keeper, Reporter"),
        ("By A. Keeper, <byttl>Reporter</byttl>", "By A. Keeper, Reporter"),
        ("<person>A</person> and <person>B</person>", "A and B"),
        ("<byttl>Island Desk</byttl>", "Island Desk"),
    ],
)
def test_bylines(read, said, byline):
    """Words stand apart where elements part them; the writer's function follows a comma."""
    assert one(read, head=f"<byline>{said}</byline>").byline == byline


def test_a_convention_in_the_notes_counts(read):
    """A note that says KILL kills, as on every wire; a document that only mentions one does not."""
    assert one(read, '<ed-msg info="KILL"/>').status is Status.KILLED
    assert one(read, body="<p>They kill time.</p>").status is Status.USABLE


def test_soft_wraps_are_no_paragraphs(read):
    """A break after a blank wraps a line; any other break ends one."""
    assert one(read, body="<p>one <br/>line</p><p>two<br/>lines</p>").body == "one line\ntwo\nlines"


def test_text_after_media_is_kept(read):
    """Media are components; the words around them stay, in order."""
    body = (
        '<p>a<media media-type="image"><media-reference source="p.jpg"/><media-caption>c</media-caption></media>b</p>'
    )
    found = one(read, body=body)
    assert (found.body, found.media[0].caption) == ("ab", "c")


def test_latin_that_is_utf8_is_read_as_what_it_is(read):
    """A declaration that the bytes belie is repaired and flagged."""
    raw = b'<?xml version="1.0" encoding="iso-8859-1"?>' + document(body="<p>København</p>")
    found = read(raw).entries[0]
    assert (found.body, "charset_repaired" in found.flags) == ("København", True)
    assert read(raw.decode().encode("iso-8859-1")).entries[0].body == "København"


def named(docdata: str) -> bytes:
    body = "<body><body.content><p>a</p></body.content></body>"
    return f"<nitf><head><docdata>{docdata}</docdata></head>{body}</nitf>".encode()


ISSUED, NEXT_DAY = '<date.issue norm="20260301T070000Z"/>', '<date.issue norm="2026-03-02T07:00:00Z"/>'
KEYED = '<doc-id regsrc="HW"/><du-key key="quay" version="2"/>'


@pytest.mark.parametrize(
    ("docdata", "name"),
    [
        ('<doc-id id-string="d-1"/><du-key key="quay"/>', "d-1"),
        ('<doc-id id-string="quay_4"/><du-key key="quay" version="4"/>', "quay"),
        ('<doc-id id-string="quay-and-wall"/><du-key key="quay"/>', "quay-and-wall"),
        (KEYED + ISSUED, "HW:quay:20260301"),
        (KEYED + NEXT_DAY, "HW:quay:20260302"),
    ],
)
def test_what_names_a_document(read, docdata, name):
    """Its id, without a number of the version; else source, key and day, which all versions of that day share."""
    [item] = read(named(docdata)).entries
    assert (item.item_id, item.id_source) == (name, "guid")


@pytest.mark.parametrize(
    ("own", "target", "acted"),
    [
        ('<doc-id id-string="quay_5"/><du-key key="quay" version="6"/>', "quay_3", ("quay", "3", None)),
        ('<doc-id id-string="N-9"/><du-key key="quay"/>', "quay_3", ("quay", "3", None)),
        ('<doc-id id-string="kill_1"/><du-key key="kill"/>', "quay_3", ("quay", None, None)),
        ('<doc-id id-string="kill_1"/><du-key key="kill"/>', "quay-3", ("quay-3", None, None)),
        ('<doc-id id-string="N-9"/><du-key key="kill"/>', "quay_3", ("quay_3", None, None)),
        ('<doc-id id-string="N-9"/>', "quay_3", ("quay_3", None, "quay")),
        ('<doc-id id-string="N-9"/>', "quay", ("quay", None, None)),
    ],
)
def test_a_target_that_counts_versions_is_the_story(read, own, target, acted):
    """An old version's id names the story that later ones have, as far as the document tells how its ids are made.

    Where it does not, the id may hold the key of a story: that is its slug, and a person is asked.
    """
    raw = named(own).replace(
        b"<docdata>", f'<docdata management-doc-idref="{target}" management-idref-status="canceled">'.encode()
    )
    other = read(raw).entries[1]
    assert (other.item_id, other.version, other.slug) == acted
    assert other.signals == (("kill",) if other.slug else ())


def test_the_number_in_an_id_is_the_version(read):
    """Of a document whose key has none."""
    for key, version in (('key="quay"', "4"), ('key="quay" version="7"', "7"), ('key="lock"', None)):
        [item] = read(named(f'<doc-id id-string="quay_4"/><du-key {key}/>')).entries
        assert item.version == version


@pytest.mark.parametrize("docdata", [KEYED, "<doc-id/>" + ISSUED, ""])
def test_a_document_that_nothing_names(read, docdata):
    """A key without a day comes round again, so that its words name it, or its file where the feed says so."""
    assert read(named(docdata)).entries[0].id_source == "content"
    [item] = read(named(docdata), url="file:///in/2026/03/quay%201.xml", identity=("guid", "file", "content")).entries
    assert (item.item_id, item.id_source) == ("quay 1.xml", "file")
