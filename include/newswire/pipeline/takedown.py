"""Takedown: a person takes a story, or every story of a partner, out of everything, and sees what was found and left.

The tombstones come first, in one transaction: whoever decides from then on withdraws. Then the partitions are rewritten
under their locks, and only then every other place is cleaned, searched again and proven. Whatever dies on the way is
taken up by repeating the command, or by the next sweep.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import NewswireError, RulingRefused, TakedownIncomplete
from newswire.ledger import graves, unreconciled
from newswire.ledger import stories as book
from newswire.ledger import takedowns as takedown_book
from newswire.ledger.graves import Kill
from newswire.ledger.takedowns import Takedown
from newswire.model import TAKEN_DOWN
from newswire.pipeline import kills as undertaker
from newswire.pipeline import landed, proof, reach, slips
from newswire.pipeline.commit import Committer
from newswire.pipeline.decisions import write_new_decisions
from newswire.pipeline.facts import article_id
from newswire.pipeline.gate import is_open
from newswire.pipeline.groups import in_groups
from newswire.pipeline.proof import Outlook, Proof
from newswire.pipeline.reach import Searched, Subject
from newswire.pipeline.reading import Reader
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.rulings import unknown_item
from newswire.pipeline.traces import Traces
from newswire.pipeline.work import Workplace

log = logging.getLogger(__name__)

AT_ONCE = 200
MOST_TRACES, LEAST_TRACES, ALL_TRACES = 256, 16, 200_000
"""How many traces are kept of a story, of one among very many, and in all."""

PUBLISHED = "published articles"
NOT_SEEN = (
    "Correct the id. If the story has not come yet and shall be withdrawn when it does, give --unseen; "
    "in the form, tick that it has not come yet."
)


def take_down(
    place: Workplace, item_id: str | None, *, by: str, why: str, purge_raw: bool = False, unseen: bool = False
) -> Proof:
    """Take a story down, or with None every story that a partner has sent; safe to repeat.

    Args:
        place: Where.
        item_id: The partner's own id of the story.
        by: Who asks.
        why: Their reason.
        purge_raw: Take it out of the landed payloads, too.
        unseen: The story need not have come yet; it is withdrawn when it does.

    Raises:
        RulingRefused: Nothing is known under that id, and ``unseen`` does not say that it may be so.
        TakedownIncomplete: Something is left; the message says what.
    """
    if not unseen:
        _require_seen(place, item_id)
    asked = ask(place, item_id, by=by, why=why, purge_raw=purge_raw)
    if item_id is None:  # what is readable leaves first: reading all that has landed takes its time
        with ledger.transaction(place.database_url) as connection:
            known = takedown_book.traces(connection, asked.takedown_id)
        _withdraw(place, asked.takedown_id, sorted(known))
        asked = ask(place, None, by=by, why=why, purge_raw=purge_raw, also=landed.stories_of(place))
    return carry_out(place, asked.takedown_id)


def ask(
    place: Workplace,
    item_id: str | None,
    *,
    by: str,
    why: str,
    purge_raw: bool,
    also: Collection[str] = (),
    again: slips.Takedown | None = None,
    at: datetime | None = None,
) -> Takedown:
    """Record a takedown and put up its tombstones, in one transaction; one that stands is added to.

    Args:
        place: Where.
        item_id: The story; None for every story of the partner that the ledger knows.
        by: Who asks.
        why: Their reason.
        purge_raw: Whether the landed payloads lose it, too.
        also: Stories that have landed and that the ledger does not know yet.
        again: What a restored ledger has forgotten: its name and its stories are taken as they were.
        at: When it was asked, where that was not now.
    """
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        by_name = takedown_book.find(connection, again.takedown_id) if again else None
        takedown = (by_name if again else takedown_book.in_force(connection, slug, item_id)) or Takedown(
            takedown_id=again.takedown_id if again else _name(slug, item_id, now),
            partner=slug,
            item_id=item_id,
            purge_raw=False,
            asked=[],
            found={},
            proof=None,
            asked_at=now,
            done_at=None,
        )
        restored = unreconciled.since(connection, slug)
        before_it = None if restored is None or again else restored.restored_at
        takedown = _asked(takedown, by=by, why=why, purge_raw=purge_raw, at=at or now, anew_since=before_it)
        items = set(again.items) if again else {*_known(connection, slug, item_id), *also}
        before = set(takedown_book.traces(connection, takedown.takedown_id))
        lies = [s for s in book.standings(connection, slug, sorted(items)).values() if s.partition_date is not None]
        most = max(takedown.found.get(PUBLISHED, 0), len(lies))
        done_at = takedown.done_at if items <= before else None
        takedown = replace(takedown, found={**takedown.found, PUBLISHED: most}, done_at=done_at)
        takedown_book.save(connection, takedown)
        for ids in in_groups(sorted(items), AT_ONCE):
            items |= undertaker.bury(connection, slug, _kills(connection, takedown, ids, by, now), (), now=now)
        takedown_book.add_items(connection, takedown.takedown_id, items)
        takedown_book.close_reviews(connection, slug, items, by=by, at=now)
    log.info("%s: %s, %d stories withdrawn", takedown.takedown_id, item_id or f"every story of {slug}", len(items))
    return takedown


def carry_out(place: Workplace, takedown_id: str) -> Proof:
    """Search every place for what was taken down, clean it, search again, and keep the proof; safe to repeat.

    Raises:
        TakedownIncomplete: Something is left; the message says what.
    """
    slug = place.partner.slug
    with place.layout.store.locked(place.layout.takedown_lock(slug)):
        with ledger.transaction(place.database_url) as connection:
            knows_all = is_open(connection, place)
        if not knows_all:
            ask_again(place)  # what is written anew must hold no word of what was taken down after the backup
        with ledger.transaction(place.database_url) as connection:
            takedown = takedown_book.find(connection, takedown_id)
            assert takedown is not None  # noqa: S101 - it was asked for
            traced = takedown_book.traces(connection, takedown_id)
        _write_down(place, takedown, traced)
        _withdraw(place, takedown_id, sorted(traced))
        traced, memory = _gather(place, traced, purge_raw=takedown.purge_raw)
        with ledger.transaction(place.database_url) as connection:
            for item_id, found in traced.items():
                takedown_book.trace(connection, takedown_id, item_id, found)
        subject = _subject(place, traced, purge_raw=takedown.purge_raw)
        left = _search(subject, memory)
        takedown = _note(place, takedown, left)
        same = _same_address(place, takedown, traced)  # the ledger is about to forget addresses
        if any(said.found for said in left):
            _search(subject, memory, clean=True)
            left = _search(subject, memory)
        elif takedown.done_at is not None and takedown.proof is not None:
            return proof.read(takedown.proof)
        proven = _prove(place, takedown, traced, left, same)
    if proven.left:
        msg = f"{takedown_id}: something is left: {'; '.join(proven.left)}."
        remedy = "Repeat the command; the next sweep takes it up as well."
        raise TakedownIncomplete(msg, reason="takedown_incomplete", remedy=remedy)
    return proven


def take_up(place: Workplace) -> None:
    """Go on with every takedown of a partner that was interrupted, or of which something was left.

    Raises:
        TakedownIncomplete: Something is left still; the others were carried out.
    """
    with ledger.transaction(place.database_url) as connection:
        unfinished = takedown_book.unfinished(connection, place.partner.slug)
    failed: list[NewswireError] = []
    for takedown in unfinished:
        try:
            carry_out(place, takedown.takedown_id)
        except NewswireError as error:  # what holds one up must not hold up the next
            log.error("%s is not finished: %s", takedown.takedown_id, error)  # noqa: TRY400 - a message, no fault
            failed.append(error)
    if failed:
        raise failed[0]


def ask_again(place: Workplace) -> tuple[str, ...]:
    """Take down again what a restored ledger has forgotten, and name it; the next sweep carries it out."""
    forgotten = [slip for slip in slips.takedowns(place.layout, place.partner.slug) if _forgotten(place, slip)]
    for slip in forgotten:
        for said in slip.asked:
            told = {name: said[name] for name in ("by", "why", "purge_raw")}
            ask(place, slip.item_id, **told, again=slip, at=datetime.fromisoformat(said["at"]))
    return tuple(dict.fromkeys(slip.takedown_id for slip in forgotten))


def complete(place: Workplace) -> None:
    """Let what was asked about every story since a restore hold those of which the ledger had not heard then.

    Their receipts must be entered; what lies on slips must not be taken down again yet.
    """
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        restored = unreconciled.since(connection, slug)
        stands = takedown_book.in_force(connection, slug, None)
    if restored is None or stands is None:
        return
    since = [said for said in stands.asked if datetime.fromisoformat(said["at"]) >= restored.restored_at]
    for said in since[-1:]:
        told = {name: said[name] for name in ("by", "why", "purge_raw")}
        ask(place, None, **told, also=landed.stories_of(place))


def _forgotten(place: Workplace, slip: slips.Takedown) -> bool:
    """Whether a restored ledger does not know a takedown, or not all of one that stands: a purge, later stories."""
    with ledger.transaction(place.database_url) as connection:
        known = takedown_book.find(connection, slip.takedown_id)
        if known is None:
            return True
        stands = takedown_book.in_force(connection, known.partner, known.item_id) is not None
        items = takedown_book.traces(connection, known.takedown_id).keys()
    return stands and (len(known.asked) < len(slip.asked) or not items >= set(slip.items))


def look(place: Workplace, item_id: str | None, *, purge_raw: bool = False, unseen: bool = False) -> Outlook:
    """What a takedown would find, and where; nothing is changed.

    Raises:
        RulingRefused: As ``take_down`` raises it.
    """
    if not unseen:
        _require_seen(place, item_id)
    slug = place.partner.slug
    also = landed.stories_of(place) if item_id is None else set()
    with ledger.transaction(place.database_url) as connection:
        items = {*_known(connection, slug, item_id), *also}
        same = takedown_book.same_place(connection, slug, items)
    traced, memory = _gather(place, {name: [] for name in items}, purge_raw=purge_raw)
    return Outlook(
        partner=slug,
        item_id=item_id,
        stories=tuple(article_id(slug, name) for name in sorted(items)),
        places=tuple(_search(_subject(place, traced, purge_raw=purge_raw), memory)),
        same_address=tuple(article_id(slug, name) for name in same),
        not_covered=proof.not_covered(item_id, purge_raw=purge_raw),
    )


def find_target(database_url: str, what: str, name: str, partner: str | None = None) -> tuple[str, str | None]:
    """The partner and the story that a person names; None for every story of the partner.

    Args:
        database_url: The ledger.
        what: ``article``, ``story`` or ``partner``.
        name: An article id, the partner's own id of a story, or the partner.
        partner: Whose story it is, for ``story``.

    Raises:
        RulingRefused: Nothing is known under that name, or it does not fit.
    """
    if what == "partner":
        if partner not in {None, "", name}:
            msg = f"Every story of {name} was to be taken down, and {partner} was named as well."
            raise RulingRefused(msg, reason="two_partners", remedy="Leave the story's partner empty, or name a story.")
        return name, None
    if what == "story":
        if not partner:
            msg = f"The story {name!r} was named by its partner's own id, and not the partner."
            raise RulingRefused(msg, reason="partner_needed", remedy="Say whose story it is, or give its article id.")
        return partner, name
    with ledger.transaction(database_url) as connection:
        found = book.find(connection, name)
        if not found:
            raise unknown_item(connection, name, None)
    return found[0]


def _require_seen(place: Workplace, item_id: str | None) -> None:
    """Refuse a story of which nothing is known, not even a tombstone: more often than not that is a slip."""
    slug = place.partner.slug
    with ledger.transaction(place.database_url) as connection:
        if item_id is not None and not (
            graves.versions_of(connection, slug, item_id) or graves.graves_of(connection, slug, [item_id])
        ):
            raise unknown_item(connection, item_id, slug, remedy=NOT_SEEN)


def _known(connection: Connection, partner: str, item_id: str | None) -> set[str]:
    """Every story that the ledger knows of a partner; or one, known or not, and its versions in other languages."""
    if item_id is None:
        return set(book.every(connection, partner))
    return {item_id, *graves.versions_of(connection, partner, item_id)}


def _asked(
    takedown: Takedown, *, by: str, why: str, purge_raw: bool, at: datetime, anew_since: datetime | None
) -> Takedown:
    """With one more who asked, unless they asked the same before: since a restore, if there was one."""
    more = {"by": by, "why": why, "purge_raw": purge_raw, "at": at.isoformat()}
    counted = (s for s in takedown.asked if anew_since is None or datetime.fromisoformat(s["at"]) >= anew_since)
    if any({**said, "at": None} == {**more, "at": None} for said in counted):
        return takedown
    wants_more = purge_raw and not takedown.purge_raw
    return replace(
        takedown,
        asked=[*takedown.asked, more],
        purge_raw=takedown.purge_raw or purge_raw,
        done_at=None if wants_more else takedown.done_at,
    )


def _kills(connection: Connection, takedown: Takedown, ids: Collection[str], by: str, at: datetime) -> list[Kill]:
    """A kill for each story, which also waits for late copies: by its id, and by addresses that are its own.

    An id may be an address that others share. It then names the story by the tombstone alone.
    """
    shared = set(takedown_book.same_place(connection, takedown.partner, ids).values())
    addresses = takedown_book.addresses(connection, takedown.partner, ids)
    return [
        Kill(
            kill_id=hashlib.sha256(f"{takedown.takedown_id}\n{item_id}".encode()).hexdigest()[:24],
            item_id=item_id,
            names=tuple(name for name in (item_id, *addresses.get(item_id, ())) if name not in shared),
            slug=None,
            reason=TAKEN_DOWN,
            version=None,
            updated_at=None,
            at=at,
            evidence=f"{takedown.takedown_id} by {by}",
        )
        for item_id in ids
    ]


def _write_down(place: Workplace, takedown: Takedown, items: Collection[str]) -> None:
    """Keep beside the payloads what was taken down: a ledger that is restored from a backup may not know it."""
    slip = slips.Takedown(
        takedown_id=takedown.takedown_id,
        item_id=takedown.item_id,
        items=tuple(sorted(items)),
        asked=tuple(takedown.asked),
    )
    slips.keep_takedown(place.layout, place.partner.slug, slip)


def _withdraw(place: Workplace, takedown_id: str, items: list[str]) -> None:
    """Decide the stories anew, which withdraws them, and bring the partitions in line."""
    committer = Committer(place, Reader(place), f"takedown {takedown_id}")
    for ids in in_groups(items, AT_ONCE):
        with ledger.transaction(place.database_url) as connection:
            book.lock_partner(connection, place.partner.slug)
            committer.decide_again(connection, sorted(book.standings(connection, place.partner.slug, ids)))
    Partitions(committer).drain()
    write_new_decisions(place)


def _gather(place: Workplace, known: landed.Traced, *, purge_raw: bool) -> tuple[landed.Traced, landed.Memory]:
    """By what the stories' words are known, while there is a payload that says them."""
    most = max(LEAST_TRACES, min(MOST_TRACES, ALL_TRACES // max(1, len(known))))
    return landed.gather(place, known, most, lambda traced: _subject(place, traced, purge_raw=purge_raw))


def _subject(place: Workplace, traced: dict[str, list[str]], *, purge_raw: bool) -> Subject:
    with ledger.transaction(place.database_url) as connection:
        contents = takedown_book.contents(connection, place.partner.slug, traced)
        sources = takedown_book.sources(connection, place.partner.slug, traced)
    return Subject(
        place=place,
        items=frozenset(traced),
        contents=frozenset(digest for several in contents.values() for digest in several),
        sources=sources,
        traces=Traces(trace for several in traced.values() for trace in several),
        purge_raw=purge_raw,
    )


def _search(subject: Subject, memory: landed.Memory, *, clean: bool = False) -> list[Searched]:
    return [*reach.search(subject, clean=clean), landed.search(subject, memory, clean=clean)]


def _note(place: Workplace, takedown: Takedown, found: Iterable[Searched]) -> Takedown:
    """Keep how much was found, before any of it goes."""
    most = {s.place: max(s.found, takedown.found.get(s.place, 0)) for s in found}
    noted = replace(takedown, found={**takedown.found, **most})
    with ledger.transaction(place.database_url) as connection:
        takedown_book.note_found(connection, noted)
    return noted


def _same_address(place: Workplace, takedown: Takedown, items: Collection[str]) -> set[str]:
    """Other stories at an address of these, as far as that is known still."""
    before = proof.read(takedown.proof).same_address if takedown.proof else ()
    with ledger.transaction(place.database_url) as connection:
        found = takedown_book.same_place(connection, place.partner.slug, items)
    return {*before, *(article_id(place.partner.slug, name) for name in found)}


def _prove(
    place: Workplace,
    takedown: Takedown,
    traced: dict[str, list[str]],
    left: list[Searched],
    same_address: Collection[str],
) -> Proof:
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        contents = takedown_book.contents(connection, slug, traced)
        proven = proof.prove(takedown, traced, contents, left, same_address=same_address, at=now)
        done_at = None if proven.left else now
        kept = replace(takedown, proof=msgspec.to_builtins(proven), done_at=done_at)
        takedown_book.prove(connection, kept)
    return proven


def _name(partner: str, item_id: str | None, at: datetime) -> str:
    said = "\n".join((partner, item_id or "", at.isoformat()))
    return f"takedown-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
