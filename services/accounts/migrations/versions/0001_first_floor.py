"""Accounts, what they hold, sessions, tries, keys and codes."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first floor."""
    create_chassis_tables()
    _create_accounts()
    _create_grants()
    _create_sessions()
    _create_tries()
    _create_keys()
    _create_codes()


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("name", sa.String(50)),
        sa.Column("name_key", sa.String(100)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("phone", Encrypted),
        sa.Column("phone_key", sa.String(64)),
        sa.Column("totp_secret", Encrypted),
        sa.Column("totp_is_on", sa.Boolean, nullable=False),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sa.Column("recovery", Document, nullable=False),
        sa.Column("made_by", sa.Uuid),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("signed_in_at", Moment),
        sa.Column("disabled_at", Moment),
        sa.Column("disabled_by", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("accounts_by_name", "accounts", ["name_key"], unique=True)
    op.create_index("accounts_by_phone", "accounts", ["community", "phone_key"], unique=True)
    op.create_index("accounts_by_time", "accounts", ["community", "made_at"])


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("place", sa.String(32)),
        sa.Column("subject", sa.Uuid),
        sa.Column("granted_by", sa.Uuid),
        sa.Column("granted_at", Moment, nullable=False),
        sa.Column("revoked_by", sa.Uuid),
        sa.Column("revoked_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("grants_by_account", "grants", ["account_id"])
    op.create_index("grants_by_place", "grants", ["community", "role"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(400), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
        sa.Column("idle_seconds", sa.Integer, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("sessions_by_token", "sessions", ["token_hash"], unique=True)
    op.create_index("sessions_by_account", "sessions", ["account_id"])
    op.create_index("sessions_by_end", "sessions", ["expires_at"])


def _create_tries() -> None:
    op.create_table(
        "tries",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Moment),
        sa.Column("waits_until", Moment),
    )
    op.create_index("tries_by_time", "tries", ["last_at"])


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("beginning", sa.String(12), nullable=False),
        sa.Column("scopes", Document, nullable=False),
        sa.Column("grants", Document, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.Column("revoked_by", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("keys_by_hash", "keys", ["key_hash"], unique=True)
    op.create_index("keys_by_account", "keys", ["account_id", "made_at"])


def _create_codes() -> None:
    op.create_table(
        "codes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("phone_key", sa.String(64), nullable=False),
        sa.Column("phone", Encrypted),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("sends", sa.Integer, nullable=False),
        sa.Column("send_at", Moment),
        sa.Column("sent_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("codes_by_phone", "codes", ["community", "phone_key", "made_at"])
    op.create_index("codes_to_send", "codes", ["send_at"])
    op.create_index("codes_by_end", "codes", ["expires_at"])


def downgrade() -> None:
    """The way back."""
    for table in ("codes", "keys", "tries", "sessions", "grants", "accounts"):
        op.drop_table(table)
    drop_chassis_tables()
