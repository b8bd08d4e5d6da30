"""Commands that make the lake anew from what landed: ``rebuild``, ``replay``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from newswire.cli.common import Arguments, Commands, add, database, moment, needed, show, stretch
from newswire.config import Settings, load_partners
from newswire.errors import ConfigError


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "rebuild", rebuild, "rebuild --partner ilkha --from 2026-11-23 --to 2026-11-23")
    command.add_argument("--partner", help="only this partner's objects; default all, and what lies beside them")
    command.add_argument("--from", dest="first", type=day, metavar="DATE", help="only objects of this date and later")
    command.add_argument("--to", dest="last", type=day, metavar="DATE", help="only objects up to this date, included")
    command.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    command = add(commands, "replay", replay, "replay ilkha --start 2026-11-23T00:00:00Z --end 2026-11-24T00:00:00Z")
    command.add_argument("partner", help="whose documents are read again")
    for name, says in (("--start", "the start of the first interval"), ("--end", "the end of the last one")):
        command.add_argument(name, type=moment, metavar="TIME", required=True, help=says)
    command.add_argument("--feed", help="only this feed's")
    command.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")


def day(value: str) -> date:
    """A calendar day, as an argument's type."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        msg = f"{value!r} is no date; write one such as 2026-11-23"
        raise argparse.ArgumentTypeError(msg) from None


def rebuild(arguments: Arguments) -> int:
    """Write what is published anew from ledger and landing, as if its files were gone or damaged."""
    from newswire.pipeline.rebuild import Span, rebuild_all, rebuild_these  # noqa: PLC0415 - pyarrow costs half a second

    if arguments.first and arguments.last and arguments.first > arguments.last:
        msg = f"--from {arguments.first} lies after --to {arguments.last}."
        raise ConfigError(msg, reason="empty_span", remedy="Give the earlier date to --from; both are included.")
    settings = replace(Settings.from_environment(), database_url=database())
    span = Span(first=arguments.first, last=arguments.last)
    if arguments.partner:
        done = rebuild_these([needed(arguments.partner)], settings, span, dry_run=arguments.dry_run)
    else:
        done = rebuild_all(*load_partners(settings.partners), settings, span, dry_run=arguments.dry_run)
    show(done)
    return int(not done.is_whole)


def replay(arguments: Arguments) -> int:
    """Read again what landed in an interval, with today's code and terms, and fetch nothing."""
    from newswire.pipeline import replay as again  # noqa: PLC0415 - the offline commands need none of it
    from newswire.pipeline.work import Workplace  # noqa: PLC0415

    start, end = stretch(arguments)
    settings = replace(Settings.from_environment(), database_url=database())
    place = Workplace.of(needed(arguments.partner), settings)
    wanted = again.Stretch(start=start, end=end, feed=arguments.feed)
    if arguments.dry_run:
        told = again.would_replay(place, wanted)
        show(told)
        return int(bool(told.unreadable))
    done = again.replay(place, wanted)
    show(done)
    return int(bool(done.failed or done.unreadable))
