"""The tables of the organization service."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text, Uuid, or_

from chassis.database import Document, Encrypted, Moment, chassis_tables
from chassis.personal import erased_people_table, merged_people_table
from chassis.telephones import index_of_missing

metadata = MetaData()
chassis_tables(metadata)

communities = Table(
    "communities",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("subdistrict_name", String(60), nullable=False),
    Column("city_name", String(60), nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("name", String(60), nullable=False),
    Column("parent", String(32)),
    Column("is_aged", Boolean, nullable=False),
    Column("boundary", String(500), nullable=False),
    Column("path", Document, nullable=False),
    Column("grid", String(15)),
    Column("courtyard", String(32)),
    Column("building", String(32)),
    Column("added_at", Moment, nullable=False),
    Column("initials", String(60), nullable=False),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False),
    Index("places_in_order", "community", "rank", "code"),
    Index("places_by_parent", "community", "parent"),
)

people = Table(
    "people",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("born_on", Date),
    Column("sex", String(8), nullable=False),
    Column("household", String(32)),
    Column("phone", Encrypted),
    Column("phone_key", String(64)),
    Column("elder_told", Boolean, nullable=False),
    Column("left_on", Date),
    Column("initials", String(60), nullable=False),
    Column("changed_on", Date),
    Column("version", Integer, nullable=False),
    Index("people_by_household", "community", "household"),
    Index("people_by_phone", "community", "phone_key"),
    Index("people_by_name", "community", "name"),
    Index("people_by_birth", "elder_told", "born_on"),
    Index("people_by_id", "id", unique=True),
)

LEFT = people.c.left_on.is_not(None)

Index("people_who_left", people.c.left_on, sqlite_where=LEFT, postgresql_where=LEFT)

index_of_missing("people_without_phone_key", people.c.phone, people.c.phone_key)

# `people.elder_told`: whether the health service was told of a resident as an elder; of one who left, that they have.

# What may be shown of whoever holds a post; the id is that of the person.
publications = Table(
    "publications",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("phone_withheld", Boolean, nullable=False),
    Column("portrait", Uuid),
    Column("consent_recorded_by", String(60)),
    Column("consented_at", Moment),
    Column("withdrawn_at", Moment),
    Column("version", Integer, nullable=False),
    Index("publications_by_id", "id", unique=True),
    Index("publications_by_portrait", "portrait"),
)

portraits = Table(
    "portraits",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("image", Text, nullable=False),
    Index("portraits_by_id", "id", unique=True),
)

posts = Table(
    "posts",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("place", String(32), nullable=False),
    Column("line", String(12)),
    Column("terms", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("posts_by_id", "id", unique=True),
)

# What `posts.terms` holds, a row for each, to be found by place, person and day.
terms = Table(
    "terms",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("post_id", Uuid, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("place", String(32), nullable=False),
    Column("line", String(12)),
    Column("person_id", Uuid, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("predecessor_id", Uuid),
    Index("terms_by_place", "community", "place", "kind"),
    Index("terms_by_person", "person_id"),
)

leaves = Table(
    "leaves",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("cancelled_at", Moment),
    Column("version", Integer, nullable=False),
    Index("leaves_by_person", "person_id", "ends_on"),
    Index("leaves_by_id", "id", unique=True),
)

assignments = Table(
    "assignments",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("place", String(32), nullable=False),
    Column("grid", String(15)),
    Column("path", Document, nullable=False),
    Column("round", Integer, nullable=False),
    Column("matter", Document, nullable=False),
    Column("about_person", Uuid),
    Column("began_at", Moment, nullable=False),
    Column("leader_id", Uuid),
    Column("leader_name", String(40)),
    Column("post", String(24)),
    Column("reason", Text, nullable=False),
    Column("assigned_at", Moment),
    Column("gap_since", Moment),
    Column("waiting", Document, nullable=False),
    Column("waiting_since", Moment),
    Column("led_at", String(32)),
    Column("ended_at", Moment),
    Column("changes", Integer, nullable=False),
    Column("step_ids", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("assignments_by_id", "id", unique=True),
)

erasures = Table(
    "erasures",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("known_as", Document, nullable=False),
    Column("reason", String(30), nullable=False),
    Column("asked_by", String(60), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answers", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("erasures_by_id", "id", unique=True),
    Index("erasures_by_person", "person_id", "asked_at"),
)

erased_people = erased_people_table(metadata)

merged_people = merged_people_table(metadata, Column("merged_by", String(60), nullable=False))

# Pairs that look like one person and are two, as somebody said; the smaller id first.
told_apart = Table(
    "told_apart",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("one_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("said_by", String(60), nullable=False),
    Column("said_at", Moment, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("purpose", String(30), nullable=False),
    Column("given", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Index("consents_by_id", "id", unique=True),
    Index("consents_by_person", "person_id"),
)

has_gap = or_(assignments.c.gap_since.is_not(None), assignments.c.waiting_since.is_not(None))
"""Whether somebody is missing for an assignment."""

Index(
    "assignments_with_gaps", assignments.c.community, assignments.c.grid, sqlite_where=has_gap, postgresql_where=has_gap
)
