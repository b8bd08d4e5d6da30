"""Each rule of the central rule, as rows: what comes in, which outcome and which reason go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.rights.making import NOW, article, contract, decided, notice, partner, spoken, statement

from newswire.model import Credit, Embargo, Outcome, RightsKind, Scope, Status, Tombstone
from newswire.text import field_notices

HOUR = timedelta(hours=1)
PUBLISH, HOLD, REJECT, WITHDRAW = Outcome.PUBLISH, Outcome.HOLD, Outcome.REJECT, Outcome.WITHDRAW
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def check(decision, outcome, reason):
    assert decision.outcome is outcome, decision.reasons
    if reason is not None:
        assert decision.reasons[0] == reason
    for given in decision.reasons:
        assert [e for e in decision.evidence if e.reason == given], f"{given} has no evidence"


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (Status.USABLE, PUBLISH, None),
        (Status.CANCELED, WITHDRAW, "canceled"),
        (Status.KILLED, WITHDRAW, "killed"),
        (Status.DELETED, WITHDRAW, "deleted"),
        (Status.WITHHELD, HOLD, "withheld"),
        (Status.UNKNOWN, HOLD, "status_unknown"),
    ],
)
def test_status(status, outcome, reason):
    """The provider's status withdraws, holds or lets pass."""
    check(decided(article(status=status)), outcome, reason)


def test_kill_signal():
    """A kill signal withdraws even where the status says usable."""
    check(decided(article(signals=("update", "kill"))), WITHDRAW, "killed")


def test_planning_signal():
    """An announcement of an event or of coverage is no story, however usable it is."""
    check(decided(article(signals=("planning",))), REJECT, "not_a_story")


@pytest.mark.parametrize(
    ("killed", "here", "outcome", "reason"),
    [
        (None, "9", WITHDRAW, "tombstone"),
        ("2", None, WITHDRAW, "tombstone"),
        ("2", "1", WITHDRAW, "tombstone"),
        ("2", "2", WITHDRAW, "tombstone"),
        ("1.9", "1.10", HOLD, "reissue_after_kill"),
    ],
)
def test_tombstone(killed, here, outcome, reason):
    """A tombstone beats every copy; only a usable version above the kill waits for a person."""
    stone = Tombstone(item_id="s1", reason="killed", version=killed, at=NOW)
    check(decided(article(version=here), tombstone=stone), outcome, reason)


@pytest.mark.parametrize(
    ("killed", "here", "reason"),
    [
        (NOW, NOW + HOUR, "reissue_after_kill"),
        (NOW, NOW, "tombstone"),
        (NOW, None, "tombstone"),
        (None, NOW, "tombstone"),
    ],
)
def test_reissue_without_version_numbers(killed, here, reason):
    """Where the format has no numbers, a version updated after the kill is the higher one."""
    stone = Tombstone(item_id="s1", reason="killed", updated_at=killed, at=NOW)
    assert decided(article(updated_at=here), tombstone=stone).reasons == (reason,)


def test_a_suspected_kill_suspends():
    """What a kill may have meant is held until a person says whether it did."""
    check(
        decided(article(), tombstone=Tombstone(item_id="s1", reason="kill", suspected=True, at=NOW)),
        HOLD,
        "kill_suspected",
    )


def test_an_unapproved_reentry_is_held():
    """What a person has not let back in stays out, whatever the contract allows."""
    check(decided(article(), reentry_review="r1"), HOLD, "reentry_unapproved")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("status", {"status": Status.WITHHELD}),
        ("signals", {"signals": ("withhold",)}),
        ("expires_at", {"expires_at": NOW - HOUR}),
        ("credit", {"credit": "Nord Press"}),
        ("sources", {"sources": ("Nord Press",)}),
    ],
)
def test_evidence_points_at_the_field_that_was_read(field, said):
    """Evidence of a status, a signal, an expiry and a credit names the field; without a place of its own, the item."""
    for places, pointer in (((), "/rss/item"), (((field, "/rss/item/field"),), "/rss/item/field")):
        [evidence] = [e for e in decided(article(places=places, **said)).evidence if e.reason != "contract_grants"]
        assert evidence.pointer == pointer


@pytest.mark.parametrize("status", [Status.KILLED, Status.UNKNOWN])
def test_reissue_needs_a_usable_version(status):
    """A version above the kill that is not usable stays withdrawn."""
    stone = Tombstone(item_id="s1", reason="killed", version="1", at=NOW)
    assert decided(article(version="2", status=status), tombstone=stone).outcome is WITHDRAW


