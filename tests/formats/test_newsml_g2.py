"""NewsML-G2: embargoes, versions, rights and bodies, and what is made of odd ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newswire.model import Refusal, RightsKind, Scope, Status

NS = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
T = datetime(2026, 3, 1, 6, tzinfo=UTC)


def message(*items: str) -> bytes:
    return f"<newsMessage {NS}><header/><itemSet>{''.join(items)}</itemSet></newsMessage>".encode()


def item(inside: str = "", *, guid: str = "g", version: str = "1", meta: str = "") -> str:
    return f'<newsItem guid="{guid}" version="{version}"><itemMeta>{meta}</itemMeta>{inside}</newsItem>'


def content(inside: str) -> str:
    return f"<contentSet>{inside}</contentSet>"


def one(read, *args, **kwargs):
    return read(message(item(*args, **kwargs))).entries[0]


@pytest.mark.parametrize(
    ("said", "until", "problem"),
    [
        ("<embargoed/>", None, None),
        ("<embargoed> </embargoed>", None, None),
        ('<embargoed xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>', None, None),
        ("<embargoed>2026-03-01T06:00:00Z</embargoed>", T, None),
        ("<embargoed>2026-03-01T06:00:00Z</embargoed><embargoed>2026-02-01T06:00:00Z</embargoed>", T, None),
        ("<embargoed>2026-03-01T06:00:00Z</embargoed><embargoed/>", None, None),
        ("<embargoed>2026-03-01T06:00:00</embargoed>", None, "no_zone"),
        ("<embargoed>tomorrow</embargoed>", None, "unparsable"),
        ("<embargoed>2026-03Z</embargoed>", None, "unparsable"),
    ],
)
def test_embargoes(read, said, until, problem):
    """An empty one has no stated end; of several the strictest holds; one that cannot be read says why."""
    embargo = one(read, meta=said).embargo
    assert (embargo.until, embargo.problem) == (until, problem)


def test_a_time_of_the_year_one_is_no_embargo(read):
    """Systems write it where they have none."""
    assert one(read, meta="<embargoed>0001-01-01T00:00:00</embargoed>").embargo is None


def test_versions_of_one_guid_stay_one_story(read):
    """A guid is never joined with its version, and never traded for another name, whatever else differs."""
    versions = [item(version=str(n), meta=f"<edNote>{n}</edNote>") for n in (1, 10, 9)]
    assert {entry.item_id for entry in read(message(*versions)).entries} == {"g"}
    same = [item(meta="<edNote>a</edNote>"), item(meta="<edNote>b</edNote>")]
    assert {entry.item_id for entry in read(message(*same)).entries} == {"g"}


def test_a_canceled_item_keeps_its_status_under_a_kill_signal(read):
    """The provider's own word for the withdrawal stands."""
    said = '<pubStatus qcode="stat:canceled"/><signal qcode="sig:atnk"/>'
    assert one(read, meta=said).status is Status.CANCELED
    assert one(read, meta='<pubStatus qcode="stat:withheld"/><signal qcode="sig:atnk"/>').status is Status.KILLED


def test_rights_of_a_photo_are_not_the_texts(read):
    """What is limited to remote content is that component's alone; a part that is unknown binds the whole item."""
    rights = '<rightsInfo idrefs="pic"><usageTerms>A</usageTerms></rightsInfo>'
    rights += '<rightsInfo idrefs="pic txt"><usageTerms>B</usageTerms></rightsInfo>'
    rights += '<rightsInfo idrefs="gone"><usageTerms>C</usageTerms></rightsInfo>'
    picture = '<remoteContent id="pic" contenttype="image/png" href="p.png"/>'
    found = one(read, rights + content(f'<inlineXML id="txt"><p>x</p></inlineXML>{picture}'))
    assert [(s.value, s.applies_to) for s in found.rights] == [("B", ("pic", "txt")), ("C", ("gone",))]
    assert [(s.value, s.scope) for s in found.media[0].rights] == [("A", Scope.MEDIA)]


