"""Which wordings stand where in a folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from newswire.text.candidates import Candidate, Hit, led_back, single_spaces
from newswire.text.compiled import Rule, load
from newswire.text.holders import stated_holder
from newswire.text.house import House
from newswire.text.layout import MARKED, Line, clause_start, quoted, sentence_end, sentence_start, words
from newswire.text.leftover import LITTLE, left_over, weight
from newswire.text.lexicon import Span, words_of
from newswire.text.rules import Row

_LABEL_ENDS = re.compile(r"\s*(?:[:\-|.!\]]|\n|$)")
_SEGMENT_END = re.compile(r"[.,;|/\n]|\s-+\s|$")
_QUOTED_REST = re.compile(r'[\s:]*"[^"\n]{2,60}"')
_LONGEST_MARK = 8
_LONGEST_LINE = 25
_LONGEST_REST = 60
_LINE_LEFT_OVER = 1
_PARTS = 2
_WHERE_OR_WHEN = frozenset({"channel", "embargo", "territory"})
_HELD = frozenset({"embargo", "kill"})
_SPECIFIC = frozenset(
    {"ai_reserved", "channel", "territory", "no_archive", "no_modification", "use_limited", "embargo"}
)


def hits_in(text: str, unit: Line, found: Iterable[Candidate], house: House, *, prose: bool = True) -> list[Hit]:
    """The wordings that stand in one unit of a folded text, in text order.

    Args:
        text: The folded text.
        unit: Where to look.
        found: The rules that may match.
        house: What is known of the partner.
        prose: False for a rights field, where quotation marks and a place in the clause mean nothing, and a wording
            needs no other beside it.
    """
    placed = [hit for candidate in found for hit in _hits(text, unit, candidate, prose=prose)]
    exact = [hit for hit in placed if _exact(text, unit, hit, placed, house, prose=prose)]
    hits = [hit for hit in exact if not (prose and _lonely(hit, exact)) and not _said_closer(text, hit, exact)]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))


def _hits(text: str, unit: Line, candidate: Candidate, *, prose: bool) -> Iterator[Hit]:
    rule, last = candidate.rule, unit.start
    slots = [[s for s in spans if unit.start <= s[0] and s[1] <= unit.end] for spans in candidate.spans]
    if not all(slots):
        return
    covered = list(_covered(text, unit, rule))
    slots = [[s for s in spans if not _inside(s, covered)] for spans in slots]
    if rule.row.tight:
        slots[-2:] = _paired(text, slots[-2], slots[-1], rule.row.tight)
    if not all(slots):
        return
    for first in slots[0]:
        spans = _chain(first, slots[1:]) if rule.row.ordered else _apart(first, slots[1:])
        start, end = min(span[0] for span in spans), max(span[1] for span in spans)
        if len(spans) < len(slots) or start < last or end - start > rule.row.near:
            continue
        if prose and any(quoted(text, unit, *span) for span in spans):
            continue
        if rule.unless and rule.unless.stands_in(text[sentence_start(text, unit.start, start) : unit.end]):
            continue
        if _placed(text, unit, rule, (start, end), prose=prose):
            if rule.row.takes_rest:
                spans.append((end, _rest(text, unit, end)))
            last = max(span[1] for span in spans)
            said = (
                words_of(" ".join(text[slice(*part)] for part in spans)) if rule.row.classes == ("prohibition",) else []
            )
            of_use = any(map(rule.use.knows, said))
            yield Hit(rule=rule, start=start, end=last, parts=tuple(spans), of_use=of_use)


def _covered(text: str, unit: Line, rule: Rule) -> Iterator[Span]:
    """Where wordings stand inside which no fragment of a rule counts: "not permitted"."""
    if rule.outside:
        single, back = single_spaces(text[unit.start : unit.end])
        for start, end in led_back((span for _, span in rule.outside.find(single)), back):
            yield unit.start + start, unit.start + end


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _paired(text: str, ones: Sequence[Span], others: Sequence[Span], tight: int) -> list[list[Span]]:
    """Of two slots the spans that have one of the other so near, with no end of a sentence or semicolon between."""
    pairs = [(one, other) for one in ones for other in others if _in_one_clause(text, one, other, tight)]
    return [list(dict.fromkeys(spans)) for spans in zip(*pairs, strict=True)] or [[], []]


def _in_one_clause(text: str, one: Span, other: Span, tight: int) -> bool:
    start, end = min(one[1], other[1]), max(one[0], other[0])
    return 0 <= end - start <= tight and ";" not in text[start:end] and sentence_end(text, start, end) == end


def _chain(first: Span, slots: Iterable[Sequence[Span]]) -> list[Span]:
    """The first span and, for each further slot, the next one after the last; short where one is missing."""
    spans = [first]
    for others in slots:
        spans += next(([span] for span in others if span[0] >= spans[-1][1]), [])
    return spans


def _apart(first: Span, slots: Iterable[Sequence[Span]]) -> list[Span]:
    """The first span and, for each further slot, the nearest that overlaps none so far; short where one is missing."""
    spans = [first]
    for others in slots:
        free = [span for span in others if all(span[1] <= start or end <= span[0] for start, end in spans)]
        spans += [min(free, key=lambda span: max(span[0] - first[1], first[0] - span[1]))] if free else []
    return spans


def _rest(text: str, unit: Line, end: int) -> int:
    """Where what follows a wording ends: a name in quotation marks, else what stands before the next stop."""
    if quoted_name := _QUOTED_REST.match(text, end, unit.end):
        return quoted_name.end()
    stop = _SEGMENT_END.search(text, end, min(unit.end, end + _LONGEST_REST))
    return stop.start() if stop else end


def _placed(text: str, unit: Line, rule: Rule, span: Span, *, prose: bool) -> bool:
    """Whether a wording stands where its row wants it, as far as that can be said of it alone."""
    start, end = span
    row = rule.row
    if row.needs == "time" and not load().states_time(_beside(text, unit, row, span)):
        return False
    if row.needs == "place":
        around = slice(sentence_start(text, unit.start, start), sentence_end(text, end, unit.end))
        if not load().places.stands_in(text[around]):
            return False
    if "label" in row.classes and row.position == "start" and not _LABEL_ENDS.match(text, end):
        return False
    if row.position == "line":
        return rule.leads.know_all(text[unit.start : start])
    if row.position == "start" and prose:
        clause = clause_start(text, unit.start, start)
        lead = text[clause:start]
        return rule.leads.know_all(lead) or (words(lead) <= _LONGEST_MARK and bool(MARKED.match(lead)))
    return True


def _beside(text: str, unit: Line, row: Row, span: Span) -> str:
    """Where the time stands that a row needs: after it, or anywhere in a sentence that says nothing else."""
    if row.position != "whole":
        return text[span[1] : min(unit.end, span[1] + row.near)]
    return text[slice(*_clause(text, unit, span))]


def _clause(text: str, unit: Line, span: Span) -> Span:
    """The sentence around a span, or what semicolons leave of it."""
    start, end = sentence_start(text, unit.start, span[0]), sentence_end(text, span[1], unit.end)
    after = text.find(";", span[1], end)
    return max(start, text.rfind(";", start, span[0]) + 1), end if after < 0 else after


def _exact(text: str, unit: Line, hit: Hit, placed: Sequence[Hit], house: House, *, prose: bool) -> bool:
    """Whether a wording that wants its line, or its sentence, for itself has it."""
    row = hit.rule.row
    match row.position:
        case "alone":
            alike = [other for other in placed if set(other.classes) & set(row.classes)]
            return left_over(text, unit.start, unit.end, alike, house, vocabulary=load().leads) == 0
        case "line":
            long = words(text[unit.start : unit.end]) > _LONGEST_LINE
            return not long and left_over(text, unit.start, unit.end, placed, house) <= _LINE_LEFT_OVER
        case "whole" if prose:
            clause = _clause(text, unit, (hit.start, hit.end))
            holder = stated_holder(text, *clause, [hit], house) if "reservation" in row.classes else None
            unknown = left_over(text, *clause, placed, house, holder=holder)
            return unknown == 0 or (unknown <= LITTLE * weight(text[slice(*clause)]) and _rich(hit, placed, clause))
        case _:
            return True


def _rich(hit: Hit, placed: Sequence[Hit], clause: Span) -> bool:
    """Whether a wording says so much, or is said of this text, that a word nobody knows beside it proves nothing."""
    if not _WHERE_OR_WHEN.isdisjoint(hit.classes):
        return False
    named = any(not other.classes and clause[0] <= other.start < clause[1] for other in placed)
    return named and len(hit.parts) >= _PARTS


def _lonely(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether a wording lacks the companion that it needs in a story."""
    companions = set(hit.rule.row.companions)
    return bool(companions) and not any(other is not hit and companions.intersection(other.classes) for other in hits)


