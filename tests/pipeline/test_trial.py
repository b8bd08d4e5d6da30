"""Decisions on the entries of one payload, alone and with the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from tests.pipeline.conftest import HOUR, NINE, Desk, atom, kill, partner_file, story

from newswire import formats, ledger
from newswire.config import load_partner
from newswire.pipeline.trial import Question, decide_all

LATER = NINE + 2 * HOUR


@pytest.fixture
def partner(tmp_path, wire):
    path = tmp_path / "tpa.yaml"
    path.write_text(yaml.safe_dump(partner_file(wire)), encoding="utf-8")
    return load_partner(path)


def decided(partner, entries, *, connection=None, now=LATER):
    parsed = formats.parse(atom(entries), formats.Source(url="file:///feed.xml"))
    found = decide_all(parsed.entries, partner, Question(now=now), name="feed.xml", ledger=connection)
    return [(article.item.item_id, decision.outcome.name, decision.reasons[0]) for article, decision in found]


@pytest.mark.parametrize("turned", [False, True])
def test_an_entry_takes_back_another_of_its_payload(partner, turned):
    """A withdrawal counts for the story beside it, whichever stands first, and for no other."""
    entries = [story("one"), kill("one", hour=1), story("two")]
    found = sorted(decided(partner, entries[::-1] if turned else entries))
    assert found == [
        ("urn:one", "WITHDRAW", "deleted"),
        ("urn:one", "WITHDRAW", "tombstone"),
        ("urn:two", "PUBLISH", "contract_grants"),
    ]


def test_a_usable_version_above_a_withdrawal_waits(partner):
    """What comes back after its withdrawal is a person's to look at."""
    entries = [kill("one", hour=1), story("one", hour=2)]
    assert sorted(decided(partner, entries)) == [
        ("urn:one", "HOLD", "reissue_after_kill"),
        ("urn:one", "WITHDRAW", "deleted"),
    ]


def test_a_later_version_inherits_its_embargo(partner):
    """An embargo that a later version of the same payload leaves out covers it."""
    entries = [story("one", embargo=NINE + timedelta(days=1)), story("one", hour=1)]
    assert [reason for _, _, reason in decided(partner, entries)] == ["embargo", "embargo"]


@pytest.mark.ledger
def test_the_ledger_adds_what_it_knows(desk: Desk, wire):
    """With the ledger, a story that was withdrawn before stays withdrawn; without it, it is decided alone."""
    wire.feeds["/a.xml"] = [story("one"), kill("one", hour=1), story("two")]
    desk.run(0)
    partner, copy = desk.place.partner, [story("one"), story("two")]
    assert [outcome for _, outcome, _ in decided(partner, copy)] == ["PUBLISH", "PUBLISH"]
    with ledger.transaction(desk.database_url) as connection:
        found = decided(partner, copy, connection=connection, now=desk.now)
    assert found == [("urn:one", "WITHDRAW", "tombstone"), ("urn:two", "PUBLISH", "contract_grants")]


@pytest.mark.ledger
def test_a_waiting_kill_of_the_ledger_meets_the_payload(desk: Desk, wire):
    """A kill that came before its story hits the story's first appearance."""
    wire.feeds["/a.xml"] = [kill("late", hour=1)]
    desk.run(0)
    with ledger.transaction(desk.database_url) as connection:
        found = decided(desk.place.partner, [story("late")], connection=connection, now=datetime.now(UTC))
    assert found == [("urn:late", "WITHDRAW", "tombstone")]
