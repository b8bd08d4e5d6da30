"""Figures in the words of a rights field: days, dates, counts and sums are limits, and no rule reads them."""

from __future__ import annotations

import re

_YEARS = r"(?<!\d)(?:19|20)\d\d(?:\s*[-\u2013\u2014,/]\s*(?:19|20)?\d\d)*(?!\d)"
_MARK = r"(?:©|\(c\)|\bcopyright\b|\btelif hakk\w)"
_HARMLESS = re.compile(
    "|".join(
        (
            r"\S+@\S+",
            r"(?:https?://|www\.)\S+",
            r"(?:\+|\btel\w*\.?:?\s*)[\d\s()/.-]{6,}",
            rf"{_MARK}[^.;!?\d]{{0,60}}{_YEARS}",
            rf"{_YEARS}[^.;!?\d]{{0,20}}{_MARK}",
            r"§+\s*\d+\w*",
            r"\b(?:art\w*|section|sec|law|act|no|nr|n\u00ba|n°|№|number)\b\.?:?\s*(?:no\.?\s*)?\d[\d/]*\w*",
            r"\b\d{2,4}/\d{2,4}(?:/\w+)?\b",
            r"\b\d+\s+say\w+l\w",
        )
    ),
    re.IGNORECASE,
)


def limits(text: str) -> bool:
    """Whether a text holds figures that may be limits, other than a copyright's years, laws, addresses and phones."""
    return any(letter.isdigit() for letter in _HARMLESS.sub(" ", text))
