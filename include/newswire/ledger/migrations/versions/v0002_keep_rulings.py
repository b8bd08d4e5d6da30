"""Keep kills, overrides, reviews, and how each item came to be what it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kills",
        sa.Column("kill_id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kill_id", name=op.f("pk_kills")),
        comment="Every kill read, and whom it names: by id, by address, or by slug only. It waits for late arrivals.",
    )
    op.create_index(op.f("ix_kills_partner_item_id"), "kills", ["partner", "item_id"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("override_id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("contract_hash", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome in ('publish', 'hold', 'reject', 'withdraw')", name=op.f("ck_overrides_outcome")),
        sa.PrimaryKeyConstraint("override_id", name=op.f("pk_overrides")),
        comment="A person's word on one decision: who, why, until when.",
    )
    op.create_index(op.f("ix_overrides_partner_item_id"), "overrides", ["partner", "item_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("answer in ('yes', 'no')", name=op.f("ck_reviews_answer")),
        sa.CheckConstraint("kind in ('reentry', 'kill')", name=op.f("ck_reviews_kind")),
        sa.CheckConstraint("(answer is null) = (answered_by is null)", name=op.f("ck_reviews_answered_by_someone")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_reviews")),
        comment="What waits for a person, and what they said. Unanswered, nothing enters, nothing is released.",
    )
    op.create_index(op.f("ix_reviews_partner_answer"), "reviews", ["partner", "answer"], unique=False)
    op.create_table(
        "changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=True),
        sa.Column("state_after", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("row_before", sa.Text(), nullable=True),
        sa.Column("row_after", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.decision_id"], name=op.f("fk_changes_decision_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_changes")),
        comment="How what an item is came to be, step by step. left_at: since when no file holds the row that left.",
    )
    op.create_index(op.f("ix_changes_partner_at"), "changes", ["partner", "at"], unique=False)
    op.create_index(op.f("ix_changes_partner_item_id"), "changes", ["partner", "item_id"], unique=False)
    op.create_table(
        "review_items",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name=op.f("fk_review_items_review_id")),
        sa.PrimaryKeyConstraint("review_id", "item_id", name=op.f("pk_review_items")),
        comment="The stories that a review is about, with the content that it is about.",
    )
    op.create_index(op.f("ix_review_items_item_id"), "review_items", ["item_id"], unique=False)
    op.add_column("observations", sa.Column("source_url", sa.Text(), nullable=True))
    op.add_column("observations", sa.Column("slug", sa.Text(), nullable=True))
    op.create_index(op.f("ix_observations_partner_slug"), "observations", ["partner", "slug"], unique=False)
    op.create_index(op.f("ix_observations_partner_source_url"), "observations", ["partner", "source_url"], unique=False)
    op.add_column("tombstones", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tombstones", sa.Column("suspected", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tombstones", sa.Column("lifted_by", sa.Text(), nullable=True))
    op.create_table_comment(
        "tombstones",
        "Withdrawals that outlive the item and beat any later copy; a suspected one waits for a person.",
        existing_comment="Withdrawals that outlive the item and beat any later copy.",
    )
    op.alter_column("tombstones", "suspected", server_default=None)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("tombstones", "lifted_by")
    op.drop_column("tombstones", "suspected")
    op.drop_column("tombstones", "updated_at")
    op.drop_index(op.f("ix_observations_partner_source_url"), table_name="observations")
    op.drop_index(op.f("ix_observations_partner_slug"), table_name="observations")
    op.drop_column("observations", "slug")
    op.drop_column("observations", "source_url")
    for table in ("review_items", "changes", "reviews", "overrides", "kills"):
        op.drop_table(table)
