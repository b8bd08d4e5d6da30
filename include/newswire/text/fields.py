"""Notices in an item's rights fields and editor's note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newswire.config import Layout
from newswire.model import Item, Notice, RightsKind
from newswire.text.folding import fold
from newswire.text.holders import named_holder, stated_holder
from newswire.text.house import House, house_of
from newswire.text.layout import Line
from newswire.text.matching import candidates, hits_in
from newswire.text.notices import Found

_PROSE = frozenset({RightsKind.NOTICE, RightsKind.USAGE_TERMS, RightsKind.RESTRICTION, RightsKind.LICENSE})
_NOT_PROSE = re.compile(r"\S*")
_STRONG_ENOUGH = 2


def field_notices(item: Item, *, names: Sequence[str] = ()) -> tuple[Notice, ...]:
    """Read the rights statements of an item, and its editor's note, as notices.

    A field meant for rights needs no score: one clear wording in it is a notice, whole and verbatim, with offsets into
    the field's value and the field's pointer (``ed_note`` for the editor's note) as its source. URLs and single
    tokens are not prose. The rights of media are theirs alone and are not read here.
    """
    known = house_of(tuple(names), Layout())
    return tuple(notice for value, source, holder in _values(item) for notice in _read(value, source, holder, known))


def _values(item: Item) -> Iterator[tuple[str, str, str | None]]:
    for statement in item.rights:
        if statement.kind in _PROSE:
            yield statement.value, statement.pointer, statement.holder
    if item.ed_note:
        yield item.ed_note, "ed_note", None


def _read(value: str, source: str, holder: str | None, house: House) -> Iterator[Notice]:
    if _NOT_PROSE.fullmatch(value.strip()) and source != "ed_note":
        return
    folded = fold(value)
    whole = Line(start=0, end=len(folded.text))
    hits = hits_in(folded.text, whole, candidates(folded.text), house, prose=False)
    if not any(hit.classes and hit.rule.row.strength >= _STRONG_ENOUGH for hit in hits):
        return
    stated = stated_holder(folded.text, 0, whole.end, hits, house)
    found = Found(
        start=0,
        end=whole.end,
        first=0,
        last=0,
        hits=tuple(hits),
        own_line=True,
        holder=stated or (None if holder else named_holder(folded.text, 0, whole.end, house)),
        ours=stated is not None and house.owns(folded.text[slice(*stated)]),
    )
    notice = found.notice(value, folded, source)
    if notice.holder is None and holder:
        notice = replace(notice, holder=holder)
    yield notice
