"""NewsML 1: identity over revisions, scheduled changes of status, trees of components, languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newswire.model import Refusal, RightsKind, Scope, Status

SIX, SEVEN, EIGHT = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (6, 7, 8))
NAMES = "<ProviderId>p</ProviderId><DateId>20260301</DateId><NewsItemId>n</NewsItemId>"


def document(
    inside: str = "", *, management: str = "", names: str = NAMES, revision: str = "1", update: str = "N"
) -> bytes:
    number = f'<RevisionId PreviousRevision="0" Update="{update}">{revision}</RevisionId>'
    return (
        f"<NewsML><NewsItem><Identification><NewsIdentifier>{names}{number}</NewsIdentifier></Identification>"
        f"<NewsManagement>{management}</NewsManagement>{inside}</NewsItem></NewsML>"
    ).encode()


def change(status: str, hour: int | str) -> str:
    when = f"20260301T{hour:02}0000Z" if isinstance(hour, int) else hour
    future = f'<FutureStatus FormalName="{status}"/>'
    return f"<StatusWillChange>{future}<DateAndTime>{when}</DateAndTime></StatusWillChange>"


def component(inside: str, role: str = "", language: str = "") -> str:
    named = f'<Role FormalName="{role}"/>' if role else ""
    spoken = f'<DescriptiveMetadata><Language FormalName="{language}"/></DescriptiveMetadata>' if language else ""
    return f"<NewsComponent>{named}{spoken}{inside}</NewsComponent>"


def text(said: str) -> str:
    return f"<ContentItem><DataContent>{said}</DataContent></ContentItem>"


def one(read, *args, **kwargs):
    return read(document(*args, **kwargs)).entries[0]


@pytest.mark.parametrize(
    ("names", "item_id"),
    [
        (NAMES, "urn:newsml:p:20260301:n"),
        (NAMES + "<PublicIdentifier>urn:newsml:always.the.same</PublicIdentifier>", "urn:newsml:p:20260301:n"),
        ("<PublicIdentifier>urn:newsml:p:20260301:n:7N</PublicIdentifier>", "urn:newsml:p:20260301:n"),
        ("<NewsItemId>n</NewsItemId>", "n"),
        (NAMES.replace(">p<", ">belga.be<"), "urn:newsml:belga.be:n"),
        (NAMES.replace(">p<", ">belga.be<").replace(">n<", ">0<"), "urn:newsml:belga.be:20260301:0"),
    ],
)
def test_identity_leaves_the_revision_out(read, names, item_id):
    """All revisions of an item have one identity, also where its public identifier is no identity at all."""
    found = [one(read, component(text("a")), names=names, revision=str(n)) for n in (1, 7)]
    assert [(item.item_id, item.version) for item in found] == [(item_id, "1"), (item_id, "7")]


@pytest.mark.parametrize(
    ("changes", "until", "expires"),
    [
        ("", None, None),
        (change("Usable", 7), SEVEN, None),
        (change("Usable", 7) + change("Usable", 6), SEVEN, None),
        (change("Usable", 6) + change("Canceled", 8), SIX, EIGHT),
        (change("Canceled", 7), None, SEVEN),
        (change("Usable", 6) + change("Withheld", 7) + change("Usable", 8), SIX, SEVEN),
    ],
)
def test_scheduled_changes_of_an_embargoed_item(read, changes, until, expires):
    """Only a change to usable ends the embargo, before the first withdrawal; anything else is an expiry."""
    found = one(read, component(text("a")), management=f'<Status FormalName="Embargoed"/>{changes}')
    assert (found.status, found.embargo.until, found.expires_at) == (Status.USABLE, until, expires)
    assert found.embargo.problem is None


@pytest.mark.parametrize("future", ["Canceled", "Withheld", "Embargoed", "On the spike"])
def test_a_change_to_anything_but_usable_withdraws(read, future):
    """A usable item that will be something else has an expiry, and no embargo."""
    said = f'<Status FormalName="Usable"/>{change(future, 7)}'
    found = one(read, component(text("a")), management=said)
    assert (found.embargo, found.expires_at) == (None, SEVEN)


def test_scheduled_times_that_cannot_be_read(read):
    """An embargo's end says why, a withdrawal's becomes a restriction that no rule understands."""
    changes = change("Usable", "after the vote") + change("Canceled", "some day")
    found = one(read, component(text("a")), management=f'<Status FormalName="Embargoed"/>{changes}')
    assert found.embargo.problem == "unparsable"
    assert [(s.type, s.value) for s in found.rights] == [("validity_unread", "some day")]


def test_revisions_without_content(read):
    """One that withdraws is an item; one that only changes metadata is set aside; one of changes is unresolvable."""
    canceled = one(read, management='<Status FormalName="Canceled"/>', update="A", revision="2")
    assert (canceled.status, canceled.version) == (Status.CANCELED, "2")
    usable = one(read, management='<Status FormalName="Usable"/>', update="A", revision="2")
    assert isinstance(usable, Refusal)
    assert usable.reason == "partial_update"
    changed = one(read, "<Update/>", management='<Status FormalName="Usable"/>', update="U")
    assert (changed.status, "partial_update" in changed.flags) == (Status.UNKNOWN, True)


def test_a_revision_that_takes_the_one_before_back_is_a_correction(read):
    """RevisionStatus says that the revision before may not be used any more."""
    before = '<RevisionStatus><Status FormalName="Canceled"/></RevisionStatus>'
    said = f'<Instruction FormalName="Notify">{before}</Instruction>'
    assert one(read, component(text("a")), management=said).signals == ("Notify", "correction")


def test_texts_stand_in_the_order_of_their_roles(read):
    """Lead, body, contacts, whatever their order in the tree; a headline and a style sheet are no text."""
    parts = [("Contact", "d"), ("Body", "b"), ("StyleSheet", "x"), ("HeadLine", "The title"), ("", "c"), ("Lead", "a")]
    found = one(read, component("".join(component(text(said), role) for role, said in parts)))
    assert found.body.split() == ["a", "b", "c", "d"]
    assert found.title == "The title"


def test_each_language_is_an_item_of_the_same_document(read):
    """The first keeps the identity, the others name it; all share status, rights and photos of the whole."""
    shared = "<RightsMetadata><UsageRights><UsageType>No archive</UsageType></UsageRights></RightsMetadata>"
    photo = component('<NewsLines><CreditLine>D</CreditLine></NewsLines><ContentItem Href="p.jpg"/>', "Picture")
    parts = component(text("Good"), language="en") + component(text("Bon"), language="fr-BE") + photo
    first, second = read(document(component(shared + parts), management='<Status FormalName="Withheld"/>')).entries
    assert (first.item_id, first.part_of, first.body) == ("urn:newsml:p:20260301:n", None, "Good")
    assert (second.item_id, second.part_of, second.body) == (f"{first.item_id}#lang=fr", first.item_id, "Bon")
    for item in (first, second):
        assert item.status is Status.WITHHELD
        assert [s.value for s in item.rights] == ["No archive"]
        assert [m.credit for m in item.media] == ["D"]


def spoken(said: str, language: str) -> str:
    return f'<ContentItem xml:lang="{language}"><DataContent>{said}</DataContent></ContentItem>'


NITF = '<nitf baselang="{1}"><body><body.content><p>{0}</p></body.content></body></nitf>'
LANGUAGES = {
    "components": lambda said, language: component(text(said), language=language),
    "content items": spoken,
    "data": lambda said, language: text(said).replace("<DataContent>", f'<DataContent xml:lang="{language}">'),
    "documents inside": lambda said, language: text(NITF.format(said, language)),
    "leads": lambda said, language: component(component(text(said), "Lead"), language=language),
}


@pytest.mark.parametrize("equivalents", ["yes", "no"])
@pytest.mark.parametrize("at", LANGUAGES)
def test_every_language_comes_out(read, at, equivalents):
    """Wherever a revision says what languages its texts are in, each is an item with its own headline; none is lost."""
    heads = "".join(f'<HeadLine xml:lang="{code}">Head {code}</HeadLine>' for code in ("en", "fr", "nl"))
    parts = "".join(LANGUAGES[at](f"Text {code}", code) for code in ("en", "fr", "nl"))
    raw = document(component(f"<NewsLines>{heads}</NewsLines>{parts}"))
    raw = raw.replace(b"<NewsComponent>", f'<NewsComponent EquivalentsList="{equivalents}">'.encode(), 1)
    found = read(raw).entries
    assert [(item.language_declared, item.title, item.body) for item in found] == [
        (code, f"Head {code}", f"Text {code}") for code in ("en", "fr", "nl")
    ]
    assert [item.item_id.partition("#")[2] for item in found] == ["", "lang=fr", "lang=nl"]


def test_what_states_no_language_stays_with_the_first(read):
    """Contacts in one language, and parts that name none, are no story of their own and are not lost."""
    parts = component(text("Good"), language="en") + component(text("Bon"), language="fr")
    parts += component(text("Call us"), "Contact", language="de") + component(text("More"))
    assert [item.body for item in read(document(component(parts))).entries] == ["Good\nMore\nCall us", "Bon"]


def test_equivalents_are_one_text(read):
    """Of a list of equivalents the first is read, the others bind it; in another list they are parts of a text."""
    short, long = component(text("The quay is open"), "Main"), component(text("Ships may come in again"), "Main")
    raw = document(component(short + long))
    assert read(raw).entries[0].body == "The quay is open\nShips may come in again"
    equal = raw.replace(b"<NewsComponent>", b'<NewsComponent EquivalentsList="yes">', 1)
    [item] = read(equal).entries
    assert (item.body, item.flags) == ("The quay is open", ("several_renditions",))


def test_restrictions_of_every_rendition_bind(read):
    """What only the document inside a further rendition says about its use holds for the item."""
    held = NITF.format("The quay is open", "en").replace(
        "<body>", '<head><docdata management-status="withheld"/></head><body>', 1
    )
    item = one(read, component(text("The quay is open") + text(held)))
    assert (item.body, item.status) == ("The quay is open", Status.WITHHELD)


def test_several_content_items_that_say_something_else_are_parts(read):
    """Content items of one component are read one after the other unless they say the same."""
    assert (
        one(read, component(text("The quay is open") + text("Ships come in"))).body == "The quay is open\nShips come in"
    )


def test_regions_of_one_language_are_one_item(read):
    """en-GB beside en is the same language."""
    parts = component(text("a"), language="en-GB") + component(text("b"), language="en")
    assert [entry.body for entry in read(document(component(parts))).entries] == ["a\nb"]


def test_of_equivalent_renditions_the_first_is_read(read):
    """Several content items of one component are the same text in several formats."""
    assert one(read, component(text("&lt;p&gt;a&lt;/p&gt;") + text("a"))).body == "a"


def test_a_photos_lines_are_not_the_texts(read):
    """Its rights, credit and caption are its own, those of the text the text's."""
    line = "<NewsLines><CopyrightLine>{}</CopyrightLine><CreditLine>{}</CreditLine></NewsLines>"
    caption = component(text("The quay"), "Caption")
    picture = line.format("© Photographer", "Deckhand") + caption + component('<ContentItem Href="p.jpg"/>', "Image")
    story = component(line.format("© Harbour", "Harbour") + text("a"), "Main")
    found = one(read, component(story + component(picture)))
    assert [(s.kind, s.value) for s in found.rights] == [(RightsKind.NOTICE, "© Harbour")]
    [photo] = found.media
    assert (photo.caption, photo.credit) == ("The quay", "Deckhand")
    assert [(s.value, s.scope) for s in photo.rights] == [("© Photographer", Scope.MEDIA)]
    assert "quay" not in found.body


