"""Guids that change or come to name another story between pulls are noticed, counted and kept with the entry."""

from __future__ import annotations

import pytest
from tests.pipeline.conftest import story

from newswire.pipeline.explain import explain

pytestmark = [pytest.mark.ledger, pytest.mark.usefixtures("passing")]


def details(desk, name: str) -> list[str]:
    """What is kept with the outcomes of an item's entries."""
    life = explain(desk.layout, desk.database_url, name, partner="tpa")
    return [event.about["detail"] for event in life.events if event.what == "entry" and event.about["detail"]]


def named(entry: str, guid: str) -> str:
    """An entry under another guid."""
    head, _, rest = entry.partition("<id>")
    return f"{head}<id>{guid}</id>{rest.partition('</id>')[2]}"


def test_a_new_guid_on_a_known_link_is_noticed(desk, wire):
    """The story stands under its new name too, and the run and the item say that the guid changed."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    assert "guid_changed" not in desk.run(0).counts
    wire.feeds["/a.xml"] = [named(story("one", text="Told again."), "urn:new"), story("two")]
    assert desk.run(1).counts["guid_changed"] == 1
    assert details(desk, "urn:new") == ["guid_changed: the link https://example.org/one was that of urn:one"]
    assert details(desk, "urn:two") == []
    assert desk.run(2).counts.get("guid_changed", 0) == 0


def test_a_new_guid_on_known_words_is_noticed(desk, wire):
    """A guid and a link that both changed do not hide that the words stayed."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    moved = named(story("one"), "urn:new").replace("https://example.org/one", "https://example.org/moved")
    wire.feeds["/a.xml"] = [moved]
    assert desk.run(1).counts["guid_changed"] == 1
    assert details(desk, "urn:new") == ["guid_changed: the same words were those of urn:one"]


def test_a_guid_that_names_another_story_is_noticed(desk, wire):
    """Another link and another headline under a known guid are another story; another link or headline alone is not."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    corrected = story("two", hour=1).replace("Quay works begin", "Quay works do not begin")
    wire.feeds["/a.xml"] = [named(story("three", hour=1), "urn:one"), corrected]
    assert desk.run(1).counts["guid_reused"] == 1
    (said,) = details(desk, "urn:one")
    assert said.startswith("guid_reused: it named 'Quay works begin at one' at https://example.org/one")
    assert details(desk, "urn:two") == []


def test_links_that_many_share_say_nothing(desk, wire):
    """The front page, or a page that several stories share, does not tell who a story was."""
    shared = [story(n).replace(f"https://example.org/{n}", "https://example.org/live") for n in ("one", "two")]
    front = story("three").replace("https://example.org/three", "https://example.org/")
    wire.feeds["/a.xml"] = [*shared, front]
    desk.run(0)
    late = story("four").replace("https://example.org/four", "https://example.org/live")
    other = story("five").replace("https://example.org/five", "https://example.org/")
    wire.feeds["/a.xml"] = [*shared, front, late, other]
    assert "guid_changed" not in desk.run(1).counts
