"""Central rule 5: what lies outside the grant is rejected with the dimension; what cannot be told is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newswire.codes import TERRITORIES
from newswire.config import Contract
from newswire.model import Finding
from newswire.rights.agreement import Asked, answers
from newswire.rights.case import Case, Grant
from newswire.rights.findings import found, proof
from newswire.rights.names import fold
from newswire.rights.policy.truth import all_of
from newswire.rights.tables import SCOPE, Dimension

WORDLESS = frozenset({"photo", "graphic"})
"""Components without a language of their own."""


def scope(case: Case, grant: Grant) -> Iterator[Finding]:
    """Ask the contract's agreement for the uses that are needed; each dimension that it does not cover is a reason.

    A licence has no dimensions but its uses.
    """
    if grant.contract is None:
        yield from _uses(grant, tuple(name for name in case.needed_uses if name not in grant.uses))
        return
    contract = next(held for held in case.partner.contracts if held.id == grant.id)
    answered = answers(contract, case.partner.slug, case.partner.zone, _asked(case, contract))
    for name, dimension in SCOPE.items():
        limits = [answered.holds[limit] for limit in dimension.limits if limit in answered.holds]
        holds = all_of(limits)
        if name == "territory" and case.territory is not None and case.territory not in TERRITORIES:
            holds = False  # a code that ISO 3166-1 does not know is nowhere, not everywhere
        if holds is not True and _matters(name, case):
            yield _outside(case, grant, name, dimension, unknown=holds is None)
    yield from _uses(grant, answered.missing)


def _asked(case: Case, contract: Contract) -> Asked:
    covered = {fold(name).strip(): name for name in contract.categories or ()}
    return Asked(
        uses=case.needed_uses,
        medium=case.kind,
        language=_spoken(case),
        territory=case.territory,
        channel=case.channel,
        content=_content(case) if case.kind == "text" else None,
        categories=tuple(covered.get(folded, folded) for folded in sorted(_categories(case))) if covered else (),
        published_at=case.item.published_at if contract.item_term else None,
    )


def _content(case: Case) -> str:
    """How much of a story comes: any body may be the whole of it, a summary alone is an extract."""
    if case.article.split.body.strip():
        return "full"
    return "extract" if case.item.summary.strip() else "metadata"


def _spoken(case: Case) -> str | None:
    """The language of the trimmed text; an undetermined one goes by the declaration only if the verdict does."""
    verdict = case.article.language
    declared = verdict.declared if verdict.method == "declared" else None
    return declared if verdict.language == "und" else verdict.language


def _categories(case: Case) -> set[str]:
    return {fold(name).strip() for name in case.item.categories}


def _matters(dimension: str, case: Case) -> bool:
    """Whether a dimension is about what is decided on: photos have no language, and only text comes in extracts.

    Where no territory was asked about, the decision carries the grant's limits to the reader.
    """
    match dimension:
        case "language":
            return case.kind not in WORDLESS
        case "content":
            return case.kind == "text"
        case "territory":
            return case.territory is not None
        case _:
            return True


def _outside(case: Case, grant: Grant, name: str, dimension: Dimension, *, unknown: bool) -> Finding:
    reason, rule = dimension.unknown if unknown else dimension.outside, f"scope.{name}"
    source = "language" if name == "language" else "item"
    return found(
        reason,
        proof(reason, rule, "contract", f"{grant.pointer}.{dimension.key}", _granted(grant)[name]),
        proof(reason, rule, source, None if source == "language" else case.item.pointer, _told(case)[name]),
    )


def _granted(grant: Grant) -> Mapping[str, str]:
    """What the contract says in each dimension, in words."""
    starts, ends = grant.item_dates or (None, None)
    return {
        "language": " ".join(grant.languages or ()),
        "media": " ".join(grant.media or ()),
        "content": grant.content,
        "category": ", ".join(grant.categories or ()),
        "item_date": f"{starts and starts.isoformat()} to {ends.isoformat() if ends else 'open'}",
        "territory": str(grant.area),
        "channel": ", ".join(grant.channels or ()),
    }


def _told(case: Case) -> Mapping[str, str]:
    """What the story or the question says in each dimension, in words."""
    verdict, dated = case.article.language, case.item.published_at
    return {
        "language": f"{_spoken(case) or 'und'} by {verdict.method}, {verdict.confidence:.2f}",
        "media": case.kind or "unknown",
        "content": _content(case),
        "category": ", ".join(sorted(case.item.categories)) or "none",
        "item_date": dated.isoformat() if dated else "none",
        "territory": f"asked about {case.territory}",
        "channel": f"asked about {case.channel or 'none'}",
    }


def _uses(grant: Grant, missing: tuple[str, ...]) -> Iterator[Finding]:
    """Every use asked about, and those the lake needs, must be granted and not be prohibited."""
    if missing:
        reason, source = "out_of_scope_use", "contract" if grant.contract else "item"
        text = f"needed {' '.join(missing)}; granted {' '.join(grant.uses)}"
        yield found(reason, proof(reason, "scope.use", source, f"{grant.pointer}.uses", text))
