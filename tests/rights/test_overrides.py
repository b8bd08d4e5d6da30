"""A person's word narrows always, widens little, and dies when anything that it was about changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.rights.making import NOW, article, contract, decided, notice, partner, statement
from tests.rights.test_combine import CAUSES, MADE, decide_on

from newswire.model import Credit, Embargo, Media, Outcome, Override, RightsKind
from newswire.rights.tables import REASONS

PUBLISH, HOLD, REJECT, WITHDRAW = Outcome.PUBLISH, Outcome.HOLD, Outcome.REJECT, Outcome.WITHDRAW
TOMORROW = NOW + timedelta(days=1)
CREDIT = (Credit(text="(NPA)", agency="NPA", start=1, end=6),)


def override(decision, outcome=PUBLISH, **changed):
    """A person's word on exactly this decision."""
    word = Override(
        override_id="o1",
        item_id="s1",
        version=None,
        content_hash="0" * 64,
        contract_hash=decision.contract.hash if decision.contract else None,
        reasons=decision.reasons,
        outcome=outcome,
        by="editor",
        why="the photo agency agreed",
        at=NOW,
        expires_at=TOMORROW,
    )
    return replace(word, **changed)


HELD = article(credits_=CREDIT)


def test_a_hold_that_a_person_may_lift():
    """The story is published until the override ends, with who lifted what among the evidence."""
    before = decided(HELD)
    after = decided(HELD, override=override(before))
    assert (before.outcome, after.outcome, after.override) == (HOLD, PUBLISH, "o1")
    assert after.permitted_uses == ("store", "analyse", "display")
    assert after.expires_at == after.next_review_at == TOMORROW
    assert ("override_widens", "editor: the photo agency agreed") in [(e.reason, e.text) for e in after.evidence]
    assert "third_party_credit" in after.reasons


@pytest.mark.parametrize("reason", MADE)
def test_which_reasons_give_way(reason):
    """Only holds of rules 7, 8 and 9 and embargoes in prose are lifted; the table says the same."""
    decision = decide_on(reason)
    mine = override(decision)
    item = {key: value for key, value in CAUSES[reason].items() if key == "notice"}
    lifts = decision.outcome is HOLD and (REASONS[reason].rule in {7, 8, 9} or reason == "embargo_in_prose")
    assert REASONS[reason].overridable == (lifts or (REASONS[reason].rule in {7, 8, 9} and reason not in MADE))
    if item:
        after = decided(article(item["notice"]), first_landed=NOW.replace(day=1), override=mine)
        assert (after.outcome is PUBLISH) == lifts


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"expires_at": NOW}, "it ended at"),
        ({"contract_hash": "f" * 64}, "other terms"),
        ({"reasons": ("third_party_credit", "terms_not_understood")}, "the reasons are now third_party_credit"),
        ({"reasons": ()}, "the reasons are now"),
    ],
)
def test_an_override_dies(changed, why):
    """With its time over, other terms or other reasons it does nothing, and the decision says so."""
    before = decided(HELD)
    after = decided(HELD, override=override(before, **changed))
    assert (after.outcome, after.override) == (HOLD, None)
    assert [e.text for e in after.evidence if e.reason == "override_void" and why in e.text]
    assert after.next_review_at == before.next_review_at


def test_one_reason_more_and_it_dies():
    """An override on a credit does not carry over to the same story with an embargo."""
    mine = override(decided(HELD))
    worse = article(credits_=CREDIT, embargo=Embargo(until=TOMORROW))
    assert decided(worse, override=mine).outcome is HOLD


@pytest.mark.parametrize("third_party", ["hold", "reject"])
def test_a_contracts_rejection_is_no_hold(third_party):
    """Where the contract rejects material of others, no person lifts it."""
    by = partner(contract(third_party=third_party))
    before = decided(HELD, by)
    assert (decided(HELD, by, override=override(before)).outcome is PUBLISH) == (third_party == "hold")


def test_a_stated_embargo_never_gives_way():
    """Neither a stated embargo, nor a missing contract, nor a withheld status is lifted."""
    for what, by in [
        (article(embargo=Embargo(until=TOMORROW)), partner(contract())),
        (article(), partner()),
        (article(signals=("withhold",)), partner(contract())),
    ]:
        before = decided(what, by)
        assert decided(what, by, override=override(before)).outcome is before.outcome


@pytest.mark.parametrize("outcome", [HOLD, REJECT, WITHDRAW])
def test_a_person_narrows_always(outcome):
    """A person may hold, reject or withdraw any story, and its photos go with it."""
    what = article(media=(Media(url="https://tepe.example/1.jpg", medium="image"),))
    by = partner(contract(media=["text", "photo"]))
    before = decided(what, by)
    after = decided(what, by, override=override(before, outcome))
    assert (before.outcome, after.outcome) == (PUBLISH, outcome)
    assert {part.outcome for part in after.components} == {outcome}
    assert after.permitted_uses == ()
    assert after.next_review_at == TOMORROW


def test_narrowing_never_makes_milder():
    """A hold on what is rejected leaves it rejected."""
    before = decided(article(), partner())
    assert decided(article(), partner(), override=override(before, HOLD)).outcome is REJECT


def test_a_widened_notice_keeps_its_conditions():
    """What a notice takes away stays away, whoever lifts the hold."""
    what = article(notice("ai_reserved"), rights=(statement(RightsKind.POLICY, "https://tepe.example/p"),))
    by = partner(contract(uses=["store", "analyse", "ai_train"]))
    after = decided(what, by, override=override(decided(what, by)))
    assert after.outcome is PUBLISH
    assert "ai_train" in after.prohibited_uses
