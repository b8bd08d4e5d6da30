"""HTML inside feeds and on pages: what of it is text."""

from __future__ import annotations

import pytest

from newswire.formats import htmltext
from newswire.formats.htmltext import images, parse, to_text
from newswire.markup import safe


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a&nbsp;b &amp; c</p><p>d<br>e</p>tail", "a b & c\nd\ne\ntail"),
        ("<p>one <b>two</b>\nthree</p>", "one two three"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 | 2\n3"),
        ("a<script>x()</script>b<style>p{}</style><!-- c -->", "ab"),
        ("<figure><img alt=i><figcaption>caption</figcaption></figure><p>x</p>", "x"),
        ("<pre><code>a\n  b</code></pre>", "a\nb"),
        ("don&#146;t", "don’t"),
        ("<p> </p>", ""),
        ("", ""),
    ],
)
def test_one_paragraph_a_line(markup, text):
    """Blocks and line breaks end a line, inline markup does not, scripts and captions are no text."""
    assert htmltext.to_text(markup) == text


def test_simple_page_without_markup_reads_as_an_article(read):
    """A headline with prose under it is an article; navigation and the page's footer are not part of it."""
    prose = "A sentence of some length that says what happened in the harbour on that day, and why. " * 3
    raw = (
        f"<html><body><nav>Home</nav><h1>Title</h1>"
        f"<p>{prose}</p><p>{prose}(WIRE)</p><footer>All rights</footer></body></html>"
    )
    item = read(raw.encode()).entries[0]
    assert item.title == "Title"
    assert item.body.splitlines() == [prose.strip(), prose + "(WIRE)"]


def test_teaser_cards_are_not_the_story(read):
    """Article elements that hold teasers do not displace the story beside them."""
    prose = "The story goes on for a while in its own column and says a good deal more than any teaser. " * 3
    cards = "<article><h2>Other</h2><p>Short teaser of another story.</p></article>" * 3
    raw = (
        "<html><head><meta property='og:type' content='article'></head>"
        f"<body><div><h1>T</h1><div><p>{prose}</p><p>{prose}</p></div></div>{cards}</body></html>"
    )
    assert read(raw.encode()).entries[0].body.count("\n") == 1


def test_boxes_with_broken_names_are_left_out_too(read):
    """A box whose tag is no name at all does not stop the page from being read."""
    prose = "A sentence of some length that says what happened in the harbour on that day, and why. " * 3
    raw = (
        f"<html><body><h1>Title</h1><div<!-- class='share'>Share</div<!--><p>{prose}</p><p>{prose}(WIRE)</p>"
        "<p>All rights reserved.</p></body></html>"
    )
    assert read(raw.encode()).entries[0].body.startswith(prose.strip())


def test_a_content_of_pictures_alone_keeps_them(rss, read):
    """The description is the text then, and the pictures are components all the same."""
    content = "<content:encoded><![CDATA[<img src='/quay.jpg'>]]></content:encoded>"
    for described, body in (("<description>The quay opens.</description>", "The quay opens."), ("", "")):
        [item] = read(rss(f"<item><guid>1</guid><title>Quay</title>{content}{described}</item>")).entries
        assert (item.body, [media.url for media in item.media]) == (body, ["https://wire.example/quay.jpg"])


def test_a_picture_beside_a_delivered_file_keeps_its_name(rss, read):
    """No address of a folder or server of ours, or of the partner's, is made of a relative one."""
    feed = rss("<item><title>t</title><media:content url='a.jpg'/><enclosure url='b.jpg'/></item>")
    for url in ("file:///srv/wire/feed.xml", "sftp://wire.example/out/feed.xml"):
        assert [media.url for media in read(feed, url=url).entries[0].media] == ["a.jpg", "b.jpg"]
    [first, _] = read(feed, url="https://wire.example/out/feed.xml").entries[0].media
    assert first.url == "https://wire.example/out/a.jpg"


