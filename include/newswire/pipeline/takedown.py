"""Takedown: a person takes a story, or every story of a partner, out of everything, and sees what was found and left.

The tombstones come first, in one transaction: whoever decides from then on withdraws. Then the partitions are rewritten
under their locks, and only then every other place is cleaned, searched again and proven. Whatever dies on the way is
taken up by repeating the command, or by the next sweep.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import NewswireError, TakedownIncomplete
from newswire.lake.files import locked
from newswire.ledger import graves
from newswire.ledger import stories as book
from newswire.ledger import takedowns as takedown_book
from newswire.ledger.graves import Kill
from newswire.ledger.takedowns import Takedown
from newswire.model import TAKEN_DOWN
from newswire.pipeline import kills as undertaker
from newswire.pipeline import landed, reach
from newswire.pipeline.commit import Committer
from newswire.pipeline.decisions import write_new_decisions
from newswire.pipeline.facts import article_id
from newswire.pipeline.reach import Searched, Subject
from newswire.pipeline.reading import Reader
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.traces import Traces, fewest
from newswire.pipeline.work import Workplace

log = logging.getLogger(__name__)

AT_ONCE = 200
MOST_TRACES, LEAST_TRACES, ALL_TRACES = 256, 16, 200_000
"""How many traces are kept of a story, of one among very many, and in all."""

PUBLISHED = "published articles"
STAYS = "Names stay, so that late copies are known: ids, addresses by which a kill may name it, hashes, times."
NOT_COVERED = (
    "backups of the lake and of the ledger",
    "Airflow's logs, notes and XComs",
    "copies that readers made: data frames, extracts, caches",
    "the same words under another id, or from another partner",
)
RAW_STAYS = "landed payloads: they were not to be purged, and a story that its source sends again lands again"
FUTURE = "stories that this partner sends from now on: its contract, or its DAG's pause switch, ends those"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A story that was taken down.

    Attributes:
        contents: The hashes of everything that was seen of it.
        seen: Whether anything was; one that was not is withdrawn when it comes.
        traces: How many runs of its words were searched for.
    """

    article_id: str
    item_id: str
    contents: tuple[str, ...]
    seen: bool
    traces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that was searched.

    Attributes:
        files: How many files were read at the end; of the ledger, tables.
        rows: How many rows, lines or entries of them.
        found: How many held something of the stories before.
        left: How many still do.
        kept: Payloads' entries that nobody asked to go.
    """

    place: str
    files: int
    rows: int
    found: int
    left: int
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a takedown did and what is left.

    Attributes:
        asked: Who asked for it, and why.
        same_address: Other stories at an address of these: they stay; take each down by itself.
        left: Where something is left; empty when all of it is gone.
        elsewhere: Where the same words stand in something else, such as a story that quotes them.
        stays: What stays on purpose.
        not_covered: What was not searched.
    """

    takedown_id: str
    partner: str
    item_id: str | None
    purge_raw: bool
    asked: tuple[dict[str, object], ...]
    proven_at: datetime
    stories: tuple[Taken, ...]
    places: tuple[Place, ...]
    left: tuple[str, ...]
    elsewhere: tuple[str, ...]
    same_address: tuple[str, ...]
    stays: str
    not_covered: tuple[str, ...]


def take_down(place: Workplace, item_id: str | None, *, by: str, why: str, purge_raw: bool = False) -> Proof:
    """Take a story down, or with None every story that a partner has sent; safe to repeat.

    Args:
        place: Where.
        item_id: The partner's own id of the story; it need not have come yet.
        by: Who asks.
        why: Their reason.
        purge_raw: Take it out of the landed payloads, too.

    Raises:
        TakedownIncomplete: Something is left; the message says what.
    """
    asked = ask(place, item_id, by=by, why=why, purge_raw=purge_raw)
    return carry_out(place, asked.takedown_id)


