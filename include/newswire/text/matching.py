"""Which wordings stand where in a folded text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from newswire.text.compiled import Rule, load
from newswire.text.house import House
from newswire.text.layout import Line, clause_start, quoted, sentence_end, sentence_start, words
from newswire.text.lexicon import Span, Words, in_word, words_of
from newswire.text.rules import Row

_LABEL_ENDS = re.compile(r"\s*(?:[:\-|.!\]]|\n|$)")
_MARKED = re.compile(r"[\"'(\s]*(?:©|\(c\)|copyright|telif)")
_SEGMENT_END = re.compile(r"[.,;|/\n]|\s-+\s|$")
_LONGEST_MARK = 8
_NEAR = 6
_LONGEST_LINE = 25
_AROUND = 400
_SHORT_SENTENCE = 160
_ENDS = re.compile(r"[.!?;:。।\n]")
_LONGEST_REST = 60
_LINE_LEFT_OVER = 1
_QUOTED_NAME = re.compile(r'"[^"\n]{2,40}"')
_RUNS = re.compile(r"\s{2,}")
_WHERE_OR_WHEN = frozenset({"channel", "embargo", "territory"})
_SPECIFIC = frozenset(
    {"ai_reserved", "channel", "territory", "no_archive", "no_modification", "use_limited", "embargo"}
)


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
    single, back = _single_spaces(text)
    places: dict[int, list[Span]] = {}
    for first, last in _windows(text, single, back):
        for literal, start, end in rules.fragments.literals_in(single[first:last]):
            places.setdefault(literal, []).append((first + start, first + end))
    present = {number for literal in places for number in rules.fragments.numbers_of(literal)}
    slots: dict[int, set[int]] = {}
    for number in present:
        for index, slot in rules.uses[number]:
            slots.setdefault(index, set()).add(slot)
    possible = [rules.rules[index] for index in sorted(slots) if len(slots[index]) == len(rules.rules[index].slots)]
    if not possible:
        return []
    wanted = {number for rule in possible for slot in rule.slots for number in slot} & present
    spans = _spans(single, places, wanted)
    found = []
    for rule in possible:
        by_slot = [[span for number in slot for span in spans.get(number, ())] for slot in rule.slots]
        if all(by_slot):
            near = _together([_longest(one, back) for one in by_slot], rule.row.near)
            found += [Candidate(rule=rule, spans=near)] if all(near) else []
    return found


def _together(slots: Sequence[Sequence[Span]], near: int) -> tuple[tuple[Span, ...], ...]:
    """Of each slot the spans that have one of every other slot near them."""
    if len(slots) == 1:
        return (tuple(slots[0]),)
    starts = [[span[0] for span in slot] for slot in slots]

    def has(start: int, end: int, others: Sequence[int]) -> bool:
        at = bisect_left(others, end - near)
        return at < len(others) and others[at] <= start + near

    return tuple(tuple(span for span in slot if all(has(*span, others) for others in starts)) for slot in slots)


def _windows(text: str, single: str, back: Sequence[tuple[int, int]]) -> list[Span]:
    """The stretches around anchors, in which whatever belongs to their rules must stand, of the single-spaced text."""
    rules = load()
    windows: list[Span] = []
    for number, (start, end) in sorted(rules.anchors.find(single), key=itemgetter(1)):
        if number in rules.short and _long_sentence(text, _led_back(start, back), _led_back(end - 1, back) + 1):
            continue
        first, last = max(0, start - _AROUND), min(len(single), end + _AROUND)
        if windows and first <= windows[-1][1]:
            windows[-1] = windows[-1][0], max(last, windows[-1][1])
        else:
            windows.append((first, last))
    return windows


def _long_sentence(text: str, start: int, end: int) -> bool:
    """Whether nothing ends a sentence near an offset: too long for a wording that wants it for itself."""
    near = text[max(0, start - _SHORT_SENTENCE) : start], text[end : end + _SHORT_SENTENCE]
    return not (_ENDS.search(near[0]) or start <= _SHORT_SENTENCE) or not (
        _ENDS.search(near[1]) or len(text) - end <= _SHORT_SENTENCE
    )


def _spans(single: str, places: Mapping[int, Sequence[Span]], wanted: set[int]) -> dict[int, list[Span]]:
    """Where the wanted wordings stand as words, by number."""
    fragments = load().fragments
    spans: dict[int, list[Span]] = {}
    for literal, found in places.items():
        for number in wanted & set(fragments.numbers_of(literal)):
            wording = fragments.wording(number)
            whole = (wording.span(single, start, end) for start, end in found)
            spans[number] = [span for span in whole if span is not None]
    return spans


def _single_spaces(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The text with every run of white space as one space, and at which of its offsets how much was dropped so far."""
    back: list[tuple[int, int]] = []
    dropped = 0
    pieces = []
    at = 0
    for run in _RUNS.finditer(text):
        pieces.append(text[at : run.start()])
        pieces.append(" ")
        at = run.end()
        dropped += run.end() - run.start() - 1
        back.append((run.start() + 1 - (dropped - (run.end() - run.start() - 1)), dropped))
    pieces.append(text[at:])
    return "".join(pieces).replace("\n", " "), back


