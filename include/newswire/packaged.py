"""The tables that the package brings along: YAML of our own, read by libyaml, ten times as fast as by Python."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # not every build of PyYAML has libyaml


def table(package: str, name: str) -> Any:  # noqa: ANN401 - YAML; each caller gives it its type
    """The table of this name in a package's ``data`` folder."""
    return read((resources.files(package) / "data" / f"{name}.yaml").read_bytes())


def read(text: bytes) -> Any:  # noqa: ANN401 - YAML; each caller gives it its type
    """A table's value."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a SafeLoader
