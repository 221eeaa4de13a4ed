"""A service small enough to test the chassis with: things that are counted, and what was done about them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, func, insert, inspect, select

from chassis.database import Count, Database, Document, Encrypted, Moment, chassis_tables
from chassis.migrate import create_chassis_tables
from chassis.repository import Register, Repository
from chassis.service_role import prepare_service_role
from chassis.unit_of_work import UnitOfWork
from chassis.walls import wall_off, wall_off_chassis
from contracts.errors import NotFound
from contracts.grievance.events import GrievanceResolved

COMMUNITY = "410181002011"
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)

metadata = MetaData()
chassis_tables(metadata)

things = Table(
    "things",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community", String(12), nullable=False),
    Column("name", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    Column("tags", Document, nullable=False),
    Column("parts", Document, nullable=False),
    Column("note", Document),
    Column("secret", Encrypted),
    Column("made_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("id", Count, primary_key=True, autoincrement=True),
    Column("cause", Uuid, nullable=False),
)

known = Table(
    "known",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(20), nullable=False),
)


class State(StrEnum):
    """How far a thing has come."""

    NEW = "new"
    DONE = "done"


@dataclass
class Part:
    """Something that a thing holds."""

    number: int
    at: datetime


@dataclass
class Thing:
    """Something with a name."""

    id: UUID
    community: str
    name: str
    state: State
    made_at: datetime
    tags: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    note: Part | None = None
    secret: str | None = None

    def finished(self, now: datetime) -> GrievanceResolved:
        """It is done."""
        self.state = State.DONE
        return resolved(self.id, now)


class ThingNotFound(NotFound):
    """There is no such thing."""

    code = "thing_not_found"
    zh, en = "没有这件东西", "There is no such thing"


class Things(Repository[Thing]):
    """The things."""

    table = things
    aggregate = Thing
    missing = ThingNotFound


class Effects(Register):
    """What was done."""

    def add(self, cause: UUID) -> None:
        """Something was done because of this."""
        self.connection.execute(insert(effects).values(cause=cause))


class Known(Register):
    """What others told."""

    def remember(self, rows: list[dict[str, Any]]) -> None:
        """Keep it."""
        self.upsert(known, rows, keys=["code"])


REPOSITORIES: Mapping[str, type[Register]] = {"things": Things, "effects": Effects, "known": Known}


def thing(name: str = "a chair", **more: Any) -> Thing:
    """A new thing."""
    given: dict[str, Any] = {"id": uuid4(), "community": COMMUNITY, "name": name, "state": State.NEW, "made_at": NOON}
    return Thing(**given | more)


def resolved(id: UUID, now: datetime = NOON) -> GrievanceResolved:
    """An event about a thing."""
    return GrievanceResolved(community=COMMUNITY, grievance_id=id, resolved_at=now)


def work(database: Database, committed: Callable[[], None] = lambda: None) -> UnitOfWork:
    """A fresh unit of work."""
    return UnitOfWork(database, metadata, REPOSITORIES, committed=committed)


def rows(database: Database, table: str) -> list[Any]:
    """What a table holds, in the order of its key."""
    found = metadata.tables[table]
    with database.reading() as connection:
        return list(connection.execute(select(found).order_by(*found.primary_key.columns)))


def count(database: Database, table: str) -> int:
    """How much a table holds."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one())


def causes(database: Database) -> list[UUID]:
    """Why things were done, in the order they were."""
    return [row.cause for row in rows(database, "effects")]


@contextmanager
def thing_database(url: str) -> Iterator[Database]:
    """The service's database, empty: made where it is new, emptied where an earlier test has used it."""
    owner = Database(url, as_owner=True)
    with owner.writing() as connection, Operations.context(MigrationContext.configure(connection)):
        if inspect(connection).has_table("outbox"):
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
        else:
            create_chassis_tables()
            wall_off_chassis()
            metadata.create_all(connection, tables=[things, effects, known])
            wall_off("things")
            if not owner.is_sqlite:
                prepare_service_role(connection)
    owner.close()
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
