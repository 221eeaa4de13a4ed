"""Fixtures of the chassis's integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.database import Database, use_keys
from chassis.encryption import new_key
from tests.integration.chassis.brokers import InProcess, Rabbit, World
from tests.integration.chassis.things import thing_database


@pytest.fixture(params=["in process", "RabbitMQ"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each broker in turn."""
    found: World
    if request.param == "in process":
        found = InProcess(tmp_path)
    else:
        found = Rabbit(request.getfixturevalue("fresh_broker"))
    yield found
    found.close()


@pytest.fixture
def rabbit(fresh_broker: str) -> Iterator[Rabbit]:
    """RabbitMQ, where the embedded form has nothing like it."""
    found = Rabbit(fresh_broker)
    yield found
    found.close()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind in turn."""
    if request.param == "PostgreSQL":
        yield request.getfixturevalue("postgresql")
    else:
        use_keys((new_key(),))
        with thing_database(f"sqlite:///{tmp_path}/things.db") as found:
            yield found


@pytest.fixture
def postgresql_url(fresh_database: str) -> str:
    """Address of the database that the tests of a module use one after another."""
    return fresh_database


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    use_keys((new_key(),))
    with thing_database(postgresql_url) as found:
        yield found
