"""The tables of the accounts service."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Uuid

from chassis.database import Document, Encrypted, Moment, chassis_tables

metadata = MetaData()
chassis_tables(metadata)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community", String(12), nullable=False),
    Column("name", String(50)),
    Column("name_key", String(100)),
    Column("password_hash", String(200)),
    Column("must_change_password", Boolean, nullable=False),
    Column("phone", Encrypted),
    Column("phone_key", String(64)),
    Column("totp_secret", Encrypted),
    Column("totp_is_on", Boolean, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
    Column("recovery", Document, nullable=False),
    Column("made_by", Uuid),
    Column("made_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
    Column("disabled_at", Moment),
    Column("disabled_by", Uuid),
    Column("version", Integer, nullable=False),
    Index("accounts_by_name", "name_key", unique=True),
    Index("accounts_by_phone", "community", "phone_key", unique=True),
    Index("accounts_by_time", "community", "made_at"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("community", String(12), nullable=False),
    Column("role", String(20), nullable=False),
    Column("place", String(32)),
    Column("subject", Uuid),
    Column("granted_by", Uuid),
    Column("granted_at", Moment, nullable=False),
    Column("revoked_by", Uuid),
    Column("revoked_at", Moment),
    Column("version", Integer, nullable=False),
    Index("grants_by_account", "account_id"),
    Index("grants_by_place", "community", "role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community", String(12), nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("agent", String(400), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("sessions_by_token", "token_hash", unique=True),
    Index("sessions_by_account", "account_id"),
    Index("sessions_by_end", "expires_at"),
)

tries = Table(
    "tries",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment),
    Column("waits_until", Moment),
    Index("tries_by_time", "last_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community", String(12), nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("name", String(60), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("beginning", String(12), nullable=False),
    Column("scopes", Document, nullable=False),
    Column("grants", Document, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("revoked_by", Uuid),
    Column("version", Integer, nullable=False),
    Index("keys_by_hash", "key_hash", unique=True),
    Index("keys_by_account", "account_id", "made_at"),
)

codes = Table(
    "codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community", String(12), nullable=False),
    Column("role", String(20), nullable=False),
    Column("phone_key", String(64), nullable=False),
    Column("phone", Encrypted),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Moment),
    Column("sends", Integer, nullable=False),
    Column("send_at", Moment),
    Column("sent_at", Moment),
    Column("version", Integer, nullable=False),
    Index("codes_by_phone", "community", "phone_key", "made_at"),
    Index("codes_to_send", "send_at"),
    Index("codes_by_end", "expires_at"),
)
"""Codes that were sent to telephones. The code itself is kept nowhere: it follows from the id and the secret."""
