"""``bin/newswire``: the library by hand. JSON on stdout; no Airflow.

Exit codes: 0 done, 1 the input was refused (one JSON error on stderr), 2 usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from newswire import formats, language, ledger, rights, text
from newswire.config import Partner, Settings, load_partner, load_partners
from newswire.errors import ConfigError, NewswireError, PayloadRefused
from newswire.lake.layout import Layout
from newswire.ledger import runs
from newswire.model import Article, Decision, Item, Refusal
from newswire.pipeline.assess import article_of

Arguments = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.command(arguments)
    except NewswireError as error:
        said = {"error": error.reason, "message": error.message, "remedy": error.remedy}
        print(msgspec.json.encode(said).decode(), file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    return code


def _show(value: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _line(value: object) -> None:
    print(msgspec.json.encode(value).decode())


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        msg = f"{name} cannot be read: {error.strerror}."
        raise PayloadRefused(
            msg, reason="unreadable", remedy="Name an existing file, or - for standard input."
        ) from error


def _partner(slug: str | None) -> Partner | None:
    if slug is None:
        return None
    directory = Settings.from_environment().partners
    path = directory / f"{slug}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in directory.glob("*.yaml"))) or "none"
        msg = f"There is no partner {slug!r} in {directory}; known are {known}."
        raise ConfigError(msg, reason="unknown_partner", remedy="Correct the name, or set NEWSWIRE_PARTNERS.")
    return load_partner(path)


def _needed(slug: str) -> Partner:
    partner = _partner(slug)
    assert partner is not None  # noqa: S101 - a slug was given
    return partner


def _time(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        msg = f"{value!r} is not a time; write ISO 8601 such as 2026-11-23T00:00:00Z"
        raise argparse.ArgumentTypeError(msg) from None
    if moment.tzinfo is None:
        msg = f"{value!r} has no zone; write Z for UTC"
        raise argparse.ArgumentTypeError(msg)
    return moment.astimezone(UTC)


def _parsed(name: str, partner: Partner | None, wanted: str | None = None) -> tuple[str, list[Item | Refusal]]:
    zone = partner.zone if partner and partner.naive_times == "timezone" else None
    url = "stdin:" if name == "-" else Path(name).absolute().as_uri()
    payload = formats.parse(_read(name), formats.Source(url=url, format=wanted, zone=zone))
    return payload.format, list(payload.entries)


def parse(arguments: Arguments) -> int:
    """Print one JSON object per item."""
    refused = False
    for name in arguments.files:
        try:
            kind, entries = _parsed(name, _partner(arguments.partner), arguments.format)
        except PayloadRefused as error:
            refused = True
            _line({"file": name, "refused": {"reason": error.reason, "detail": str(error)}})
            continue
        for entry in entries:
            if isinstance(entry, Refusal):
                _line({"file": name, "refused": msgspec.to_builtins(entry)})
            else:
                _line({"file": name, "format": kind, **_item(entry)})
    return int(refused)


def _item(item: Item) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(item)
    empty = {name: said[name] or None for name in ("title", "summary", "body")}
    embargo = None
    if item.embargo is not None:
        embargo = {**said["embargo"], "open_ended": item.embargo.open_ended}
    return {**said, **empty, "embargo": embargo}


def detect(arguments: Arguments) -> int:
    """Print the language of every line of standard input."""
    candidates = tuple(filter(None, (arguments.candidates or "").split(",")))
    for verdict in language.detect(sys.stdin.read().splitlines(), declared=arguments.declared, candidates=candidates):
        _line(verdict)
    return 0


def notices(arguments: Arguments) -> int:
    """Print a text taken apart."""
    partner = _partner(arguments.partner)
    said = _read(arguments.file).decode("utf-8-sig", errors="replace")
    _show(text.split(said, names=partner.names if partner else ()))
    return 0


def decide(arguments: Arguments) -> int:
    """Print the decision on each item of a file."""
    partner = _needed(arguments.partner)
    now = arguments.at or datetime.now(UTC)
    _, entries = _parsed(arguments.file, partner)
    code = 0
    for entry in entries:
        if isinstance(entry, Refusal):
            code = 1
            _line({"file": arguments.file, "refused": msgspec.to_builtins(entry)})
            continue
        article = article_of(entry, partner, None)
        decision = rights.decide(
            article,
            partner,
            now=now,
            uses=arguments.use or None,
            territory=arguments.territory,
            channel=arguments.channel,
        )
        _show(_decided(article, decision))
    return code


def _decided(article: Article, decision: Decision) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(decision)
    return {
        **said,
        "outcome": decision.outcome.name.lower(),
        "components": [],
        "override": None,
        "article": {
            "title": article.item.title,
            "body": article.split.body,
            "credit": article.credit,
            "notice": article.notice,
            "notices": article.notices,
            "language": article.language.language,
            "trailing": article.split.trailing,
        },
    }


def partners_check(arguments: Arguments) -> int:
    """Validate partner files."""
    directory = Settings.from_environment().partners
    if arguments.partner:
        _needed(arguments.partner)
        good, errors = [arguments.partner], list[ConfigError]()
    else:
        valid, errors = load_partners(directory)
        good = [partner.slug for partner in valid]
    _show({"valid": good, "errors": [str(error).splitlines() for error in errors]})
    return int(bool(errors))


def _database() -> str:
    url = Settings.from_environment().database_url
    if url is None:
        msg = "This needs the ledger's database, and NEWSWIRE_DATABASE_URL is not set."
        raise ConfigError(msg, reason="no_database", remedy="Start it with `make db` and repeat the command.")
    return url


def run(arguments: Arguments) -> int:
    """Run the pipeline of one partner once."""
    from newswire.pipeline.run import run as run_once  # noqa: PLC0415 - the offline commands need none of it
    from newswire.pipeline.work import Run, Workplace  # noqa: PLC0415

    if (arguments.start is None) != (arguments.end is None):
        msg = "An interval needs both --start and --end."
        raise ConfigError(msg, reason="half_interval", remedy="Give both, or neither for a live pull now.")
    if arguments.start is not None and arguments.start >= arguments.end:
        msg = f"--start {arguments.start.isoformat()} does not lie before --end {arguments.end.isoformat()}."
        raise ConfigError(msg, reason="empty_interval", remedy="Give an interval of some length.")
    settings = replace(Settings.from_environment(), database_url=_database())
    place = Workplace.of(_needed(arguments.partner), settings)
    name = arguments.end.isoformat() if arguments.end else f"{datetime.now(UTC).isoformat()}"
    wanted = Run(run_id=f"cli__{name}", interval_start=arguments.start, interval_end=arguments.end)
    published = run_once(place, wanted)
    _show(published)
    return int(bool(published.failed))


def status(arguments: Arguments) -> int:
    """Print what every partner's items are now."""
    valid, _ = load_partners(Settings.from_environment().partners)
    with ledger.transaction(_database()) as connection:
        report = runs.status(connection, [partner.slug for partner in valid])
    chosen = [row for row in report if arguments.partner in {None, row["partner"]}]
    _show({"partners": chosen, "lake": Settings.from_environment().lake})
    return 0


