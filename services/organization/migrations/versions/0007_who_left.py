"""Residents who left are found by when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LEFT = sa.text("left_on IS NOT NULL")


def upgrade() -> None:
    """The index."""
    op.create_index("people_who_left", "people", ["left_on"], sqlite_where=LEFT, postgresql_where=LEFT)


def downgrade() -> None:
    """The way back."""
    op.drop_index("people_who_left", "people")
