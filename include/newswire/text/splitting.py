"""A text into body, credits, notices and what the page appended.

What is cut from the body, and nothing else:

* a notice, with its line if it stands on its own;
* a credit that closes a paragraph or stands alone on a line, and a photo's (a dateline is reported and stays);
* the lines after a closing notice, if they look like teasers: see ``teasers``;
* what a mail program or a list appended: see ``mailends``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newswire.config import Layout
from newswire.model import SplitText
from newswire.text import credits as credit_lines
from newswire.text import mailends, photos
from newswire.text import notices as notice_lines
from newswire.text.credits import Credited
from newswire.text.folding import Folded, fold
from newswire.text.house import House, house_of
from newswire.text.layout import Line, lines_of
from newswire.text.lexicon import Span
from newswire.text.teasers import teasers

_FINISHED = (".", "!", "?", "…", "”", '"', "。", "।")


def split(text: str, *, names: Sequence[str] = (), layout: Layout | None = None) -> SplitText:
    """Take an article's text apart.

    Args:
        text: The article's plain text, one paragraph a line, without its title.
        names: The partner's names, for holder and credit.
        layout: What the partner's file says of its texts.

    Returns:
        The body, and credits (closing ones first, then datelines, then photos'), notices and trailing text. All spans
        are exact offsets into ``text``. Without notice and credit the body is ``text`` itself.
    """
    folded = fold(text)
    house = house_of(tuple(names), layout or Layout())
    lines = lines_of(folded.text)

    def noticed() -> set[int]:
        found = notice_lines.find(folded.text, lines, house, lambda _: False)
        return {number for notice in found for number in range(notice.first, notice.last + 1)}

    if found := mailends.appended(folded.text, lines, noticed):
        return _without_end(text, folded, lines, house, found)
    return _split(text, folded, lines, house)


def _without_end(
    text: str, folded: Folded, lines: Sequence[Line], house: House, end: tuple[int, frozenset[int]]
) -> SplitText:
    """A text split without what a mail program appended; a rights notice among that is none of the program's."""
    first, known = end
    at = folded.span(lines[first].start, lines[first].start)[0]
    story = text[:at].rstrip()
    folded_story = fold(story)
    said = _split(story, folded_story, lines_of(folded_story.text), house)
    spans = [folded.span(lines[number].start, lines[number].end) for number in known]
    kept = (
        notice
        for notice in _split(text, folded, lines, house).notices
        if notice.start >= at and not any(start <= notice.start and notice.end <= end for start, end in spans)
    )
    trailing = "\n".join(filter(None, (said.trailing, text[at:].strip())))
    return replace(said, notices=(*said.notices, *kept), trailing=trailing)


def _split(text: str, folded: Folded, lines: Sequence[Line], house: House) -> SplitText:
    """A text without anything that a mail program appended."""

    def credited(at: int) -> bool:
        before = folded.text[max(0, at - 200) : at].rstrip()
        return credit_lines.closes_with_credit(before, before.rfind("\n") + 1, len(before), house)

    pictures = photos.find(folded.text, lines, house)
    found = [
        notice
        for notice in notice_lines.find(folded.text, lines, house, credited)
        if not any(picture.start < notice.end and notice.start < picture.end for picture in pictures)
    ]
    places = sorted((notice.first, notice.start) for notice in found)
    credited_lines = credit_lines.find(text, folded, lines, house, places)
    cut = teasers(folded.text, lines, found, credited_lines, house)
    inside = [(notice.start, notice.end) for notice in found]
    if cut:
        inside.append(cut)
    pictures = [picture for picture in pictures if not _within(picture.start, inside)]
    inside += [(picture.start, picture.end) for picture in pictures]
    kept = [credit for credit in credited_lines if not _within(credit.start, inside)]
    removed = [*inside, *((credit.start, credit.end) for credit in kept if credit.position != "dateline")]
    spans = [folded.span(*span) for span in removed]
    notices = [
        *(notice.notice(text, folded) for notice in found),
        *(picture.notice(text, folded) for picture in pictures if not picture.ours),
    ]
    return SplitText(
        body=_without(text, spans) if spans else text,
        credits=(
            *(credit for said in _ordered(kept) for credit in said.credits(text, folded)),
            *(credit for picture in pictures for credit in picture.credits(text, folded)),
        ),
        notices=tuple(sorted(notices, key=lambda notice: notice.start)),
        trailing=text[slice(*folded.span(*cut))].strip() if cut else "",
    )


def _within(at: int, spans: Sequence[Span]) -> bool:
    return any(start <= at < end for start, end in spans)


def _ordered(credited: Sequence[Credited]) -> list[Credited]:
    """The credits that close a story first, then those of datelines."""
    return sorted(credited, key=lambda credit: (credit.position == "dateline", credit.start))


def _without(text: str, spans: Sequence[Span]) -> str:
    """The text without these spans, and without the blank lines and spaces that they leave."""
    kept = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    body = kept[0]
    for piece in kept[1:]:
        left, right = body.rstrip(), piece.lstrip()
        if right.startswith("."):
            body = left + right[left.endswith(_FINISHED) :]
            continue
        breaks = max(body[len(left) :].count("\n"), piece[: len(piece) - len(right)].count("\n"))
        joint = "\n" * min(breaks, 2) or " "
        body = left + joint + right
    return body.strip()
