"""Commands on files, offline: ``parse``, ``detect``, ``notices``, ``decide``, unless it is asked for the ledger."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec

from newswire import formats, language, rights, text
from newswire.cli.common import (
    UNREADABLE,
    Arguments,
    Commands,
    add,
    complain,
    database,
    line,
    moment,
    needed,
    partner_named,
    read,
    show,
    territory,
    words,
)
from newswire.cli.report import report
from newswire.config import Partner, Use
from newswire.errors import ConfigError, PayloadRefused
from newswire.model import Article, Decision, Item, ParsedPayload, Refusal


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    command = add(commands, "parse", parse, "parse feed.xml")
    command.add_argument("files", nargs="+", metavar="FILE", help="a file, or -; with --report, a folder")
    command.add_argument("--report", action="store_true", help="one summary by format instead of the items")
    command.add_argument("--content-type", help="the type that the server sent it with, charset included")
    command.add_argument("--language", help="the language of what declares none")
    _format(command)
    command.add_argument("--partner", help="reads files as this partner's file says")
    command.add_argument("--feed", help="which of the partner's feeds; default what all of them agree on")
    command = add(commands, "detect", detect, "detect --candidates tr,kmr,en < lines.txt")
    command.add_argument("--declared", help="what the source declares")
    command.add_argument(
        "--candidates", type=languages, default=(), help="languages to expect, separated by commas, such as tr,kmr,en"
    )
    command = add(commands, "notices", notices, "notices article.txt --partner ilkha")
    command.add_argument("file", metavar="FILE|-", help="or - for standard input")
    command.add_argument("--partner", help="whose names count as holder and credit")
    command = add(commands, "decide", decide, "decide article.txt --partner ilkha --at 2026-11-23T00:00:00Z")
    command.add_argument("file", metavar="FILE|-", help="or - for standard input")
    command.add_argument("--partner", required=True, help="whose contracts decide")
    command.add_argument("--at", type=moment, metavar="TIME", help="decide as of this time; default now")
    command.add_argument(
        "--use", action="append", choices=get_args(Use), metavar="USE", help="a use to decide for; may be repeated"
    )
    command.add_argument("--feed", help="which of the partner's feeds; default what all of them agree on")
    _format(command)
    command.add_argument(
        "--territory", type=territory, help="ISO 3166-1 alpha-2, such as TR; default the partner file's"
    )
    command.add_argument("--channel", type=words, help="such as web or print; default the partner file's")
    command.add_argument(
        "--ledger", action="store_true", help="add what the ledger knows: tombstones, overrides, earlier versions"
    )


def _format(command: argparse.ArgumentParser) -> None:
    names = [row.name for row in formats.FORMATS]
    command.add_argument(
        "--format", choices=names, metavar="FORMAT", help=f"overrides sniffing; one of {', '.join(names)}"
    )


def parse(arguments: Arguments) -> int:
    """Print one JSON object per item, or a summary of many files."""
    partner = partner_named(arguments.partner)
    source = _source(partner, arguments.feed, arguments.format)
    source = replace(source, content_type=arguments.content_type, language=arguments.language or source.language)
    if arguments.report:
        return _report(arguments.files, source)
    refused = False
    for name in arguments.files:
        try:
            _show_parsed(name, _parsed(name, source))
        except PayloadRefused as error:
            refused = True
            line({"file": name, "refused": {"reason": error.reason, "detail": str(error)}})
    return int(refused)


def _report(names: list[str], source: formats.Source) -> int:
    """Print what was read, and complain of what was named and is not there; refused content is part of the report."""
    tallies = report(names, lambda name: _parsed(name, source))
    show(tallies)
    missing = [refusal.file for tally in tallies for refusal in tally.refusals if refusal.reason == UNREADABLE]
    if missing:
        told = f"{len(missing)} cannot be read: {', '.join(map(repr, missing))}. The others are reported."
        complain(UNREADABLE, told, "Name files and folders that exist and may be read.")
    return int(bool(missing))


def _show_parsed(name: str, parsed: ParsedPayload) -> None:
    if not parsed.entries:
        _show_empty(name, parsed)
    for entry in parsed.entries:
        if isinstance(entry, Refusal):
            line({"file": name, "refused": msgspec.to_builtins(entry)})
        else:
            line({"file": name, "format": parsed.format, **_item(entry)})


def _show_empty(name: str, parsed: ParsedPayload) -> None:
    line({"file": name, "format": parsed.format, "items": 0, "flags": parsed.flags, "head": parsed.head})


def _item(item: Item) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(item)
    said["body_html"] = item.body_html
    del said["markup"]
    empty = {name: said[name] or None for name in ("title", "summary", "body")}
    embargo = None
    if item.embargo is not None:
        embargo = {**said["embargo"], "open_ended": item.embargo.open_ended}
    return {**said, **empty, "embargo": embargo}


def languages(value: str) -> tuple[str, ...]:
    """A list of languages, as an argument's type."""
    tags = tuple(tag.strip() for tag in value.split(",") if tag.strip())
    unknown = [tag for tag in tags if language.normalise(tag) is None]
    if unknown or not tags:
        named = ", ".join(map(repr, unknown)) or "an empty list"
        msg = f"{named} names no language; write codes such as tr,kmr,ckb,en (ISO 639-1, or kmr, ckb, zza, ku)"
        raise argparse.ArgumentTypeError(msg)
    return tags


