"""``takedown``: a person takes a story, or all of a partner, out of everything; the proof is printed as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from newswire import ledger
from newswire.cli.common import Arguments, Commands, add, database, group, known_as, needed, show, words
from newswire.config import Settings
from newswire.ledger import takedowns
from newswire.pipeline import proof, rulings
from newswire.pipeline.absent import present_or_last_valid
from newswire.pipeline.work import Workplace


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    example = "takedown article ilkha:0f1e2d3c4b5a6978 --by selin --why 'the court ordered it' --purge-raw"
    actions = group(commands, "takedown", "Take stories out of everything, with a proof at the end.", example)
    command = add(actions, "article", take_down_article, example)
    command.add_argument(
        "article", type=known_as, metavar="ARTICLE_ID", help="as in `articles` or `decisions` in the lake"
    )
    _how(command)
    example = "takedown story urn:uuid:5d3b --partner ilkha --by selin --why 'the agency asked for it'"
    command = add(actions, "story", take_down_story, example)
    command.add_argument("item", type=known_as, metavar="ITEM_ID", help="the partner's own id")
    command.add_argument("--partner", type=known_as, required=True, help="whose story it is")
    command.add_argument(
        "--unseen", action="store_true", help="the story need not have come yet; it is withdrawn when it does"
    )
    _how(command)
    example = "takedown partner vaskaland --by selin --why 'the contract was void' --dry-run"
    command = add(actions, "partner", take_down_partner, example)
    command.add_argument(
        "partner", type=known_as, metavar="PARTNER", help="all of whose stories, seen so far, are taken down"
    )
    _how(command)
    command = add(actions, "list", list_takedowns, "takedown list --partner ilkha")
    command.add_argument("--partner", type=known_as, help="only this partner's")
    command = add(actions, "show", show_takedown, "takedown show takedown-0f1e2d3c4b5a6978")
    command.add_argument("takedown", type=known_as, metavar="TAKEDOWN_ID")


def _how(command: Any) -> None:  # noqa: ANN401 - argparse's own class
    command.add_argument("--by", required=True, type=words, help="who asks for it")
    command.add_argument("--why", required=True, type=words, help="for the record")
    command.add_argument("--purge-raw", action="store_true", help="take it out of the landed payloads, too: for good")
    command.add_argument("--dry-run", action="store_true", help="only say what would be found, and where")


def take_down_article(arguments: Arguments) -> int:
    """Take one article down, named by its article id."""
    return _take_down("article", arguments.article, None, arguments)


def take_down_story(arguments: Arguments) -> int:
    """Take one story down, named by the partner's own id; one that has not come yet needs --unseen."""
    return _take_down("story", arguments.item, arguments.partner, arguments, unseen=arguments.unseen)


def take_down_partner(arguments: Arguments) -> int:
    """Take down every story that a partner has sent so far, and none that it sends later."""
    return _take_down("partner", arguments.partner, None, arguments)


def _take_down(what: str, name: str, partner: str | None, arguments: Arguments, *, unseen: bool = False) -> int:
    from newswire.pipeline import takedown  # noqa: PLC0415 - parsers cost a second

    slug, item_id = takedown.find_target(database(), what, name, partner)
    settings = Settings.from_environment()
    place = Workplace.of(present_or_last_valid(settings, slug), settings)
    if arguments.dry_run:
        show(takedown.look(place, item_id, purge_raw=arguments.purge_raw, unseen=unseen))
    else:
        how = {"by": arguments.by, "why": arguments.why, "purge_raw": arguments.purge_raw}
        show(takedown.take_down(place, item_id, unseen=unseen, **how))
    return 0


def list_takedowns(arguments: Arguments) -> int:
    """Print takedowns, oldest first, each with who asked for it and whether something is left."""
    with ledger.transaction(database()) as connection:
        found = takedowns.listed(connection, arguments.partner)
    if not found and arguments.partner is not None:
        needed(arguments.partner)  # says which there are
    told = [msgspec.to_builtins(entry) for entry in found]
    show({"takedowns": [{name: said for name, said in entry.items() if name != "proof"} for entry in told]})
    return 0


def show_takedown(arguments: Arguments) -> int:
    """Print one takedown with its proof."""
    with ledger.transaction(database()) as connection:
        found = takedowns.find(connection, arguments.takedown)
    if found is None:
        raise rulings.unknown_takedown(arguments.takedown)
    show({**msgspec.to_builtins(found), "proof": None if found.proof is None else proof.read(found.proof)})
    return 0
