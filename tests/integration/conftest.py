"""Fixtures of the integration tests: databases of both kinds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from chassis.database import Database
from tests.building import base_url, service_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """`database_of("grievance")` gives that service's migrated, empty database: once on SQLite, once on PostgreSQL."""
    base = base_url(request.param, request, tmp_path)
    with ExitStack() as opened:
        yield lambda service: opened.enter_context(service_database(service, base))
