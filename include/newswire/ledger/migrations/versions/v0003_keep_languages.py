"""Keep the language that an item was found in, and the one that was declared for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; items that were decided before have none until they are decided anew."""
    op.add_column("items", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("items", sa.Column("language_declared", sa.Text(), nullable=True))
    op.add_column("items", sa.Column("language_agrees", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    for name in ("language_agrees", "language_declared", "language"):
        op.drop_column("items", name)
