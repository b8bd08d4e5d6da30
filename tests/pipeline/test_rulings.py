"""What persons say about stories takes effect at once, is kept with who and why, and dies when its ground moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.pipeline.conftest import HOUR, NINE, Desk, kill, partner_file, story

from newswire import ledger
from newswire.errors import RulingRefused
from newswire.ledger import overrides
from newswire.ledger.tables import items
from newswire.model import Outcome
from newswire.pipeline.rulings import add_override, answer_review, revoke_override
from newswire.pipeline.sweep import sweep
from newswire.pipeline.verify import verify

pytestmark = pytest.mark.ledger

TOMORROW = NINE + timedelta(days=1)


def foreign(name: str, **said: object) -> str:
    """A story that is credited to someone else: held for a person."""
    return story(name, **said).replace("(TPA)", "(Reuters)")


def word(desk: Desk, outcome: Outcome, name: str = "urn:one", until=TOMORROW):
    return add_override(desk.place, name, outcome, by="selin", why="agreed by phone", until=until)[0]


def state(desk: Desk, name: str = "urn:one") -> str:
    with ledger.transaction(desk.database_url) as connection:
        return connection.execute(items.select().where(items.c.item_id == name)).one().state


@pytest.fixture
def held(desk, wire) -> Desk:
    wire.feeds["/a.xml"] = [foreign("one")]
    desk.run(0)
    assert state(desk) == "held"
    return desk


def test_an_override_lifts_a_hold_and_ends_on_time(held):
    """A person lets a held story through; the row expires with the override and the sweep then removes it."""
    word(held, Outcome.PUBLISH)
    sweep(held.place)
    assert held.rows()["urn:one"]["expires_at"] == TOMORROW
    held.now = TOMORROW - timedelta(microseconds=1)
    sweep(held.place)
    assert set(held.rows()) == {"urn:one"}
    held.now = TOMORROW
    sweep(held.place)
    assert (held.rows(), state(held)) == ({}, "held")
    assert verify(held.layout, held.database_url).problems == ()


def test_an_override_keeps_a_story_out(desk, wire):
    """A person may always narrow: what the rules publish is withdrawn at once."""
    wire.feeds["/a.xml"] = [story("one"), story("two")]
    desk.run(0)
    word(desk, Outcome.REJECT)
    assert len(sweep(desk.place).left) == 1
    assert (set(desk.rows()), state(desk)) == ({"urn:two"}, "rejected")


def test_a_revoked_override_does_nothing_more(held):
    """Revoked, with who and why, the story is decided as if it had never been said."""
    said = word(held, Outcome.PUBLISH)
    sweep(held.place)
    revoke_override(held.place, said.override_id, by="deniz", why="the agency objected")
    sweep(held.place)
    assert (held.rows(), state(held)) == ({}, "held")
    with ledger.transaction(held.database_url) as connection:
        [kept] = overrides.recorded(connection, "tpa")
    assert (kept.override.by, kept.revoked_by, kept.revoked_because) == ("selin", "deniz", "the agency objected")
    with pytest.raises(RulingRefused, match="not revoked"):
        revoke_override(held.place, said.override_id, by="deniz", why="again")


@pytest.mark.parametrize("moved", ["content", "terms", "reasons"])
def test_an_override_dies_with_its_ground(held, wire, moved):
    """Another version, other terms or another reason: the person's word no longer holds."""
    word(held, Outcome.PUBLISH)
    sweep(held.place)
    assert held.rows()
    if moved == "content":
        wire.feeds["/a.xml"] = [foreign("one", hour=1, text="Now with more.")]
    else:
        file = partner_file(wire)
        changed = {"obligations": ["attribute"]} if moved == "terms" else {"categories": ["sport"]}
        file["contracts"] = [{**file["contracts"][0], **changed}]
        held.configure(file)
    held.run(1)
    sweep(held.place)
    standing = [row for row in held.rows().values() if not row["update_pending"]]
    assert (standing, state(held)) == ([], "held")


@pytest.mark.parametrize("stated", ["kill", "embargo", "no contract"])
def test_no_override_widens_a_kill_an_embargo_or_a_missing_contract(desk, wire, stated):
    """What a person may not lift is refused with the reason, and nothing is recorded."""
    wire.feeds["/a.xml"] = [story("one", embargo=NINE + HOUR if stated == "embargo" else None)]
    if stated == "no contract":
        desk.configure({**partner_file(wire), "contracts": []})
    desk.run(0)
    if stated == "kill":
        wire.feeds["/a.xml"] = [kill("one", hour=1)]
        desk.run(1)
    with pytest.raises(RulingRefused, match="only holds that a person may lift"):
        word(desk, Outcome.PUBLISH)
    with ledger.transaction(desk.database_url) as connection:
        assert overrides.recorded(connection, "tpa") == []


def test_an_override_of_nothing_is_refused(held):
    """An unknown item and an end that has passed are refused."""
    with pytest.raises(RulingRefused, match="knows no item"):
        word(held, Outcome.HOLD, "urn:nobody")
    with pytest.raises(RulingRefused, match="has passed"):
        word(held, Outcome.PUBLISH, until=NINE)


def test_an_override_holds_when_the_story_is_read_again(held):
    """Reading the same version again, live or replayed, leaves the person's word in force."""
    word(held, Outcome.PUBLISH)
    sweep(held.place)
    before = held.files()
    held.run(1)
    held.run(0, late=timedelta(hours=3))
    assert held.files() == before


def test_an_unknown_review_is_refused(desk):
    """An answer to a question that nobody asked is an error that says how to find those asked."""
    with pytest.raises(RulingRefused, match="review list"):
        answer_review(desk.place, "reentry-0", "yes", by="selin")
