"""Rights notices in prose: where wordings stand together, how sure their place makes them, and whose they are.

A notice needs four points. Its wordings bring their strength; standing on its own line, being its sentence's only
words, standing last or right after a credit, following another notice, and a stated holder among the partner's names
add. A speaker, a court or a law in it, or a colon before it, takes away, and so does running text around it. Words in
quotation marks never count. Below four points nothing is a notice and nothing is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newswire.model import Notice
from newswire.text.folding import Folded
from newswire.text.holders import named_holder, stated_holder
from newswire.text.layout import TERMINAL, Line, sentence_end, sentence_start, words
from newswire.text.matching import Candidate, Hit, Span, candidates, hits_in
from newswire.text.names import Names
from newswire.text.rules import CLASSES, load

_NEEDED = 4
_OWN_HOLDER = 2
_AFTER_NOTICE = 2
_RUNNING_TEXT = -2
_SPOKEN_ABOUT = -4
_WRAPPED_LINE = 90
_MOST_WRAPS = 6
_REST_OF_LINE = 200
_FEW_WORDS = 6
_NEEDS_SUPPORT = frozenset({"prohibition", "contract_required", "ai_reserved"})
_ABOUT_REUSE = frozenset({"reservation", "prohibition", "contract_required", "conditional_reuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notice in folded offsets.

    Attributes:
        first: Index of its first line.
        last: Index of its last line.
        own_line: Whether it starts its line.
        holder: Span of the holder.
        ours: Whether the holder it states is the partner.
    """

    start: int
    end: int
    first: int
    last: int
    hits: tuple[Hit, ...]
    own_line: bool
    holder: Span | None
    ours: bool

    @property
    def classes(self) -> tuple[str, ...]:
        """What it says, in the order of the vocabulary."""
        said = {name for hit in self.hits for name in hit.classes}
        return tuple(name for name in CLASSES if name in said)

    @property
    def closes(self) -> bool:
        """Whether it is of the kind that ends an article."""
        return not _ABOUT_REUSE.isdisjoint(self.classes)

    def notice(self, original: str, folded: Folded, source: str = "body") -> Notice:
        """The notice in the original's own words and offsets."""
        start, end = folded.span(self.start, self.end)
        return Notice(
            text=original[start:end],
            start=start,
            end=end,
            classes=self.classes,
            language=language_of(self.hits),
            holder=original[slice(*folded.span(*self.holder))].strip() if self.holder else None,
            rules=tuple(dict.fromkeys(hit.rule.row.id for hit in self.hits)),
            source=source,
        )


def language_of(hits: Sequence[Hit]) -> str:
    """The language whose wordings are strongest."""
    strength: dict[str, int] = {}
    for hit in hits:
        strength[hit.rule.language] = strength.get(hit.rule.language, 0) + hit.rule.row.strength
    return max(sorted(strength), key=strength.__getitem__)


def find(text: str, lines: Sequence[Line], names: Names, credited: Callable[[int], bool]) -> list[Found]:
    """The notices of a folded text.

    Args:
        text: The folded text.
        lines: Its lines.
        names: The partner's names.
        credited: Whether the text before an offset closes with an agency's credit.
    """
    possible = candidates(text)
    if not any(candidate.rule.row.classes for candidate in possible):
        return []
    found: list[Found] = []
    units = _units(text, lines, possible)
    marked = {index for unit in units for index in range(unit[0], unit[1] + 1)}
    for first, last in units:
        unit = Line(start=lines[first].start, end=lines[last].end)
        hits = hits_in(text, unit, possible)
        if not any(hit.classes for hit in hits):
            continue
        previous = found[-1] if found and found[-1].last == first - 1 else None
        last_words = all(index in marked for index in range(last + 1, len(lines)))
        draft = _draft(text, unit, hits, names, (first, last))
        if _score(text, draft, credited=credited, closing=last_words and first > 0, previous=previous) < _NEEDED:
            continue
        if previous and _continues(previous, draft):
            found[-1] = _joined(previous, draft)
        else:
            found.append(draft)
    return found


def _units(text: str, lines: Sequence[Line], possible: Sequence[Candidate]) -> list[tuple[int, int]]:
    """The lines that hold fragments, joined where a sentence runs over a line's end: (first, last) line indexes."""
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
    units = []
    index = 0
    while index < len(lines):
        last = index
        if index in marked:
            while (step := _next(text, lines, last, marked, crossed)) is not None:
                last = step
            units.append((index, last))
        index = last + 1
    return units


