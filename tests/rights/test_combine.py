"""How findings become one decision."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.rights.making import NOW, article, contract, decided, notice, partner, spoken, statement

from newswire import rights
from newswire.model import Credit, Embargo, Notice, Outcome, RightsKind, RightsStatement, Status, Tombstone
from newswire.rights import RULE_VERSIONS
from newswire.rights.tables import REASONS

EARLIER, LATER = NOW.replace(hour=1), NOW.replace(hour=20)
CAUSES: dict[str, dict[str, Any]] = {
    "tombstone": {"tombstone": Tombstone(item_id="s1", reason="killed", at=NOW)},
    "killed": {"signals": ("kill",)},
    "canceled": {"status": Status.CANCELED},
    "deleted": {"status": Status.DELETED},
    "item_expired": {"expires_at": EARLIER},
    "rights_expired": {"rights": statement(RightsKind.HOLDER, "TEHA", "/v", valid_until=EARLIER)},
    "reissue_after_kill": {
        "tombstone": Tombstone(item_id="s1", reason="killed", version="1", at=NOW),
        "version": "2",
    },
    "kill_suspected": {"tombstone": Tombstone(item_id="s1", reason="killed", suspected=True, at=NOW)},
    "withheld": {"status": Status.WITHHELD},
    "not_a_story": {"signals": ("planning",)},
    "raw_purged": {"flags": ("raw_purged",)},
    "status_unknown": {"status": Status.UNKNOWN},
    "kill_in_prose": {"notice": notice("kill")},
    "embargo": {"embargo": Embargo(until=LATER)},
    "embargo_open_ended": {"embargo": Embargo()},
    "embargo_unreadable": {"embargo": Embargo(problem="unparsable")},
    "embargo_in_prose": {"notice": notice("embargo")},
    "rights_not_yet_valid": {"rights": statement(RightsKind.HOLDER, "TEHA", "/f", valid_from=LATER)},
    "no_contract": {"contract": None},
    "retention_ended": {"contract": {"retention": "1d"}},
    "reentry_unapproved": {"reentry_review": "r1"},
    "out_of_scope_language": {"language": spoken("de")},
    "language_unknown": {"language": spoken("und")},
    "out_of_scope_media": {"contract": {"media": ["photo"]}},
    "out_of_scope_content": {"contract": {"content": "metadata"}},
    "out_of_scope_category": {"contract": {"categories": ["x"]}, "categories": ("y",)},
    "category_unknown": {"contract": {"categories": ["x"]}},
    "out_of_scope_date": {"contract": {"item_term": {"from": NOW.date()}}, "published_at": NOW - timedelta(days=9)},
    "item_date_unknown": {"contract": {"item_term": {"from": NOW.date()}}},
    "out_of_scope_territory": {"territory": "ZZ"},
    "out_of_scope_channel": {"contract": {"channels": ["web"]}, "channel": "print"},
    "channel_unknown": {"contract": {"channels": ["web"]}},
    "out_of_scope_use": {"uses": ["translate"]},
    "territory_reserved": {"rights": statement(RightsKind.RESTRICTION, "all", "/t", type="country", polarity="deny")},
    "third_party_credit": {"credits_": (Credit(text="(NPA)", agency="NPA", start=1, end=6),)},
    "third_party_holder": {"rights": statement(RightsKind.HOLDER, "Nord Press", "/h")},
    "third_party_notice": {"notice": notice("reservation", holder="Nord Press")},
    "no_modification": {"notice": notice("no_modification")},
    "use_reserved": {"rights": statement(RightsKind.RESTRICTION, "all", "/u", type="usage", polarity="deny")},
    "terms_not_understood": {"rights": statement(RightsKind.POLICY, "https://tepe.example/policy", "/p")},
    # Two that need a licence instead of a contract (see test_rules), one that only a component has (test_components),
    # and one that a person has (test_overrides).
    "contract_required": {},
    "notice_contradicts_license": {},
    "media_unknown": {},
    "override_narrows": {},
}
SOLE = ("status", "embargo", "language", "tombstone", "version", "uses")
UNDER_A_GRANT = {
    reason for reason, row in REASONS.items() if row.rule in {5, 7} or reason in {"retention_ended", "use_reserved"}
} | {"territory_reserved"}


def decide_on(*reasons: str, reverse: bool = False):
    """The decision on an article with the causes of all the reasons."""
    item: dict[str, Any] = {}
    asked: dict[str, Any] = {"first_landed": NOW.replace(day=1)}
    terms: dict[str, Any] | None = {}
    notices: list[Notice] = []
    rights: list[RightsStatement] = []
    for reason in reversed(reasons) if reverse else reasons:
        for key, value in CAUSES[reason].items():
            match key:
                case "notice":
                    notices.append(value)
                case "rights":
                    rights.append(value)
                case "contract":
                    terms = None if value is None or terms is None else {**terms, **value}
                case "tombstone" | "reentry_review" | "territory" | "channel" | "uses":
                    asked[key] = value
                case _:
                    item[key] = value
    by = partner() if terms is None else partner(contract(**terms))
    return decided(article(*notices, rights=tuple(rights), **item), by, **asked)


def clash(one: str, other: str) -> bool:
    """Whether two causes cannot stand together: both state the same single-valued thing."""
    if one == other:
        return False
    shared = set(CAUSES[one]) & set(CAUSES[other]) & {*SOLE, "channel", "signals"}
    contracts = [CAUSES[reason].get("contract", {}) for reason in (one, other)]
    same_terms = all(contracts) and bool(set(contracts[0]) & set(contracts[1]))
    ungranted = "no_contract" in {one, other} and bool(UNDER_A_GRANT & {one, other})
    channels = {one, other} == {"channel_unknown", "out_of_scope_channel"}
    category = {one, other} == {"category_unknown", "out_of_scope_category"}
    dates = {one, other} == {"item_date_unknown", "out_of_scope_date"}
    reissue = "reissue_after_kill" in {one, other} and bool(
        {"status", "tombstone"} & shared or "status" in CAUSES[one] or "status" in CAUSES[other]
    )
    return bool(shared) or same_terms or ungranted or channels or category or dates or reissue


MADE = [reason for reason, cause in CAUSES.items() if cause]
PAIRS = [(one, other) for one, other in product(MADE, MADE) if one <= other and not clash(one, other)]


def test_every_blocking_reason_has_a_cause():
    """The table of pairs covers every reason that can block."""
    assert set(CAUSES) == {reason for reason, row in REASONS.items() if row.outcome > Outcome.PUBLISH}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_every_pair_of_reasons(one, other):
    """Of any two reasons the worse decides, both are kept in the rule's order, each with evidence."""
    decision = decide_on(one, other)
    assert decision.outcome is max(REASONS[one].outcome, REASONS[other].outcome)
    assert {one, other} <= set(decision.reasons)
    order = [(-REASONS[reason].outcome, REASONS[reason].place) for reason in decision.reasons]
    assert order == sorted(order)
    assert set(decision.reasons) <= {evidence.reason for evidence in decision.evidence}
    assert decision.permitted_uses == ()
    timed = set(decision.reasons) <= {"embargo", "rights_not_yet_valid"}
    assert decision.hold_until == (LATER if timed else None)
    assert decide_on(one, other, reverse=True) == decision


