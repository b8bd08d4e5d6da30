"""What a person says about stories: overrides, answers to reviews, lifted tombstones. Each takes effect at once.

A ruling is recorded with who and why in one transaction that also makes the story due; the sweep that follows decides
it anew. If that is interrupted, the next sweep or run does it.

Its slip is written before the transaction ends, or after it where the ruling lets something back: whatever dies in
between, a restored ledger hears of no ruling that would let in what was never let in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from newswire import ledger
from newswire.errors import RulingRefused
from newswire.ledger import graves, overrides, reviews
from newswire.ledger import stories as book
from newswire.ledger.reviews import Review
from newswire.model import Decision, Outcome, Override
from newswire.pipeline import kills as undertaker
from newswire.pipeline import slips
from newswire.pipeline.assess import assess
from newswire.pipeline.gate import require_reconciled
from newswire.pipeline.known import known_stories
from newswire.pipeline.reading import Reader
from newswire.pipeline.reviews import NOBODY
from newswire.pipeline.slips import Ruling
from newswire.pipeline.work import Workplace

WHICH_ITEM = "Give an `article_id` of `articles` or `decisions`; or a partner's own id, where there is --partner."


def add_override(
    place: Workplace, item_id: str, outcome: Outcome, *, by: str, why: str, until: datetime
) -> tuple[Override, Decision]:
    """Record a person's word on the present decision on an item; return it and the decision that follows from it.

    Raises:
        RulingRefused: The item is unknown, the end has passed, or the rules give no way to that word.
        NotReconciled: It would publish, and the ledger was restored and is not reconciled.
    """
    if outcome is Outcome.PUBLISH:
        require_reconciled(place)
    slug, now = place.partner.slug, place.clock()
    if until <= now:
        msg = f"The override would end at {until.isoformat()}, which has passed."
        raise RulingRefused(msg, reason="override_ended", remedy="Give --until a time to come.")
    with _recording(place) as (connection, keep):
        story = known_stories(connection, place.partner, [item_id]).get(item_id)
        if story is None:
            raise unknown_item(connection, item_id, slug)
        reader = Reader(place)
        plain = assess(replace(story, overrides=()), place.partner, reader.item, now=now)
        seen = plain.sighting.observation
        contract = plain.decision.contract
        override = Override(
            override_id=_name(slug, item_id, seen.content_hash, by, now),
            item_id=item_id,
            version=seen.version,
            content_hash=seen.content_hash,
            contract_hash=contract.hash if contract else None,
            reasons=plain.decision.reasons,
            outcome=outcome,
            by=by,
            why=why,
            at=now,
            expires_at=until,
        )
        tried = assess(replace(story, overrides=(override,)), place.partner, reader.item, now=now).decision
        if tried.override != override.override_id or tried.outcome is not outcome:
            raise _without_effect(override, plain.decision, tried)
        overrides.add(connection, slug, override)
        book.touch(connection, slug, [item_id], at=now)
        told = {"override": msgspec.to_builtins(override), "about": override.override_id}
        keep(Ruling(what="override", by=by, why=why, at=now, **told), lets_back=outcome is Outcome.PUBLISH)
    return override, tried


def revoke_override(place: Workplace, override_id: str, *, by: str, why: str) -> str:
    """Revoke an override; return its item.

    Raises:
        RulingRefused: There is none such, or it is revoked already.
        NotReconciled: The ledger was restored and is not reconciled.
    """
    require_reconciled(place)
    slug, now = place.partner.slug, place.clock()
    with _recording(place) as (connection, keep):
        item_id = overrides.revoke(connection, slug, override_id, by=by, because=why, at=now)
        if item_id is None:
            raise unknown_override(override_id)
        book.touch(connection, slug, [item_id], at=now)
        [said] = (
            entry.override.outcome
            for entry in overrides.recorded(connection, slug, [item_id])
            if entry.override.override_id == override_id
        )
        ruling = Ruling(what="revoked", about=override_id, by=by, why=why, at=now)
        keep(ruling, lets_back=said is not Outcome.PUBLISH)
    return item_id


def lift_tombstone(place: Workplace, item_id: str, *, by: str, why: str, admins: Collection[str]) -> None:
    """Take a tombstone out of force; what the item's governing version says still holds.

    Args:
        place: Where.
        item_id: The item.
        by: Who lifts it; must be one of ``admins``.
        why: Their reason.
        admins: Who may.

    Raises:
        RulingRefused: Whoever asks is no admin, or no tombstone is in force.
        NotReconciled: The ledger was restored and is not reconciled.
    """
    require_reconciled(place)
    if by not in admins:
        msg = (
            f"{by!r} may not lift a tombstone: only an admin may, and NEWSWIRE_ADMINS names {sorted(admins) or 'none'}."
        )
        raise RulingRefused(msg, reason="not_an_admin", remedy="Let one of them do it, or set NEWSWIRE_ADMINS.")
    slug, now = place.partner.slug, place.clock()
    with _recording(place) as (connection, keep):
        if not graves.lift(connection, slug, item_id, by=by, because=why, at=now):
            msg = f"No tombstone is in force for {item_id!r} of {slug}."
            raise RulingRefused(
                msg, reason="no_tombstone", remedy="`bin/newswire tombstone list` names those there are."
            )
        book.touch(connection, slug, [item_id], at=now)
        keep(Ruling(what="lifted", about=item_id, by=by, why=why, at=now), lets_back=True)


def answer_review(place: Workplace, review_id: str, said: str, *, by: str, note: str | None = None) -> Review:
    """Record a person's answer: ``yes`` lets stories back, or confirms a kill; ``no`` keeps them out, or dismisses it.

    A later answer replaces an earlier one, but a confirmed kill is lifted as any tombstone is.

    Raises:
        RulingRefused: There is no such review of the partner, or its kill is confirmed already.
        NotReconciled: The ledger was restored and is not reconciled: nobody can know yet what to answer.
    """
    require_reconciled(place)
    slug, now = place.partner.slug, place.clock()
    with _recording(place) as (connection, keep):
        review = reviews.find(connection, review_id)
        if review is None or review.partner != slug:
            raise unknown_review(review_id)
        if review.kind == "kill" and review.answer == "yes":
            msg = f"The kill of review {review_id} is confirmed already."
            raise RulingRefused(msg, reason="kill_confirmed", remedy="An admin lifts it with `tombstone lift`.")
        ruling = Ruling(what="answered", about=review_id, by=by, why=note, at=now, said=said)
        _answer(connection, review, ruling, now)
        keep(ruling, lets_back=said != ("yes" if review.kind == "kill" else "no"))
        answered = reviews.find(connection, review_id)
    assert answered is not None  # noqa: S101 - it was found above
    return answered


@contextmanager
def _recording(place: Workplace) -> Iterator[tuple[Connection, Callable[..., None]]]:
    """A transaction in which a ruling is recorded, and what keeps its slip: after it, if the ruling lets back."""
    slug, later = place.partner.slug, list[Ruling]()

    def keep(ruling: Ruling, *, lets_back: bool) -> None:
        if lets_back:
            later.append(ruling)
        else:
            slips.keep_ruling(place.layout, slug, ruling)

    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        yield connection, keep
    for ruling in later:
        slips.keep_ruling(place.layout, slug, ruling)


def _answer(connection: Connection, review: Review, ruling: Ruling, now: datetime) -> None:
    slug, said = review.partner, str(ruling.said)
    reviews.answer(connection, review.review_id, said, by=ruling.by, note=ruling.why, at=ruling.at)
    items = reviews.items_of(connection, review.review_id)
    for item_id, grave in graves.graves_of(connection, slug, items).items() if review.kind == "kill" else ():
        stone = grave.tombstone
        if said == "yes" and stone.suspected:
            evidence = f"{stone.evidence}, confirmed by {ruling.by}"
            graves.bury(connection, slug, replace(stone, suspected=False, evidence=evidence))
        elif stone.suspected and grave.lifted_at is None:
            because = ruling.why or f"review {review.review_id}"
            graves.lift(connection, slug, item_id, by=ruling.by, because=because, at=ruling.at)
            _buries(connection, slug, item_id, ruling, now)
    book.touch(connection, slug, items, at=now)


def say_again(place: Workplace) -> int:
    """Record again what persons ruled and a restored ledger has forgotten; return how much that was.

    A review that the ledger does not know is not answered. What is later than a lift or a dismissal stands: a
    tombstone, a takedown, a kill that had none of its own because another was in force.
    """
    slug, now, again = place.partner.slug, place.clock(), 0
    with ledger.transaction(place.database_url) as connection:
        book.lock_partner(connection, slug)
        taken_down = list(slips.takedowns(place.layout, slug))
        known = {entry.override.override_id for entry in overrides.recorded(connection, slug)}
        for ruling in slips.rulings(place.layout, slug):
            touched: list[str] = []
            if ruling.what == "override" and ruling.about not in known:
                override = msgspec.convert(ruling.override, Override)
                overrides.add(connection, slug, override)
                touched = [override.item_id]
            elif ruling.what == "revoked":
                item_id = overrides.revoke(
                    connection, slug, ruling.about, by=ruling.by, because=str(ruling.why), at=ruling.at
                )
                touched = [] if item_id is None else [item_id]
            elif ruling.what == "lifted":
                touched = [ruling.about] if _lifts(connection, slug, ruling, taken_down, now) else []
            elif ruling.what == "answered":
                review = reviews.find(connection, ruling.about)
                if review is not None and _answers(review, ruling):
                    _answer(connection, review, ruling, now)
                    again += 1
            book.touch(connection, slug, touched, at=now)
            again += len(touched)
    return again


def _answers(review: Review, ruling: Ruling) -> bool:
    """Whether nobody, or only time that went on after the restore, has answered since."""
    return review.answered_at is None or review.answered_by == NOBODY or review.answered_at < ruling.at


def _lifts(
    connection: Connection, partner: str, ruling: Ruling, taken_down: Sequence[slips.Takedown], now: datetime
) -> bool:
    """Lift a tombstone again; False where none was in force, or where the item was killed or taken down since."""
    item_id = ruling.about
    grave = graves.graves_of(connection, partner, [item_id]).get(item_id)
    if grave is None or grave.tombstone.at > ruling.at:
        return False
    asked = (said["at"] for slip in taken_down if item_id in {slip.item_id, *slip.items} for said in slip.asked)
    if any(datetime.fromisoformat(at) > ruling.at for at in asked):
        return False
    if not graves.lift(connection, partner, item_id, by=ruling.by, because=str(ruling.why), at=ruling.at):
        return False
    return not _buries(connection, partner, item_id, ruling, now)


def _buries(connection: Connection, partner: str, item_id: str, ruling: Ruling, now: datetime) -> bool:
    """Whether kills have hit an item after the ruling that lifted its tombstone; they put up theirs, and ask."""
    later = undertaker.since(connection, partner, item_id, ruling.at)
    undertaker.bury(connection, partner, later, (), now=now)
    return bool(later)


def unknown_item(
    connection: Connection, item_id: str, partner: str | None, *, remedy: str = WHICH_ITEM
) -> RulingRefused:
    """The error about an item that the ledger does not know, with ids that are spelled much like it."""
    whose = f" of {partner}" if partner else ""
    near = ", ".join(map(repr, book.near(connection, item_id, partner)))
    msg = f"The ledger knows no item {item_id!r}{whose}." + (f" It knows {near}." if near else "")
    return RulingRefused(msg, reason="unknown_item", remedy=remedy)


def unknown_override(override_id: str) -> RulingRefused:
    """The error about an override that the ledger does not know, or that is revoked already."""
    msg = f"The ledger knows no override {override_id!r} that is not revoked."
    return RulingRefused(msg, reason="unknown_override", remedy="`bin/newswire override list` names those there are.")


def unknown_review(review_id: str) -> RulingRefused:
    """The error about a review that the ledger does not know."""
    msg = f"The ledger knows no review {review_id!r}."
    return RulingRefused(msg, reason="unknown_review", remedy="`bin/newswire review list` names those that wait.")


def unknown_takedown(takedown_id: str) -> RulingRefused:
    """The error about a takedown that the ledger does not know."""
    msg = f"The ledger knows no takedown {takedown_id!r}."
    return RulingRefused(msg, reason="unknown_takedown", remedy="`bin/newswire takedown list` names those there are.")


def _name(*said: object) -> str:
    return f"override-{hashlib.sha256(' '.join(map(str, said)).encode()).hexdigest()[:16]}"


def _without_effect(override: Override, plain: Decision, tried: Decision) -> RulingRefused:
    told = [proof.text for proof in tried.evidence if proof.pointer == override.override_id and proof.text]
    why = told[0].rpartition("(void: ")[2].rstrip(")") if told else "the rules give another outcome"
    msg = (
        f"{override.item_id}: the decision is {plain.outcome.name.lower()} ({', '.join(plain.reasons)}), "
        f"and {override.outcome.name.lower()} does not follow from the override: {why}."
    )
    remedy = "An override narrows, or lifts a hold that a person may lift; see `explain` for the reasons."
    return RulingRefused(msg, reason="override_without_effect", remedy=remedy)
