"""Fixtures of the end-to-end tests: the system in both forms, its door, and what it said where a test fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.door import Door
from tests.e2e.running import running_distributed, running_embedded
from tests.e2e.systems import Distributed, Embedded, System
from tests.servers import choice

FORMS = ("embedded", "distributed")


@pytest.fixture(scope="package")
def embedded_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The one-process form, its demo community filled."""
    with running_embedded(tmp_path_factory.mktemp("embedded")) as started:
        yield started


@pytest.fixture(scope="package")
def distributed_system(
    rabbitmq_server: choice.Server, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Distributed]:
    """The form with a process each, its demo community filled; its virtual host and databases are its own."""
    with running_distributed(tmp_path_factory.mktemp("distributed"), rabbitmq_server, postgres_url) as started:
        yield started


@pytest.fixture(params=FORMS)
def system(request: pytest.FixtureRequest) -> System:
    """The system, once in each form."""
    found: System = request.getfixturevalue(f"{request.param}_system")
    return found


@pytest.fixture
def door(system: System) -> Door:
    """A client of the system."""
    return system.door


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Show what the system's processes said where a test with one fails."""
    report = yield
    given = getattr(item, "funcargs", {})
    for started in {id(each): each for each in given.values() if isinstance(each, System)}.values():
        if report.failed:
            report.sections.append((f"what the {started.form} system said", started.said()))
    return report
