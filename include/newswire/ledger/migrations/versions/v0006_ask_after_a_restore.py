"""Let a person be asked about stories that a restored ledger would bring back."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _allow("kind in ('reentry', 'restore', 'kill')")


def downgrade() -> None:
    """Take it back; what waits after a restore is forgotten."""
    op.execute("delete from review_items where review_id in (select review_id from reviews where kind = 'restore')")
    op.execute("delete from reviews where kind = 'restore'")
    _allow("kind in ('reentry', 'kill')")


def _allow(kinds: str) -> None:
    op.drop_constraint(op.f("ck_reviews_kind"), "reviews", type_="check")
    op.create_check_constraint(op.f("ck_reviews_kind"), "reviews", kinds)