def test_latest_time_releases():
    """Where several times block, the latest is the one that releases, and the earliest is reviewed next."""
    later = statement(RightsKind.HOLDER, "TEHA", valid_from=LATER)
    middle = NOW.replace(hour=18)
    decision = decided(article(embargo=Embargo(until=middle), rights=(later,)))
    assert (decision.hold_until, decision.next_review_at) == (LATER, middle)


def test_time_never_brings_back_what_was_killed():
    """Time alone never changes a kill, so that no review is due."""
    assert decided(article(status=Status.KILLED, embargo=Embargo(until=LATER))).next_review_at is None


def test_a_publish_names_its_clauses():
    """A publish shows the clauses of the contract that allow it."""
    decision = decided(article())
    assert decision.reasons == ("contract_grants",)
    assert {e.pointer for e in decision.evidence} >= {"contracts[c1].uses", "contracts[c1].delivery_term"}
    assert decision.permitted_uses == ("store", "analyse", "display")


def test_evidence_is_shortened():
    """Evidence proves a point; it does not carry an article."""
    decision = decided(article(notice("prohibition", text="x" * 5000)))
    assert max(len(e.text or "") for e in decision.evidence) <= 400


def test_rule_versions():
    """A decision names each rule set and the hash of its data: every file of rights and of policies."""
    versions = dict(decided(article()).rule_versions)
    assert versions == RULE_VERSIONS
    data = Path(rights.__file__).parent
    for path in (*data.glob("data/*.yaml"), *data.glob("policy/data/*.yaml")):
        name = path.relative_to(data).as_posix().replace("data/", "").removesuffix(".yaml")
        assert versions.pop(name) == sha256(path.read_bytes()).hexdigest()[:12]
    assert not versions


def test_what_was_asked_is_told():
    """A decision says for which uses, territory, channel and time it was made."""
    assessed = decided(article(), uses=["display"], territory="tr", channel="web").assessed_for
    assert (assessed.uses, assessed.territory, assessed.channel, assessed.at) == (("display",), "TR", "web", NOW)