def ask(place: Workplace, item_id: str | None, *, by: str, why: str, purge_raw: bool) -> Takedown:
    """Record a takedown and put up its tombstones, in one transaction; one that stands is added to."""
    slug, now = place.partner.slug, place.clock()
    landed_already = landed.stories_of(place) if item_id is None else {item_id}
    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        takedown = takedown_book.in_force(connection, slug, item_id) or Takedown(
            takedown_id=_name(slug, item_id, now),
            partner=slug,
            item_id=item_id,
            purge_raw=False,
            asked=[],
            found={},
            proof=None,
            asked_at=now,
            done_at=None,
        )
        takedown = _asked(takedown, by=by, why=why, purge_raw=purge_raw, at=now)
        known = book.every(connection, slug) if item_id is None else _versions(connection, slug, item_id)
        items = {*landed_already, *known}
        before = set(takedown_book.traces(connection, takedown.takedown_id))
        lies = [s for s in book.standings(connection, slug, sorted(items)).values() if s.partition_date is not None]
        most = max(takedown.found.get(PUBLISHED, 0), len(lies))
        done_at = takedown.done_at if items <= before else None
        takedown = replace(takedown, found={**takedown.found, PUBLISHED: most}, done_at=done_at)
        takedown_book.save(connection, takedown)
        for ids in _in_batches(sorted(items)):
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
    with locked(place.layout.full(place.layout.takedown_lock(slug))):
        with ledger.transaction(place.database_url) as connection:
            takedown = takedown_book.find(connection, takedown_id)
            assert takedown is not None  # noqa: S101 - it was asked for
            traced = takedown_book.traces(connection, takedown_id)
        _withdraw(place, takedown_id, sorted(traced))
        traced = _trace(place, takedown_id, traced)
        subject = _subject(place, traced, purge_raw=takedown.purge_raw)
        left = _search(subject)
        takedown = _note(place, takedown, left)
        if any(said.found for said in left):
            _search(subject, clean=True)
            left = _search(subject)
        elif takedown.done_at is not None and takedown.proof is not None:
            return msgspec.convert(takedown.proof, Proof)
        proof = _prove(place, takedown, traced, left)
    if proof.left:
        msg = f"{takedown_id}: something is left: {'; '.join(proof.left)}."
        remedy = "Repeat the command; the next sweep takes it up as well."
        raise TakedownIncomplete(msg, reason="takedown_incomplete", remedy=remedy)
    return proof


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


def look(place: Workplace, item_id: str | None, *, purge_raw: bool = False) -> dict[str, object]:
    """What a takedown would find, and where; nothing is changed."""
    slug = place.partner.slug
    landed_already = landed.stories_of(place) if item_id is None else {item_id}
    with ledger.transaction(place.database_url) as connection:
        known = book.every(connection, slug) if item_id is None else _versions(connection, slug, item_id)
        items = {*landed_already, *known}
        same = takedown_book.same_place(connection, slug, items)
    traced = {name: sorted(found) for name, found in landed.gather(place, items).items()}
    subject = _subject(place, traced, purge_raw=purge_raw)
    searched = _search(subject)
    return {
        "would_take_down": [{"article_id": article_id(slug, name), "item_id": name} for name in sorted(items)],
        "places": [{"place": s.place, "found": s.found, "kept": s.kept, "where": s.where} for s in searched],
        "elsewhere": [where for s in searched for where in s.elsewhere],
        "same_address": [article_id(slug, name) for name in same],
        "not_covered": _not_covered(item_id, purge_raw=purge_raw),
    }


def _versions(connection: Connection, partner: str, item_id: str) -> list[str]:
    """A story and its versions in other languages."""
    return graves.versions_of(connection, partner, item_id)


def _asked(takedown: Takedown, *, by: str, why: str, purge_raw: bool, at: datetime) -> Takedown:
    """With one more who asked, unless they asked the same before."""
    more = {"by": by, "why": why, "purge_raw": purge_raw, "at": at.isoformat()}
    if any({**said, "at": None} == {**more, "at": None} for said in takedown.asked):
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


