"""What every parser promises about any input, checked on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

import golden
from fuzz.mutations import Input, make
from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.formats.registry import FORMATS
from newswire.model import Item, ParsedPayload, Refusal

SHOWN = 20
"""Of so many inputs, one has its items' markup made safe too, which costs more than the parse."""


class BrokenPromise(Exception):
    """A parse that is neither a refusal nor what a parsed payload has to be."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs of a seed, by number."""

    seed: int
    seeds: Sequence[bytes] = field(default_factory=lambda: [path.read_bytes() for path in golden.inputs()])
    formats: Sequence[str] = tuple(sorted({row.name for row in FORMATS}))

    def at(self, number: int) -> Input:
        """The input of a number."""
        return make(self.seeds, self.formats, self.seed, number)


def check(given: Input, number: int) -> str:
    """Read an input.

    Returns:
        ``read``, ``empty`` or the reason of its refusal.

    Raises:
        BrokenPromise: The answer is not one. Any other error is one that the parser let out.
    """
    source = Source(
        url="https://wire.example/x", format=given.format, content_type=given.content_type, language=given.language
    )
    try:
        parsed = parse(given.raw, source)
    except PayloadRefused as refusal:
        return refusal.reason
    _hold(parsed)
    if number % SHOWN == 0:
        for entry in parsed.entries:
            if isinstance(entry, Item) and "<script" in (entry.body_html or ""):
                msg = "safe markup holds a script"
                raise BrokenPromise(msg)
    return "read" if parsed.entries else "empty"


def _hold(parsed: ParsedPayload) -> None:
    if len(parsed.links) != len(parsed.entries):
        msg = f"{len(parsed.links)} links for {len(parsed.entries)} entries"
        raise BrokenPromise(msg)
    for entry in parsed.entries:
        if isinstance(entry, Refusal) and not (entry.reason and entry.detail):
            msg = "a refusal without a reason or a detail"
            raise BrokenPromise(msg)
        if isinstance(entry, Item):
            if not entry.item_id:
                msg = "an item without identity"
                raise BrokenPromise(msg)
            entry.content_hash()
    if not parsed.entries and "no_entries" not in parsed.flags:
        msg = "nothing came out, silently"
        raise BrokenPromise(msg)
    msgspec.json.encode(parsed)
