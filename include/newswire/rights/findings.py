"""How rules state what they found: findings from the table of reasons, and the evidence beneath them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newswire.model import Evidence, Finding, Notice, Outcome
from newswire.rights.tables import REASONS

_LONGEST = 400


def found(
    reason: str,
    *evidence: Evidence,
    outcome: Outcome | None = None,
    until: datetime | None = None,
    removes: Iterable[str] = (),
    adds: Iterable[str] = (),
) -> Finding:
    """A finding whose outcome is the table's, unless the grant's own rule decides it."""
    return Finding(
        reason=reason,
        outcome=REASONS[reason].outcome if outcome is None else outcome,
        until=until,
        evidence=evidence,
        removes_uses=tuple(removes),
        adds_obligations=tuple(adds),
    )


def proof(reason: str, rule: str, source: str, pointer: str | None = None, text: object = None) -> Evidence:
    """Evidence at a pointer; the text is shortened to what proves the point."""
    return Evidence(
        reason=reason,
        source=source,
        rule=rule,
        pointer=pointer or None,
        text=None if text is None else short(str(text)),
    )


def notice_proof(reason: str, rule: str, notice: Notice) -> Evidence:
    """Evidence in a notice: its span in the body, or the field it stood in."""
    in_body = notice.source == "body"
    return Evidence(
        reason=reason,
        source="notice",
        rule=" ".join((rule, *notice.rules)),
        pointer=None if in_body else notice.source,
        start=notice.start,
        end=notice.end,
        text=short(notice.text),
    )


def short(text: str) -> str:
    """A text of at most 400 characters, marked where it was cut."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
