"""Which characters Chinese is written with, told by two older encodings that held one form each."""

from __future__ import annotations

from functools import cache


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
    """``zh-Hans``, ``zh-Hant``, or ``zh`` where no character tells."""
    leaning = sum(_leaning(character) for character in text if character > "\u3400")
    if leaning == 0:
        return "zh"
    return "zh-Hans" if leaning > 0 else "zh-Hant"