@pytest.mark.parametrize(
    ("embargo", "empty", "outcome", "reason"),
    [
        (Embargo(until=NOW + HOUR), "open_ended", HOLD, "embargo"),
        (Embargo(until=NOW), "open_ended", PUBLISH, None),
        (Embargo(until=NOW - HOUR), "open_ended", PUBLISH, None),
        (Embargo(), "open_ended", HOLD, "embargo_open_ended"),
        (Embargo(), "none", PUBLISH, None),
        (Embargo(problem="unparsable", raw="soon"), "none", HOLD, "embargo_unreadable"),
        (Embargo(problem="no_zone", raw="2026-06-15T10:00"), "open_ended", HOLD, "embargo_unreadable"),
    ],
)
@pytest.mark.parametrize("inherited", [False, True])
def test_embargo(embargo, empty, outcome, reason, inherited):
    """An embargo holds until its time, its own or an inherited one; hold_until is set only for a stated end."""
    what = article(embargo=None if inherited else embargo)
    decision = decided(what, partner(contract(), empty_embargo=empty), inherited_embargo=embargo if inherited else None)
    check(decision, outcome, reason)
    assert decision.hold_until == (embargo.until if reason == "embargo" else None)


def test_embargo_releases_at_its_time_and_not_before():
    """A microsecond before T holds, T itself releases; an offset changes nothing."""
    until = datetime.fromisoformat("2026-06-15T15:00:00+03:00")
    held = article(embargo=Embargo(until=until))
    assert decided(held, now=until - timedelta(microseconds=1)).outcome is HOLD
    assert decided(held, now=datetime(2026, 6, 15, 12, tzinfo=UTC)).outcome is PUBLISH


@pytest.mark.parametrize(
    ("text", "until", "outcome"),
    [
        ("EMBARGOED UNTIL 2026-06-15T10:00Z", datetime(2026, 6, 15, 10, tzinfo=UTC), PUBLISH),
        ("EMBARGOED UNTIL 2026-06-15T13:00+03:00", datetime(2026, 6, 15, 10, tzinfo=UTC), PUBLISH),
        ("EMBARGOED UNTIL 2026-06-15T11:00Z", datetime(2026, 6, 15, 10, tzinfo=UTC), HOLD),
        ("EMBARGOED UNTIL 2026-06-15T10:00Z or 12:00", datetime(2026, 6, 15, 10, tzinfo=UTC), HOLD),
        ("EMBARGOED UNTIL 2026-99-15T10:00Z", datetime(2026, 6, 15, 10, tzinfo=UTC), HOLD),
        ("EMBARGOED UNTIL 12noon on Friday", datetime(2026, 6, 15, 10, tzinfo=UTC), HOLD),
        ("EMBARGOED UNTIL 2026-06-15T10:00Z", None, HOLD),
    ],
)
def test_embargo_in_prose(text, until, outcome):
    """An embargo in the text waits for a person unless it is, beyond doubt, the one that the field states."""
    said = notice("embargo", text=text)
    decision = decided(article(said, embargo=Embargo(until=until) if until else None))
    check(decision, outcome, "embargo_in_prose" if outcome is HOLD else None)
    assert decision.hold_until is None


@pytest.mark.parametrize(
    ("expires", "keeps", "outcome"),
    [
        (NOW + HOUR, "withdraw", PUBLISH),
        (NOW, "withdraw", WITHDRAW),
        (NOW - HOUR, "withdraw", WITHDRAW),
        (NOW - HOUR, "keep", PUBLISH),
    ],
)
def test_item_expiry(expires, keeps, outcome):
    """An item leaves at its own expiry unless the contract keeps it."""
    by = partner(contract(on_item_expiry=keeps))
    check(decided(article(expires_at=expires), by), outcome, "item_expired" if outcome is WITHDRAW else None)
    valid = statement(RightsKind.NOTICE, "© 2026 TEHA", valid_until=expires)
    check(decided(article(rights=(valid,)), by), outcome, "rights_expired" if outcome is WITHDRAW else None)


def test_expired_without_a_contract():
    """Expiry withdraws also where no contract is in force, and both reasons are told."""
    decision = decided(article(expires_at=NOW - HOUR), partner())
    assert decision.reasons == ("item_expired", "no_contract")


def test_rights_not_yet_valid():
    """Rights whose validity begins later hold until then."""
    later = statement(RightsKind.NOTICE, "© 2026 TEHA", valid_from=NOW + HOUR)
    decision = decided(article(rights=(later,)))
    check(decision, HOLD, "rights_not_yet_valid")
    assert decision.hold_until == NOW + HOUR


@pytest.mark.parametrize(
    ("terms", "verdict", "outcome", "reason"),
    [
        ({}, spoken("tr"), PUBLISH, None),
        ({}, spoken("de"), REJECT, "out_of_scope_language"),
        ({"languages": ["zh"]}, spoken("zh-Hans"), PUBLISH, None),
        ({"languages": ["zh-Hans"]}, spoken("zh"), PUBLISH, None),
        ({"languages": ["zh-Hans"]}, spoken("zh-Hant"), REJECT, "out_of_scope_language"),
        ({"languages": ["nb"]}, spoken("no"), PUBLISH, None),
        ({"languages": ["no"]}, spoken("und", "declared", "nn"), PUBLISH, None),
        ({"languages": ["nb"]}, spoken("da"), REJECT, "out_of_scope_language"),
        ({"languages": ["ku"]}, spoken("kmr"), PUBLISH, None),
        ({"languages": ["ku"]}, spoken("ckb"), PUBLISH, None),
        ({"languages": ["ku"]}, spoken("zza"), REJECT, "out_of_scope_language"),
        ({"languages": ["kmr", "ckb"]}, spoken("ku"), PUBLISH, None),
        ({"languages": ["kmr"]}, spoken("ku"), HOLD, "language_unknown"),
        ({"languages": ["kmr"]}, spoken("ckb"), REJECT, "out_of_scope_language"),
        ({}, spoken("und"), HOLD, "language_unknown"),
        ({}, spoken("und", "none", "tr"), HOLD, "language_unknown"),
        ({}, spoken("und", "declared", "tr"), PUBLISH, None),
        ({}, spoken("und", "declared", "de"), REJECT, "out_of_scope_language"),
        ({}, spoken("en", "declared", "en"), PUBLISH, None),
    ],
)
def test_language(terms, verdict, outcome, reason):
    """The language of the text must be inside the contract; an unknown one waits."""
    check(decided(article(language=verdict), partner(contract(**terms))), outcome, reason)


