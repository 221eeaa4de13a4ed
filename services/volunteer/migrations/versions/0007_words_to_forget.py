"""Words about dispatches that are to be forgotten are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WITH_WORDS = sa.text("reason != ''")


def upgrade() -> None:
    """The index."""
    op.create_index(
        "dispatches_with_words",
        "dispatches",
        ["offered_at"],
        sqlite_where=WITH_WORDS,
        postgresql_where=WITH_WORDS,
    )


def downgrade() -> None:
    """The way back."""
    op.drop_index("dispatches_with_words", "dispatches")