def test_a_validity_stands_on_every_statement_of_its_rights(read):
    """Start and end; a validity without a statement, and one that cannot be read, still restrict."""
    said = "<usageTerms>A</usageTerms><copyrightNotice>B</copyrightNotice>"
    stated = one(read, f'<rightsInfo validto="2026-03-01T06:00:00Z">{said}</rightsInfo>').rights
    assert [s.valid_until for s in stated] == [T, T]
    [bare] = one(read, '<rightsInfo validto="2026-03-01T06:00:00Z"/>').rights
    assert (bare.kind, bare.type, bare.valid_until) == (RightsKind.RESTRICTION, "validity", T)
    [unread] = one(read, '<rightsInfo validfrom="soon"/>').rights
    assert (unread.type, unread.value) == ("validity_unread", "soon")


def test_a_policy_stands_alone(read):
    """Its text is well-formed by itself, with the namespaces of its elements and of its values declared."""
    xml = '<rightsExpressionXML langid="urn:l"><o:Policy a="o:use"/></rightsExpressionXML>'
    [policy] = one(read, f'<rightsInfo xmlns:o="http://www.w3.org/ns/odrl/2/">{xml}</rightsInfo>').rights
    assert policy.kind is RightsKind.POLICY
    assert policy.type == "urn:l"
    assert 'xmlns:o="http://www.w3.org/ns/odrl/2/"' in policy.value
    turtle = "<urn:p> a <urn:q> ."
    data = f'<rightsExpressionData enctype="text/turtle" langid="urn:l"><![CDATA[{turtle}]]></rightsExpressionData>'
    [policy] = one(read, f"<rightsInfo>{data}</rightsInfo>").rights
    assert (policy.value, policy.type) == (turtle, "text/turtle")


def nitf(inside: str, docdata: str = "<docdata/>") -> str:
    body = f"<body><body.content>{inside}</body.content></body>"
    return (
        f'<inlineXML><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head>{docdata}</head>{body}</nitf></inlineXML>'
    )


def xhtml(inside: str, prefix: str = "", xmlns: str = "xmlns") -> str:
    html, head, body = (f"{prefix}{name}" for name in ("html", "head", "body"))
    inside = f"<{head}><{prefix}title>t</{prefix}title></{head}><{body}>{inside}</{body}>"
    return f'<inlineXML><{html} {xmlns}="http://www.w3.org/1999/xhtml">{inside}</{html}></inlineXML>'


def data(kind: str, inside: str, encoding: str = "") -> str:
    return f'<inlineData contenttype="{kind}" encoding="{encoding}">{inside}</inlineData>'


BODIES = [
    (nitf("<p>a</p><p>b</p>"), "a\nb"),
    (xhtml("<p>a</p>b"), "a\nb"),
    (xhtml("<h:p>a <h:b>b</h:b></h:p>", "h:", "xmlns:h"), "a b"),
    ("<inlineXML>&lt;p&gt;a&lt;/p&gt;b</inlineXML>", "a\nb"),
    (data("text/html", "<![CDATA[<p>a</p><script>x</script>]]>"), "a"),
    (data("text/plain", "a\n\nb"), "a\nb"),
    (data("text/plain", "w6kK", "base64"), "é"),
    (data("text/plain", "not base64 at all", "base64") + xhtml("<p>a</p>"), "a"),
    (data("image/png", "iVBORw0KGgo=", "base64") + xhtml("<p>a</p>"), "a"),
    ("<inlineXML>a <b>b</b> c</inlineXML>", "a b c"),
    ("<inlineXML/><inlineXML><p>second</p></inlineXML>", "second"),
    ("<inlineXML><p>Line one\ngoes on\n    * Two\n    * Three</p></inlineXML>", "Line one goes on\n* Two\n* Three"),
    ("<inlineXML><p>Pretty\n          printed</p></inlineXML>", "Pretty printed"),
]


@pytest.mark.parametrize(("said", "body"), BODIES)
def test_bodies(read, said, body):
    """NITF, XHTML with any prefix, escaped markup, CDATA, base64 and plain text become paragraphs."""
    assert one(read, content(said)).body == body


def test_an_element_with_half_a_name_is_read_over(read):
    """Recovery may leave names that no element can have; their words stay."""
    found = one(read, content("<inlineXML><p>a <b: c>d</p><p>e</p></inlineXML>"))
    assert ("recovered_xml" in found.flags, found.body.split()[0], found.body.split()[-1]) == (True, "a", "e")


