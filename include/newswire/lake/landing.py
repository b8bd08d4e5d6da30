"""Raw bytes as they came: compressed, named after their checksum, never edited."""

from __future__ import annotations

import zstandard

from newswire.errors import LakeCorrupt
from newswire.lake.files import replace, sha256
from newswire.lake.layout import Layout

LARGEST = 1 << 30


def land(layout: Layout, relative: str, raw: bytes) -> None:
    """Write a payload, unless it lies there already."""
    path = layout.full(relative)
    if not path.exists():
        replace(path, zstandard.compress(raw, 3))


def read(layout: Layout, relative: str, expected_sha256: str) -> bytes:
    """A landed payload's bytes.

    Raises:
        LakeCorrupt: They are gone, or are not the bytes that landed.
    """
    raw = unpacked(layout, relative)
    if sha256(raw) != expected_sha256:
        msg = f"The landed payload {relative} is not what landed: its checksum differs."
        raise LakeCorrupt(msg, reason="payload_changed", remedy="Restore it from a backup.")
    return raw


def unpacked(layout: Layout, relative: str) -> bytes:
    """The bytes of a file in landing, whatever it is.

    Raises:
        LakeCorrupt: They are gone or damaged.
    """
    path = layout.full(relative)
    try:
        return zstandard.ZstdDecompressor().decompress(path.read_bytes(), max_output_size=LARGEST)
    except (OSError, zstandard.ZstdError) as error:
        msg = f"The landed payload {relative} cannot be read: {error}."
        raise LakeCorrupt(msg, reason="payload_unreadable", remedy="Restore it from a backup.") from error
