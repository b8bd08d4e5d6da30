"""Policies that arrive in items narrow what a contract grants, in every dimension, and never widen it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rights.making import NOW, article, contract, decided, partner, statement

from newswire.model import Decision, Outcome, RightsKind, Scope

ODRL = "http://www.w3.org/ns/odrl/2/"
HOUSE = partner(contract(uses=["store", "analyse", "display", "distribute", "text_mining", "ai_train"]))


def policy(type_: str = "Set", **rules: object) -> str:
    return json.dumps({"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": type_, "uid": "urn:p", **rules})


def limit(left: str, operator: str, right: object) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def at(moment: str) -> dict[str, str]:
    return {"@value": moment, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}


def with_policy(text: str, type_: str | None = None, by=HOUSE, **asked: object) -> Decision:
    item = {key: asked.pop(key) for key in ("item_id", "source_url", "published_at") if key in asked}
    said = statement(RightsKind.POLICY, text, "/item/rightsInfo", type=type_)
    return decided(article(rights=(said,), **item), by, **asked)


def test_a_prohibition_takes_a_use_away():
    """What the policy forbids is no longer permitted; the evidence is the policy."""
    decision = with_policy(policy(prohibition={"action": "distribute"}))
    assert decision.outcome is Outcome.PUBLISH
    assert "distribute" not in decision.permitted_uses
    assert "distribute" in decision.prohibited_uses
    assert {proof.pointer for proof in decision.evidence if proof.reason == "use_removed"} == {"/item/rightsInfo"}


def test_a_prohibition_of_all_use_rejects():
    """Where a needed use is forbidden the story is rejected."""
    decision = with_policy(policy(prohibition={"action": "use"}))
    assert (decision.outcome, decision.reasons) == (Outcome.REJECT, ("use_reserved",))


CC = "http://creativecommons.org/ns#"


@pytest.mark.parametrize(
    ("banned", "outcome", "lost"),
    [
        ("commercialize", Outcome.HOLD, ()),
        (f"{CC}CommercialUse", Outcome.HOLD, ()),
        ("copy", Outcome.HOLD, ()),
        (f"{CC}DerivativeWorks", Outcome.PUBLISH, ("ai_train",)),
        ("present", Outcome.PUBLISH, ("display",)),
        ("print", Outcome.PUBLISH, ()),
        ("sell", Outcome.PUBLISH, ()),
    ],
)
def test_a_ban_on_what_a_use_may_amount_to(banned: str, outcome: Outcome, lost: tuple[str, ...]):
    """Such a use is gone, and one that is needed waits for a person; so it is where the ban is disputed."""
    whole = with_policy(policy(permission={"action": "use"})).permitted_uses
    action = {"@id": banned} if ":" in banned else banned
    for rules in ({}, {"permission": {"action": "use"}, "conflict": "prohibit"}):
        decision = with_policy(policy(prohibition={"action": action}, **rules))
        assert decision.outcome is outcome
        assert outcome is Outcome.HOLD or decision.permitted_uses == tuple(use for use in whole if use not in lost)
    disputed = policy(prohibition={"action": "commercialize"}, permission={"action": f"{CC}CommercialUse"})
    assert with_policy(disputed).reasons == ("terms_not_understood",)


def test_a_ban_on_mining_takes_training_along():
    """A TDMRep reservation removes text mining and what needs it."""
    tdm = {"@id": "http://www.w3.org/ns/tdmrep#mine"}
    decision = with_policy(
        policy("Offer", prohibition={"action": tdm, "target": "https://tepe.example/"}),
        source_url="https://tepe.example/a/1",
    )
    assert decision.outcome is Outcome.PUBLISH
    assert {"text_mining", "ai_train", "ai_input"} <= set(decision.prohibited_uses)


def test_what_a_policy_permits_is_a_list():
    """Uses that ODRL has a word for and the policy does not permit are gone; storing has no such word."""
    decision = with_policy(policy(permission={"action": "display"}))
    assert decision.permitted_uses == ("store", "analyse", "display", "ai_train", "text_mining")


def test_a_policy_never_grants():
    """A use outside the contract stays outside, and without a contract there is nothing."""
    generous = policy(permission={"action": "use"})
    assert "translate" not in with_policy(generous).permitted_uses
    assert with_policy(generous, by=partner()).reasons == ("no_contract",)


@pytest.mark.parametrize(
    ("limits", "outcome", "reason"),
    [
        (limit("dateTime", "gteq", at("2026-07-01T00:00:00Z")), Outcome.HOLD, "rights_not_yet_valid"),
        (limit("dateTime", "lt", at("2026-06-01T00:00:00Z")), Outcome.WITHDRAW, "rights_expired"),
        (limit("elapsedTime", "lteq", "P10D"), Outcome.WITHDRAW, "rights_expired"),
        (limit("delayPeriod", "gteq", "P30D"), Outcome.HOLD, "rights_not_yet_valid"),
        (limit("language", "eq", "de"), Outcome.REJECT, "use_reserved"),
        (limit("media", "eq", "photo"), Outcome.REJECT, "use_reserved"),
        (limit("purpose", "eq", "urn:x:research"), Outcome.HOLD, "terms_not_understood"),
        (limit("deliveryChannel", "eq", "web"), Outcome.HOLD, "terms_not_understood"),
        (limit("dateTime", "gteq", "next week"), Outcome.HOLD, "terms_not_understood"),
    ],
)
def test_conditions_of_what_is_needed(limits: dict[str, object], outcome: Outcome, reason: str):
    """A condition on all use: not yet, no longer, not for this, or not known."""
    landed = datetime(2026, 6, 1, tzinfo=UTC)
    decision = with_policy(policy(permission={"action": "use", "constraint": limits}), first_landed=landed)
    assert (decision.outcome, decision.reasons[0]) == (outcome, reason)


def test_an_embargo_in_a_policy_lifts_by_itself():
    """Held until the moment the policy names, and open then."""
    closed = policy(permission={"action": "use", "constraint": limit("dateTime", "gteq", at("2026-07-01T00:00:00Z"))})
    opens = datetime(2026, 7, 1, tzinfo=UTC)
    held = with_policy(closed)
    assert (held.outcome, held.hold_until, held.next_review_at) == (Outcome.HOLD, opens, opens)
    assert with_policy(closed, now=opens).outcome is Outcome.PUBLISH


def test_a_policys_end_is_when_the_story_expires():
    """A story leaves at the moment at which its policy ends."""
    ends = policy(permission={"action": "use", "constraint": limit("dateTime", "lt", at("2026-07-01T00:00:00Z"))})
    decision = with_policy(ends)
    assert decision.outcome is Outcome.PUBLISH
    assert decision.expires_at == decision.next_review_at == datetime(2026, 7, 1, tzinfo=UTC)
    archive = policy(permission={"action": "use", "constraint": limit("elapsedTime", "lt", "P30D")})
    assert with_policy(archive, first_landed=NOW).expires_at == datetime(2026, 7, 15, 12, tzinfo=UTC)


GERMANY = {"@id": "http://cvx.iptc.org/iso3166-1a3/DEU"}


@pytest.mark.parametrize(
    ("limits", "asked", "outcome", "territories"),
    [
        (limit("spatial", "eq", GERMANY), None, Outcome.PUBLISH, "only DE"),
        (limit("spatial", "eq", GERMANY), "DE", Outcome.PUBLISH, "only DE"),
        (limit("spatial", "eq", GERMANY), "FR", Outcome.REJECT, "only DE"),
        (limit("spatial", "isPartOf", "BENELUX"), None, Outcome.PUBLISH, "only BE LU NL"),
        (limit("spatial", "eq", "Atlantis"), None, Outcome.HOLD, "worldwide"),
    ],
)
def test_territories(limits: dict[str, object], asked: str | None, outcome: Outcome, territories: str):
    """A limit on places narrows the territories; a place that is unknown waits for a person."""
    decision = with_policy(policy(permission={"action": "use", "constraint": limits}), territory=asked)
    assert (decision.outcome, decision.territories) == (outcome, territories)


def test_a_prohibited_country():
    """Everywhere but there."""
    decision = with_policy(policy(prohibition={"action": "use", "constraint": limit("spatial", "eq", "CN")}))
    assert decision.outcome is Outcome.PUBLISH
    assert "CN" not in decision.territories.split()
    assert "TW" in decision.territories.split()
    assert (
        with_policy(
            policy(prohibition={"action": "use", "constraint": limit("spatial", "eq", "CN")}), territory="CN"
        ).outcome
        is Outcome.REJECT
    )


def test_duties_become_obligations_or_wait():
    """A duty that a contract has a word for is an obligation; another one waits for a person."""
    named = with_policy(policy(permission={"action": "use", "duty": {"action": "attachPolicy"}}))
    assert named.obligations == ("attribute", "keep_notice")
    assert with_policy(policy(permission={"action": "use", "duty": {"action": "compensate"}})).reasons == (
        "terms_not_understood",
    )
    assert with_policy(policy(obligation={"action": "inform"})).obligations == ("attribute", "notify")
    assert with_policy(policy(obligation={"action": "compensate"})).reasons == ("terms_not_understood",)


def test_an_obligation_to_delete_withdraws():
    """A policy that obliges to delete the story, now or from a time on."""
    assert with_policy(policy(obligation={"action": "delete"})).outcome is Outcome.WITHDRAW
    later = {"action": "delete", "constraint": limit("dateTime", "gteq", at("2026-07-01T00:00:00Z"))}
    decision = with_policy(policy(obligation=later))
    assert decision.outcome is Outcome.PUBLISH
    assert decision.next_review_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert with_policy(policy(obligation=later), now=datetime(2026, 7, 1, tzinfo=UTC)).outcome is Outcome.WITHDRAW


@pytest.mark.parametrize(
    "text",
    [
        "https://tepe.example/policy.json",
        "for editorial use only",
        "{",
        "<o:Policy xmlns:o='http://www.w3.org/ns/odrl/2/'>",
        '{"@context": "https://elsewhere.example/context", "@type": "Set", "permission": {"action": "use"}}',
        policy(permission={"action": "use", "constrain": limit("count", "lt", 5)}),
        policy(permission={"action": "use"}, inheritFrom="urn:parent"),
        policy(permission={"action": "use"}, prohibition={"action": "use"}),
        policy(prohibition={"action": "use", "target": "urn:another:item"}),
        policy(prohibition={"action": "use", "assignee": "urn:somebody"}),
        policy(permission={"action": "use", "assignee": "urn:somebody"}),
    ],
)
def test_what_is_not_understood_waits_for_a_person(text: str):
    """An address, prose, a broken or partly read policy, a conflict, or one that may be about others."""
    decision = with_policy(text)
    assert (decision.outcome, decision.reasons) == (Outcome.HOLD, ("terms_not_understood",))


def test_the_item_is_known_by_its_identity():
    """A rule whose target is the item's identity is about it."""
    mine = policy(prohibition={"action": "distribute", "target": "urn:newsml:tepe:1"})
    assert "distribute" in with_policy(mine, item_id="urn:newsml:tepe:1").prohibited_uses


