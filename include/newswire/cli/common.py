"""What commands share: how they are declared, what they read from a person and how they answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from newswire.codes import TERRITORIES
from newswire.config import YEARS, Partner, Settings, load_partner
from newswire.errors import ConfigError, PayloadRefused

Arguments = argparse.Namespace
Commands = Any
"""What ``add_subparsers`` returns; argparse has no public name for it."""
UNREADABLE = "unreadable"


def add(commands: Commands, name: str, does: Callable[[Arguments], int], example: str) -> argparse.ArgumentParser:
    """Declare a command; its function's docstring is its help."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=does.__doc__, description=does.__doc__, epilog=f"example: newswire {example}"
    )
    command.set_defaults(command=does)
    return command


def group(commands: Commands, name: str, says: str, example: str) -> Commands:
    """Declare a command that others stand under; return what they are added to."""
    command = commands.add_parser(name, help=says, description=says, epilog=f"example: newswire {example}")
    return command.add_subparsers(required=True, metavar="ACTION")


def item(command: argparse.ArgumentParser) -> None:
    """Declare the arguments that name one item of the ledger."""
    told = "or, with --partner, the partner's own item id"
    command.add_argument("item", type=known_as, metavar="ARTICLE_ID", help=told)
    command.add_argument("--partner", type=known_as, help="whose item it is")


def show(value: object) -> None:
    """Print a value as indented JSON."""
    print(msgspec.json.format(_encoded(value), indent=2).decode())


def line(value: object) -> None:
    """Print a value as one line of JSON."""
    print(_encoded(value).decode())


def complain(reason: str, message: str, remedy: str) -> None:
    """Tell on standard error why a command was refused, as one line of JSON."""
    print(_encoded({"error": reason, "message": message, "remedy": remedy}).decode(), file=sys.stderr)


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a file's name need not be UTF-8; escaped, it can be opened again
        return json.dumps(msgspec.to_builtins(value)).encode()


def read(name: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``."""
    try:
        if name != "-":
            return Path(name).read_bytes()
        return sys.stdin.buffer.read() if sys.stdin else b""  # None where it is closed
    except OSError as error:
        msg = f"{name!r} cannot be read: {error.strerror}."
        raise PayloadRefused(msg, reason=UNREADABLE, remedy="Name a readable file, or - for standard input.") from error


def partner_named(slug: str | None) -> Partner | None:
    """The partner of a slug, or None without one."""
    if slug is None:
        return None
    directory = Settings.from_environment().partners
    path = directory / f"{slug}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in directory.glob("*.yaml") if p.is_file())) or "none"
        msg = f"There is no partner {slug!r} in {directory}; known are {known}."
        raise ConfigError(msg, reason="unknown_partner", remedy="Correct the name, or set NEWSWIRE_PARTNERS.")
    return load_partner(path)


def needed(slug: str) -> Partner:
    """The partner of a slug that was given."""
    partner = partner_named(slug)
    assert partner is not None  # noqa: S101 - a slug was given
    return partner


def moment(value: str) -> datetime:
    """A time with a zone, as an argument's type."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        msg = f"{value!r} is not a time; write ISO 8601 such as 2026-11-23T00:00:00Z"
        raise argparse.ArgumentTypeError(msg) from None
    if at.tzinfo is None:
        msg = f"{value!r} has no zone; write Z for UTC, as in 2026-11-23T00:00:00Z"
        raise argparse.ArgumentTypeError(msg)
    if at.year not in YEARS:
        msg = f"{value!r} lies outside the years {YEARS[0]} to {YEARS[-1]}"
        raise argparse.ArgumentTypeError(msg)
    return at.astimezone(UTC)


def stretch(arguments: Arguments) -> tuple[datetime, datetime]:
    """The stretch of time from ``--start`` to ``--end``."""
    start, end = arguments.start, arguments.end
    if start >= end:
        msg = f"--start {start.isoformat()} does not lie before --end {end.isoformat()}."
        raise ConfigError(msg, reason="empty_interval", remedy="Give an interval of some length.")
    return start, end


def words(value: str) -> str:
    """Words that say something, as an argument's type."""
    if not value.strip():
        msg = "it says nothing; it is kept for the record"
        raise argparse.ArgumentTypeError(msg)
    return known_as(value.strip())


def known_as(value: str) -> str:
    """What the ledger may know something by, as an argument's type."""
    try:
        value.encode()
    except UnicodeEncodeError:
        msg = f"{value!r} is no UTF-8 text"
        raise argparse.ArgumentTypeError(msg) from None
    return value


def territory(value: str) -> str:
    """A country, as an argument's type."""
    if value not in TERRITORIES:
        msg = f"{value!r} is no country; write ISO 3166-1 alpha-2 such as TR"
        raise argparse.ArgumentTypeError(msg)
    return value


def database() -> str:
    """The ledger's database, which the online commands need."""
    return Settings.from_environment().ledger()
