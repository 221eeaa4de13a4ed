"""Communities are found among all places."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

IS_COMMUNITY = sa.text("kind = 'community'")


def upgrade() -> None:
    """An index of the few rows that are communities."""
    op.create_index(
        "known_communities",
        "known_places",
        ["community"],
        sqlite_where=IS_COMMUNITY,
        postgresql_where=IS_COMMUNITY,
    )


def downgrade() -> None:
    """The way back."""
    op.drop_index("known_communities", "known_places")
