"""The ledger's tables: what was pulled, what was seen, what was decided, and what must still be written.

PostgreSQL. Times are ``timestamptz``; an absent version is the empty string, since it is part of a key. Changes go
through a migration in ``migrations/versions``; a test holds that the two agree. What persons and partners have said
that outlives a story's versions stands in ``rulings``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from newswire.ledger.columns import metadata, text, time
from newswire.ledger.rulings import (
    contracts,
    kills,
    overrides,
    review_items,
    reviews,
    takedown_items,
    takedowns,
    tombstones,
)

__all__ = [
    "changes",
    "contracts",
    "decisions",
    "intents",
    "items",
    "kills",
    "manifest",
    "metadata",
    "observations",
    "outcomes",
    "overrides",
    "receipts",
    "review_items",
    "reviews",
    "runs",
    "takedown_items",
    "takedowns",
    "tombstones",
    "unreconciled",
]

receipts = Table(
    "receipts",
    metadata,
    text("receipt_id", primary_key=True),
    text("partner"),
    text("feed"),
    text("pull_key"),
    text("url"),
    text("role"),
    Column("parent_id", Text, ForeignKey("receipts.receipt_id"), nullable=True),
    text("mode"),
    time("interval_start", nullable=True),
    time("interval_end", nullable=True),
    time("observed_at"),
    text("status"),
    text("payload_sha256", nullable=True),
    text("payload_path", nullable=True),
    text("purged_sha256", nullable=True),
    time("payload_removed_at", nullable=True),
    text("content_type", nullable=True),
    text("content_language", nullable=True),
    text("etag", nullable=True),
    text("last_modified", nullable=True),
    text("reason", nullable=True),
    text("detail", nullable=True),
    Column("entries", Integer, nullable=True),
    Column("unchanged", Integer, nullable=True),
    time("settled_at", nullable=True),
    text("reader", nullable=True),
    CheckConstraint("role in ('feed', 'listing', 'page')", name="role"),
    CheckConstraint("status in ('landed', 'not_modified', 'failed')", name="status"),
    CheckConstraint("(status = 'failed') = (reason is not null)", name="failed_has_reason"),
    Index(None, "partner", "feed", "observed_at"),
    Index(None, "partner", "pull_key"),
    Index(None, "parent_id"),
    Index(None, "payload_path"),
    comment="One row per document asked for: what came, where it landed, or why it did not.",
)

observations = Table(
    "observations",
    metadata,
    text("partner", primary_key=True),
    text("item_id", primary_key=True),
    text("version", primary_key=True),
    text("content_hash", primary_key=True),
    text("status"),
    Column("is_correction", Boolean, nullable=False),
    Column("embargo", JSONB(none_as_null=True), nullable=True),
    time("published_at", nullable=True),
    time("updated_at", nullable=True),
    time("first_observed_at"),
    time("last_observed_at"),
    text("source_url", nullable=True),
    text("slug", nullable=True),
    text("feed"),
    Column("receipt_id", Text, ForeignKey("receipts.receipt_id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("page_receipt_id", Text, ForeignKey("receipts.receipt_id"), nullable=True),
    Column("purged", Boolean, nullable=False, server_default=false()),
    Index(None, "partner", "source_url"),
    Index(None, "partner", "slug"),
    comment="Facts: which content of which version of an item was seen, and when first and last.",
)

items = Table(
    "items",
    metadata,
    text("partner", primary_key=True),
    text("item_id", primary_key=True),
    Column("article_id", Text, nullable=False, unique=True),
    text("version"),
    text("content_hash"),
    text("state"),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.decision_id"), nullable=True),
    text("decider"),
    Column("published_date", Date, nullable=False),
    time("first_observed_at"),
    text("row_hash", nullable=True),
    text("row_content_hash", nullable=True),
    Column("partition_date", Date, nullable=True),
    Column("update_pending", Boolean, nullable=False),
    text("language", nullable=True),
    text("language_declared", nullable=True),
    Column("language_agrees", Boolean, nullable=True),
    time("next_review_at", nullable=True),
    time("changed_at"),
    CheckConstraint("state in ('published', 'held', 'rejected', 'withdrawn', 'quarantined')", name="state"),
    Index(None, "partner", "published_date"),
    Index(None, "partner", "next_review_at"),
    comment="What every item is now. row_* describe the row that the lake must hold; null where it must hold none.",
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("receipt_id", Text, ForeignKey("receipts.receipt_id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    text("outcome"),
    Column("reasons", ARRAY(Text), nullable=False),
    text("item_id", nullable=True),
    text("content_hash", nullable=True),
    text("detail", nullable=True),
    text("pointer", nullable=True),
    Column("decision_id", Text, ForeignKey("decisions.decision_id"), nullable=True),
    time("recorded_at"),
    CheckConstraint(
        "outcome in ('published', 'superseded', 'duplicate', 'held', 'rejected', 'withdrawn', 'quarantined')",
        name="outcome",
    ),
    Index("ix_outcomes_unread", "receipt_id", postgresql_where=sql("outcome = 'quarantined' and item_id is null")),
    comment="The one recorded outcome of every entry pulled, written once.",
)

decisions = Table(
    "decisions",
    metadata,
    text("decision_id", primary_key=True),
    text("partner"),
    text("article_id"),
    text("item_id"),
    text("version"),
    text("content_hash"),
    text("outcome"),
    text("contract_id", nullable=True),
    text("contract_hash", nullable=True),
    Column("decision", JSONB, nullable=False),
    time("as_of"),
    Index(None, "partner", "as_of"),
    Index(None, "article_id"),
    comment="Every distinct decision with its evidence, under the time it was first made for.",
)

changes = Table(
    "changes",
    metadata,
    Column("change_id", BigInteger, Identity(always=True), primary_key=True),
    text("partner"),
    text("item_id"),
    text("article_id"),
    text("content_hash"),
    text("cause"),
    text("state_before", nullable=True),
    text("state_after"),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.decision_id"), nullable=True),
    text("row_before", nullable=True),
    text("row_after", nullable=True),
    time("at"),
    time("left_at", nullable=True),
    Index(None, "partner", "item_id"),
    Index(None, "partner", "at"),
    comment="How what an item is came to be, step by step. left_at: since when no file holds the row that left.",
)

intents = Table(
    "intents",
    metadata,
    text("partner", primary_key=True),
    Column("published_date", Date, primary_key=True),
    Column("generation", BigInteger, Identity(always=True), nullable=False),
    time("recorded_at"),
    comment="The redo log: partitions whose rows in the ledger are not yet what the lake holds.",
)

manifest = Table(
    "manifest",
    metadata,
    text("dataset", primary_key=True),
    text("partner", primary_key=True),
    Column("partition_date", Date, primary_key=True),
    text("path"),
    text("file_sha256"),
    text("rows_sha256"),
    Column("rows", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("writer_version", Integer, nullable=False),
    time("written_at"),
    comment="The files that the lake holds, with their checksums.",
)

partners = Table(
    "partners",
    metadata,
    text("partner", primary_key=True),
    Column("file", JSONB, nullable=False),
    time("kept_at"),
    time("gone_at", nullable=True),
    comment="The last valid file of every partner, and since when it is gone.",
)

unreconciled = Table(
    "unreconciled",
    metadata,
    text("partner", primary_key=True),
    time("taken_at"),
    time("restored_at"),
    comment="Partners of whom a restored ledger does not know yet what landed after its backup: nothing enters.",
)

runs = Table(
    "runs",
    metadata,
    text("partner", primary_key=True),
    text("run_id", primary_key=True),
    text("pull_key"),
    text("mode"),
    Column("counts", JSONB, nullable=False),
    Column("failed_feeds", ARRAY(Text), nullable=False),
    time("closed_at"),
    Index(None, "partner", "closed_at"),
    comment="How each run ended, no_source included.",
)
