"""Keep what persons took down, with its proof, and which payloads were purged of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "takedowns",
        sa.Column("takedown_id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("purge_raw", sa.Boolean(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("found", postgresql.JSONB(), nullable=False),
        sa.Column("proof", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("takedown_id", name=op.f("pk_takedowns")),
        comment="What persons took down, who and why, and the proof. item_id: null for every story of the partner.",
    )
    op.create_index(op.f("ix_takedowns_partner_done_at"), "takedowns", ["partner", "done_at"], unique=False)
    op.create_table(
        "takedown_items",
        sa.Column("takedown_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("traces", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["takedown_id"], ["takedowns.takedown_id"], name=op.f("fk_takedown_items_takedown_id_takedowns")
        ),
        sa.PrimaryKeyConstraint("takedown_id", "item_id", name=op.f("pk_takedown_items")),
        comment="The stories of a takedown. traces: hashes of runs of their words, by which these are searched for.",
    )
    op.create_index(op.f("ix_takedown_items_item_id"), "takedown_items", ["item_id"], unique=False)
    op.add_column("receipts", sa.Column("purged_sha256", sa.Text(), nullable=True))
    op.add_column("observations", sa.Column("purged", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take it back; without the tombstones' takedowns nobody knows who asked for them."""
    op.drop_column("observations", "purged")
    op.drop_column("receipts", "purged_sha256")
    op.drop_table("takedown_items")
    op.drop_table("takedowns")
