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
_DASHED = re.compile(r"(?:^|(?<=\s))-+\s*(?P<agency>(?:(?!\s-)[^()\n]){2,40}?)(?=\s*\.?\s*$)", re.MULTILINE)
_MARKS = re.compile(r"©|\(c\)|(?<!\w)copyright(?!\w)")
_MARKED = re.compile(rf"{_MARKS.pattern}|(?<!\w)(?:by|\d{{4}})(?!\w)")
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
    match = _closing_match(text, start, end)
    if not match:
        return False
    if _agencies(match["agency"], house):
        return _bracketed(match) or _after_sentence(text, start, match.start())
    return (
        _bracketed(match)
        and _ABBREVIATION.fullmatch(match["agency"]) is not None
        and _after_sentence(text, start, match.start())
    )


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
    """The credit in brackets (the last may be missing) or after a dash that closes a line."""
    text, line = folded.text, place.line
    match = _closing_match(text, line.start, line.end)
    if not match:
        return None
    agencies = _agencies(match["agency"], house)
    if not agencies and _bracketed(match):
        agencies = _agencies(match["agency"], house, beside_reporter=True)
    own = bool(agencies) and all(agency in house.own.values() for agency in agencies)
    finished = _after_sentence(text, line.start, match.start()) or _names_reporters(text[line.start : match.start()])
    unnamed = not agencies and _bracketed(match) and place.before_notice and finished
    if unnamed and _ABBREVIATION.fullmatch(match["agency"]):
        agencies = (original[slice(*folded.span(*match.span("agency")))].strip(),)
    sure = finished if place.closing or place.before_notice else finished and own
    if not agencies or not (sure or (own and place.closing and _bracketed(match))):
        return None
    position = "line" if match.start() == line.start else "tail"
    return Credited(start=match.start(), end=match.end(), agencies=agencies, position=position, line=place.index)


def _names_reporters(said: str) -> bool:
    """Whether a line is labelled as its reporters' own: ``Haber: Jane Roe - Kamera: John Roe``."""
    label = load().byline_labels.starts(said)
    return label is not None and said[: label[1]].endswith(":")


def _closing_match(text: str, start: int, end: int) -> re.Match[str] | None:
    """What closes a line as credits do: in brackets, else after a dash."""
    start = max(start, end - _LONGEST_CREDIT)
    return _CLOSING.search(text, start, end) or _DASHED.search(text, start, end)


def _bracketed(match: re.Match[str]) -> bool:
    return match.re is _CLOSING


def _alone(text: str, place: _Place, house: House) -> Credited | None:
    """A line that is nothing but a credit: ``Source: X``, the partner's name, a byline; ``X`` or ``© X`` at the end."""
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
        agencies = _agencies(_unmarked(said).strip(" -,"), house) if ends and place.index else ()
    if not agencies:
        return None
    return Credited(start=line.start, end=line.end, agencies=agencies, position=position, line=place.index)


def _unmarked(said: str) -> str:
    """A line without its copyright mark and years, if it has a mark."""
    return " ".join(_MARKED.sub(" ", said).split()) if _MARKS.search(said) else said


def in_byline(said: str, house: House) -> tuple[str, ...]:
    """Every agency that a byline field names: alone, beside a reporter, behind one (``Jane Roe Associated Press``)."""
    label = load().byline_labels.starts(said)
    parts = _BYLINE_PARTS.split(said[label[1] :] if label else said)
    pieces = [piece.strip() for part in parts for piece in _PARTS.split(part) if piece.strip()]
    found = (house.agency(piece) or _last_words(piece, house) for piece in pieces)
    return tuple(dict.fromkeys(agency for agency in found if agency))


def _last_words(piece: str, house: House) -> str | None:
    """The agency of several words that ends a piece; abbreviations are too short to tell from a surname."""
    said = piece.split()
    endings = (" ".join(said[at:]) for at in range(1, len(said) - 1))
    return next((agency for ending in endings if (agency := house.agency(ending))), None)


def _byline(said: str, house: House) -> tuple[str, ...]:
    """The agency that ends a byline: ``By Jane Roe, X``, ``By Jane Roe (X)``, ``By X``."""
    label = load().byline_labels.starts(said)
    parts = [part for part in _BYLINE_PARTS.split(said[label[1] :] if label else said) if part.strip()]
    if not parts or words(said) > _LONGEST_BYLINE:
        return ()
    agency = house.agency(parts[-1])
    return (agency,) if agency else ()


def _agencies(text: str, house: House, *, beside_reporter: bool = False) -> tuple[str, ...]:
    """Every agency of a credit (``AA/DHA``, ``with X``); none if any part is unknown, unless reporters may be named."""
    label = load().credit_labels.starts(text)
    if label:
        text = text[label[1] :].strip(" :-")
    whole = house.agency(text)
    if whole:
        return (whole,)
    parts = [house.agency(part) for part in _PARTS.split(text)]
    known = tuple(part for part in parts if part)
    return tuple(dict.fromkeys(known)) if beside_reporter or len(known) == len(parts) else ()


def _after_sentence(text: str, start: int, at: int) -> bool:
    said = text[start:at].rstrip()
    return not said or said.endswith(_SENTENCE_CLOSES)
