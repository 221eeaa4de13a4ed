"""Communities' offices keep views: what they look for in the inbox again and again."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document
from chassis.walls import take_walls_down, wall_off

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The table."""
    op.create_table(
        "views",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("narrowed", Document, nullable=False),
    )
    op.create_index("views_by_id", "views", ["id"], unique=True)
    op.create_index("views_by_title", "views", ["community", "title"], unique=True)
    wall_off("views")


def downgrade() -> None:
    """The way back."""
    take_walls_down("views")
    op.drop_table("views")
