"""Processes that report, what was counted of queues, steps of journeys, paused queues."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Count, Document, Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What is seen of a running system."""
    op.create_table(
        "processes",
        sa.Column("instance", sa.String(120), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("is_ready", sa.Boolean, nullable=False),
        sa.Column("in_flight", sa.BigInteger, nullable=False),
        sa.Column("memory", sa.BigInteger, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("reported_at", Moment, nullable=False),
        sa.Column("queues", Document, nullable=False),
        sa.Column("outboxes", Document, nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("queue", sa.String(100), primary_key=True),
        sa.Column("paused_at", Moment, nullable=False),
    )
    _create_samples()
    _create_steps()


def _create_samples() -> None:
    counts = ("handled", "retried", *(f"critical_{number}" for number in range(14)))
    op.create_table(
        "samples",
        sa.Column("width", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True),
        sa.Column("about", sa.String(100), primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in counts),
        *(sa.Column(name, sa.Float) for name in ("ready", "dead", "outbox_age", "waited")),
    )


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("id", Count, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("target", sa.String(60), nullable=False),
        sa.Column("queue", sa.String(100), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("causation", sa.String(64), nullable=False),
        sa.Column("correlation", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("waited", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("error", sa.String(120), nullable=False),
    )
    for name, column in (("correlation", "correlation"), ("subject", "subject"), ("message", "message_id")):
        op.create_index(f"steps_by_{name}", "steps", [column])


def downgrade() -> None:
    """The way back."""
    for table in ("steps", "samples", "pauses", "processes"):
        op.drop_table(table)
