"""Rights notices in prose: where wordings stand together, how sure their place makes them, and whose they are.

A notice needs four points. Its wordings bring their strength. Standing on its own line, standing last or right after a
credit, following another notice, and a stated holder among the partner's names add; so does a text that says nothing
but what notices say (``matching.left_over``), while words of a story in it take away, as do running text around it, a
speaker, a court or a law in it, and a colon before it. Words in quotation marks never count. Below four points nothing
is a notice and nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newswire.model import Notice
from newswire.text.candidates import Candidate, Hit, candidates
from newswire.text.compiled import load
from newswire.text.folding import Folded
from newswire.text.holders import agency_named, named_holder, stated_holder
from newswire.text.house import House
from newswire.text.layout import Line, sentence_end, sentence_start, words
from newswire.text.leftover import left_over, weight, without
from newswire.text.lexicon import Span, words_of
from newswire.text.matching import hits_in
from newswire.text.rules import CLASSES
from newswire.text.units import around, units_of

_NEEDED = 4
_OWN_HOLDER = 2
_AFTER_NOTICE = 2
_RUNNING_TEXT = -2
_SPOKEN_ABOUT = -6
_SAYS_NOTHING_ELSE = 2
_SAYS_LITTLE_ELSE = 1
_LITTLE = 0.12
_TRACE = 0.1
_SAYS_MUCH_ELSE = -3
_MUCH = 0.45
_SUPPORTED = 0.3
_CERTAINTY = 0.75
_REST_OF_LINE = 200
_FEW_WORDS = 8
_RICH = 3
_BRACKET = re.compile(r"[(\[][^()\[\]\n]{2,60}[)\]]\s+")
_NEEDS_SUPPORT = frozenset(
    {
        *("prohibition", "contract_required", "ai_reserved", "conditional_reuse"),
        *("use_limited", "no_modification", "no_archive", "editorial_only"),
    }
)
_ABOUT_REUSE = frozenset({"reservation", "prohibition", "contract_required", "conditional_reuse", "ai_reserved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notice in folded offsets.

    Attributes:
        first: Index of its first line.
        last: Index of its last line.
        own_line: Whether it starts its line.
        holder: Span of the holder.
        ours: Whether the holder it states is the partner.
        points: How sure wordings and place make it.
    """

    start: int
    end: int
    first: int
    last: int
    hits: tuple[Hit, ...]
    own_line: bool
    holder: Span | None
    ours: bool
    points: int = _NEEDED

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
            confidence=round(1 - _CERTAINTY**self.points, 2),
        )


def language_of(hits: Sequence[Hit]) -> str:
    """The language whose wordings are strongest."""
    strength: dict[str, int] = {}
    for hit in hits:
        strength[hit.rule.language] = strength.get(hit.rule.language, 0) + hit.rule.row.strength
    return max(sorted(strength), key=strength.__getitem__)


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
        hits = hits_in(text, unit, possible, house)
        if not any(hit.classes for hit in hits):
            continue
        previous = found[-1] if found and found[-1].last == first - 1 else None
        last_words = all(index in marked for index in range(last + 1, len(lines)))
        draft = _draft(text, unit, hits, house, (first, last))
        sentences, opened = around(text, lines, first, last)
        place = _Place(
            after_credit=credited(draft.start),
            closing=last_words and (first > 0 or draft.start > unit.start) and draft.end == unit.end,
            previous=previous,
            sentences=sentences,
            runs_on=sentences.start < unit.start,
            opened=opened,
        )
        draft = replace(draft, points=_score(text, unit, draft, place, house))
        if draft.points < _NEEDED or (previous and "kill" in previous.classes and draft.classes == ("prohibition",)):
            continue
        if previous and _continues(previous, draft):
            found[-1] = _joined(previous, draft)
        else:
            found.append(draft)
    return found


def _openings(text: str, house: House) -> list[Candidate]:
    spans = tuple(house.opened(text))
    return [Candidate(rule=house.opening_rule, spans=(spans,))] if spans else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a draft stands.

    Attributes:
        after_credit: The text before it closes with an agency's credit.
        closing: Nothing but notices follows it.
        previous: The notice on the line before.
        sentences: The draft's lines with what runs on before and after them.
        runs_on: Whether their sentence starts on the line before.
        opened: Where a quotation around the draft may have begun.
    """

    after_credit: bool
    closing: bool
    previous: Found | None
    sentences: Line
    runs_on: bool
    opened: int


def _draft(text: str, unit: Line, hits: Sequence[Hit], house: House, lines: tuple[int, int]) -> Found:
    """What would be cut if the unit's hits are a notice."""
    first = hits[0]
    start = sentence_start(text, unit.start, first.start)
    opens = start == unit.start or _says_little(text, unit.start, start, hits, house)
    if opens:
        start = unit.start
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
    return Found(
        start=start,
        end=end,
        first=lines[0],
        last=lines[1],
        hits=tuple(hits),
        own_line=own_line,
        holder=stated or named_holder(text, start, end, house) or agency_named(text, start, end, house),
        ours=stated is not None and house.owns(text[slice(*stated)]),
    )


def _says_little(text: str, start: int, end: int, hits: Sequence[Hit], house: House) -> bool:
    """Whether what stands before a wording on its line is of the notice as well: few words, hardly any of a story."""
    said = words(text[start:end])
    return said <= 2 * _FEW_WORDS and left_over(text, start, end, hits, house) <= _SUPPORTED * said


