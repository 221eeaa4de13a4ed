"""Erasures of people that were asked for, and who was erased."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Moment
from chassis.walls import take_walls_down, wall_off

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """New tables."""
    op.create_table(
        "erasures",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("known_as", Document, nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("asked_by", sa.String(60), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("answers", Document, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("erasures_by_id", "erasures", ["id"], unique=True)
    op.create_index("erasures_by_person", "erasures", ["person_id", "asked_at"])
    op.create_table(
        "erased",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("erased_at", Moment, nullable=False),
    )
    wall_off("erasures", "erased")


def downgrade() -> None:
    """The way back."""
    take_walls_down("erasures", "erased")
    op.drop_table("erased")
    op.drop_table("erasures")
