"""Commands on partner files, offline: ``partners check``."""

from __future__ import annotations

from newswire.cli.common import Arguments, Commands, add, group, needed, show
from newswire.config import Settings, load_partners
from newswire.errors import ConfigError


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    actions = group(commands, "partners", "What the partner files say.", "partners check ilkha")
    command = add(actions, "check", partners_check, "partners check ilkha")
    command.add_argument("partner", nargs="?", help="only this partner's; default all")


def partners_check(arguments: Arguments) -> int:
    """Validate partner files: name the file, the line and what to write instead."""
    directory = Settings.from_environment().partners
    if arguments.partner:
        needed(arguments.partner)
        good, errors = [arguments.partner], list[ConfigError]()
    else:
        valid, errors = load_partners(directory)
        good = [partner.slug for partner in valid]
        if not good and not errors:
            msg = f"There is no partner file in {directory}."
            raise ConfigError(
                msg, reason="no_partner_files", remedy="Write one (docs/partners.md), or set NEWSWIRE_PARTNERS."
            )
    show({"valid": good, "errors": [str(error).splitlines() for error in errors]})
    return int(bool(errors))
