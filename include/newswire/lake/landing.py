"""Raw bytes as they came: compressed, named after their checksum, never edited."""

from __future__ import annotations

import hashlib

import zstandard

from newswire.errors import LakeCorrupt
from newswire.lake.files import sha256
from newswire.lake.layout import Layout

LARGEST = 1 << 30
CHUNK = 1 << 20


def land(layout: Layout, relative: str, raw: bytes) -> None:
    """Write a payload, or touch the one that lies there, so that nobody removes it who looked before."""
    layout.store.land(relative, lambda: zstandard.compress(raw, 3))


def check(layout: Layout, relative: str, expected_sha256: str) -> None:
    """Compare a landed payload with its checksum, however large it is.

    Raises:
        LakeCorrupt: It is gone, or not the bytes that landed.
    """
    digest = hashlib.sha256()
    try:
        with layout.store.open(relative) as file, zstandard.ZstdDecompressor().stream_reader(file) as raw:
            while chunk := raw.read(CHUNK):
                digest.update(chunk)
    except (OSError, zstandard.ZstdError) as error:
        raise _unreadable(relative, error) from error
    if digest.hexdigest() != expected_sha256:
        raise _changed(relative)


def read(layout: Layout, relative: str, expected_sha256: str) -> bytes:
    """A landed payload's bytes.

    Raises:
        LakeCorrupt: They are gone, or are not the bytes that landed.
    """
    raw = unpacked(layout, relative)
    if sha256(raw) != expected_sha256:
        raise _changed(relative)
    return raw


def unpacked(layout: Layout, relative: str) -> bytes:
    """The bytes of a file in landing, whatever it is.

    Raises:
        LakeCorrupt: They are gone or damaged.
    """
    try:
        return zstandard.ZstdDecompressor().decompress(layout.store.read(relative), max_output_size=LARGEST)
    except (OSError, zstandard.ZstdError) as error:
        raise _unreadable(relative, error) from error


def _unreadable(relative: str, error: Exception) -> LakeCorrupt:
    msg = f"The landed payload {relative} cannot be read: {error}."
    return LakeCorrupt(msg, reason="payload_unreadable", remedy="Restore it from a backup.")


def _changed(relative: str) -> LakeCorrupt:
    msg = f"The landed payload {relative} is not what landed: its checksum differs."
    return LakeCorrupt(msg, reason="payload_changed", remedy="Restore it from a backup.")
