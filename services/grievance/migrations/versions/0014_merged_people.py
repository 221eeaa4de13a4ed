"""Whose entry in the register became part of which other, so that late news of it finds them."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Moment
from chassis.walls import take_walls_down, wall_off

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A new table."""
    op.create_table(
        "merged",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("gone_id", sa.Uuid, primary_key=True),
        sa.Column("kept_id", sa.Uuid, nullable=False),
        sa.Column("merged_at", Moment, nullable=False),
    )
    op.create_index("merged_by_kept", "merged", ["community", "kept_id"])
    wall_off("merged")


def downgrade() -> None:
    """The way back."""
    take_walls_down("merged")
    op.drop_table("merged")
