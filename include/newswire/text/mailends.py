"""What mail programs and lists append to a story: confidentiality notices, list footers, a device's name.

None of it is the story's, and what it forbids is the use of a message, not of a story. Its wordings are data:
``mailends.yaml``. A rights notice among it is still one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from newswire.text.layout import TERMINAL, Line
from newswire.text.lexicon import Lexicon
from newswire.text.rules import packaged_mail_ends

_SHORTEST_STORY = 60
_MOST_LINES = 20
_LONGEST_OTHER = 120
_LEAD = 48
"""Characters before which a line must say what it is: a label may stand first."""

_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The wordings, compiled.

    Attributes:
        openings: What such lines begin with, of all rows.
        rows: For each row its first list, and the others.
        unless: What no such line says.
    """

    openings: Lexicon
    rows: tuple[tuple[Lexicon, tuple[Lexicon, ...]], ...]
    unless: Lexicon


@cache
def _ends() -> Ends:
    table = packaged_mail_ends()
    return Ends(
        openings=Lexicon.of(fragment for row in table.ends for fragment in row.all[0]),
        rows=tuple((Lexicon.of(row.all[0]), tuple(map(Lexicon.of, row.all[1:]))) for row in table.ends),
        unless=Lexicon.of(table.unless),
    )


def is_end(said: str) -> bool:
    """Whether a folded line is what a mail program or a list appends."""
    ends, first = _ends(), _LETTER.search(said)
    said = said[first.start() :] if first and '"' not in said[: first.start() + _LEAD] else ""  # no quotation
    if not any(span[0] <= _LEAD for _, span in ends.openings.find(said)) or ends.unless.stands_in(said):
        return False
    return any(
        any(span[0] <= _LEAD for _, span in opening.find(said)) and all(other.stands_in(said) for other in others)
        for opening, others in ends.rows
    )


def appended(text: str, lines: Sequence[Line], noticed: Callable[[], set[int]]) -> tuple[int, frozenset[int]] | None:
    """The first line that a mail program or a list appended, and which lines are known to be such; None without any.

    Cutting a story is the worst error: a story must stand before it, and every line after it must be one of them, of a
    notice, or short and no sentence (an address, a name).

    Args:
        text: The folded text.
        lines: Its lines.
        noticed: Tells the numbers of the lines that a notice stands in.
    """
    if next(_ends().openings.find(text), None) is None:
        return None
    known = frozenset(number for number, line in enumerate(lines) if is_end(text[line.start : line.end]))
    if not known:
        return None
    passed = known | noticed()
    first = len(lines)
    while first and (first - 1 in passed or _is_short(text, lines[first - 1])):
        first -= 1
    first = next((number for number in range(first, len(lines)) if number in known), len(lines))
    while first and not _LETTER.search(text, lines[first - 1].start, lines[first - 1].end):
        first -= 1
    told = sum(line.end - line.start for line in lines[:first])
    if first == len(lines) or told < _SHORTEST_STORY or len(lines) - first > _MOST_LINES:
        return None
    return first, known


def _is_short(text: str, line: Line) -> bool:
    said = text[line.start : line.end]
    return len(said) <= _LONGEST_OTHER and not said.endswith(TERMINAL)
