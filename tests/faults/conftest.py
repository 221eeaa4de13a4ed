"""Fixtures of the fault tests: a broker and a database of one's own to break, and small chains of processes."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.faults.chain import Chain, chain_over
from tests.servers import choice, postgresql, rabbitmq
from tests.servers.choice import NotPossible
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.servers.programs import install_then

Own = TypeVar("Own", OwnRabbitMQ, OwnPostgreSQL)


@contextmanager
def _running(make: Callable[[], Own], package: str) -> Iterator[Own]:
    """A server of our own, from programs that are installed here or, where that is allowed, now."""
    try:
        server = _made(make, package)
    except NotPossible as reason:
        choice.refuse(str(reason), os.environ)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _made(make: Callable[[], Own], package: str) -> Own:
    try:
        return make()
    except NotPossible:
        if "install" not in choice.allowed_ways(os.environ):
            raise
        return install_then(package, make)


@pytest.fixture(scope="session")
def own_rabbitmq() -> Iterator[OwnRabbitMQ]:
    """A RabbitMQ that nobody else uses: the tests may do with it as they like, and leave it running and well."""
    with _running(lambda: OwnRabbitMQ(rabbitmq.answer), "rabbitmq-server") as server:
        yield server


@pytest.fixture(scope="session")
def own_postgresql() -> Iterator[OwnPostgreSQL]:
    """A PostgreSQL that nobody else uses."""
    with _running(lambda: OwnPostgreSQL(postgresql.answer), "postgresql") as server:
        yield server


@pytest.fixture
def chain(tmp_path: Path, fresh_broker: str, fresh_database: str) -> Iterator[Chain]:
    """A chain on servers that others use too: only its processes and its network may be broken."""
    with chain_over(tmp_path, fresh_broker, fresh_database) as found:
        yield found


@pytest.fixture
def own_chain(tmp_path: Path, own_rabbitmq: OwnRabbitMQ, own_postgresql: OwnPostgreSQL) -> Iterator[Chain]:
    """A chain on servers of its own, to be broken too."""
    with chain_over(tmp_path, own_rabbitmq.url, own_postgresql.url) as found:
        yield found
