"""Agencies' own formats: every row of the table states what it says, and what it does not know is never usable."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newswire.formats import relations
from newswire.formats.vendortable import rows
from newswire.model import Refusal, Status

RULES = [
    (vendor, rule, value, stated)
    for vendor in rows()
    for rule in vendor.status
    for value, stated in {**rule.listed, "on the spike": rule.otherwise}.items()
]


def document(vendor, path: str = "", value: str = "") -> bytes:
    """An item of a vendor that has what it needs, and a value at a place."""
    said = {name: "x" for name in vendor.needs if "/" not in name and not name.startswith("@")}
    place, _, leaf = path.partition("/")
    if vendor.shape == "json":
        return json.dumps({**said, "Headline": "H", **({path: value} if path else {})}).encode()
    if path:
        said[place] = f"<{leaf}>{value}</{leaf}>" if leaf else value
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    identity = ' id="7"' if "@id" in vendor.needs else ""
    return f"<{vendor.item}{identity}>{inside}</{vendor.item}>".encode()


@pytest.mark.parametrize(("vendor", "rule", "value", "stated"), RULES, ids=lambda x: getattr(x, "at", str(x))[:30])
def test_each_status(read, vendor, rule, value, stated):
    """A word of the agency means its row's status in any case; one that is not listed withdraws or holds the item."""
    [item] = read(document(vendor, rule.at, value.upper())).entries
    assert item.status is Status(stated)
    assert value != "on the spike" or item.status is not Status.USABLE


@pytest.mark.parametrize(
    ("vendor", "rule", "value", "stated"),
    [
        (vendor, rule, value, stated)
        for vendor in rows()
        for rule in vendor.signals
        for value, stated in (rule.listed or {"anything": rule.any}).items()
    ],
    ids=lambda x: getattr(x, "at", str(x))[:30],
)
def test_each_signal(read, vendor, rule, value, stated):
    """A row gives its signal."""
    assert stated in read(document(vendor, rule.at, value)).entries[0].signals


@pytest.mark.parametrize("vendor", [vendor for vendor in rows() if vendor.set_aside], ids=lambda v: v.vendor)
def test_what_is_no_news_is_set_aside(read, vendor):
    """Each listed value gives its reason; another one leaves the item."""
    for rule in vendor.set_aside:
        for value, reason in rule.listed.items():
            [entry] = read(document(vendor, rule.at, value)).entries
            assert isinstance(entry, Refusal)
            assert entry.reason == reason
        assert not isinstance(read(document(vendor, rule.at, "news")).entries[0], Refusal)


@pytest.mark.parametrize("vendor", rows(), ids=lambda v: v.vendor)
def test_each_relation_has_a_row(vendor):
    """What a vendor names as related is in the table of relations."""
    known = relations.rows()[f"vendor_{vendor.shape}"]
    assert {path.rpartition("/")[2] for path in vendor.related} <= set(known)


def test_times_are_local_where_the_row_says(read):
    """An embargo of The Canadian Press is Toronto's time, the time of publication is not; the year 1 is none."""
    vendor = rows()[0]
    [item] = read(document(vendor, "ContentItem/EmbargoTime", "2026-06-06T18:00:00")).entries
    assert item.embargo.until == datetime(2026, 6, 6, 22, tzinfo=UTC)
    [item] = read(document(vendor, "ContentItem/CreatedDateTime", "2026-06-06T18:00:00")).entries
    assert item.published_at == datetime(2026, 6, 6, 18, tzinfo=UTC)
    assert read(document(vendor, "ContentItem/EmbargoTime", "0001-01-01T00:00:00")).entries[0].embargo is None


@pytest.mark.parametrize("written", ["noon", "32.13.2026 12:00"])
def test_an_embargo_that_cannot_be_read_holds(read, written):
    """It keeps its words and why."""
    release = next(vendor for vendor in rows() if vendor.item == "release")
    [item] = read(document(release, "embargo", written)).entries
    assert (item.embargo.problem, item.embargo.raw) == ("unparsable", written)


def test_json_with_two_values_of_one_key_is_refused(read):
    """Which holds is a guess."""
    raw = b'{"imageId": 1, "caption": "a", "caption": "b"}'
    assert [entry.reason for entry in read(raw).entries] == ["repeated_keys"]


def test_images_inside_answers_are_found(read):
    """Items stand in lists and envelopes; names that are none of XML's stand in nobody's way."""
    images = [{"imageId": n, "caption": f"c{n}", "1 odd name\ufffe": {"": [None, True]}} for n in (1, 2)]
    found = read(json.dumps({"found": 2, "data": images}).encode()).entries
    assert [(item.item_id, item.medium) for item in found] == [("1", "photo"), ("2", "photo")]
