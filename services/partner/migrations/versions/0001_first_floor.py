"""Units, agreements, referrals, and the cases whose end was heard."""

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
        "units",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("contact_name", sa.String(50)),
        sa.Column("phone", Encrypted),
        sa.Column("serves", Document, nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("units_by_name", "units", ["community", "name"], unique=True)
    op.create_index("units_by_kind", "units", ["community", "kind"])
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("parties", sa.String(300), nullable=False),
        sa.Column("cooperation", sa.String(20), nullable=False),
        sa.Column("scope", Document, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("agreements_by_unit", "agreements", ["unit_id"])
    _create_referrals()
    op.create_table(
        "cases",
        sa.Column("grievance_id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("ends", Document),
    )


def _create_referrals() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("grievance_id", sa.Uuid, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("path", Document, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("line", sa.String(20), nullable=False),
        sa.Column("unit_kind", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("unit_name", sa.String(100), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("return_reason", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("assigned_at", Moment, nullable=False),
        sa.Column("referred_at", Moment, nullable=False),
        sa.Column("accepted_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("referrals_by_grievance", "referrals", ["grievance_id"])
    op.create_index("referrals_by_unit", "referrals", ["unit_id", "state"])
    op.create_index("referrals_by_time", "referrals", ["community", "referred_at"])


def downgrade() -> None:
    """The way back."""
    for table in ("cases", "referrals", "agreements", "units"):
        op.drop_table(table)
    drop_chassis_tables()
