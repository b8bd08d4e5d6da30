"""By what a story's words are known again: hashes of runs of eight words, whatever markup, case or file they are in.

The words themselves are forgotten with the story; their hashes outlive it, so that it can be searched for at any time.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from newswire.model import Item

RUN = 8
SHORTEST = 4
"""The fewest words of a text, such as a headline, that can be told from others'."""

_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
"""A word; in a script that writes none apart, a letter."""


def of_item(item: Item) -> set[str]:
    """The traces of an item's own words."""
    texts = [item.title, item.summary, item.body, item.ed_note, *(m.title for m in item.media)]
    return of_texts(filter(None, [*texts, *(m.caption for m in item.media)]))


def of_texts(texts: Iterable[str]) -> set[str]:
    """The traces of some texts; one of fewer than four words has none."""
    found: set[str] = set()
    for text in texts:
        for line in text.splitlines():
            words = _words(line)
            if len(words) >= SHORTEST:
                found.update(_runs(words, min(RUN, len(words))))
    return found


def fewest(traces: Collection[str], most: int) -> list[str]:
    """At most so many of some traces: always the same ones, wherever they stand in the text."""
    return sorted(traces, key=lambda trace: trace[1:])[:most]


class Traces:
    """What is searched for.

    Args:
        traces: As ``of_item`` gives them.
    """

    def __init__(self, traces: Iterable[str]) -> None:
        self._by_length: dict[int, set[str]] = defaultdict(set)
        for trace in traces:
            self._by_length[int(trace[0])].add(trace)

    def __bool__(self) -> bool:
        return bool(self._by_length)

    def __len__(self) -> int:
        return sum(map(len, self._by_length.values()))

    def stand_in(self, texts: Iterable[str]) -> bool:
        """Whether any text holds words of the story, however its lines are broken."""
        return bool(self._by_length) and any(self._in(_words(text)) for text in texts)

    def _in(self, words: list[str]) -> bool:
        return any(
            trace in wanted
            for length, wanted in self._by_length.items()
            if len(words) >= length
            for trace in _runs(words, length)
        )


def _words(line: str) -> list[str]:
    return _WORD.findall(line.casefold())


def _runs(words: list[str], length: int) -> Iterator[str]:
    for start in range(len(words) - length + 1):
        run = " ".join(words[start : start + length])
        yield f"{length}{hashlib.blake2b(run.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
