"""A place for a stack that PostgreSQL's system user can reach and whose socket path is short."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.home import Home

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """The state folder of a stack; whoever starts something in it stops it."""
    with tempfile.TemporaryDirectory(prefix="nws", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Home(root=ROOT, state=Path(folder) / "state")


@pytest.fixture
def is_root() -> bool:
    """Whether the tests run as root."""
    return os.geteuid() == 0
