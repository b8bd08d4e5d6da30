"""From what is known of a story to what it is now: text taken apart, language found, rights decided, row built."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from newswire import language, rights, text
from newswire.config import Partner
from newswire.errors import LakeCorrupt, PayloadRemoved
from newswire.lake.parquet import Row, row_hash
from newswire.ledger.stories import Standing
from newswire.model import Article, Decision, Item, Outcome, Sighting
from newswire.pipeline.decider import decider
from newswire.pipeline.facts import Story, article_id
from newswire.rights import stories

STATES = {
    Outcome.PUBLISH: "published",
    Outcome.HOLD: "held",
    Outcome.REJECT: "rejected",
    Outcome.WITHDRAW: "withdrawn",
}
ReadItem = Callable[[Sighting], Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a story is now.

    Attributes:
        standing: What to record on the item; ``partition_date`` in it is void.
        facts_key: What it was decided upon; see ``Story.key``.
        below: The earlier version that stands while an update is pending, with the decision on it, or None.
        row: The row that the lake must hold, or None.
    """

    standing: Standing
    sighting: Sighting
    decision: Decision
    below: tuple[Sighting, Decision] | None
    facts_key: str
    row: Row | None


def article_of(item: Item, partner: Partner, declared: str | None) -> Article:
    """An item with its text taken apart and its language found."""
    split = text.split(item.body, names=partner.names, layout=partner.layout)
    candidates = sorted({code for contract in partner.contracts for code in contract.languages})
    spoken = f"{item.title}\n{split.body or item.summary}"
    [verdict] = language.detect([spoken], declared=item.language_declared or declared, candidates=candidates)
    return Article(
        item=item,
        split=split,
        language=verdict,
        field_notices=text.field_notices(item, names=partner.names),
        field_credits=text.field_credits(item, names=partner.names),
        media_notices=text.media_notices(item, names=partner.names),
        text_rules=text.version(),
    )


def assess(
    story: Story, partner: Partner, read: ReadItem, *, now: datetime, quarantined: Collection[str] = ()
) -> Assessment:
    """Decide a story as of ``now``.

    The governing version decides. While it is held as a plain update, the next lower version that may be published
    stands, flagged ``update_pending``; a withheld, embargoed or killed one, and a held correction, leave nothing.

    Args:
        story: Everything known of the item.
        partner: Its partner.
        read: Reads the item that a sighting saw.
        now: The time to decide for.
        quarantined: Content hashes whose rows failed validation.
    """
    top = story.governing
    decision, article = _decide(story, top, partner, read, now)
    failed = top.observation.content_hash in quarantined
    state = "quarantined" if failed and decision.outcome is Outcome.PUBLISH else STATES[decision.outcome]
    row, below = None, None
    if state == "published":
        row = _row(story, top, partner, article, decision, update_pending=False)
    else:
        row, below = _earlier_row(story, decision, partner, read, now=now, quarantined=quarantined)
    decided = [decision] if below is None else [decision, below[1]]
    reviews = [d.next_review_at for d in decided if d.next_review_at is not None]
    standing = Standing(
        item_id=story.item_id,
        article_id=article_id(partner.slug, story.item_id),
        version=top.observation.version or "",
        content_hash=top.observation.content_hash,
        state=state,
        reasons=("row_expectation", *decision.reasons) if state == "quarantined" else decision.reasons,
        decision_id=decision_id(partner.slug, top, decision),
        decider=decider(partner),
        published_date=story.published_date,
        first_observed_at=story.first_observed_at,
        row_hash=None if row is None else row_hash(row),
        row_content_hash=None if row is None else row["content_hash"],
        partition_date=None,
        update_pending=row is not None and row["update_pending"],
        language=article.language.language,
        language_declared=article.language.declared,
        language_agrees=article.language.agrees,
        next_review_at=min(reviews, default=None),
        changed_at=now,
    )
    return Assessment(standing=standing, sighting=top, decision=decision, below=below, facts_key=story.key(), row=row)


def comes_back(old: Standing, new: Assessment) -> bool:
    """Whether a story that the lake does not hold would enter it."""
    return old.row_hash is None and new.row is not None


def _decide(
    story: Story, sighting: Sighting, partner: Partner, read: ReadItem, now: datetime
) -> tuple[Decision, Article]:
    feed = partner.feeds.get(sighting.feed)
    article = article_of(_item(story, sighting, read), partner, feed.language if feed else None)
    decision = rights.decide(
        article,
        partner,
        now=now,
        first_landed=story.first_observed_at,
        territory=partner.territory,
        channel=partner.channel,
        tombstone=story.tombstone,
        inherited_embargo=story.inherited_embargo(sighting),
        reentry_review=story.reentry_review,
        override=story.override(sighting),
    )
    return decision, article


