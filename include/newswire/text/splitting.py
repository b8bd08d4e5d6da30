"""A text into body, credits, notices and what the page appended.

What is cut from the body, and nothing else:

* a notice, with its line if it stands on its own;
* a credit that closes a paragraph or stands alone on a line (a dateline is reported and stays);
* the lines after a closing notice, if they look like teasers: see ``_teasers``.
"""

from __future__ import annotations

from collections.abc import Sequence

from newswire.model import SplitText
from newswire.text import credits as credit_lines
from newswire.text import notices as notice_lines
from newswire.text.credits import Credited
from newswire.text.folding import fold
from newswire.text.layout import TERMINAL, Line, lines_of, sentences
from newswire.text.matching import Span
from newswire.text.names import names_of
from newswire.text.notices import Found

_MOST_TEASERS = 12
_LONGEST_TEASER = 700
_TEASER_SENTENCES = 3
_LONGEST_HEADLINE = 140
_SHORTEST_STORY = 60
_CREDIT_NEAR = 4
_FINISHED = (".", "!", "?", "…", "”", '"')


def split(text: str, *, names: Sequence[str] = ()) -> SplitText:
    """Take an article's text apart.

    Args:
        text: The article's plain text, one paragraph a line, without its title.
        names: The partner's names, for holder and credit.

    Returns:
        The body, and credits (closing ones first, then datelines), notices and trailing text. All spans are exact
        offsets into ``text``. Without notice and credit the body is ``text`` itself.
    """
    folded = fold(text)
    known = names_of(tuple(names))
    lines = lines_of(folded.text)

    def credited(at: int) -> bool:
        before = folded.text[max(0, at - 200) : at].rstrip()
        return credit_lines.closes_with_credit(before, before.rfind("\n") + 1, len(before), known)

    found = notice_lines.find(folded.text, lines, known, credited)
    places = [(notice.first, notice.start) for notice in found]
    credited_lines = credit_lines.find(text, folded, lines, known, places)
    cut = _teasers(folded.text, lines, found, credited_lines)
    inside = [(notice.start, notice.end) for notice in found]
    if cut:
        inside.append(cut)
    kept = [c for c in credited_lines if not any(start <= c.start < end for start, end in inside)]
    removed = [*inside, *((c.start, c.end) for c in kept if c.position != "dateline")]
    spans = [folded.span(*span) for span in removed]
    ordered = sorted(kept, key=lambda c: (c.position == "dateline", c.start))
    return SplitText(
        body=_without(text, spans) if spans else text,
        credits=tuple(credit for c in ordered for credit in c.credits(text, folded)),
        notices=tuple(notice.notice(text, folded) for notice in found),
        trailing=text[slice(*folded.span(*cut))].strip() if cut else "",
    )


def _teasers(text: str, lines: Sequence[Line], found: Sequence[Found], credited: Sequence[Credited]) -> Span | None:
    """What follows a closing notice and is not the story's: (start, end), or None.

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
