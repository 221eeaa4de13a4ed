"""Fixtures of the chassis's integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.chassis.brokers import InProcess, Rabbit, World


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
