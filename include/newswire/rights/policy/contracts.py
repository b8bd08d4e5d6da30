"""A partner's contract as an ODRL 2.2 agreement of the RightsML 2.0 profile, and what it is asked and told.

The agreement's target is the partner's wire, a collection narrowed to what the contract covers; every part has an IRI,
so that an exported agreement is read back as it was. Its conflict strategy is ``prohibit``: the default of the standard
would void it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newswire import packaged
from newswire.config import Contract, Duty
from newswire.rights.contracts import terms_of
from newswire.rights.policy.model import (
    IRI,
    Action,
    AnyConstraint,
    Constraint,
    Policy,
    Referent,
    Request,
    RequestRule,
    Rule,
    RuleKind,
    Value,
    World,
)
from newswire.rights.policy.places import ALPHA3
from newswire.rights.policy.values import XSD, age_of, moment
from newswire.rights.policy.vocabulary import CC, ODRL, iri

_TABLE: Mapping[str, Any] = packaged.table(__package__, "contract")

ACTION_OF_USE: Mapping[str, str] = {use: iri(name) for use, name in _TABLE["uses"].items()}
"""Each use's action."""

MAY_AMOUNT_TO: Mapping[str, frozenset[str]] = {
    iri(name): frozenset(uses) for name, uses in _TABLE["may_amount_to"].items()
}
"""An action to the uses that may amount to it."""

RECEIVED_BY_LICENSEE = frozenset(_TABLE["received_by_licensee"])
"""Uses whose outcome stays with the licensee."""

OBLIGATION_OF_ACTION: Mapping[str, str] = {
    **{iri(name): obligation for obligation, name in _TABLE["obligations"].items()},
    **{iri(name): obligation for name, obligation in _TABLE["other_actions"].items()},
}
"""An action that a duty asks for to the obligation that a contract calls it."""

LICENSEE = "urn:newswire:licensee"
"""Who holds the contracts: whoever runs this installation."""

_COUNTRY = "http://cvx.iptc.org/iso3166-1a3/"
_TRUE = Value("true", f"{XSD}boolean")
_FALSE = Value("false", f"{XSD}boolean")


def of_contract(contract: Contract, *, slug: str, zone: ZoneInfo) -> Policy:
    """The agreement that a contract of a partner is, its days those of the partner's zone."""
    return _Agreement(contract, slug, zone).policy()


def wire_of(slug: str) -> str:
    """The IRI of all that a partner delivers."""
    return f"urn:newswire:wire:{slug}"


def request_for(slug: str, uses: Iterable[str]) -> Request:
    """A request for uses of something from a partner's wire; each rule is named ``urn:newswire:use:<use>``."""
    rules = (
        RequestRule(id=f"urn:newswire:use:{use}", action=ACTION_OF_USE[use], target=wire_of(slug), assignee=LICENSEE)
        for use in uses
    )
    return Request(uid=f"urn:newswire:request:{slug}", rules=tuple(rules))


def world_for(
    *,
    now: datetime | None = None,
    first_landed: datetime | None = None,
    published_at: datetime | None = None,
    territory: str | None = None,
    language: str | None = None,
    medium: str | None = None,
    channel: str | None = None,
    categories: Iterable[str] = (),
    content: str | None = None,
    third_party: bool | None = None,
    expired: bool | None = None,
) -> World:
    """The state in which a story is judged. What is None (or no category) is unknown, and what is unknown denies.

    Args:
        now: The time it is judged for.
        first_landed: When the story first landed; its age counts from then.
        published_at: Its publication date.
        territory: Where it is used, ISO 3166-1 alpha-2.
        language: The language it is in.
        medium: Which component is judged, such as ``text``.
        channel: Through which channel it is used.
        categories: The categories it names.
        content: How much of it is used: ``full``, ``extract`` or ``metadata``.
        third_party: Whether it holds material of others.
        expired: Whether its own expiry has passed.
    """
    age = None if now is None or first_landed is None else age_of(now - first_landed)
    told = {
        "newswire:deliveredAt": first_landed and moment(first_landed),
        "elapsedTime": age,
        "newswire:publishedAt": published_at and moment(published_at),
        "spatial": territory and _country(territory),
        "language": language and Value(language),
        "media": medium and Value(medium),
        "deliveryChannel": channel and Value(channel),
        "newswire:content": content and Value(content),
        "newswire:thirdPartyMaterial": _flag(third_party),
        "newswire:itemExpired": _flag(expired),
    }
    values = {iri(name): (value,) for name, value in told.items() if value}
    return World(now=now, values=values | {iri("newswire:category"): tuple(map(Value, categories))})


