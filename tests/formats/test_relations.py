"""What the relations of each format say, row by row."""

from __future__ import annotations

import pytest
from tests.formats.relation_documents import document

from newswire.formats import relations
from newswire.model import Relation

ROWS = [(format_, rel, says) for format_, rows in relations.rows().items() for rel, says in rows.items()]


@pytest.mark.parametrize(("format_", "rel", "says"), ROWS)
def test_each_relation(read, format_, rel, says):
    """Only a relation that says so makes the other item one that is replaced; both kinds are told."""
    parsed = read(document(format_, rel, "urn:other"))
    item = next(entry for entry in parsed.entries if entry.item_id != "urn:other")
    assert parsed.format == format_
    assert item.replaces == ("urn:other" if says == "replaces" else None)
    told = {relation.target for relation in item.related} | {item.replaces}
    assert "urn:other" in told or rel in {"via", "related"}


def test_a_relation_without_a_row_replaces_nothing(read):
    """A provider's own relation is told, and followed by nothing."""
    [item] = read(document("newsml-g2", "xrel:successorOf", "urn:other")).entries
    assert (item.replaces, item.related) == (None, (Relation(rel="xrel:successorOf", target="urn:other"),))


def test_an_item_s_own_guid_names_an_earlier_version(read):
    """What it links to under its own guid is an earlier version, which its version number tells already."""
    [item] = read(document("newsml-g2", "irel:previousVersion", "killed")).entries
    assert item.replaces is None