US, ALSO_US, OTHERS = "https://us.example/id", "urn:tepe:customer:7", "https://bbc.example/id"
KNOWN = partner(contract(uses=["store", "analyse", "display", "distribute"]), licensee=[US, ALSO_US])
ALL_USES = ("store", "analyse", "display", "distribute")


def group(**more: object) -> dict[str, object]:
    return {"@type": "PartyCollection", "uid": "urn:tepe:subscribers", **more}


@pytest.mark.parametrize(
    ("rules", "outcome", "reason", "uses"),
    [
        ({"permission": {"action": "use", "assignee": US}}, Outcome.PUBLISH, None, ALL_USES),
        ({"permission": {"action": "use", "assignee": [OTHERS, ALSO_US]}}, Outcome.PUBLISH, None, ALL_USES),
        ({"permission": {"action": "use", "assignee": OTHERS}}, Outcome.REJECT, "use_reserved", ()),
        ({"permission": {"action": "distribute", "assignee": OTHERS}}, Outcome.PUBLISH, None, ("store", "analyse")),
        ({"prohibition": {"action": "use", "assignee": US}}, Outcome.REJECT, "use_reserved", ()),
        ({"prohibition": {"action": "distribute", "assignee": ALSO_US}}, Outcome.PUBLISH, None, ALL_USES[:3]),
        # Whether another name is that of a group is not told.
        ({"prohibition": {"action": "use", "assignee": OTHERS}}, Outcome.HOLD, "terms_not_understood", ()),
        ({"prohibition": {"action": "print", "assignee": OTHERS}}, Outcome.PUBLISH, None, ALL_USES),
        ({"obligation": {"action": "delete", "assignee": US}}, Outcome.WITHDRAW, "rights_expired", ()),
        ({"obligation": {"action": "delete", "assignee": OTHERS}}, Outcome.HOLD, "terms_not_understood", ()),
        # Who is in a group is not told, unless it is one of the names.
        ({"permission": {"action": "use", "assignee": group()}}, Outcome.HOLD, "terms_not_understood", ()),
        ({"prohibition": {"action": "use", "assignee": group()}}, Outcome.HOLD, "terms_not_understood", ()),
        ({"permission": {"action": "use", "assignee": group(source=US)}}, Outcome.PUBLISH, None, ALL_USES),
    ],
)
def test_whom_a_policy_is_addressed_to(rules: dict[str, object], outcome: Outcome, reason: str | None, uses: tuple):
    """What is addressed to the licensee binds and permits; what is addressed to others permits nothing."""
    decision = with_policy(policy(**rules), by=KNOWN)
    assert (decision.outcome, decision.permitted_uses) == (outcome, uses)
    assert reason is None or decision.reasons == (reason,)


