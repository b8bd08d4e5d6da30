"""Any bytes give a parse or a refusal."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import golden
from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import ParsedPayload

SEEDS = [path.read_bytes() for path in golden.inputs()]
SOURCES = [
    Source(url="https://wire.example/x"),
    Source(url="https://wire.example/x", format="rss"),
    Source(url="https://wire.example/x", format="article_page"),
    Source(url="http://[", content_type="text/html; charset=utf-16", format="plain_text", language="ar"),
]


@st.composite
def mangled(draw) -> bytes:
    """A golden input with pieces cut out, doubled, replaced or put in."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 200)))
        filling = draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from([raw[start:end] * 2, b"<", b"&#x0;", b"]]>", b"<item>", b"\xff\xfe", b"<!DOCTYPE x ["]),
            )
        )
        raw = raw[:start] + filling + raw[end:]
    return raw


@settings(max_examples=400, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode), mangled()),
    source=st.sampled_from(SOURCES),
)
def test_any_bytes_are_read_or_refused(raw, source):
    """No input raises anything but PayloadRefused, and links stay index for index."""
    try:
        parsed = parse(raw, source)
    except PayloadRefused:
        return
    assert isinstance(parsed, ParsedPayload)
    assert len(parsed.links) == len(parsed.entries)


HEAD = b'<rss version="2.0"><channel>'
PAGE = b'<html><meta property="og:type" content="article"><h1>x</h1>'
HOSTILE = {
    "comments that never end": b"<!--" * 300_000,
    "comments before the root": b'<?xml version="1.0"?>' + b"<!-- -->" * 100_000 + b"<rss/>",
    "comments without a root": b"<!-- -->" * 100_000,
    "instructions without a root": b"<?a?>" * 100_000,
    "ampersands": HEAD + b"<item><title>" + b"& " * 300_000 + b"</title></item></channel></rss>",
    "open subset": b"<!DOCTYPE a [" + b"] " * 300_000,
    "brackets": b"<" * 500_000,
    "attributes": b"<rss " + b"a=b " * 100_000 + b"><channel/></rss>",
    "signs in an author": HEAD + b"<item><author>" + b"@" * 200_000 + b"</author></item></channel></rss>",
    "formatting": PAGE + b"<p><b id=1>x" * 20_000,
    "paragraphs": PAGE + b"<article>" + b"<div><p>word word</p></div>" * 10_000,
    "links": PAGE + b"<main>" + b"<div><a>1</a><a>2</a><a>3</a>" * 200 + b"<p>word word</p>" * 2_000,
    "header lines": b"A: b\n" * 100_000,
    "brackets in a description": b'<html><script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>x</p>",
    "components": HEAD + b"<item>" + b'<enclosure url="a"/>' * 5_000 + b"</item></channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_repetition_is_answered_in_time(name):
    """Input that makes naive patterns and walks explode is answered; a hang fails the suite's time limit."""
    started = time.process_time()
    with suppress(PayloadRefused):
        parse(HOSTILE[name], SOURCES[0])
    assert time.process_time() - started < 10
