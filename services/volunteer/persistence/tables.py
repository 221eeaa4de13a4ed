"""The tables of the volunteer service."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, SmallInteger, String, Table, Text, Uuid, text

from chassis.database import Count, Document, Encrypted, EncryptedDocument, Moment, chassis_tables
from chassis.personal import erased_people_table, merged_people_table

metadata = MetaData()
chassis_tables(metadata)

volunteers = Table(
    "volunteers",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", String(50), nullable=False),
    Column("skills", Document, nullable=False),
    Column("home_place", String(32), nullable=False),
    Column("always", Boolean, nullable=False),
    Column("windows", Document, nullable=False),
    Column("paused_until", Date),
    Column("is_party_member", Boolean, nullable=False),
    Column("phone", Encrypted),
    Column("joined_on", Date, nullable=False),
    Column("initials", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Index("volunteers_by_name", "community", "name"),
    Index("volunteers_by_id", "id", unique=True),
)

teams = Table(
    "teams",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("type", String(20), nullable=False),
    Column("name", String(50), nullable=False),
    Column("slogan", String(200), nullable=False),
    Column("charter", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("founded_at", Moment, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("activated_at", Moment),
    Column("version", Integer, nullable=False),
    Index("teams_by_name", "community", "name", unique=True),
    Index("teams_by_id", "id", unique=True),
)

memberships = Table(
    "memberships",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("team_id", Uuid, primary_key=True),
    Column("volunteer_id", Uuid, primary_key=True),
    Column("joined_at", Moment, primary_key=True),
    Column("left_at", Moment),
    Index("memberships_by_volunteer", "volunteer_id"),
)

callouts = Table(
    "callouts",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("place", String(32), nullable=False),
    Column("path", Document, nullable=False),
    Column("category", String(40), nullable=False),
    Column("skills", Document, nullable=False),
    Column("wanted", SmallInteger, nullable=False),
    Column("assigned_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("exhausted_at", Moment),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("callouts_by_grievance", "grievance_id"),
    Index("callouts_by_id", "id", unique=True),
)

dispatches = Table(
    "dispatches",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("callout_id", Uuid, nullable=False),
    Column("grievance_id", Uuid, nullable=False),
    Column("volunteer_id", Uuid, nullable=False),
    Column("team_id", Uuid),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("checked_in_at", Moment),
    Column("checked_in_how", String(10)),
    Column("checked_out_at", Moment),
    Column("minutes_served", Integer),
    Column("decline_reason", Encrypted, nullable=False),
    Column("history", EncryptedDocument, nullable=False),
    Index("dispatches_by_callout", "callout_id"),
    Index("dispatches_by_grievance", "grievance_id"),
    Index("dispatches_by_volunteer", "volunteer_id", "state"),
    Index("dispatches_by_load", "community", "state", "volunteer_id"),
    Index("dispatches_by_deadline", "state", "answer_by"),
    Index("dispatches_by_age", "community", "offered_at"),
    Index("dispatches_by_id", "id", unique=True),
)
WITH_WORDS = dispatches.c.reason != ""
"""Dispatches that still say why somebody was asked, and what they said."""

Index("dispatches_with_words", dispatches.c.offered_at, sqlite_where=WITH_WORDS, postgresql_where=WITH_WORDS)

hours = Table(
    "hours",
    metadata,
    Column("id", Count, primary_key=True, autoincrement=True),
    Column("community", String(12), nullable=False),
    Column("volunteer_id", Uuid, nullable=False),
    Column("dispatch_id", Uuid, nullable=False),
    Column("team_id", Uuid),
    Column("served_on", Date, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("minutes_served", Integer, nullable=False),
    Column("minutes_credited", Integer, nullable=False),
    Column("is_over_cap", Boolean, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Index("hours_of_volunteer", "volunteer_id", "served_on"),
    Index("hours_of_dispatch", "community", "dispatch_id", "served_on", unique=True),
)

pairings = Table(
    "pairings",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("beneficiary_id", Uuid, nullable=False),
    Column("beneficiary", Encrypted, nullable=False),
    Column("place", String(32), nullable=False),
    Column("path", Document, nullable=False),
    Column("help_type", String(12), nullable=False),
    Column("hardship", Encrypted),
    Column("volunteer_id", Uuid),
    Column("cadence_days", SmallInteger, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("last_contact_on", Date),
    Column("state", String(8), nullable=False),
    Column("ended_on", Date),
    Column("end_reason", String(20)),
    Column("end_note", Encrypted),
    Column("forgotten_at", Moment),
    Column("helpers", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("pairings_by_id", "id", unique=True),
    Index("pairings_by_day", "community", "state", "due_on"),
    Index("pairings_by_helper", "volunteer_id"),
    Index(
        "pairings_one_helper_each",
        "community",
        "beneficiary_id",
        "help_type",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
)

pairing_contacts = Table(
    "pairing_contacts",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("pairing_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("volunteer_id", Uuid, nullable=False),
    Column("contacted_on", Date, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("note", Encrypted, nullable=False),
    Column("logged_at", Moment, nullable=False),
    Index("pairing_contacts_by_helper", "volunteer_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("ends", Document),
)

known_places = Table(
    "known_places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("parent", String(32)),
)

erased_people = erased_people_table(metadata)

merged_people = merged_people_table(metadata)
