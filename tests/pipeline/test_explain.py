"""The life of one item is told whole, and what-if changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest
from tests.lake import rows_of
from tests.pipeline.conftest import HOUR, NINE, kill, partner_file, story

from newswire import ledger, text
from newswire.errors import RulingRefused
from newswire.ledger.tables import decisions, items
from newswire.model import Outcome
from newswire.pipeline.explain import explain
from newswire.pipeline.facts import article_id
from newswire.pipeline.rulings import add_override
from newswire.pipeline.sweep import sweep
from newswire.pipeline.whatif import what_if
from newswire.rights import meanings

pytestmark = pytest.mark.ledger

ONE = article_id("tpa", "urn:one")


def test_the_life_of_an_item_is_told_from_pull_to_now(desk, wire):
    """Receipts, versions, entries, every decision with its evidence, rulings and steps stand in the order of time."""
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + HOUR)]
    desk.run(0)
    desk.now = NINE + HOUR
    sweep(desk.place)
    desk.now += timedelta(minutes=5)
    add_override(desk.place, "urn:one", Outcome.HOLD, by="selin", why="wait", until=NINE + timedelta(days=1))
    sweep(desk.place)
    wire.feeds["/a.xml"] = [kill("one", hour=2)]
    desk.run(2)
    life = explain(desk.layout, desk.database_url, ONE)
    assert (life.partner, life.item_id, life.now.state, life.path) == ("tpa", "urn:one", "withdrawn", None)
    assert [e.at for e in life.events] == sorted(e.at for e in life.events)
    assert {e.what for e in life.events} == {
        "pulled",
        "observed",
        "entry",
        "decided",
        "changed",
        "kill",
        "tombstone",
        "override",
    }
    assert life.means == meanings(life.now.reasons) != {}
    steps = [(e.about["state_after"], e.about["cause"].partition(" ")[0]) for e in life.events if e.what == "changed"]
    assert steps == [("held", "wire"), ("published", "sweep"), ("held", "sweep"), ("withdrawn", "wire")]
    decided = [e.about for e in life.events if e.what == "decided"]
    assert [d["outcome"] for d in decided] == ["hold", "publish", "hold", "withdraw"]
    assert all(d["decision"]["evidence"] for d in decided)
    assert all(d["decision"]["rule_versions"]["text"] == text.version() for d in decided)
    assert decided[1]["contract_hash"]
    assert all(e.about["payload_path"] for e in life.events if e.what == "pulled")
    json.loads(msgspec.json.encode(life))


def test_a_published_item_names_its_file(desk, wire):
    """Of a readable story the path of the object that holds its row is told; the partner's own id is understood too."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    life = explain(desk.layout, desk.database_url, "urn:one", partner="tpa")
    assert life.article_id == ONE
    assert [row["article_id"] for row in rows_of(desk.layout.store.path(life.path))] == [ONE]


def test_a_kill_that_waits_for_its_story_is_told(desk, wire):
    """An item of which nothing came but its kill has a life too."""
    notice = story("two", terms="kill").replace("<link", "<dcterms:replaces>urn:one</dcterms:replaces><link")
    wire.feeds["/a.xml"] = [notice]
    desk.run(0)
    life = explain(desk.layout, desk.database_url, "urn:one", partner="tpa")
    assert [e.what for e in life.events] == ["kill"]


@pytest.mark.parametrize("partner", [None, "tpa"])
def test_an_unknown_item_is_refused(desk, partner):
    """An id that the ledger does not know is an error that says what to give."""
    with pytest.raises(RulingRefused, match="knows no item 'urn:nobody'"):
        explain(desk.layout, desk.database_url, "urn:nobody", partner=partner)


def test_what_if_lists_and_changes_nothing(desk, wire):
    """Other terms: what would leave, what would enter and why, story by story; ledger and lake stay as they are."""
    wire.feeds["/a.xml"] = [story("one"), story("two", terms="sport"), story("three", embargo=NINE + HOUR)]
    desk.run(0)
    before = desk.files()
    file = partner_file(wire)
    file["contracts"] = [{**file["contracts"][0], "categories": ["sport"]}]
    desk.configure(file)
    found = what_if(desk.place)
    [left] = msgspec.to_builtins(found.leave)
    assert (left["article_id"], left["title"]) == (ONE, "Quay works begin at one")
    assert (left["from"], left["to"], left["reasons"]) == ("published", "held", ("category_unknown",))
    assert (found.enter, found.altered, found.stories) == ((), 1, 3)
    assert desk.files() == before
    with ledger.transaction(desk.database_url) as connection:
        states = {row.item_id: row.state for row in connection.execute(items.select())}
    assert states["urn:one"] == "published"


def test_what_if_says_who_would_come_back(desk, wire):
    """Stories that were rejected and would be published are listed, and whether a person would be asked."""
    desk.configure({**partner_file(wire), "contracts": []})
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    desk.configure(partner_file(wire))
    found = what_if(desk.place)
    assert [(move.before, move.after) for move in found.enter] == [("rejected", "published")] * 2
    assert found.waits_for_review


def test_decisions_show_where_words_stand_but_not_the_words(desk, wire):
    """Of what was not published the evidence keeps its place and loses its text; the ledger keeps both."""
    wire.feeds["/a.xml"] = [
        story("one"),
        story("two").replace("(TPA)", "(Reuters)"),
        story("three", embargo=NINE + HOUR),
    ]
    desk.run(0)
    files = desk.layout.store.path("published/decisions").rglob("*.parquet")
    shown = {row["item_id"]: (row["outcome"], json.loads(row["evidence"])) for f in files for row in rows_of(f)}
    assert {name: outcome for name, (outcome, _) in shown.items()} == {
        "urn:one": "publish",
        "urn:two": "hold",
        "urn:three": "hold",
    }
    credit = next(proof for proof in shown["urn:two"][1] if proof["source"] == "credit")
    assert (credit["text"], credit["reason"], credit["start"] is not None) == (None, "third_party_credit", True)
    assert not [p for p in shown["urn:three"][1] if p["text"] and p["source"] not in {"contract", "tombstone"}]
    with ledger.transaction(desk.database_url) as connection:
        kept = connection.execute(decisions.select().where(decisions.c.item_id == "urn:two")).one().decision
    assert "Reuters" in json.dumps(kept["evidence"])
