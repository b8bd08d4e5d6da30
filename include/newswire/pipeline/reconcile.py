"""``reconcile``: take up what landed after the backup that the ledger was restored from.

The receipts of it lie on the slips in ``landing``. Their payloads are read like those of any run, so kills, embargoes
and new versions take effect; a story that was not known before enters only if the lake held it when the ledger was
restored, and else waits for a person, who may have withdrawn it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from newswire import ledger
from newswire.config import Partner, Settings
from newswire.errors import ConfigError, LakeCorrupt, NewswireError, PayloadRemoved
from newswire.ledger import receipts as book
from newswire.ledger import stories as story_book
from newswire.ledger import unreconciled
from newswire.ledger.receipts import Receipt
from newswire.ledger.reviews import ANY_CONTENT
from newswire.model import Item
from newswire.pipeline import absent, readable, slips
from newswire.pipeline.facts import FATAL
from newswire.pipeline.groups import in_groups
from newswire.pipeline.publish import publish
from newswire.pipeline.reading import Reader
from newswire.pipeline.refine import refine
from newswire.pipeline.reviews import open_restore
from newswire.pipeline.rulings import say_again
from newswire.pipeline.strangers import leave
from newswire.pipeline.sweep import one_by_one, sweep
from newswire.pipeline.takedown import ask_again, complete, take_up
from newswire.pipeline.validate import validate
from newswire.pipeline.work import Clock, Pulled, Workplace, lake_of, utc_now

log = logging.getLogger(__name__)

TAKEN_UP = "taken up from its slip after a restore"
AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a partner's part came to.

    Attributes:
        receipts: Receipts that the ledger had not heard of.
        lost: Those of them whose payload does not lie in landing, by path.
        takedowns: Takedowns that the ledger did not know, or not all of, and that were carried out again.
        rulings: How many overrides, revocations, answers and lifted tombstones it had forgotten.
        counts: Entries of their payloads, by what became of them.
        review: The review that asks about stories that nobody could read when the ledger was restored, or None.
        waiting: How many wait for it.
    """

    partner: str
    receipts: int
    lost: tuple[str, ...]
    takedowns: tuple[str, ...]
    rulings: int
    counts: dict[str, int]
    review: str | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was taken up, and which partners failed: partner to what went wrong."""

    reconciled: tuple[Reconciled, ...]
    left: dict[str, int]
    failed: dict[str, str]


def reconcile_all(
    partners: Sequence[Partner], broken: Sequence[ConfigError], settings: Settings, clock: Clock = utc_now
) -> Reconciliation:
    """Take up what landed and bring the lake in line, those partners too whose file is broken or gone.

    Args:
        partners: All whose files are sound.
        broken: The errors of all other files: their partners are read by the last valid file that the ledger keeps.
        settings: Where the lake and the ledger are.
        clock: The clock.
    """
    stand_ins, told = absent.stand_ins(partners, broken, settings.ledger(), clock())
    with ledger.transaction(settings.ledger()) as connection:
        waiting = unreconciled.every(connection)
    for slug in sorted({*waiting, *told} - {partner.slug for partner in (*partners, *stand_ins)}):
        kept = absent.last_valid(settings.ledger(), slug, as_it_was=True)
        if kept is not None:
            stand_ins.append(kept)
        else:
            said = told.get(slug, f"{slug}.yaml: there is no such file.")
            told[slug] = f"{said} The ledger keeps none that was valid: what landed cannot be read. Bring a valid file."
    done = reconcile_these((*partners, *stand_ins), settings, clock)
    return replace(done, failed={**told, **done.failed})


def reconcile_these(partners: Sequence[Partner], settings: Settings, clock: Clock = utc_now) -> Reconciliation:
    """Take up what landed and bring the lake in line, partner by partner; one that fails stops none of the others.

    Safe to repeat, and to begin anew after an interruption.
    """
    done, failed = one_by_one(reconcile, partners, settings, clock)
    left = leave(lake_of(settings), settings.ledger(), now=clock())
    return Reconciliation(reconciled=tuple(done), left=left, failed=failed)


def reconcile(place: Workplace) -> Reconciled:
    """Take up what landed of one partner, let something enter again, then sweep it.

    Where something goes wrong the kills of all else are taken up, and the partner stays marked.

    Raises:
        BatchRefused: Validation refused what would enter; kills have taken effect.
        TakedownIncomplete: Something of what a person took down is left; nothing has entered.
        LakeCorrupt: A landed payload is damaged; nothing has entered.
    """
    place, slug = replace(place, reconciling=True), place.partner.slug
    found, lost = _missing(place)
    failed: list[NewswireError] = []
    with ledger.transaction(place.database_url) as connection:
        story_book.lock_partner(connection, slug)
        restored = unreconciled.since(connection, slug)
        _enter(connection, found)
        book.remove(connection, _removed(place))
        unread = book.unread(connection, slug, TAKEN_UP)
    complete(place)
    takedowns = ask_again(place)
    try:
        take_up(place)  # before anything is written anew: the ledger holds their words again
    except NewswireError as error:  # a kill must not wait for it
        failed.append(error)
    documents = [r for r in unread if r.role == "feed"]  # also of a feed that left the partner file: it may hold kills
    review, waiting, damaged = _hold_back(place, [r for r in documents if r.status == "landed"])
    failed += damaged.values()
    sound = [r for r in documents if r.receipt_id not in damaged]
    counts: dict[str, int] = {}
    for n, some in enumerate(in_groups(sound, AT_ONCE)):
        try:
            for name, count in _run(place, some, n, enters=not failed).items():
                counts[name] = counts.get(name, 0) + count
        except NewswireError as error:
            failed.append(error)
    rulings = 0 if restored is None else say_again(place)  # last: what they are about must be known
    for fault in failed:
        log.error("%s is not reconciled: %s", slug, fault)
    if failed:
        raise failed[0]
    with ledger.transaction(place.database_url) as connection:
        unreconciled.clear(connection, slug, restored)
    sweep(place)
    return Reconciled(
        partner=slug,
        receipts=len(found),
        lost=lost,
        takedowns=takedowns,
        rulings=rulings,
        counts=counts,
        review=review,
        waiting=waiting,
    )


def _missing(place: Workplace) -> tuple[list[Receipt], tuple[str, ...]]:
    """The receipts on slips that the ledger has not heard of, and those of them whose payload is not there."""
    found: dict[str, Receipt] = {}
    for group in in_groups(slips.kept(place.layout, place.partner.slug), 1000):
        with ledger.transaction(place.database_url) as connection:
            known = book.by_id(connection, [receipt.receipt_id for receipt in group])
        for receipt in group:
            if receipt.receipt_id not in known or known[receipt.receipt_id].status == "failed":
                found[receipt.receipt_id] = receipt
    here, lost = [], []
    for receipt in found.values():
        path = receipt.payload_path
        if path is None or place.layout.store.exists(path) or place.layout.remains(path):
            here.append(receipt)
        else:
            lost.append(path)
    return here, tuple(sorted(lost))


def _removed(place: Workplace) -> list[Receipt]:
    """The receipts on slips whose payload landing retention removed: nobody lost it, and nobody is to restore it."""
    layout, told = place.layout, slips.kept(place.layout, place.partner.slug)
    gone = (receipt for receipt in told if receipt.payload_removed_at is not None)
    return [receipt for receipt in gone if not layout.store.exists(str(receipt.payload_path))]


def _enter(connection: Connection, found: Sequence[Receipt]) -> None:
    """Write receipts into the ledger, each after the one that it stands under; one without it stands alone."""
    waiting = {receipt.receipt_id: receipt for receipt in found}
    while waiting:
        ready = [r for r in waiting.values() if r.parent_id not in waiting]
        above = book.by_id(connection, [r.parent_id for r in ready if r.parent_id is not None])
        for receipt in ready or list(waiting.values()):
            parent = receipt.parent_id if receipt.parent_id in above else None
            book.save(connection, replace(_unread(receipt), parent_id=parent, detail=TAKEN_UP))
            del waiting[receipt.receipt_id]


def _unread(receipt: Receipt) -> Receipt:
    """A receipt whose entries are still to be read: this ledger has none of their outcomes."""
    if receipt.role == "listing":
        return receipt
    return replace(receipt, entries=None, unchanged=None, settled_at=None, reader=None)


def _hold_back(place: Workplace, documents: Sequence[Receipt]) -> tuple[str | None, int, dict[str, NewswireError]]:
    """Let no story in that nobody could read when the ledger was restored, and that the ledger did not know.

    The documents that cannot be read are returned as well, by receipt.
    """
    slug, now = place.partner.slug, place.clock()
    held = readable.noted(place.layout, slug) | readable.now(place.layout, slug)
    with ledger.transaction(place.database_url) as connection:
        story_book.lock_partner(connection, slug)
        told: set[str] = set()
        damaged: dict[str, NewswireError] = {}
        for receipt in documents:
            try:
                entries = Reader(place).entries(receipt)
            except PayloadRemoved:
                continue
            except LakeCorrupt as error:
                damaged[receipt.receipt_id] = error
                continue
            told |= {e.item.item_id for e in entries if isinstance(e.item, Item) and e.item.status not in FATAL}
        new = told - held.keys() - story_book.standings(connection, slug, sorted(told)).keys()
        if not new:
            return None, 0, damaged
        why = "The lake did not hold them when the ledger was restored, and the ledger did not know them."
        review = open_restore(connection, slug, dict.fromkeys(new, ANY_CONTENT), why=why, now=now)
        return review, len(new), damaged


def _run(place: Workplace, documents: Sequence[Receipt], number: int, *, enters: bool) -> dict[str, int]:
    """Read some documents as a run of their own; or only what they take back, and read them again the next time."""
    with ledger.transaction(place.database_url) as connection:
        pages = book.pages_of(connection, [r.receipt_id for r in documents])
    fresh = {page.parent_id for page in pages if page.status == "landed" and page.entries is None}
    read = [r.receipt_id for r in documents if r.status == "landed" or r.receipt_id in fresh]
    name = f"reconcile__{place.clock().isoformat()}__{number}"
    pulled = Pulled(
        run_id=name,
        pull_key=name,
        mode="replay",
        receipts=tuple(read),
        quiet=tuple(r.receipt_id for r in documents if r.receipt_id not in read),
    )
    refined = refine(place, pulled)
    return publish(place, validate(place, refined)).counts if enters else {}