@pytest.mark.parametrize(
    ("terms", "item", "asked", "outcome", "reason"),
    [
        ({"media": ["photo"]}, {}, {}, REJECT, "out_of_scope_media"),
        ({"media": ["photo"]}, {"medium": "photo"}, {}, PUBLISH, None),
        ({"media": ["text"]}, {"medium": "photo"}, {}, REJECT, "out_of_scope_media"),
        ({"content": "extract"}, {}, {}, REJECT, "out_of_scope_content"),
        ({"content": "extract"}, {"body": "", "summary": "In short."}, {}, PUBLISH, None),
        ({"content": "metadata"}, {"body": "", "summary": "In short."}, {}, REJECT, "out_of_scope_content"),
        ({"content": "metadata"}, {"body": ""}, {}, PUBLISH, None),
        ({"categories": ["Ekonomi"]}, {"categories": ("spor", "EKONOMİ")}, {}, PUBLISH, None),
        ({"categories": ["ekonomi"]}, {"categories": ("spor",)}, {}, REJECT, "out_of_scope_category"),
        ({"categories": ["ekonomi"]}, {}, {}, HOLD, "category_unknown"),
        ({"territories": {"mode": "only", "codes": ["TR"]}}, {}, {"territory": "TR"}, PUBLISH, None),
        ({"territories": {"mode": "only", "codes": ["TR"]}}, {}, {"territory": "tr"}, PUBLISH, None),
        ({"territories": {"mode": "only", "codes": ["GB"]}}, {}, {"territory": "UK"}, PUBLISH, None),
        ({"territories": {"mode": "only", "codes": ["TR"]}}, {}, {"territory": "DE"}, REJECT, "out_of_scope_territory"),
        (
            {"territories": {"mode": "except", "codes": ["DE"]}},
            {},
            {"territory": "DE"},
            REJECT,
            "out_of_scope_territory",
        ),
        ({}, {}, {"territory": "ZZ"}, REJECT, "out_of_scope_territory"),
        ({"channels": ["web"]}, {}, {"channel": "web"}, PUBLISH, None),
        ({"channels": ["web"]}, {}, {"channel": "print"}, REJECT, "out_of_scope_channel"),
        ({"channels": ["web"]}, {}, {}, HOLD, "channel_unknown"),
        ({}, {}, {"uses": ["display"]}, PUBLISH, None),
        ({}, {}, {"uses": ["ai_train"]}, REJECT, "out_of_scope_use"),
        ({"uses": ["display"]}, {}, {"uses": ["display"]}, REJECT, "out_of_scope_use"),
        ({"prohibitions": ["analyse"]}, {}, {}, REJECT, "out_of_scope_use"),
    ],
)
def test_scope(terms, item, asked, outcome, reason):
    """What lies outside the contract is rejected with the dimension; what cannot be told waits."""
    check(decided(article(**item), partner(contract(**terms)), **asked), outcome, reason)


def test_partner_says_where_it_is_used():
    """The partner's own territory and channel count where none was asked about."""
    by = partner(contract(territories={"mode": "only", "codes": ["TR"]}), territory="DE")
    check(decided(article(), by), REJECT, "out_of_scope_territory")
    assert decided(article(), by, territory="TR").outcome is PUBLISH


def test_unasked_territory_keeps_its_limits():
    """Without a territory the decision carries the contract's limits."""
    by = partner(contract(territories={"mode": "except", "codes": ["FR", "DE"]}))
    assert decided(article(), by).territories == "except DE FR"


