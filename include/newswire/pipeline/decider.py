"""What decided, or read: a hash over the code, the rules and the terms that a decision or an item came from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from newswire.config import Partner
from newswire.schema import WRITER_VERSION

READING = ("formats", "markup.py", "model", "packaged.py")
DECIDING = (*READING, "text", "language", "rights", "codes.py", "pipeline/assess.py", "pipeline/facts.py")
"""Parts of ``newswire``. A partner file counts by its values (``terms``), not by the code that reads it."""


@cache
def code_version(parts: tuple[str, ...] = DECIDING) -> str:
    """SHA-256 over every source and data file that reads, splits, detects or decides."""
    digest = hashlib.sha256(str(WRITER_VERSION).encode())
    root = Path(__file__).parents[1]
    for path in sorted(found for part in parts for found in (root / part, *(root / part).rglob("*"))):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def terms(partner: Partner) -> str:
    """The version of a partner's terms: of all in its file that a decision may rest on."""
    said = partner.model_dump_json(exclude={"feeds", "schedule", "tags", "owner", "mass_reentry", "landing_retention"})
    return hashlib.sha256(said.encode()).hexdigest()


def reader(partner: Partner, feed: str) -> str:
    """The version of everything that reads a feed's payloads: another value may read what could not be read before."""
    known = partner.feeds.get(feed)
    said = known.model_dump_json(include={"format", "follow", "identity"}) if known else ""
    return hashlib.sha256(f"{code_version(READING)}\n{said}".encode()).hexdigest()


def decider(partner: Partner) -> str:
    """The version of everything that decides for a partner: another value means deciding anew."""
    return hashlib.sha256(f"{code_version()}\n{terms(partner)}".encode()).hexdigest()
