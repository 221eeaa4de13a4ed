"""Fixtures for all tests: RabbitMQ and PostgreSQL, with room of one's own in each."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chassis.scope import everywhere
from tests.servers import choice, postgresql, rabbitmq

SERVERS = {"postgresql_server": postgresql.ways, "rabbitmq_server": rabbitmq.ways}
FOUND = pytest.StashKey[dict[str, "choice.Server | str"]]()
"""Each server asked for by the tests at hand, or the reason why there is none."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Find the servers that the collected tests ask for: before them, because a test's time limit is shorter."""
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    found = session.config.stash.setdefault(FOUND, {})
    if not session.config.option.collectonly:
        found.update({fixture: _find(fixture) for fixture in SERVERS if fixture in asked})


def _find(fixture: str) -> "choice.Server | str":
    try:
        return choice.obtain(SERVERS[fixture](os.environ), choice.allowed_ways(os.environ))
    except (choice.Unobtainable, choice.WrongAddress) as reason:
        return f"{fixture}: {reason}"


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say where each server comes from."""
    return [
        found if isinstance(found, str) else f"{fixture}: {found.origin}"
        for fixture, found in config.stash.get(FOUND, {}).items()
    ]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    for found in config.stash.get(FOUND, {}).values():
        if not isinstance(found, str):
            found.stop()


@pytest.fixture(autouse=True)
def _the_test_itself_looks_everywhere() -> Iterator[None]:
    """What a test puts into a database and finds there by its own hand is of any community; work that is tested sets
    its own scope."""
    with everywhere():
        yield


def _server(config: pytest.Config, fixture: str) -> choice.Server:
    known = config.stash.setdefault(FOUND, {})
    if fixture not in known:
        known[fixture] = _find(fixture)
    found = known[fixture]
    if isinstance(found, str):
        choice.refuse(found, os.environ)
    return found


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig: pytest.Config) -> choice.Server:
    """A PostgreSQL server on which databases can be created."""
    server = _server(pytestconfig, "postgresql_server")
    postgresql.sweep(server.url, datetime.now(UTC))
    return server


@pytest.fixture(scope="session")
def rabbitmq_server(pytestconfig: pytest.Config) -> choice.Server:
    """A RabbitMQ server."""
    server = _server(pytestconfig, "rabbitmq_server")
    rabbitmq.sweep(server.control, datetime.now(UTC))
    return server


@pytest.fixture(scope="session")
def postgres_url(postgresql_server: choice.Server) -> str:
    """Address of the server's maintenance database: for creating others, not for tables."""
    return postgresql_server.url


@pytest.fixture(scope="session")
def broker_url(rabbitmq_server: choice.Server) -> Iterator[str]:
    """Address of a virtual host made for this test run."""
    with rabbitmq.fresh_vhost(rabbitmq_server) as url:
        yield url


@pytest.fixture(scope="module")
def fresh_broker(rabbitmq_server: choice.Server) -> Iterator[str]:
    """Address of a virtual host made for this test module: where queues of other modules would disturb."""
    with rabbitmq.fresh_vhost(rabbitmq_server) as url:
        yield url


@pytest.fixture(scope="module")
def fresh_database(postgres_url: str) -> Iterator[str]:
    """Address of an empty database made for this test module, usable as DATABASE_URL.

    The services' own databases beside it (`<name>_<service>`) are dropped with it.
    """
    with postgresql.fresh_database(postgres_url) as url:
        yield url