@pytest.mark.parametrize(
    ("restrictions", "territories", "outcome", "reason"),
    [
        ([("country", "allow", "tr de")], "only DE TR", PUBLISH, None),
        ([("country", "deny", "us")], "except US", PUBLISH, None),
        ([("country", "deny", "us"), ("country", "deny", "uk")], "except GB US", PUBLISH, None),
        ([("country", "allow", "us tr"), ("country", "deny", "us")], "only TR", PUBLISH, None),
        ([("country", "allow", "us"), ("country", "deny", "us")], "only", REJECT, "territory_reserved"),
        ([("country", "allow", "none")], "only", REJECT, "territory_reserved"),
        ([("country", "deny", "all")], "only", REJECT, "territory_reserved"),
        ([("country", "allow", "all")], "worldwide", PUBLISH, None),
        ([("country", "deny", "none")], "worldwide", PUBLISH, None),
        ([("country", "deny", "zz")], "worldwide", HOLD, "terms_not_understood"),
        ([("country", "deny", "")], "worldwide", HOLD, "terms_not_understood"),
        ([("country", None, "us")], "worldwide", HOLD, "terms_not_understood"),
        ([("uri", "deny", "https://x.example")], "worldwide", HOLD, "terms_not_understood"),
        ([("validity_unread", None, "2026/soon")], "worldwide", HOLD, "terms_not_understood"),
        ([(None, "deny", "us")], "worldwide", HOLD, "terms_not_understood"),
    ],
)
def test_territory_restrictions(restrictions, territories, outcome, reason):
    """Country restrictions narrow the territories; one that cannot be read waits."""
    rights = tuple(
        statement(RightsKind.RESTRICTION, value, f"/r[{n}]", type=kind, polarity=polarity)
        for n, (kind, polarity, value) in enumerate(restrictions)
    )
    decision = decided(article(rights=rights))
    check(decision, outcome, reason)
    assert decision.territories == territories


def test_territory_denied_by_the_item():
    """A territory that the contract covers and the item denies is rejected as reserved."""
    denied = statement(RightsKind.RESTRICTION, "us", type="country", polarity="deny")
    check(decided(article(rights=(denied,)), territory="US"), REJECT, "territory_reserved")
    assert decided(article(rights=(denied,)), territory="TR").outcome is PUBLISH


@pytest.mark.parametrize(
    ("kind", "polarity", "value", "gone"),
    [
        ("usage", "deny", "ai-train", {"ai_train"}),
        ("usage", "deny", "ai-all", {"ai_train", "ai_input", "text_mining"}),
        ("usage", "allow", "search", {"ai_train", "ai_input", "text_mining"}),
        ("usage", "allow", "search ai-train", {"ai_input", "text_mining"}),
        ("usage", "allow", "all", set()),
        ("tdm-reservation", "deny", "1", {"ai_train", "ai_input", "text_mining"}),
        ("tdm-reservation", "allow", "0", set()),
        ("robots-ai", "deny", "noai noimageai", {"ai_train", "ai_input", "text_mining"}),
        ("robots-ai", "deny", "noimageai", set()),
        ("sharing", "deny", "", {"distribute"}),
        ("sharing", "allow", "", set()),
    ],
)
def test_use_restrictions(kind, polarity, value, gone):
    """RSL, TDMRep and sharing restrictions take uses away, and a needed one that is gone rejects."""
    every = ["store", "analyse", "distribute", "ai_train", "ai_input", "text_mining"]
    what = article(rights=(statement(RightsKind.RESTRICTION, value, type=kind, polarity=polarity),))
    decision = decided(what, partner(contract(uses=every)))
    assert decision.outcome is PUBLISH
    assert set(decision.permitted_uses) == set(every) - gone
    assert set(decision.prohibited_uses) == gone
    for use in gone:
        check(decided(what, partner(contract(uses=every)), uses=[use]), REJECT, "use_reserved")


def test_all_uses_denied():
    """RSL that prohibits everything takes away what the lake itself needs."""
    what = article(rights=(statement(RightsKind.RESTRICTION, "all", type="usage", polarity="deny"),))
    check(decided(what), REJECT, "use_reserved")


def test_who_is_accountable_is_no_term():
    """A person named as accountable neither holds the rights nor limits their use."""
    check(decided(article(rights=(statement(RightsKind.ACCOUNTABLE, "A. Person"),))), PUBLISH, None)


@pytest.mark.parametrize("kind", [kind for kind in RightsKind if kind is not RightsKind.ACCOUNTABLE])
def test_terms_nobody_understands(kind):
    """Whatever the kind, words that no rule knows wait for a person; a holder is judged as one."""
    decision = decided(article(rights=(statement(kind, "Only on even days"),)))
    check(decision, HOLD, "third_party_holder" if kind is RightsKind.HOLDER else "terms_not_understood")


@pytest.mark.parametrize(
    "value",
    [
        "© 2026 TEHA",
        "None",
        "No restrictions.",
        "© TEHA. Restrictions: none",
        "Keine Einschränkungen",
        "Copyright 2026 Tepe Haber Ajansı. All rights reserved.",
        "TÜM HAKLARI SAKLIDIR © Tepe Basın Yayın San. Tic. A.Ş.",
        "Copyright (c) 2025-2026",
        "Copyright (c) 2026 by Tepe Haber Ajansı Ltd.",
    ],
)
def test_plain_copyright(value):
    """A line that only states the partner's copyright is understood."""
    assert decided(article(rights=(statement(RightsKind.NOTICE, value),))).outcome is PUBLISH


