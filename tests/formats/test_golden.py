"""Golden pairs: an input written for this project and every field that must come out of it.

``NEWSWIRE_GOLDEN=rewrite`` writes the expected files anew; the difference is then read by a person before it is kept.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from newswire.formats import Source, parse

GOLDEN = Path(__file__).with_name("golden")
INPUTS = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_golden_pair(path):
    """Every field of every entry comes out as written down beside the input."""
    parsed = parse(path.read_bytes(), Source(url="https://harbour.example/"))
    found = msgspec.json.format(msgspec.json.encode(parsed, order="deterministic"), indent=1) + b"\n"
    expected = path.with_suffix(".json")
    if os.environ.get("NEWSWIRE_GOLDEN") == "rewrite":
        expected.write_bytes(found)
    assert msgspec.json.decode(found) == msgspec.json.decode(expected.read_bytes())
