"""Helpers of the format tests: a small RSS feed around items, and its parse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newswire.formats import Source, parse
from newswire.model import ParsedPayload

NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "rsl": "https://rslstandard.org/rsl",
    "at": "http://purl.org/atompub/tombstones/1.0",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


@pytest.fixture
def rss() -> Callable[..., bytes]:
    """Wraps the inside of a channel in RSS 2.0."""

    def build(inside: str, *, encoding: str = "utf-8", declared: str | None = None) -> bytes:
        head = f'<?xml version="1.0" encoding="{declared or encoding}"?>'
        return f'{head}<rss version="2.0" {DECLARED}><channel>{inside}</channel></rss>'.encode(encoding)

    return build


@pytest.fixture
def atom() -> Callable[[str], bytes]:
    """Wraps entries in an Atom feed."""
    return lambda inside: f'<feed xmlns="http://www.w3.org/2005/Atom" {DECLARED}>{inside}</feed>'.encode()


@pytest.fixture
def read() -> Callable[..., ParsedPayload]:
    """Parses bytes as a document of one example host."""

    def run(raw: bytes, **settings: Any) -> ParsedPayload:
        return parse(raw, Source(**{"url": "https://wire.example/latest", **settings}))

    return run
