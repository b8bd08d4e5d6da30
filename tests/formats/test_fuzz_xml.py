"""XML wires taken apart and put together wrongly: items or a typed error, and no status made usable by a guess."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.formats.wirecodes import WIRES
from newswire.model import Item, ParsedPayload, Refusal, Status

PARSER = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
SEEDS = [
    path.read_bytes()
    for path in sorted(Path(__file__).with_name("golden").iterdir())
    if path.name.startswith(("g2_", "newsml1_", "nitf_")) and path.suffix == ".xml"
]
ODD = ["", " ", ":", "stat:", "http://[", "#"]
SOURCE = Source(url="https://wire.example/x")


def mutated(raw: bytes, seed: int, times: int) -> bytes:
    """A document with elements cut out, doubled, moved, renamed, emptied, and attributes blanked or filled."""
    choice = random.Random(seed)  # noqa: S311 - a test's dice
    root = etree.fromstring(raw, PARSER)
    for _ in range(times):
        elements = [element for element in root.iter(etree.Element) if element.getparent() is not None]
        if not elements:
            break
        element, other = choice.choice(elements), choice.choice(elements)
        match choice.randrange(7):
            case 0:
                element.getparent().remove(element)
            case 1:
                element.addnext(copy.deepcopy(other))
            case 2 if element not in other.iterancestors() and element is not other:
                other.append(element)
            case 3:
                element.tag = other.tag
            case 4:
                element.text, element[:] = choice.choice(["", "\ud7ff", "0001-01-01", "2026-13-45T99:00Z", "&"]), []
            case 5 if element.attrib:
                element.set(
                    choice.choice(list(element.attrib)), choice.choice(["", " ", ":", "stat:", "http://[", "#"])
                )
            case _:
                element.tail = choice.choice([None, "words", "\n   "])
    return etree.tostring(root)


@pytest.mark.parametrize("raw", SEEDS, ids=range(len(SEEDS)))
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), times=st.integers(1, 12))
def test_any_tree_is_read_or_refused(raw, seed, times):
    """Whatever the tree looks like, every entry is an item with an identity or a refusal with a reason."""
    try:
        parsed = parse(mutated(raw, seed, times), SOURCE)
    except PayloadRefused:
        return
    assert isinstance(parsed, ParsedPayload)
    assert len(parsed.links) == len(parsed.entries)
    for entry in parsed.entries:
        assert entry.reason if isinstance(entry, Refusal) else entry.item_id and isinstance(entry.status, Status)


CODES = st.one_of(
    st.sampled_from([*WIRES.g2_status, *WIRES.status]), st.text(st.characters(codec="ascii"), max_size=20)
)


@settings(max_examples=200, deadline=None)
@given(code=CODES)
def test_only_known_words_are_usable(code):
    """A status is usable only if a row of the vocabulary says so; anything else that is stated is not."""
    said = code.translate({ord(c): " " for c in "<>&\"'"} | dict.fromkeys(range(32), " "))
    for template, rows in (
        ('<newsItem guid="g"><itemMeta><pubStatus qcode="{}"/></itemMeta></newsItem>', WIRES.g2_status),
        ('<nitf><head><docdata management-status="{}"/></head><body/></nitf>', WIRES.status),
        (
            '<NewsML><NewsItem><NewsManagement><Status FormalName="{}"/></NewsManagement></NewsItem></NewsML>',
            WIRES.status,
        ),
    ):
        [entry] = parse(template.format(said).encode(), SOURCE).entries
        expected = rows.get(said.strip().lower(), Status.UNKNOWN)
        if isinstance(entry, Item) and said.strip():
            assert entry.status is expected
