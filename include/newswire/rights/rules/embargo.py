"""Central rule 3: nothing is released before its time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from newswire.model import Embargo, Evidence, Finding, Notice
from newswire.rights.case import Case
from newswire.rights.findings import found, notice_proof, proof

_ISO_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)(?!\d)")


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
    stated = {embargo.until for embargo in (case.item.embargo, case.inherited_embargo) if embargo is not None}
    for notice in case.article.notices:
        if "embargo" in notice.classes and not _agrees(notice, stated):
            yield found("embargo_in_prose", notice_proof("embargo_in_prose", "embargo.embargo_in_prose", notice))


def _agrees(notice: Notice, stated: set[datetime | None]) -> bool:
    """Whether every time in the prose is unambiguous (ISO 8601 with a zone) and is a stated one."""
    times = _ISO_TIME.findall(notice.text)
    rest = _ISO_TIME.sub("", notice.text)
    try:
        return bool(times) and not re.search(r"\d", rest) and all(datetime.fromisoformat(t) in stated for t in times)
    except ValueError:
        return False


def not_yet_valid(case: Case) -> Iterator[Finding]:
    """Hold until the validity of a rights statement begins (NITF ``doc.rights@startdate``)."""
    for statement in case.statements:
        if statement.valid_from is not None and case.now < statement.valid_from:
            reason = "rights_not_yet_valid"
            evidence = proof(
                reason, "embargo.not_yet_valid", "item", statement.pointer, statement.valid_from.isoformat()
            )
            yield found(reason, evidence, until=statement.valid_from)
