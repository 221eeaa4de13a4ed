"""Steps are seen as soon as the grievance service's database shows them, and each of them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from benchmarks.recorded import Recorded


@pytest.fixture
def timeline(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The timeline of the grievance service, as far as it is read."""
    connection = sqlite3.connect(tmp_path / "grievance.db", isolation_level=None)
    connection.execute("CREATE TABLE timeline (id INTEGER PRIMARY KEY, grievance_id CHAR(32), what TEXT)")
    yield connection
    connection.close()


@pytest.fixture
def recorded(timeline: sqlite3.Connection, tmp_path: Path) -> Iterator[Recorded]:
    """What is measured with."""
    found = Recorded(f"sqlite:///{tmp_path}")
    yield found
    found.close()


def write(timeline: sqlite3.Connection, number: int, what: str) -> UUID:
    """A grievance gets so far."""
    grievance = uuid4()
    timeline.execute("INSERT INTO timeline VALUES (?, ?, ?)", (number, grievance.hex, what))
    return grievance


def test_a_dispatch_is_seen_once_it_is_recorded(timeline: sqlite3.Connection, recorded: Recorded) -> None:
    assert recorded.fresh() == []
    grievance = write(timeline, 1, "volunteer_offered")
    assert recorded.fresh() == [(grievance, "volunteer_offered")]


def test_steps_that_are_not_measured_are_left_out(timeline: sqlite3.Connection, recorded: Recorded) -> None:
    write(timeline, 1, "filed")
    assert recorded.fresh() == []


def test_a_row_that_becomes_visible_late_is_not_passed_over(timeline: sqlite3.Connection, recorded: Recorded) -> None:
    write(timeline, 7, "leader_assigned")
    recorded.fresh()
    late = write(timeline, 6, "volunteer_offered")
    assert (late, "volunteer_offered") in recorded.fresh()