def _withdraw(place: Workplace, takedown_id: str, items: list[str]) -> None:
    """Decide the stories anew, which withdraws them, and bring the partitions in line."""
    committer = Committer(place, Reader(place), f"takedown {takedown_id}")
    for ids in _in_batches(items):
        with ledger.transaction(place.database_url) as connection:
            book.lock_partner(connection, place.partner.slug)
            committer.decide_again(connection, sorted(book.standings(connection, place.partner.slug, ids)))
    Partitions(committer).drain()
    write_new_decisions(place)


def _trace(place: Workplace, takedown_id: str, known: dict[str, list[str]]) -> dict[str, list[str]]:
    """Keep by what the stories' words are known, while there is a payload that says them."""
    most = max(LEAST_TRACES, min(MOST_TRACES, ALL_TRACES // max(1, len(known))))
    traced = {item: fewest({*known[item], *found}, most) for item, found in landed.gather(place, known).items()}
    with ledger.transaction(place.database_url) as connection:
        for item_id, found in traced.items():
            takedown_book.trace(connection, takedown_id, item_id, found)
    return traced


def _subject(place: Workplace, traced: dict[str, list[str]], *, purge_raw: bool) -> Subject:
    with ledger.transaction(place.database_url) as connection:
        contents = takedown_book.contents(connection, place.partner.slug, traced)
    return Subject(
        place=place,
        items=frozenset(traced),
        contents=frozenset(digest for several in contents.values() for digest in several),
        traces=Traces(trace for several in traced.values() for trace in several),
        purge_raw=purge_raw,
    )


def _search(subject: Subject, *, clean: bool = False) -> list[Searched]:
    return [*reach.search(subject, clean=clean), landed.search(subject, clean=clean)]


def _note(place: Workplace, takedown: Takedown, found: Iterable[Searched]) -> Takedown:
    """Keep how much was found, before any of it goes."""
    most = {s.place: max(s.found, takedown.found.get(s.place, 0)) for s in found}
    noted = replace(takedown, found={**takedown.found, **most})
    with ledger.transaction(place.database_url) as connection:
        takedown_book.note_found(connection, noted)
    return noted


def _prove(place: Workplace, takedown: Takedown, traced: dict[str, list[str]], left: list[Searched]) -> Proof:
    slug, now = place.partner.slug, place.clock()
    with ledger.transaction(place.database_url) as connection:
        contents = takedown_book.contents(connection, slug, traced)
        same = takedown_book.same_place(connection, slug, traced)
    proof = Proof(
        takedown_id=takedown.takedown_id,
        partner=slug,
        item_id=takedown.item_id,
        purge_raw=takedown.purge_raw,
        asked=tuple(takedown.asked),
        proven_at=now,
        stories=tuple(
            Taken(
                article_id=article_id(slug, item_id),
                item_id=item_id,
                contents=tuple(contents.get(item_id, ())),
                seen=item_id in contents,
                traces=len(found),
            )
            for item_id, found in sorted(traced.items())
        ),
        places=tuple(
            Place(
                place=s.place,
                files=s.files,
                rows=s.rows,
                found=takedown.found.get(s.place, 0),
                left=s.found,
                kept=s.kept,
            )
            for s in left
        ),
        left=tuple(f"{s.place}: {s.found} in {', '.join(s.where)}" for s in left if s.found),
        elsewhere=tuple(where for s in left for where in s.elsewhere),
        same_address=tuple(article_id(slug, name) for name in same),
        stays=STAYS,
        not_covered=_not_covered(takedown.item_id, purge_raw=takedown.purge_raw),
    )
    done_at = None if proof.left else now
    with ledger.transaction(place.database_url) as connection:
        takedown_book.prove(connection, replace(takedown, proof=msgspec.to_builtins(proof), done_at=done_at))
    return proof


def _not_covered(item_id: str | None, *, purge_raw: bool) -> tuple[str, ...]:
    raw = () if purge_raw else (RAW_STAYS,)
    return (*raw, *((FUTURE,) if item_id is None else ()), *NOT_COVERED)


def _name(partner: str, item_id: str | None, at: datetime) -> str:
    said = "\n".join((partner, item_id or "", at.isoformat()))
    return f"takedown-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _in_batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
