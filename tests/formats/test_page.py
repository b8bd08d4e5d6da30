"""Article pages: the story, and the notices that stand in small print under it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from tests.samples import SAMPLES

from newswire.errors import PayloadRefused
from newswire.formats import Source, htmltext, jsonld, maintext, parse

STORY = "The keeper of the lighthouse climbed two hundred and twelve steps on Tuesday and lit the lamp again. " * 2


def page(inside: str) -> bytes:
    head = '<meta property="og:type" content="article"><title>The lamp is lit</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{inside}</body></html>".encode()


@pytest.mark.parametrize("row", maintext.marks(), ids=lambda row: row["language"])
def test_marks_of_notices_fit_their_examples(row):
    """Each row finds its notices in any writing of i, and no sentence that merely speaks of rights."""
    for text in row["matches"]:
        assert maintext.is_notice(text)
    assert not any(maintext.is_notice(text) for text in row["rejects"])


def test_a_notice_in_small_print_stands_where_it_stood(read):
    """What the reader of pages leaves out as small print is put back between the story and what follows it."""
    inside = (
        f"<main><h1>The lamp is lit</h1><article><p>{STORY}</p><p>{STORY}(HW)</p></article>"
        '<div class="legal-small-print"><small>© 2026 Harbour Wire. All rights reserved.</small></div></main>'
    )
    rows = read(page(inside)).entries[0].body.splitlines()
    assert rows == [STORY.strip(), f"{STORY}(HW)", "© 2026 Harbour Wire. All rights reserved."]


def test_what_stands_around_a_story_is_left_out(read):
    """Navigation, comments, banners and the page's footer are no part of a body, nor are their notices."""
    above = "<nav><a href='/'>Home</a></nav><div class='cookie-banner'><p>We use cookies. © Banner</p></div>"
    below = "<section id='comments'><p>First! All rights reserved by me.</p></section>"
    below += "<footer><p>© 2026 Harbour Wire. All rights reserved.</p></footer>"
    story = f"<article><h1>The lamp is lit</h1><p>{STORY}</p><p>{STORY}</p></article>"
    item = read(page(above + story + below)).entries[0]
    assert set(item.body.splitlines()) == {STORY.strip()}
    assert item.title == "The lamp is lit"


def test_what_a_page_keeps_for_its_script_is_no_text(read):
    """A template, which a browser does not show, and what hides itself are not read."""
    unseen = "<template><p>A paragraph for a script to fill in.</p></template><p hidden>A line that waits.</p>"
    inside = f"<main><h1>The lamp is lit</h1><article><p>{STORY}</p>{unseen}<p>{STORY}(HW)</p></article></main>"
    assert read(page(inside)).entries[0].body.splitlines() == [STORY.strip(), f"{STORY}(HW)"]


def test_a_page_that_animates_is_read(read):
    """What only the back of an element hides is text, and so is a page that its script shows once it has loaded."""
    story = f'<article style="backface-visibility:hidden"><p>{STORY}</p><p>{STORY}</p></article>'
    html = page(f"<main><h1>The lamp is lit</h1>{story}</main>").replace(b"<body>", b'<body style="visibility:hidden">')
    assert set(read(html).entries[0].body.splitlines()) == {STORY.strip()}


def test_the_pictures_of_the_story_are_its_media(read):
    """A picture beside the story's paragraphs belongs to it, one of a teaser does not."""
    story = f"<div><p>{STORY}</p><figure><img src='https://a.example/lamp.jpg'><figcaption>Lamp</figcaption></figure>"
    teaser = "<aside><img src='https://a.example/other.jpg'></aside>"
    item = read(page(f"<h1>The lamp is lit</h1>{story}<p>Three islands saw it. {STORY}</p></div>{teaser}")).entries[0]
    assert [(m.url, m.caption) for m in item.media] == [("https://a.example/lamp.jpg", "Lamp")]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files at {SAMPLES}")