def _next(text: str, lines: Sequence[Line], at: int, marked: set[int], crossed: set[int]) -> int | None:
    """The last of the lines that continue line ``at``'s sentence and still hold fragments, or None."""
    if at in crossed:
        return at + 1
    for index in range(at, min(at + _MOST_WRAPS, len(lines) - 1)):
        gap = text[lines[index].end : lines[index + 1].start]
        if _complete(text, lines[index]) or gap.count("\n") > 1:
            return None
        if index + 1 in marked:
            return index + 1
    return None


def _complete(text: str, line: Line) -> bool:
    said = text[line.start : line.end]
    return said.endswith(TERMINAL) or said.rfind("(") > said.rfind(")")


def _draft(text: str, unit: Line, hits: Sequence[Hit], names: Names, lines: tuple[int, int]) -> Found:
    """What would be cut if the unit's hits are a notice."""
    first = hits[0]
    own_line = sentence_start(text, unit.start, first.start) == unit.start
    start = unit.start
    if not own_line:
        start = first.start if "label" in first.classes else sentence_start(text, unit.start, first.start)
    last = max(hit.end for hit in hits)
    end = sentence_end(text, last, unit.end)
    stated = stated_holder(text, start, unit.end, hits, names)
    if stated:
        end = max(end, stated[1])
    inside, outside = words(text[first.start : last]), words(text[start : first.start]) + words(text[last : unit.end])
    own_line = own_line and outside <= max(_FEW_WORDS, inside)
    if unit.end - end <= _REST_OF_LINE and own_line:
        end = unit.end
    ours = stated is not None and names.owns(text[slice(*stated)])
    holder = stated or named_holder(text, start, end, names)
    return Found(
        start=start,
        end=end,
        first=lines[0],
        last=lines[1],
        hits=tuple(hits),
        own_line=own_line,
        holder=holder,
        ours=ours,
    )


def _score(
    text: str,
    draft: Found,
    *,
    credited: Callable[[int], bool],
    closing: bool,
    previous: Found | None,
) -> int:
    """How sure the wordings and their place are that this is a notice."""
    best: dict[tuple[str, ...], int] = {}
    for hit in draft.hits:
        best[hit.classes] = max(best.get(hit.classes, 0), hit.rule.row.strength)
    exact = draft.own_line and _covers_a_sentence(text, draft)
    after_credit = credited(draft.start)
    reuse_only = _NEEDS_SUPPORT.issuperset(draft.classes)
    supported = any(not hit.classes for hit in draft.hits)
    if reuse_only and not (supported or exact or draft.ours or previous or after_credit):
        return 0
    points = sum(best.values())
    points += draft.own_line + exact + (after_credit or closing)
    points += _OWN_HOLDER * draft.ours + _AFTER_NOTICE * (previous is not None)
    if not draft.own_line and not (after_credit and "label" in draft.classes):
        points += _RUNNING_TEXT
    introduced = text[: draft.start].rstrip().endswith(":")
    if introduced or load().contexts.search(text, draft.start, draft.end):
        points += _SPOKEN_ABOUT
    return points


def _covers_a_sentence(text: str, draft: Found) -> bool:
    """Whether some wording is all that its sentence says."""
    for hit in draft.hits:
        start = sentence_start(text, draft.start, hit.start)
        rest = text[start : hit.start] + " " + text[hit.end : sentence_end(text, hit.end, draft.end)]
        if hit.classes and words(rest) == 0:
            return True
    return False


def _continues(previous: Found, draft: Found) -> bool:
    """Whether a notice is the rest of the one on the line before, rather than a second one."""
    said = set(previous.classes) & set(draft.classes) & {"label", "reservation"}
    return draft.own_line and previous.closes and draft.closes and not said


def _joined(previous: Found, draft: Found) -> Found:
    return Found(
        start=previous.start,
        end=draft.end,
        first=previous.first,
        last=draft.last,
        hits=(*previous.hits, *draft.hits),
        own_line=previous.own_line,
        holder=previous.holder or draft.holder,
        ours=previous.ours or draft.ours,
    )
