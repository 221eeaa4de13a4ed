"""Cases whose words are over, and who was erased."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Moment
from chassis.walls import take_walls_down, wall_off

revision = "0010"
down_revision = "0009"

KEPT = sa.text("ended_at IS NOT NULL AND forgotten_at IS NULL")


def upgrade() -> None:
    """A column, what is found by it, and a new table."""
    op.add_column("grievances", sa.Column("forgotten_at", Moment))
    op.create_index("grievances_to_forget", "grievances", ["ended_at"], sqlite_where=KEPT, postgresql_where=KEPT)
    op.create_table(
        "erased",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("erased_at", Moment, nullable=False),
    )
    wall_off("erased")


def downgrade() -> None:
    """The way back."""
    take_walls_down("erased")
    op.drop_table("erased")
    op.drop_index("grievances_to_forget", "grievances")
    with op.batch_alter_table("grievances") as table:
        table.drop_column("forgotten_at")
