"""The terms that policies are written in and how they hang together, from ``data/odrl.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from newswire import packaged

_TABLE: Mapping[str, Any] = packaged.table(__package__, "odrl")

NAMESPACES: Mapping[str, str] = _TABLE["namespaces"]
ODRL = NAMESPACES["odrl"]
CC = NAMESPACES["cc"]
TDM = NAMESPACES["tdm"]


def iri(name: str) -> str:
    """The IRI of a name of the table: ``read`` is ODRL's, ``tdm:mine`` has its prefix."""
    prefix, colon, rest = name.partition(":")
    return NAMESPACES[prefix] + rest if colon else ODRL + name


def _iris(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(iri, names))


def _relation(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {iri(name): _iris(others) for name, others in table.items()}


POLICY_TYPES = _iris(_TABLE["policy_types"])
NEVER_GRANT = _iris(_TABLE["never_grant"])
LOGICAL_OPERANDS = _iris(_TABLE["logical_operands"])
PARTIES = _iris(_TABLE["parties"])
OPERAND_KINDS: Mapping[str, str] = {iri(name): kind for name, kind in _TABLE["left_operands"].items()}
ONE_SUFFICES = _iris(_TABLE["one_suffices"])
MEDIA: Mapping[str, str] = {name.lower(): medium for medium, names in _TABLE["media"].items() for name in names}
PROPERTIES: Mapping[str, frozenset[str]] = {part: _iris(names) for part, names in _TABLE["properties"].items()}
LIMITS: frozenset[str] = frozenset(_TABLE["limits"])
FOR_PEOPLE: frozenset[str] = frozenset(_TABLE["for_people"])
JSON21: Mapping[str, str] = _TABLE["json21"]
SHORT_NAMES: frozenset[str] = frozenset(
    name
    for section in (
        *(
            _TABLE[part]
            for part in ("policy_types", "conflicts", "included_in", "exact_match", "unplaced", "operators")
        ),
        *(_TABLE[part] for part in ("logical_operands", "left_operands", "parties", "classes", "right_operands")),
        *_TABLE["properties"].values(),
    )
    for name in section
    if ":" not in name
)
"""Every name of ODRL's own namespace."""

_SAME_NAMESPACES: Mapping[str, str] = {old: NAMESPACES[prefix] for old, prefix in _TABLE["same_namespaces"].items()} | {
    space: space for space in NAMESPACES.values()
}
_INCLUDED_IN = _relation(_TABLE["included_in"])
_IMPLIED = tuple((action, other) for action, others in _relation(_TABLE["implies"]).items() for other in others)
_EXACT = {iri(a): iri(b) for a, b in _TABLE["exact_match"].items()}


def canonical(term: str) -> str:
    """A term in the spelling of its namespace that is used here."""
    for old, space in _SAME_NAMESPACES.items():
        if term.startswith(old):
            return space + term[len(old) :]
    return term


def is_placed(action: str, included_in: tuple[tuple[str, str], ...] = ()) -> bool:
    """Whether it is known what an action is included in."""
    return action in _INCLUDED_IN or action in _EXACT or any(narrow == action for narrow, _ in included_in)


@lru_cache(maxsize=1024)
def covering(action: str, included_in: tuple[tuple[str, str], ...] = ()) -> frozenset[str]:
    """Every action whose permission permits this one: itself, its other names, and all that include it."""
    return _closure(action, included_in)


@lru_cache(maxsize=1024)
def forbidding(
    action: str, included_in: tuple[tuple[str, str], ...] = (), implies: tuple[tuple[str, str], ...] = ()
) -> frozenset[str]:
    """Every action whose prohibition prohibits this one: those that cover it, and those it implies (``implies``)."""
    return _closure(action, (*included_in, *_IMPLIED, *implies))


def _closure(action: str, pairs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """What an action leads to by inclusion, by other names, and by pairs of actions; circles end."""
    found: set[str] = set()
    front = {action}
    while front:
        found |= front
        wider = {name for at in front for name in _INCLUDED_IN.get(at, ())}
        wider |= {wide for narrow, wide in pairs if narrow in front}
        wider |= {_EXACT[at] for at in front if at in _EXACT} | {a for a, b in _EXACT.items() if b in front}
        front = wider - found
    return frozenset(found)