def test_markup_that_was_escaped_twice_is_read_as_it_was_meant(rss, atom, read):
    """No tags stand in a body for readers; a text that writes about tags keeps them."""
    twice = "&amp;lt;p&amp;gt;The quay won &amp;pound;5.&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Again.&amp;lt;/p&amp;gt;"
    in_rss = read(rss(f"<item><guid>1</guid><title>t</title><description>{twice}</description></item>"))
    in_atom = read(atom(f"<entry><id>1</id><title>t</title><content type='html'>{twice}</content></entry>"))
    for item in (in_rss.entries[0], in_atom.entries[0]):
        assert (item.body, item.flags) == ("The quay won £5.\nAgain.", ("escaped_twice",))
        assert item.body_html == "<p>The quay won £5.</p><p>Again.</p>"
    written = "Write &amp;lt;p&amp;gt; first, then &amp;lt;br&amp;gt;."
    item = read(rss(f"<item><guid>1</guid><title>t</title><description>{written}</description></item>")).entries[0]
    assert (item.body, item.flags) == ("Write <p> first, then <br>.", ())


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>unseen</p>",
        "<div style='color: red; Display : None'><p>unseen</p></div>",
        '<span style="visibility:hidden">unseen</span>',
        '<p style="display:block; display:none !important">unseen</p>',
        '<div style="visibility:hidden"><p style="display:none;visibility:visible">unseen</p></div>',
    ],
)
def test_what_hides_itself_is_no_text(hidden):
    """Words that no reader of the partner's site sees are in neither body: not as text, not as markup."""
    markup = f"<p>The lamp is lit.</p>{hidden}<p>The quay opens.</p>"
    assert to_text(markup) == "The lamp is lit.\nThe quay opens."
    assert safe(markup) == "<p>The lamp is lit.</p><p>The quay opens.</p>"
    assert to_text("<p hidden='until-found'>found by searching</p>") == "found by searching"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="-webkit-backface-visibility: hidden; backface-visibility:hidden"><p>seen</p></div>',
        '<p style="display:none;display:block">seen</p>',
        '<p style="--display:none">seen</p>',
        '<p style="visibility:hidden;visibility:visible">seen</p>',
        '<div style="visibility:hidden"><div><p style="visibility: visible !important">seen</p></div></div>',
    ],
)
def test_what_a_reader_sees_is_text(shown):
    """A style hides by what it says last of the property itself; what stands visible in something hidden is seen."""
    assert to_text(f"{shown}<p>The quay opens.</p>") == "seen\nThe quay opens."


@pytest.mark.parametrize("way", ["visibility:hidden", "display:none"])
def test_a_page_that_hides_until_it_has_loaded_is_read(way):
    """What says so of the whole page is a script's trick against flicker."""
    assert to_text(f'<html style="{way}"><body hidden style="{way}"><p>The lamp is lit.</p></body></html>')


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("<img src='data:image/gif;base64,R0' data-src='/lamp.jpg'>", "/lamp.jpg"),
        ("<img srcset='/lamp-320.jpg 320w, /lamp-1280.jpg 1280w'>", "/lamp-1280.jpg"),
        ("<img src='/lamp.jpg' srcset='/lamp-2.jpg 2x'>", "/lamp.jpg"),
        ("<img src='data:image/gif;base64,R0'>", "data:image/gif;base64,R0"),
    ],
)
def test_an_image_that_is_loaded_late_has_its_address(image, address):
    """The address of an image is not that of the stand-in that a page shows until it is loaded."""
    assert [found for found, _ in images(parse(f"<p>{image}</p>"))] == [address]


def test_what_hides_itself_in_xhtml_is_no_text(read, atom):
    """XHTML inside a feed hides its words in the same ways."""
    inside = '<p>The lamp is lit.</p><p style="visibility: hidden">unseen</p>'
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'
    entry = f'<entry><id>1</id><title>Lamp</title><content type="xhtml">{div}</content></entry>'
    assert read(atom(entry)).entries[0].body == "The lamp is lit."


def test_a_text_without_spaces_between_words_is_an_article(read):
    """Chinese, Japanese and Korean say in forty characters what takes eighty in other scripts."""
    text = (
        "灯台が再びともった\n\n"
        "港の灯台の明かりが火曜日の夜、二年ぶりにともり、灯台守は二百十二段の階段を上って港を見渡した。"
    )
    assert read(text.encode()).entries[0].title == "灯台が再びともった"
