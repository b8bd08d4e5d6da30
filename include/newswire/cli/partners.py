"""Commands on partner files: ``partners check``, offline, and ``partners new``."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from newswire.cli.common import Arguments, Commands, add, group, needed, read, show
from newswire.config import SLUG, Settings, load_partners
from newswire.errors import ConfigError
from newswire.urls import WEB, scheme_of

COMMON = frozenset(
    {"www", "feed", "feeds", "rss", "atom", "api", "wire", "news", "com", "org", "net", "co", "gov", "ac"}
)
"""Parts of a host's name that say nothing of whose it is."""


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    actions = group(commands, "partners", "What the partner files say.", "partners check ilkha")
    command = add(actions, "check", partners_check, "partners check ilkha")
    command.add_argument("partner", nargs="?", help="only this partner's; default all")
    command = add(actions, "new", partners_new, "partners new https://agency.example/rss.xml --slug daily > daily.yaml")
    command.add_argument("where", metavar="URL|FILE|-", help="a feed's address or a page's; or a saved feed")
    command.add_argument("--slug", type=slug, help="the partner's slug; default from the address")
    command.add_argument("--timezone", type=zone, help="the zone of the agency's days, such as Europe/Istanbul")
    command.add_argument("--url", help="the address of a saved feed, to be written into the file")
    command.add_argument("--allow-private-addresses", action="store_true", help="the host may lie in a private network")


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


def slug(value: str) -> str:
    """A partner's slug, as an argument's type."""
    if not SLUG.fullmatch(value):
        msg = f"{value!r} is no slug; use lower-case letters, digits and hyphens, a letter first"
        raise argparse.ArgumentTypeError(msg)
    return value


def zone(value: str) -> str:
    """A time zone, as an argument's type."""
    if value not in available_timezones():
        msg = f"{value!r} is not an IANA time zone; write one such as Europe/Istanbul"
        raise argparse.ArgumentTypeError(msg)
    return value


def partners_new(arguments: Arguments) -> int:
    """Propose a partner file for a feed, or for the feeds of a page: YAML that validates and grants nothing."""
    from newswire.pipeline.partnerfile import written  # noqa: PLC0415 - no other command needs it
    from newswire.pipeline.proposal import Ask, Document, propose  # noqa: PLC0415

    where: str = arguments.where
    ask = Ask(
        slug=arguments.slug or _slug_of(arguments.url or where),
        now=datetime.now(UTC),
        timezone=arguments.timezone,
        allow_private_addresses=arguments.allow_private_addresses,
    )
    scheme = scheme_of(where)
    if scheme in WEB or where.startswith("$"):
        found = propose(where, ask)
    elif scheme and not Path(where).exists():
        msg = f"A partner file is proposed for a feed on the web, and {scheme} is another place."
        raise ConfigError(msg, reason="not_on_the_web", remedy="Save one document of it, and give the file.")
    else:
        address = "stdin:" if where == "-" else Path(where).absolute().as_uri()
        found = propose(Document(url=arguments.url, address=address, body=read(where)), ask)
    named = where if scheme in WEB or where.startswith("$") else Path(where).name
    print(written(found, ask, named), end="")
    return 0


def _slug_of(where: str) -> str:
    """A slug from a host's or a file's name; a person's word, or nothing that says anything."""
    try:
        host = urlsplit(where).hostname or ""
    except ValueError:
        host = ""
    parts = [part for part in host.split(".")[:-1] if part not in COMMON]
    stem = max(parts, key=len, default="") if host else Path(where).stem
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return name if SLUG.fullmatch(name) else "partner"
