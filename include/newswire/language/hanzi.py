"""Whose characters a text is written with, told by older encodings that held one country's forms each."""

from __future__ import annotations

import re
from functools import cache

HANZI = re.compile("[\u3400-\u9fff]")
LAST_OF_EVERYDAY = b"\x98\x72"  # in Shift JIS, which has rare kanji and older forms behind it


@cache
def _leaning(character: str) -> int:
    """+1 for a character only of simplified Chinese, -1 for one only of traditional Chinese, 0 for one of both."""
    return _encodes(character, "gb2312") - _encodes(character, "big5")


def _encodes(character: str, encoding: str) -> int:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return 1


def variant(text: str) -> str:
    """``zh-Hans`` or ``zh-Hant`` by the different characters of a text, or ``zh`` where none tells."""
    leaning = sum(map(_leaning, set(HANZI.findall(text))))
    if leaning == 0:
        return "zh"
    return "zh-Hans" if leaning > 0 else "zh-Hant"


def japanese(text: str) -> bool | None:
    """Whether a text without kana is Japanese by its characters; None where they fit Chinese as well.

    It is where all are kanji of everyday use, and no form of Chinese has them all.
    """
    characters = set(HANZI.findall(text))
    if not all(map(_everyday, characters)):
        return False
    chinese = any(all(_encodes(character, form) for character in characters) for form in ("gb2312", "big5"))
    return None if chinese else True


@cache
def _everyday(character: str) -> bool:
    """Whether Japanese writes a character in everyday use."""
    return bool(_encodes(character, "shift_jis")) and character.encode("shift_jis") <= LAST_OF_EVERYDAY
