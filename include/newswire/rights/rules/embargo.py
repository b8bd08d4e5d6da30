"""Central rule 3: nothing is released before its time."""

from __future__ import annotations

from collections.abc import Iterator

from newswire.model import Embargo, Evidence, Finding
from newswire.rights.case import Case
from newswire.rights.findings import found, notice_proof, proof
from newswire.rights.prosetime import gives


def embargo(case: Case) -> Iterator[Finding]:
    """Hold until the embargo lifts: the item's own, and the one it inherits from an earlier version.

    NewsML-G2 ``embargoed``, NITF ``date.release``. An embargo without an end holds for review unless the partner says
    that its empty ones mean nothing; one whose end cannot be read always holds for review.
    """
    for stated, origin in ((case.item.embargo, "stated"), (case.inherited_embargo, "inherited")):
        if stated is None:
            continue
        reason = _reason(stated, case)
        if reason is not None:
            yield found(reason, _proof(reason, stated, origin), until=stated.until if reason == "embargo" else None)


def _reason(stated: Embargo, case: Case) -> str | None:
    if stated.problem is not None:
        return "embargo_unreadable"
    if stated.until is None:
        return "embargo_open_ended" if case.partner.empty_embargo == "open_ended" else None
    return "embargo" if case.now < stated.until else None


def _proof(reason: str, stated: Embargo, origin: str) -> Evidence:
    text = stated.raw or (stated.until.isoformat() if stated.until else "no stated end")
    return proof(reason, f"embargo.{origin}", "item", stated.pointer, text)


def embargo_in_prose(case: Case) -> Iterator[Finding]:
    """Hold for review where the text states an embargo, unless it gives the very time that a field gives."""
    embargoes = (case.item.embargo, case.inherited_embargo)
    stated = [embargo.until for embargo in embargoes if embargo is not None and embargo.until is not None]
    zone = case.partner.zone if case.partner.naive_times == "timezone" else None
    for notice in case.article.notices:
        if "embargo" in notice.classes and not any(gives(notice.text, until, zone) for until in stated):
            yield found("embargo_in_prose", notice_proof("embargo_in_prose", "embargo.embargo_in_prose", notice))


def not_yet_valid(case: Case) -> Iterator[Finding]:
    """Hold until the validity of a rights statement begins (NITF ``doc.rights@startdate``)."""
    for statement in case.statements:
        if statement.valid_from is not None and case.now < statement.valid_from:
            reason = "rights_not_yet_valid"
            evidence = proof(
                reason, "embargo.not_yet_valid", "item", statement.pointer, statement.valid_from.isoformat()
            )
            yield found(reason, evidence, until=statement.valid_from)
