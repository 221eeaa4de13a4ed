"""What people have agreed to apart, and taken back."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document
from chassis.walls import take_walls_down, wall_off

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A new table."""
    op.create_table(
        "consents",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("given", Document, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("consents_by_id", "consents", ["id"], unique=True)
    op.create_index("consents_by_person", "consents", ["person_id"])
    wall_off("consents")


def downgrade() -> None:
    """The way back."""
    take_walls_down("consents")
    op.drop_table("consents")
