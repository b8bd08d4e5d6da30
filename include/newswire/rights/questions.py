"""Asking a policy about an item: what it leaves of the uses that are needed, here and elsewhere, now and later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import Enum

from newswire.codes import TERRITORIES
from newswire.rights.addressing import as_asked, limits
from newswire.rights.policy.contracts import (
    ACTION_OF_USE,
    LICENSEE,
    MAY_AMOUNT_TO,
    OBLIGATION_OF_ACTION,
    RECEIVED_BY_LICENSEE,
    world_for,
)
from newswire.rights.policy.evaluation import Evaluator
from newswire.rights.policy.model import (
    IRI,
    Constraint,
    Policy,
    Request,
    RequestRule,
    Rule,
    RuleKind,
    Value,
    World,
)
from newswire.rights.policy.report import Answer, PremiseKind, RuleReport
from newswire.rights.policy.values import Duration, Span, read
from newswire.rights.policy.vocabulary import NEVER_GRANT, ODRL
from newswire.rights.tables import USES

_INSTANT = timedelta(microseconds=1)
_FURTHEST = 32
"""How many of the times that a policy names are asked about, on either side of now; the next is a time for review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a policy is asked and told about an item.

    Attributes:
        needed: Uses that must remain.
        names: What the item goes by: its identity and address.
        licensee: What whoever asks goes by; without a name it is unknown whom a policy is addressed to.
        zone: The zone of times without one; None leaves them unknown.
    """

    needed: tuple[str, ...]
    names: tuple[str, ...]
    licensee: tuple[str, ...]
    now: datetime
    first_landed: datetime
    published_at: datetime | None
    territory: str | None
    language: str | None
    medium: str | None
    channel: str | None
    categories: tuple[str, ...]
    zone: tzinfo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policies of one statement leave.

    Attributes:
        unclear: Whether it cannot be said that what is needed remains.
        removes: Uses that are taken away.
        only: The territories in which what is needed remains; None sets no limit.
        opens_at: When what is needed opens, where time alone keeps it closed.
        ended: Whether what is needed has ended, or the item must be deleted.
        closes_at: The next moment at which what is needed ends.
        next_at: The next moment that the policy names.
        obligations: What a use must do.
    """

    unclear: bool = False
    removes: tuple[str, ...] = ()
    only: frozenset[str] | None = None
    opens_at: datetime | None = None
    ended: bool = False
    closes_at: datetime | None = None
    next_at: datetime | None = None
    obligations: tuple[str, ...] = ()


class Verdict(Enum):
    """What a policy says about one use."""

    OPEN = "it is permitted"
    SILENT = "nothing is said about it"
    CLOSED = "it is not permitted"
    UNKNOWN = "it cannot be said"

    @property
    def fine(self) -> bool:
        """Whether the use remains."""
        return self in {Verdict.OPEN, Verdict.SILENT}


