"""Two entries of one and the same person become one: which became part of which, and which two are not one person."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Moment
from chassis.walls import take_walls_down, wall_off

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """New tables, and by which doubles are found."""
    op.create_table(
        "merged",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("gone_id", sa.Uuid, primary_key=True),
        sa.Column("kept_id", sa.Uuid, nullable=False),
        sa.Column("merged_at", Moment, nullable=False),
        sa.Column("merged_by", sa.String(60), nullable=False),
    )
    op.create_index("merged_by_kept", "merged", ["community", "kept_id"])
    op.create_table(
        "told_apart",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("one_id", sa.Uuid, primary_key=True),
        sa.Column("other_id", sa.Uuid, primary_key=True),
        sa.Column("said_by", sa.String(60), nullable=False),
        sa.Column("said_at", Moment, nullable=False),
    )
    op.add_column("people", sa.Column("changed_on", sa.Date))
    op.create_index("people_by_name", "people", ["community", "name"])
    wall_off("merged", "told_apart")


def downgrade() -> None:
    """The way back."""
    take_walls_down("merged", "told_apart")
    op.drop_index("people_by_name", "people")
    op.drop_column("people", "changed_on")
    op.drop_table("told_apart")
    op.drop_table("merged")
