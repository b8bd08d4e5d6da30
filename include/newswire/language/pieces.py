"""Cut a text into pieces that are long enough to have a language of their own."""

from __future__ import annotations

import re
from itertools import pairwise

SHORTEST = 20  # characters; a shorter line or sentence joins its neighbour
UNCUT = 260  # characters; a text or line up to here is short: what it is cut into are its sentences
REACHES = (50, 130)  # characters; how far from the middle a cut may lie to fall between sentences, the nearer first
MOST = 12  # pieces; of a longer text some are left out, evenly
SENTENCE = re.compile(r"[.!?\u2026\u061f\u06d4\u0964][\"'\u201d\u2019\u00bb)]*\s+|[\u3002\uff01\uff1f]")

ENDS = (". ", "! ", "? ", "\u061f ", "\u06d4 ", "\n")  # of most sentences


def pieces(text: str) -> list[str]:
    """Lines, long ones cut between sentences: pieces of 20 to about 260 characters, in the order of the text."""
    lines = text.split("\n") if "\n" in text else [text]
    found: list[str] = []
    for line in lines:
        found.extend([line] if len(line) <= UNCUT else _cut(line))
    joined = _join_short(found)
    if len(joined) > MOST:
        step = (len(joined) - 1) / (MOST - 1)
        joined = [joined[round(index * step)] for index in range(MOST)]
    return joined or [text]


def sentences(text: str) -> list[str]:
    """The lines and sentences of a short text, in its order; one piece where it has but one."""
    if "\n" not in text and not SENTENCE.search(text, SHORTEST, len(text) - SHORTEST):
        return [text]
    return _join_short([part for line in text.split("\n") for part in _sentences(line)]) or [text]


def last_sentence(piece: str) -> str:
    """How a piece ends, found in less time than ``sentences`` takes; empty where that is its only sentence."""
    end = max(piece.rfind(sign, 0, len(piece) - SHORTEST) for sign in ENDS)
    return piece[end + 1 :] if end > 0 else ""


def _sentences(line: str) -> list[str]:
    ends = [0, *(match.end() for match in SENTENCE.finditer(line)), len(line)]
    return [line[start:end] for start, end in pairwise(ends)]


def _cut(line: str) -> list[str]:
    """A long line in pieces of about one length, cut where the nearest sentence ends, else at a space."""
    count = -(-len(line) // UNCUT)
    cuts = [0]
    for index in range(1, count):
        wanted = len(line) * index // count
        near = _sentence_end(line, wanted) or line.find(" ", wanted)
        if near > cuts[-1]:
            cuts.append(near)
    return [line[start:end] for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True)]


def _sentence_end(line: str, wanted: int) -> int:
    """Where a sentence ends, as near to a place as can be; 0 where none ends near."""
    for reach in REACHES:
        found = [match.end() for match in SENTENCE.finditer(line, max(wanted - reach, 1), wanted + reach)]
        if found:
            return min(found, key=lambda end: abs(end - wanted))
    return 0


def _join_short(lines: list[str]) -> list[str]:
    """Join each short line to the one before it; a short first one to the next."""
    joined: list[list[str]] = []
    length = 0  # of the last piece
    for line in lines:
        if joined and (len(line) < SHORTEST or length < SHORTEST):
            joined[-1].append(line)
            length += 1 + len(line)
        elif line.strip():
            joined.append([line])
            length = len(line)
    return ["\n".join(parts) for parts in joined]
