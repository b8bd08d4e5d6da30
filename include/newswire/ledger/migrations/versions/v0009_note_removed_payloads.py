"""Note when landing retention removed a payload, and find receipts by their payload."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; nothing was removed before."""
    op.add_column("receipts", sa.Column("payload_removed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_receipts_payload_path"), "receipts", ["payload_path"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_receipts_payload_path"), table_name="receipts")
    op.drop_column("receipts", "payload_removed_at")
