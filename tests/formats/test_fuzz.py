"""Any bytes give a parse or a refusal."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import ParsedPayload

SEEDS = [path.read_bytes() for path in sorted(Path(__file__).with_name("golden").iterdir()) if path.suffix != ".json"]
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
