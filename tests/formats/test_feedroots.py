"""Feeds that are wrapped, written in another case or put into a namespace: read as they were meant, flagged."""

from __future__ import annotations

import re
from html import escape

import pytest

from newswire.errors import PayloadRefused
from newswire.model import Refusal

ITEM = (
    '<item><guid isPermaLink="false">urn:1</guid><title>Quay works begin</title>'
    "<description>The quay opens.</description>"
    "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate><copyright>mine</copyright></item>"
)
RSS = f'<rss version="2.0"><channel><title>Harbour</title>{ITEM}</channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id><title>Quay works begin</title>'
    '<published>2026-11-23T10:00:00Z</published><content type="text">The quay opens.</content>'
    "<rights>mine</rights></entry></feed>"
)
BOMB = '<!DOCTYPE rss [<!ENTITY a "aa">]>'
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WRAPPERS = {
    "an envelope": f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body>{{}}</s:Body></s:Envelope>',
    "a default namespace": f'<Envelope xmlns="{SOAP}"><Body><answer xmlns="">{{}}</answer></Body></Envelope>',
    "an answer": '<response status="ok"><result>{}</result></response>',
}


def capitals(feed: str) -> str:
    """A feed whose elements are written in capitals."""
    return re.sub(r"</?[A-Za-z]+", lambda tag: tag[0].upper(), feed)


def whole(parsed) -> bool:
    """Whether the one story is there with all that it says, and flagged."""
    [item] = parsed.entries
    said = (item.item_id, item.title, item.body, str(item.published_at)[:13], [right.value for right in item.rights])
    assert said == ("urn:1", "Quay works begin", "The quay opens.", "2026-11-23 10", ["mine"])
    return "recovered_xml" in parsed.flags and "recovered_xml" in item.flags


@pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS)
@pytest.mark.parametrize("feed", [RSS, ATOM], ids=["rss", "atom"])
def test_a_feed_in_a_wrapper_is_found(wrapper, feed, read):
    """As elements, as escaped text and as a CDATA section; the pointer leads to it from the document's root."""
    assert whole(read(wrapper.format(feed).encode()))
    assert whole(read(wrapper.format(escape(feed)).encode()))
    parsed = read(wrapper.format(f'<![CDATA[<?xml version="1.0"?>{feed}]]>').encode())
    assert whole(parsed)
    assert re.fullmatch(r"/.*(?:Body|answer|result)/.*/(?:item|atom:entry)\[1\]", parsed.entries[0].pointer)


def test_a_feed_inherits_its_wrappers_namespace(read):
    """An envelope's default namespace is that of all it holds, RSS included."""
    assert whole(read(f'<Envelope xmlns="{SOAP}"><Body>{RSS}</Body></Envelope>'.encode()))


def test_what_a_wrapper_holds_is_no_less_guarded(read):
    """Entities in a wrapped feed are refused; of two feeds none is chosen, and a fault is no feed."""
    with pytest.raises(PayloadRefused, match="declares entities"):
        read(f"<string>{escape(BOMB + RSS)}</string>".encode())
    for inside in (RSS + RSS, f"{RSS}<string>{escape(RSS)}</string>", "<s:Fault xmlns:s='urn:s'>No access</s:Fault>"):
        with pytest.raises(PayloadRefused) as refused:
            read(f"<answer>{inside}</answer>".encode())
        assert refused.value.reason == "unknown_xml"


@pytest.mark.parametrize(
    "feed",
    [
        capitals(RSS),
        capitals(RSS).replace("version", "VERSION").replace("isPermaLink", "ISPERMALINK"),
        capitals(ATOM),
        RSS.replace("<item", "<Item").replace("</item", "</Item").replace("copyright>", "Copyright>"),
        RSS.replace("pubDate", "pubdate"),
        f"<answer>{capitals(RSS)}</answer>",
    ],
)
def test_another_case_hides_nothing(feed, read):
    """Elements in capitals, or some of them, or dates in small letters."""
    parsed = read(feed.encode())
    assert whole(parsed)
    assert parsed.entries[0].source_url is None


def test_rights_in_capitals_count(read):
    """Modules too, whether their prefix is declared or not; an element of someone else's namespace stays theirs."""
    rights = (
        '<DC:RIGHTS>mine</DC:RIGHTS><MEDIA:RESTRICTION RELATIONSHIP="deny" TYPE="country">tr</MEDIA:RESTRICTION>'
        "<dcterms:accessrights>none</dcterms:accessrights><SHOP:RIGHTS>sold</SHOP:RIGHTS>"
    )
    declared = (
        'xmlns:DC="http://purl.org/dc/elements/1.1/" xmlns:MEDIA="http://search.yahoo.com/mrss/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:SHOP="https://shop.example/"'
    )
    for names in (declared, ""):
        feed = f"<RSS {names}><CHANNEL><ITEM><TITLE>t</TITLE>{rights}</ITEM></CHANNEL></RSS>"
        [item] = read(feed.encode()).entries
        assert [(right.value, right.polarity) for right in item.rights] == [
            ("mine", None),
            ("none", None),
            ("tr", "deny"),
        ]


