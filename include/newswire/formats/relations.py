"""Which items an item takes the place of, and which it only names (``data/relations.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

import msgspec

from newswire import packaged
from newswire.model import Relation

Says = Literal["replaces", "related"]


def replaced(format_: str, found: Iterable[Relation], own: str | None = None) -> str | None:
    """The first item that one of a format's relations says this one replaces; its own guid names an earlier version."""
    says = rows()[format_]
    targets = (relation.target for relation in found if says.get(relation.rel) == "replaces")
    return next((target for target in targets if target != own), None)


@cache
def rows() -> Mapping[str, Mapping[str, Says]]:
    """The table, by format."""
    return msgspec.convert(packaged.table(__package__, "relations"), dict[str, dict[str, Says]])
