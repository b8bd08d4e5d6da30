"""Rights notices in prose: where wordings stand together, what would be cut with them, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from newswire.text.candidates import Candidate, Hit, candidates
from newswire.text.found import NEEDED, Found
from newswire.text.holders import agency_named, named_holder, stated_holder
from newswire.text.house import House
from newswire.text.layout import MARKED, TERMINAL, Line, sentence_end, sentence_start, words
from newswire.text.leftover import left_over
from newswire.text.matching import hits_in
from newswire.text.scoring import Place, score
from newswire.text.units import around, units_of

_REST_OF_LINE = 200
_FEW_WORDS = 8
_MOSTLY = 0.3
_SENTENCE_MOSTLY = 0.12
_SENTENCE = 4
_BRACKET = re.compile(r"[(\[][^()\[\]\n]{2,60}[)\]]\s+")


def find(text: str, lines: Sequence[Line], house: House, credited: Callable[[int], bool]) -> list[Found]:
    """The notices of a folded text.

    Args:
        text: The folded text.
        lines: Its lines.
        house: What is known of the partner.
        credited: Whether the text before an offset closes with an agency's credit.
    """
    possible = [*candidates(text), *_openings(text, house)]
    if not any(candidate.rule.row.classes for candidate in possible):
        return []
    found: list[Found] = []
    units = units_of(text, lines, possible, house)
    marked = {index for unit in units for index in range(unit[0], unit[1] + 1)}
    for first, last in units:
        unit = Line(start=lines[first].start, end=lines[last].end)
        hits = _after_story(text, unit, hits_in(text, unit, possible, house), house)
        if not any(hit.classes for hit in hits):
            continue
        previous = found[-1] if found and found[-1].last == first - 1 else None
        last_words = all(index in marked for index in range(last + 1, len(lines)))
        draft = _draft(text, unit, hits, house, (first, last))
        sentences, opened = around(text, lines, first, last)
        place = Place(
            after_credit=credited(draft.start),
            closing=last_words and (first > 0 or draft.start > unit.start) and draft.end == unit.end,
            previous=previous,
            sentences=sentences,
            runs_on=sentences.start < unit.start,
            opened=opened,
        )
        draft = replace(draft, points=score(text, unit, draft, place, house))
        if draft.points < NEEDED or (previous and "kill" in previous.classes and draft.classes == ("prohibition",)):
            continue
        if previous and _continues(previous, draft):
            found[-1] = _joined(previous, draft)
        else:
            found.append(draft)
    return found


def _openings(text: str, house: House) -> list[Candidate]:
    spans = tuple(house.opened(text))
    return [Candidate(rule=house.opening_rule, spans=(spans,))] if spans else []


def _after_story(text: str, unit: Line, hits: list[Hit], house: House) -> list[Hit]:
    """The wordings without those that begin in a story's sentence and end in the notice after it."""
    if not hits:
        return hits
    end = sentence_end(text, hits[0].start, unit.end)
    later = [hit for hit in hits if hit.start >= end]
    if any(hit.start < end and hit.end <= end for hit in hits) or not any(hit.classes for hit in later):
        return hits
    start = sentence_start(text, unit.start, hits[0].start)
    said = words(text[start:end])
    told = said >= _SENTENCE and left_over(text, start, end, later, house) > _SENTENCE_MOSTLY * said
    return _after_story(text, unit, later, house) if told else hits


def _draft(text: str, unit: Line, hits: Sequence[Hit], house: House, lines: tuple[int, int]) -> Found:
    """What would be cut if the unit's hits are a notice."""
    first = hits[0]
    start = sentence_start(text, unit.start, first.start)
    opening = _opening(text, unit.start, start, hits, house)
    opens = opening == unit.start
    if opens or opening < start:
        start = opening
    elif "label" in first.classes:
        start = first.start
    elif bracket := _BRACKET.match(text, start, first.start + 1):
        start = bracket.end()
    last = max(hit.end for hit in hits)
    end = sentence_end(text, last, unit.end)
    stated = stated_holder(text, start, unit.end, hits, house)
    if stated:
        end = max(end, stated[1])
    rest = words(text[end : unit.end])
    own_line = opens and rest <= max(_FEW_WORDS, words(text[first.start : last]))
    if own_line and unit.end - end <= _REST_OF_LINE:
        end = unit.end
    holder = stated or named_holder(text, start, end, house) or agency_named(text, start, end, house)
    return Found(
        start=start,
        end=end,
        first=lines[0],
        last=lines[1],
        hits=tuple(hits),
        own_line=own_line,
        holder=holder,
        ours=stated is not None and house.owns(text[slice(*stated)]),
        complete=left_over(text, start, end, hits, house, holder=holder) == 0,
    )


def _opening(text: str, line: int, start: int, hits: Sequence[Hit], house: House) -> int:
    """Where what a notice says on its line begins: before it, where the line says little else or a mark stands."""
    lead, opening = line, start
    while lead < start:
        end = sentence_end(text, lead, start)
        most = _SENTENCE_MOSTLY if text[:end].rstrip().endswith(TERMINAL) else _MOSTLY
        marked = MARKED.match(text, lead) is not None and words(text[lead:end]) <= _FEW_WORDS
        if not marked and not _says_little(text, lead, end, hits, house, most=most):
            opening = start
        elif lead == line or (marked and opening == start):
            opening = lead
        lead = end
        while lead < start and text[lead].isspace():
            lead += 1
    return opening


def _says_little(text: str, start: int, end: int, hits: Sequence[Hit], house: House, *, most: float) -> bool:
    """Whether what stands before a wording on its line is of the notice as well: few words, hardly any of a story."""
    said = words(text[start:end])
    return said <= 2 * _FEW_WORDS and left_over(text, start, end, hits, house) <= most * said


def _continues(previous: Found, draft: Found) -> bool:
    """Whether a notice is the rest of the one on the line before, rather than a second one."""
    said = set(previous.classes) & set(draft.classes) & {"label", "reservation"}
    return draft.own_line and previous.closes and draft.closes and not said


def _joined(previous: Found, draft: Found) -> Found:
    return replace(
        previous,
        end=draft.end,
        last=draft.last,
        hits=(*previous.hits, *draft.hits),
        holder=previous.holder or draft.holder,
        ours=previous.ours or draft.ours,
        points=max(previous.points, draft.points),
        complete=previous.complete and draft.complete,
    )
