"""Agency credits, counted only in a credit's place: closing a paragraph, alone on a line, a byline or a dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newswire.model import Credit
from newswire.text.compiled import load
from newswire.text.datelines import dateline
from newswire.text.folding import Folded
from newswire.text.house import House
from newswire.text.layout import Line, words

_CLOSING = re.compile(r"[(\[]\s*(?P<agency>[^()\[\]\n]{2,60}?)\s*[)\]]?(?=\s*\.?\s*$)")
_PARTS = re.compile(r"\s*(?:[/,&+]|\s-\s|\s(?:ve|and|und|et|y|e|u|و)\s)\s*")
_BYLINE_PARTS = re.compile(r"\s*(?:[/,|()\[\]]|\s-+\s)\s*")
_ABBREVIATION = re.compile(r"[^\W\d_]{2,8}")
_SENTENCE_CLOSES = (".", "!", "?", '"', "'", "…", "。", "।")
_LAST_LINES = 3
_FIRST_LINES = 2
_LONGEST_CREDIT = 80
_LONGEST_BYLINE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """A credit in folded offsets, with all the agencies it names and its line's index."""

    start: int
    end: int
    agencies: tuple[str, ...]
    position: str
    line: int

    def credits(self, original: str, folded: Folded) -> Iterator[Credit]:
        """A credit for each agency, in the original's own words and offsets."""
        start, end = folded.span(self.start, self.end)
        for agency in self.agencies:
            yield Credit(text=original[start:end], agency=agency, start=start, end=end, position=self.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A line as far as a notice, and whether it is one of the last, or the last before a notice."""

    line: Line
    index: int
    closing: bool
    before_notice: bool


def closes_with_credit(text: str, start: int, end: int, house: House) -> bool:
    """Whether a stretch of folded text closes with an agency's credit, or with an abbreviation in a credit's place."""
    if any(form.search(text, max(start, end - _LONGEST_CREDIT), end) for form in house.credit_forms):
        return True
    match = _CLOSING.search(text, max(start, end - _LONGEST_CREDIT), end)
    if not match:
        return False
    if _agencies(match["agency"], house):
        return True
    return _ABBREVIATION.fullmatch(match["agency"]) is not None and _after_sentence(text, start, match.start())


def find(
    original: str, folded: Folded, lines: Sequence[Line], house: House, notices: Sequence[tuple[int, int]]
) -> list[Credited]:
    """The credits of a text, in text order.

    A known agency counts where it closes one of the last lines (before the notice, if there is one) after a full
    sentence; the partner's own name wherever it closes a paragraph; any abbreviation right before a notice.

    Args:
        original: The text.
        folded: The same, folded.
        lines: The folded text's lines.
        house: What is known of the partner.
        notices: The notices' (first line, folded start), in text order.
    """
    last = notices[0][0] if notices and notices[0][0] > 0 else len(lines)
    starts = dict(notices)
    found = []
    for index, line in enumerate(lines):
        end = starts.get(index, line.end)
        if end == line.start:
            continue
        place = _Place(
            line=Line(start=line.start, end=end),
            index=index,
            closing=last - _LAST_LINES <= index <= last,
            before_notice=index in starts or index + 1 in starts,
        )
        at_start = _dateline(original, folded, place, house)
        credit = _alone(folded.text, place, house) or _own_form(original, folded, place, house)
        credit = credit or _closing(original, folded, place, house)
        if at_start and (credit is None or at_start.start != credit.start):
            found.append(at_start)
        if credit:
            found.append(credit)
    return found


def _dateline(original: str, folded: Folded, place: _Place, house: House) -> Credited | None:
    found = dateline(original, folded, place.line, house)
    if found is None:
        return None
    (start, end), agency = found
    return Credited(start=start, end=end, agencies=(agency,), position="dateline", line=place.index)


def _own_form(original: str, folded: Folded, place: _Place, house: House) -> Credited | None:
    """A credit in a form that the partner's file declares: whoever it names is credited."""
    text, line = folded.text, place.line
    for form in house.credit_forms if place.closing or place.before_notice else ():
        match = form.search(text, max(line.start, line.end - _LONGEST_CREDIT), line.end)
        if match:
            named = original[slice(*folded.span(*match.span("agency")))].strip()
            agencies = _agencies(match["agency"], house) or (named,)
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            position = "line" if start == line.start else "tail"
            return Credited(start=start, end=match.end(), agencies=agencies, position=position, line=place.index)
    return None


def _closing(original: str, folded: Folded, place: _Place, house: House) -> Credited | None:
    """The credit in brackets (the last may be missing) that closes a line."""
    text, line = folded.text, place.line
    match = _CLOSING.search(text, max(line.start, line.end - _LONGEST_CREDIT), line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], house) or _agencies(match["agency"], house, beside_reporter=True)
    own = bool(agencies) and all(agency in house.own.values() for agency in agencies)
    finished = _after_sentence(text, line.start, match.start())
    if not agencies and place.before_notice and finished and _ABBREVIATION.fullmatch(match["agency"]):
        agencies = (original[slice(*folded.span(*match.span("agency")))].strip(),)
    sure = finished if place.closing or place.before_notice else finished and own
    if not agencies or not (sure or (own and place.closing)):
        return None
    position = "line" if match.start() == line.start else "tail"
    return Credited(start=match.start(), end=match.end(), agencies=agencies, position=position, line=place.index)


def _alone(text: str, place: _Place, house: House) -> Credited | None:
    """A line that is nothing but a credit: ``Source: X``, the partner's bare name, a byline; ``X`` at the end."""
    line = place.line
    ends = place.closing or place.before_notice
    if line.end - line.start > _LONGEST_CREDIT or not (ends or place.index < _FIRST_LINES):
        return None
    said = text[line.start : line.end].strip(" .")
    position = "line"
    label = load().credit_labels.starts(said)
    if label:
        agencies = _agencies(said[label[1] :].strip(" :-()[]"), house)
    elif said in house.own:
        agencies = (house.own[said],)
    elif place.index < _FIRST_LINES and load().byline_labels.starts(said):
        agencies, position = _byline(said, house), "byline"
    else:
        agencies = _agencies(said.strip(" -"), house) if ends and place.index else ()
    if not agencies:
        return None
    return Credited(start=line.start, end=line.end, agencies=agencies, position=position, line=place.index)


def _byline(said: str, house: House) -> tuple[str, ...]:
    """The agency that ends a byline: ``By Jane Roe, X``, ``By Jane Roe (X)``, ``By X``."""
    label = load().byline_labels.starts(said)
    parts = [part for part in _BYLINE_PARTS.split(said[label[1] :] if label else said) if part.strip()]
    if not parts or words(said) > _LONGEST_BYLINE:
        return ()
    agency = house.agency(parts[-1])
    return (agency,) if agency else ()


def _agencies(text: str, house: House, *, beside_reporter: bool = False) -> tuple[str, ...]:
    """Every agency of a credit such as ``AA/DHA``; none if any part is unknown, unless reporters may stand in it."""
    whole = house.agency(text)
    if whole:
        return (whole,)
    parts = [house.agency(part) for part in _PARTS.split(text)]
    known = tuple(part for part in parts if part)
    return tuple(dict.fromkeys(known)) if beside_reporter or len(known) == len(parts) else ()


def _after_sentence(text: str, start: int, at: int) -> bool:
    said = text[start:at].rstrip()
    return not said or said.endswith(_SENTENCE_CLOSES)
