"""What was found on visits, and is to be forgotten, is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WITH_WORDS = sa.text("findings IS NOT NULL OR purpose IS NOT NULL OR missed_reason IS NOT NULL")


def upgrade() -> None:
    """The index."""
    op.create_index("visits_with_words", "visits", ["ended_at"], sqlite_where=WITH_WORDS, postgresql_where=WITH_WORDS)


def downgrade() -> None:
    """The way back."""
    op.drop_index("visits_with_words", "visits")