def verify(arguments: Arguments) -> int:
    """Compare the lake with the ledger."""
    from newswire.pipeline.verify import verify as compare  # noqa: PLC0415 - pyarrow costs half a second

    result = compare(Layout.at(Settings.from_environment().lake), _database(), payloads=arguments.payloads)
    _show(result)
    return int(bool(result.problems))


def migrate(_: Arguments) -> int:
    """Bring the ledger's schema up to date."""
    ledger.migrate(_database())
    _show({"migrated": True})
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="newswire", description="Rights-aware news syndication, by hand.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, does: Callable[[Arguments], int], example: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = commands.add_parser(
            name, help=does.__doc__, description=does.__doc__, epilog=f"example: {example}"
        )
        command.set_defaults(command=does)
        return command

    command = add("parse", parse, "newswire parse feed.xml")
    command.add_argument("files", nargs="+", metavar="FILE")
    command.add_argument("--format", help="a format's name overrides sniffing")
    command.add_argument("--partner", help="reads times as this partner's file says")
    command = add("detect", detect, "echo 'Hemû maf parastî ne' | newswire detect --candidates tr,kmr,en")
    command.add_argument("--declared", help="what the source declares")
    command.add_argument("--candidates", help="languages to expect, separated by commas")
    command = add("notices", notices, "newswire notices article.txt --partner ilkha")
    command.add_argument("file", metavar="FILE|-")
    command.add_argument("--partner", help="whose names count as holder and credit")
    command = add("decide", decide, "newswire decide article.txt --partner ilkha --at 2026-11-23T00:00:00Z")
    command.add_argument("file", metavar="FILE|-")
    command.add_argument("--partner", required=True)
    command.add_argument("--at", type=_time, help="decide as of this time; default now")
    command.add_argument("--use", action="append", help="a use to decide for; may be repeated")
    command.add_argument("--territory", help="ISO 3166-1 alpha-2")
    command.add_argument("--channel")
    command = add("partners", partners_check, "newswire partners check ilkha")
    command.add_argument("action", choices=["check"])
    command.add_argument("partner", nargs="?")
    command = add("run", run, "newswire run ilkha --start 2026-11-23T09:00:00Z --end 2026-11-23T10:00:00Z")
    command.add_argument("partner")
    command.add_argument("--start", type=_time)
    command.add_argument("--end", type=_time)
    command = add("status", status, "newswire status ilkha")
    command.add_argument("partner", nargs="?")
    command.add_argument("--json", action="store_true", help="the default and only form")
    command = add("verify", verify, "newswire verify --payloads")
    command.add_argument("--payloads", action="store_true", help="also read every landed payload")
    add("migrate", migrate, "newswire migrate")
    return parser


if __name__ == "__main__":
    sys.exit(main())
