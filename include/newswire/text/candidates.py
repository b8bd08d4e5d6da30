"""Which rules may match somewhere in a folded text, and where their fragments stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from operator import itemgetter

from newswire.text.compiled import Rule, load
from newswire.text.layout import Line
from newswire.text.lexicon import Span

_RUNS = re.compile(r"\s\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule whose every fragment stands somewhere in the text, and where."""

    rule: Rule
    spans: tuple[tuple[Span, ...], ...]

    def within(self, line: Line) -> list[Hit]:
        """Its fragments that stand in a line, each as a hit, whether or not the whole wording does."""
        spans = (span for slot in self.spans for span in slot if line.start <= span[0] and span[1] <= line.end)
        return [Hit(rule=self.rule, start=start, end=end, parts=((start, end),)) for start, end in spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A wording found: its fragments, the ``parts``, stand together between ``start`` and ``end``."""

    rule: Rule
    start: int
    end: int
    parts: tuple[Span, ...]
    of_use: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """What it says."""
        return self.rule.row.classes


def candidates(text: str) -> list[Candidate]:
    """The rules all of whose fragments stand in a folded text; for most stories there is none."""
    rules = load()
    single, back = single_spaces(text)
    spans: dict[int, list[Span]] = {}
    for number, span in rules.fragments.find(single):
        spans.setdefault(number, []).append(span)
    held: dict[int, list[int]] = {}
    for number in (*spans, *rules.fragments.letters):
        for slot in rules.uses[number]:
            held.setdefault(slot, []).append(number)
    looked_up = sorted(index for slot in held for index in rules.wanting[slot])
    possible = [rule for rule in map(rules.rules.__getitem__, looked_up) if held.keys() >= set(rule.slots)]
    wanted = {slot for rule in possible for slot in rule.slots}
    for letter in rules.fragments.letters:
        spans[letter] = rules.fragments.alone(letter, single) if wanted.intersection(rules.uses[letter]) else []
    standing = {slot: _longest(spans, held[slot]) for slot in wanted}
    found = []
    for rule in possible:
        near = _together([standing[slot] for slot in rule.slots], rule.row.near)
        if all(near):
            found.append(Candidate(rule=rule, spans=tuple(tuple(led_back(one, back)) for one in near)))
    return found


def _together(slots: Sequence[Sequence[Span]], near: int) -> Sequence[Sequence[Span]]:
    """Of each slot the spans that have one of every other slot near them."""
    if len(slots) == 1:
        return slots
    starts = [[span[0] for span in slot] for slot in slots]
    for others in sorted(starts, key=len):
        places = [*others, inf]
        slots = [[s for s in slot if places[bisect_left(places, s[1] - near)] <= s[0] + near] for slot in slots]
        if not all(slots):
            break
    return slots


def single_spaces(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The text with every run of white space as one space, and at which of its offsets how much was dropped so far."""
    back: list[tuple[int, int]] = []
    dropped = 0
    pieces = []
    at = 0
    for run in _RUNS.finditer(text):
        pieces.append(text[at : run.start()])
        pieces.append(" ")
        at = run.end()
        after = run.start() + 1 - dropped
        dropped += run.end() - run.start() - 1
        back.append((after, dropped))
    pieces.append(text[at:])
    return "".join(pieces).replace("\n", " "), back


def _longest(spans: Mapping[int, Sequence[Span]], numbers: Iterable[int]) -> list[Span]:
    """Where one of some wordings stands, in order; of two that start together the longer."""
    longest: dict[int, int] = {}
    for number in numbers:
        for start, end in spans[number]:
            longest[start] = max(end, longest.get(start, 0))
    return sorted(longest.items())


def led_back(spans: Iterable[Span], back: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Spans of the text with single spaces, in the text itself."""
    for start, end in spans:
        yield (_offset(start, back), _offset(end - 1, back) + 1) if back else (start, end)


def _offset(offset: int, back: Sequence[tuple[int, int]]) -> int:
    at = bisect_right(back, offset, key=itemgetter(0))
    return offset + (back[at - 1][1] if at else 0)
