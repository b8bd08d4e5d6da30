"""Real NewsML-G2, NewsML 1 and NITF files, where they are at hand, held against their own XML."""

from __future__ import annotations

import csv
import re

import pytest
from lxml import etree
from tests.samples import SAMPLES

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item, Refusal, RightsKind

WIRES = SAMPLES / "wires"
FORMATS = {"NewsML-G2": "newsml-g2", "NewsML-1.x": "newsml-1", "NITF": "nitf"}
PARSER = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, recover=True, remove_comments=True)

pytestmark = pytest.mark.skipif(not WIRES.is_dir(), reason=f"no sample files at {WIRES}")


def rows(*formats: str) -> list[dict[str, str]]:
    if not WIRES.is_dir():
        return []
    with (WIRES / "MANIFEST.tsv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["format"] in formats]


def read(row: dict[str, str]):
    return parse((WIRES / row["file"]).read_bytes(), Source(url="file:///wires/x"))


def tree(row: dict[str, str]) -> etree._Element:
    raw = (WIRES / row["file"]).read_bytes()
    text = raw.decode(read(row).encoding).lstrip("\ufeff\r\n ")
    return etree.fromstring(re.sub(r"\A<\?xml.*?\?>", "", text), PARSER)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def named(*names: str) -> str:
    return " or ".join(f"local-name()='{name}'" for name in names)


NOT_TEXT = named("media", "head", "script", "style", "BILD", "figure")


@pytest.mark.parametrize("row", rows(*FORMATS), ids=lambda row: row["file"])
def test_every_file_is_read_in_its_format(row):
    """Each gives items with an identity, or says by reason why it is no news; nothing is silently empty."""
    parsed = read(row)
    assert parsed.format == FORMATS[row["format"]]
    assert parsed.entries
    for entry in parsed.entries:
        if isinstance(entry, Refusal):
            assert entry.reason in {"planning_item", "concept_item", "catalog_item", "empty_entry"}
            continue
        assert entry.item_id
        assert entry.body or entry.medium != "text" or "no_text" in entry.flags or "acted_upon" in entry.flags
        assert entry.pointer


@pytest.mark.parametrize("row", rows("NewsML-G2"), ids=lambda row: row["file"])
def test_g2_identity_version_status_and_rights_are_those_of_the_file(row):
    """Guid, version, status, embargo and every filled rights element come out, in order, repeats kept."""
    items = [entry for entry in read(row).entries if isinstance(entry, Item)]
    nodes = [n for n in tree(row).xpath("//*[local-name()='newsItem' or local-name()='packageItem']") if n.get("guid")]
    if tree(row).tag.endswith(("newsItem", "packageItem")):
        nodes = [tree(row)]
    assert [item.item_id for item in items] == [node.get("guid") for node in nodes]
    for item, node in zip(items, nodes, strict=True):
        assert item.version == node.get("version")
        assert node.xpath("string(.//*[local-name()='pubStatus']/@qcode)") in {"", f"stat:{item.status}"}
        assert (item.embargo is not None) == bool(node.xpath(".//*[local-name()='embargoed']"))
        for name, kind in (("copyrightNotice", RightsKind.NOTICE), ("usageTerms", RightsKind.USAGE_TERMS)):
            said = [" ".join("".join(n.itertext()).split()) for n in node.xpath(f".//*[local-name()='{name}']")]
            found = [s.value for s in item.rights if s.kind is kind and not s.pointer.endswith("/@href")]
            assert found == [value for value in said if value]
        filled = "[@*[normalize-space()] or .//text()[normalize-space()]]"
        holders = node.xpath(f".//*[{named('rightsInfo')}]/*[{named('copyrightHolder')}]{filled}")
        found = [s for s in item.rights if s.kind is RightsKind.HOLDER and "rightsInfo" in s.pointer]
        assert len(found) == len(holders)


@pytest.mark.parametrize("row", rows("NewsML-G2", "NITF"), ids=lambda row: row["file"])
def test_bodies_are_complete_and_in_order(row):
    """Every word of the content stands in the body in the document's order; only a heading may be missing."""
    items = [e for e in read(row).entries if isinstance(e, Item) and e.body and "package" not in e.flags]
    news, nitf = named("newsItem"), named("nitf")
    nodes = tree(row).xpath(f"//*[{news}][.//*[{named('inlineXML')}]] | //*[{nitf}][not(ancestor::*[{news}])]")
    for item, node in zip(items, (node for node in nodes if words("".join(node.itertext()))), strict=False):
        places = node.xpath(f".//*[{named('body.content', 'body.end')}]") or node.xpath(f".//*[{named('inlineXML')}]")
        texts = [str(text) for place in places for text in place.xpath(f".//text()[not(ancestor::*[{NOT_TEXT}])]")]
        expected, found = "".join(words(" ".join(texts))), "".join(words(item.body))
        assert found
        assert expected.endswith(found)
        heading = "".join(words(" ".join((item.title, *item.categories))))
        assert len(expected) - len(found) <= len(heading) + 40


@pytest.mark.parametrize("row", rows("XML other"), ids=lambda row: row["file"])
def test_other_xml_is_refused_by_reason_or_read_as_what_it_is(row):
    """A file that no format knows is refused with the root that it has."""
    try:
        parsed = read(row)
    except PayloadRefused as refusal:
        said, reason = str(refusal), refusal.reason
    else:
        said, reason = parsed.format, "read"
        set_aside = {entry.reason for entry in parsed.entries if isinstance(entry, Refusal)}
        assert set_aside <= {"planning_item"}
        assert set_aside or parsed.entries
    known = {("read", "rss"), ("read", "article_page"), ("read", "vendor_xml")}
    assert (reason, said) in known or (reason == "unknown_xml" and "root" in said)
