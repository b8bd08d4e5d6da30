"""Which wordings stand where in a folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newswire.text.layout import Line, clause_start, quoted, words
from newswire.text.rules import Rule, Wording, load

_LABEL_ENDS = re.compile(r"\s*(?:[:\-|.!]|\n|$)")
_MARKED = re.compile(r"\s*(?:©|\(c\)|copyright|telif)")
_LONGEST_MARK = 8
_LONGEST_LINE = 25

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule whose every fragment stands somewhere in the text, and where."""

    rule: Rule
    spans: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A wording found: its fragments stand together between ``start`` and ``end``."""

    rule: Rule
    start: int
    end: int

    @property
    def classes(self) -> tuple[str, ...]:
        """What it says."""
        return self.rule.row.classes


def candidates(text: str) -> list[Candidate]:
    """The rules that may match somewhere in a folded text; for most stories there is none."""
    known: dict[str, bool] = {}
    found = []
    for rule in load().rules:
        present = [[wording for wording in slot if _present(wording, text, known)] for slot in rule.slots]
        if not all(present):
            continue
        spans = tuple(_spans(wordings, text) for wordings in present)
        if all(spans):
            found.append(Candidate(rule=rule, spans=spans))
    return found


def _present(wording: Wording, text: str, known: dict[str, bool]) -> bool:
    """Whether all of a wording's pieces stand in the text: a cheap look that never misses."""
    for piece in wording.pieces:
        if piece not in known:
            known[piece] = piece in text
        if not known[piece]:
            return False
    return True


def _spans(wordings: Iterable[Wording], text: str) -> tuple[Span, ...]:
    """Where any of the wordings stands; of two that start together the longer."""
    longest: dict[int, int] = {}
    for wording in wordings:
        for start, end in wording.spans(text):
            longest[start] = max(end, longest.get(start, 0))
    return tuple(sorted(longest.items()))


def hits_in(text: str, unit: Line, found: Iterable[Candidate], *, prose: bool = True) -> list[Hit]:
    """The wordings that stand in one unit of a folded text, in text order.

    Args:
        text: The folded text.
        unit: Where to look.
        found: The rules that may match.
        prose: False for a rights field, where quotation marks and a place in the clause mean nothing.
    """
    hits = [hit for candidate in found for hit in _hits(text, unit, candidate, prose=prose)]
    accompanied = [hit for hit in hits if _accompanied(hit, hits)]
    return sorted(accompanied, key=lambda hit: (hit.start, hit.end))


def _hits(text: str, unit: Line, candidate: Candidate, *, prose: bool) -> Iterable[Hit]:
    slots = [[span for span in spans if unit.start <= span[0] and span[1] <= unit.end] for spans in candidate.spans]
    if not all(slots):
        return
    row = candidate.rule.row
    for first in slots[0]:
        spans = [first, *(_nearest(first, others) for others in slots[1:])]
        start, end = min(span[0] for span in spans), max(span[1] for span in spans)
        if end - start > row.near or (prose and any(quoted(text, unit, *span) for span in spans)):
            continue
        if _placed(text, unit, candidate.rule, (start, end), prose=prose):
            yield Hit(rule=candidate.rule, start=start, end=end)
            return


def _nearest(first: Span, others: Sequence[Span]) -> Span:
    return min(others, key=lambda span: max(span[0] - first[1], first[0] - span[1]))


def _placed(text: str, unit: Line, rule: Rule, span: Span, *, prose: bool) -> bool:
    """Whether a wording stands where its row wants it."""
    start, end = span
    row = rule.row
    if row.needs == "time" and not load().time.search(text, end, min(unit.end, end + row.near)):
        return False
    if "label" in row.classes and not _LABEL_ENDS.match(text, end):
        return False
    if row.position == "alone":
        return words(text[unit.start : start]) + words(text[end : unit.end]) == 0
    if row.position == "line":
        return words(text[unit.start : start]) == 0 and words(text[unit.start : unit.end]) <= _LONGEST_LINE
    if row.position == "start" and prose:
        lead = text[clause_start(text, unit.start, start) : start]
        return words(lead) == 0 or (words(lead) <= _LONGEST_MARK and _MARKED.match(lead) is not None)
    return True


def _accompanied(hit: Hit, hits: Sequence[Hit]) -> bool:
    companions = set(hit.rule.row.companions)
    return not companions or any(other is not hit and companions.intersection(other.classes) for other in hits)
