"""Dead letters, and what operators did."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, EncryptedBytes, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first floor."""
    create_chassis_tables()
    _create_dead_letters()
    op.create_table(
        "bodies",
        sa.Column("dead_letter_id", sa.Uuid, primary_key=True),
        sa.Column("body", EncryptedBytes, nullable=False),
    )
    op.create_table(
        "interventions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("about", sa.String(500), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("interventions_by_time", "interventions", ["at"])
    op.create_table(
        "touched",
        sa.Column("dead_letter_id", sa.Uuid, primary_key=True),
        sa.Column("intervention_id", sa.Uuid, primary_key=True),
    )


def _create_dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("type", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("correlation", sa.String(255), nullable=False),
        sa.Column("headers", Document, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("error", sa.String(120), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("replays", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("replayed_by", sa.String(60), nullable=False),
        sa.Column("first_died_at", Moment, nullable=False),
        sa.Column("died_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("dead_letters_by_state", "dead_letters", ["state", "died_at"])
    op.create_index("dead_letters_by_cause", "dead_letters", ["cause", "state"])
    op.create_index("dead_letters_by_time", "dead_letters", ["died_at"])


def downgrade() -> None:
    """The way back."""
    for table in ("touched", "interventions", "bodies", "dead_letters"):
        op.drop_table(table)
    drop_chassis_tables()
