"""Where places lie: countries in regions, from ``data/places.yaml`` (ISO 3166, UN M.49)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from newswire import packaged

_TABLE: Mapping[str, Any] = packaged.table(__package__, "places")
_ROWS = [row.split() for row in _TABLE["countries"].split(";")]

ALPHA3: Mapping[str, str] = {two: three for two, three, _ in _ROWS}
"""ISO 3166-1 alpha-2 to alpha-3."""

_COUNTRIES: Mapping[str, str] = {code: row[0] for row in _ROWS for code in row} | _TABLE["same"]
_REGIONS: Mapping[str, Mapping[str, Any]] = _TABLE["regions"]
_NAMES: Mapping[str, str] = {row["name"].casefold(): code for code, row in _REGIONS.items()}


@lru_cache(maxsize=2048)
def members(place: str) -> frozenset[str] | None:
    """The countries that a place consists of (for a part of one, its ISO 3166-2 code alone); None for an unknown place.

    Args:
        place: A code (``DE``, ``DEU``, ``276``, ``DE-BY``, ``150``, ``EU``), a region's English name, or an IRI of
            one of the table's prefixes followed by a code.
    """
    code = place.strip()
    for prefix in _TABLE["prefixes"]:
        if code.startswith(prefix):
            code = code.removeprefix(prefix)
            break
    code = _NAMES.get(code.casefold(), code.upper())
    if code in _COUNTRIES:
        return frozenset({_COUNTRIES[code]})
    if code in _REGIONS:
        return frozenset().union(*(members(part) or () for part in _REGIONS[code]["parts"]))
    country, dash, part = code.partition("-")
    if dash and part.isalnum() and len(part) <= 3 and _COUNTRIES.get(country) == country:  # noqa: PLR2004 - ISO 3166-2
        return frozenset({code})
    return None


@lru_cache(maxsize=4096)
def within(inner: str, outer: str) -> bool | None:
    """Whether a place lies wholly in another; None where only a part does, or either is unknown."""
    if inner == outer:
        return True
    parts, whole = members(inner), members(outer)
    if parts is None or whole is None:
        return None
    if all(part in whole or part.partition("-")[0] in whole for part in parts):
        return True
    overlaps = any(_overlap(part, other) for part in parts for other in whole)
    return None if overlaps else False


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
