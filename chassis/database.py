"""A service's database: engine, column types, and the tables that the chassis keeps in it."""

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
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.encryption import KeyRing


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


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted in the database with the process's key ring."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Into the database: encrypted."""
        return None if value is None else ring().encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Out of the database: the text."""
        return None if value is None else ring().decrypt(value)


Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value."""

Count = BigInteger().with_variant(Integer(), "sqlite")
"""A number that grows by itself (SQLite counts up only its INTEGER)."""

_process_ring: list[KeyRing] = []


def use_keys(keys: tuple[str, ...]) -> None:
    """Set the key ring of this process. Raises `KeysRefused`."""
    _process_ring[:] = [KeyRing(keys)]


def ring() -> KeyRing:
    """The key ring of this process."""
    if not _process_ring:
        use_keys(())
    return _process_ring[0]


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
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writing = threading.Lock()
        self.engine = self._sqlite(url) if self.is_sqlite else self._postgresql(url, pool_size)

    def _sqlite(self, url: str) -> Engine:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"check_same_thread": False}, **_options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql(self, url: str, pool_size: int) -> Engine:
        return create_engine(
            url.replace("postgresql://", "postgresql+psycopg2://"),
            pool_size=pool_size,
            max_overflow=pool_size,
            executemany_mode="values_plus_batch",
            connect_args={"connect_timeout": 4, "application_name": "hemei"},
            **_options,
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or rolls back when the block raises."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._writing, self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from; what is written on it is thrown away."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


_options: dict[str, Any] = {
    "hide_parameters": True,  # an error's text would hold what a person wrote
    "json_serializer": lambda value: msgspec.json.encode(value).decode(),
    "json_deserializer": msgspec.json.decode,
}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE: it is switched off.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
