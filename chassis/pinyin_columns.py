"""First letters of names in pinyin: what a migration does so that rows from before are found by them."""

import sqlalchemy as sa
from alembic import op

from chassis.pinyin import MOST, initials_of_person

MOST_AT_ONCE = 5_000
"""Names whose letters are written with one statement."""


def add_initials(table: str) -> None:
    """Give a table with a column `name` of people one for the letters, which every row known so far is given. Each name
    is spelled once, and the rows are written by one statement: a city has millions of them."""
    op.add_column(table, sa.Column("initials", sa.String(MOST), nullable=False, server_default=""))
    named, connection = sa.table(table, sa.column("name"), sa.column("initials")), op.get_bind()
    spelled = sa.Table(
        f"{table}_spelled",
        sa.MetaData(),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("initials", sa.String, nullable=False),
        prefixes=["TEMPORARY"],
    )
    spelled.create(connection)
    names = connection.scalars(sa.select(named.c.name).distinct()).all()
    for start in range(0, len(names), MOST_AT_ONCE):
        rows = [{"name": name, "initials": initials_of_person(name)} for name in names[start : start + MOST_AT_ONCE]]
        connection.execute(sa.insert(spelled), rows)
    letters = sa.select(spelled.c.initials).where(spelled.c.name == named.c.name).scalar_subquery()
    connection.execute(sa.update(named).values(initials=letters))
    spelled.drop(connection)