def test_bodies_of_real_pages_are_complete():
    """What a page's own description gives as the article's text is in the body that is read from the page."""
    seen, poor = 0, []
    for path in sorted((SAMPLES / "wires").glob("*.html.gz")):
        try:
            item = parse(path.read_bytes(), Source(url="https://wire.example/x")).entries[0]
        except PayloadRefused:
            continue
        assert len(item.body) > 500, path.name
        seen += 1
        described = jsonld.describe(htmltext.parse(_markup(path)))
        stated = set(re.findall(r"\w{4,}", htmltext.to_text(next(described.texts("articleBody"), ""))))
        if stated and len(stated & set(re.findall(r"\w{4,}", item.body))) < 0.85 * len(stated):
            poor.append(path.name)
    assert poor == []
    assert seen >= 20


def _markup(path: Path) -> str:

    return gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


@pytest.mark.parametrize("at", ["block", "graph", "inside"])
def test_references_inside_a_description_are_followed(read, at):
    """A holder that the article's description only refers to is told where another object of the page names it."""
    holder = '{"@id": "#hw", "@type": "Organization", "name": "Harbour Wire"}'
    within = f', "publisher": {holder}' if at == "inside" else ""
    refers = f'"copyrightHolder": {{"@id": "#hw"}}, "author": [{{"@id": "#none"}}]{within}'
    article = f'{{"@type": "NewsArticle", "headline": "H", {refers}}}'
    said = {"block": f"[{article}, {holder}]", "graph": f'{{"@graph": [{article}, {holder}]}}', "inside": article}[at]
    script = f'<script type="application/ld+json">{said}</script>'
    [item] = read(page(f"{script}<article><p>{STORY}</p></article>")).entries
    assert ([s.holder for s in item.rights], item.byline) == (["Harbour Wire"], None)


def test_a_pages_link_to_its_licence_is_a_statement(read):
    """A ``link`` with the relation license names the licence of the main content, or an RSL document that has one."""
    links = '<link rel="license" href="/terms"><link rel="LICENSE" type="application/rsl+xml" href="rsl.xml">'
    html = page(f"<article><h1>The lamp is lit</h1><p>{STORY}</p><p>{STORY}</p></article>")
    (item,) = read(html.replace(b"</title>", b"</title>" + links.encode())).entries
    said = [(s.kind, s.value.rpartition("/")[2], s.type, s.scope) for s in item.rights]
    assert said == [("license", "terms", None, "item"), ("policy", "rsl.xml", "rsl", "item")]


@pytest.mark.parametrize(
    ("block", "flags"),
    [
        ('{"@type": "NewsArticle", "copyrightHolder": "Harbour", "headline": "a, ]"}', ()),
        ('{"@type": ["NewsArticle",], "copyrightHolder": {"name": "Harbour",}, }', ("recovered_json",)),
        ('//<![CDATA[\n{"@type": "NewsArticle", "copyrightHolder": "Harbour"}\n//]]>', ("recovered_json",)),
        ('{"@type": "NewsArticle", "headline": "a\nb,}", "copyrightHolder": "Harbour"}', ("recovered_json",)),
        ('{"@type": "NewsArticle", "copyrightHolder": Harbour}', ("description_unread",)),
        ("", ()),
    ],
)
def test_a_description_with_usual_faults_is_mended_and_flagged(read, block, flags):
    """What a page says of its rights is not lost to a comma; where it cannot be read, the item says so."""
    script = f'<script type="application/ld+json">{block}</script>'
    item = read(page(f"{script}<article><h1>Lamp</h1><p>{STORY}</p><p>{STORY}</p></article>")).entries[0]
    holders = [statement.value for statement in item.rights if statement.kind == "holder"]
    assert [flag for flag in item.flags if flag in {"recovered_json", "description_unread"}] == list(flags)
    assert holders == (["Harbour"] if block and "description_unread" not in flags else [])
