"""Walls between communities: what a migration does so that no row is seen, and none written, beyond a scope."""

import warnings
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chassis.scope import LEADING

WITHOUT_COMMUNITY = {
    "alembic_version": "the revision of the schema",
    "timers": "whose turn a timer is: names of methods",
    "operations.interventions": "what operators did to queues and dead letters of the whole system",
    "operations.touched": "which dead letters that was about: two ids",
    "operations.processes": "how processes stand",
    "operations.pauses": "which queues are paused",
    "operations.samples": "how long queues are",
    **dict.fromkeys(
        (
            "accounts.accounts",
            "accounts.grants",
            "accounts.sessions",
            "accounts.tries",
            "accounts.keys",
            "accounts.codes",
        ),
        "asked before it is known who may touch what; `community` there says what somebody holds, not whose the row is",
    ),
    "operations.steps": "what happened to messages: ids and names of types, read by operators only",
}
"""Tables that belong to no community, with the reason; of one service, or of each."""

KEYED_OTHERWISE = {
    "outbox": "read in the order in which it was told, whosever it is; the number is the database's own",
    "inbox": "the id of a message is one of the whole system, and was claimed before rows named a community",
    "grievance.timeline": "the number is the database's own, and SQLite counts up no key of two columns",
    "volunteer.hours": "the number is the database's own, and SQLite counts up no key of two columns",
}
"""Tables that carry the community like all others, and whose primary key does not begin with it."""

UNIQUE_IN_ALL = {
    "grievance.grievances.receipt": "a resident says the number and not the community",
    "id": "a row is found by its id alone: ids are made at random, or of others that are",
}
"""Columns that are unique by themselves, beside the primary key."""

POLICY = "within"

_SAID = "current_setting('hemei.within', true)"
_LEADING = ", ".join(f'"left"(community, {length})' for length in LEADING)

# The two commonest scopes first: they are decided without taking the text apart. Where nothing is set, all three are
# NULL, and NULL shows nothing.
_SEEN = (
    f"community = nullif({_SAID}, '') OR {_SAID} = '*'"
    f" OR ARRAY[community::text, {_LEADING}] && string_to_array({_SAID}, ',')"
)


def wall_off(*tables: str) -> None:
    """Let PostgreSQL show and take rows of these tables within the scope of a transaction only, whoever asks that is no
    superuser: the owner too."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY {POLICY} ON {table} USING ({_SEEN}) WITH CHECK ({_SEEN})")


def take_walls_down(*tables: str) -> None:
    """The way back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"DROP POLICY {POLICY} ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def lead_with_community(table: str, *key: str, is_found_by_id: bool = True) -> None:
    """Let the primary key of a table that carries the community begin with it; with an index of its own on the id, for
    a row that is found by it alone."""
    key_by(table, "community", *key)
    if is_found_by_id:
        op.create_index(f"{table}_by_id", table, ["id"], unique=True)


def key_by(table: str, *key: str) -> None:
    """Give a table this primary key in place of the one it has."""
    name = f"{table}_pkey"
    if op.get_bind().dialect.name == "sqlite":
        with warnings.catch_warnings():
            # Alembic copies the columns with the mark of the key that they had.
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            with op.batch_alter_table(table, recreate="always") as batch:
                batch.create_primary_key(name, list(key))
    else:
        op.drop_constraint(name, table, type_="primary")
        op.create_primary_key(name, table, list(key))


def drop_foreign_keys(*tables: str) -> None:
    """Take away what these tables say of the keys of others."""
    for table in tables:
        with op.batch_alter_table(table, naming_convention=_NAMES) as batch:
            for key in sa.inspect(op.get_bind()).get_foreign_keys(table):
                columns = key["constrained_columns"]
                batch.drop_constraint(key["name"] or _foreign_key(table, columns), type_="foreignkey")


def refer(table: str, columns: list[str], referred: str, key: list[str]) -> None:
    """Let rows of a table refer to rows of another by these columns."""
    with op.batch_alter_table(table) as batch:
        batch.create_foreign_key(_foreign_key(table, columns), referred, columns, key)


_NAMES = {"fk": "%(table_name)s_%(column_0_N_name)s_fkey"}
"""SQLite keeps no names of constraints that were given none."""


def _foreign_key(table: str, columns: list[str]) -> str:
    return f"{table}_{'_'.join(columns)}_fkey"


def add_community(table: str, found: str, *, left_over: str | None = "") -> None:
    """Let a table carry the community that the subselect `found` names for each of its rows; where it names none, the
    row gets `left_over`, or goes where that is None."""
    op.add_column(table, sa.Column("community", sa.String(12), nullable=True))
    op.execute(f"UPDATE {table} SET community = ({found})")
    fill_in(table, left_over)


def fill_in(table: str, left_over: str | None) -> None:
    """Let every row of a table name a community: one that names none gets `left_over`, or goes where that is None."""
    if left_over is None:
        op.execute(f"DELETE FROM {table} WHERE community IS NULL")
    else:
        op.execute(f"UPDATE {table} SET community = '{left_over}' WHERE community IS NULL")
    with op.batch_alter_table(table) as batch:
        batch.alter_column("community", existing_type=sa.String(12), nullable=False)


def wall_off_chassis() -> None:
    """Let the inbox name a community for every message from now on, and wall off inbox and outbox."""
    add_community("inbox", "NULL")
    wall_off("inbox", "outbox")


def take_walls_of_chassis_down() -> None:
    """The way back."""
    take_walls_down("inbox", "outbox")
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("community")


def unwalled(connection: sa.Connection) -> Sequence[str]:
    """Tables of this PostgreSQL database that carry a community and are not walled off, for whatever reason."""
    found = sa.text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'community'"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = :policy)) ORDER BY 1"
    )
    return connection.execute(found, {"policy": POLICY}).scalars().all()
