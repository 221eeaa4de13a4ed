"""Volunteers, teams, call-outs with their dispatches, hours, ended cases, and the places known."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Count, Document, Encrypted, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first floor."""
    create_chassis_tables()
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("skills", Document, nullable=False),
        sa.Column("home_place", sa.String(32), nullable=False),
        sa.Column("always", sa.Boolean, nullable=False),
        sa.Column("windows", Document, nullable=False),
        sa.Column("paused_until", sa.Date),
        sa.Column("is_party_member", sa.Boolean, nullable=False),
        sa.Column("phone", Encrypted),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("volunteers_by_name", "volunteers", ["community", "name"])
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("slogan", sa.String(200), nullable=False),
        sa.Column("charter", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("founded_at", Moment, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("activated_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("teams_by_name", "teams", ["community", "name"], unique=True)
    op.create_table(
        "memberships",
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("volunteer_id", sa.Uuid, primary_key=True),
        sa.Column("joined_at", Moment, primary_key=True),
        sa.Column("left_at", Moment),
    )
    op.create_index("memberships_by_volunteer", "memberships", ["volunteer_id"])
    op.create_table(
        "callouts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("grievance_id", sa.Uuid, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("path", Document, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("skills", Document, nullable=False),
        sa.Column("wanted", sa.SmallInteger, nullable=False),
        sa.Column("assigned_at", Moment, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("exhausted_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("callouts_by_grievance", "callouts", ["grievance_id"])
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("callout_id", sa.Uuid, nullable=False),
        sa.Column("grievance_id", sa.Uuid, nullable=False),
        sa.Column("volunteer_id", sa.Uuid, nullable=False),
        sa.Column("team_id", sa.Uuid),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("offered_at", Moment, nullable=False),
        sa.Column("answer_by", Moment, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("checked_in_at", Moment),
        sa.Column("checked_out_at", Moment),
        sa.Column("minutes_served", sa.Integer),
        sa.Column("decline_reason", sa.Text, nullable=False),
        sa.Column("history", Document, nullable=False),
    )
    op.create_index("dispatches_by_age", "dispatches", ["community", "offered_at"])
    op.create_index("dispatches_by_callout", "dispatches", ["callout_id"])
    op.create_index("dispatches_by_deadline", "dispatches", ["state", "answer_by"])
    op.create_index("dispatches_by_grievance", "dispatches", ["grievance_id"])
    op.create_index("dispatches_by_load", "dispatches", ["community", "state", "volunteer_id"])
    op.create_index("dispatches_by_volunteer", "dispatches", ["volunteer_id", "state"])
    op.create_table(
        "hours",
        sa.Column("id", Count, primary_key=True, autoincrement=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("volunteer_id", sa.Uuid, nullable=False),
        sa.Column("dispatch_id", sa.Uuid, nullable=False),
        sa.Column("team_id", sa.Uuid),
        sa.Column("served_on", sa.Date, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=False),
        sa.Column("minutes_served", sa.Integer, nullable=False),
        sa.Column("minutes_credited", sa.Integer, nullable=False),
        sa.Column("is_over_cap", sa.Boolean, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
    )
    op.create_index("hours_of_dispatch", "hours", ["dispatch_id", "served_on"], unique=True)
    op.create_index("hours_of_volunteer", "hours", ["volunteer_id", "served_on"])
    op.create_table(
        "cases",
        sa.Column("grievance_id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12)),
        sa.Column("ends", Document),
    )
    op.create_table(
        "known_places",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("parent", sa.String(32)),
    )


def downgrade() -> None:
    """The way back."""
    for table in ("known_places", "cases", "hours", "dispatches", "callouts", "memberships", "teams", "volunteers"):
        op.drop_table(table)
    drop_chassis_tables()
