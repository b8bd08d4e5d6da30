"""Broken input that is read all the same, always flagged."""

from __future__ import annotations

import gzip
import html

import pytest

from newswire.errors import PayloadRefused
from newswire.formats import charset
from newswire.model import Refusal

TURKISH = "Şişli’de ığdır çiçeği açtı"
ARABIC = "افتتح الميناء اليوم بعد عام من العمل المتواصل"


def test_broken_xml_is_recovered_and_flagged(rss, read):
    """A stray ampersand, an HTML entity and an unclosed tag lose nothing and are flagged."""
    parsed = read(rss("<item><title>Fish & chips&nbsp;caf&eacute;</title><description>a<br>b</description></item>"))
    assert parsed.entries[0].title == "Fish & chips café"
    assert "recovered_xml" in parsed.flags
    assert "recovered_xml" in parsed.entries[0].flags


def test_undeclared_prefixes_keep_their_rights(read):
    """Rights under a prefix that the feed forgot to declare are read."""
    raw = (
        b"<rss><channel><item><title>t</title>"
        b'<media:restriction relationship="deny" type="country">tr</media:restriction>'
    )
    item = read(raw + b"<dc:rights>mine</dc:rights></item></channel></rss>").entries[0]
    assert {(r.value, r.polarity) for r in item.rights} == {("mine", None), ("tr", "deny")}


def test_cut_off_entry_is_refused_and_the_others_stand(rss, read):
    """Half a story is quarantined at its ordinal; whole stories before it are read."""
    whole = rss("<item><title>one</title></item><item><title>two</title><description>It ends in the mid")
    parsed = read(whole.removesuffix(b"</channel></rss>"))
    assert parsed.entries[0].title == "one"
    assert isinstance(parsed.entries[1], Refusal)
    assert parsed.entries[1].reason == "truncated_entry"
    assert parsed.links == (None, None)


def test_junk_before_the_declaration(rss, read):
    """A server's warning in front of a feed is cut and flagged."""
    parsed = read(b"Warning: something in line 3\n" + rss("<item><title>t</title></item>"))
    assert parsed.entries[0].title == "t"
    assert "recovered_xml" in parsed.flags


def test_a_servers_warning_before_a_feed(rss, read):
    """What a script writes before its feed is left out and flagged; a page that only shows a feed is a page."""
    feed = rss("<item><title>t</title></item>")
    warning = b"<br />\n<b>Warning</b>: Undefined variable in <b>/srv/feed.php</b> on line <b>3</b><br />\n"
    parsed = read(warning + feed, url="https://wire.example/feed")
    assert (parsed.entries[0].title, parsed.flags) == ("t", ("recovered_xml",))
    shown = b"<html><body><p>Write</p><pre>" + html.escape(feed.decode()).encode() + b"</pre></body></html>"
    with pytest.raises(PayloadRefused, match="HTML page"):
        read(shown, url="https://wire.example/feed")


def test_what_follows_a_whole_document_does_not_cut_it_off(rss, read):
    """A script or a comment behind the root element is a fault, and nothing is missing."""
    parsed = read(rss("<item><title>t</title></item>") + b"\n<!-- 0.3 s -->\n<script>track()</script>")
    assert (parsed.entries[0].title, parsed.flags) == ("t", ("recovered_xml",))


def test_characters_written_as_halves_of_utf16(rss, read):
    """What Java and JavaScript escape so is one character; a half alone is replaced, and nothing is raised for it."""
    said = "Ferry &#xD83D;&#xDEA2;&#55357;&#56994; &#xD83D; &#xdea2;&#xd83d; &#55000; quay"
    item = read(rss(f"<item><guid>a&#xD83D;</guid><title>{said}</title></item>")).entries[0]
    assert (item.title, item.item_id) == ("Ferry 🚢🚢 � �� 훘 quay", "a�")
    assert item.flags == ("recovered_xml",)


def test_external_dtd_is_named_not_loaded(read):
    """A DOCTYPE that only names a DTD is ignored, and flagged."""
    raw = b'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://localhost:1/rss.dtd"><rss><channel><item><title>t</title></item></channel></rss>'
    parsed = read(raw)
    assert parsed.entries[0].title == "t"
    assert parsed.flags == ("dtd_ignored",)


@pytest.mark.parametrize("declared", ["utf-8", "us-ascii"])
def test_turkish_bytes_under_a_wrong_label(rss, read, declared):
    """windows-1254 bytes under another label come out as the Turkish they are, flagged."""
    parsed = read(rss(f"<item><title>{TURKISH}</title></item>", encoding="cp1254", declared=declared))
    assert parsed.entries[0].title == TURKISH
    assert "charset_repaired" in parsed.entries[0].flags


def test_arabic_bytes_under_a_wrong_label(rss, read):
    """windows-1256 bytes under a UTF-8 label come out as the Arabic they are, flagged."""
    parsed = read(rss(f"<item><title>{ARABIC}</title></item>", encoding="cp1256", declared="utf-8"))
    assert parsed.entries[0].title == ARABIC
    assert "charset_repaired" in parsed.flags


def test_one_bad_byte_does_not_spoil_utf8(rss, read):
    """A single foreign byte in UTF-8 is repaired alone."""
    raw = rss(f"<item><title>{TURKISH} @</title></item>").replace(b"@", b"\xfe")
    assert read(raw).entries[0].title == f"{TURKISH} ş"


