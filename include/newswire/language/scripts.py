"""Scripts: which alphabet a text is written in, before anything asks for its language."""

from __future__ import annotations

from bisect import bisect_right

# Start, end (inclusive) and ISO 15924 code of the blocks that hold letters, in order.
RANGES = (
    (0x0041, 0x024F, "Latn"), (0x0250, 0x02AF, "Latn"), (0x0370, 0x03FF, "Grek"), (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"), (0x0590, 0x05FF, "Hebr"), (0x0600, 0x06FF, "Arab"), (0x0700, 0x074F, "Syrc"),
    (0x0750, 0x077F, "Arab"), (0x0780, 0x07BF, "Thaa"), (0x08A0, 0x08FF, "Arab"), (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"), (0x0B00, 0x0B7F, "Orya"),
    (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"), (0x0C80, 0x0CFF, "Knda"), (0x0D00, 0x0D7F, "Mlym"),
    (0x0D80, 0x0DFF, "Sinh"), (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Laoo"), (0x0F00, 0x0FFF, "Tibt"),
    (0x1000, 0x109F, "Mymr"), (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"), (0x1200, 0x139F, "Ethi"),
    (0x1780, 0x17FF, "Khmr"), (0x1800, 0x18AF, "Mong"), (0x1C90, 0x1CBF, "Geor"), (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"), (0x2C60, 0x2C7F, "Latn"), (0x2DE0, 0x2DFF, "Cyrl"), (0x3041, 0x309F, "Kana"),
    (0x30A1, 0x30FA, "Kana"), (0x3100, 0x312F, "Hani"), (0x3130, 0x318F, "Hang"), (0x31F0, 0x31FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xA640, 0xA69F, "Cyrl"), (0xA720, 0xA7FF, "Latn"),
    (0xAC00, 0xD7AF, "Hang"), (0xF900, 0xFAFF, "Hani"), (0xFB00, 0xFB06, "Latn"), (0xFB1D, 0xFB4F, "Hebr"),
    (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFC, "Arab"), (0xFF21, 0xFF5A, "Latn"), (0xFF66, 0xFF9F, "Kana"),
    (0x20000, 0x3134F, "Hani"),
)  # fmt: skip
_STARTS = [start for start, _, _ in RANGES]
VOWEL_SIGNS = 0x0900  # from here on scripts have signs that are no letters and belong to words
LONG, EVERY = 300, 5
_known: dict[str, str | None] = {}  # the script of each character met so far; None where it is no letter
_members: dict[str | None, set[str]] = {None: set()}  # the same, by script


def count_scripts(text: str) -> dict[str, int]:
    """How many letters (and vowel signs) of each script a text holds, by ISO 15924 code, most first.

    Hiragana and katakana count together as ``Kana``. Of a long text every fifth character is looked at, and stands for
    five.
    """
    if len(text) <= LONG:
        return _count(text)
    return {script: EVERY * count for script, count in _count(text[::EVERY]).items()}


def _count(text: str) -> dict[str, int]:
    left = set(text)
    for character in left.difference(_known):
        _look_up(character)
    others = left & _members[None]
    left -= others
    if not left:
        return {}
    letters = len(text) - sum(map(text.count, others))
    script = _known[next(iter(left))]
    if script and left <= _members[script]:
        return {script: letters}
    groups: list[tuple[str, set[str]]] = []
    while left:
        script = _known[next(iter(left))] or ""
        groups.append((script, left & _members[script]))
        left -= groups[-1][1]
    # To count is dear: what is left over belongs to the script with the most different letters.
    main = max(groups, key=lambda group: len(group[1]))[0]
    found = {script: sum(map(text.count, group)) for script, group in groups if script != main}
    found[main] = letters - sum(found.values())
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _look_up(character: str) -> None:
    point = ord(character)
    index = bisect_right(_STARTS, point) - 1
    script = None
    if index >= 0 and point <= RANGES[index][1] and (point > VOWEL_SIGNS or character.isalpha()):
        script = RANGES[index][2]
    _members.setdefault(script, set()).add(character)
    _known[character] = script
