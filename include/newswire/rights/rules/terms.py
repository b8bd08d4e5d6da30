"""Central rules 6 and 9: the item's own terms narrow what a grant gives; a term that no rule understands waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newswire.model import Finding, Notice, RightsKind, RightsStatement
from newswire.rights.case import Area, Case, Grant, territory_code
from newswire.rights.embedded import is_understood, rulings
from newswire.rights.figures import limits
from newswire.rights.findings import found, notice_proof, proof
from newswire.rights.names import copyright_of, only_copyright
from newswire.rights.policy import places
from newswire.rights.tables import NOTICE_EFFECTS, RESTRICTIONS, RestrictionType, licence_at

_TOKENS = re.compile(r"[\s,;]+")
_GROUPS = frozenset({"eu"})
"""Codes of ISO 3166-1 that are reserved for groups of countries, and that licences write beside those of countries."""
_COUNTED = frozenset({"no_archive", "use_limited"})
_NAMES_ONLY = frozenset({"license_name"})
"""Notices that only name what another statement says: the words of a licence beside its address (Media RSS)."""
_NOT_TERMS = frozenset({"acquireLicensePage", "tdm-policy", "legal"})
"""What takes nothing away: where to buy a licence, how to license reserved mining (TDMRep), warranties (RSL)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a restriction leaves: uses it takes away, territories it is limited to, and those it leaves out."""

    removes: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()


def narrowing(statement: RightsStatement) -> Narrowing | None:
    """Read a restriction (``media:restriction``, RSL 1.0, TDMRep); None where it is not understood.

    A validity narrows nothing here: its rules are ``embargo.not_yet_valid`` and ``expiry.rights_validity``. Media RSS
    leaves the type out where the value is ``all`` or ``none``.
    """
    name = (statement.type or "").strip().lower()
    kind = RESTRICTIONS.get(name)
    if kind is not None and kind.validity:
        return Narrowing() if statement.valid_from or statement.valid_until else None
    tokens = [token for token in _TOKENS.split(statement.value.strip().lower()) if token]
    everyone = not name and tokens in (["all"], ["none"])
    if (kind is None and not everyone) or statement.polarity not in {"allow", "deny"}:
        return None
    allow = statement.polarity == "allow"
    if kind is None:
        return _territories(tokens, allow=allow)
    return _territories(tokens, allow=allow) if kind.territory else _uses(tokens, kind, allow=allow)


def _territories(tokens: list[str], *, allow: bool) -> Narrowing | None:
    if tokens in (["all"], ["none"]):
        return Narrowing() if (tokens == ["all"]) == allow else Narrowing(only=frozenset())
    found = [_countries(token) for token in tokens]
    if not found or None in found:
        return None
    named = frozenset(code for codes in found if codes is not None for code in codes)
    return Narrowing(only=named) if allow else Narrowing(without=named)


def _countries(token: str) -> frozenset[str] | None:
    """The country that a token names, or those of a group such as ``eu``; None for any other word."""
    code = territory_code(token)
    if code is not None:
        return frozenset({code})
    return places.members(token) if token in _GROUPS else None


def _uses(tokens: list[str], kind: RestrictionType, *, allow: bool) -> Narrowing | None:
    if "*" in kind.uses:
        tokens = ["*"]
    if not tokens or any(token not in kind.uses for token in tokens):
        return None
    named = frozenset(use for token in tokens for use in kind.uses[token])
    if not allow:
        return Narrowing(removes=named)
    listed = frozenset(use for uses in kind.uses.values() for use in uses)
    return Narrowing(removes=listed - named - frozenset(kind.allowed_leaves))


def removed_uses(case: Case) -> Iterator[Finding]:
    """Take away the uses that the item's restrictions deny (central rule 6)."""
    for statement, narrowed in _narrowings(case):
        if narrowed.removes:
            evidence = proof("use_removed", "terms.removed_uses", "item", statement.pointer, _words(statement))
            yield found("use_removed", evidence, removes=sorted(narrowed.removes))


def area_left(case: Case, grant: Grant) -> Area:
    """The territories of a grant that the item's restrictions leave."""
    area = grant.area
    for _, narrowed in _narrowings(case):
        area = area.without(narrowed.without)
        area = area if narrowed.only is None else area.only(narrowed.only)
    return area


def territory_left(case: Case, grant: Grant) -> Iterator[Finding]:
    """Narrow the territories; reject where none is left, or not the one that was asked about (central rule 6)."""
    left = area_left(case, grant)
    if left == grant.area:
        return
    asked = case.territory
    gone = left.empty or (asked is not None and grant.area.covers(asked) and not left.covers(asked))
    reason = "territory_reserved" if gone else "territory_narrowed"
    evidence = (
        proof(reason, "terms.territory_left", "item", statement.pointer, _words(statement))
        for statement, narrowed in _narrowings(case)
        if narrowed.only is not None or narrowed.without
    )
    yield found(reason, *evidence)


def not_understood(case: Case) -> Iterator[Finding]:
    """Hold for review what carries terms that no rule understands (central rule 9)."""
    reason, rule = "terms_not_understood", "terms.not_understood"
    for notice in case.article.notices:
        if not _is_understood(notice) or _counts(notice):
            yield found(reason, notice_proof(reason, rule, notice))
    for statement in case.statements:
        if not _reads(statement, case):
            yield found(reason, proof(reason, f"{rule}.{statement.kind}", "item", statement.pointer, _words(statement)))


def _is_understood(notice: Notice) -> bool:
    return bool(set(notice.classes) - {"label"}) and all(name in NOTICE_EFFECTS for name in notice.classes)


def _counts(notice: Notice) -> bool:
    """Whether a notice limits use or keeping by a figure: "delete after 7 days", "for two uses within 30 days"."""
    return not _COUNTED.isdisjoint(notice.classes) and limits(notice.text)


def _reads(statement: RightsStatement, case: Case) -> bool:
    """Whether some rule knows what a statement means."""
    match statement.kind:
        case RightsKind.HOLDER | RightsKind.ACCOUNTABLE:
            return True
        case RightsKind.POLICY:
            free = statement.type == "payment" and statement.value.strip().lower() == "free"  # RSL 1.0
            return free or statement.type in _NOT_TERMS or is_understood(statement)
        case RightsKind.RESTRICTION if statement.type or statement.polarity:
            return narrowing(statement) is not None
        case RightsKind.LICENSE if licence_at(statement.value) is not None:
            return True
        case RightsKind.NOTICE if statement.type in _NAMES_ONLY or copyright_of(statement.value) is not None:
            return True
        case _:
            return only_copyright(statement.value, case.partner.names) or any(
                _speaks_for(notice, statement) and _is_understood(notice) and _says_all(notice, statement)
                for notice in case.article.field_notices
            )


def _says_all(notice: Notice, statement: RightsStatement) -> bool:
    """Whether a notice says what its field says: beside its wording a figure is a limit, but for an embargo's time."""
    return "embargo" in notice.classes or not limits(statement.value)


def _speaks_for(notice: Notice, statement: RightsStatement) -> bool:
    return notice.source == statement.pointer and notice.text in statement.value


def _narrowings(case: Case) -> Iterator[tuple[RightsStatement, Narrowing]]:
    for statement in case.statements:
        narrowed = narrowing(statement) if statement.kind is RightsKind.RESTRICTION else None
        if narrowed is not None:
            yield statement, narrowed
    for statement, ruling in rulings(case):
        if ruling.only is not None:
            yield statement, Narrowing(only=ruling.only)


def _words(statement: RightsStatement) -> str:
    return " ".join(part for part in (statement.polarity, statement.type, statement.value) if part)
