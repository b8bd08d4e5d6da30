"""The credit in a dateline.

Its forms: ``CITY (X) -``, ``CITY. /X/.``, ``(X) - CITY, date -``, ``(CITY=X)``, ``[CITY X]``, ``X CITY``.
"""

from __future__ import annotations

import re

from newswire.text.compiled import load
from newswire.text.folding import Folded, fold
from newswire.text.house import House
from newswire.text.layout import Line
from newswire.text.lexicon import Span

_AGENCY = r"(?P<agency>[^()/\n]{2,40})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<place>[^()\n:]{{2,60}}?)[\s,.\-]*(?P<credit>\({_AGENCY}\))\s*(?:\.?\s?-+|_|:)",
        rf"(?P<place>[^/\n:]{{2,60}}?)[\s,.]*(?P<credit>/{_AGENCY}/)\s*[.-]",
        rf"(?P<credit>\({_AGENCY}\))\s*-+\s*(?P<place>[^\n()-]{{2,40}}?)\s*-",
        r"\((?P<place>[^()=\n]{1,20})(?P<credit>=(?P<agency>[^()\n]{2,20}))\)",
        r"(?P<place>[^()\na-z:]{2,60}?)\s*(?P<credit>\((?P<agency>[^()a-z\n]{2,20})\))\s",
    )
)
_BRACKETED = re.compile(r"\[(?P<inside>[^\[\]\n]{3,20})\]")
_UNSPACED = re.compile(r"(?P<inside>[\u3400-\u9fff]{4,12})\d+月\d+日[电電讯訊]")
_PLACE_WORDS = 6
_BRACKET = re.compile(r"[(/\[]")
_LONGEST_DATELINE = 110
_LETTERS = re.compile(r"[^\W\d_]+")


def dateline(original: str, folded: Folded, line: Line, house: House) -> tuple[Span, str] | None:
    """The credit at the start of a line, in folded offsets, and its agency.

    A name that explains its own abbreviation, ``Some Party (SP) -``, is no dateline, and neither is a running text.
    """
    text = folded.text
    if not _BRACKET.search(text, line.start, min(line.end, line.start + _LONGEST_DATELINE)):
        return _unspaced(text, line, house)
    for form in _FORMS:
        match = form.match(text, line.start, line.end)
        agency = house.agency(match["agency"]) if match else None
        if match and agency and _is_place(original, folded, match.span("place"), match["agency"], house):
            return match.span("credit"), agency
    return _unspaced(text, line, house)


def _unspaced(text: str, line: Line, house: House) -> tuple[Span, str] | None:
    """The agency that ends ``[CITY X]`` or opens ``X CITY month day`` where no space tells it from the city."""
    bracket = _BRACKETED.match(text, line.start, line.end)
    opening = _UNSPACED.match(text, line.start, line.end)
    splits = []
    if bracket:
        start, end = bracket.span("inside")
        splits = [(at, end) for at in range(start + 1, end - 1)]
    elif opening:
        start, end = opening.span("inside")
        splits = [(start, at) for at in range(end - 1, start + 1, -1)]
    for span in splits:
        if agency := house.agency(text[slice(*span)]):
            return span, agency
    return None


def _is_place(original: str, folded: Folded, span: Span, credited: str, house: House) -> bool:
    place = folded.text[slice(*span)]
    initials = "".join(word[0] for word in _LETTERS.findall(place))
    if not initials or initials.endswith(credited.strip()) or house.agency(place):
        return False
    said = original[slice(*folded.span(*span))]
    small = [word for word in said.split() if word[0].islower()]
    return len(said.split()) <= _PLACE_WORDS and all(load().month_words.know_all(fold(word).text) for word in small)
