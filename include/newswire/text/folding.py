"""Folding: one spelling for all spellings of the same words, with the way back to the original offsets.

Case (all four Turkish i as one letter), diacritics and their composition (NFC, NFD), Arabic, Persian and Kurdish yeh
and kaf, digits, quotes, dashes, spaces, full-width forms and characters left as HTML entities become one form. What
carries no letter (tatweel, vowel marks, nukta, zero-width and direction marks) is dropped.
"""

# ruff: noqa: RUF001 - look-alike characters are this module's data

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u093c"
_SILENT = "\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f"
_DROPPED = re.compile(f"[{_MARKS}{_SILENT}]")
_PRESENTATION = 0x2000
_SORANI_E = "\u0647\u200c"
_ENTITY = r"&(?:#\d{2,6}|#[xX][0-9A-Fa-f]{2,5}|[A-Za-z]{2,8}\d{0,2});"
_COMPOSED = f"{_ENTITY}|{_SORANI_E}|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\u3040-\u30ff][\u3099\u309a]"


def _groups() -> dict[str, str]:
    """Characters that stand for another one, by the one they stand for."""
    return {
        '"': "“”„‟«»″〝〞「」『』《》",
        "'": "‘’‚‛′ʼ‹›`´",
        "-": "‐‑‒–—―−﹘﹣－",
        " ": "\t\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        "\n": "\u0085\u2028\u2029",
        "i": "ıİIi",
        "σ": "ςΣ",
        "ي": "ىیې",
        "ك": "ک",
        "ं": "ँ",
        "©": "ⓒⒸ",
        "[": "【〔",
        "]": "】〕",
        ",": "،、，",
        ";": "؛；",
        "?": "؟？",
        ":": "：",
        ".": "．",
        "。": "｡",
    }


def _tables() -> tuple[dict[int, str], dict[str, str]]:
    """One-to-one replacements, and those that take several letters."""
    single: dict[int, str] = {ord(other): one for one, others in _groups().items() for other in others}
    several: dict[str, str] = {"ß": "ss", "ẞ": "ss", _SORANI_E: "\u06d5"}
    ranges = (range(0xA1, 0x2000), range(0xFB00, 0xFB07), range(0xFB50, 0xFEFD), range(0xFF01, 0xFF5F))
    for code in (code for codes in ranges for code in codes):
        whole = chr(code)
        if code in single or _DROPPED.match(whole):
            continue
        plain = unicodedata.normalize("NFD", whole) if code < _PRESENTATION else unicodedata.normalize("NFKD", whole)
        base = _DROPPED.sub("", plain).translate(single)
        digit = unicodedata.decimal(whole, None)
        if digit is not None:
            single[code] = str(digit)
        elif len(base) == 1 and base != whole:
            single[code] = base
        elif len(base) > 1 and code >= _PRESENTATION:
            several[whole] = base
    return single, several


_CODES, _SEVERAL = _tables()
_SINGLE = {chr(code): one for code, one in _CODES.items()}
_ASCII = bytes(range(0x80))
_ASCII_CONTROLS = "\t\r`"
_LETTERS = "".join(letter for letter in _SEVERAL if len(letter) == 1)
_IRREGULAR = re.compile(f"{_COMPOSED}|[{_MARKS}{_SILENT}{_LETTERS}]")
_ANY_ENTITY = re.compile(_ENTITY)
_ANY_IRREGULAR = re.compile(f"[{_MARKS}{_SILENT}{_LETTERS}\u1100-\u1112\u3099\u309a]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text and where each of its characters came from.

    Attributes:
        text: The folded text.
        starts: For each folded character, and for the end, an offset into the original. A dropped character belongs
            to the one before it, so that a span never tears a letter from its marks.
    """

    text: str
    starts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's half-open span of a folded one."""
        return self.starts[start], self.starts[end]


def fold(text: str) -> Folded:
    """Fold a text; offsets can be led back exactly."""
    odd = _beyond_ascii(text)
    if not _ANY_IRREGULAR.search("".join(odd)) and not ("&" in text and _ANY_ENTITY.search(text)):
        return Folded(text=_regular(text, odd), starts=range(len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    for piece, origins in _pieces(text):
        pieces.append(piece)
        starts.extend(origins)
    return Folded(text="".join(pieces), starts=(*starts, len(text)))


def folded(text: str) -> str:
    """The folded text alone, its runs of white space as one space."""
    return " ".join(fold(text).text.split())


def _beyond_ascii(text: str) -> set[str]:
    """The characters of a text that are not ASCII, each once; told from bytes, which takes less time."""
    if text.isascii():
        return set()
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def _regular(text: str, odd: set[str]) -> str:
    """Text without irregular characters, folded letter for letter: each of its odd letters everywhere at once."""
    for letter in odd & _SINGLE.keys():
        text = text.replace(letter, _SINGLE[letter])
    lowered = text.lower()
    for control in _ASCII_CONTROLS:
        if control in lowered:
            lowered = lowered.replace(control, _SINGLE[control])
    return lowered


def _pieces(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    at = 0
    for match in _IRREGULAR.finditer(text):
        yield _piece(text[at : match.start()]), range(at, match.start())
        found = match.group()
        letters = _letters(found).lower()
        yield letters, [match.start()] * len(letters)
        at = match.end()
    yield _piece(text[at:]), range(at, len(text))


def _piece(text: str) -> str:
    return _regular(text, _beyond_ascii(text))


def _letters(found: str) -> str:
    """What an irregular character, or an entity, stands for."""
    if found.startswith("&"):
        said = html.unescape(found)
        return found if said == found else "".join(piece for piece, _ in _pieces(said))
    return _SEVERAL.get(found, "" if _DROPPED.match(found) else unicodedata.normalize("NFC", found))
