"""A folded text's layout: lines, sentences and quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOUR_GOES_ON = r"(?<=[ap]\.m\.)\s(?:on|gmt|utc|bst|local|(?:e|c|ce|p)[ds]?t)\b"
_SENTENCE_END = re.compile(
    rf"(?:[.!?।]+[\"')\]]*(?=\s|$)(?!{_HOUR_GOES_ON})|。[\"')\]]*|[!?]+[\"')\]]*(?=[\u3040-\u9fff]))"
)
_LAST_WORD = re.compile(r"[\w.]+$")
_ABBREVIATION = re.compile(
    r"a\.s|art|kl|godz|nr|z\.b|u\.a|bzw|ca|fot|san|tic|co|ltd|sti|inc|corp|no|st|dr|mr|mrs|ms|prof|u\.s|u\.k|[^\W\d_]"
    r"|\d{1,2}"
)
_OPENS_CLAUSE = re.compile(r"[.!?।:;|]+[\"')\]]*\s+|[。:]|[)\]]\s+|\s-+\s|[*\n]")
_WORD = re.compile(r"[^\W\d_]\w*")
MARKED = re.compile(r"[\"'(\s]*(?:©|\(c\)|copyright|telif)")
TERMINAL = (".", "!", "?", "。", "।", '"', "'", ")", "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is not blank, without the white space around it."""

    start: int
    end: int


def lines_of(text: str) -> list[Line]:
    """The lines of a folded text that are not blank."""
    lines = []
    at = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = at + len(raw) - len(raw.lstrip())
            lines.append(Line(start=start, end=start + len(stripped)))
        at += len(raw) + 1
    return lines


def sentence_end(text: str, start: int, end: int) -> int:
    """Where the sentence that stands at ``start`` ends, at most ``end``. Full stops of abbreviations do not count."""
    for match in _SENTENCE_END.finditer(text, start, end):
        word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
        if text[match.start()] != "." or not word or not _ABBREVIATION.fullmatch(word.group()):
            return match.end()
    return end


def clause_start(text: str, start: int, at: int) -> int:
    """Where the clause around ``at`` starts: after the last full stop, colon, dash or line end since ``start``."""
    last = start
    for match in _OPENS_CLAUSE.finditer(text, start, at):
        last = match.end()
    return last


def sentence_start(text: str, start: int, at: int) -> int:
    """Where the sentence around ``at`` starts."""
    begin = start
    while (end := sentence_end(text, begin, at)) < at:
        begin = end
        while begin < at and text[begin].isspace():
            begin += 1
    return at if text[begin:at].endswith("。") else begin


def sentences(text: str, start: int, end: int) -> int:
    """How many sentences stand between two offsets."""
    count = 0
    while start < end:
        start = sentence_end(text, start, end)
        count += 1
        while start < end and text[start].isspace():
            start += 1
    return count


def quoted(text: str, line: Line, start: int, end: int) -> bool:
    """Whether a span is a quotation's words: between quotation marks of its line, or wrapped in them itself.

    The apostrophe of an elision ("d'IA") is no mark.
    """
    elided = text[max(start - 2, 0)].isalpha() and text[start - 1] == "'"
    if line.start < start and end < line.end and text[start - 1] in "\"'" and text[end] in "\"'.,!?" and not elided:
        return True
    return text.count('"', line.start, start) % 2 == 1 and text.find('"', end, line.end) >= 0


def words(text: str) -> int:
    """How many words a text has; numbers are not words."""
    return len(_WORD.findall(text))
