"""Commands on policies, offline: ``policy evaluate``, ``policy export``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from newswire.cli.common import Arguments, Commands, add, group, needed, read, show
from newswire.errors import PolicyRefused
from newswire.rights.policy import Request, World, evaluate
from newswire.rights.policy.constraints import DATE_TIME
from newswire.rights.policy.values import KINDS, Span

_MEDIA_TYPES = {
    ".ttl": "text/turtle",
    ".nt": "text/turtle",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".xml": "application/xml",
    ".rdf": "application/rdf+xml",
}


def declare(commands: Commands) -> None:
    """Add the commands to the parser."""
    example = "policy evaluate --policy policy.ttl --request request.ttl --state state.ttl --turtle"
    actions = group(commands, "policy", "What machine-readable policies say; contracts as policies.", example)
    command = add(actions, "evaluate", policy_evaluate, example)
    command.add_argument("--policy", required=True, metavar="FILE", help="Turtle, JSON-LD, or the ODRL XML encoding")
    command.add_argument("--request", required=True, metavar="FILE", help="one odrl:Request, or several")
    command.add_argument("--state", metavar="FILE", help="the state of the world; without one, its clock is now")
    command.add_argument("--turtle", action="store_true", help="print Turtle instead of JSON-LD")
    command.add_argument(
        "--duties",
        choices=["pending-ok", "fulfilled-first"],
        default="pending-ok",
        help="what a duty that is neither fulfilled nor violated does: leave its permission, or keep it inactive",
    )
    command = add(actions, "export", policy_export, "policy export ilkha")
    command.add_argument("partner", help="whose contracts")


def policy_evaluate(arguments: Arguments) -> int:
    """Print the compliance report of each policy for each request in a state of the world."""
    from newswire.rights.policy import reading, writing  # noqa: PLC0415 - rdflib takes a third of a second to import

    with _naming(arguments.policy):
        policies = reading.read(*_document(arguments.policy))
    with _naming(arguments.request):
        requests = reading.read_requests(*_document(arguments.request))
    state, now = _document(arguments.state) if arguments.state else None, datetime.now(UTC)
    reports = []
    for request in requests:
        asked_at = _asked_at(request)
        with _naming(arguments.state):
            world = reading.read_world(*state, now=asked_at) if state else World(now=asked_at or now, zone=UTC)
        reports += [evaluate(policy, request, world, duties=arguments.duties, library=policies) for policy in policies]
    if arguments.turtle:
        print(writing.report_turtle(reports))
    else:
        show(_together([writing.report_json(report) for report in reports]))
    return 0


def policy_export(arguments: Arguments) -> int:
    """Print a partner's contracts as ODRL 2.2 agreements, JSON-LD."""
    from newswire.rights.policy import contracts, writing  # noqa: PLC0415 - as above

    partner = needed(arguments.partner)
    agreements = [
        contracts.of_contract(contract, slug=partner.slug, zone=partner.zone) for contract in partner.contracts
    ]
    show(_together([writing.policy_json(agreement) for agreement in agreements]))
    return 0


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Let a refusal name the file that it is about."""
    try:
        yield
    except PolicyRefused as error:
        msg = f"{name}: {error.message}"
        raise PolicyRefused(msg, reason=error.reason, remedy=error.remedy) from error


def _document(name: str) -> tuple[str, str | None]:
    """A file's text and, by its name, its media type."""
    return read(name).decode("utf-8-sig", errors="replace"), _MEDIA_TYPES.get(Path(name).suffix.lower())


def _asked_at(request: Request) -> datetime | None:
    """The time for which a request asks, where it says so."""
    stated = [value for rule in request.rules for value in rule.values.get(DATE_TIME, ())]
    spans = [KINDS["instant"].read(value, UTC) for value in stated]
    return next((span.start for span in spans if isinstance(span, Span)), None)


def _together(documents: list[dict[str, object]]) -> dict[str, object]:
    """One JSON-LD document of several that share their context."""
    if len(documents) == 1:
        return documents[0]
    parts = [{key: part for key, part in document.items() if key != "@context"} for document in documents]
    return {"@context": documents[0]["@context"] if documents else {}, "@graph": parts}