def _said_closer(text: str, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether a prohibition is part of one that says what exactly is prohibited: of a use, a channel, a change."""
    if hit.classes == ("channel",):
        return any("no_modification" in other.classes and _took(hit, other) for other in hits)
    if hit.classes != ("prohibition",):
        return False
    if _allowed_and_kept(hit, hits):
        return True
    if any(not _HELD.isdisjoint(other.classes) and "\n\n" not in text[other.end : hit.start] for other in hits):
        return True
    return any(
        _says_closer(hit, other, *shared)
        for other in hits
        if not _SPECIFIC.isdisjoint(other.classes)
        for shared in _shared(hit, other)
    )


def _took(hit: Hit, other: Hit) -> bool:
    """Whether another wording stands closer to the words that forbid, which both of them want."""
    return any(
        (hit.start < start and other.end > end) or (hit.end > end and other.start < start)
        for start, end in _shared(hit, other)
    )


def _allowed_and_kept(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether the reuse that a prohibition names is allowed, and what is forbidden is to change the text."""
    changed = [other for other in hits if "no_modification" in other.classes]
    allowed = [other for other in hits if other.classes == ("conditional_reuse",)]
    forbids = {part for other in changed for part in _shared(hit, other)}
    reused = {part for other in allowed for part in _shared(hit, other)}
    return bool(forbids) and bool(reused - forbids) and {*hit.parts} <= forbids | reused


def _says_closer(hit: Hit, other: Hit, start: int, end: int) -> bool:
    """Whether another wording takes the words that forbid, between two offsets, for itself."""
    if hit.of_use or not _WHERE_OR_WHEN.isdisjoint(other.classes):
        return True
    before = hit.start < start and other.end > end
    after = hit.end > end and other.start < start
    return (before and other.end - end < start - hit.start) or (after and start - other.start < hit.end - end)


def _shared(hit: Hit, other: Hit) -> Iterator[Span]:
    """The fragments that two wordings have in common: the words that forbid."""
    for start, end in hit.parts:
        if any(start < last and first < end for first, last in other.parts):
            yield start, end
