"""The field maps (``fields/*.yaml``) say what the parsers do, as the golden pairs show it."""

from __future__ import annotations

import re

import pytest

import field_maps
import golden
from newswire.formats.filled import filled, filled_head
from newswire.formats.registry import FORMATS
from newswire.model import Item, ParsedPayload

READ = sorted({row.name for row in FORMATS})


def shown(name: str) -> tuple[set[str], str]:
    """What the golden pairs of a format fill, and their inputs as one text."""
    fields: set[str] = set()
    words = []
    for path in golden.inputs():
        parsed = golden.read(path)
        if isinstance(parsed, ParsedPayload) and parsed.format == name:
            words.append(path.read_bytes().decode(parsed.encoding, "replace"))
            fields.update(*(filled(entry) for entry in parsed.entries if isinstance(entry, Item)))
            fields.update(filled_head(parsed.head))
    return fields, "\n".join(words)


def test_every_format_that_is_read_has_a_field_map():
    """One file for each format, and none left over."""
    assert sorted(field_maps.load()) == READ


@pytest.mark.parametrize("name", READ)
def test_declared_fields_are_those_that_golden_pairs_fill(name):
    """A declared field that no pair fills is a boast, a filled one that is not declared is a gap."""
    declared = set(field_maps.load()[name].fields)
    found, _ = shown(name)
    assert (declared - found, found - declared) == (set(), set())


@pytest.mark.parametrize("name", READ)
def test_declared_sources_stand_in_golden_inputs(name):
    """Every element or property that a map names is in an input of a pair; entries with blanks are prose."""
    _, words = shown(name)
    sources = {source for row in field_maps.load()[name].fields.values() for source in row if " " not in source}
    steps = {step.rpartition(":")[2] for source in sources for step in re.split(r"[/@]+", source) if step}
    assert sorted(step for step in steps if step not in words) == []


def test_the_page_is_written_from_the_maps():
    """docs/formats.md is what ``python ops/field_maps.py`` writes."""
    assert field_maps.PAGE.read_text(encoding="utf-8") == field_maps.page()