def test_an_entity_that_recovery_leaves_in_the_tree_is_words(read):
    """A reference behind broken markup is neither resolved nor in the way."""
    raw = message(item(content("<inlineXML><p>a &x; b<y>c</y></p></inlineXML>"))).decode()
    found = read(raw.replace("<itemMeta>", '<itemMeta a="<![CDATA[">', 1).encode()).entries[0]
    assert ("recovered_xml" in found.flags, "b" in found.body) == (True, True)


def test_a_heading_that_repeats_the_metadata_is_no_body(read):
    """Subjects, dates and title before the text are left out; a text that is only its title stays."""
    meta = "<contentMeta><headline>Big wave</headline><subject><name>Sea</name></subject></contentMeta>"
    heading = "<header><ul><li>Sea</li></ul><time>1.3.2026 10:00 CET</time><h1>Big wave</h1></header>"
    assert one(read, meta + content(f"<inlineXML>{heading}<p>It came.</p></inlineXML>")).body == "It came."
    assert one(read, meta + content("<inlineXML><h1>Big wave</h1></inlineXML>")).body == "Big wave"
    assert one(read, meta + content("<inlineXML><p>Why.</p><h1>Big wave</h1><p>So.</p></inlineXML>")).body.startswith(
        "Why."
    )


def test_markup_is_safe(read):
    """Scripts and handlers do not survive in the body's markup."""
    html = one(read, content('<inlineXML><p onclick="x()">a<script>x()</script></p></inlineXML>')).body_html
    assert html == "<p>a</p>"


def test_an_nitf_body_adds_its_own_restrictions(read):
    """Status, release, expiry and rights of the body's docdata add up with the item's, the strictest of each."""
    dates = '<date.release norm="20260301T060000Z"/><date.expire norm="20260401T060000Z"/>'
    docdata = f'<docdata management-status="withheld">{dates}<doc.rights limitations="online"/></docdata>'
    body = nitf("<p>a</p>", docdata)
    found = one(read, content(body), meta="<embargoed>2026-02-01T06:00:00Z</embargoed>")
    assert found.status is Status.WITHHELD
    assert found.embargo.until == T
    assert found.expires_at == datetime(2026, 4, 1, 6, tzinfo=UTC)
    assert [s.value for s in found.rights] == ["online"]


def test_an_nitf_body_that_takes_back_another_document(read):
    """That document gets an entry of its own after the item."""
    docdata = '<docdata management-doc-idref="old" management-idref-status="canceled"/>'
    first, second = read(message(item(content(nitf("<p>a</p>", docdata))))).entries
    assert (first.item_id, first.status, first.replaces) == ("g", Status.USABLE, "old")
    assert (second.item_id, second.status) == ("old", Status.CANCELED)


def test_items_inside_an_unknown_envelope_are_found(read):
    """A SOAP answer around a message is looked through."""
    raw = b"<Envelope><Body><Answer>" + message(item(), item(guid="h")) + b"</Answer></Body></Envelope>"
    assert [entry.item_id for entry in read(raw).entries] == ["g", "h"]


def test_an_item_without_a_guid_is_named_or_refused(read):
    """Identity falls back as the feed's policy says; an item with nothing at all is an entry with a reason."""
    raw = message("<newsItem><itemMeta/><contentMeta><headline>H</headline></contentMeta></newsItem>", "<newsItem/>")
    first, second = read(raw).entries
    assert (first.id_source, "guid_missing" in first.flags) == ("content", True)
    assert isinstance(second, Refusal)
    assert second.reason == "empty_entry"


def test_a_message_that_ends_early_loses_its_last_item_only(read):
    """A cut through an item refuses that one by reason, and the whole message is flagged."""
    raw = message(item(guid="a"), item(guid="b"))
    first, second = read(raw[: raw.index(b'guid="b"') + 40]).entries
    assert first.item_id == "a"
    assert second.reason == "truncated_entry"


