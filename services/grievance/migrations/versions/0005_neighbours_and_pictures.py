"""Neighbours add themselves to a case instead of filing it twice; cases have pictures, and can be amended."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Encrypted, EncryptedBytes, Moment
from chassis.walls import take_walls_down, wall_off

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """New columns and tables."""
    op.add_column("grievances", sa.Column("neighbours", sa.Integer, nullable=False, server_default="0"))
    op.add_column("grievances", sa.Column("amended_at", Moment))
    with op.batch_alter_table("grievances") as cases:
        cases.alter_column("neighbours", existing_type=sa.Integer, server_default=None)
    op.create_table(
        "neighbours",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("grievance_id", sa.Uuid, nullable=False),
        sa.Column("known_by", sa.String(64), nullable=False),
        sa.Column("receipt", sa.String(20), nullable=False),
        sa.Column("account", sa.Uuid),
        sa.Column("phone", Encrypted),
        sa.Column("joined_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    )
    op.create_index("neighbours_by_id", "neighbours", ["id"], unique=True)
    op.create_index("neighbours_once", "neighbours", ["community", "grievance_id", "known_by"], unique=True)
    op.create_index("neighbours_by_receipt", "neighbours", ["receipt"])
    op.create_table(
        "pictures",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("grievance_id", sa.Uuid),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("image", EncryptedBytes, nullable=False),
        sa.Column("small", EncryptedBytes, nullable=False),
        sa.Column("width", sa.SmallInteger, nullable=False),
        sa.Column("height", sa.SmallInteger, nullable=False),
        sa.Column("added_by", sa.Uuid),
        sa.Column("added_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    )
    op.create_index("pictures_by_id", "pictures", ["id"], unique=True)
    op.create_index("pictures_of_grievance", "pictures", ["community", "grievance_id", "added_at"])
    op.create_index("pictures_by_age", "pictures", ["added_at"])
    wall_off("neighbours", "pictures")


def downgrade() -> None:
    """The way back."""
    take_walls_down("neighbours", "pictures")
    op.drop_table("pictures")
    op.drop_table("neighbours")
    with op.batch_alter_table("grievances") as cases:
        cases.drop_column("amended_at")
        cases.drop_column("neighbours")
