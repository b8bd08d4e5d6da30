"""What holds for every decision, whatever comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.rights.making import NOW, article, contract, notice, partner, spoken, statement

from newswire.config import Partner
from newswire.model import Article, Credit, Embargo, Media, Outcome, RightsKind, Scope, Status, Tombstone
from newswire.rights import decide
from newswire.rights.tables import NOTICE_EFFECTS

CLASSES = (*NOTICE_EFFECTS, "territory")
USES = ["store", "analyse", "display", "distribute", "translate", "archive", "ai_train", "ai_input", "text_mining"]
NAMES = st.sampled_from([None, None, "TEHA", "Nord Press"])
TIMES = st.integers(-500, 500).map(lambda hours: NOW + timedelta(hours=hours))
DAYS = st.integers(-400, 400).map(lambda days: date(2026, 6, 15) + timedelta(days=days))

notices = st.builds(
    lambda classes, holder: notice(*sorted(classes), holder=holder), st.sets(st.sampled_from(CLASSES)), NAMES
)
embargoes = st.one_of(
    st.builds(lambda until: Embargo(until=until), TIMES),
    st.just(Embargo()),
    st.just(Embargo(problem="unparsable")),
)
restrictions = st.builds(
    lambda kind, value, polarity, type_, holder, scope, valid: statement(
        kind,
        value,
        polarity=polarity,
        type=type_,
        holder=holder,
        scope=scope,
        valid_from=valid[0],
        valid_until=valid[1],
    ),
    st.sampled_from([kind for kind in RightsKind if kind is not RightsKind.LICENSE]),
    st.sampled_from(["tr us", "us", "all", "none", "ai-train", "search", "1", "0", "© TEHA", "Nord Press", "No print"]),
    st.sampled_from(["allow", "deny", None]),
    st.sampled_from(["country", "usage", "tdm-reservation", "sharing", "uri", None]),
    NAMES,
    st.sampled_from(Scope),
    st.tuples(st.none() | TIMES, st.none() | TIMES),
)
licences = st.builds(
    lambda path, holder, scope, until: statement(
        RightsKind.LICENSE, f"https://creativecommons.org/{path}/", holder=holder, scope=scope, valid_until=until
    ),
    st.sampled_from(["licenses/by/4.0", "licenses/by-nc/4.0", "publicdomain/zero/1.0", "licenses/by/7.0"]),
    NAMES,
    st.sampled_from(Scope),
    st.none() | TIMES,
)
media = st.builds(
    lambda medium, credit, status, rights: Media(
        url="https://tepe.example/1.jpg", medium=medium, credit=credit, status=status, rights=tuple(rights)
    ),
    st.sampled_from(["image", "video", None]),
    NAMES,
    st.sampled_from([Status.USABLE, Status.USABLE, *Status]),
    st.lists(st.one_of(restrictions, licences), max_size=2),
)
articles = st.builds(
    article,
    media=st.lists(media, max_size=2).map(tuple),
    status=st.sampled_from([Status.USABLE, Status.USABLE, Status.USABLE, *Status]),
    language=st.sampled_from([spoken("tr"), spoken("tr"), spoken("de"), spoken("und")]),
    categories=st.lists(st.sampled_from("ab"), max_size=2).map(tuple),
    embargo=st.none() | embargoes,
    expires_at=st.none() | TIMES,
    rights=st.lists(st.one_of(restrictions, licences), max_size=2).map(tuple),
)


def numbered(contracts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**terms, "id": f"c{n}"} for n, terms in enumerate(contracts)]


contracts = st.builds(
    lambda days, uses, **terms: contract(
        delivery_term={"from": min(days), "until": max(days)}, uses=["store", "analyse", *sorted(uses)], **terms
    ),
    st.tuples(DAYS, DAYS),
    st.sets(st.sampled_from(USES[2:])),
    languages=st.sampled_from([["tr"], ["tr", "de"]]),
    media=st.sampled_from([["text"], ["text", "photo"]]),
    item_term=st.sampled_from([None, None, None, {"from": "2026-06-01"}]),
    categories=st.sampled_from([None, None, ["a"]]),
    territories=st.sampled_from([{"mode": "worldwide"}, {"mode": "only", "codes": ["TR"]}]),
    retention=st.sampled_from([None, "10d", "300d"]),
    use_after_end=st.sampled_from(["none", "days:20", "perpetual"]),
    on_item_expiry=st.sampled_from(["withdraw", "keep"]),
    obligations=st.lists(st.sampled_from(["attribute", "notify"]), unique=True),
    third_party=st.sampled_from(["hold", "reject", "allow"]),
)
partners = st.builds(
    lambda held, **changed: partner(*numbered(held), **changed),
    st.lists(contracts, max_size=3),
    empty_embargo=st.sampled_from(["open_ended", "none"]),
    required_uses=st.sampled_from([["store", "analyse"], ["store", "display"]]),
    timezone=st.sampled_from(["Europe/Istanbul", "America/Santiago"]),
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "uses": st.lists(st.sampled_from(USES), max_size=2),
        "territory": st.sampled_from(["TR", "US"]),
        "first_landed": st.integers(0, 400).map(lambda days: NOW - timedelta(days=days)),
        "inherited_embargo": embargoes,
    },
)


def with_notice(what: Article, said: Any) -> Article:
    return replace(what, split=replace(what.split, notices=(*what.split.notices, said)))


def with_item(what: Article, **changed: Any) -> Article:
    return replace(what, item=structs.replace(what.item, **changed))


def restrict(what: Article, how: tuple[str, Any]) -> Article:
    """The same article with one restriction more."""
    kind, value = how
    match kind:
        case "notice":
            return with_notice(what, value)
        case "rights":
            return with_item(what, rights=(*what.item.rights, value))
        case "credit":
            credit = Credit(text=f"({value})", agency=value, start=1, end=9)
            return replace(what, split=replace(what.split, credits=(*what.split.credits, credit)))
        case "embargo":
            return with_item(what, embargo=what.item.embargo or value)
        case "expires_at":
            return with_item(what, expires_at=min(value, what.item.expires_at or value))
        case _:
            return with_item(what, signals=(*what.item.signals, value))


more = st.one_of(
    st.tuples(st.just("notice"), notices),
    st.tuples(st.just("rights"), restrictions),
    st.tuples(st.just("credit"), st.sampled_from(["TEHA", "NPA"])),
    st.tuples(st.just("embargo"), embargoes),
    st.tuples(st.just("expires_at"), TIMES),
    st.tuples(st.just("signal"), st.just("kill")),
)


@settings(deadline=None, max_examples=100)
@given(articles, partners, questions, st.lists(more, min_size=1, max_size=3))
def test_adding_a_restriction_never_widens(what: Article, by: Partner, asked: dict[str, Any], added: list[Any]):
    """With a restriction more the outcome is never milder, and under one grant no use comes back."""
    before = decide(what, by, now=NOW, **asked)
    narrower = what
    for how in added:
        narrower = restrict(narrower, how)
    after = decide(narrower, by, now=NOW, **asked)
    assert after.outcome >= before.outcome
    assert after.outcome > Outcome.PUBLISH or before.outcome is Outcome.PUBLISH
    for wide, narrow in zip(before.components, after.components, strict=True):
        assert narrow.outcome >= wide.outcome
    if (after.contract, after.license) == (before.contract, before.license):
        assert set(after.permitted_uses) <= set(before.permitted_uses)
        assert set(after.obligations) >= set(before.obligations)


@settings(deadline=None, max_examples=100)
@given(articles, partners, questions)
def test_a_tombstone_never_widens(what: Article, by: Partner, asked: dict[str, Any]):
    """A tombstone makes every decision a withdrawal."""
    stone = Tombstone(item_id="s1", reason="takedown", at=NOW)
    assert decide(what, by, now=NOW, tombstone=stone, **asked).outcome is Outcome.WITHDRAW


@settings(deadline=None, max_examples=100)
@given(st.data(), articles, partners, questions, st.lists(more, max_size=4))
def test_order_of_inputs_never_matters(
    data: st.DataObject, what: Article, by: Partner, asked: dict[str, Any], added: list[Any]
):
    """Notices, rights, credits, signals, categories and contracts in another order give the same decision."""
    for how in added:
        what = restrict(what, how)

    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(data.draw(st.permutations(values)))

    item, split = what.item, what.split
    mixed = replace(
        what,
        item=structs.replace(
            item,
            rights=shuffled(item.rights),
            signals=shuffled(item.signals),
            categories=shuffled(item.categories),
        ),
        split=replace(split, notices=shuffled(split.notices), credits=shuffled(split.credits)),
    )
    other = by.model_copy(update={"contracts": shuffled(by.contracts)})
    assert decide(mixed, other, now=NOW, **asked) == decide(what, by, now=NOW, **asked)


@settings(deadline=None, max_examples=100)
@given(articles, partners, questions, st.lists(more, max_size=2))
def test_no_publish_without_contract_or_licence(what: Article, by: Partner, asked: dict[str, Any], added: list[Any]):
    """A publish rests on exactly one contract or known licence and leaves every use that is needed."""
    for how in added:
        what = restrict(what, how)
    decision = decide(what, by, now=NOW, **asked)
    if decision.outcome is not Outcome.PUBLISH:
        assert decision.permitted_uses == ()
        return
    assert (decision.contract is None) != (decision.license is None)
    assert {*by.required_uses, *asked.get("uses", ())} <= set(decision.permitted_uses)
    assert decision.expires_at is None or decision.expires_at > NOW
    if decision.contract:
        (chosen,) = [held for held in by.contracts if held.id == decision.contract.id]
        assert chosen.delivery_term.starts_at(by.zone) <= asked.get("first_landed", NOW)
    else:
        assert decision.license in {said.value for said in what.item.rights if said.scope is Scope.ITEM}


TIMED = {"embargo", "rights_not_yet_valid"}


@settings(deadline=None, max_examples=100)
@given(articles, partners, questions, st.lists(more, max_size=2))
def test_hold_until_only_where_time_alone_blocks(what: Article, by: Partner, asked: dict[str, Any], added: list[Any]):
    """hold_until is set exactly where every reason is one that time lifts, and it lies ahead."""
    for how in added:
        what = restrict(what, how)
    decision = decide(what, by, now=NOW, **asked)
    timed = decision.outcome is Outcome.HOLD and set(decision.reasons) <= TIMED
    assert (decision.hold_until is not None) == timed
    assert decision.hold_until is None or decision.hold_until > NOW


@settings(deadline=None, max_examples=100)
@given(articles, partners, questions, st.floats(0, 1))
def test_nothing_changes_before_the_next_review(what: Article, by: Partner, asked: dict[str, Any], share: float):
    """Until next_review_at time changes neither outcome, reasons nor uses; without one it never does."""
    asked = {"first_landed": NOW, **asked}
    now = decide(what, by, now=NOW, **asked)
    end = now.next_review_at or datetime(2040, 1, 1, tzinfo=UTC)
    assert end > NOW
    between = NOW + (end - NOW - timedelta(microseconds=1)) * share
    then = decide(what, by, now=min(between, end - timedelta(microseconds=1)), **asked)
    for part, same in zip(now.components, then.components, strict=True):
        assert (same.outcome, same.permitted_uses) == (part.outcome, part.permitted_uses)
    if not {"killed", "canceled", "deleted"} & set(now.reasons):
        assert then.reasons == now.reasons


@settings(deadline=None, max_examples=100)
@given(articles, contracts, questions)
def test_a_row_leaves_when_it_says(what: Article, terms: dict[str, Any], asked: dict[str, Any]):
    """At expires_at, and not before, what one grant published is no longer published under it."""
    asked = {"first_landed": NOW, **asked}
    by = partner(terms)
    now = decide(what, by, now=NOW, **asked)
    if now.outcome is Outcome.PUBLISH and now.expires_at is not None:
        last = decide(what, by, now=now.expires_at - timedelta(microseconds=1), **asked)
        gone = decide(what, by, now=now.expires_at, **asked)
        assert last.outcome is Outcome.PUBLISH
        assert gone.outcome > Outcome.PUBLISH or (gone.contract, gone.license) != (now.contract, now.license)
