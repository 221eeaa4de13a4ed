"""Whoever is shown personal data is on record, and whoever changes the record is found out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.e2e.communities import Community, found
from tests.e2e.door import Door
from tests.e2e.systems import Distributed, System

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own, with one elder in it."""
    return found(door)


@pytest.fixture
def elder(door: Door, community: Community) -> str:
    """The elder, whose record holds findings."""
    (row,) = door.when_listed("elder-records", 1, community=community.code)
    changes = {"consent_on": "2026-05-01", "record": {"smoking": "never", "allergies": ["青霉素"]}}
    answer = door.http.patch(f"elder-records/{row['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    return str(row["id"])


def reads_of(door: Door, subject: str, what: str) -> list[dict[str, Any]]:
    """What the audit says of somebody's data of a class, the first first."""
    return [entry for entry in door.every("audit/reads", subject=subject)[::-1] if entry["what"] == what]


def test_reading_an_elders_record_leaves_an_entry(door: Door, community: Community, elder: str) -> None:
    assert reads_of(door, elder, "health") == []
    answer = door.http.get(f"elder-records/{elder}", headers={"X-Purpose": "phone_call", "X-Correlation-Id": "here-1"})
    assert answer.json()["record"]["allergies"] == ["青霉素"]
    door.get(f"elder-records/{elder}")
    first, second = reads_of(door, elder, "health")
    assert (first["community"], first["subjects"]) == (community.code, [elder])
    assert (first["why"], first["correlation"]) == ("phone_call", "here-1")
    assert first["route"] == "GET /api/v1/elder-records/<id:id>"
    assert (second["number"], second["why"]) == (first["number"] + 1, "visit")


def test_lists_without_findings_leave_no_entry(door: Door, community: Community, elder: str) -> None:
    before = door.get("audit/reads", community=community.code)["total"]
    door.get("elder-records", community=community.code)
    door.get("visits", community=community.code)
    after = door.get("audit/reads", community=community.code)["total"]
    assert after == before + 1, "only the look at the audit itself"


def test_a_contact_is_on_record_when_it_is_shown_and_only_then(door: Door, community: Community) -> None:
    contact = {"name": "王秀英", "phone": "13800000000"}
    known = door.file(community.code, community.building, "other", contact=contact)
    nameless = door.file(community.code, community.building, "other", contact=contact, anonymous=True)
    door.case(known)
    door.case(nameless)
    door.get("grievances", community=community.code)
    assert len(reads_of(door, known, "contact")) == 1
    assert reads_of(door, nameless, "contact") == []


def test_reading_the_audit_is_itself_on_record(door: Door, elder: str) -> None:
    door.get("audit/reads", subject=elder)
    entry = reads_of(door, elder, "audit")[0]
    assert (entry["why"], entry["subjects"], entry["route"]) == ("audit", [elder], "GET /api/v1/audit/reads")


def test_a_row_that_was_changed_in_the_database_is_named(
    system: System, door: Door, community: Community, elder: str
) -> None:
    for _ in range(5):
        door.get(f"elder-records/{elder}")
    whole = system.run("audit", "verify", "--community", community.code)
    assert whole.returncode == 0, whole.stdout + whole.stderr

    third = reads_of(door, elder, "health")[2]["number"]
    with changed(system, community.code, third):
        broken = system.run("audit", "verify", "--community", community.code)
        everywhere = system.run("audit", "verify")
    assert broken.returncode == everywhere.returncode == 1
    assert f"第 {third} 条被改动过" in broken.stdout
    assert community.code in everywhere.stdout

    again = system.run("audit", "verify")
    assert again.returncode == 0, again.stdout + again.stderr


def test_the_terminal_shows_who_read_what(system: System, door: Door, elder: str) -> None:
    door.get(f"elder-records/{elder}")
    told = system.run("audit", "list", "--subject", elder)
    assert told.returncode == 0, told.stderr
    assert "health" in told.stdout
    assert elder in told.stdout


@contextmanager
def changed(system: System, community: str, number: int) -> Iterator[None]:
    """An entry says that somebody else had read, until the block ends: by the hand of one who owns the database."""
    where = f"WHERE community = '{community}' AND number = {number}"
    [(account,)] = asked_of(system, f"SELECT account FROM audit_reads {where}")
    force(system, f"UPDATE audit_reads SET account = 'somebody-else' {where}")
    try:
        yield
    finally:
        force(system, f"UPDATE audit_reads SET account = '{account}' {where}")


@contextmanager
def database(system: System) -> Iterator[Any]:
    """The database of the accounts service."""
    if isinstance(system, Distributed):
        with closing(psycopg2.connect(f"{system.environment['DATABASE_URL']}_accounts")) as connection, connection:
            yield connection
    else:
        with closing(sqlite3.connect(Path(system.environment["DATA"]) / "accounts.db", timeout=30)) as connection:
            yield connection


def asked_of(system: System, question: str) -> list[Any]:
    """What the database answers."""
    with database(system) as connection:
        cursor = connection.cursor()
        cursor.execute(question)
        return list(cursor.fetchall())


def force(system: System, statement: str) -> None:
    """Have the statement done, with the guards switched off."""
    with database(system) as connection:
        if isinstance(system, Distributed):
            connection.cursor().execute(f"SET LOCAL session_replication_role = replica; {statement}")
            return
        guard = "SELECT sql FROM sqlite_master WHERE name = 'audit_reads_never_changed'"
        (made,) = connection.execute(guard).fetchone()
        connection.executescript(f"DROP TRIGGER audit_reads_never_changed; {statement}; {made};")
