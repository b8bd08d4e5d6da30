"""``bin/newswire``: the library by hand. JSON on stdout; no Airflow.

Exit codes: 0 done, 1 the input was refused (one JSON error on stderr), 2 usage. Each module declares its own commands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec

from newswire.cli import partners, policy, reading, ruling, running, sweeping
from newswire.errors import NewswireError

MODULES = (reading, partners, policy, running, sweeping, ruling)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.command(arguments)
    except NewswireError as error:
        return _refused(error.reason, error.message, error.remedy)
    except BrokenPipeError:
        return 0
    except OSError as error:
        told = f"{error.filename}: {error.strerror}." if error.filename else f"{error}."
        return _refused("os_error", told, "Make room, mend its rights, or name another place.")
    return code


def _refused(reason: str, message: str, remedy: str) -> int:
    said = {"error": reason, "message": message, "remedy": remedy}
    print(msgspec.json.encode(said).decode(), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="newswire", description="Rights-aware news syndication, by hand.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in MODULES:
        module.declare(commands)
    return parser
