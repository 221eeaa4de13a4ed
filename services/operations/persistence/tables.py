"""The tables of the operations service."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Uuid

from chassis.database import Document, EncryptedBytes, Moment, chassis_tables

metadata = MetaData()
chassis_tables(metadata)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("queue", String(100), nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("type", String(255), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("correlation", String(255), nullable=False),
    Column("headers", Document, nullable=False),
    Column("size", Integer, nullable=False),
    Column("error", String(120), nullable=False),
    Column("place", String(200), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("replays", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("replayed_by", String(60), nullable=False),
    Column("first_died_at", Moment, nullable=False),
    Column("died_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("dead_letters_by_state", "state", "died_at"),
    Index("dead_letters_by_cause", "cause", "state"),
    Index("dead_letters_by_time", "died_at"),
    Index("dead_letters_by_queue", "state", "queue"),
    Index("dead_letters_by_id", "id", unique=True),
)

bodies = Table(
    "bodies",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("dead_letter_id", Uuid, primary_key=True),
    Column("body", EncryptedBytes, nullable=False),
    Index("bodies_by_id", "dead_letter_id", unique=True),
)
"""Beside the letters, since one may be of ten megabytes and only a replay or a look at it needs it."""

interventions = Table(
    "interventions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(60), nullable=False),
    Column("action", String(12), nullable=False),
    Column("about", String(500), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("count", Integer, nullable=False),
    Index("interventions_by_time", "at"),
)

touched = Table(
    "touched",
    metadata,
    Column("dead_letter_id", Uuid, primary_key=True),
    Column("intervention_id", Uuid, primary_key=True),
)
"""Which dead letters an intervention was about."""
