"""Commands on partner files, offline: ``partners check``."""

from __future__ import annotations

from newswire.cli.common import Arguments, Commands, add, needed, show
from newswire.config import Settings, load_partners
from newswire.errors import ConfigError


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "partners", partners_check, "partners check ilkha")
    command.add_argument("action", choices=["check"])
    command.add_argument("partner", nargs="?")


def partners_check(arguments: Arguments) -> int:
    """Validate partner files."""
    directory = Settings.from_environment().partners
    if arguments.partner:
        needed(arguments.partner)
        good, errors = [arguments.partner], list[ConfigError]()
    else:
        valid, errors = load_partners(directory)
        good = [partner.slug for partner in valid]
    show({"valid": good, "errors": [str(error).splitlines() for error in errors]})
    return int(bool(errors))