def _longest(spans: Iterable[Span], back: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """Spans in the text itself, in its order; of two that start together the longer."""
    longest: dict[int, int] = {}
    for start, end in spans:
        longest[start] = max(end, longest.get(start, 0))
    return tuple((_led_back(start, back), _led_back(end - 1, back) + 1) for start, end in sorted(longest.items()))


def _led_back(offset: int, back: Sequence[tuple[int, int]]) -> int:
    at = bisect_right(back, offset, key=lambda pair: pair[0])
    return offset + (back[at - 1][1] if at else 0)


def hits_in(text: str, unit: Line, found: Iterable[Candidate], house: House, *, prose: bool = True) -> list[Hit]:
    """The wordings that stand in one unit of a folded text, in text order.

    Args:
        text: The folded text.
        unit: Where to look.
        found: The rules that may match.
        house: What is known of the partner.
        prose: False for a rights field, where quotation marks and a place in the clause mean nothing.
    """
    placed = [hit for candidate in found for hit in _hits(text, unit, candidate, prose=prose)]
    exact = [hit for hit in placed if _exact(text, unit, hit, placed, house, prose=prose)]
    hits = [hit for hit in exact if _accompanied(hit, exact) and not _said_closer(text, hit, exact)]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))


def _hits(text: str, unit: Line, candidate: Candidate, *, prose: bool) -> Iterator[Hit]:
    rule, last = candidate.rule, unit.start
    covered = list(_covered(text, unit, rule))
    slots = [
        [s for s in spans if unit.start <= s[0] and s[1] <= unit.end and not _inside(s, covered)]
        for spans in candidate.spans
    ]
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
            of_use = any(rule.use.knows(word) for part in spans for word in words_of(text[slice(*part)]))
            yield Hit(rule=rule, start=start, end=last, parts=tuple(spans), of_use=of_use)


def _covered(text: str, unit: Line, rule: Rule) -> Iterator[Span]:
    """Where wordings stand inside which no fragment of a rule counts: "not permitted"."""
    if rule.outside:
        single, back = _single_spaces(text[unit.start : unit.end])
        for _, (start, end) in rule.outside.find(single):
            yield unit.start + _led_back(start, back), unit.start + _led_back(end - 1, back) + 1


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


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
        return rule.leads.know_all(lead) or (words(lead) <= _LONGEST_MARK and bool(_MARKED.match(lead)))
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
            return left_over(text, *_clause(text, unit, (hit.start, hit.end)), placed, house) == 0
        case _:
            return True


def _accompanied(hit: Hit, hits: Sequence[Hit]) -> bool:
    companions = set(hit.rule.row.companions)
    return not companions or any(other is not hit and companions.intersection(other.classes) for other in hits)


def _said_closer(text: str, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether a prohibition is part of one that says what exactly is prohibited: of a use, a channel, a change."""
    if hit.classes != ("prohibition",):
        return False
    if any("embargo" in other.classes and "\n\n" not in text[other.end : hit.start] for other in hits):
        return True
    return any(
        _says_closer(hit, other, *shared)
        for other in hits
        if not _SPECIFIC.isdisjoint(other.classes)
        for shared in _shared(hit, other)
    )


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


def left_over(
    text: str,
    start: int,
    end: int,
    hits: Sequence[Hit],
    house: House,
    *,
    holder: Span | None = None,
    vocabulary: Mapping[str, Words] | None = None,
) -> float:
    """How many words a stretch of text has that no notice is made of.

    Wordings, English vocabulary and that of the one of their languages that knows most, times, the partner's names, the
    stated holder, and places beside a wording that needs one do not count. A letter of a script that no spaces part
    counts as half a word.
    """
    rules = load()
    covered = [part for hit in hits for part in hit.parts]
    if holder:
        covered.append(holder)
    rest = _QUOTED_NAME.sub(" ", house.pattern.sub(" ", without(text, start, end, covered)))
    rest = rules.without_times(rest)
    by_language = vocabulary or rules.vocabulary
    always = [by_language["en"]]
    if any(hit.rule.row.needs == "place" for hit in hits):
        always.append(rules.place_words)
    left = [word for word in words_of(rest) if _unknown(word, always)]
    languages = {hit.rule.language for hit in hits} & by_language.keys()
    known = [[*always, by_language[language]] for language in languages] or [always]
    return min(sum(_unknown(word, one) for word in left) for one in known)


def _unknown(word: str, known: Sequence[Words]) -> float:
    if in_word(word[0]):
        return 0.0 if len(word) == 1 or any(one.knows(word) for one in known) else 1.0
    rest = word
    for one in known:
        rest = one.without(rest)
    return len(rest) / 2


def weight(text: str) -> float:
    """How many words a text has; a letter of a script that no spaces part counts as half a word."""
    return sum(1.0 if in_word(word[0]) else len(word) / 2 for word in words_of(text))


def without(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    """A stretch of text without the spans that stand in it."""
    kept = []
    at = start
    for left, right in sorted(spans):
        if left > at:
            kept.append(text[at : min(left, end)])
        at = max(at, right)
    kept.append(text[at:end])
    return " ".join(kept)
