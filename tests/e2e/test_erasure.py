"""Somebody asks for what is kept of them, and then that it be removed: everywhere, and what is late changes nothing."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.e2e.communities import ELDER, LEADER, Community, enrol, found, sheet_of_people
from tests.e2e.door import Door
from tests.e2e.systems import Distributed, System
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

SERVICES = ("organization", "volunteer", "grievance", "health", "partner", "operations", "accounts")


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


def erased(door: Door, id: str, within: float = 20.0) -> dict[str, Any]:
    """The erasure of somebody, once every service has answered."""

    def complete() -> dict[str, Any]:
        told: dict[str, Any] = door.get(f"people/{id}/erasure")
        assert told["complete"], told
        return told

    return eventually(complete, within=within)


def test_an_export_holds_what_every_service_keeps_by_class_and_is_on_record(door: Door, elder: str) -> None:
    told = door.get(f"people/{elder}/export")
    parts = {(one["service"], part["kept_in"], part["class"]): part for one in told["services"] for part in one["kept"]}
    assert parts["organization", "people", "ordinary"]["rows"][0]["name"] == ELDER
    assert parts["organization", "people", "contact"]["rows"] == [{"phone": "10000000004"}]
    assert parts["health", "elder_records", "sensitive_health"]["rows"][0]["record"]["allergies"] == ["青霉素"]
    assert parts["health", "elder_records", "sensitive_health"]["kept_for"]["zh"]
    entries = [entry for entry in door.every("audit/reads", subject=elder) if entry["route"].endswith("/export")]
    assert [(entry["why"], "sensitive_health" in entry["what"]) for entry in entries] == [("export", True)]


def test_an_erasure_reaches_every_service_and_its_record_becomes_complete(
    door: Door, community: Community, elder: str
) -> None:
    asked = door.post(f"people/{elder}/erase", {"reason": "asked_by_person"}, status=201)
    assert asked["reason"] == "asked_by_person"
    told = erased(door, elder)
    assert all(service["erased_at"] for service in told["services"])
    assert door.http.get(f"people/{elder}").status_code == 404
    assert door.http.get(f"elder-records/{elder}").status_code == 404
    assert ELDER not in {one["name"] for one in door.every("people", community=community.code)}
    rows = [part["rows"] for one in door.get(f"people/{elder}/export")["services"] for part in one["kept"]]
    assert ELDER not in json.dumps(rows, ensure_ascii=False)
    assert "青霉素" not in json.dumps(rows, ensure_ascii=False)


def test_no_row_of_any_service_names_whoever_was_erased(system: System, door: Door, community: Community) -> None:
    name = f"钱㐂{community.code}"
    sheet = sheet_of_people(community, True).decode().replace(ELDER, name).replace("10000000004", "13977715559")
    files = {"file": ("people.csv", sheet.encode())}
    assert door.http.post(f"communities/{community.code}/people/import", files=files).status_code == 200
    elder = community.people[ELDER]
    eventually(lambda: _is_called(door, elder, name), within=20)
    assert found_in(system, name), "the search finds what is there"
    door.post(f"people/{elder}/erase", {"reason": "asked_by_person"}, status=201)
    erased(door, elder)
    eventually(lambda: _is_nowhere(system, name), within=20)


def test_a_volunteer_is_exported_and_erased_and_leads_to_nobody(door: Door, community: Community) -> None:
    enrol(door, community, ("欧阳丹",))
    id = community.volunteers["欧阳丹"]
    kept = {one["service"]: one["kept"] for one in door.get(f"people/{id}/export")["services"]}
    assert "欧阳丹" in json.dumps(kept["volunteer"], ensure_ascii=False)
    door.post(f"people/{id}/erase", {"reason": "asked_by_person"}, status=201)
    told = {service["service"]: service for service in erased(door, id)["services"]}
    assert [each["code"] for each in told["volunteer"]["kept"]] == ["service_record"]
    assert door.get(f"volunteers/{id}")["name"] == "已删除"


def test_a_case_filed_by_telephone_alone_is_exported_erased_and_stays_as_a_figure(
    system: System, door: Door, community: Community
) -> None:
    elder, words = community.people[ELDER], f"膝盖肿痛{community.code}"
    person = {"name": ELDER, "phone": "10000000004"}
    id = door.file(community.code, community.home, "elder_care", description=words, contact=person, channel="phone")
    others = door.file(community.code, community.home, "elder_care", description="别人的话")
    door.when(id, lambda case: case["visit"], within=30)
    kept = {one["service"]: one["kept"] for one in door.get(f"people/{elder}/export")["services"]}
    assert words in json.dumps(kept["grievance"], ensure_ascii=False)
    assert "别人的话" not in json.dumps(kept["grievance"], ensure_ascii=False)
    door.post(f"people/{elder}/erase", {"reason": "asked_by_person"}, status=201)
    told = {service["service"]: service for service in erased(door, elder)["services"]}
    assert [each["code"] for each in told["grievance"]["kept"]] == ["figures_of_the_case"]
    case = door.get(f"grievances/{id}")
    assert (case["description"], case["contact"], case["place"]) == ("", None, community.building)
    assert door.get(f"grievances/{others}")["description"] == "别人的话"
    assert door.http.post("receipts/follow", json={"receipt": case["receipt"], "phone": "10000000004"}).is_error


def _is_called(door: Door, elder: str, name: str) -> None:
    assert door.get(f"elder-records/{elder}")["name"] == name


def _is_nowhere(system: System, name: str) -> None:
    assert found_in(system, name) == []


def found_in(system: System, word: str) -> list[str]:
    """The tables of all services in which a row holds this word."""
    return [f"{service}.{table}" for service in SERVICES for table, row in rows_of(system, service) if word in row]


def rows_of(system: System, service: str) -> Iterator[tuple[str, str]]:
    """Every row of a service's tables, outbox and dead letters too, as text."""
    if isinstance(system, Distributed):
        named = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        opened: Any = psycopg2.connect(f"{system.environment['DATABASE_URL']}_{service}")
    else:
        named = "SELECT name FROM sqlite_master WHERE type = 'table'"
        opened = sqlite3.connect(Path(system.environment["DATA"]) / f"{service}.db", timeout=30)
    with closing(opened) as connection:
        cursor = connection.cursor()
        cursor.execute(named)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, " ".join(_text(cell) for cell in row)


def _text(cell: Any) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode(errors="replace")
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, list | dict) else str(cell)


def test_whoever_holds_a_post_is_refused_and_nothing_is_removed(door: Door, community: Community) -> None:
    leader = community.people[LEADER]
    answer = door.http.post(f"people/{leader}/erase", json={"reason": "asked_by_person"})
    assert (answer.status_code, answer.json()["error"]) == (409, "person_in_office")
    assert door.get(f"people/{leader}")["name"] == LEADER
    assert door.http.get(f"people/{leader}/erasure").status_code == 404


def test_at_the_terminal_an_export_is_for_one_reader_and_an_erasure_is_typed_twice(
    system: System, door: Door, elder: str, tmp_path: Path
) -> None:
    out = tmp_path / "export.json"
    written = system.run("person", "export", elder, "--out", str(out))
    assert written.returncode == 0, written.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))["id"] == elder
    again = system.run("person", "export", elder, "--out", str(out))
    assert again.returncode == 1
    refused = system.run("person", "erase", elder, "--reason", "moved_away")
    assert refused.returncode == 1
    assert door.get(f"people/{elder}")["id"] == elder
