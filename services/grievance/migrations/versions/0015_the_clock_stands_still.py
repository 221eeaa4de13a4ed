"""The clock of a case stands still for a while."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment

revision = "0015"
down_revision = "0014"

COLUMNS = ("pause", "pause_words", "pauses", "goes_on_at", "moved_from")


def upgrade() -> None:
    """What there is already was never paused; a process of before goes on writing cases without saying so."""
    op.add_column("grievances", sa.Column("pause", Document))
    op.add_column("grievances", sa.Column("pause_words", Encrypted))
    op.add_column("grievances", sa.Column("pauses", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("grievances", sa.Column("goes_on_at", Moment))
    op.add_column("grievances", sa.Column("moved_from", Moment))
    op.create_index("grievances_by_going_on", "grievances", ["goes_on_at"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("grievances_by_going_on", "grievances")
    with op.batch_alter_table("grievances") as table:
        for column in COLUMNS:
            table.drop_column(column)
