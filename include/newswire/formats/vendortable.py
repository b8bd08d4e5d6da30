"""The table of agencies' own formats (``data/vendors.yaml``), typed; its comments say what the keys are."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from newswire import packaged


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What the values at a place state: those that are listed, any other one, or any at all."""

    at: str
    listed: dict[str, str] = msgspec.field(name="is", default_factory=dict)
    otherwise: str | None = msgspec.field(name="else", default=None)
    any: str | None = None

    def of(self, value: str) -> str | None:
        """What a value states; nothing where there is none."""
        return (self.any or self.listed.get(value.lower(), self.otherwise)) if value else None


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """Where media stand: the elements, and the paths of their fields below each."""

    each: str
    url: tuple[str, ...]
    medium: str | None = None
    title: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    vendor: str
    shape: Literal["xml", "json"]
    item: str
    needs: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    set_aside: tuple[Rule, ...] = ()
    zones: dict[str, str] = {}
    times: str | None = None
    words: dict[str, dict[str, str]] = {}
    status: tuple[Rule, ...] = ()
    signals: tuple[Rule, ...] = ()
    related: tuple[str, ...] = ()
    media: tuple[Component, ...] = ()


@cache
def rows() -> tuple[Vendor, ...]:
    """The table."""
    return tuple(msgspec.convert(packaged.table(__package__, "vendors"), list[Vendor]))
