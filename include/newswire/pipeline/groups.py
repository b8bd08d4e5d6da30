"""Many of something, some at a time: what bounds the memory and the length of a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_groups(every: Iterable[T], size: int) -> Iterator[list[T]]:
    """All of them in their order, at most ``size`` in a group (``itertools.batched`` of Python 3.12, with lists)."""
    rest = iter(every)
    while group := list(islice(rest, size)):
        yield group
