"""The ledger's tables of rulings: what partners and persons have said about stories, beyond the stories themselves."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from newswire.ledger.columns import metadata, text, time

kills = Table(
    "kills",
    metadata,
    text("kill_id", primary_key=True),
    text("partner"),
    text("item_id"),
    Column("names", ARRAY(Text), nullable=False),
    text("slug", nullable=True),
    text("reason"),
    text("version"),
    time("updated_at", nullable=True),
    time("at"),
    text("evidence"),
    Index(None, "partner", "item_id"),
    comment="Every kill read, and whom it names: by id, by address, or by slug only. It waits for late arrivals.",
)

tombstones = Table(
    "tombstones",
    metadata,
    text("partner", primary_key=True),
    text("item_id", primary_key=True),
    text("reason"),
    text("version"),
    time("updated_at", nullable=True),
    Column("suspected", Boolean, nullable=False),
    text("evidence"),
    time("at"),
    time("lifted_at", nullable=True),
    text("lifted_by", nullable=True),
    text("lifted_because", nullable=True),
    comment="Withdrawals that outlive the item and beat any later copy; a suspected one waits for a person.",
)

takedowns = Table(
    "takedowns",
    metadata,
    text("takedown_id", primary_key=True),
    text("partner"),
    text("item_id", nullable=True),
    Column("purge_raw", Boolean, nullable=False),
    Column("asked", JSONB, nullable=False),
    Column("found", JSONB, nullable=False),
    Column("proof", JSONB(none_as_null=True), nullable=True),
    time("asked_at"),
    time("done_at", nullable=True),
    Index(None, "partner", "done_at"),
    comment="What persons took down, who and why, and the proof. item_id: null for every story of the partner.",
)

takedown_items = Table(
    "takedown_items",
    metadata,
    Column("takedown_id", Text, ForeignKey("takedowns.takedown_id"), primary_key=True),
    text("item_id", primary_key=True),
    Column("traces", ARRAY(Text), nullable=False),
    Index(None, "item_id"),
    comment="The stories of a takedown. traces: hashes of runs of their words, by which these are searched for.",
)

overrides = Table(
    "overrides",
    metadata,
    text("override_id", primary_key=True),
    text("partner"),
    text("item_id"),
    text("version"),
    text("content_hash"),
    text("contract_hash", nullable=True),
    Column("reasons", ARRAY(Text), nullable=False),
    text("outcome"),
    text("by"),
    text("why"),
    time("at"),
    time("expires_at"),
    time("revoked_at", nullable=True),
    text("revoked_by", nullable=True),
    text("revoked_because", nullable=True),
    CheckConstraint("outcome in ('publish', 'hold', 'reject', 'withdraw')", name="outcome"),
    Index(None, "partner", "item_id"),
    comment="A person's word on one decision: who, why, until when.",
)

reviews = Table(
    "reviews",
    metadata,
    text("review_id", primary_key=True),
    text("partner"),
    text("kind"),
    text("terms"),
    text("question"),
    time("opened_at"),
    time("due_at"),
    time("asked_at", nullable=True),
    text("answer", nullable=True),
    text("answered_by", nullable=True),
    time("answered_at", nullable=True),
    text("note", nullable=True),
    CheckConstraint("kind in ('reentry', 'restore', 'kill')", name="kind"),
    CheckConstraint("answer in ('yes', 'no')", name="answer"),
    CheckConstraint("(answer is null) = (answered_by is null)", name="answered_by_someone"),
    Index(None, "partner", "answer"),
    comment="What waits for a person, and what they said. Unanswered, nothing enters, nothing is released.",
)

review_items = Table(
    "review_items",
    metadata,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    text("item_id", primary_key=True),
    text("content_hash"),
    Index(None, "item_id"),
    comment="The stories that a review is about, with the content that it is about.",
)

contracts = Table(
    "contracts",
    metadata,
    text("partner", primary_key=True),
    text("contract_id", primary_key=True),
    text("contract_hash", primary_key=True),
    Column("terms", JSONB, nullable=False),
    time("first_seen_at"),
    comment="Every version of every contract that a decision could rest on.",
)
