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
    match = _CLOSING.search(text, max(start, end - 80), end)
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
    starts = {first: start for first, start in notices}
    found = []
    for index, line in enumerate(lines):
        end = starts.get(index, line.end)
        if index in starts and end == line.start:
            continue
        closing = index >= last - _LAST_LINES and index <= last
        before_notice = index + 1 in starts or index in starts
        credit = _closing(original, folded, Line(start=line.start, end=end), names, index, (closing, before_notice))
        if "(" in text[line.start : line.start + 80]:
            dateline = _dateline(original, folded, line, names, index)
            if dateline and (credit is None or dateline.start != credit.start):
                found.append(dateline)
        if credit:
            found.append(credit)
    return found


def _closing(
    original: str, folded: Folded, line: Line, names: Names, index: int, place: tuple[bool, bool]
) -> Credited | None:
    text = folded.text
    closing, before_notice = place
    alone = _alone(text, line, names)
    if alone and (closing or before_notice or index == 0):
        return Credited(start=line.start, end=line.end, agencies=alone, position="line", line=index)
    match = _CLOSING.search(text, max(line.start, line.end - 80), line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], names)
    own = bool(agencies) and all(agency in names.own.values() for agency in agencies)
    finished = _after_sentence(text, line.start, match.start())
    if not agencies and before_notice and finished and _ABBREVIATION.fullmatch(match["agency"]):
        agencies = (original[slice(*folded.span(*match.span("agency")))].strip(),)
    if not agencies or not (finished or (own and closing)) or not (own or closing or before_notice):
        return None
    position = "line" if match.start() == line.start else "tail"
    return Credited(start=match.start(), end=match.end(), agencies=agencies, position=position, line=index)


def _alone(text: str, line: Line, names: Names) -> tuple[str, ...]:
    """The agencies of a line that is nothing but a credit: ``Source: X``, or the partner's bare name."""
    said = text[line.start : line.end].strip(" .")
    if len(said) > 80:  # noqa: PLR2004 - longer than any credit line
        return ()
    label = load().credit_labels.match(said)
    if label:
        return _agencies(said[label.end() :].strip(" :-"), names)
    return tuple(own for own in [names.own.get(said)] if own)


def _dateline(original: str, folded: Folded, line: Line, names: Names, index: int) -> Credited | None:
    match = _DATELINE.match(folded.text, line.start, line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], names)
    place = original[slice(*folded.span(*match.span("place")))].split()
    initials = "".join(word[0] for word in match["place"].split())
    named = len(place) <= _PLACE_WORDS and all(not word[0].islower() for word in place)
    if not agencies or not named or initials.endswith(match["agency"]):
        return None
    start, end = match.span("credit")
    return Credited(start=start, end=end, agencies=agencies, position="dateline", line=index)


def _agencies(text: str, names: Names) -> tuple[str, ...]:
    """Every agency of a credit such as ``AA/DHA``; none if any part is unknown."""
    whole = names.agency(text)
    if whole:
        return (whole,)
    parts = [names.agency(part) for part in _PARTS.split(text)]
    known = tuple(part for part in parts if part)
    return tuple(dict.fromkeys(known)) if len(known) == len(parts) else ()


def _after_sentence(text: str, start: int, at: int) -> bool:
    said = text[start:at].rstrip()
    return not said or said.endswith(_SENTENCE_CLOSES)