def test_sources_and_credit(read):
    """The credit line comes first, then who the content came from, then a provider that is named."""
    meta = '<provider literal="Harbour"/>'
    source = "<contentMeta><infoSource><name>Island Wire</name></infoSource>"
    assert one(read, meta=meta).credit == "Harbour"
    assert one(read, meta='<provider literal="harbour.example"/>').credit is None
    assert one(read, f"{source}</contentMeta>", meta=meta).credit == "Island Wire"
    found = one(read, f"{source}<creditline>Harbour \N{EN DASH}</creditline></contentMeta>", meta=meta)
    assert (found.credit, found.sources) == ("Harbour", ("Island Wire",))


def test_renditions_in_several_languages_are_items_of_one_document(read):
    """The first keeps the guid, the others are versions of it; of two renditions in one language the first is read."""
    texts = [("en", "Good"), ("fr", "Bon"), ("en-US", "Good again")]
    inline = "".join(f'<inlineXML xml:lang="{code}"><p>{said}</p></inlineXML>' for code, said in texts)
    first, second = read(message(item(content(inline)))).entries
    assert (first.item_id, first.body, first.part_of) == ("g", "Good", None)
    assert (second.item_id, second.body, second.part_of, second.language_declared) == ("g#lang=fr", "Bon", "g", "fr")


def test_restrictions_of_a_rendition_that_is_not_read_bind_all_the_same(read):
    """An NITF rendition beside the XHTML one brings its embargo and its kill of another document along."""
    release = '<date.release norm="20260301T060000Z"/>'
    docdata = f'<docdata management-doc-idref="old" management-idref-status="canceled">{release}</docdata>'
    found, other = read(message(item(content(xhtml("<p>a</p>") + nitf("<p>b</p>", docdata))))).entries
    assert (found.body, found.embargo.until, found.flags) == ("a", T, ("several_renditions",))
    assert (other.item_id, other.status) == ("old", Status.CANCELED)


def test_names_of_a_subject_in_every_language(read):
    """A contract may name a category in any of them; a mnemonic counts only where there is no name."""
    names = '<name xml:lang="en">sport</name><name xml:lang="de">Sport</name><name role="nrol:mnemonic">sp</name>'
    short = '<subject><name role="nrol:short">X</name></subject>'
    meta = f'<contentMeta><subject qcode="medtop:15000000">{names}</subject>{short}</contentMeta>'
    assert one(read, meta).categories == ("sport", "Sport", "medtop:15000000", "X")


def test_who_created_the_content_is_a_source(read):
    """The hop history tells who made it before it came here."""
    hop = '<hop><party><name>{}</name></party><action qcode="hopaction:{}" target="hatarget:{}"/></hop>'
    hops = hop.format("Island Wire", "created", "content") + hop.format("Indexer", "created", "metadata")
    assert one(read, f"<hopHistory>{hops}</hopHistory>").sources == ("Island Wire",)


def test_each_language_has_its_own_headline(read):
    """A headline that says its language heads the text in that language, in whatever order they stand."""
    heads = '<headline xml:lang="tr">Baslik</headline><headline xml:lang="en">Heading</headline>'
    inside = "".join(f'<inlineXML xml:lang="{code}"><p>{code}</p></inlineXML>' for code in ("en", "tr"))
    raw = (
        f'<newsItem guid="g"><itemMeta/><contentMeta>{heads}</contentMeta><contentSet>{inside}</contentSet></newsItem>'
    )
    assert [(item.title, item.body) for item in read(raw.encode()).entries] == [("Heading", "en"), ("Baslik", "tr")]


def test_dates_of_the_content_stand_in_for_dates_of_the_item(read):
    """Agencies that leave the item's dates blank still say when its content was made and changed."""
    made = (
        "<contentCreated>2026-03-01T06:00:00Z</contentCreated><contentModified>2026-03-01T07:00:00Z</contentModified>"
    )
    inside = f"<contentMeta>{made}</contentMeta>"
    blank = one(read, inside, meta="<versionCreated/><firstCreated/>")
    assert (blank.published_at.hour, blank.updated_at.hour) == (6, 7)
    dated = one(read, inside, meta="<versionCreated>2026-03-01T09:00:00Z</versionCreated>")
    assert (dated.published_at.hour, dated.updated_at.hour) == (9, 9)