@pytest.mark.parametrize(
    "value", ["© TEHA. Not for print.", "All rights reserved, Nord Press", "Copyright held in trust"]
)
def test_copyright_with_more(value):
    """A copyright line that says more waits."""
    check(decided(article(rights=(statement(RightsKind.NOTICE, value),))), HOLD, "terms_not_understood")


@pytest.mark.parametrize(
    "value", ["© 2026 Komşu Ajans", "Copyright (c) 2024-2026 by Nord Press Ltd.", "NPA © 2026", "© npa"]
)
@pytest.mark.parametrize(("rule", "outcome"), [("hold", HOLD), ("reject", REJECT), ("allow", PUBLISH)])
def test_copyright_of_others(value, rule, outcome):
    """A line that states somebody else's copyright and nothing else is material of others."""
    rights = (statement(RightsKind.NOTICE, value),)
    decision = decided(article(rights=rights), partner(contract(third_party=rule)))
    check(decision, outcome, None if outcome is PUBLISH else "third_party_holder")
    assert "third_party_holder" in {proof.reason for proof in decision.evidence}


@pytest.mark.parametrize(("rule", "outcome"), [("hold", HOLD), ("reject", REJECT), ("allow", PUBLISH)])
def test_a_field_notice_of_others_is_theirs(rule, outcome):
    """A rights field that reads as somebody else's notice is material of others, and not a term nobody understands."""
    said = notice("reservation", text="© NPA. All rights reserved.", source="/rss/item/rights", holder="NPA")
    rights = (statement(RightsKind.NOTICE, "© NPA. All rights reserved."),)
    decision = decided(article(rights=rights, field_notices=(said,)), partner(contract(third_party=rule)))
    assert (decision.outcome, decision.reasons[0]) == (outcome, "third_party_notice")
    assert "terms_not_understood" not in decision.reasons


def test_field_notice_explains_its_statement():
    """A rights field whose words were read as a notice is understood; at another pointer it is not."""
    said = notice("prohibition", text="May not be published.", source="/rss/item/rights")
    rights = (statement(RightsKind.USAGE_TERMS, "May not be published."),)
    check(decided(article(rights=rights, field_notices=(said,))), PUBLISH, None)
    elsewhere = (statement(RightsKind.USAGE_TERMS, "May not be published.", "/rss/item/other"),)
    check(decided(article(rights=elsewhere, field_notices=(said,))), HOLD, "terms_not_understood")


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("© 2024-2026 TEHA. May not be published.", PUBLISH),
        ("May not be published (5846 sayılı kanun).", PUBLISH),
        ("May not be published: § 44b UrhG, Article 4 of Directive (EU) 2019/790, tel. +90 212 555 11 22", PUBLISH),
        ("May not be published. Ask rights24@tepe.example", PUBLISH),
        ("May not be published after 30 June 2026", HOLD),
        ("May not be published for more than 14 days", HOLD),
        ("© 2026 TEHA. May not be published. At most 300 words", HOLD),
    ],
)
def test_figures_in_a_rights_field_are_limits(value, outcome):
    """Days, dates and counts limit what the rest of a field says, and no rule reads them; others limit nothing."""
    said = notice("prohibition", text=value, source="/rss/item/rights")
    rights = (statement(RightsKind.USAGE_TERMS, value),)
    reason = "terms_not_understood" if outcome is HOLD else None
    check(decided(article(rights=rights, field_notices=(said,))), outcome, reason)


def test_terms_of_a_reserved_mining_hold_nothing():
    """A TDMRep policy could only give back what the reservation takes away."""
    rights = (
        statement(RightsKind.RESTRICTION, "1", type="tdm-reservation", polarity="deny"),
        statement(RightsKind.POLICY, "https://tepe.example/tdm.json", type="tdm-policy"),
    )
    decision = decided(article(rights=rights))
    assert decision.outcome is PUBLISH
    assert set(decision.prohibited_uses) == {"ai_input", "ai_train", "text_mining"}


def test_media_terms_do_not_bind_the_text():
    """Terms of a photo say nothing about the text."""
    rights = (statement(RightsKind.NOTICE, "Only on even days", scope=Scope.MEDIA),)
    assert decided(article(rights=rights)).outcome is PUBLISH


@pytest.mark.parametrize(("rule", "outcome"), [("hold", HOLD), ("reject", REJECT), ("allow", PUBLISH)])
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (article(credits_=(Credit(text="(NPA)", agency="NPA", start=5, end=10),)), "third_party_credit"),
        (article(credits_=(Credit(text="(TEHA/NPA)", agency="TEHA/NPA", start=5, end=15),)), "third_party_credit"),
        (article(credit="Nord Press"), "third_party_credit"),
        (article(field_credits=(Credit(text="J. Roe, NPA", agency="NPA", start=0, end=11),)), "third_party_credit"),
        (article(credit="TEHA", sources=("TEHA", "Nord Press")), "third_party_credit"),
        (article(rights=(statement(RightsKind.HOLDER, "Nord Press"),)), "third_party_holder"),
        (article(rights=(statement(RightsKind.NOTICE, "© 2026", holder="Nord Press"),)), "third_party_holder"),
        (article(notice("contract_required", holder="Nord Press")), "third_party_notice"),
        (article(notice("third_party")), "third_party_notice"),
    ],
)
def test_third_party(what, reason, rule, outcome):
    """Material of others follows the contract's third-party rule."""
    decision = decided(what, partner(contract(third_party=rule)))
    check(decision, outcome, None)
    assert reason in decision.reasons