def test_nested_news_items_are_items_of_their_own(read):
    """A package's members come out beside it, and it names those that it only refers to."""
    inner = document(component(text("in"))).decode().partition("<NewsML>")[2].removesuffix("</NewsML>")
    raw = document(component(component('<NewsItemRef NewsItem="urn:other"/>') + inner.replace(">n<", ">m<")))
    outer, member = read(raw).entries
    assert [(r.rel, r.target) for r in outer.related] == [("member", "urn:other")]
    assert (outer.body, member.item_id, member.body) == ("", "urn:newsml:p:20260301:m", "in")


def test_comments_are_notes_to_editors(read):
    """What an item and its parts say in comments is told to editors; codes of the sender are not."""
    said = "<Comment>Embargoed until 0001 Tuesday.</Comment><Comment FormalName='Release'>1.0.1</Comment>"
    inside = f"<AdministrativeMetadata><Comment>Picture follows.</Comment></AdministrativeMetadata>{said}{text('a')}"
    found = one(
        read, component(inside), management='<Status FormalName="Usable"/><Comment>Check the spelling.</Comment>'
    )
    assert found.ed_note == "Embargoed until 0001 Tuesday.\nCheck the spelling.\nPicture follows."


def test_a_comment_among_rights_is_about_rights(read):
    """Words about rights that no element is made for are terms of use."""
    found = one(read, component(f"<RightsMetadata><Comment>Not for Vaskaland</Comment></RightsMetadata>{text('a')}"))
    assert [(s.kind, s.value) for s in found.rights] == [(RightsKind.USAGE_TERMS, "Not for Vaskaland")]
