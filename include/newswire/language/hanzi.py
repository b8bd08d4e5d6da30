"""Which characters Chinese is written with, told by two older encodings that held one form each."""

from __future__ import annotations

import re
from functools import cache

HANZI = re.compile("[\u3400-\u9fff]")


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
