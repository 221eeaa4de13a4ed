"""Whose record was erased, so that late news opens none anew."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Moment
from chassis.walls import take_walls_down, wall_off

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A new table."""
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