def test_a_photo_of_others_never_holds_the_text():
    """A photo's credit in the text, and the notice that it is, concern the photo alone."""
    credit = Credit(text="(Photo: NPA)", agency="NPA", start=5, end=17, position="photo")
    others = replace(notice("third_party", holder="NPA"), scope=Scope.MEDIA)
    assert decided(article(others, credits_=(credit,))).outcome is PUBLISH


@pytest.mark.parametrize(
    ("text", "outcome", "prohibited", "obligations"),
    [
        ("EDITORIAL USE ONLY. NO SALES.", PUBLISH, ("distribute",), ("attribute", "editorial_only")),
        ("No resales, no archives", PUBLISH, ("distribute", "archive"), ("attribute",)),
        ("Keine Werbung, kein Weiterverkauf", PUBLISH, ("distribute",), ("attribute", "editorial_only")),
        ("Satılamaz.", PUBLISH, ("distribute",), ("attribute",)),
        (
            'NO MARKETING NO ADVERTISING CAMPAIGNS - MANDATORY CREDIT "TEHA / Kaya"',
            PUBLISH,
            (),
            ("attribute", "editorial_only"),
        ),
        ("For personal use only, no sales", HOLD, ("distribute",), None),
        ("No sales or personal use", HOLD, (), None),
        ("One-time use only. No sales.", HOLD, (), None),
        ("No commercial use", HOLD, (), None),
        ("No sales in Germany", HOLD, (), None),
        ("No sales. Call the desk at 5 before Kaya's show.", HOLD, (), None),
    ],
)
def test_limits_on_what_is_done_further_narrow(text, outcome, prohibited, obligations):
    """What only limits selling on or promotion narrows the grant; a limit of one's own use waits for a person."""
    terms = statement(RightsKind.USAGE_TERMS, text)
    what = article(rights=(terms,))
    read = replace(what, field_notices=field_notices(what.item))
    decision = decided(read, partner(contract(uses=["store", "analyse", "display", "distribute", "archive"])))
    assert decision.outcome is outcome
    if outcome is PUBLISH:
        assert (set(decision.prohibited_uses), decision.obligations) == (set(prohibited), obligations)
    else:
        assert decision.reasons == ("terms_not_understood",)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Delete after 7 days.", HOLD),
        ("No archives.", PUBLISH),
        ("© 2026 TEHA. No archives.", PUBLISH),
        ("No sales; two uses within 30 days.", HOLD),
    ],
)
def test_a_figure_beside_a_limit_waits_for_a_person(text, outcome):
    """How often or how long is not read: an editor's note that says it holds the story, as a rights field does."""
    what = article(ed_note=text)
    decision = decided(replace(what, field_notices=field_notices(what.item, names=("TEHA",))))
    check(decision, outcome, "terms_not_understood" if outcome is HOLD else None)


def test_a_needed_use_that_is_limited_rejects():
    """Selling on that was asked about is rejected where a notice forbids it."""
    said = notice("use_limited", limits=("no sales",), text="No sales.")
    by = partner(contract(uses=["store", "analyse", "distribute"]))
    check(decided(article(said), by, uses=["distribute"]), REJECT, "use_reserved")


@pytest.mark.parametrize("name", ["territory", "channel", "use_limited", "extract_only"])
def test_limits_in_prose_wait_for_a_person(name):
    """Which territory, channel or use a notice means is not guessed."""
    check(decided(article(notice(name))), HOLD, "terms_not_understood")


@pytest.mark.parametrize(
    "name",
    [
        "TEHA",
        "teha",
        "tepe haber ajansi",
        "TEPE HABER AJANSI",
        "Tepe Haber Ajansı'nın",
        "Tepe Basın Yayın San. Tic. A.Ş.",
        "TEPE BASIN YAYIN SAN. TİC. A.Ş.'ye",
        "Tepe Basın Yayın",
        "Tepe  Haber\u00a0Ajansı",
    ],
)
def test_names_of_the_partner(name):
    """Spellings of the partner's names, Turkish case among them, are the partner."""
    what = article(notice("contract_required", holder=name), credit=name)
    check(decided(what), PUBLISH, None)


@pytest.mark.parametrize("name", ["TEHA News", "Haber Ajansı", "Tepe Haber Ajansı and Nord Press", "TEHA'Nord"])
def test_names_of_others(name):
    """A part of a name, or a name with more in it, is someone else's."""
    check(decided(article(notice("contract_required", holder=name))), HOLD, "third_party_notice")