def _flag(known: bool | None) -> Value | None:  # noqa: FBT001 - three-valued
    return None if known is None else _TRUE if known else _FALSE


def _country(code: str) -> Value:
    return Value(f"{_COUNTRY}{ALPHA3[code]}", IRI) if code in ALPHA3 else Value(code)


class _Agreement:
    """Builds the parts of one agreement."""

    def __init__(self, contract: Contract, slug: str, zone: ZoneInfo) -> None:
        self.contract = contract
        self.slug = slug
        self.terms = terms_of(contract, zone)
        self.uid = f"urn:newswire:contract:{slug}:{quote(contract.id, safe='')}:{contract.hash()[:12]}"

    def policy(self) -> Policy:
        rules = (*self._permissions(), *self._prohibitions(), *self._deletions())
        ours = {action.iri for rule in rules for part in (rule, *rule.duties) for action in part.actions}
        return Policy(
            uid=self.uid,
            type=f"{ODRL}Agreement",
            rules=tuple(sorted(rules, key=lambda rule: (rule.kind, rule.id))),
            conflict=f"{ODRL}prohibit",
            profiles=tuple(sorted(_TABLE["profiles"])),
            included_in=tuple(sorted((action, f"{ODRL}use") for action in ours if not action.startswith((ODRL, CC)))),
        )

    def _permissions(self) -> Iterable[Rule]:
        """One permission of all uses that are left, or none: without an action it would permit everything."""
        contract = self.contract
        allowed = [use for use in contract.uses if use not in contract.prohibitions]
        if not allowed:
            return
        limits = (
            self._term_limits(),
            self._only("language", "language", map(Value, contract.languages)),
            self._only("media", "media", (Value(_TABLE["media"][name], IRI) for name in contract.media)),
            self._only("channel", "deliveryChannel", map(Value, contract.channels or ())),
            self._only("content", "newswire:content", map(Value, _TABLE["content"].get(contract.content, ()))),
            self._territories(),
            self._age("lt"),
            self._expiry(_FALSE),
        )
        duties = (*(self._duty(duty) for duty in contract.obligations), *self._consent())
        yield self._rule(
            "permission",
            RuleKind.PERMISSION,
            (ACTION_OF_USE[use] for use in allowed),
            constraints=[limit for group in limits for limit in group],
            duties=duties,
        )

    def _prohibitions(self) -> Iterable[Rule]:
        if self.contract.prohibitions:
            actions = (ACTION_OF_USE[use] for use in self.contract.prohibitions)
            yield self._rule("prohibition", RuleKind.PROHIBITION, actions)
        if self.contract.third_party == "reject":
            others = self._limit("prohibition-third-party-material", "newswire:thirdPartyMaterial", "eq", [_TRUE])
            yield self._rule("prohibition-third-party", RuleKind.PROHIBITION, (f"{ODRL}use",), constraints=[others])

    def _deletions(self) -> Iterable[Rule]:
        """What must leave: at the end of what may stay, after its retention, at its own expiry."""
        ends = self.terms.grant.ends_at
        triggers = {
            "end": [] if ends is None else [self._limit("delete-end-time", "dateTime", "gteq", [moment(ends)])],
            "retention": self._age("gteq", "delete-retention-time"),
            "expiry": self._expiry(_TRUE, "delete-expiry-passed"),
        }
        for name, constraints in triggers.items():
            if constraints:
                yield self._rule(f"delete-{name}", RuleKind.DUTY, (f"{ODRL}delete",), constraints=constraints)

    def _rule(
        self,
        name: str,
        kind: RuleKind,
        actions: Iterable[str],
        *,
        constraints: Iterable[AnyConstraint] = (),
        duties: Iterable[Rule] = (),
    ) -> Rule:
        party = Referent(iri=f"urn:newswire:partner:{self.slug}")
        return Rule(
            id=f"{self.uid}#{name}",
            kind=kind,
            actions=tuple(Action(iri=action) for action in sorted(set(actions))),
            targets=(Referent(iri=wire_of(self.slug), collection=True, refinements=self._covered(name)),),
            assignees=(Referent(iri=LICENSEE),),
            assigners=(party,),
            constraints=tuple(sorted(constraints, key=lambda constraint: constraint.id)),
            duties=tuple(sorted(duties, key=lambda duty: duty.id)),
        )

    def _covered(self, rule: str) -> tuple[AnyConstraint, ...]:
        """Which part of the wire a permission covers; a prohibition or duty is about all of it."""
        if rule != "permission":
            return ()
        dates = self.terms.grant.item_dates
        found = [
            *self._range("delivered", "newswire:deliveredAt", self.terms.starts_at, self.terms.ends_at),
            *(self._range("published", "newswire:publishedAt", *dates) if dates else ()),
            *self._only("category", "newswire:category", map(Value, self.contract.categories or ())),
        ]
        return tuple(sorted(found, key=lambda constraint: constraint.id))

    def _term_limits(self) -> list[Constraint]:
        return self._range("time", "dateTime", self.terms.starts_at, self.terms.grant.ends_at)

    def _range(self, name: str, left: str, start: datetime, end: datetime | None) -> list[Constraint]:
        found = [self._limit(f"{name}-from", left, "gteq", [moment(start)])]
        return found if end is None else [*found, self._limit(f"{name}-until", left, "lt", [moment(end)])]

    def _only(self, name: str, left: str, values: Iterable[Value]) -> list[Constraint]:
        allowed = list(values)
        return [self._limit(name, left, "isAnyOf", allowed)] if allowed else []

    def _territories(self) -> list[Constraint]:
        territories = self.contract.territories
        if territories.mode == "worldwide":
            return []
        operator = "isAnyOf" if territories.mode == "only" else "isNoneOf"
        return [self._limit("territory", "spatial", operator, map(_country, territories.codes))]

    def _age(self, operator: str, name: str = "retention") -> list[Constraint]:
        if self.contract.retention is None:
            return []
        kept = Value(f"P{self.contract.retention.upper()}", f"{XSD}duration")
        return [self._limit(name, "elapsedTime", operator, [kept])]

    def _expiry(self, passed: Value, name: str = "expiry") -> list[Constraint]:
        if self.contract.on_item_expiry == "keep":
            return []
        return [self._limit(name, "newswire:itemExpired", "eq", [passed])]

    def _duty(self, duty: Duty) -> Rule:
        due = self._limit(
            f"duty-{duty.action}-due",
            "event",
            "lt" if duty.due == "before" else "gt",
            [Value(f"{ODRL}policyUsage", IRI)],
        )
        action = Action(iri=iri(_TABLE["obligations"][duty.action]))
        return Rule(id=f"{self.uid}#duty-{duty.action}", kind=RuleKind.DUTY, actions=(action,), constraints=(due,))

    def _consent(self) -> Iterable[Rule]:
        """The hold on material of others: a person's consent, obtained before use."""
        if self.contract.third_party != "hold":
            return
        before = self._limit("duty-third-party-due", "event", "lt", [Value(f"{ODRL}policyUsage", IRI)])
        others = self._limit("duty-third-party-material", "newswire:thirdPartyMaterial", "eq", [_TRUE])
        yield Rule(
            id=f"{self.uid}#duty-third-party",
            kind=RuleKind.DUTY,
            actions=(Action(iri=f"{ODRL}obtainConsent"),),
            constraints=(before, others),
        )

    def _limit(self, name: str, left: str, operator: str, right: Iterable[Value]) -> Constraint:
        return Constraint(
            id=f"{self.uid}#{name}", left=iri(left), operator=ODRL + operator, right=tuple(sorted(set(right)))
        )
