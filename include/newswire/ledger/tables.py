"""The ledger's tables: what was pulled, what was seen, what was decided, and what must still be written.

PostgreSQL. Times are ``timestamptz``; an absent version is the empty string, since it is part of a key. Changes go
through a migration in ``migrations/versions``; a test holds that the two agree.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=primary_key, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


receipts = Table(
    "receipts",
    metadata,
    _text("receipt_id", primary_key=True),
    _text("partner"),
    _text("feed"),
    _text("pull_key"),
    _text("url"),
    _text("role"),
    Column("parent_id", Text, ForeignKey("receipts.receipt_id"), nullable=True),
    _text("mode"),
    _time("interval_start", nullable=True),
    _time("interval_end", nullable=True),
    _time("observed_at"),
    _text("status"),
    _text("payload_sha256", nullable=True),
    _text("payload_path", nullable=True),
    _text("content_type", nullable=True),
    _text("etag", nullable=True),
    _text("last_modified", nullable=True),
    _text("reason", nullable=True),
    _text("detail", nullable=True),
    Column("entries", Integer, nullable=True),
    Column("unchanged", Integer, nullable=True),
    _time("settled_at", nullable=True),
    CheckConstraint("role in ('feed', 'listing', 'page')", name="role"),
    CheckConstraint("status in ('landed', 'not_modified', 'failed')", name="status"),
    CheckConstraint("(status = 'failed') = (reason is not null)", name="failed_has_reason"),
    Index(None, "partner", "feed", "observed_at"),
    Index(None, "partner", "pull_key"),
    Index(None, "parent_id"),
    comment="One row per document asked for: what came, where it landed, or why it did not.",
)

observations = Table(
    "observations",
    metadata,
    _text("partner", primary_key=True),
    _text("item_id", primary_key=True),
    _text("version", primary_key=True),
    _text("content_hash", primary_key=True),
    _text("status"),
    Column("is_correction", Boolean, nullable=False),
    Column("embargo", JSONB(none_as_null=True), nullable=True),
    _time("published_at", nullable=True),
    _time("updated_at", nullable=True),
    _time("first_observed_at"),
    _time("last_observed_at"),
    _text("feed"),
    Column("receipt_id", Text, ForeignKey("receipts.receipt_id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("page_receipt_id", Text, ForeignKey("receipts.receipt_id"), nullable=True),
    comment="Facts: which content of which version of an item was seen, and when first and last.",
)

items = Table(
    "items",
    metadata,
    _text("partner", primary_key=True),
    _text("item_id", primary_key=True),
    Column("article_id", Text, nullable=False, unique=True),
    _text("version"),
    _text("content_hash"),
    _text("state"),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.decision_id"), nullable=True),
    _text("decider"),
    Column("published_date", Date, nullable=False),
    _time("first_observed_at"),
    _text("row_hash", nullable=True),
    _text("row_content_hash", nullable=True),
    Column("partition_date", Date, nullable=True),
    Column("update_pending", Boolean, nullable=False),
    _time("next_review_at", nullable=True),
    _time("changed_at"),
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
    _text("outcome"),
    Column("reasons", ARRAY(Text), nullable=False),
    _text("item_id", nullable=True),
    _text("content_hash", nullable=True),
    _text("detail", nullable=True),
    _text("pointer", nullable=True),
    Column("decision_id", Text, ForeignKey("decisions.decision_id"), nullable=True),
    _time("recorded_at"),
    CheckConstraint(
        "outcome in ('published', 'superseded', 'duplicate', 'held', 'rejected', 'withdrawn', 'quarantined')",
        name="outcome",
    ),
    comment="The one recorded outcome of every entry pulled, written once.",
)

decisions = Table(
    "decisions",
    metadata,
    _text("decision_id", primary_key=True),
    _text("partner"),
    _text("article_id"),
    _text("item_id"),
    _text("version"),
    _text("content_hash"),
    _text("outcome"),
    _text("contract_id", nullable=True),
    _text("contract_hash", nullable=True),
    Column("decision", JSONB, nullable=False),
    _time("as_of"),
    Index(None, "partner", "as_of"),
    Index(None, "article_id"),
    comment="Every distinct decision with its evidence, under the time it was first made for.",
)

tombstones = Table(
    "tombstones",
    metadata,
    _text("partner", primary_key=True),
    _text("item_id", primary_key=True),
    _text("reason"),
    _text("version"),
    _text("evidence"),
    _time("at"),
    _time("lifted_at", nullable=True),
    _text("lifted_because", nullable=True),
    comment="Withdrawals that outlive the item and beat any later copy.",
)

contracts = Table(
    "contracts",
    metadata,
    _text("partner", primary_key=True),
    _text("contract_id", primary_key=True),
    _text("contract_hash", primary_key=True),
    Column("terms", JSONB, nullable=False),
    _time("first_seen_at"),
    comment="Every version of every contract that a decision could rest on.",
)

intents = Table(
    "intents",
    metadata,
    _text("partner", primary_key=True),
    Column("published_date", Date, primary_key=True),
    Column("generation", BigInteger, Identity(always=True), nullable=False),
    _time("recorded_at"),
    comment="The redo log: partitions whose rows in the ledger are not yet what the lake holds.",
)

manifest = Table(
    "manifest",
    metadata,
    _text("dataset", primary_key=True),
    _text("partner", primary_key=True),
    Column("partition_date", Date, primary_key=True),
    _text("path"),
    _text("file_sha256"),
    _text("rows_sha256"),
    Column("rows", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("writer_version", Integer, nullable=False),
    _time("written_at"),
    comment="The files that the lake holds, with their checksums.",
)

runs = Table(
    "runs",
    metadata,
    _text("partner", primary_key=True),
    _text("run_id", primary_key=True),
    _text("pull_key"),
    _text("mode"),
    Column("counts", JSONB, nullable=False),
    Column("failed_feeds", ARRAY(Text), nullable=False),
    _time("closed_at"),
    Index(None, "partner", "closed_at"),
    comment="How each run ended, no_source included.",
)
