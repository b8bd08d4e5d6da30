"""The credit of a photo in a text: ``(Photo by Jane Roe / AFP via Getty Images)``, ``Foto: dpa``, ``POOL AFP/AP``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newswire.model import Credit, Notice, Scope
from newswire.text.compiled import load
from newswire.text.folding import Folded, folded
from newswire.text.house import House
from newswire.text.layout import Line, quoted, words

_BRACKETS = re.compile(r"[(\[](?P<chain>[^()\[\]\n]{3,100})[)\]]\s*\.?$")
_BEFORE_LABEL = re.compile(r"(?:^|(?<=[.!?。])\s+|\s[-|]+\s|\s(?=©))[\s*•]*$")
_AFTER_LABEL = re.compile(r"\s*(?P<mark>[:=©])?\s*(?:by\s|de\s|von\s|di\s|av\s)?\s*(?:[:=©]\s*)?")
_PARTS = re.compile(r"\s*(?:[/,;|&+=()]|\s-+\s|\b(?:via|and|und|et|ve|y|e)\b)\s*")
_LONGEST = 100
_NAME_WORDS = 4
_BESIDE_AGENCY = 3
_RULE = "photo_credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCredit:
    """The credit of a photo, in folded offsets.

    Attributes:
        chain: Where the names start: photographer, agency, distributor.
        agencies: The agencies among them.
        language: The language of its label; ``und`` without one.
        ours: Whether no other agency than the partner is named.
    """

    start: int
    end: int
    chain: tuple[int, int]
    agencies: tuple[str, ...]
    language: str
    ours: bool

    def credits(self, original: str, text: Folded) -> Iterator[Credit]:
        """A credit for each agency, in the original's own words and offsets."""
        start, end = text.span(self.start, self.end)
        for agency in self.agencies:
            yield Credit(text=original[start:end], agency=agency, start=start, end=end, position="photo")

    def notice(self, original: str, text: Folded) -> Notice:
        """The notice that it is: the photo is someone else's."""
        start, end = text.span(self.start, self.end)
        return Notice(
            text=original[start:end],
            start=start,
            end=end,
            classes=("third_party",),
            language=self.language,
            holder=original[slice(*text.span(*self.chain))].strip(),
            rules=(f"{self.language}.{_RULE}",),
            scope=Scope.MEDIA,
            confidence=0.9,
        )


def find(text: str, lines: Sequence[Line], house: House) -> list[PhotoCredit]:
    """The credits of photos in a folded text: alone on a line, in brackets that close one, or after a caption."""
    return [found for line in lines for found in _in_line(text, line, house)]


def _in_line(text: str, line: Line, house: House) -> Iterator[PhotoCredit]:
    bracket = _BRACKETS.search(text, max(line.start, line.end - _LONGEST - 4), line.end)
    if bracket:
        found = _read(text, bracket.span(), bracket.span("chain"), house, bracketed=True)
        if found and not quoted(text, line, found.start, found.end):
            yield found
            return
    from_here = max(line.start, line.end - _LONGEST)
    for _, (start, _) in load().photo_labels.find(text[from_here : line.end]):
        if _BEFORE_LABEL.search(text[line.start : from_here + start]):
            span = (from_here + start, line.end)
            found = _read(text, span, span, house, bracketed=False)
            if found:
                yield found
                return
    if line.end - line.start <= _LONGEST:
        found = _read(text, (line.start, line.end), (line.start, line.end), house, bracketed=False)
        if found:
            yield found


def _read(
    text: str, span: tuple[int, int], inside: tuple[int, int], house: House, *, bracketed: bool
) -> PhotoCredit | None:
    said = text[slice(*inside)]
    label = load().photo_labels.starts(said)
    marked = None
    start = 0
    if label:
        after = _AFTER_LABEL.match(said, label[1])
        marked = after and after["mark"]
        start = after.end() if after else label[1]
    chain = said[start:].rstrip(" .)")
    if not chain or (said.rstrip().endswith((".", "!", "?")) and not bracketed and not marked):
        return None
    agencies, names = _named(chain, house)
    listed = load().agencies
    pictures = any(listed[folded(agency)].photos for agency in agencies if folded(agency) in listed)
    leads = "/" in chain and bool(names) and _opens_with_agency(chain, house)
    if not agencies or words(" ".join(names)) > 2 * _NAME_WORDS or not (label or pictures or leads):
        return None
    return PhotoCredit(
        start=span[0],
        end=span[1],
        chain=(inside[0] + start, inside[0] + start + len(chain)),
        agencies=agencies,
        language=load().photo_languages.get(said[: label[1]], "und") if label else "und",
        ours=all(agency in house.own.values() for agency in agencies),
    )


def _opens_with_agency(chain: str, house: House) -> bool:
    """Whether an agency's name stands first, as in ``REUTERS/Jane Roe`` or ``© AFP / Jane Roe``."""
    return house.agency(_PARTS.split(chain.lstrip("© "))[0]) is not None


def _named(chain: str, house: House) -> tuple[tuple[str, ...], list[str]]:
    """The agencies of a chain, and its other names; nothing where a part is neither."""
    agencies: list[str] = []
    names: list[str] = []
    for part in filter(None, _PARTS.split(chain.lstrip("© "))):
        found, rest = _split(part, house)
        if rest and words(rest) > (_BESIDE_AGENCY if found else _NAME_WORDS):
            return (), []
        agencies += found
        names += [rest] if rest else []
    return tuple(dict.fromkeys(agencies)), names


def _split(part: str, house: House) -> tuple[list[str], str]:
    """A chain's part as agencies and the name beside them: ``afp``, ``pool afp``, ``jane roe afp``."""
    whole = house.agency(part)
    if whole:
        return [whole], ""
    said = part.split()
    for at in range(1, len(said)):
        head, tail = house.agency(" ".join(said[:at])), house.agency(" ".join(said[at:]))
        if head and tail:
            return [head, tail], ""
        if tail:
            return [tail], " ".join(said[:at])
    return [], part
