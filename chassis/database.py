"""A service's database: engine, column types, and the tables that the chassis keeps in it."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from chassis.encrypted_columns import Encrypted as Encrypted
from chassis.encrypted_columns import EncryptedBytes as EncryptedBytes
from chassis.encrypted_columns import EncryptedDocument as EncryptedDocument
from chassis.encryption import use_keys as use_keys
from chassis.scope import NOWHERE, as_header, current_scope
from chassis.service_role import give_up_rights

log = logging.getLogger(__name__)


class Moment(TypeDecorator[datetime]):
    """A point in time: aware, UTC, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database: as UTC. Raises `ValueError` for a time without a zone, which could be any time."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive time: it says no zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database: aware again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value."""

Count = BigInteger().with_variant(Integer(), "sqlite")
"""A number that grows by itself (SQLite counts up only its INTEGER)."""


def chassis_tables(metadata: MetaData) -> None:
    """Add the tables of the chassis to a service's own."""
    Table(
        "outbox",
        metadata,
        Column("id", Count, primary_key=True, autoincrement=True),
        Column("message_id", Uuid, nullable=False),
        Column("community", String(12), nullable=False),
        Column("type", String(100), nullable=False),
        Column("heard", Boolean, nullable=False),
        Column("correlation", String(64), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("available_at", Moment, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("last_error", String(200)),
        # Without it SQLite would give out an id again once the table is empty, and the relay would pass it over.
        sqlite_autoincrement=True,
    )
    Table(
        "inbox",
        metadata,
        Column("consumer", String(60), primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("handled_at", Moment, nullable=False),
        Column("community", String(12), nullable=False),
        Index("inbox_by_age", "handled_at"),
    )
    Table(
        "timers",
        metadata,
        Column("name", String(80), primary_key=True),
        Column("ran_at", Moment),
        Column("held_until", Moment),
    )


class Database:
    """Connections to one service's database, SQLite or PostgreSQL.

    SQLite takes one writer at a time, and a greenlet that waited inside the database would stop the
    whole process: so writers queue up here, before they reach it.

    PostgreSQL is told with every transaction which communities it may touch: the scope of the work that opens it
    (`chassis/scope.py`). `as_owner` keeps the rights of whoever logs in, which only migrations need.
    """

    def __init__(self, url: str, *, pool_size: int = 5, as_owner: bool = False) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writing = threading.Lock()
        self.engine = self._sqlite(url) if self.is_sqlite else self._postgresql(url, pool_size)
        if not self.is_sqlite and not as_owner:
            event.listen(self.engine, "connect", give_up_rights)

    def _sqlite(self, url: str) -> Engine:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"check_same_thread": False}, **_options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql(self, url: str, pool_size: int) -> Engine:
        engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg2://"),
            pool_size=pool_size,
            max_overflow=pool_size,
            executemany_mode="values_plus_batch",
            connect_args={**NOTICES_SILENCE, "application_name": "hemei"},
            **_options,
        )
        event.listen(engine, "begin", _forget_scope)
        event.listen(engine, "before_cursor_execute", _tell_scope, retval=True)
        return engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or rolls back when the block raises."""
        if not self.is_sqlite:
            with self._scoped() as connection, connection.begin():
                yield connection
            return
        with self._writing, self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from; what is written on it is thrown away."""
        with self.engine.connect() if self.is_sqlite else self._scoped() as connection:
            yield connection

    def _scoped(self) -> Connection:
        return self.engine.connect().execution_options(within=as_header(current_scope() or NOWHERE))

    def see_that_walls_hold(self) -> None:
        """Whether we act in a role that row-level security holds for. Raises `RoleRefused` where we do not; a server
        that is away now is asked again with each connection."""
        try:
            self.engine.connect().close()
        except DBAPIError as error:
            log.warning("the database cannot be asked yet: %s", type(error).__name__)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


_options: dict[str, Any] = {
    "hide_parameters": True,  # an error's text would hold what a person wrote
    "json_serializer": lambda value: msgspec.json.encode(value).decode(),
    "json_deserializer": msgspec.json.decode,
}


NOTICES_SILENCE: dict[str, Any] = {
    "connect_timeout": 4,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How PostgreSQL's client connects, so that a server that vanished without a word (a machine without power, a firewall
that forgets) is noticed within half a minute. Left to itself Linux takes a quarter of an hour for what was sent, and
two hours for a connection that only listens."""


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE: it is switched off.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _forget_scope(connection: Connection) -> None:
    connection.info["is_told"] = False


def _tell_scope(
    connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """With the first statement of a transaction, so that it costs no way of its own; and for this transaction only, so
    that the next one on the same connection begins with nothing."""
    within = connection.get_execution_options().get("within")
    if within is None or connection.info["is_told"]:
        return statement, parameters
    connection.info["is_told"] = True
    if isinstance(parameters, dict):
        return f"{_WITHIN % '%(its_scope)s'}; {statement}", {**parameters, "its_scope": within}
    connection.exec_driver_sql(_WITHIN % "%(its_scope)s", {"its_scope": within})
    return statement, parameters


_WITHIN = "SELECT set_config('hemei.within', %s, true)"
