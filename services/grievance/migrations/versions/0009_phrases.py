"""Communities keep ready phrases for what they write again and again."""

import sqlalchemy as sa
from alembic import op

from chassis.walls import take_walls_down, wall_off

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The table."""
    op.create_table(
        "phrases",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("phrases_by_id", "phrases", ["id"], unique=True)
    op.create_index("phrases_by_title", "phrases", ["community", "step", "title"], unique=True)
    wall_off("phrases")


def downgrade() -> None:
    """The way back."""
    take_walls_down("phrases")
    op.drop_table("phrases")
