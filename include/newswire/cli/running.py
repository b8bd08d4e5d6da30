"""Commands on the lake and the ledger: ``run``, ``status``, ``verify``, ``migrate``."""

from __future__ import annotations

from datetime import UTC, datetime

from newswire import ledger
from newswire.cli.common import Arguments, Commands, add, database, moment, needed, show, stretch
from newswire.config import Settings, load_partners
from newswire.errors import ConfigError
from newswire.lake.layout import Layout
from newswire.ledger import runs


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "run", run, "run ilkha --start 2026-11-23T09:00:00Z --end 2026-11-23T10:00:00Z")
    command.add_argument("partner", help="whose feeds are pulled")
    command.add_argument("--start", type=moment, metavar="TIME", help="an interval's start; without one, pull live now")
    command.add_argument("--end", type=moment, metavar="TIME", help="the interval's end")
    command = add(commands, "status", status, "status ilkha")
    command.add_argument("partner", nargs="?", help="only this partner's")
    command = add(commands, "verify", verify, "verify --payloads")
    command.add_argument("--payloads", action="store_true", help="also read every landed payload")
    add(commands, "migrate", migrate, "migrate")


def run(arguments: Arguments) -> int:
    """Run the pipeline of one partner once."""
    from newswire.pipeline.run import run as run_once  # noqa: PLC0415 - the offline commands need none of it
    from newswire.pipeline.work import Run, Workplace  # noqa: PLC0415

    if (arguments.start is None) != (arguments.end is None):
        msg = "An interval needs both --start and --end."
        raise ConfigError(msg, reason="half_interval", remedy="Give both, or neither for a live pull now.")
    if arguments.start is not None:
        stretch(arguments)
    place = Workplace.of(needed(arguments.partner), Settings.from_environment())
    name = arguments.end.isoformat() if arguments.end else f"{datetime.now(UTC).isoformat()}"
    wanted = Run(run_id=f"cli__{name}", interval_start=arguments.start, interval_end=arguments.end)
    published = run_once(place, wanted)
    show(published)
    return int(bool(published.failed))


def status(arguments: Arguments) -> int:
    """Print what every partner's items are now."""
    layout = Layout.at(Settings.from_environment().lake)
    valid, _ = load_partners(Settings.from_environment().partners)
    with ledger.transaction(database()) as connection:
        report = runs.status(connection, [partner.slug for partner in valid])
    chosen = [row for row in report if arguments.partner in {None, row["partner"]}]
    if arguments.partner is not None and not chosen:
        needed(arguments.partner)  # says which there are, or what is wrong with its file
    show({"partners": chosen, "lake": layout.store.url})
    return 0


def verify(arguments: Arguments) -> int:
    """Compare the lake with the ledger."""
    from newswire.pipeline.verify import verify as compare  # noqa: PLC0415 - pyarrow costs half a second
    from newswire.pipeline.work import lake_of  # noqa: PLC0415

    result = compare(lake_of(Settings.from_environment()), database(), payloads=arguments.payloads)
    show(result)
    return int(bool(result.problems))


def migrate(_: Arguments) -> int:
    """Bring the ledger's schema up to date."""
    ledger.migrate(database())
    show({"migrated": True})
    return 0
