"""The accounts service's own database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.fingerprints import use_secret
from chassis.migrate import migrate
from chassis.unit_of_work import UnitOfWork
from services.accounts.service import AccountsService
from tests.integration.accounts.desk import Clock, Desk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests need the server: servers are found before the first test."""
    for item in items:
        if (
            "accounts" in item.path.parts
            and getattr(item, "callspec", None)
            and item.callspec.params.get("address") == "postgresql"
        ):
            item.fixturenames.append("postgresql_server")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a migrated database of the accounts service."""
    if request.param == "sqlite":
        base = f"sqlite:///{Path(tmp_path_factory.mktemp('accounts'))}"
    else:
        base = request.getfixturevalue("fresh_database")
    url = database_url_of(base, "accounts")
    migrate("accounts", url)
    return url


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """The database, emptied."""
    use_keys((new_key(),))
    database = Database(address)
    with database.writing() as connection:
        for table in reversed(AccountsService.uow.metadata.sorted_tables):
            connection.execute(table.delete())
    yield database
    database.close()


@pytest.fixture
def uow(database: Database) -> UnitOfWork:
    """A unit of work as the service is given it."""
    return UnitOfWork(database, AccountsService.uow.metadata, AccountsService.uow.repositories)


@pytest.fixture
def clock() -> Clock:
    """The time, as the tests have it."""
    return Clock()


@pytest.fixture
def door(database: Database, uow: UnitOfWork, clock: Clock) -> Desk:
    """The service, asked as the gateway asks it, with its first administrator."""
    use_secret("a secret that is long enough to be none")
    return Desk(database, uow, clock)
