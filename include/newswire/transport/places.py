"""Where a URL points on another host, and which names it means.

Names are bytes: servers promise no encoding. A name is only ever sent back to the server it came from and written,
percent-encoded, into a document's URL; it becomes no path of ours.
"""

from __future__ import annotations

import fnmatch
import glob
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from newswire.transport.model import Reason, Refusal, without_credentials

_UNFINISHED = (b".part", b".tmp", b".filepart", b".partial", b".crdownload", b".swp")
"""Endings of files that somebody is still writing."""

_UNFIT = re.compile(rb"[\x00-\x1f\x7f/]|^\.\.?$")
_MAGIC = re.compile(r"[*?\[]")
_ENCODED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")

Patterns = tuple[bytes, ...]
"""One name after the other, each with wildcards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a URL points on its host.

    Attributes:
        base: Scheme and host, without credentials: what a document's URL begins with.
        folder: The path up to the first wildcard, as bytes.
        patterns: The names from there on, each with wildcards; empty for a path without any.
        is_folder: Whether the URL ends in a slash.
    """

    base: str
    folder: bytes
    patterns: Patterns
    is_folder: bool

    @classmethod
    def of(cls, url: str) -> Place:
        """Take a URL apart; a wildcard counts only where it is written out, not where it is percent-encoded.

        Raises:
            Refusal: It names no host, or a name that no file should have.
        """
        plain = without_credentials(url)
        scheme, _, rest = plain.partition("://")
        host, _, path = rest.partition("/")
        if not host:
            raise Refusal(Reason.BAD_URL, "it names no host.")
        raw = [segment for segment in path.split("/") if segment]
        first = next((n for n, segment in enumerate(raw) if _MAGIC.search(segment)), len(raw))
        fixed = [unquote_to_bytes(segment) for segment in raw[:first]]
        if any(map(is_unfit, fixed)):
            raise Refusal(Reason.BAD_URL, "a name in its path is no name.")
        patterns = tuple(_ENCODED.sub(_literal, segment.encode()) for segment in raw[first:])
        return cls(
            base=f"{scheme}://{host}",
            folder=b"/" + b"/".join(fixed),
            patterns=patterns,
            is_folder=path.endswith("/") or not raw,
        )

    def url(self, path: bytes) -> str:
        """The URL of a file at a path."""
        return self.base + quote(path)


def _literal(encoded: re.Match[bytes]) -> bytes:
    return glob.escape(unquote_to_bytes(encoded[0]))


def rest_of(way: Patterns, name: bytes) -> Patterns:
    """What is left of a way behind a folder; nothing where it does not lead into it."""
    if way[0] == b"**":
        return way
    return way[1:] if matches(name, way[0]) else ()


def is_unfit(name: bytes) -> bool:
    """Whether a name is none that a file should have: with control characters or slashes, or dots alone."""
    return _UNFIT.search(name) is not None


def is_hidden(name: bytes, pattern: bytes = b"") -> bool:
    """Whether a name is an unfinished upload's: dotted, as in a shell, or with an ending that clients give them."""
    return (name.startswith(b".") and not pattern.startswith(b".")) or name.endswith(_UNFINISHED)


def matches(name: bytes, pattern: bytes) -> bool:
    """Whether a name is one that a pattern means; letters count as they are written."""
    return fnmatch.fnmatchcase(name.decode("latin-1"), pattern.decode("latin-1"))
