"""Elder records, visits, the place tree, and the cases whose end was heard."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first floor."""
    create_chassis_tables()
    op.create_table(
        "elder_records",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("born_on", sa.Date, nullable=False),
        sa.Column("household", sa.String(32), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("consent_on", sa.Date),
        sa.Column("record", Encrypted),
        sa.Column("completeness", sa.Integer, nullable=False),
        sa.Column("updated_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("elder_records_by_household", "elder_records", ["community", "household"])
    _create_visits()
    op.create_table(
        "known_places",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("parent", sa.String(32)),
    )
    op.create_index("known_places_by_parent", "known_places", ["community", "parent"])
    op.create_table(
        "cases",
        sa.Column("grievance_id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("ends", Document),
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("grievance_id", sa.Uuid),
        sa.Column("round", sa.Integer),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("elder_ids", Document, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("purpose", Encrypted),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("planned_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("findings", Encrypted),
        sa.Column("missed_reason", Encrypted),
        sa.Column("missed_in_a_row", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("visits_by_grievance", "visits", ["grievance_id"])
    op.create_index("visits_by_day", "visits", ["community", "due_on"])
    op.create_table(
        "visited_elders",
        sa.Column("elder_id", sa.Uuid, primary_key=True),
        sa.Column("visit_id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
    )


def downgrade() -> None:
    """The way back."""
    for table in ("cases", "known_places", "visited_elders", "visits", "elder_records"):
        op.drop_table(table)
    drop_chassis_tables()
