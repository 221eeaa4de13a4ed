"""What tests are built from: a service's migrated database, its unit of work, its door without a broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.migrate import migrate
from chassis.run import service_class
from chassis.unit_of_work import UnitOfWork, utc_now


def base_url(kind: str, request: Any, folder: Path) -> str:
    """Where to make databases: "sqlite" in `folder`, "postgresql" in the module's fresh database."""
    return f"sqlite:///{folder}" if kind == "sqlite" else str(request.getfixturevalue("fresh_database"))


@contextmanager
def service_database(service: str, base: str) -> Iterator[Database]:
    """The service's own database below `base`, migrated; its tables are emptied first where it existed."""
    use_keys((new_key(),))
    url = database_url_of(base, service)
    migrate(service, url)
    owner = Database(url, as_owner=True)
    database = Database(url)
    try:
        with owner.writing() as connection:
            if not owner.is_sqlite:  # what guards tables that are only added to: tests begin with empty ones
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in reversed(service_class(service).uow.metadata.sorted_tables):  # type: ignore[attr-defined]
                connection.execute(table.delete())
        owner.close()
        yield database
    finally:
        database.close()


def unit_of_work(service: str, database: Database) -> UnitOfWork:
    """A fresh unit of work as the service is given it."""
    storage = service_class(service).uow  # type: ignore[attr-defined]
    return UnitOfWork(database, storage.metadata, storage.repositories)


class At:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or utc_now()

    def __call__(self) -> datetime:
        """The time."""
        return self.now


def door(service: str, database: Database, *, settings: Any = None, clock: At | None = None) -> Any:
    """The service object with what nameko would give it, for calling its queries and handlers directly."""
    found = service_class(service)()
    found.uow = unit_of_work(service, database)
    found.reading = database.reading
    found.settings = settings
    found.clock = clock or At()
    return found
