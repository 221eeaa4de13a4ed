"""First floor: cases, residents' own words, timelines, keys of filings, known places."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Count, Document, Encrypted, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    create_chassis_tables()
    op.create_table(
        "grievances",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("receipt", sa.String(20), nullable=False, unique=True),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("line", sa.String(20), nullable=False),
        sa.Column("needs", Document, nullable=False),
        sa.Column("unit_kind", sa.String(20)),
        sa.Column("skills", Document, nullable=False),
        sa.Column("hands", sa.SmallInteger, nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("is_anonymous", sa.Boolean, nullable=False),
        sa.Column("about_person", sa.Uuid),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("filed_at", Moment, nullable=False),
        sa.Column("respond_by", Moment, nullable=False),
        sa.Column("resolve_by", Moment, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("leader", Document),
        sa.Column("is_leader_missing", sa.Boolean, nullable=False),
        sa.Column("dispatches", Document, nullable=False),
        sa.Column("referral", Document),
        sa.Column("visit", Document),
        sa.Column("late", Document, nullable=False),
        sa.Column("resolution", sa.Text, nullable=False),
        sa.Column("score", sa.SmallInteger),
        sa.Column("resolved_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("grievances_by_age", "grievances", ["community", "filed_at"])
    op.create_index("grievances_by_status", "grievances", ["community", "status", "filed_at"])
    op.create_index("grievances_by_place", "grievances", ["community", "place"])
    op.create_index("grievances_by_due_time", "grievances", ["due_at"])
    op.create_table(
        "statements",
        sa.Column("grievance_id", sa.Uuid, sa.ForeignKey("grievances.id"), primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("contact", Encrypted),
    )
    op.create_table(
        "timeline",
        sa.Column("id", Count, primary_key=True, autoincrement=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("grievance_id", sa.Uuid, sa.ForeignKey("grievances.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("timeline_of_grievance", "timeline", ["grievance_id", "id"])
    op.create_table(
        "filings",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("grievance_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "known_places",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("parent", sa.String(32)),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("known_places", "filings", "timeline", "statements", "grievances"):
        op.drop_table(table)
    drop_chassis_tables()
