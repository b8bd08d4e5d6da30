"""Notices in an item's rights fields and editor's note; agencies in its byline and dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newswire.config import Layout
from newswire.model import Credit, Item, Notice, RightsKind, RightsStatement
from newswire.text import notices
from newswire.text.candidates import candidates
from newswire.text.compiled import load
from newswire.text.credits import in_byline
from newswire.text.datelines import dateline
from newswire.text.folding import fold, folded
from newswire.text.found import Found
from newswire.text.holders import agency_named, named_holder, stated_holder
from newswire.text.house import House, house_of
from newswire.text.layout import Line, lines_of
from newswire.text.leftover import left_over
from newswire.text.lexicon import Span
from newswire.text.mailends import is_end
from newswire.text.matching import hits_in

_PROSE = frozenset({RightsKind.NOTICE, RightsKind.USAGE_TERMS, RightsKind.RESTRICTION, RightsKind.LICENSE})
_NOT_PROSE = re.compile(r"[!-~]*")
_STRONG_ENOUGH = 2
_TITLE_STOPS = re.compile(r":\s+|\s+[-\u2013\u2014|]+\s+|(?<=[)\]])\s*")


def field_notices(item: Item, *, names: Sequence[str] = ()) -> tuple[Notice, ...]:
    """Read the rights statements of an item, and its editor's note, as notices.

    A field meant for rights needs no score: one clear wording in it, and not a label alone, is a notice, whole and
    verbatim, with offsets into the field's value and the field's pointer as its source (``ed_note`` for a note whose
    place is not known); of a note its line. URLs and single words of plain letters in rights are not prose. A title
    counts where what stands before or behind a colon, a dash or a bracket is an embargo's line. The rights of media are
    theirs alone and are not read here.
    """
    known = house_of(tuple(names), Layout())
    stated = (notice for statement in _statements(item.rights) for notice in _read(*statement, known))
    return (*stated, *_in_note(item, known), *_in_title(item.title, known))


def media_notices(item: Item, *, names: Sequence[str] = ()) -> tuple[Notice, ...]:
    """Read the rights statements of an item's photos and videos the same way; the source tells whose they are."""
    known = house_of(tuple(names), Layout())
    said = dict.fromkeys(value for media in item.media for value in _statements(media.rights))
    return tuple(notice for value, source, holder in said for notice in _read(value, source, holder, known))


def field_credits(item: Item, *, names: Sequence[str] = ()) -> tuple[Credit, ...]:
    """The agencies that an item's byline and dateline fields name; the field is the position, whole and verbatim."""
    house = house_of(tuple(names), Layout())
    found = (
        *(("byline", item.byline, agency) for agency in in_byline(folded(item.byline or ""), house)),
        *(("dateline", item.dateline, agency) for agency in _in_dateline(item.dateline or "", house)),
    )
    return tuple(
        Credit(text=value, agency=agency, start=0, end=len(value), position=position)
        for position, value, agency in found
        if value
    )


def _in_dateline(value: str, house: House) -> Iterator[str]:
    """The agency of a dateline that stands without its story, and often without its dash."""
    whole = value.rstrip(" -\u2013\u2014") + " - "
    text = fold(whole)
    found = dateline(whole, text, Line(start=0, end=len(text.text)), house)
    if found is not None:
        yield found[1]


def _statements(rights: Sequence[RightsStatement]) -> Iterator[tuple[str, str, str | None]]:
    for statement in rights:
        if statement.kind in _PROSE and not _NOT_PROSE.fullmatch(statement.value.strip()):
            yield statement.value, statement.pointer, statement.holder


def _in_note(item: Item, house: House) -> Iterator[Notice]:
    """What the lines of an editor's note say, each a note of its own; an embargo may run over several."""
    note, source = item.ed_note or "", dict(item.places).get("ed_note", "ed_note")
    found, start = [], 0
    for line in note.split("\n"):
        said = () if is_end(folded(line)) else _read(line, source, None, house)
        found += [replace(notice, start=start, end=start + len(line)) for notice in said]
        start += len(line) + 1
    yield from found
    if "\n" in note and not any("embargo" in said.classes for said in found):
        yield from (said for said in _read(note, source, None, house) if "embargo" in said.classes)


def _read(value: str, source: str, holder: str | None, house: House) -> Iterator[Notice]:
    text = fold(value)
    whole = Line(start=0, end=len(text.text))
    hits = hits_in(text.text, whole, candidates(text.text), house, prose=False)
    if not any(set(hit.classes) - {"label"} and hit.rule.row.strength >= _STRONG_ENOUGH for hit in hits):
        return
    stated = stated_holder(text.text, 0, whole.end, hits, house)
    found = Found(
        start=0,
        end=whole.end,
        first=0,
        last=0,
        hits=tuple(hits),
        own_line=True,
        holder=stated or (None if holder else _named(text.text, whole.end, house)),
        ours=stated is not None and house.owns(text.text[slice(*stated)]),
        complete=left_over(text.text, 0, whole.end, hits, house, holder=stated) == 0,
    )
    notice = found.notice(value, text, source)
    if notice.holder is None and holder:
        notice = replace(notice, holder=holder)
    yield notice


def _in_title(title: str, house: House) -> Iterator[Notice]:
    """The embargo with a time that stands before or after a headline: "EMBARGOED UNTIL 18:00: Quay to be widened"."""
    for start, end in _ends_of(title):
        text = fold(title[start:end])
        if not candidates(text.text) or not load().states_time(text.text):
            continue
        for found in notices.find(text.text, lines_of(text.text), house, lambda _: False):
            if "embargo" in found.classes:
                said = found.notice(title[start:end], text, "title")
                yield replace(said, start=said.start + start, end=said.end + start)
                return


def _ends_of(title: str) -> Iterator[Span]:
    """What stands before each colon, dash or closing bracket of a title, and behind it."""
    for stop in _TITLE_STOPS.finditer(title):
        yield from ((0, stop.start()), (stop.end(), len(title)))


def _named(text: str, end: int, house: House) -> Span | None:
    return named_holder(text, 0, end, house) or agency_named(text, 0, end, house)
