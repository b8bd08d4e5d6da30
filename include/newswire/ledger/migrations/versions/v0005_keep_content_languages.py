"""Keep what a server says of a document's language, which counts where the document says nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; documents that landed before have none."""
    op.add_column("receipts", sa.Column("content_language", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("receipts", "content_language")
