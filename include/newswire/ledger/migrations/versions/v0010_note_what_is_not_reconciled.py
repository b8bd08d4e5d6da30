"""Note whose payloads a restored ledger has not taken up yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; a ledger that was restored before it counts as reconciled."""
    op.create_table(
        "unreconciled",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_unreconciled")),
        comment="Partners of whom a restored ledger does not know yet what landed after its backup: nothing enters.",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("unreconciled")
