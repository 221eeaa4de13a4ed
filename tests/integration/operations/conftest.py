"""Fixtures of the operations service's integration tests: its door on both databases, and both brokers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.database import Database
from tests.integration.chassis.brokers import InProcess, Rabbit, World
from tests.integration.chassis.things import thing_database
from tests.integration.operations.desk import Desk


@pytest.fixture
def desk(database_of: Callable[[str], Database]) -> Desk:
    """The operations service on each kind of database."""
    return Desk(database_of("operations"))


@pytest.fixture
def things(desk: Desk, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database of another service, of the same kind."""
    url = f"sqlite:///{tmp_path}/things.db" if desk.database.is_sqlite else request.getfixturevalue("fresh_database")
    with thing_database(url) as found:
        yield found


@pytest.fixture(params=["in process", "RabbitMQ"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each broker in turn."""
    found: World = (
        InProcess(tmp_path) if request.param == "in process" else Rabbit(request.getfixturevalue("fresh_broker"))
    )
    yield found
    found.close()