@pytest.mark.parametrize(
    "uri", ["https://example.org/any", "http://www.w3.org/2005/Atom", "http://search.yahoo.com/mrss/"]
)
def test_rss_in_a_namespace_is_rss(uri, read):
    """A default namespace, a prefix for all of it, or one on the channel alone; Atom's own elements stay so."""
    prefixed = re.sub(r"<(/?)(\w)", r"<\1r:\2", RSS).replace("<r:rss", f'<r:rss xmlns:r="{uri}"')
    for feed in (RSS.replace("<rss", f'<rss xmlns="{uri}"'), prefixed):
        assert whole(read(feed.encode()))
    if "example" in uri:
        assert whole(read(RSS.replace("<channel", f'<channel xmlns="{uri}"').encode()))
    with_atom = RSS.replace(
        "</item>", '<a:link href="/1" rel="alternate" xmlns:a="http://www.w3.org/2005/Atom"/></item>'
    )
    parsed = read(with_atom.replace("<rss", f'<rss xmlns="{uri}"').encode())
    assert parsed.entries[0].source_url == "https://wire.example/1"


def test_a_feed_in_order_is_not_flagged(read):
    """Markup in capitals inside a text, and names of other vocabularies, are no fault."""
    other = '<x:Copyright xmlns:x="https://shop.example/">sold</x:Copyright>'
    feed = RSS.replace("The quay opens.", "<![CDATA[<P>The <B>quay</B> opens.</P>]]>").replace(
        "</item>", f"{other}</item>"
    )
    parsed = read(feed.encode())
    assert (parsed.flags, parsed.entries[0].body, len(parsed.entries[0].rights)) == ((), "The quay opens.", 1)


@pytest.mark.parametrize(
    ("written", "flags"),
    [
        ("<![cdata[The quay opens.]]>", ("recovered_xml",)),
        ("<! [CDATA [The quay opens.]]>", ("recovered_xml",)),
        ("<![CDATA[<![CDATA[The quay opens.]]>]]>", ("recovered_xml",)),
        ("&lt;![CDATA[The quay opens.]]&gt;", ("escaped_twice",)),
        ("<![CDATA[The ]]><![CDATA[quay]]> opens.", ()),
    ],
)
def test_a_section_written_in_another_way_is_read(written, flags, read):
    """CDATA in small letters, with blanks, inside another, escaped once too often; several beside one another."""
    [item] = read(RSS.replace("The quay opens.", written).encode()).entries
    assert (item.body, item.flags, item.rights[0].value) == ("The quay opens.", flags, "mine")


@pytest.mark.parametrize("field", ["description", "copyright"])
def test_a_section_that_ends_in_a_later_entry_swallows_none_unseen(field, read):
    """The document is well formed, and the entry that took others in is refused; those before and behind it stand."""
    first, last = (ITEM.replace("urn:1", name) for name in ("urn:0", "urn:4"))
    greedy = ITEM.replace("urn:1", "urn:2").replace(f"<{field}>", f"<{field}><![CDATA[")
    closing = ITEM.replace("urn:1", "urn:3").replace("mine", "<![CDATA[mine]]>")
    parsed = read(RSS.replace(ITEM, first + greedy + closing + last).encode())
    assert [getattr(entry, "item_id", None) for entry in parsed.entries] == ["urn:0", None, "urn:4"]
    assert (parsed.entries[1].reason, parsed.entries[1].pointer) == ("truncated_entry", "/rss/channel/item[2]")
    alone = read(RSS.replace(ITEM, greedy + closing).encode())
    assert [entry.reason for entry in alone.entries] == ["truncated_entry"]


def test_markup_of_a_feed_in_a_text_is_a_text(read):
    """Escaped as it should be, what an article says of feeds is no entry."""
    said = "&lt;p&gt;Write &amp;lt;item&amp;gt; and &amp;lt;/item&amp;gt;.&lt;/p&gt;"
    [item] = read(RSS.replace("The quay opens.", said).encode()).entries
    assert item.body == "Write <item> and </item>."


def test_a_section_without_an_end_takes_no_rights_along(read):
    """What stands behind it is lost, so its entry is refused; those before it stand."""
    broken = ITEM.replace("<description>", "<description><![CDATA[").replace("urn:1", "urn:2")
    parsed = read(RSS.replace("</channel>", f"{broken}{ITEM}</channel>").encode())
    assert parsed.entries[0].item_id == "urn:1"
    assert isinstance(parsed.entries[1], Refusal)
    assert (parsed.entries[1].reason, "truncated_xml" in parsed.flags) == ("truncated_entry", True)
