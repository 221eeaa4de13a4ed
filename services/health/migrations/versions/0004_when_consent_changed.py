"""When an elder's consent was last given or taken back, so that older news changes nothing."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A new column."""
    op.add_column("elder_records", sa.Column("consent_at", Moment))


def downgrade() -> None:
    """The way back."""
    op.drop_column("elder_records", "consent_at")
