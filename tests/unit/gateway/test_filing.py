"""Filing a grievance at the door: what is passed on, under which id and key."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from contracts.grievance.schemas import FileGrievance
from tests.unit.gateway.conftest import FakeServices, signed_in

ROUTE = "/api/v1/grievances"
FILED = {"id": "6a5c0dc6-6f0c-4e1c-9ed4-0b8d5a9a8b11", "receipt": "20260501-0001", "status": "filed"}


def test_a_grievance_is_passed_on_as_it_was_sent_with_an_id_made_at_the_door(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["file_grievance"] = FILED

    answer = client.post(ROUTE, json=new_grievance)

    assert answer.status_code == 201
    assert answer.json == FILED
    assert answer.headers["Location"] == f"/api/v1/grievances/{FILED['id']}"
    id = services.command["id"]
    assert UUID(id).version == 4
    where = {"community": new_grievance["community"], "code": new_grievance["place"]}
    assert services.asked == [
        ("organization", "get_place", where),
        ("grievance", "file_grievance", {**new_grievance, "id": id, "filed_by": signed_in()["account"]}),
    ]
    assert FileGrievance().load(services.command)["id"] == UUID(id)


def test_each_filing_gets_an_id_of_its_own(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    client.post(ROUTE, json=new_grievance)
    client.post(ROUTE, json=new_grievance)

    first, second = (command["id"] for _, call, command in services.asked if call == "file_grievance")
    assert first != second


def test_the_key_of_a_repeatable_filing_is_passed_on(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    answer = client.post(ROUTE, json=new_grievance, headers={"Idempotency-Key": "row-17/第一次".encode().hex()})

    assert answer.status_code == 201
    assert services.command["idempotency_key"] == "row-17/第一次".encode().hex()


def test_without_a_key_none_is_passed_on(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    client.post(ROUTE, json=new_grievance)

    assert "idempotency_key" not in services.command


@pytest.mark.parametrize("key", ["", "k" * 201, "two words", "é", "tab\there"])
def test_a_key_that_is_too_long_or_not_plain_ascii_is_refused(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], key: str
) -> None:
    answer = client.post(ROUTE, json=new_grievance, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["Idempotency-Key"]
    assert services.asked == []


@pytest.mark.parametrize("key", ["k", "k" * 200, "!~"])
def test_a_key_of_visible_ascii_up_to_200_characters_is_taken(
    client: FlaskClient, new_grievance: dict[str, Any], key: str
) -> None:
    assert client.post(ROUTE, json=new_grievance, headers={"Idempotency-Key": key}).status_code == 201


def test_the_same_key_with_another_body_is_a_conflict(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    class IdempotencyConflict(Conflict):
        code = "idempotency_conflict"

    services.answers["file_grievance"] = IdempotencyConflict()

    answer = client.post(ROUTE, json=new_grievance, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json["error"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize("character", ["汉", "😀"])
def test_a_description_of_ten_thousand_characters_fits_however_it_is_escaped(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], character: str
) -> None:
    answer = client.post(ROUTE, json=new_grievance | {"description": character * 10_000})  # escaped as \\uXXXX

    assert answer.status_code == 201
    assert services.command["description"] == character * 10_000


def test_a_longer_description_is_refused_naming_the_field(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    answer = client.post(ROUTE, json=new_grievance | {"description": "汉" * 10_001})

    assert answer.status_code == 422
    assert answer.json["fields"] == {"description": ["长度须在 1 到 10000 之间"]}
    assert services.asked == []


@pytest.mark.parametrize("name", ["id", "idempotency_key", "status", "receipt"])
def test_what_only_the_door_or_the_service_decides_cannot_be_sent(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], name: str
) -> None:
    answer = client.post(ROUTE, json=new_grievance | {name: FILED["id"]})

    assert answer.status_code == 422
    assert answer.json["fields"] == {name: ["没有这个字段"]}
    assert services.asked == []
