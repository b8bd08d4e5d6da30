"""Notices in rights fields and editor's notes."""

import pytest

from newswire.model import Item, Media, RightsKind, RightsStatement
from newswire.text import field_credits, field_notices, media_notices


def item(value, kind=RightsKind.USAGE_TERMS, **more):
    return Item(item_id="1", rights=(RightsStatement(kind=kind, value=value, pointer="/rights", **more),))


@pytest.mark.parametrize(
    ("value", "classes"),
    [
        ("All rights reserved.", {"reservation"}),
        ("Photos: all rights reserved, may not be redistributed", {"reservation", "prohibition"}),
        ("Tüm hakları saklıdır", {"reservation"}),
        ("جميع الحقوق محفوظة", {"reservation"}),
        ("for editorial use only", {"editorial_only"}),
        ("STRICTLY EMBARGOED", {"embargo"}),
        ("Mandatory credit: Harbour Wire", {"conditional_reuse"}),
        ("Attribution required", {"conditional_reuse"}),
        ("To be stored in accordance with the Harbour Information Supply Agreement.", {"contract_required"}),
        ("灯塔社版权所有", {"reservation"}),
        ("Story moved in error. Do not use.", {"kill"}),
        ("Not for use by Northgate Times or its affiliates.", {"channel"}),
        ("Lütfen salı gününden önce yayımlamayınız.", {"embargo"}),
    ],
)
def test_a_rights_field_needs_no_place(value, classes):
    """One wording in a rights field is a notice: the whole value, with the field's pointer as its source."""
    (notice,) = field_notices(item(value))
    assert set(notice.classes) == classes
    assert (notice.text, notice.start, notice.end, notice.source) == (value, 0, len(value), "/rights")


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/all-rights-reserved",
        "",
        "Free for all.",
        "© 2026 X Agency",
        "Restrictions: none.",
        "Previously embargoed until 10:00",
    ],
)
def test_what_says_nothing_is_no_notice(value):
    """URLs, labels alone and words that no rule knows are no notices."""
    assert field_notices(item(value)) == ()


def test_holder_comes_from_the_words_else_from_the_field():
    """The holder is the one the words name; else the statement's own."""
    (said,) = field_notices(item("© 2026 Örnek Ajansı. All rights reserved.", holder="Other"))
    (given,) = field_notices(item("All rights reserved.", holder="Other"))
    assert (said.holder, given.holder) == ("Örnek Ajansı", "Other")


def test_editors_note_can_hold_an_embargo():
    """An editor's note is read like a rights field."""
    (notice,) = field_notices(Item(item_id="1", ed_note="EMBARGOED UNTIL 12:00 GMT"))
    assert (notice.classes, notice.source) == (("embargo",), "ed_note")
    [placed] = field_notices(Item(item_id="1", ed_note="EMBARGOED UNTIL 12:00 GMT", places=(("ed_note", "/note"),)))
    assert placed.source == "/note"


def test_rights_of_media_are_their_own():
    """A photo's terms are no notice of the article."""
    photo = Media(rights=(RightsStatement(kind=RightsKind.NOTICE, value="All rights reserved."),))
    assert field_notices(Item(item_id="1", media=(photo,))) == ()
    assert [notice.classes for notice in media_notices(Item(item_id="1", media=(photo,)))] == [("reservation",)]


@pytest.mark.parametrize(
    ("field", "value", "agencies"),
    [
        ("byline", "Reuters", ["Reuters"]),
        ("byline", "By Jane Roe, Associated Press", ["AP"]),
        ("byline", "JANE ROE Associated Press", ["AP"]),
        ("byline", "Jane Roe / dpa", ["dpa"]),
        ("byline", "Jane Roe (AFP) and John Doe", ["AFP"]),
        ("byline", "Jane Roe", []),
        ("byline", "Anna Reuters", []),
        ("byline", "By Jane Roe, Science Editor", []),
        ("dateline", "LONDON (Reuters)", ["Reuters"]),
        ("dateline", "LONDON, May 25 (Reuters) -", ["Reuters"]),
        ("dateline", "LONDON", []),
        ("dateline", "Vienna (Austria)", []),
    ],
)
def test_a_byline_or_dateline_field_can_name_an_agency(field, value, agencies):
    """Byline and dateline are a credit's position: a known agency in them counts, with the whole field as its words."""
    found = field_credits(Item(item_id="1", **{field: value}))
    assert [credit.agency for credit in found] == agencies
    assert all((credit.text, credit.position) == (value, field) for credit in found)


def test_the_partners_own_name_in_a_byline_is_its_own():
    """A partner's alias is reported by the name that its file gives it."""
    assert [c.agency for c in field_credits(Item(item_id="1", byline="Jane Roe, ÖRNEK"), names=("Örnek",))] == ["Örnek"]


@pytest.mark.parametrize(
    ("value", "holder"),
    [
        ("Free to use with credit to Örnek Ajansı", "Örnek Ajansı"),
        ("May be republished with attribution to Reuters", "Reuters"),
        ("May be republished with credit: AFP", "AFP"),
        ("May be republished with credit and a link to the original.", None),
        ("You may share this story as long as credit is given to the author", None),
    ],
)
def test_whoever_must_be_credited_is_the_holder(value, holder):
    """The name after "credit to" holds the notice; the words that go on after "credit" are no name."""
    (notice,) = field_notices(item(value))
    assert (notice.classes, notice.holder) == (("conditional_reuse",), holder)


@pytest.mark.parametrize(
    ("title", "embargo"),
    [
        ("EMBARGOED UNTIL 18:00 GMT: Quay to be widened", "EMBARGOED UNTIL 18:00 GMT"),
        ("Quay to be widened - not for publication before 18:00", "not for publication before 18:00"),
        ("[Sperrfrist: 18:00 Uhr] Kai wird verbreitert", "[Sperrfrist: 18:00 Uhr]"),
        ("Arms embargo: what next", None),
        ("Embargo: EU agrees oil ban", None),
        ("EU extends embargo until Tuesday", None),
        ("Embargo until 2030: what comes next", None),
    ],
)
def test_an_embargo_may_stand_beside_a_headline(title, embargo):
    """A part of a title that is an embargo's line with its time is a notice; a headline about an embargo is none."""
    found = field_notices(Item(item_id="1", title=title))
    assert [notice.text for notice in found] == ([embargo] if embargo else [])
    assert all(title[n.start : n.end] == n.text and n.source == "title" for n in found)


def test_the_lines_of_a_note_are_notes_of_their_own():
    """What one line forbids is not about what another one names; an embargo may run over lines."""
    note = "Adds comments by the coach of Germany\nNot for publication:\n- Editing by: Jane Doe\nDo not archive."
    found = field_notices(Item(item_id="1", ed_note=note))
    assert [(said.text, set(said.classes)) for said in found] == [
        ("Not for publication:", {"prohibition"}),
        ("Do not archive.", {"no_archive"}),
    ]
    assert all(note[said.start : said.end] == said.text for said in found)
    [held] = field_notices(Item(item_id="1", ed_note="Adds quotes.\nEmbargoed until\nFriday, 10:00 GMT"))
    assert "embargo" in held.classes
