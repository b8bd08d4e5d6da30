"""What a command imports: nothing that only other commands need."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from newswire.cli import MODULES

INCLUDE = str(Path(__file__).parents[2] / "include")
SLOW = {"sqlalchemy", "psycopg", "pyarrow", "pandas", "httpx", "asyncssh", "obstore", "great_expectations"}
COMMANDS = [["parse", "-"], ["detect"], ["notices", "-"], ["partners", "check", "ilkha"]]
"""Those that work without database and network."""


@pytest.mark.parametrize("module", MODULES)
def test_every_command_is_found_where_it_is_declared(module: str):
    """The table of modules names exactly the commands that each declares."""
    commands = argparse.ArgumentParser().add_subparsers()
    import_module(f"newswire.cli.{module}").declare(commands)
    assert set(MODULES[module]) == set(commands.choices)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_offline_command_imports_no_client(words: list[str]):
    """What reads a file on this machine waits for no database's, lake's or server's library."""
    program = "import sys; from newswire.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program, *words],
        input=b"Quay works begin\n\nThe harbour council met on Monday and agreed to widen the northern quay.\n",
        env={**os.environ, "PYTHONPATH": INCLUDE},
        capture_output=True,
        timeout=300,
        check=True,
    )
    assert SLOW.isdisjoint(done.stderr.decode().split())
    assert done.stdout
