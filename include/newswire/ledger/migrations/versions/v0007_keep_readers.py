"""Keep which code read a payload, so that what could not be read is read again by other code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; of payloads that were read before it is unknown, which counts as other code."""
    op.add_column("receipts", sa.Column("reader", sa.Text(), nullable=True))
    unread = sa.text("outcome = 'quarantined' and item_id is null")
    op.create_index("ix_outcomes_unread", "outcomes", ["receipt_id"], postgresql_where=unread)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_outcomes_unread", "outcomes")
    op.drop_column("receipts", "reader")