def detect(arguments: Arguments) -> int:
    """Print the language of every line of standard input."""
    # Lines end where a file says so: a text may hold other separators, and its verdict must stay on its line.
    said = read("-").decode("utf-8-sig", errors="replace")
    texts = [text.removesuffix("\r") for text in said.removesuffix("\n").split("\n")] if said else []
    for verdict in language.detect(texts, declared=arguments.declared, candidates=arguments.candidates):
        line(verdict)
    return 0


def notices(arguments: Arguments) -> int:
    """Print a text taken apart."""
    partner = partner_named(arguments.partner)
    raw = read(arguments.file)
    if b"\0" in raw:
        msg = f"{arguments.file} is binary, not text."
        raise PayloadRefused(msg, reason="binary", remedy="Save it as UTF-8 text.")
    said = raw.decode("utf-8-sig", errors="replace")
    show(text.split(said, names=partner.names, layout=partner.layout) if partner else text.split(said))
    return 0


def decide(arguments: Arguments) -> int:
    """Print the decision on each item of a file, one JSON object a line."""
    from newswire import ledger  # noqa: PLC0415 - the other commands need neither database nor Parquet
    from newswire.pipeline.trial import Question, decide_all  # noqa: PLC0415

    partner = needed(arguments.partner)
    question = Question(
        now=arguments.at or datetime.now(UTC),
        uses=tuple(arguments.use) if arguments.use else None,
        territory=arguments.territory,
        channel=arguments.channel,
    )
    parsed = _parsed(arguments.file, _source(partner, arguments.feed, arguments.format))
    items = [entry for entry in parsed.entries if isinstance(entry, Item)]
    with ledger.transaction(database()) if arguments.ledger else nullcontext() as connection:
        decided = iter(list(decide_all(items, partner, question, name=arguments.file, ledger=connection)))
    if not parsed.entries:
        _show_empty(arguments.file, parsed)
    for entry in parsed.entries:
        if isinstance(entry, Refusal):
            line({"file": arguments.file, "refused": msgspec.to_builtins(entry)})
        else:
            line({"file": arguments.file, **_decided(*next(decided))})
    return int(len(items) < len(parsed.entries))


def _decided(article: Article, decision: Decision) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(decision)
    return {
        "item_id": article.item.item_id,
        "version": article.item.version,
        **said,
        "outcome": decision.outcome.name.lower(),
        "means": rights.meanings(decision.reasons),
        "components": [
            {**part, "outcome": component.outcome.name.lower()}
            for part, component in zip(said["components"], decision.components, strict=True)
        ],
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


def _source(partner: Partner | None, feed: str | None, kind: str | None) -> formats.Source:
    """How a file is read: as a document of the feed, or of any feed of the partner as far as they agree.

    Raises:
        ConfigError: ``unknown_feed``.
    """
    feeds = partner.feeds if partner else {}
    if feed is not None and feed not in feeds:
        known = f"its feeds are {', '.join(sorted(feeds))}" if partner else "no --partner is named"
        msg = f"There is no feed {feed!r}; {known}."
        raise ConfigError(msg, reason="unknown_feed", remedy="Correct --feed and --partner, or leave --feed out.")
    chosen = [feeds[feed]] if feed is not None else [*feeds.values()]
    said = {
        name: values.pop()
        for name in ("format", "language", "identity")
        if len(values := {getattr(each, name) for each in chosen}) == 1
    }
    zone = partner.zone if partner and partner.naive_times == "timezone" else None
    source = formats.Source(url="", zone=zone, **said)
    return replace(source, format=kind or source.format)


def _parsed(name: str, source: formats.Source) -> ParsedPayload:
    url = "stdin:" if name == "-" else Path(name).absolute().as_uri()
    return formats.parse(read(name), replace(source, url=url))
