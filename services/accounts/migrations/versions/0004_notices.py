"""Notices: what people are told, by which channels, and where they chose to be told it."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment
from chassis.walls import take_walls_down, wall_off

revision = "0004"
down_revision = "0003"

TABLES = (
    "known_places",
    "known_matters",
    "reporters",
    "notices",
    "deliveries",
    "notice_choices",
    "notice_addresses",
    "erased",
)


def upgrade() -> None:
    """New tables, walled off."""
    _create_known_places()
    _create_known_matters()
    _create_reporters()
    _create_notices()
    _create_deliveries()
    _create_notice_choices()
    _create_notice_addresses()
    op.create_table(
        "erased",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("erased_at", Moment, nullable=False),
    )
    wall_off(*TABLES)


def _create_known_places() -> None:
    op.create_table(
        "known_places",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("parent", sa.String(32)),
    )


def _create_known_matters() -> None:
    op.create_table(
        "known_matters",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("grievance_id", sa.Uuid, primary_key=True),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("path", Document, nullable=False),
        sa.Column("category_zh", sa.String(60), nullable=False),
        sa.Column("category_en", sa.String(100), nullable=False),
        sa.Column("line", sa.String(20), nullable=False),
        sa.Column("post", sa.String(30), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("heard_at", Moment, nullable=False),
    )
    op.create_index("known_matters_by_age", "known_matters", ["heard_at"])


def _create_reporters() -> None:
    op.create_table(
        "reporters",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid),
        sa.Column("phone", Encrypted),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("left_at", Moment, nullable=False),
        sa.Column("filed_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("reporters_by_id", "reporters", ["id"], unique=True)
    op.create_index("reporters_by_account", "reporters", ["account_id"])
    op.create_index("reporters_by_end", "reporters", ["ended_at"])
    op.create_index("reporters_by_filing", "reporters", ["filed_at", "left_at"])


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("matter", sa.Uuid),
        sa.Column("subject", sa.Uuid),
        sa.Column("subject_zh", sa.String(200), nullable=False),
        sa.Column("subject_en", sa.String(240), nullable=False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("read_at", Moment),
        sa.Column("spread_at", Moment),
    )
    op.create_index("notices_by_id", "notices", ["id"], unique=True)
    op.create_index("notices_by_recipient", "notices", ["recipient", "made_at"])
    op.create_index("notices_by_age", "notices", ["made_at"])
    op.create_index("notices_to_spread", "notices", ["spread_at", "made_at"])


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("notice_id", sa.Uuid, nullable=False),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("send_at", Moment),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("text_id", sa.Uuid),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("deliveries_by_id", "deliveries", ["id"], unique=True)
    op.create_index("deliveries_to_send", "deliveries", ["channel", "send_at"])
    op.create_index("deliveries_by_recipient", "deliveries", ["recipient", "channel", "ended_at"])
    op.create_index("deliveries_by_age", "deliveries", ["due_at"])


def _create_notice_choices() -> None:
    op.create_table(
        "notice_choices",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("quiet_from", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("urgent_at_night", sa.Boolean, nullable=False),
        sa.Column("channels", Document, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("notice_choices_by_id", "notice_choices", ["id"], unique=True)


def _create_notice_addresses() -> None:
    op.create_table(
        "notice_addresses",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("address", Encrypted),
        sa.Column("asked", Encrypted),
        sa.Column("code_id", sa.Uuid),
        sa.Column("expires_at", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sends", sa.Integer, nullable=False),
        sa.Column("send_at", Moment),
        sa.Column("verified_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("notice_addresses_by_id", "notice_addresses", ["id"], unique=True)
    op.create_index("notice_addresses_by_account", "notice_addresses", ["account_id"])
    op.create_index("notice_addresses_to_prove", "notice_addresses", ["send_at"])


def downgrade() -> None:
    """The way back."""
    take_walls_down(*TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
