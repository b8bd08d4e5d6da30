"""Commands by which a person rules on stories: ``override``, ``review``, ``tombstone``. Each takes effect at once."""

from __future__ import annotations

import os
from typing import Any

import msgspec

from newswire import ledger, rights
from newswire.cli.common import Arguments, Commands, add, database, group, item, known_as, moment, needed, show, words
from newswire.config import Settings
from newswire.ledger import graves, overrides, reviews
from newswire.ledger import stories as book
from newswire.model import Outcome
from newswire.pipeline import rulings
from newswire.pipeline.facts import article_id
from newswire.pipeline.sweep import sweep
from newswire.pipeline.work import Workplace

ADMINS = "NEWSWIRE_ADMINS"


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    _declare_override(commands)
    _declare_review(commands)
    _declare_tombstone(commands)


def _declare_override(commands: Commands) -> None:
    example = "override add ilkha:0f1e2d3c4b5a6978 --to publish --by selin --why 'own photo' --until 2027-01-01T00:00Z"
    actions = group(commands, "override", "A person's word on the present decision on one item.", example)
    command = add(actions, "add", add_override, example)
    item(command)
    command.add_argument("--to", required=True, choices=[o.name.lower() for o in Outcome], help="what it shall be")
    _who(command)
    command.add_argument("--until", required=True, type=moment, metavar="TIME", help="when it ends, with its zone")
    command = add(actions, "list", list_overrides, "override list --partner ilkha")
    command.add_argument("--partner", type=known_as, help="only this partner's")
    example = "override revoke override-0f1e2d3c4b5a6978 --by selin --why 'the agency objected'"
    command = add(actions, "revoke", revoke_override, example)
    command.add_argument("override", type=known_as, metavar="OVERRIDE_ID")
    _who(command)


def _declare_review(commands: Commands) -> None:
    example = "review answer reentry-0f1e2d3c4b5a6978 yes --by selin"
    actions = group(commands, "review", "What waits for a person's yes or no.", example)
    command = add(actions, "list", list_reviews, "review list --partner ilkha")
    command.add_argument("--partner", type=known_as, help="only this partner's")
    command.add_argument("--all", action="store_true", help="the answered ones too")
    command = add(actions, "show", show_review, "review show reentry-0f1e2d3c4b5a6978")
    command.add_argument("review", type=known_as, metavar="REVIEW_ID")
    command = add(actions, "answer", answer_review, example)
    command.add_argument("review", type=known_as, metavar="REVIEW_ID")
    command.add_argument("answer", choices=["yes", "no"], help="yes lets stories back, or confirms a kill")
    command.add_argument("--by", required=True, type=words, help="who answers")
    command.add_argument("--why", type=words, help="for the record")


def _declare_tombstone(commands: Commands) -> None:
    example = "tombstone lift ilkha:0f1e2d3c4b5a6978 --by selin --why 'killed by mistake, the agency called'"
    actions = group(commands, "tombstone", "Withdrawals that outlive their items.", example)
    command = add(actions, "list", list_tombstones, "tombstone list --partner ilkha")
    command.add_argument("--partner", type=known_as, help="only this partner's")
    command = add(actions, "lift", lift_tombstone, example)
    item(command)
    _who(command)


def _who(command: Any) -> None:  # noqa: ANN401 - argparse's own class
    command.add_argument("--by", required=True, type=words, help="who says so")
    command.add_argument("--why", required=True, type=words, help="for the record")


def add_override(arguments: Arguments) -> int:
    """Record an override and let it take effect."""
    place, item_id = _found(arguments)
    override, _ = rulings.add_override(
        place,
        item_id,
        Outcome[arguments.to.upper()],
        by=arguments.by,
        why=arguments.why,
        until=arguments.until,
    )
    show({"override": _named(place.partner.slug, override), **_applied(place, item_id)})
    return 0


def list_overrides(arguments: Arguments) -> int:
    """Print overrides, oldest first."""
    found = []
    with ledger.transaction(database()) as connection:
        for slug in _slugs(arguments.partner, overrides.whose(connection)):
            found += [_recorded(slug, entry) for entry in overrides.recorded(connection, slug)]
    show({"overrides": found})
    return 0


