"""What editors tell each other in slugs, notes and lines of their own (``data/conventions.yaml``).

``KILL`` counts as a word of a slug, on its own line or as a label, never inside a headline or in prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from newswire import packaged
from newswire.formats.dates import read as read_date
from newswire.model import Embargo, Status

MAX_LINE = 400
"""The longest line that is looked at."""

STATUS = {"kill": Status.KILLED, "withhold": Status.WITHHELD, "advisory": Status.WITHHELD}
"""What a signal makes of the item; an advisory is addressed to editors, not to readers."""

_RULE = re.compile(r"\s*(?:[*=_-]\s*){3,}|\s*")
_HEADING = re.compile(r"#|\s*(?:[*=_-]\s*){3,}$")
_NO_WORDS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One convention: what it looks like, where it counts and what it says."""

    id: str
    counts_in: tuple[str, ...]
    pattern: re.Pattern[str]
    says: str
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What the conventions say about an item.

    Attributes:
        signals: Each once, in the order of the table.
        slug: The slug without the words of conventions.
        version: The number of the lead, such as 2 of ``2nd Ld``; None where none is told.
        embargo: From ``HOLD FOR RELEASE`` and its like.
    """

    signals: tuple[str, ...] = ()
    slug: str = ""
    version: str | None = None
    embargo: Embargo | None = None

    @property
    def status(self) -> Status:
        """The worst of what the signals make of the item."""
        return next((STATUS[name] for name in ("kill", "withhold", "advisory") if name in self.signals), Status.USABLE)


def read(
    slug: str = "",
    *,
    notes: Iterable[str] = (),
    lines: Iterable[str] = (),
    zone: ZoneInfo | None = None,
    pointer: str = "",
) -> Cues:
    """Read a slug, the notes to editors, and lines that stand alone at the head of a text.

    A slug that says ``KILL`` keeps its other words: they name the story that is meant.
    """
    places = [("slug", slug), *(("note", note) for note in notes), *(("line", line) for line in lines)]
    found = [
        (row, match)
        for row in rows()
        for place, text in places
        if place in row.counts_in and text and (match := row.pattern.search(text[:MAX_LINE].strip()))
    ]
    signals = tuple(dict.fromkeys(row.says for row, _ in found if row.says != "embargo"))
    versions = [match["version"] for _, match in found if match.groupdict().get("version")]
    held = [_embargo(match, zone, pointer) for row, match in found if row.says == "embargo"]
    return Cues(
        signals=signals,
        slug=_without(slug, [match for row, match in found if "slug" in row.counts_in]),
        version=versions[0] if versions else None,
        embargo=held[0] if held else None,
    )


def label(title: str, *, zone: ZoneInfo | None = None, pointer: str = "") -> Cues | None:
    """What a headline says by a convention that is its label; None where it has none.

    The words behind the label of a kill are the slug: they name the story that is meant.
    """
    for row in _labels():
        if match := row.pattern.search(title[:MAX_LINE]):
            if row.says == "embargo":
                return Cues(embargo=_embargo(match, zone, pointer))
            return Cues(signals=(row.says,), slug=title[match.end() :].strip())
    return None


def is_only(text: str) -> bool:
    """Whether a line is a convention and nothing else, such as ``2nd LEAD`` or ``KILL``: it is no headline."""
    return any(
        (match := row.pattern.search(text[:MAX_LINE])) and _NO_WORDS.fullmatch(text.replace(match[0], "", 1))
        for row in rows()
        if "line" in row.counts_in
    )


def split_private(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Take apart what is for readers and what is for editors.

    A marker such as "not intended for publication" opens the editors' part, which lasts to the end; a heading such as
    ``## Note to editors`` opens one that lasts to the next heading or rule. Rules of asterisks before it go with it.
    """
    public: list[str] = []
    private: list[str] = []
    ends_at_heading: bool | None = None
    for text in lines:
        opened = next(
            (row for row in rows() if "marker" in row.counts_in and row.pattern.search(text[:MAX_LINE])), None
        )
        if opened is not None and ends_at_heading is not False:
            ends_at_heading = opened.says == "not_for_publication_part"
            _drop(public, _RULE)
            if public and _HEADING.match(public[-1]):
                private.append(public.pop())
            _drop(public, _RULE)
        elif ends_at_heading and _HEADING.match(text):
            ends_at_heading = None
        (public if ends_at_heading is None else private).append(text)
    _drop(public, _RULE)
    return public, private


def _drop(lines: list[str], kind: re.Pattern[str]) -> None:
    """Take lines of a kind off the end."""
    while lines and kind.fullmatch(lines[-1].rstrip()):
        lines.pop()


def _embargo(match: re.Match[str], zone: ZoneInfo | None, pointer: str) -> Embargo:
    until = (match.groupdict().get("until") or "").strip(" .*)")
    if _NO_WORDS.fullmatch(until):
        return Embargo(raw=match[0].strip(), pointer=pointer)
    reading = read_date(until, zone)
    problem = reading.problem or (None if reading.start else "unparsable")
    return Embargo(until=reading.start, problem=problem, raw=match[0].strip(), pointer=pointer)


def _without(slug: str, matches: list[re.Match[str]]) -> str:
    for match in matches:
        slug = slug.replace(match[0].strip(" ,/-:"), "", 1) if match[0].strip() else slug
    slug = re.sub(r"\s+", " ", slug)
    return re.sub(r"(?:[\s,/:]|-(?=$|[\s,/]))+$|^[\s,/:-]+", "", slug)


@cache
def _labels() -> tuple[Row, ...]:
    """The rows that count in headlines: few, since every headline is looked at."""
    return tuple(row for row in rows() if "title" in row.counts_in)


@cache
def rows() -> tuple[Row, ...]:
    """The table."""
    return tuple(
        Row(
            id=row["id"],
            counts_in=tuple(row["counts_in"]),
            pattern=re.compile(row["pattern"]),
            says=row["says"],
            matches=tuple(row["matches"]),
            rejects=tuple(row["rejects"]),
        )
        for row in packaged.table(__package__, "conventions")
    )