def _item(story: Story, sighting: Sighting, read: ReadItem) -> Item:
    """The item that a sighting saw.

    Of a story that was killed its bare identity is enough, if all else is lost. Of one that a person took down nothing
    else is read, so that no decision on it keeps its words.
    """
    bare = Item(item_id=story.item_id, version=sighting.observation.version, status=sighting.status)
    if story.tombstone is not None and story.tombstone.taken_down:
        return bare
    try:
        return read(sighting)
    except LakeCorrupt:
        if story.tombstone is None or story.tombstone.suspected:
            raise
        return bare


def _earlier_row(
    story: Story, decision: Decision, partner: Partner, read: ReadItem, *, now: datetime, quarantined: Collection[str]
) -> tuple[Row | None, tuple[Sighting, Decision] | None]:
    """The row of the version that stands below a governing one that may not be published."""
    above, correction = decision, story.governing.is_correction
    for sighting in story.sightings[1:]:
        if not _leaves_earlier(above, is_correction=correction):
            return None, None
        try:
            below, article = _decide(story, sighting, partner, read, now)
        except PayloadRemoved:
            return None, None
        if below.outcome is Outcome.PUBLISH and sighting.observation.content_hash not in quarantined:
            return _row(story, sighting, partner, article, below, update_pending=True), (sighting, below)
        above, correction = below, sighting.is_correction
    return None, None


def _leaves_earlier(decision: Decision, *, is_correction: bool) -> bool:
    if decision.outcome is Outcome.PUBLISH:  # its row failed validation: as a held one
        return not is_correction
    effect = stories.standing(decision, is_correction=is_correction, earlier_published=True)
    return effect is stories.Standing.UPDATE_PENDING


def decision_id(partner: str, sighting: Sighting, decision: Decision) -> str:
    """The identity of a decision: what was decided upon, how, and by which rules; not when."""
    said = (
        partner,
        sighting.item_id,
        sighting.observation.version,
        sighting.observation.content_hash,
        decision.outcome,
        decision.reasons,
        decision.contract,
        decision.override,
        decision.hold_until,
        decision.expires_at,
        sorted(decision.rule_versions.items()),
        [(part.kind, part.url, part.outcome, part.reasons, part.expires_at) for part in decision.components],
    )
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def _row(
    story: Story, sighting: Sighting, partner: Partner, article: Article, decision: Decision, *, update_pending: bool
) -> Row:
    item, verdict, seen = article.item, article.language, sighting.observation
    notice = article.notices[0] if article.notices else None
    row: dict[str, Any] = {
        "article_id": article_id(partner.slug, story.item_id),
        "item_id": story.item_id,
        "version": seen.version,
        "content_hash": seen.content_hash,
        "feed": sighting.feed,
        "language": verdict.language,
        "language_confidence": round(verdict.confidence, 4),
        "language_method": verdict.method,
        "language_declared": verdict.declared,
        "title": item.title,
        "summary": item.summary or None,
        "body": article.split.body,
        "byline": item.byline,
        "dateline": item.dateline,
        "credit": article.credit or partner.name,
        "notice": notice.text if notice else None,
        "notice_holder": notice.holder if notice else None,
        "source_url": item.source_url,
        "categories": list(item.categories),
        "published_at": seen.published_at,
        "updated_at": seen.updated_at,
        "first_observed_at": story.first_observed_at,
        "decision": "publish",
        "contract_id": decision.contract.id if decision.contract else None,
        "contract_hash": decision.contract.hash if decision.contract else None,
        "license_url": decision.license,
        "permitted_uses": list(decision.permitted_uses),
        "prohibited_uses": list(decision.prohibited_uses),
        "territories": decision.territories or "",
        "obligations": list(decision.obligations),
        "media": _media(item, decision),
        "expires_at": decision.expires_at,
        "update_pending": update_pending,
        "flags": list(item.flags),
    }
    return row


def _media(item: Item, decision: Decision) -> str:
    """The components that may be used, as JSON, in the item's order; how and why the others may not is in decisions."""
    parts = zip(item.media, decision.components[1:], strict=True)
    usable = [
        {
            "url": media.url,
            "kind": part.kind,
            "mime_type": media.mime_type,
            "title": media.title,
            "caption": media.caption,
            "credit": media.credit,
            "permitted_uses": part.permitted_uses,
            "obligations": part.obligations,
            "expires_at": part.expires_at,
            "contract_id": part.contract.id if part.contract else None,
            "license_url": part.license,
        }
        for media, part in parts
        if part.outcome is Outcome.PUBLISH
    ]
    return msgspec.json.encode(usable).decode()
