"""What may be shown of officials, portraits, and what editing the tree and the people needs."""

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, lazy_pinyin

from chassis.database import Moment
from chassis.walls import take_walls_down, wall_off

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """New tables, and columns that every row known so far is given a value for."""
    for table in ("places", "people"):
        op.add_column(table, sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("places", sa.Column("initials", sa.String(60), nullable=False, server_default=""))
    op.add_column("places", sa.Column("closed_on", sa.Date))
    op.add_column("people", sa.Column("left_on", sa.Date))
    _write_initials()
    op.create_table(
        "publications",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("phone_withheld", sa.Boolean, nullable=False),
        sa.Column("portrait", sa.Uuid),
        sa.Column("consent_recorded_by", sa.String(60)),
        sa.Column("consented_at", Moment),
        sa.Column("withdrawn_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("publications_by_id", "publications", ["id"], unique=True)
    op.create_index("publications_by_portrait", "publications", ["portrait"])
    op.create_table(
        "portraits",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("image", sa.Text, nullable=False),
    )
    op.create_index("portraits_by_id", "portraits", ["id"], unique=True)
    wall_off("publications", "portraits")


def downgrade() -> None:
    """The way back."""
    take_walls_down("publications", "portraits")
    op.drop_table("portraits")
    op.drop_table("publications")
    op.drop_column("people", "left_on")
    op.drop_column("places", "closed_on")
    op.drop_column("places", "initials")
    for table in ("places", "people"):
        op.drop_column(table, "version")


def _write_initials() -> None:
    """What places are found by (as `services.organization.persistence.names.initials_of`), of those there already."""
    places = sa.table("places", sa.column("name"), sa.column("initials"))
    connection = op.get_bind()
    for name in connection.scalars(sa.select(places.c.name).distinct()).all():
        initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()[:60]
        connection.execute(places.update().where(places.c.name == name).values(initials=initials))
