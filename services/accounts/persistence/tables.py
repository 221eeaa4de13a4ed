"""The tables of the accounts service."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Uuid

from chassis.database import Document, Encrypted, Moment, chassis_tables
from chassis.personal import erased_people_table, merged_people_table

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

known_places = Table(
    "known_places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("parent", String(32)),
)

known_matters = Table(
    "known_matters",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("place", String(32), nullable=False),
    Column("path", Document, nullable=False),
    Column("category_zh", String(60), nullable=False),
    Column("category_en", String(100), nullable=False),
    Column("line", String(20), nullable=False),
    Column("post", String(30), nullable=False),
    Column("round", Integer, nullable=False),
    Column("led_at", String(32), nullable=False, server_default=""),
    Column("change", Integer, nullable=False, server_default="0"),
    Column("heard_at", Moment, nullable=False),
    Index("known_matters_by_age", "heard_at"),
)

reporters = Table(
    "reporters",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("joined", Uuid),
    Column("account_id", Uuid),
    Column("phone", Encrypted),
    Column("language", String(2), nullable=False),
    Column("left_at", Moment, nullable=False),
    Column("filed_at", Moment),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("reporters_by_id", "id", unique=True),
    Index("reporters_by_account", "account_id"),
    Index("reporters_by_joined", "community", "joined"),
    Index("reporters_by_end", "ended_at"),
    Index("reporters_by_filing", "filed_at", "left_at"),
)

notices = Table(
    "notices",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("recipient", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("matter", Uuid),
    Column("subject", Uuid),
    Column("subject_zh", String(200), nullable=False),
    Column("subject_en", String(240), nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("spread_at", Moment),
    Index("notices_by_id", "id", unique=True),
    Index("notices_by_recipient", "recipient", "made_at"),
    Index("notices_by_age", "made_at"),
    Index("notices_to_spread", "spread_at", "made_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("notice_id", Uuid, nullable=False),
    Column("recipient", String(80), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("send_at", Moment),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("text_id", Uuid),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("deliveries_by_id", "id", unique=True),
    Index("deliveries_to_send", "channel", "send_at"),
    Index("deliveries_by_recipient", "recipient", "channel", "ended_at"),
    Index("deliveries_by_age", "due_at"),
)

notice_choices = Table(
    "notice_choices",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("language", String(2), nullable=False),
    Column("quiet_from", String(5)),
    Column("quiet_until", String(5)),
    Column("urgent_at_night", Boolean, nullable=False),
    Column("channels", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("notice_choices_by_id", "id", unique=True),
)

notice_addresses = Table(
    "notice_addresses",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("address", Encrypted),
    Column("asked", Encrypted),
    Column("code_id", Uuid),
    Column("expires_at", Moment),
    Column("tries", Integer, nullable=False),
    Column("sends", Integer, nullable=False),
    Column("send_at", Moment),
    Column("verified_at", Moment),
    Column("version", Integer, nullable=False),
    Index("notice_addresses_by_id", "id", unique=True),
    Index("notice_addresses_by_account", "account_id"),
    Index("notice_addresses_to_prove", "send_at"),
)

erased_people = erased_people_table(metadata)

merged_people = merged_people_table(metadata)
