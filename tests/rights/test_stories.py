"""Stories over versions, whatever order their versions arrived in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from newswire.model import AssessedFor, Decision, Observation, Outcome
from newswire.rights import Standing, Version, governing, published_date, standing
from newswire.rights.tables import REASONS


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def seen(version=None, *, updated=None, last=1, content="a", published=None, first=0) -> Observation:
    return Observation(
        version=version,
        updated_at=updated,
        published_at=published,
        content_hash=content,
        first_observed_at=at(first),
        last_observed_at=at(last),
    )


RISING = [
    [seen("1"), seen("2"), seen("10")],
    [seen("1.9"), seen("1.10"), seen("2")],
    [seen(None, updated=at(9)), seen("0")],
    [seen("draft", updated=at(9)), seen("1")],
    [seen("1", updated=None, last=9), seen("1", updated=at(1)), seen("1.0", updated=at(2))],
    [seen(last=1, content="b"), seen(last=2, content="a"), seen(last=3, content="b")],
    [seen(content="a"), seen(content="b"), seen(content="c")],
    [seen(updated=at(5), last=1), seen(updated=at(6), last=0)],
    [seen("9" * 40), seen("9" * 40 + ".1")],
]


@pytest.mark.parametrize("rising", RISING)
def test_the_highest_version_governs(rising):
    """The same version governs in every order of arrival; number, then update, then sighting, then hash."""
    assert all(governing(order) == rising[-1] for order in permutations(rising))
    assert sorted(map(Version.of, rising)) == [Version.of(observation) for observation in rising]


def test_ties_do_not_depend_on_order():
    """Observations of one content that differ in what they add are told apart the same way in every order."""
    tied = [seen("1", published=at(1)), seen("1"), seen("1", first=1), seen("1.0")]
    assert len({governing(order) for order in permutations(tied)}) == 1


@pytest.mark.parametrize(
    ("observations", "day"),
    [
        ([seen(first=3)], date(2026, 6, 1)),
        ([seen("2", published=at(1, day=3)), seen("1", published=at(1, day=2))], date(2026, 6, 2)),
        ([seen("2"), seen("1", published=at(1, day=5))], date(2026, 6, 5)),
        ([seen(published=datetime(2026, 6, 2, 1, tzinfo=ZoneInfo("Europe/Istanbul")))], date(2026, 6, 1)),
    ],
)
def test_published_date(observations, day):
    """A story belongs to the UTC day of its earliest publication time, else of its earliest sighting."""
    assert all(published_date(order) == day for order in permutations(observations))


@pytest.mark.parametrize("call", [governing, published_date])
def test_no_observation_no_story(call):
    """A story without an observation is a caller's mistake."""
    with pytest.raises(ValueError, match="empty"):
        call([])


def decision(*reasons: str) -> Decision:
    outcome = max((REASONS[reason].outcome for reason in reasons), default=Outcome.PUBLISH)
    return Decision(outcome=outcome, reasons=reasons, assessed_for=AssessedFor(uses=("store",), at=at(0)))


@pytest.mark.parametrize(
    ("reasons", "correction", "earlier", "shown"),
    [
        (("contract_grants",), False, True, Standing.GOVERNING),
        (("contract_grants",), True, False, Standing.GOVERNING),
        (("terms_not_understood",), False, True, Standing.UPDATE_PENDING),
        (("third_party_credit", "language_unknown"), False, True, Standing.UPDATE_PENDING),
        (("terms_not_understood",), True, True, Standing.NOTHING),
        (("terms_not_understood",), False, False, Standing.NOTHING),
        (("withheld",), False, True, Standing.NOTHING),
        (("embargo",), False, True, Standing.NOTHING),
        (("embargo_open_ended", "terms_not_understood"), False, True, Standing.NOTHING),
        (("kill_in_prose",), False, True, Standing.NOTHING),
        (("reissue_after_kill",), False, True, Standing.NOTHING),
        (("killed",), False, True, Standing.NOTHING),
        (("out_of_scope_language",), False, True, Standing.NOTHING),
    ],
)
def test_standing(reasons, correction, earlier, shown):
    """A held plain update leaves the earlier version; withheld, embargo, kill, correction and rejection remove it."""
    assert standing(decision(*reasons), is_correction=correction, earlier_published=earlier) is shown