def test_honest_labels_are_not_flagged(rss, read):
    """ISO-8859-9, windows-1254 and a transport's charset are believed where they hold."""
    item = f"<item><title>{TURKISH}</title></item>"
    latin5 = item.replace("’", "'")
    assert read(rss(latin5, encoding="iso8859-9")).flags == ()
    parsed = read(rss(item, encoding="cp1254", declared="utf-8"), content_type='text/xml; charset="windows-1254"')
    assert (parsed.entries[0].title, parsed.flags) == (TURKISH, ())


def test_text_that_was_encoded_twice_is_read_as_it_was_meant(rss, read):
    """UTF-8 that was taken for windows-1252 and encoded again; a text that is only partly so stays as it is."""
    meant = f"{TURKISH} “İlk”"
    item = "<item><title>{}</title></item>"
    garbled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in meant.encode())
    parsed = read(rss(item.format(garbled)))
    assert (parsed.entries[0].title, parsed.flags) == (meant, ("charset_repaired",))
    assert read(rss(item.format(meant))).flags == ()
    for honest in ("Ã§ and ç", "Škoda – Ärger", "Â£5", "10 €"):
        assert read(rss(item.format(honest + "ü"))).entries[0].title == honest + "ü"


def test_turkish_under_a_western_label_is_turkish(rss, read):
    """The six letters that ISO-8859-1 lacks are not read as Icelandic; Icelandic and other Western texts are."""
    said = "Işıklı köprü açıldı, ağır taşıtlar şimdilik geçemiyor"
    parsed = read(rss(f"<item><title>{said}</title></item>", encoding="cp1254", declared="iso-8859-1"))
    assert (parsed.entries[0].title, parsed.flags) == (said, ("charset_repaired",))
    icelandic = ("Það er ný brú á ánni og þau fóru yfir hana í gær", "Þetta er það sem við þurfum og viljum að verði.")
    for honest in (*icelandic, "Il a été élu ; la forêt brûle", "ýmis"):
        parsed = read(rss(f"<item><title>{honest}</title></item>", encoding="cp1252", declared="iso-8859-1"))
        assert (parsed.entries[0].title, parsed.flags) == (honest, ())
    said = "Ný sýn og skýr, dýr og nýtt, segir hann"
    told = {"content_type": "text/plain; charset=iso-8859-1", "language": "is"}
    assert charset.decode(said.encode("cp1252"), **told)[0] == said


def test_members_of_a_gzip_file_are_one_payload(rss, read):
    """Log rotation and block compressors append: what follows the first member is no rest (RFC 1952, 2.2)."""
    raw = rss("<item><title>One</title></item><item><title>Two</title></item>")
    packed = b"".join(gzip.compress(part) for part in (raw[:90], b"", raw[90:]))
    assert [item.title for item in read(packed + bytes(8)).entries] == ["One", "Two"]


WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
STORY = '{"uri": "urn:harbour:1", "headline": "Işık yandı", "body_text": "The ferry came back in the morning."}'
MAIL = "From: Desk <desk@harbour.example>\nSubject: Işık yandı\nContent-Type: text/plain\n\nThe ferry came back.\n"


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-9"])
def test_wide_text_under_another_label_is_told(rss, read, encoding, declared):
    """UTF-16 and UTF-32 without a byte order mark are known by their NULs; a declaration that says else is flagged."""
    parsed = read(rss(f"<item><title>{TURKISH}</title></item>", encoding=encoding, declared=declared))
    assert (parsed.entries[0].title, parsed.flags) == (TURKISH, ("charset_repaired",))
    label = encoding.rpartition("-")[0]
    assert read(rss("<item><title>x</title></item>", encoding=encoding, declared=label)).flags == ()


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("text", [STORY, MAIL, f"Işık yandı\n\n{ARABIC} {ARABIC}\n"])
def test_wide_text_without_markup_is_read(read, encoding, text):
    """JSON, mail and plain text in UTF-16 and UTF-32 are read with a byte order mark, and without one, flagged."""
    parsed = read(text.encode(encoding))
    assert (parsed.entries[0].title, parsed.flags) == ("Işık yandı", ("charset_repaired",))
    marked = read(f"\ufeff{text}".encode(encoding))
    assert (marked.entries[0].body, marked.flags) == (parsed.entries[0].body, ())


def test_stray_nuls_are_no_encoding(read):
    """A teletype message padded with NULs is what it was without them."""
    raw = b"\x01abc0001 3 pl 20\r\n\x02Harbour lamp\r\n\r\nThe lamp is lit tonight, after a year.\r\n\x03\x04"
    assert read(b"\0\0" + raw + b"\0\0").entries[0].body == read(raw).entries[0].body


def test_codec_that_is_no_charset_is_not_used(read):
    """A label such as utf-7 cannot smuggle markup past the checks."""
    raw = b'<?xml version="1.0" encoding="utf-7"?><rss><channel><item><title>+ADw-b+AD4-</title></item></channel></rss>'
    assert read(raw).entries[0].title == "+ADw-b+AD4-"


def test_undeclared_prefix_inside_markup(atom, read):
    """XHTML content with a prefix that nobody declared is read by its local names."""
    parsed = read(atom('<entry><id>1</id><content type="xhtml"><div><x:p>one</x:p><p>two</p></div></content></entry>'))
    assert parsed.entries[0].body == "one\ntwo"