@pytest.mark.parametrize("classes", [("contract_required",), ("prohibition",), ("reservation", "label")])
@pytest.mark.parametrize("holder", [None, "TEHA"])
def test_contract_satisfies_notice(classes, holder):
    """A contract with the notice's holder meets its condition, and the notice is evidence of the publish."""
    decision = decided(article(notice(*classes, holder=holder)))
    check(decision, PUBLISH, "contract_grants")
    (evidence,) = [e for e in decision.evidence if e.reason == "contract_satisfies_notice"]
    assert (evidence.source, evidence.start, evidence.end) == ("notice", 100, 118)


@pytest.mark.parametrize(
    ("classes", "outcome", "reason"),
    [
        (("contract_required",), REJECT, "contract_required"),
        (("prohibition",), HOLD, "notice_contradicts_license"),
        (("reservation",), HOLD, "notice_contradicts_license"),
    ],
)
def test_licence_does_not_satisfy_notice(classes, outcome, reason):
    """What a notice reserves is not freed by a licence beside it."""
    what = article(notice(*classes), rights=(statement(RightsKind.LICENSE, CC_BY),))
    check(decided(what, partner()), outcome, reason)


@pytest.mark.parametrize(
    ("classes", "outcome", "reason"),
    [
        (("kill",), HOLD, "kill_in_prose"),
        (("no_modification",), HOLD, "no_modification"),
        (("label",), HOLD, "terms_not_understood"),
        ((), HOLD, "terms_not_understood"),
        (("territory",), HOLD, "terms_not_understood"),
        (("reservation", "channel"), HOLD, "terms_not_understood"),
        (("no_archive",), PUBLISH, None),
        (("editorial_only",), PUBLISH, None),
    ],
)
def test_notice_classes(classes, outcome, reason):
    """Each class of notice does what its row says; one that is not listed waits."""
    check(decided(article(notice(*classes))), outcome, reason)


def test_ai_reserved():
    """An AI reservation takes the AI uses away, and rejects where one of them is needed."""
    by = partner(contract(uses=["store", "analyse", "ai_input", "ai_train", "text_mining"]))
    decision = decided(article(notice("ai_reserved")), by)
    assert decision.permitted_uses == ("store", "analyse")
    check(decided(article(notice("ai_reserved")), by, uses=["text_mining"]), REJECT, "use_reserved")


def test_conditional_reuse():
    """Conditions of reuse become obligations beside the contract's."""
    assert decided(article(notice("conditional_reuse"))).obligations == ("attribute",)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("MANDATORY CREDIT: Blinker", False),
        ("May be quoted if the source is named.", False),
        ("May be republished with an active link to the original.", True),
        ("Kaynak gösterilerek kullanılabilir.", False),
        ("Kaynak ve bağlantı verilerek kullanılabilir.", True),
        ("Abdruck mit Quellenangabe gestattet.", False),
        ("Nutzung nur mit Quellenangabe und Verlinkung.", True),
        ("При использовании ссылка на агентство обязательна.", True),
        ("Reproduction autorisée avec un lien vers la source.", True),
        ("출처와 링크를 밝히면 이용할 수 있습니다.", True),
        ("転載の際は出典とリンクを明記してください。", True),
        ("يسمح بالنشر مع ذكر المصدر ووضع رابط.", True),
        ("يسمح بالنشر مع ذكر المصدر.", False),
    ],
)
def test_a_credit_duty_is_no_duty_to_link(text, links):
    """A condition of reuse asks for a credit, and for a link only where it names one, in any language."""
    obligations = decided(article(notice("conditional_reuse", text=text))).obligations
    assert obligations == (("attribute", "link_back") if links else ("attribute",))


