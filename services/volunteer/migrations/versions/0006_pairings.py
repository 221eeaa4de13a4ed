"""One-to-one pairings, with their contacts."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment
from chassis.walls import take_walls_down, wall_off

revision = "0006"
down_revision = "0005"

ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    """Two new tables."""
    op.create_table(
        "pairings",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("beneficiary_id", sa.Uuid, nullable=False),
        sa.Column("beneficiary", Encrypted, nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("path", Document, nullable=False),
        sa.Column("help_type", sa.String(12), nullable=False),
        sa.Column("hardship", Encrypted),
        sa.Column("volunteer_id", sa.Uuid),
        sa.Column("cadence_days", sa.SmallInteger, nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("last_contact_on", sa.Date),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("end_reason", sa.String(20)),
        sa.Column("end_note", Encrypted),
        sa.Column("forgotten_at", Moment),
        sa.Column("helpers", Document, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("pairings_by_id", "pairings", ["id"], unique=True)
    op.create_index("pairings_by_day", "pairings", ["community", "state", "due_on"])
    op.create_index("pairings_by_helper", "pairings", ["volunteer_id"])
    one_each = ["community", "beneficiary_id", "help_type"]
    op.create_index(
        "pairings_one_helper_each", "pairings", one_each, unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_table(
        "pairing_contacts",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("pairing_id", sa.Uuid, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("volunteer_id", sa.Uuid, nullable=False),
        sa.Column("contacted_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("note", Encrypted, nullable=False),
        sa.Column("logged_at", Moment, nullable=False),
    )
    op.create_index("pairing_contacts_by_helper", "pairing_contacts", ["volunteer_id"])
    wall_off("pairings", "pairing_contacts")


def downgrade() -> None:
    """The way back."""
    take_walls_down("pairings", "pairing_contacts")
    op.drop_table("pairing_contacts")
    op.drop_table("pairings")
