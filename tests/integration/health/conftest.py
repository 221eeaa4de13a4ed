"""The health service's own database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.migrate import migrate
from chassis.unit_of_work import UnitOfWork
from services.health.service import HealthService


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests need the server: servers are found before the first test."""
    for item in items:
        if (
            "health" in item.path.parts
            and getattr(item, "callspec", None)
            and item.callspec.params.get("address") == "postgresql"
        ):
            item.fixturenames.append("postgresql_server")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a migrated database of the health service."""
    if request.param == "sqlite":
        base = f"sqlite:///{Path(tmp_path_factory.mktemp('health'))}"
    else:
        base = request.getfixturevalue("fresh_database")
    url = database_url_of(base, "health")
    migrate("health", url)
    return url


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """The database, emptied."""
    use_keys((new_key(),))
    database = Database(address)
    with database.writing() as connection:
        for table in reversed(HealthService.uow.metadata.sorted_tables):
            connection.execute(table.delete())
    yield database
    database.close()


@pytest.fixture
def uow(database: Database) -> UnitOfWork:
    """A unit of work as the service is given it."""
    return UnitOfWork(database, HealthService.uow.metadata, HealthService.uow.repositories)
