"""Who reserves the rights in a notice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newswire.text.candidates import Hit
from newswire.text.compiled import load
from newswire.text.house import House
from newswire.text.layout import sentence_end
from newswire.text.lexicon import Span

_LONGEST = 120
_COMPANY = re.compile(r"(?<!\w)(?:a\.s\.|ltd\.? sti\.?|ltd\.?|inc\.?|corp\.?|llc|plc|gmbh|s\.a\.)(?!\w)")
_STOPS = re.compile(r"[;,|\n(\"]|\s-+\s|\s(?:and|or|ve|may|under|no)\s")
_SEGMENT = re.compile(r"(?:(?!\s-+\s)[^.,;:|()\[\]\n©])+")
_YEARS = re.compile(r"(?<!\d)\d{4}(?:\s*-\s*\d{4})?(?!\d)")
_NO_NAME = re.compile(
    r"(?:and|or|is|are|must|may|shall|should|when|if|to|with|for|in|on|by|given|where|as|under|required)(?!\w)"
)
_JOINT = re.compile(r"\s*(?:[/&+]|(?:and|und|et|y|e|ve|en|och|og|и|و)(?!\w))\s*")
_NAME_WORD = re.compile(r"\w+")
_MOST_WORDS = 4
_CASE_ENDING = re.compile(r"'\w{1,4}$")


def stated_holder(text: str, start: int, end: int, hits: Sequence[Hit], house: House) -> Span | None:
    """The span of the holder that a notice states in a holder's place ("reserved by …", "… aittir", "© …")."""
    said = text[start:end]
    for pattern in (pattern for word, pattern in load().holders if word in said):
        for match in pattern.finditer(text, start, end):
            span = match.span("holder")
            if any(hit.start <= span[0] < hit.end and hit.start > match.start() for hit in hits):
                continue
            if _NO_NAME.match(text, span[0]):
                continue
            if span[1] - span[0] == 1:
                span = span[0], _holder_end(text, span[0], min(end, span[0] + _LONGEST), hits, house)
            else:
                span = span[0], _without_case_ending(text, *span)
            if span[1] > span[0]:
                return span
    return None


def named_holder(text: str, start: int, end: int, house: House) -> Span | None:
    """The first of the partner's names that stands in a notice, with the agency that it shares the rights with."""
    match = house.pattern.search(text, start, end)
    return (match.start(), _shared_end(text, match.end(), end, house)) if match else None


def agency_named(text: str, start: int, end: int, house: House) -> Span | None:
    """The first known agency that stands by itself in a notice, between stops or dashes: "All rights reserved - X"."""
    for segment in _SEGMENT.finditer(text, start, end):
        said = _YEARS.sub(lambda year: " " * len(year[0]), segment[0])
        name = said.strip(" -")
        if name and house.agency(name):
            at = segment.start() + said.index(name)
            return at, at + len(name)
    return None


def _holder_end(text: str, start: int, limit: int, hits: Sequence[Hit], house: House) -> int:
    own = house.pattern.match(text, start, limit)
    if own:
        return _shared_end(text, own.end(), limit, house)
    following = [hit.start for hit in hits if start < hit.start < limit]
    end = sentence_end(text, start, min([limit, *following]))
    company = _COMPANY.search(text, start, end)
    if company:
        return company.end()
    stop = _STOPS.search(text, start, end)
    return start + len(text[start : stop.start() if stop else end].rstrip(" .!?\"')-:"))


def _shared_end(text: str, end: int, limit: int, house: House) -> int:
    """Where a holder ends that begins with the partner's name: after the known agency that is joined to it, if any."""
    joint = _JOINT.match(text, end, limit)
    if joint is None:
        return end
    words = [word.end() for word in _NAME_WORD.finditer(text, joint.end(), limit)][:_MOST_WORDS]
    return next((to for to in reversed(words) if house.agency(text[joint.end() : to])), end)


def _without_case_ending(text: str, start: int, end: int) -> int:
    ending = _CASE_ENDING.search(text, start, end)
    return ending.start() if ending else end
