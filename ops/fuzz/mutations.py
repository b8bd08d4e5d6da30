"""Inputs for the parsers: golden inputs bent out of shape, each reproducible from its seed and number.

Mutations know the structure of what they bend: XML and HTML tags, attributes and their values, JSON members, header
lines, control characters, encodings. What they put in is what parsers stumble over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

PIECE = re.compile(rb"<[^<>]{0,400}>|\"[^\"]{0,200}\"\s*:|[{}\[\],]|[^\r\n]{0,200}\r?\n|&[#\w]{1,10};|\w+")
VALUE = re.compile(rb"=\s*\"[^\"<>]{0,400}\"|:\s*\"[^\"]{0,400}\"|>[^<>]{1,400}<|:\s*[\w.+-]+")
MAX_BYTES = 60_000
"""The longest input; longer ones only repeat themselves."""

ODD = (
    b"", b"<", b">", b"&", b"&#0;", b"&#x110000;", b"&#xD83D;", b"&#57000;", b"&amp;lt;b&gt;", b"]]>", b"<![CDATA[",
    b"<!--", b"-->", b"<?x", b"?>", b"\n\nFrom a Sat Nov 28 10:00:00 2026\n", b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"\0", b"\x01", b"\x02", b"\x16\x16\x01", b"\x1f\x8b", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u202e\u200d\ufeff".encode(), b"\r", b"\n\n", b"\t",
    b"0001-01-01T00:00:00Z", b"9999-12-31", b"99999999999999999999", b"-1", b"1.10", b"1e400", b"NaN", b"null",
    b"true", b"[]", b"{}", b'""', b"\\u0000", b"\\ud800", b"Tue, 31 Feb 2026 99:99:99 +9999", b"start=;end=", b"//[",
    b"http://[::1", b"javascript:x", b"data:,x", b"..", b"../../x", b"xml:lang=''", b"xmlns='x'", b"xmlns:dc='y'",
    b"=?utf-8?b?!!!?=", b"Content-Transfer-Encoding: base64\r\n", b"--=_x--", b"KILL", b"ZCZC", b"NNNN",
    b"1stLd-Writethru", b"<b><p>" * 40, b"<div>" * 300, b"[" * 300, b"(" * 200, b"a" * 3000,
)  # fmt: skip
ENCODINGS = (
    "utf-16",
    "utf-16-be",
    "utf-32",
    "cp1254",
    "cp1256",
    "iso8859-9",
    "utf-8-sig",
    "gb18030",
    "koi8-r",
    "utf-7",
)

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input and how its feed would be configured."""

    raw: bytes
    format: str | None = None
    content_type: str | None = None
    language: str | None = None


def make(seeds: Sequence[bytes], formats: Sequence[str], seed: int, number: int) -> Input:
    """The input of a number: always the same one for the same seeds and seed."""
    draw = Random(f"{seed}:{number}")  # noqa: S311 - repeatable, no secret
    raw = draw.choice(seeds)
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        raw = draw.choice(MUTATIONS)(raw, draw, seeds)[:MAX_BYTES]
    return Input(
        raw=raw,
        format=draw.choice(formats) if draw.random() < 0.1 else None,  # noqa: PLR2004 - one in ten
        content_type=draw.choice((None, None, None, "text/xml; charset=utf-16", "text/html", "application/rss+xml")),
        language=draw.choice((None, "tr", "ar")),
    )


def _place(raw: bytes, draw: Random) -> tuple[int, int]:
    start = draw.randrange(len(raw) + 1)
    return start, min(len(raw), start + draw.choice((0, 1, 2, 8, 40, 200)))


def _span(raw: bytes, draw: Random, pattern: re.Pattern[bytes]) -> tuple[int, int]:
    """Where a piece of the structure stands, near a random place."""
    found = pattern.search(raw, draw.randrange(len(raw) + 1)) or pattern.search(raw)
    return found.span() if found else _place(raw, draw)


def _flip(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    start, _end = _place(raw, draw)
    return raw[:start] + bytes([draw.randrange(256)]) + raw[start + 1 :]


def _cut(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    start, end = _span(raw, draw, PIECE)
    return raw[:start] + raw[end:]


def _end_here(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    return raw[: draw.randrange(len(raw) + 1)]


def _repeat(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    start, end = _span(raw, draw, PIECE)
    return raw[:start] + raw[start:end] * draw.choice((2, 3, 20, 300)) + raw[end:]


def _move(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    (start, end), at = _span(raw, draw, PIECE), draw.randrange(len(raw) + 1)
    piece, rest = raw[start:end], raw[:start] + raw[end:]
    return rest[:at] + piece + rest[at:]


def _odd_value(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    start, end = _span(raw, draw, VALUE)
    held = raw[start:end]
    close = held[-1:] if held[-1:] in b'"<' else b""
    return raw[: start + 1] + (b'"' if b'"' in held[:4] else b"") + draw.choice(ODD) + close + raw[end:]


def _put_in(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    start, _end = _span(raw, draw, PIECE)
    return raw[:start] + draw.choice(ODD) + raw[start:]


def _splice(raw: bytes, draw: Random, seeds: Sequence[bytes]) -> bytes:
    other = draw.choice(seeds)
    start, end = draw.randrange(len(raw) + 1), draw.randrange(len(other) + 1)
    return raw[:start] + other[end : end + draw.choice((50, 500, 5000))] + raw[start:]


def _wrap(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    depth = draw.choice((1, 5, 100, 300))
    return draw.choice(
        (b"<a>" * depth + raw, b"[" * depth + raw + b"]" * depth, b'{"a":' * depth + raw, b" " * depth + raw)
    )


def _encode_anew(raw: bytes, draw: Random, _: Sequence[bytes]) -> bytes:
    return raw.decode("utf-8", "replace").encode(draw.choice(ENCODINGS), "replace")


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _cut, _end_here, _repeat, _move, _odd_value, _odd_value, _odd_value, _put_in, _put_in, _splice, _wrap,
    _encode_anew,
)  # fmt: skip