def _score(text: str, unit: Line, draft: Found, place: _Place, house: House) -> int:
    """How sure the wordings and their place are that this is a notice."""
    if any(hit.rule is house.opening_rule for hit in draft.hits):
        return 2 * _NEEDED
    best: dict[tuple[str, ...], int] = {}
    for hit in draft.hits:
        best[hit.classes] = max(best.get(hit.classes, 0), hit.rule.row.strength)
    else_said = _else_said(text, draft, place, house)
    if not _supported(text, draft, place, else_said):
        return 0
    points = sum(points for said, points in best.items() if not any(set(said) < set(more) for more in best))
    points += draft.own_line + (place.after_credit or place.closing)
    points += _OWN_HOLDER * draft.ours + _AFTER_NOTICE * (place.previous is not None)
    if else_said <= _LITTLE:
        points += _SAYS_NOTHING_ELSE if else_said == 0 else _SAYS_LITTLE_ELSE
    elif else_said > _MUCH:
        points += _SAYS_MUCH_ELSE
    if not draft.own_line and not _set_apart(text, draft, place, else_said):
        points += _RUNNING_TEXT
    return points + _SPOKEN_ABOUT * _spoken_about(text, unit, draft, place, house)


def _else_said(text: str, draft: Found, place: _Place, house: House) -> float:
    """Which part of a draft's words no notice is made of, 0.0 to 1.0; of its sentence if that starts a line before."""
    end = max(*(hit.end for hit in draft.hits), min(draft.end, sentence_end(text, draft.hits[-1].end, draft.end)))
    share = left_over(text, draft.start, draft.end, draft.hits, house, holder=draft.holder) / max(
        1.0, weight(text[draft.start : end])
    )
    if not place.runs_on or not _NEEDS_SUPPORT.issuperset(draft.classes):
        return share
    first = sentence_start(text, place.sentences.start, draft.start)
    return max(share, left_over(text, first, end, draft.hits, house, holder=draft.holder) / weight(text[first:end]))


def _set_apart(text: str, draft: Found, place: _Place, else_said: float) -> bool:
    """Whether a notice on a story's line is told from it: by a credit and a label, or by what it says."""
    if place.after_credit and (place.closing or "label" in draft.classes):
        return True
    if not place.closing or else_said > _TRACE or "embargo" in draft.classes:
        return False
    return _names_text(text, draft) or ("conditional_reuse" in draft.classes and _speaks_of_text(text, draft))


def _supported(text: str, draft: Found, place: _Place, else_said: float) -> bool:
    """Whether a wording that stories use as well ("may not be used without permission") speaks of this text.

    Wordings of strength one need a notice's place, whatever they say.
    """
    after_notice = place.previous is not None and place.previous.closes
    beside = draft.ours or after_notice or place.after_credit
    if all(hit.rule.row.strength == 1 for hit in draft.hits if hit.classes):
        return beside or (place.closing and _names_material(text[draft.start : draft.end], draft))
    placed = any(hit.rule.row.position != "any" for hit in draft.hits if not _ABOUT_REUSE.issuperset(hit.classes))
    if beside or placed or not _NEEDS_SUPPORT.issuperset(draft.classes):
        return True
    if any(not hit.classes for hit in draft.hits):
        return else_said <= _SUPPORTED and not load().states_time(text[draft.start : draft.end])
    if not _speaks_of_text(text, draft):
        return else_said == 0 and draft.own_line
    return else_said == 0 or (place.closing and else_said <= _TRACE)


def _speaks_of_text(text: str, draft: Found) -> bool:
    """Whether a draft names articles, photos, content, says all of reuse and its condition, or is in brackets."""
    return _names_text(text, draft) or any(len(hit.parts) >= _RICH for hit in draft.hits)


def _names_text(text: str, draft: Found) -> bool:
    """Whether a draft names articles, photos, content, or is in brackets."""
    if text[draft.start] in "([<" and text[draft.end - 1] in ")]>":
        return True
    objects = any(not hit.classes for hit in draft.hits)
    return objects or _names_material(text[draft.start : draft.end], draft)


def _names_material(text: str, draft: Found) -> bool:
    """Whether a text speaks of articles, photos, content, in one of a draft's languages."""
    material = load().material
    known = [material[language] for language in {hit.rule.language for hit in draft.hits} & material.keys()]
    return any(one.knows(word) or one.without(word) != word for word in words_of(text) for one in known)


def _spoken_about(text: str, unit: Line, draft: Found, place: _Place, house: House) -> bool:
    """Whether someone speaks about a notice here: a speaker, a court, a colon before it, a page's own furniture."""
    rules = load()
    start = draft.start if place.sentences.start == unit.start else place.sentences.start
    runs_on = place.sentences.end > unit.end and _NEEDS_SUPPORT.issuperset(draft.classes)
    end = place.sentences.end if runs_on else draft.end
    told = without(text, start, end, [part for hit in draft.hits for part in hit.parts])
    languages = {"en"} | ({hit.rule.language for hit in draft.hits} & rules.contexts.keys())
    told_about = any(rules.contexts[language].stands_in(told) for language in languages)
    if told_about or rules.banners.stands_in(text[unit.start : unit.end]):
        return True
    if text[place.opened : draft.start].count('"') % 2 and '"' in text[draft.start : draft.end]:
        return True
    if text[draft.start : draft.end].rstrip().endswith("?"):
        return True
    lead = text[: draft.start].rstrip()
    if not lead.endswith(":"):
        return False
    line = max(lead.rfind("\n"), 0)
    return left_over(text, line, len(lead), draft.hits, house) > 0


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
    )
