"""The tables in which cases are kept."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    and_,
    literal_column,
)

from chassis.database import Count, Document, Encrypted, EncryptedBytes, EncryptedDocument, Moment, chassis_tables
from chassis.personal import erased_people_table, merged_people_table
from chassis.telephones import index_of_missing

metadata = MetaData()
chassis_tables(metadata)

grievances = Table(
    "grievances",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("receipt", String(20), nullable=False, unique=True),
    Column("place", String(32), nullable=False),
    Column("category", String(40), nullable=False),
    Column("line", String(20), nullable=False),
    Column("needs", Document, nullable=False),
    Column("unit_kind", String(20)),
    Column("skills", Document, nullable=False),
    Column("hands", SmallInteger, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("is_anonymous", Boolean, nullable=False),
    Column("about_person", Uuid),
    Column("status", String(10), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("respond_by", Moment, nullable=False),
    Column("resolve_by", Moment, nullable=False),
    Column("due_at", Moment),
    Column("round", SmallInteger, nullable=False),
    Column("leader", Document),
    Column("is_leader_missing", Boolean, nullable=False),
    Column("dispatches", Document, nullable=False),
    Column("referral", Document),
    Column("visit", Document),
    Column("late", Document, nullable=False),
    Column("resolution", Encrypted, nullable=False),
    Column("score", SmallInteger),
    Column("resolved_at", Moment),
    Column("ended_at", Moment),
    Column("filed_by", Uuid),
    Column("neighbours", Integer, nullable=False),
    Column("amended_at", Moment),
    Column("filed_on", Date, nullable=False),
    Column("is_answered_in_time", Boolean),
    Column("solved_minutes", Integer),
    Column("tasks", EncryptedDocument),
    Column("asked", Document, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("forgotten_at", Moment),
    Column("leader_changes", Document, nullable=False),
    Column("is_responded", Boolean, nullable=False),
    Column("led_at", String(32)),
    Column("pause", Document),
    Column("pause_words", Encrypted),
    Column("pauses", SmallInteger, nullable=False),
    Column("goes_on_at", Moment),
    Column("moved_from", Moment),
    Column("version", Integer, nullable=False),
    Index("grievances_by_age", "community", "filed_at"),
    Index("grievances_by_status", "community", "status", "filed_at"),
    Index("grievances_by_place", "community", "place"),
    Index("grievances_by_due_time", "due_at"),
    Index("grievances_by_going_on", "goes_on_at"),
    Index("grievances_by_day", "community", "filed_on"),
    Index("grievances_by_account", "community", "filed_by", "filed_at"),
    Index("grievances_by_id", "id", unique=True),
)

HANDED = grievances.c.led_at.is_not(None)
"""Cases that came to their leader by hand, perhaps from elsewhere."""

Index("grievances_by_leader", grievances.c.community, grievances.c.led_at, sqlite_where=HANDED, postgresql_where=HANDED)
BY_ONESELF = grievances.c.channel == "web"
"""Cases whose account is that of whoever they are about; what came by telephone or at the counter was written down by
staff."""

KEPT = and_(grievances.c.ended_at.is_not(None), grievances.c.forgotten_at.is_(None))
"""Cases that have ended, and whose words are still there."""

Index("grievances_to_forget", grievances.c.ended_at, sqlite_where=KEPT, postgresql_where=KEPT)

statements = Table(
    "statements",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("description", Encrypted, nullable=False),
    Column("contact", Encrypted),
    Column("phone_key", String(64)),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("statements_by_phone", "community", "phone_key"),
)

index_of_missing("statements_without_phone_key", statements.c.contact, statements.c.phone_key)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Count, primary_key=True, autoincrement=True),
    Column("community", String(12), nullable=False),
    Column("grievance_id", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("note", Encrypted, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("step_id", Uuid),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("timeline_of_grievance", "community", "grievance_id", "id"),
)

filings = Table(
    "filings",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("grievance_id", Uuid, nullable=False),
)

neighbours = Table(
    "neighbours",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid, nullable=False),
    Column("known_by", String(64), nullable=False),
    Column("receipt", String(20), nullable=False),
    Column("account", Uuid),
    Column("phone", Encrypted),
    Column("joined_at", Moment, nullable=False),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("neighbours_by_id", "id", unique=True),
    Index("neighbours_by_receipt", "receipt"),
    Index("neighbours_by_what_they_are_known_by", "community", "known_by"),
    Index("neighbours_once", "community", "grievance_id", "known_by", unique=True),
)

pictures = Table(
    "pictures",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid),
    Column("kind", String(10), nullable=False),
    Column("image", EncryptedBytes, nullable=False),
    Column("small", EncryptedBytes, nullable=False),
    Column("width", SmallInteger, nullable=False),
    Column("height", SmallInteger, nullable=False),
    Column("added_by", Uuid),
    Column("added_at", Moment, nullable=False),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("pictures_by_id", "id", unique=True),
    Index("pictures_of_grievance", "community", "grievance_id", "added_at"),
    Index("pictures_by_age", "added_at"),
)

phrases = Table(
    "phrases",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("step", String(10), nullable=False),
    Column("title", String(40), nullable=False),
    Column("words", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("phrases_by_id", "id", unique=True),
    Index("phrases_by_title", "community", "step", "title", unique=True),
)

views = Table(
    "views",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("title", String(20), nullable=False),
    Column("narrowed", Document, nullable=False),
    Index("views_by_id", "id", unique=True),
    Index("views_by_title", "community", "title", unique=True),
)

known_places = Table(
    "known_places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("parent", String(32)),
    Index("known_places_by_parent", "community", "parent"),
)

IS_COMMUNITY = known_places.c.kind == literal_column("'community'")
"""The one place of each community that is all of it, among thousands; written out, so that the index is found."""

Index("known_communities", known_places.c.community, sqlite_where=IS_COMMUNITY, postgresql_where=IS_COMMUNITY)

erased_people = erased_people_table(metadata)

merged_people = merged_people_table(metadata)
