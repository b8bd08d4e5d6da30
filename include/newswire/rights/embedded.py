"""Policies that arrive in items: what they leave of a grant (central rule 6), and when that changes.

A policy inside an item speaks about that item and never grants: a contract or licence does. It narrows. What it forbids
is taken away; what it permits on conditions that fail is taken away; where it permits some things, other uses that ODRL
has a word for are taken away. A use that is needed and about which it cannot be said waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from newswire.errors import PolicyRefused
from newswire.model import RightsKind, RightsStatement
from newswire.rights.addressing import limits
from newswire.rights.case import Case
from newswire.rights.policy.model import Policy, Rule
from newswire.rights.questions import Questions, Ruling, Told
from newswire.rights.tables import USES

_DOCUMENT = ("<", "{", "[", "@prefix", "@base", "PREFIX", "BASE")
_MOST_LIMITS = 200
"""How many constraints a policy in an item may have; a larger one waits for a person."""


def rulings(case: Case) -> Iterator[tuple[RightsStatement, Ruling]]:
    """What each embedded policy that is understood leaves of what a case needs."""
    for statement in case.statements:
        if is_understood(statement):
            yield statement, _ruling(statement.value, statement.type, _told(case))


def is_understood(statement: RightsStatement) -> bool:
    """Whether a statement holds a policy every part of which is understood. An address of one is not."""
    return statement.kind is RightsKind.POLICY and bool(_policies(statement.value, statement.type))


@lru_cache(maxsize=1024)
def _policies(value: str, media_type: str | None) -> tuple[Policy, ...]:
    """The policies of a document; none where it is no document, or not all of it is understood."""
    if not value.lstrip("\ufeff \t\r\n").startswith(_DOCUMENT):
        return ()
    from newswire.rights.policy import reading  # noqa: PLC0415 - rdflib is slow to import, and few items need it

    try:
        found = reading.read(value, media_type)
    except PolicyRefused:
        return ()
    return found if all(map(_is_clear, found)) else ()


def _is_clear(policy: Policy) -> bool:
    more = bool(policy.unread or policy.inherits) or any(map(_says_more, policy.rules))
    return not more and len(list(limits(policy.rules))) <= _MOST_LIMITS


def _says_more(rule: Rule) -> bool:
    """Whether a rule has anything that is not understood, or asks for what follows a violation."""
    parts = [part.unread for part in (*rule.actions, *rule.targets, *rule.assignees, *rule.constraints)]
    return bool(rule.unread or rule.remedies or rule.consequences) or any(parts) or any(map(_says_more, rule.duties))


def _told(case: Case) -> Told:
    spoken, item = case.article.language, case.item
    return Told(
        needed=case.needed_uses,
        names=tuple(name for name in (item.item_id, item.source_url) if name),
        licensee=case.partner.licensee,
        now=case.now,
        first_landed=case.first_landed,
        published_at=item.published_at,
        territory=case.territory,
        language=None if spoken.language == "und" else spoken.language,
        medium=case.kind,
        channel=case.channel,
        categories=tuple(sorted(item.categories)),
        zone=case.partner.zone if case.partner.naive_times == "timezone" else None,
    )


@lru_cache(maxsize=4096)
def _ruling(value: str, media_type: str | None, told: Told) -> Ruling:
    """What a document's policies leave, each narrowing what the others left."""
    found = [Questions(policy, told).ruling() for policy in _policies(value, media_type)]
    areas = [ruling.only for ruling in found if ruling.only is not None]
    return Ruling(
        unclear=any(ruling.unclear for ruling in found),
        removes=tuple(use for use in USES if any(use in ruling.removes for ruling in found)),
        only=frozenset.intersection(*areas) if areas else None,
        opens_at=max((ruling.opens_at for ruling in found if ruling.opens_at), default=None),
        ended=any(ruling.ended for ruling in found),
        closes_at=min((ruling.closes_at for ruling in found if ruling.closes_at), default=None),
        next_at=min((ruling.next_at for ruling in found if ruling.next_at), default=None),
        obligations=tuple(sorted({name for ruling in found for name in ruling.obligations})),
    )
