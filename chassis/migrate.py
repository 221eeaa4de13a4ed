"""Schemas: each service's migrations, run with Alembic on SQLite and PostgreSQL."""

import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from sqlalchemy.engine import make_url

from chassis.database import Count, Database, Moment
from chassis.encryption import ring, taken_apart
from chassis.service_role import prepare_service_role

log = logging.getLogger(__name__)


def migrate(service: str, url: str, revision: str = "head") -> None:
    """Bring the service's database to its newest schema, or up to a revision, creating it where it does not exist."""
    if url.startswith("postgresql"):
        create_database(url)
    database = Database(url, pool_size=1, as_owner=True)
    try:
        with database.engine.connect() as connection:
            _open_all_walls(connection)
            # In a transaction of Alembic's own: SQLite's begin listener must not be in its way.
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(migrations_of(service)))
            config.set_main_option("path_separator", "os")
            command.upgrade(config, revision)
            if not database.is_sqlite:
                prepare_service_role(connection)
            connection.commit()
    finally:
        database.close()


def _open_all_walls(connection: sa.Connection) -> None:
    """A migration concerns the rows of all communities; with SQLite it also takes tables apart that others refer to."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT set_config('hemei.within', '*', false)"))
        connection.commit()
    else:
        # Before any transaction: within one SQLite would not listen.
        assert connection.connection.driver_connection is not None
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")


def migrations_of(service: str) -> Path:
    """The folder of a service's migrations."""
    package = import_module(f"services.{service}")
    assert package.__file__
    return Path(package.__file__).parent / "migrations"


def run_migrations() -> None:
    """What a service's `migrations/env.py` calls: run what is asked for on the connection that `migrate` opened."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


def create_database(url: str) -> None:
    """Create the PostgreSQL database where it does not exist."""
    address = make_url(url)
    server = sa.create_engine(
        address.set(drivername="postgresql+psycopg2", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    try:
        with server.connect() as connection:
            known = connection.execute(
                sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": address.database}
            )
            if known.scalar() is None:
                connection.execute(
                    sa.text(f"CREATE DATABASE \"{address.database}\" ENCODING 'UTF8' TEMPLATE template0")
                )
                log.info("created database %s", address.database)
    finally:
        server.dispose()


def create_chassis_tables() -> None:
    """For a service's first migration: outbox, inbox, timers."""
    op.create_table(
        "outbox",
        sa.Column("id", Count, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("community", sa.String(12), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("heard", sa.Boolean, nullable=False),
        sa.Column("correlation", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("available_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(200)),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(60), primary_key=True),
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("handled_at", Moment, nullable=False),
    )
    op.create_index("inbox_by_age", "inbox", ["handled_at"])
    op.create_table(
        "timers",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("ran_at", Moment),
        sa.Column("held_until", Moment),
    )
    if op.get_bind().dialect.name == "postgresql":
        _wake_the_relay()


def _wake_the_relay() -> None:
    """The commit itself tells the relay, so that it need not poll quickly."""
    op.execute(
        "CREATE FUNCTION tell_relay() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$"
    )
    op.execute("CREATE TRIGGER tell_relay AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell_relay()")
    # Rows live for milliseconds: without this the table's dead rows slow the relay down.
    op.execute("ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)")


def drop_chassis_tables() -> None:
    """The way back."""
    for table in ("timers", "inbox", "outbox"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tell_relay()")


def difference(service: str, url: str, metadata: sa.MetaData) -> list[Any]:
    """What the migrated database and the service's own description of it disagree on."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(url, pool_size=1, as_owner=True)
    try:
        with database.engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    finally:
        database.close()


AT_ONCE = 500
"""Rows that are encrypted between two looks at the table."""


def encrypt_columns(table: str, *columns: str, by: str) -> None:
    """For a migration: encrypt what stands in these text columns in plain words; `by` names the primary key. Needs the
    key ring where there is anything to encrypt. Raises `KeysRefused`."""
    _rewrite(table, columns, by, lambda text: text if taken_apart(text)[0] else ring().encrypt(text))


def decrypt_columns(table: str, *columns: str, by: str) -> None:
    """The way back. Raises `CannotDecrypt`."""
    _rewrite(table, columns, by, lambda text: ring().decrypt(text))


def _rewrite(name: str, columns: Sequence[str], by: str, anew: Callable[[str], str]) -> None:
    table = sa.table(name, sa.column(by), *(sa.column(column, sa.Text) for column in columns))
    key, connection = table.c[by], op.get_bind()
    after: list[sa.ColumnElement[bool]] = []
    while True:
        rows = connection.execute(sa.select(table).where(*after).order_by(key).limit(AT_ONCE)).all()
        if not rows:
            return
        for row in rows:
            said = {column: anew(text) for column in columns if (text := getattr(row, column))}
            if said:
                connection.execute(sa.update(table).where(key == getattr(row, by)).values(said))
        after = [key > getattr(rows[-1], by)]
