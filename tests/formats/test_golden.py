"""Golden pairs: an input written for this project and every field that must come out of it."""

from __future__ import annotations

import msgspec
import pytest

import golden
from newswire.formats.registry import FORMATS


@pytest.mark.parametrize("path", golden.inputs(), ids=lambda path: path.name)
def test_golden_pair(path):
    """Every field of every entry comes out as written down beside the input; ``make golden`` rewrites on purpose."""
    assert msgspec.json.decode(golden.found(path)) == msgspec.json.decode(golden.expected(path).read_bytes())


def test_every_expected_file_stands_beside_its_input():
    """No expected file is left over, missing, or formatted in another way than ``make golden`` writes it."""
    assert golden.stale() == []


def test_every_format_that_is_read_has_a_golden_pair():
    """No parser goes without an input and its expected objects."""
    shown = {msgspec.json.decode(golden.found(path)).get("format") for path in golden.inputs()}
    assert {row.name for row in FORMATS} - shown == set()


def test_changed_or_missing_expectations_are_noticed(tmp_path):
    """An expected file that says something else, is missing, or has no input is named."""
    for name in ("same", "changed", "missing"):
        (tmp_path / f"{name}.xml").write_bytes(b"<rss><channel><item><title>t</title></item></channel></rss>")
        golden.expected(tmp_path / f"{name}.xml").write_bytes(golden.found(tmp_path / f"{name}.xml"))
    assert golden.stale(tmp_path) == []
    (tmp_path / "changed.xml.expected.json").write_bytes(b"{}\n")
    (tmp_path / "missing.xml.expected.json").unlink()
    (tmp_path / "orphan.xml.expected.json").write_bytes(b"{}\n")
    assert golden.stale(tmp_path) == ["changed.xml", "missing.xml", "orphan.xml.expected.json"]
