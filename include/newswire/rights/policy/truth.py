"""Three-valued logic (Kleene): true, false, and None for what cannot be known."""

from __future__ import annotations

from collections.abc import Collection, Iterable

Truth = bool | None


def negated(truth: Truth) -> Truth:
    """Not; the unknown stays unknown."""
    return None if truth is None else not truth


def all_of(truths: Iterable[Truth]) -> Truth:
    """And: one false is enough for false."""
    seen = set(truths)
    return False if False in seen else None if None in seen else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Or: one true is enough for true."""
    seen = set(truths)
    return True if True in seen else None if None in seen else False


def one_of(truths: Collection[Truth]) -> Truth:
    """Exactly one: two true ones are false whatever the others are."""
    true = sum(truth is True for truth in truths)
    if true > 1:
        return False
    return None if None in truths else true == 1


def alike(truths: Iterable[Truth]) -> Truth:
    """What all of them say; unknown where they differ, or where there is none."""
    seen = set(truths)
    return seen.pop() if len(seen) == 1 else None
