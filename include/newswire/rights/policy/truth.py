"""Three-valued logic (Kleene): true, false, and None for what cannot be known."""

from __future__ import annotations

from collections.abc import Collection, Sequence

Truth = bool | None


def negated(truth: Truth) -> Truth:
    """Not; the unknown stays unknown."""
    return None if truth is None else not truth


def all_of(truths: Collection[Truth]) -> Truth:
    """And: one false is enough for false."""
    return False if False in truths else None if None in truths else True


def any_of(truths: Collection[Truth]) -> Truth:
    """Or: one true is enough for true."""
    return True if True in truths else None if None in truths else False


def one_of(truths: Collection[Truth]) -> Truth:
    """Exactly one: two true ones are false whatever the others are."""
    true = sum(truth is True for truth in truths)
    if true > 1:
        return False
    return None if None in truths else true == 1


def alike(truths: Sequence[Truth]) -> Truth:
    """What all of them say; unknown where they differ, or where there is none."""
    first = truths[0] if truths else None
    return first if all(truth is first for truth in truths) else None
