"""``bin/newswire``: the library by hand. JSON on stdout; no Airflow.

Exit codes: 0 done, 1 the input was refused (one JSON error on stderr), 2 usage, 130 stopped by Ctrl-C. Each module
declares its own commands, and is imported when one of them is asked for.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from newswire.cli.common import complain
from newswire.errors import NewswireError

INTERRUPTED = 130  # as a shell counts what SIGINT ended
MODULES = {
    "reading": ("parse", "detect", "notices", "decide"),
    "partners": ("partners",),
    "policy": ("policy",),
    "running": ("run", "status", "verify", "migrate"),
    "sweeping": ("sweep", "explain", "views"),
    "rebuilding": ("rebuild", "replay"),
    "ruling": ("override", "review", "tombstone"),
    "takedown": ("takedown",),
    "upkeep": ("backup", "restore", "reconcile", "housekeeping"),
}
"""Each module's commands: what one needs is slow to import, and of no use to the others."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    said = sys.argv[1:] if argv is None else argv
    arguments = _parser(said[:1]).parse_args(said)
    try:
        code: int = arguments.command(arguments)
        print(end="", flush=True)  # here, where it can be told that there is no room for it
    except NewswireError as error:
        complain(error.reason, error.message, error.remedy)
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        told = f"{error.filename}: {error.strerror}." if error.filename else f"{error}."
        complain("os_error", told, "Make room, mend its rights, or name another place.")
    except KeyboardInterrupt:
        complain("interrupted", "Stopped by Ctrl-C.", "Repeat the command; what it had begun is taken up again.")
        return INTERRUPTED
    else:
        return code
    return 1


def _drop_output() -> None:
    """Let go of what cannot be written: the interpreter would try once more at its end, and fail with a trace."""
    try:
        print(end="", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(asked: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that is asked for, else of all."""
    parser = argparse.ArgumentParser(prog="newswire", description="Rights-aware news syndication, by hand.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in [name for name, declared in MODULES.items() if set(asked) & set(declared)] or MODULES:
        import_module(f"newswire.cli.{module}").declare(commands)
    return parser