def revoke_override(arguments: Arguments) -> int:
    """Take an override back, and decide its item without it."""
    with ledger.transaction(database()) as connection:
        whose = overrides.whose(connection, arguments.override)
    if not whose:
        raise rulings.unknown_override(arguments.override)
    place = _place(whose[0])
    item_id = rulings.revoke_override(place, arguments.override, by=arguments.by, why=arguments.why)
    show({"revoked": arguments.override, **_applied(place, item_id)})
    return 0


def list_reviews(arguments: Arguments) -> int:
    """Print reviews, oldest first."""
    with ledger.transaction(database()) as connection:
        found = reviews.listed(connection, arguments.partner, waiting=not arguments.all)
    if not found and arguments.partner is not None:
        needed(arguments.partner)  # says which there are
    show({"reviews": found})
    return 0


def show_review(arguments: Arguments) -> int:
    """Print one review with its stories."""
    with ledger.transaction(database()) as connection:
        review = reviews.find(connection, arguments.review)
        if review is None:
            raise rulings.unknown_review(arguments.review)
        ids = reviews.items_of(connection, arguments.review)
    items = [{"article_id": article_id(review.partner, item_id), "item_id": item_id} for item_id in ids]
    show({**msgspec.to_builtins(review), "items": items})
    return 0


def answer_review(arguments: Arguments) -> int:
    """Record an answer and let it take effect."""
    with ledger.transaction(database()) as connection:
        review = reviews.find(connection, arguments.review)
    if review is None:
        raise rulings.unknown_review(arguments.review)
    place = _place(review.partner)
    answered = rulings.answer_review(place, arguments.review, arguments.answer, by=arguments.by, note=arguments.why)
    show({"review": answered, "swept": sweep(place)})
    return 0


def list_tombstones(arguments: Arguments) -> int:
    """Print tombstones, the lifted ones too."""
    found = []
    with ledger.transaction(database()) as connection:
        for slug in _slugs(arguments.partner, graves.whose(connection)):
            stones = graves.graves_of(connection, slug).values()
            found += [_of_item(slug, _flat(msgspec.to_builtins(grave), "tombstone")) for grave in stones]
    show({"tombstones": found})
    return 0


def lift_tombstone(arguments: Arguments) -> int:
    """Take a tombstone out of force and decide its item without it; only for those whom NEWSWIRE_ADMINS names."""
    place, item_id = _found(arguments)
    admins = {name.strip() for name in os.environ.get(ADMINS, "").split(",") if name.strip()}
    rulings.lift_tombstone(place, item_id, by=arguments.by, why=arguments.why, admins=admins)
    show({"lifted": item_id, **_applied(place, item_id)})
    return 0


def _place(slug: str) -> Workplace:
    return Workplace.of(needed(slug), Settings.from_environment())


def _found(arguments: Arguments) -> tuple[Workplace, str]:
    """Where an item lies, by its article id or by its own id with the partner."""
    with ledger.transaction(database()) as connection:
        found = book.find(connection, arguments.item)
        if not found and arguments.partner is None:
            raise rulings.unknown_item(connection, arguments.item, None)
    if found:
        slug, item_id = found[0]
        return _place(slug), item_id
    return _place(arguments.partner), arguments.item


def _applied(place: Workplace, item_id: str) -> dict[str, Any]:
    """Let a ruling take effect, and say what the item is now."""
    swept = sweep(place)
    with ledger.transaction(place.database_url) as connection:
        standing = book.standings(connection, place.partner.slug, [item_id]).get(item_id)
    now = standing and {
        "state": standing.state,
        "reasons": standing.reasons,
        "means": rights.meanings(standing.reasons),
    }
    return {"item": _of_item(place.partner.slug, {"item_id": item_id, "now": now}), "swept": swept}


def _slugs(asked: str | None, known: list[str]) -> list[str]:
    """The partners to list: the one that was asked for, which need not have any, or all that have."""
    if asked is None:
        return known
    return [asked] if asked in known else [needed(asked).slug]


def _of_item(slug: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"partner": slug, "article_id": article_id(slug, said["item_id"]), **said}


def _named(slug: str, override: object) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(override)
    return _of_item(slug, {**said, "outcome": Outcome(said["outcome"]).name.lower()})


def _recorded(slug: str, entry: overrides.Recorded) -> dict[str, Any]:
    said = {**_flat(msgspec.to_builtins(entry), "override"), "outcome": entry.override.outcome.name.lower()}
    return _of_item(slug, said)


def _flat(said: dict[str, Any], inner: str) -> dict[str, Any]:
    return {**said.pop(inner), **said}
