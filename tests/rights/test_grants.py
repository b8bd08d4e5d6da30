"""Which contract or licence a decision rests on, from when to when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from tests.rights.making import NOW, article, contract, decided, partner, statement

from newswire.model import Outcome, RightsKind

TICK = timedelta(microseconds=1)
PUBLISH, HOLD, REJECT, WITHDRAW = Outcome.PUBLISH, Outcome.HOLD, Outcome.REJECT, Outcome.WITHDRAW


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def term(start: date, end: date | None, **changed):
    return contract(delivery_term={"from": start, "until": end}, **changed)


@pytest.mark.parametrize("zone", ["Europe/Istanbul", "America/Santiago", "Africa/Cairo", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 4, 24), date(2026, 4, 24)),  # Cairo's clocks skip this midnight
        (date(2026, 9, 6), date(2026, 10, 30)),  # Santiago's skip the first, Cairo's repeat an hour of the last
    ],
)
def test_both_days_of_the_term_count(zone, start, end):
    """A story that lands in the first or last instant of the partner's days is covered, one outside is not."""
    by = partner(term(start, end, use_after_end="perpetual"), timezone=zone)
    after = end + timedelta(days=1)
    first, beyond = local(zone, start.year, start.month, start.day), local(zone, after.year, after.month, after.day)
    outcomes = [decided(article(), by, now=at).outcome for at in (first - TICK, first, beyond - TICK, beyond)]
    assert outcomes == [REJECT, PUBLISH, PUBLISH, REJECT]


@pytest.mark.parametrize(
    ("after_end", "days", "outcome"),
    [
        ("none", 0, REJECT),
        ("days:30", 0, PUBLISH),
        ("days:30", 29, PUBLISH),
        ("days:30", 30, REJECT),
        ("perpetual", 4000, PUBLISH),
    ],
)
def test_what_stays_after_the_term(after_end, days, outcome):
    """What was delivered within the term stays as long as the contract says; nothing new is taken then."""
    by = partner(term(date(2026, 1, 1), date(2026, 5, 31), use_after_end=after_end))
    now = local("Europe/Istanbul", 2026, 6, 1) + timedelta(days=days)
    assert decided(article(), by, now=now, first_landed=NOW - timedelta(days=60)).outcome is outcome
    assert decided(article(), by, now=now).reasons == ("no_contract",)


def test_days_after_the_end_are_calendar_days():
    """Days after the end are the partner's days, also where one of them lasts 25 hours."""
    by = partner(term(date(2026, 1, 1), date(2026, 10, 24), use_after_end="days:1"), timezone="Europe/Berlin")
    gone = local("Europe/Berlin", 2026, 10, 26)
    first = datetime(2026, 10, 1, tzinfo=UTC)
    assert decided(article(), by, now=gone - TICK, first_landed=first).outcome is PUBLISH
    assert decided(article(), by, now=gone, first_landed=first).outcome is REJECT
    assert decided(article(), by, now=first, first_landed=first).expires_at == gone


def test_landed_before_the_term():
    """What landed before the contract began is not covered by it."""
    by = partner(term(date(2026, 6, 1), None))
    assert decided(article(), by, first_landed=NOW - timedelta(days=30)).outcome is REJECT


def test_lapsed_contract_leaves_its_trace():
    """Without a contract in force the lapsed ones and the notice are the evidence."""
    by = partner(term(date(2024, 1, 1), date(2025, 12, 31), id="old"))
    decision = decided(article(), by)
    assert decision.reasons == ("no_contract",)
    assert [e.pointer for e in decision.evidence] == ["contracts[old].delivery_term"]
    assert (decision.contract, decision.permitted_uses, decision.expires_at) == (None, (), None)


@pytest.mark.parametrize(("age", "outcome"), [(364, PUBLISH), (365, WITHDRAW), (800, WITHDRAW)])
def test_retention(age, outcome):
    """A story leaves when it has been kept as long as the contract allows, counted from its first landing."""
    by = partner(term(date(2020, 1, 1), None, retention="365d"))
    decision = decided(article(), by, first_landed=NOW - timedelta(days=age))
    assert decision.outcome is outcome
    assert decision.expires_at == NOW + timedelta(days=365 - age)


@pytest.mark.parametrize(
    ("contracts", "chosen"),
    [
        ([contract(id="b"), contract(id="a")], "a"),
        ([contract(id="a", obligations=["attribute", "notify"]), contract(id="b")], "b"),
        ([contract(id="a", obligations=[], languages=["de"]), contract(id="b")], "b"),
        ([contract(id="a", obligations=[], uses=["display"]), contract(id="b")], "b"),
        ([contract(id="a", obligations=[], channels=["web"]), contract(id="b")], "b"),
    ],
)
def test_choice_of_contract(contracts, chosen):
    """Of the contracts that cover the story, the fewest obligations win, then the id; the others are recorded."""
    for order in permutations(contracts):
        decision = decided(article(), partner(*order))
        assert decision.outcome is PUBLISH
        assert decision.contract.id == chosen
        (other,) = {c["id"] for c in contracts} - {chosen}
        assert [e.pointer for e in decision.evidence if e.reason == "other_grant"] == [f"contracts[{other}]"]


def test_permissions_are_never_mixed():
    """Two contracts that cover a story only together do not cover it."""
    by = partner(contract(id="a", languages=["de"]), contract(id="b", uses=["display"]))
    assert decided(article(), by).outcome is REJECT
    both = partner(contract(id="a", uses=["store", "display"]), contract(id="b", uses=["analyse", "display"]))
    assert decided(article(), both).reasons == ("out_of_scope_use",)


def test_contract_and_licence_are_weighed_alone():
    """A licence does not lend its uses to a contract; the better of the two carries the story alone."""
    by_nc = statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by-nc/4.0/")
    decision = decided(article(rights=(by_nc,)))
    assert (decision.contract.id, decision.license) == ("c1", None)
    free = statement(RightsKind.LICENSE, "https://creativecommons.org/publicdomain/zero/1.0/")
    assert decided(article(rights=(free,)), partner(contract(languages=["de"]))).license == free.value


def test_contract_ref_is_id_and_hash():
    """A decision names the contract and the hash of its terms."""
    by = partner(contract())
    assert decided(article(), by).contract.hash == by.contracts[0].hash()


def test_moments_of_a_publish():
    """A published row knows when it must leave and when time may next change the decision."""
    by = partner(
        term(date(2026, 1, 1), date(2026, 6, 30), use_after_end="days:10", retention="90d"),
        term(date(2026, 6, 20), None, id="c2"),
    )
    decision = decided(article(expires_at=datetime(2026, 7, 30, tzinfo=UTC)), by)
    assert decision.expires_at == local("Europe/Istanbul", 2026, 7, 11)
    assert decision.next_review_at == local("Europe/Istanbul", 2026, 6, 20)


def test_keep_is_kept_past_the_items_expiry():
    """A contract that keeps expired items does not let them expire."""
    end = NOW + timedelta(days=1)
    by = partner(contract(on_item_expiry="keep"))
    assert decided(article(expires_at=end), by).expires_at == local("Europe/Istanbul", 2027, 1, 1)
    assert decided(article(expires_at=end)).expires_at == end