@pytest.mark.parametrize(
    ("rights", "outcome", "reason"),
    [
        ((statement(RightsKind.LICENSE, CC_BY),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, "http://www.creativecommons.org/licenses/by/4.0"),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, f"{CC_BY}deed.en"),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, f"{CC_BY}deed.tr"),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, f"{CC_BY}legalcode.pt-br/"),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, f"{CC_BY}deed.xx"),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, "http://creativecommons.org/licenses/by-xx/9.0"),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, CC_BY, holder="TEHA"),), PUBLISH, "license_grants"),
        ((statement(RightsKind.LICENSE, CC_BY, valid_until=NOW + HOUR),), PUBLISH, "license_grants"),
        (
            (statement(RightsKind.LICENSE, "https://creativecommons.org/publicdomain/zero/1.0/"),),
            PUBLISH,
            "license_grants",
        ),
        (
            (statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by-nc/4.0/"),),
            REJECT,
            "out_of_scope_use",
        ),
        ((statement(RightsKind.LICENSE, CC_BY, scope=Scope.FEED),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, CC_BY, scope=Scope.MEDIA),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, CC_BY, holder="Nord Press"),), REJECT, "no_contract"),
        (
            (statement(RightsKind.LICENSE, CC_BY), statement(RightsKind.HOLDER, "Nord Press", "/h")),
            REJECT,
            "no_contract",
        ),
        ((statement(RightsKind.LICENSE, CC_BY, valid_from=NOW + HOUR),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by/9.0/"),), REJECT, "no_contract"),
        ((statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by/4.0/x"),), REJECT, "no_contract"),
        (
            (statement(RightsKind.LICENSE, "https://creativecommons.org.example/licenses/by/4.0/"),),
            REJECT,
            "no_contract",
        ),
        ((statement(RightsKind.LICENSE, "CC BY 4.0"),), REJECT, "no_contract"),
    ],
)
def test_licences(rights, outcome, reason):
    """Only an exact licence, at item scope, valid now and from the partner, allows an item without a contract."""
    decision = decided(article(rights=rights), partner())
    check(decision, outcome, reason)
    if outcome is PUBLISH:
        assert decision.license == rights[0].value
        assert decision.contract is None


def test_licence_obligations():
    """CC BY brings its conditions and grants no AI use; ND takes changes away."""
    by = decided(article(rights=(statement(RightsKind.LICENSE, CC_BY),)), partner())
    assert by.obligations[0] == "attribute"
    assert {"modify", "translate"} <= set(by.permitted_uses)
    assert not {"ai_input", "ai_train"} & set(by.permitted_uses)
    nd = statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by-nd/4.0/")
    assert not {"modify", "translate"} & set(decided(article(rights=(nd,)), partner()).permitted_uses)


def test_unknown_licence_under_a_contract():
    """A licence nobody knows is a term that nobody understands, also under a contract."""
    rights = (statement(RightsKind.LICENSE, "https://tepe.example/terms"),)
    check(decided(article(rights=rights)), HOLD, "terms_not_understood")


@pytest.mark.parametrize(
    ("published", "outcome", "reason"),
    [
        (datetime(2026, 5, 31, 21, tzinfo=UTC), PUBLISH, None),  # June has begun in Istanbul
        (datetime(2026, 5, 31, 20, 59, tzinfo=UTC), REJECT, "out_of_scope_date"),
        (datetime(2026, 6, 30, 20, 59, tzinfo=UTC), PUBLISH, None),
        (datetime(2026, 6, 30, 21, tzinfo=UTC), REJECT, "out_of_scope_date"),
        (None, HOLD, "item_date_unknown"),
    ],
)
def test_item_term(published, outcome, reason):
    """A contract for some publication dates covers those days of the partner's zone, and no story without a date."""
    by = partner(contract(item_term={"from": "2026-06-01", "until": "2026-06-30"}))
    check(decided(article(published_at=published), by), outcome, reason)


@pytest.mark.parametrize(
    ("polarity", "value", "outcome"),
    [("allow", "all", PUBLISH), ("deny", "none", PUBLISH), ("deny", "all", REJECT), ("allow", "none", REJECT)],
)
def test_a_restriction_of_everybody_has_no_type(polarity, value, outcome):
    """``media:restriction`` without a type means everybody or nobody (Media RSS 1.5.1)."""
    rights = (statement(RightsKind.RESTRICTION, value, polarity=polarity),)
    check(decided(article(rights=rights)), outcome, "territory_reserved" if outcome is REJECT else None)


def test_a_restriction_without_a_type_names_no_countries():
    """What a list without a type lists, nobody knows."""
    check(
        decided(article(rights=(statement(RightsKind.RESTRICTION, "de fr", polarity="deny"),))),
        HOLD,
        "terms_not_understood",
    )


@pytest.mark.parametrize(
    ("polarity", "asked", "outcome"),
    [("allow", "DE", PUBLISH), ("allow", "US", PUBLISH), ("allow", "TR", REJECT), ("deny", "DE", REJECT)],
)
def test_the_european_union_stands_for_its_countries(polarity, asked, outcome):
    """``EU`` in a list of countries (RSL ``geo``) is its members."""
    rights = (statement(RightsKind.RESTRICTION, "US,EU", type="geo", polarity=polarity),)
    check(
        decided(article(rights=rights), territory=asked),
        outcome,
        "territory_reserved" if outcome is REJECT else None,
    )


def test_tokens_of_rsl_drafts_are_read():
    """The tokens of RSL's drafts mean what those of 1.0 mean."""
    rights = (statement(RightsKind.RESTRICTION, "train-ai,ai-use", type="usage", polarity="deny"),)
    by = partner(contract(uses=["store", "analyse", "ai_train", "ai_input"]))
    assert set(decided(article(rights=rights), by).prohibited_uses) == {"ai_train", "ai_input"}


@pytest.mark.parametrize(
    ("kind", "value", "outcome"),
    [("payment", "free", PUBLISH), ("legal", "ownership", PUBLISH), ("payment", "attribution", HOLD)],
)
def test_what_costs_nothing_holds_nothing(kind, value, outcome):
    """A free RSL licence and its warranties take nothing away; any other payment waits for a person."""
    rights = (statement(RightsKind.POLICY, value, type=kind),)
    check(decided(article(rights=rights)), outcome, "terms_not_understood" if outcome is HOLD else None)


def test_the_name_of_a_licence_is_no_term():
    """The words of a licence beside its address only name it."""
    rights = (
        statement(RightsKind.LICENSE, "https://creativecommons.org/licenses/by/4.0/"),
        statement(RightsKind.NOTICE, "CC BY", type="license_name"),
    )
    assert decided(article(rights=rights)).outcome is PUBLISH