@pytest.mark.parametrize(
    ("right", "reason", "uses"),
    [
        (US, None, ("store", "analyse")),  # what is displayed reaches others
        ([US, OTHERS], None, ("store", "analyse")),
        (OTHERS, "use_reserved", ()),
        ([US, ALSO_US], "terms_not_understood", ()),
    ],
)
def test_who_receives_what_comes_of_a_use(right: object, reason: str | None, uses: tuple):
    """The licensee receives what is stored and analysed; who receives the rest is unknown."""
    named = [{"@id": one} for one in (right if isinstance(right, list) else [right])]
    only = {"permission": {"action": "use", "constraint": limit("recipient", "isAnyOf", named)}}
    decision = with_policy(policy(**only), by=KNOWN)
    assert decision.permitted_uses == uses
    assert reason is None or decision.reasons == (reason,)


XML = """<o:Policy xmlns:o="http://www.w3.org/ns/odrl/2/" uid="http://tepe.example/p" type="o:Set">
<o:prohibition><o:action name="o:distribute"/></o:prohibition></o:Policy>"""


def test_the_xml_encoding_is_read_too():
    """As NewsML-G2 carries it, named by its language."""
    assert "distribute" in with_policy(XML, ODRL).prohibited_uses


def test_a_policy_of_a_photo_is_the_photos():
    """A policy of scope media binds the component and leaves the text alone."""
    said = statement(RightsKind.POLICY, policy(prohibition={"action": "use"}), scope=Scope.MEDIA)
    assert decided(article(rights=(said,)), HOUSE).outcome is Outcome.PUBLISH


