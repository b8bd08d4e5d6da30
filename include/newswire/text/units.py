"""The lines in which a notice is looked for together: one, or several where a sentence runs over a line's end."""

from __future__ import annotations

from collections.abc import Sequence

from newswire.text.candidates import Candidate
from newswire.text.compiled import load
from newswire.text.house import House
from newswire.text.layout import TERMINAL, Line, words
from newswire.text.leftover import left_over
from newswire.text.matching import hits_in

_MOST_WRAPS = 6
_WRAPPED_LINE = 40
_LABEL_WORDS = 3
_ALONE = frozenset({"line", "alone"})


def around(text: str, lines: Sequence[Line], first: int, last: int) -> tuple[Line, int]:
    """What belongs to the same sentences as these lines, and where a quotation around them may have begun.

    Returns:
        The lines with the one before and the one after, if their sentences seem to run on; and the start of the line
        before, unless a blank line parts it from them.
    """
    start, end, opened = lines[first].start, lines[last].end, lines[first].start
    if first and _adjacent(text, lines, first - 1):
        opened = lines[first - 1].start
        start = opened if _wraps(text, lines[first - 1]) else start
    if last + 1 < len(lines) and _adjacent(text, lines, last) and _wraps(text, lines[last]):
        end = lines[last + 1].end
    return Line(start=start, end=end), opened


def _adjacent(text: str, lines: Sequence[Line], index: int) -> bool:
    return text[lines[index].end : lines[index + 1].start].count("\n") == 1


def _wraps(text: str, line: Line) -> bool:
    return line.end - line.start >= _WRAPPED_LINE and not _complete(text, line)


def units_of(text: str, lines: Sequence[Line], possible: Sequence[Candidate], house: House) -> list[tuple[int, int]]:
    """The lines that hold fragments, joined where a sentence runs over a line's end: (first, last) line indexes."""
    marked, crossed = _marked(lines, possible)
    apart = {index for index in marked if _stands_alone(text, lines[index], possible, house)}
    units = []
    index = 0
    while index < len(lines):
        last = index
        if index in marked:
            while (step := _next(text, lines, last, marked - apart, crossed)) is not None:
                if last in apart and not _broken(text, lines, last, possible, house):
                    break
                last = step
            while last + 1 < len(lines) and last + 1 not in marked and _runs_on(text, lines, last, possible, house):
                last += 1
            units.append((index, last))
        index = last + 1
    return units


def _marked(lines: Sequence[Line], possible: Sequence[Candidate]) -> tuple[set[int], set[int]]:
    """The indexes of lines that hold fragments, and of those at whose end one is in the middle."""
    spans = sorted(span for candidate in possible for slot in candidate.spans for span in slot)
    marked: set[int] = set()
    crossed: set[int] = set()
    index = 0
    for start, end in spans:
        while lines[index].end <= start:
            index += 1
        at = index
        marked.add(at)
        while lines[at].end < end:
            crossed.add(at)
            at += 1
            marked.add(at)
    return marked, crossed


def _stands_alone(text: str, line: Line, possible: Sequence[Candidate], house: House) -> bool:
    """Whether a line is an embargo or a kill by itself."""
    own = [candidate for candidate in possible if candidate.rule.row.position in _ALONE]
    return bool(own) and bool(hits_in(text, line, own, house))


def _next(text: str, lines: Sequence[Line], at: int, marked: set[int], crossed: set[int]) -> int | None:
    """The last of the lines that continue line ``at``'s sentence and still hold fragments, or None."""
    if at in crossed:
        return at + 1
    for index in range(at, min(at + _MOST_WRAPS, len(lines) - 1)):
        if not _open_ended(text, lines, index):
            return None
        if index + 1 in marked:
            return index + 1
    return None


def _runs_on(text: str, lines: Sequence[Line], at: int, possible: Sequence[Candidate], house: House) -> bool:
    """Whether the line after ``at`` continues its sentence with nothing but what notices say: the rest of a time."""
    if not _open_ended(text, lines, at):
        return False
    line, after = lines[at], lines[at + 1]
    here = [hit for candidate in possible for hit in candidate.within(line)]
    if not load().states_time(text[after.start : after.end]):
        return False
    return bool(here) and left_over(text, after.start, after.end, here, house) == 0


def _broken(text: str, lines: Sequence[Line], at: int, possible: Sequence[Candidate], house: House) -> bool:
    """Whether a long line that could stand alone is only the first half of what it says."""
    after = lines[at + 1]
    here = [hit for candidate in possible for line in lines[at : at + 2] for hit in candidate.within(line)]
    return _wraps(text, lines[at]) and left_over(text, after.start, after.end, here, house) == 0


def _open_ended(text: str, lines: Sequence[Line], index: int) -> bool:
    """Whether a line's sentence may go on in the next one."""
    gap = text[lines[index].end : lines[index + 1].start].count("\n")
    label = words(text[lines[index].start : lines[index].end]) <= _LABEL_WORDS
    return not _complete(text, lines[index]) and gap <= 1 + label


def _complete(text: str, line: Line) -> bool:
    said = text[line.start : line.end]
    return said.endswith(TERMINAL) or said.rfind("(") > said.rfind(")")
