"""HTML made safe to show."""

from __future__ import annotations

import time

import pytest

from newswire.markup import MAX_OPEN, hides, is_shallow, safe
from newswire.model import Item


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        (
            '<p onclick="x()">a<script>b</script><a href="javascript:x()">c</a><iframe src="//d"></iframe></p>',
            '<p>a<a rel="noopener noreferrer">c</a></p>',
        ),
        ("<p>a</p><style>p{}</style><!-- b -->", "<p>a</p>"),
        ("<html><head><title>x</title></head><body><p>a</p></body></html>", "<p>a</p>"),
        ("<section><p>a</p></section><o:p>b</o:p>", "<section><p>a</p></section>b"),
        ("a\x00b<br>\x08c", "ab<br>c"),
        ("<script>x</script>", None),
    ],
)
def test_what_is_shown_is_inert(markup, shown):
    """No handler, script, style, comment, control character or foreign scheme survives; known elements do."""
    assert safe(markup) == shown


@pytest.mark.parametrize(
    "markup",
    [
        "".join(f"<p><b id={n}>x" for n in range(3000)),
        "".join(f"<b title={n}><p>" for n in range(3000)) + "</b>" * 3000,
        "".join(f"<p><b title='{n}'>x</q></i>" for n in range(3000)),
        "".join(f'<p><b title={n}>x<p title="</b>">' for n in range(3000)),
        "<table><tr><td>" * 3000,
        "<div>" * 100_000,
    ],
)
def test_unclosed_formatting_does_not_multiply(markup):
    """Markup whose formatting a browser would repeat in every later paragraph stays about as long as it was."""
    assert len(safe(markup) or "") < 4 * len(markup)


def test_shallow_means_few_open_elements():
    """Long markup is shallow as long as it closes what it opens; end tags that end nothing do not count."""
    assert is_shallow("<p>a <b>b</b></p>" * 5000)
    assert not is_shallow("<i>" * (MAX_OPEN + 1) + "</b>" * 5000)


def test_an_item_shows_its_markup_safely():
    """An item keeps its markup as it came, and ``body_html`` never shows it so."""
    item = Item(item_id="a", markup='<p onclick="x()">b</p>')
    assert (item.markup, item.body_html, Item(item_id="a").body_html) == ('<p onclick="x()">b</p>', "<p>b</p>", None)


@pytest.mark.parametrize(
    "tag",
    [
        '<div x-show="count > 0" style="display:none">',
        "<div x-show='a < b && c > d' hidden>",
        "<p/hidden>",
        '<p class="a"hidden>',
        "<p HiDdEn=''>",
        '<p STYLE = "Visibility:\nHIDDEN">',
        f'<p data-x="{"x" * 20_000}" style="color: red;{" " * 2000}display: none">',
    ],
)
def test_whatever_hides_is_looked_for(tag):
    """However its tag is written, an element that hides itself is not shown."""
    assert hides(f"<p>seen</p>{tag}unseen")
    assert safe(f"<p>seen</p>{tag}unseen") == "<p>seen</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>What was hidden is on display, or none of it.</p>",
        '<p aria-hidden="true" class="is-hidden" data-display="none">seen</p>',
        '<p style="color: red">It is on display.</p>',
    ],
)
def test_words_of_hiding_hide_nothing_by_themselves(markup):
    """Prose, and attributes that merely contain such a word, do not have markup rebuilt."""
    assert not hides(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<p " + " style=" * 330 + "isplay" * 1200 + ">",
        "<p " + " style=" * 50_000 + "display none hidden visibility" * 10_000,
        "display none" + " style" * 100_000,
        "> hidden" * 50_000 + " style " * 50_000,
        "display none style" + " " * 500_000,
    ],
)
def test_looking_for_what_hides_takes_no_longer_than_reading(markup):
    """Markup that repeats what is looked for is gone through once."""
    began = time.process_time()
    hides(markup)
    assert time.process_time() - began < 0.5
