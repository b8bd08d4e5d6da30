"""What is refused as a whole, by reason; nothing else is ever raised."""

from __future__ import annotations

import gzip

import pytest

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<rss><channel><item><title>&c;</title></item></channel></rss>"""
XXE = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>"""
ERROR_PAGE = (
    b"<!DOCTYPE html><html><head><title>503</title></head>"
    b"<body><h1>503 Service Unavailable</h1><p>Later.</p></body></html>"
)
WXR = b"<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel/></rss>"
MAIL = b"Received: by host\r\nFrom: desk@wire.example\r\nSubject: A story\r\n\r\nText of the story.\r\n"


def reason(raw: bytes, **settings) -> str:
    with pytest.raises(PayloadRefused) as caught:
        parse(raw, Source(**{"url": "https://wire.example/latest", **settings}))
    return caught.value.reason


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
        (bytes(range(14, 32)) * 50, "binary"),
        (gzip.compress(b"<rss/>" * 50)[:-20], "bad_gzip"),
        (ERROR_PAGE, "html_page"),
        (b"<timetable><stop/></timetable>", "unknown_xml"),
        (b"<", "not_an_article"),
        (b"<?xml version='1.0'?><!-- only a comment -->", "broken_xml"),
        (b"one line of words", "not_an_article"),
        (MAIL.partition(b"Text")[0], "no_text"),
        (b'{"menu": ["soup"]}', "not_news_item"),
        (b'{"uri": "urn:x", "headline": "cut o', "broken_json"),
        (b'{"uri": "urn:x"} {"uri": "urn:y"}', "broken_json"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "too_deep"),
        (b'{"a": ' + b"[" * 100_000, "too_deep"),
    ],
)
def test_refused_by_reason(raw, expected):
    """A payload that no format reads is refused with the reason that a person needs."""
    assert reason(raw) == expected


@pytest.mark.parametrize("raw", [BOMB, XXE, BOMB.replace(b"&c;", b"t"), XXE.replace(b"&x;", b"t")])
def test_entities_are_never_resolved(raw):
    """A document that declares entities is refused before any parser could expand or fetch one."""
    assert reason(raw) == "xml_entities"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY % nitf SYSTEM "../dtd/nitf-3-0.dtd"> %nitf;',
        '<!ENTITY nbsp "&#160;">',
    ],
)
def test_modules_and_named_characters_of_a_dtd_change_nothing(read, subset):
    """A DTD's modules are cut out unread, HTML's characters keep their meaning; the story is read and flagged."""
    said = f"<!DOCTYPE rss [{subset}]><rss><channel><item><title>a&nbsp;b &lt;</title></item></channel></rss>"
    parsed = read(said.encode())
    assert parsed.entries[0].title == "a b <"
    assert "dtd_ignored" in parsed.flags


def test_hidden_doctype_is_found_in_any_encoding():
    """An entity bomb in UTF-16 is a bomb all the same."""
    assert reason(BOMB.decode().replace("<?xml", '<?xml encoding="utf-16"', 1).encode("utf-16")) == "xml_entities"


def test_gzip_bomb_stops_at_the_limit():
    """Unpacking stops at the limit, whatever the stream holds."""
    assert reason(gzip.compress(bytes(60_000_000))) == "too_large"


@pytest.mark.parametrize(
    "settings",
    [
        {"format": "rss"},
        {"content_type": "application/rss+xml; charset=utf-8"},
        {"content_type": "text/xml"},
        {"url": "https://wire.example/news/feed/"},
        {"url": "https://wire.example/latest.xml"},
    ],
)
def test_html_where_a_feed_was_expected(settings):
    """An error page with status 200 is not mistaken for news."""
    assert reason(ERROR_PAGE, **settings) == "html_instead_of_feed"


def test_format_override_must_fit(rss):
    """A configured format that is unknown, or does not fit the payload, is refused."""
    assert reason(rss(""), format="teletext") == "unknown_format"
    assert reason(rss(""), format="plain_text") == "format_mismatch"
    assert reason(rss(""), format="atom") == "format_mismatch"


def test_nesting_is_limited(rss, read):
    """Nesting that would exhaust a parser refuses the payload, or the one entry whose body has it."""
    assert reason(rss("<item>" + "<b>" * 400 + "</b>" * 400 + "</item>")) == "too_deep"
    deep = "&lt;div&gt;" * 5000
    parsed = read(rss(f"<item><title>t</title><description>{deep}x</description></item><item><title>u</title></item>"))
    assert parsed.entries[0].reason == "too_deep"
    assert parsed.entries[1].title == "u"


def test_item_limit(rss):
    """More entries than a feed can sensibly have refuse the payload."""
    assert reason(rss("<item><title>t</title></item>" * 10_001)) == "too_many_entries"


def test_element_limit():
    """A document of millions of elements is refused before they are built."""
    assert reason(b"<nitf>" + b"<p/>" * 2_000_000 + b"</nitf>") == "too_many_elements"
