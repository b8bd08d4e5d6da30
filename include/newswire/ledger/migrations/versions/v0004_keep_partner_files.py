"""Keep each partner's last valid file: its stories are decided by it while the file is broken or gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; the next sweep fills it from the files there are."""
    op.create_table(
        "partners",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("file", JSONB(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_partners")),
        comment="The last valid file of every partner, and since when it is gone.",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("partners")
