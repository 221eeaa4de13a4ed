"""What units wrote about referrals, and is to be forgotten, is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WITH_WORDS = sa.text("return_reason IS NOT NULL OR result IS NOT NULL")


def upgrade() -> None:
    """The index."""
    op.create_index(
        "referrals_with_words", "referrals", ["ended_at"], sqlite_where=WITH_WORDS, postgresql_where=WITH_WORDS
    )


def downgrade() -> None:
    """The way back."""
    op.drop_index("referrals_with_words", "referrals")
