"""Rights as NewsML 1 and NITF state them: holders, and usage rights made of uses, area, limits and a period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newswire.formats.dates import Clock, Reading, read
from newswire.formats.htmltext import line
from newswire.model import Embargo, RightsKind, RightsStatement, Scope

TERMS: Mapping[str, tuple[RightsKind, str | None, str | None]] = {
    "holder": (RightsKind.HOLDER, None, None),
    "agent": (RightsKind.ACCOUNTABLE, None, "agent"),
    "uses": (RightsKind.USAGE_TERMS, None, None),
    "limitations": (RightsKind.USAGE_TERMS, None, "limitations"),
    "geography": (RightsKind.RESTRICTION, "allow", "country"),
}
"""The parts of usage rights: what kind of statement each is, its polarity and its type."""

_RESERVED = re.compile(r"[.,;]\s+(?=\S+ rights? reserved|rights? reserved)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value and where it stood."""

    value: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Usage rights as one element states them.

    Attributes:
        parts: By the names of ``TERMS``, in the element's order.
        start: Start of their validity.
        end: End of it.
    """

    parts: tuple[tuple[str, Said], ...] = ()
    start: Said | None = None
    end: Said | None = None


@dataclass(slots=True)
class Limits:
    """When an item may be used: its expiry, its embargo, and ends that cannot be read.

    An end that cannot be read becomes a restriction that no rule understands, so that it never passes for none.
    """

    clock: Clock
    unread: list[RightsStatement] = field(default_factory=list)

    def end(self, said: Said | None, scope: Scope = Scope.ITEM) -> datetime | None:
        """The first instant after an end; a bare day counts to its own end."""
        return self._read(said, scope).end

    def start(self, said: Said | None, scope: Scope = Scope.ITEM) -> datetime | None:
        """The first instant of a start."""
        return self._read(said, scope).start

    def embargo(self, said: Said) -> Embargo | None:
        """An embargo to a stated time; None where the time is one of the year 1, which means none."""
        reading = read(said.value, self.clock.zone)
        if reading == Reading():
            return None
        problem = reading.problem or (None if reading.precise else "unparsable")  # a month has no hour to lift it
        return Embargo(until=None if problem else reading.start, problem=problem, raw=said.value, pointer=said.pointer)

    def _read(self, said: Said | None, scope: Scope) -> Reading:
        reading = read(said.value if said else None, self.clock.zone)
        if said and reading.problem:
            self.clock.flags.append("naive_time" if reading.problem == "no_zone" else "bad_date")
            self.unread.append(
                RightsStatement(
                    kind=RightsKind.RESTRICTION,
                    value=said.value,
                    scope=scope,
                    pointer=said.pointer,
                    type="validity_unread",
                )
            )
        return reading


def usage(found: Usage, limits: Limits, scope: Scope = Scope.ITEM) -> Iterator[RightsStatement]:
    """One statement for each part that says something, all with the validity of the whole."""
    start, end = limits.start(found.start, scope), limits.end(found.end, scope)
    holder = next((line(said.value) for name, said in found.parts if name == "holder" and said.value.strip()), None)
    told = [(name, said) for name, said in found.parts if said.value.strip()]
    for name, said in told:
        kind, polarity, type_ = TERMS[name]
        yield RightsStatement(
            kind=kind,
            value=line(said.value),
            holder=holder if kind is not RightsKind.ACCOUNTABLE else None,
            scope=scope,
            pointer=said.pointer,
            polarity=polarity,
            type=type_,
            valid_from=start,
            valid_until=end,
        )
    place = found.end or found.start
    if place and not told and (start or end):
        yield RightsStatement(
            kind=RightsKind.RESTRICTION,
            value=place.value,
            scope=scope,
            pointer=place.pointer,
            type="validity",
            valid_from=start,
            valid_until=end,
        )


def copyright_(said: Said, year: str | None, scope: Scope = Scope.ITEM) -> Iterator[RightsStatement]:
    """The holder of the copyright; a field that also reserves the rights is a notice besides."""
    value = line(said.value)
    if not value:
        return
    holder = _RESERVED.split(value, maxsplit=1)[0].rstrip(" .,;")
    yield RightsStatement(
        kind=RightsKind.HOLDER, value=holder, holder=holder, scope=scope, pointer=said.pointer, year=year or None
    )
    if holder != value.rstrip(" .,;"):
        yield RightsStatement(
            kind=RightsKind.NOTICE, value=value, holder=holder, scope=scope, pointer=said.pointer, year=year or None
        )
