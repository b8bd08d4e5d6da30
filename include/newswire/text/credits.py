"""Agency credits, counted only in a credit's place: closing a paragraph, alone on a line, or in a dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newswire.model import Credit
from newswire.text.folding import Folded
from newswire.text.layout import Line
from newswire.text.names import Names
from newswire.text.rules import load

_CLOSING = re.compile(r"\(\s*(?P<agency>[^()\n]{2,60}?)\s*\)?(?=\s*\.?\s*$)")
_DATELINE = re.compile(r"(?P<place>[^()\n:]{2,60}?)[\s,]*(?P<credit>\((?P<agency>[^()\n]{2,40})\))\s*(?:-+|_|:)")
_PARTS = re.compile(r"\s*(?:[/,&+]|\s-\s|\s(?:ve|and|u|و)\s)\s*")
_ABBREVIATION = re.compile(r"[^\W\d_]{2,8}")
_SENTENCE_CLOSES = (".", "!", "?", '"', "'", "…")
_PLACE_WORDS = 6
_LAST_LINES = 3
_LONGEST_CREDIT = 80


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


def closes_with_credit(text: str, start: int, end: int, names: Names) -> bool:
    """Whether a stretch of folded text closes with an agency's credit, or with an abbreviation in a credit's place."""
    match = _CLOSING.search(text, max(start, end - _LONGEST_CREDIT), end)
    if not match:
        return False
    if _agencies(match["agency"], names):
        return True
    return _ABBREVIATION.fullmatch(match["agency"]) is not None and _after_sentence(text, start, match.start())


def find(
    original: str, folded: Folded, lines: Sequence[Line], names: Names, notices: Sequence[tuple[int, int]]
) -> list[Credited]:
    """The credits of a text, in text order.

    A known agency counts where it closes one of the last lines (before the notice, if there is one) after a full
    sentence; the partner's own name wherever it closes a paragraph; any abbreviation right before a notice.

    Args:
        original: The text.
        folded: The same, folded.
        lines: The folded text's lines.
        names: The partner's names.
        notices: The notices' (first line, folded start), in text order.
    """
    text = folded.text
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
        dateline = _dateline(original, folded, place, names)
        credit = _alone(text, place, names) or _closing(original, folded, place, names)
        if dateline and (credit is None or dateline.start != credit.start):
            found.append(dateline)
        if credit:
            found.append(credit)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A line as far as a notice, and whether it is one of the last, or the last before a notice."""

    line: Line
    index: int
    closing: bool
    before_notice: bool


def _closing(original: str, folded: Folded, place: _Place, names: Names) -> Credited | None:
    """The credit in brackets (the last may be missing) that closes a line."""
    text, line = folded.text, place.line
    match = _CLOSING.search(text, max(line.start, line.end - _LONGEST_CREDIT), line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], names) or _agencies(match["agency"], names, beside_reporter=True)
    own = bool(agencies) and all(agency in names.own.values() for agency in agencies)
    finished = _after_sentence(text, line.start, match.start())
    if not agencies and place.before_notice and finished and _ABBREVIATION.fullmatch(match["agency"]):
        agencies = (original[slice(*folded.span(*match.span("agency")))].strip(),)
    sure = finished if place.closing or place.before_notice else finished and own
    if not agencies or not (sure or (own and place.closing)):
        return None
    position = "line" if match.start() == line.start else "tail"
    return Credited(start=match.start(), end=match.end(), agencies=agencies, position=position, line=place.index)


def _alone(text: str, place: _Place, names: Names) -> Credited | None:
    """A line that is nothing but a credit, first or last: ``Source: X``, or the partner's bare name."""
    line = place.line
    if line.end - line.start > _LONGEST_CREDIT or not (place.closing or place.before_notice or place.index == 0):
        return None
    said = text[line.start : line.end].strip(" .")
    label = load().credit_labels.match(said)
    agencies = _agencies(said[label.end() :].strip(" :-"), names) if label else ()
    if not label and said in names.own:
        agencies = (names.own[said],)
    if not agencies:
        return None
    return Credited(start=line.start, end=line.end, agencies=agencies, position="line", line=place.index)


def _dateline(original: str, folded: Folded, place: _Place, names: Names) -> Credited | None:
    """The credit of ``CITY (X) -``. A name that explains its own abbreviation, ``Some Party (SP) -``, is none."""
    line = place.line
    match = _DATELINE.match(folded.text, line.start, line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], names)
    words = original[slice(*folded.span(*match.span("place")))].split()
    initials = "".join(word[0] for word in match["place"].split())
    capital = len(words) <= _PLACE_WORDS and all(not word[0].islower() for word in words)
    if not agencies or not capital or initials.endswith(match["agency"]):
        return None
    start, end = match.span("credit")
    return Credited(start=start, end=end, agencies=agencies, position="dateline", line=place.index)


def _agencies(text: str, names: Names, *, beside_reporter: bool = False) -> tuple[str, ...]:
    """Every agency of a credit such as ``AA/DHA``; none if any part is unknown, unless reporters may stand in it."""
    whole = names.agency(text)
    if whole:
        return (whole,)
    parts = [names.agency(part) for part in _PARTS.split(text)]
    known = tuple(part for part in parts if part)
    return tuple(dict.fromkeys(known)) if beside_reporter or len(known) == len(parts) else ()


def _after_sentence(text: str, start: int, at: int) -> bool:
    said = text[start:at].rstrip()
    return not said or said.endswith(_SENTENCE_CLOSES)
