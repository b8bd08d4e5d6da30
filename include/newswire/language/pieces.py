"""Cut a text into pieces that are long enough to have a language of their own."""

from __future__ import annotations

import re

SHORTEST = 50  # characters; a shorter line joins its neighbour
UNCUT = 160  # characters; a text of one line up to here is one piece
LONGEST = 260  # characters; a longer line is cut where sentences end
MOST = 12  # pieces; of a longer text some are left out, evenly
SENTENCE = re.compile(r"(?<=[.!?\u2026\u061f\u06d4\u0964\u3002\uff01\uff1f])\s+|(?<=[\u3002\uff01\uff1f])")


def pieces(text: str) -> list[str]:
    """Lines and groups of sentences of about 50 to 260 characters, in the order of the text."""
    lines = text.split("\n") if "\n" in text else [text]
    if len(lines) == 1 and len(text) <= UNCUT:
        return [text]
    found: list[str] = []
    for line in lines:
        found.extend([line] if len(line) <= LONGEST else _groups(SENTENCE.split(line)))
    joined = _join_short(found)
    if len(joined) > MOST:
        step = (len(joined) - 1) / (MOST - 1)
        joined = [joined[round(index * step)] for index in range(MOST)]
    return joined or [text]


def _groups(sentences: list[str]) -> list[str]:
    """Sentences joined while they fit into a piece; a sentence longer than a piece is cut."""
    groups: list[str] = []
    for sentence in sentences:
        if groups and len(groups[-1]) + len(sentence) < LONGEST:
            groups[-1] += f" {sentence}"
        else:
            groups.extend(sentence[start : start + LONGEST] for start in range(0, len(sentence), LONGEST))
    return groups


def _join_short(lines: list[str]) -> list[str]:
    """Join each short line to the one before it; a short first one to the next."""
    joined: list[str] = []
    for line in lines:
        if joined and (len(line) < SHORTEST or len(joined[-1]) < SHORTEST):
            joined[-1] += f"\n{line}"
        elif line.strip():
            joined.append(line)
    return joined
