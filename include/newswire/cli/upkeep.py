"""Commands that keep what newswire keeps: ``backup``, ``restore``, ``reconcile``, ``housekeeping``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newswire.cli.common import Arguments, Commands, add, database, show
from newswire.config import Settings, load_partners
from newswire.errors import NewswireError

STEPS = ("clean", "retention", "docs", "backup", "check")


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "backup", backup, "backup --into /mnt/backups")
    command.add_argument("--into", type=Path, metavar="FOLDER", help="where to; default NEWSWIRE_BACKUPS")
    command = add(commands, "restore", restore, "restore .newswire/backups/ledger-20261123T031500Z.zip")
    command.add_argument("file", type=Path, metavar="FILE", help="a backup")
    command.add_argument(
        "--replace", metavar="DATABASE", help="the name of a database whose ledger has rows, to replace it; saved first"
    )
    command = add(commands, "reconcile", reconcile, "reconcile --partner ilkha")
    command.add_argument("--partner", help="only this partner's")
    command = add(commands, "housekeeping", housekeeping, "housekeeping --only check")
    command.add_argument("--only", choices=STEPS, help="only this step")


def backup(arguments: Arguments) -> int:
    """Save the ledger in one file while runs go on; the newest NEWSWIRE_BACKUPS_KEPT are kept."""
    from newswire.pipeline.backup import backup as save  # noqa: PLC0415 - the offline commands need none of it

    settings = Settings.from_environment()
    folder = (arguments.into or settings.backups).absolute()
    done = save(database(), folder, keep=settings.backups_kept, now=datetime.now(UTC))
    show(done)
    return int(bool(done.damaged))


def restore(arguments: Arguments) -> int:
    """Put a backup in the place of an empty ledger; what it does not know leaves the lake, nothing comes back by it."""
    from newswire.pipeline.restore import restore as put_back  # noqa: PLC0415

    settings = replace(Settings.from_environment(), database_url=database())
    show(put_back(settings, arguments.file, replace_database=arguments.replace, now=datetime.now(UTC)))
    return 0


def reconcile(arguments: Arguments) -> int:
    """After a restore, take up what landed since the backup: kills take effect, unknown stories wait for a person."""
    from newswire.pipeline.absent import present_or_last_valid  # noqa: PLC0415
    from newswire.pipeline.reconcile import reconcile_all, reconcile_these  # noqa: PLC0415

    settings = replace(Settings.from_environment(), database_url=database())
    if arguments.partner:
        result = reconcile_these([present_or_last_valid(settings, arguments.partner)], settings)
    else:
        result = reconcile_all(*load_partners(settings.partners), settings)
    show(result)
    return int(bool(result.failed))


def housekeeping(arguments: Arguments) -> int:
    """Do what is done once a day: remove what piles up, back the ledger up, compare every checksum."""
    from newswire.pipeline.housekeeping import do  # noqa: PLC0415

    settings = replace(Settings.from_environment(), database_url=database())
    done, failed = [], {}
    for step in (arguments.only,) if arguments.only else STEPS:
        try:
            done.append(do(step, settings, datetime.now(UTC)))
        except NewswireError as error:
            failed[step] = f"{error.reason}: {error}"
    show({"done": done, "failed": failed})
    return int(bool(failed))