rules = st.fixed_dictionaries(
    {"action": st.sampled_from(["use", "display", "distribute", "read"])},
    optional={
        "constraint": st.sampled_from(
            [
                limit("dateTime", "lt", at("2026-07-01T00:00:00Z")),
                limit("dateTime", "gt", at("2026-07-01T00:00:00Z")),
                limit("spatial", "eq", "DE"),
                limit("purpose", "eq", "urn:x"),
                limit("language", "isAnyOf", ["tr", "en"]),
            ]
        )
    },
)
policies = st.builds(
    lambda type_, permission, prohibition: policy(
        type_, permission=permission, prohibition=prohibition, conflict="prohibit"
    ),
    st.sampled_from(["Set", "Agreement", "Offer"]),
    st.lists(rules, max_size=2),
    st.lists(rules, max_size=1),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(policies, max_size=2), policies)
def test_a_further_policy_never_widens(texts: list[str], more: str):
    """With one more policy the outcome is no milder, and no further use is permitted."""

    def decide_(held: list[str]) -> Decision:
        said = tuple(statement(RightsKind.POLICY, text, f"/{n}") for n, text in enumerate(held))
        return decided(article(rights=said), HOUSE, territory="DE")

    before, after = decide_(texts), decide_([*texts, more])
    assert after.outcome >= before.outcome
    assert set(after.permitted_uses) <= set(before.permitted_uses)
