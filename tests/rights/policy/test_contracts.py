"""A contract is an ODRL agreement: exported, read back, and evaluated as the contract means it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rights.making import article, decided

from newswire.config import Contract, Partner, Use
from newswire.model import Outcome
from newswire.rights.policy import Answer, Evaluator, Policy, RuleKind, World, reading
from newswire.rights.policy.contracts import of_contract, request_for, world_for
from newswire.rights.policy.model import Deontic, RuleState
from newswire.rights.policy.vocabulary import ODRL
from newswire.rights.policy.writing import policy_json

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
USES = list(Use.__args__)


def contract(**terms: object) -> Contract:
    plain = {
        "id": "c1",
        "delivery_term": {"from": date(2026, 1, 1), "until": date(2026, 12, 31)},
        "uses": ["store", "analyse", "display"],
        "media": ["text"],
        "languages": ["tr", "en"],
        "territories": {"mode": "worldwide"},
        "third_party": "allow",
    }
    return Contract.model_validate(plain | terms)


def partner(*contracts: Contract) -> Partner:
    feeds = {"f": {"url": "https://agency.example/f"}}
    return Partner(
        slug="agency", name="Agency", timezone="Europe/Istanbul", feeds=feeds, contracts=contracts or (contract(),)
    )


def story(**facts: object) -> World:
    """A story that the plain contract covers, with some facts otherwise."""
    plain = {
        "now": NOW,
        "first_landed": NOW - timedelta(days=2),
        "published_at": NOW - timedelta(days=2),
        "territory": "TR",
        "language": "tr",
        "medium": "text",
        "content": "full",
        "third_party": False,
        "expired": False,
    }
    return world_for(**(plain | facts))


def agreement_of(house: Partner) -> Policy:
    return of_contract(house.contracts[0], slug=house.slug, zone=house.zone)


def said(terms: dict[str, object], facts: dict[str, object], use: str = "display") -> Answer:
    house = partner(contract(**terms))
    report = Evaluator(agreement_of(house)).evaluate(request_for(house.slug, [use]), story(**facts))
    return report.answers[0][1]


ROWS = [
    ({}, {}, "display", Answer.PERMITTED),
    ({}, {}, "distribute", Answer.NOT_PERMITTED),
    ({"prohibitions": ["display"]}, {}, "display", Answer.PROHIBITED),
    ({"uses": ["text_mining"]}, {}, "text_mining", Answer.PERMITTED),
    ({"uses": ["text_mining"]}, {}, "ai_train", Answer.NOT_PERMITTED),
    ({"uses": ["ai_train"], "prohibitions": ["text_mining"]}, {}, "ai_train", Answer.PROHIBITED),
    ({}, {"language": "de"}, "display", Answer.NOT_PERMITTED),
    ({"languages": ["ku"]}, {"language": "ckb"}, "display", Answer.PERMITTED),
    ({}, {"language": None}, "display", Answer.NOT_PERMITTED),
    ({}, {"medium": "photo"}, "display", Answer.NOT_PERMITTED),
    ({"media": ["text", "photo"]}, {"medium": "photo"}, "display", Answer.PERMITTED),
    ({"territories": {"mode": "only", "codes": ["TR"]}}, {}, "display", Answer.PERMITTED),
    ({"territories": {"mode": "only", "codes": ["TR"]}}, {"territory": "DE"}, "display", Answer.NOT_PERMITTED),
    ({"territories": {"mode": "except", "codes": ["TR"]}}, {}, "display", Answer.NOT_PERMITTED),
    ({"territories": {"mode": "except", "codes": ["TR"]}}, {"territory": "DE"}, "display", Answer.PERMITTED),
    ({"territories": {"mode": "only", "codes": ["TR"]}}, {"territory": None}, "display", Answer.NOT_PERMITTED),
    ({"channels": ["web"]}, {"channel": "web"}, "display", Answer.PERMITTED),
    ({"channels": ["web"]}, {"channel": "print"}, "display", Answer.NOT_PERMITTED),
    ({"channels": ["web"]}, {}, "display", Answer.NOT_PERMITTED),
    ({"categories": ["sport"]}, {"categories": ["sport", "money"]}, "display", Answer.PERMITTED),
    ({"categories": ["sport"]}, {"categories": ["money"]}, "display", Answer.NOT_PERMITTED),
    ({"categories": ["sport"]}, {}, "display", Answer.NOT_PERMITTED),
    ({"content": "extract"}, {}, "display", Answer.NOT_PERMITTED),
    ({"content": "extract"}, {"content": "metadata"}, "display", Answer.PERMITTED),
    ({"retention": "2d"}, {}, "display", Answer.NOT_PERMITTED),
    ({"retention": "3d"}, {}, "display", Answer.PERMITTED),
    ({}, {"first_landed": datetime(2025, 12, 31, 20, 59, tzinfo=UTC)}, "display", Answer.NOT_PERMITTED),
    ({}, {"first_landed": datetime(2025, 12, 31, 21, tzinfo=UTC)}, "display", Answer.PERMITTED),
    ({}, {"now": datetime(2026, 12, 31, 20, 59, tzinfo=UTC)}, "display", Answer.PERMITTED),
    ({}, {"now": datetime(2026, 12, 31, 21, tzinfo=UTC)}, "display", Answer.NOT_PERMITTED),
    ({"use_after_end": "days:30"}, {"now": datetime(2027, 1, 20, tzinfo=UTC)}, "display", Answer.PERMITTED),
    ({"use_after_end": "perpetual"}, {"now": datetime(2036, 1, 20, tzinfo=UTC)}, "display", Answer.PERMITTED),
    ({"item_term": {"from": date(2026, 5, 31)}}, {}, "display", Answer.NOT_PERMITTED),
    ({"item_term": {"from": date(2026, 5, 30)}}, {}, "display", Answer.PERMITTED),
    ({}, {"expired": True}, "display", Answer.NOT_PERMITTED),
    ({"on_item_expiry": "keep"}, {"expired": True}, "display", Answer.PERMITTED),
    ({"third_party": "reject"}, {"third_party": True}, "display", Answer.PROHIBITED),
    ({"third_party": "reject"}, {"third_party": None}, "display", Answer.PROHIBITED),
    ({"third_party": "hold"}, {"third_party": True}, "display", Answer.NOT_PERMITTED),
    ({"third_party": "hold"}, {}, "display", Answer.PERMITTED),
    ({"obligations": ["attribute"]}, {}, "display", Answer.PERMITTED),
    ({"obligations": [{"action": "notify", "due": "before"}]}, {}, "display", Answer.NOT_PERMITTED),
]


@pytest.mark.parametrize(("terms", "facts", "use", "expected"), ROWS)
def test_a_contract_is_evaluated_as_it_is_meant(
    terms: dict[str, object], facts: dict[str, object], use: str, expected: Answer
):
    """Each clause of a contract permits what it covers and nothing else; what is unknown is not permitted."""
    assert said(terms, facts, use) is expected


def test_a_person_who_consents_lifts_the_hold_on_material_of_others():
    """``third_party: hold`` is a duty to obtain consent before use."""
    house = partner(contract(third_party="hold"))
    agreement = agreement_of(house)
    (permission,) = agreement.of_kind(RuleKind.PERMISSION)
    (consent,) = permission.duties
    told = story(third_party=True)
    given_ = World(
        now=told.now, values=told.values, states={consent.id: RuleState(report="r", deontic=Deontic.FULFILLED)}
    )
    evaluator = Evaluator(agreement)
    assert not evaluator.evaluate(request_for(house.slug, ["display"]), told).permitted
    assert evaluator.evaluate(request_for(house.slug, ["display"]), given_).permitted


def test_what_must_leave_is_an_obligation_to_delete():
    """The end of a contract, of its retention and of a story itself each oblige to delete."""
    house = partner(contract(retention="30d"))
    evaluator = Evaluator(agreement_of(house))

    def deletions(**facts: object) -> set[str]:
        report = evaluator.evaluate(request_for(house.slug, ["store"]), story(**facts))
        return {rule.rule.rpartition("#")[2] for rule in report.rules if rule.kind is RuleKind.DUTY and rule.active}

    assert deletions() == set()
    assert deletions(expired=True) == {"delete-expiry"}
    assert deletions(now=NOW + timedelta(days=28)) == {"delete-retention"}
    assert deletions(now=datetime(2027, 1, 2, tzinfo=UTC)) == {"delete-retention", "delete-end"}


countries = st.lists(st.sampled_from(["TR", "DE", "FR", "US", "JP", "NO"]), min_size=1, unique=True)
contracts = st.builds(
    contract,
    id=st.sampled_from(["c1", "a b/ç", "2026"]),
    delivery_term=st.sampled_from([{"from": date(2026, 1, 1)}, {"from": date(2025, 1, 1), "until": date(2026, 6, 30)}]),
    item_term=st.sampled_from([None, {"from": date(2026, 1, 1)}]),
    uses=st.lists(st.sampled_from(USES), min_size=1, unique=True),
    media=st.lists(st.sampled_from(["text", "photo", "video", "audio", "graphic"]), min_size=1, unique=True),
    languages=st.lists(st.sampled_from(["tr", "en", "ku", "zh-Hans"]), min_size=1, unique=True),
    categories=st.none() | st.lists(st.sampled_from(["sport", 'a "quoted" one']), min_size=1, unique=True),
    territories=st.just({"mode": "worldwide"})
    | st.builds(lambda mode, codes: {"mode": mode, "codes": codes}, st.sampled_from(["only", "except"]), countries),
    channels=st.none() | st.lists(st.sampled_from(["web", "print"]), min_size=1, unique=True),
    content=st.sampled_from(["full", "extract", "metadata"]),
    retention=st.none() | st.just("365d"),
    use_after_end=st.sampled_from(["none", "perpetual", "days:30"]),
    on_item_expiry=st.sampled_from(["withdraw", "keep"]),
    obligations=st.lists(st.sampled_from(["attribute", "keep_notice", "link_back", "notify"]), unique=True).flatmap(
        lambda names: st.tuples(*(st.sampled_from([name, {"action": name, "due": "before"}]) for name in names)).map(
            list
        )
    ),
    prohibitions=st.lists(st.sampled_from(USES), unique=True),
    third_party=st.sampled_from(["hold", "reject", "allow"]),
)


TICK = timedelta(microseconds=1)
ENDS = [datetime(2025, 12, 31, 21, tzinfo=UTC), datetime(2026, 6, 30, 21, tzinfo=UTC)]  # midnights of Istanbul
MOMENTS = [
    moment + shift
    for moment in (*ENDS, ENDS[1] + timedelta(days=10), ENDS[1] + timedelta(days=30))
    for shift in (-timedelta(days=10), -TICK, timedelta(0), timedelta(days=10))
]


terms_of_time = st.fixed_dictionaries(
    {
        "delivery_term": st.sampled_from(
            [{"from": date(2026, 1, 1), "until": end} for end in (None, date(2026, 6, 30))]
        ),
        "use_after_end": st.sampled_from(["none", "days:10", "perpetual"]),
        "retention": st.sampled_from([None, "10d", "30d"]),
        "on_item_expiry": st.sampled_from(["withdraw", "keep"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    terms_of_time,
    st.none() | st.sampled_from(MOMENTS),
    st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=2).map(sorted),
)
def test_decisions_and_the_agreement_agree_on_time(
    clauses: dict[str, object], expires: datetime | None, times: list[datetime]
):
    """Whether a story may be held at a moment is the same by the rules of decisions and by the evaluated agreement."""
    landed, now = times
    terms = contract(**clauses)
    house = partner(terms)
    past = expires is not None and expires <= now
    told = story(now=now, first_landed=landed, published_at=landed, expired=past)
    by_agreement = Evaluator(agreement_of(house)).evaluate(request_for(house.slug, ["store", "analyse"]), told)
    decision = decided(article(published_at=landed, expires_at=expires), house, now=now, first_landed=landed)
    assert (decision.outcome is Outcome.PUBLISH) is by_agreement.permitted


@settings(max_examples=20, deadline=None)
@given(contracts)
def test_an_exported_contract_is_read_back_as_it_was(terms: Contract):
    """Export and reading lose nothing."""
    agreement = agreement_of(partner(terms))
    assert reading.read(json.dumps(policy_json(agreement))) == (agreement,)


@settings(max_examples=20, deadline=None)
@given(contracts)
def test_an_exported_contract_is_a_valid_agreement(terms: Contract):
    """ODRL 2.2 of an agreement: parties, target and action on each rule, complete constraints, a stated strategy."""
    agreement = agreement_of(partner(terms))
    assert agreement.type == f"{ODRL}Agreement"
    assert agreement.conflict == f"{ODRL}prohibit"
    assert "https://iptc.org/std/RightsML/odrl-profile/" in agreement.profiles
    for rule in agreement.rules:
        assert rule.assigners, rule.id
        assert rule.assignees, rule.id
        assert rule.targets, rule.id
        limits = [*rule.constraints, *(limit for target in rule.targets for limit in target.refinements)]
        limits += [limit for duty in rule.duties for limit in duty.constraints]
        assert all(limit.left and limit.operator and limit.right for limit in limits)
        assert all(duty.actions for duty in rule.duties)


def test_uses_that_are_all_prohibited_leave_no_permission():
    """A permission without actions would permit everything: where nothing is left there is none."""
    house = partner(contract(uses=["display"], prohibitions=["display"]))
    agreement = agreement_of(house)
    assert agreement.of_kind(RuleKind.PERMISSION) == ()
