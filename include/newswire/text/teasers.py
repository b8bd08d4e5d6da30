"""What a page appends to a story: first sentences of other stories, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from newswire.text.credits import Credited
from newswire.text.found import Found
from newswire.text.house import House
from newswire.text.layout import TERMINAL, Line, sentences
from newswire.text.lexicon import Span

_MOST_TEASERS = 12
_LONGEST_TEASER = 700
_TEASER_SENTENCES = 3
_LONGEST_HEADLINE = 140
_SHORTEST_STORY = 60
_CREDIT_NEAR = 4


def teasers(
    text: str, lines: Sequence[Line], found: Sequence[Found], credited: Sequence[Credited], house: House
) -> Span | None:
    """What follows the story and is not its own: (start, end), or None.

    A heading that the partner's file names starts it; else the file says that all is cut after the closing notice or
    credit, or nothing; else it is guessed.
    """
    heading = next((index for index, line in enumerate(lines) if _is_heading(text, line, house)), None)
    if heading:
        return lines[heading].start, lines[-1].end
    if house.teasers == "never":
        return None
    if house.teasers == "always":
        return _all_after(lines, found, credited)
    return _guessed(text, lines, found, credited)


def _is_heading(text: str, line: Line, house: House) -> bool:
    return house.headings.fullmatch(text, line.start, line.end) is not None


def _all_after(lines: Sequence[Line], found: Sequence[Found], credited: Sequence[Credited]) -> Span | None:
    ends = [notice.last for notice in found if notice.closes and notice.first > 0]
    ends = ends or [
        credit.line
        for credit in credited
        if credit.position == "tail" or (credit.position == "line" and credit.line > 0)
    ]
    after = lines[min(ends) + 1 :] if ends else ()
    return (after[0].start, after[-1].end) if after else None


def _guessed(text: str, lines: Sequence[Line], found: Sequence[Found], credited: Sequence[Credited]) -> Span | None:
    """Cut what looks like teasers.

    Cutting a story is the worst error, so all of this must hold: the notice is about reuse and starts its line; a
    story stands before it that ends as sentences do; the notice is known to close the article, by a closing credit in
    the lines just before it, or by its label or its holder where more text stands before it than after; and
    everything up to the end (or up to the same notice's repetition) is at most twelve lines of at most three
    sentences, without a credit or another notice.
    """
    for number, notice in enumerate(found):
        if not notice.closes or not notice.own_line:
            continue
        repeated = number + 1 < len(found) and found[number + 1].last == len(lines) - 1
        end = found[number + 1].first if repeated else len(lines)
        after = lines[notice.last + 1 : end]
        others = [other for other in found[number + 1 + repeated :] if other.first > notice.last]
        if not after or others or any(c.line > notice.last for c in credited):
            continue
        before = lines[: notice.first]
        closing = any(
            c.position != "dateline" and notice.first - _CREDIT_NEAR <= c.line < notice.first for c in credited
        )
        if repeated and not closing:
            continue
        if _ends_story(text, before, credited) and all(_is_teaser(text, line) for line in after):
            length = sum(line.end - line.start for line in after)
            told = sum(line.end - line.start for line in before)
            known = closing or ((notice.ours or "label" in notice.classes) and told >= length)
            if known and len(after) <= _MOST_TEASERS:
                return after[0].start, after[-1].end
    return None


def _ends_story(text: str, before: Sequence[Line], credited: Sequence[Credited]) -> bool:
    """Whether a story, rather than a headline or a dateline, stands in these lines and its last line is finished."""
    told = 0
    finished = False
    for index, line in enumerate(before):
        end = next((c.start for c in credited if c.line == index and c.position != "dateline"), line.end)
        said = text[line.start : end].rstrip()
        told += len(said)
        finished = said.endswith(TERMINAL) if said else finished
    return finished and told >= _SHORTEST_STORY


def _is_teaser(text: str, line: Line) -> bool:
    said = text[line.start : line.end]
    if len(said) > _LONGEST_TEASER or sentences(text, line.start, line.end) > _TEASER_SENTENCES:
        return False
    return said.endswith(TERMINAL) or len(said) <= _LONGEST_HEADLINE
