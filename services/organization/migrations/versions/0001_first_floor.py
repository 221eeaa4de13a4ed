"""First floor: communities and their place trees, people, posts and terms, leaves, assignments."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Encrypted, Moment
from chassis.migrate import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    create_chassis_tables()
    _create_places()
    _create_people()
    _create_posts()
    _create_assignments()


def downgrade() -> None:
    """Drop them."""
    for table in ("assignments", "leaves", "terms", "posts", "people", "places", "communities"):
        op.drop_table(table)
    drop_chassis_tables()


def _create_places() -> None:
    op.create_table(
        "communities",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("subdistrict_name", sa.String(60), nullable=False),
        sa.Column("city_name", sa.String(60), nullable=False),
    )
    op.create_table(
        "places",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("parent", sa.String(32)),
        sa.Column("is_aged", sa.Boolean, nullable=False),
        sa.Column("boundary", sa.String(500), nullable=False),
        sa.Column("path", Document, nullable=False),
        sa.Column("grid", sa.String(15)),
        sa.Column("courtyard", sa.String(32)),
        sa.Column("building", sa.String(32)),
        sa.Column("added_at", Moment, nullable=False),
    )
    op.create_index("places_in_order", "places", ["community", "rank", "code"])
    op.create_index("places_by_parent", "places", ["community", "parent"])


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("born_on", sa.Date),
        sa.Column("sex", sa.String(8), nullable=False),
        sa.Column("household", sa.String(32)),
        sa.Column("phone", Encrypted),
        sa.Column("elder_told", sa.Boolean, nullable=False),
    )
    op.create_index("people_by_household", "people", ["community", "household"])
    op.create_index("people_by_birth", "people", ["elder_told", "born_on"])


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("line", sa.String(12)),
        sa.Column("terms", Document, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("post_id", sa.Uuid, nullable=False),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("line", sa.String(12)),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("predecessor_id", sa.Uuid),
    )
    op.create_index("terms_by_place", "terms", ["community", "place", "kind"])
    op.create_index("terms_by_person", "terms", ["person_id"])
    op.create_table(
        "leaves",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("cancelled_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("leaves_by_person", "leaves", ["person_id", "ends_on"])


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("grid", sa.String(15)),
        sa.Column("path", Document, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("matter", Document, nullable=False),
        sa.Column("about_person", sa.Uuid),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("leader_id", sa.Uuid),
        sa.Column("leader_name", sa.String(40)),
        sa.Column("post", sa.String(24)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("assigned_at", Moment),
        sa.Column("gap_since", Moment),
        sa.Column("waiting", Document, nullable=False),
        sa.Column("waiting_since", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    has_gap = sa.text("gap_since IS NOT NULL OR waiting_since IS NOT NULL")
    op.create_index(
        "assignments_with_gaps",
        "assignments",
        ["community", "grid"],
        sqlite_where=has_gap,
        postgresql_where=has_gap,
    )