class Questions:
    """Asks one policy about an item."""

    def __init__(self, policy: Policy, told: Told) -> None:
        self.told = told
        self.policy = replace(policy, rules=tuple(as_asked(rule, told.names, told.licensee) for rule in policy.rules))
        self.evaluator = Evaluator(self.policy)
        self.duties = {duty.id: duty for rule in policy.rules for duty in rule.duties}
        plain = list(limits(policy.rules))
        moments = sorted({at for limit in plain for at in self._moments(limit)})
        self.later = [at for at in moments if at > told.now][:_FURTHEST]
        self.earlier = [at for at in moments if at <= told.now][-_FURTHEST:]
        self.spatial = any(limit.left == f"{ODRL}spatial" for limit in plain)
        said = {value.text for limit in plain if limit.left == f"{ODRL}recipient" for value in limit.right}
        ours = [name for name in told.licensee if name in said] or list(told.licensee[:1])
        self.recipient = {f"{ODRL}recipient": (Value(ours[0], IRI),)} if len(ours) == 1 else {}

    def ruling(self) -> Ruling:
        """The answer to all questions."""
        told = self.told
        owed, unclear, delete = self._obligations()
        area = self._area(told.now) if self.spatial else None
        here = {use: self.verdict(use, told.now, told.territory) for use in USES}
        fine = self._fine(told.now)
        unknown = not fine and self._may_be_fine()
        opens_at = None if fine or unknown else next((at for at in self.later if self._fine(at)), None)
        ended = not (fine or unknown or opens_at) and any(self._fine(at - _INSTANT) for at in self.earlier)
        timed = opens_at is not None or ended
        kept = set(told.needed) if fine or unknown or timed or area is not None else set()
        return Ruling(
            unclear=unclear or unknown,
            removes=tuple(use for use in USES if not here[use].fine and use not in kept),
            only=None if area is None or area == TERRITORIES or unknown or timed else area,
            opens_at=opens_at,
            ended=delete or ended,
            closes_at=next((at for at in self.later if not self._fine(at)), None) if fine else None,
            next_at=next(iter(self.later), None),
            obligations=tuple(sorted(owed | self._conditions(here))),
        )

    def verdict(self, use: str, at: datetime, territory: str | None) -> Verdict:
        """What is said about a use at a time and place."""
        asked, world = self._asked(use), self._world(at, territory)
        report = self.evaluator.evaluate(Request(uid="", rules=(asked,)), world)
        bans = [rule for rule in report.rules if rule.kind is RuleKind.PROHIBITION and rule.active]
        permits = [rule for rule in report.rules if rule.kind is RuleKind.PERMISSION and _reaches(rule) is not False]
        if report.answers[0][1] is Answer.VOID:
            return Verdict.UNKNOWN
        if bans:
            sure = any(all(premise.holds is True for premise in ban.premises) for ban in bans)
            return Verdict.CLOSED if sure else Verdict.UNKNOWN
        if self._may_be_forbidden(asked, world):
            return Verdict.UNKNOWN
        if any(rule.active and self._can_be_met(rule) for rule in permits):
            return Verdict.OPEN
        if any(rule.active or _may_hold(rule) for rule in permits):
            return Verdict.UNKNOWN
        grants = self.policy.type not in NEVER_GRANT and any(self.policy.of_kind(RuleKind.PERMISSION))
        listed = grants and asked.action is not None and asked.action.startswith(ODRL)
        return Verdict.CLOSED if permits or listed else Verdict.SILENT

    def _asked(self, use: str) -> RequestRule:
        """What is asked for: a use, or nothing in particular; by whom, and who receives what comes of it."""
        return RequestRule(
            id=use,
            action=ACTION_OF_USE.get(use),
            assignee=LICENSEE if self.told.licensee else None,
            values=self.recipient if use in RECEIVED_BY_LICENSEE else {},
        )

    def _may_be_forbidden(self, asked: RequestRule, world: World) -> bool:
        """Whether an action is forbidden, or disputed, that the use may amount to."""
        if not self.policy.of_kind(RuleKind.PROHIBITION):
            return False
        near = tuple(
            replace(asked, id=action, action=action) for action, uses in MAY_AMOUNT_TO.items() if asked.id in uses
        )
        answers = self.evaluator.evaluate(Request(uid="", rules=near), world).answers
        return any(answer in {Answer.PROHIBITED, Answer.VOID} for _, answer in answers)

    def _can_be_met(self, permission: RuleReport) -> bool:
        """Whether every open duty is one that a reader of the decision is told of."""
        return all(self._names(self.duties[duty]) is not None for duty in permission.due)

    @staticmethod
    def _names(duty: Rule) -> set[str] | None:
        """A duty's obligations in the words of a contract; None where it has another one."""
        known = {OBLIGATION_OF_ACTION.get(action.iri) for action in duty.actions if not action.refinements}
        return {name for name in known if name} if known and None not in known else None

    def _conditions(self, verdicts: dict[str, Verdict]) -> set[str]:
        """The obligations of the permissions that the open uses rest on."""
        opened = [use for use, verdict in verdicts.items() if verdict is Verdict.OPEN]
        asked = tuple(map(self._asked, opened))
        world = self._world(self.told.now, self.told.territory)
        rules = self.evaluator.evaluate(Request(uid="", rules=asked), world).rules if asked else ()
        return {name for rule in rules for duty in rule.due for name in self._names(self.duties[duty]) or ()}

    def _obligations(self) -> tuple[set[str], bool, bool]:
        """What the policy itself obliges to, whether something of it is unclear, and whether to delete the item."""
        world = self._world(self.told.now, self.told.territory)
        report = self.evaluator.evaluate(Request(uid="", rules=(self._asked(""),)), world)
        owed: set[str] = set()
        unclear = delete = False
        by_id = {rule.id: rule for rule in self.policy.of_kind(RuleKind.DUTY)}
        for duty in (rule for rule in report.rules if rule.kind is RuleKind.DUTY and rule.active):
            sure = all(premise.holds is True for premise in duty.premises)
            deletes = {action.iri for action in by_id[duty.rule].actions} == {f"{ODRL}delete"}
            names = self._names(by_id[duty.rule])
            delete = delete or (deletes and sure)
            unclear = unclear or not (sure and (deletes or names is not None))
            owed |= names or set()
        return owed, unclear, delete

    def _fine(self, at: datetime) -> bool:
        """Whether all that is needed remains at a time: where it was asked about, or anywhere."""
        if self.spatial and self.told.territory is None:
            return bool(self._area(at))
        return self._remains(at, self.told.territory)

    def _remains(self, at: datetime, territory: str | None) -> bool:
        return all(self.verdict(use, at, territory).fine for use in self.told.needed)

    def _area(self, at: datetime) -> frozenset[str]:
        """The territories in which all that is needed remains."""
        return frozenset(code for code in TERRITORIES if self._remains(at, code))

    def _may_be_fine(self) -> bool:
        """Whether what is needed remains for all that is known, here or, where no place was asked about, somewhere."""
        places = TERRITORIES if self.spatial and self.told.territory is None else {self.told.territory}
        asked = [[self.verdict(use, self.told.now, place) for use in self.told.needed] for place in places]
        return any(Verdict.CLOSED not in verdicts for verdicts in asked)

    def _world(self, at: datetime, territory: str | None) -> World:
        told = self.told
        world = world_for(
            now=at,
            first_landed=told.first_landed,
            published_at=told.published_at,
            territory=territory,
            language=told.language,
            medium=told.medium,
            channel=told.channel,
            categories=told.categories,
        )
        since = world.values.get(f"{ODRL}elapsedTime", ())
        return replace(
            world,
            zone=told.zone,
            values={**world.values, f"{ODRL}delayPeriod": since},
            part_of={LICENSEE: frozenset(told.licensee)},
        )

    def _moments(self, limit: Constraint) -> Iterator[datetime]:
        """The times at which a constraint may turn, and the instant after each."""
        for value in limit.right:
            match limit.left.removeprefix(ODRL):
                case "dateTime":
                    span = read("instant", value, self.told.zone)
                    times = [span.start, span.end] if isinstance(span, Span) else []
                case "elapsedTime" | "delayPeriod":
                    age = read("duration", value, None)
                    fixed = isinstance(age, Duration) and not age.months
                    times = [self.told.first_landed + timedelta(seconds=float(age.seconds))] if fixed else []
                case _:
                    times = []
            yield from times
            yield from (at + _INSTANT for at in times)


def _reaches(rule: RuleReport) -> bool | None:
    """Whether a permission is about the action that was asked for."""
    return next((premise.holds for premise in rule.premises if premise.kind is PremiseKind.ACTION), True)


def _may_hold(rule: RuleReport) -> bool:
    """Whether an inactive permission might be in force for all that is known."""
    return all(premise.holds is not False for premise in rule.premises) and "never_grants" not in rule.because
