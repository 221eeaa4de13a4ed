"""Tables that are sent to be imported: in a form or as the body itself."""

import io
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.organization.schemas import ImportPeople, ImportPlaces
from gateway.uploads import AS_IT_IS
from tests.unit.gateway.conftest import FakeServices

PLACES = "/api/v1/communities/410181002011/places/import"
PEOPLE = "/api/v1/communities/410181002011/people/import"
TABLE = "编码,类型,名称,上级\n410181002011,community,陇海路社区,\n".encode("gbk")


@pytest.fixture(autouse=True)
def at_work(services: FakeServices) -> None:
    """The organization service stands."""
    services.answers["organization.ready"] = {"ready": True}


def command_of(services: FakeServices, call: str) -> dict[str, Any]:
    assert [asked[:2] for asked in services.asked] == [("organization", "ready"), ("organization", call)]
    return services.asked[1][2]


@pytest.mark.parametrize(
    ("route", "call", "shape"), [(PLACES, "import_places", ImportPlaces), (PEOPLE, "import_people", ImportPeople)]
)
def test_a_table_in_a_form_reaches_the_service_byte_for_byte(
    client: FlaskClient, services: FakeServices, route: str, call: str, shape: Any
) -> None:
    answer = client.post(route, data={"file": (io.BytesIO(TABLE), "地点.csv")})

    assert answer.status_code == 200
    command = command_of(services, call)
    assert b64decode(command["file"]) == TABLE
    assert shape().load(command) == {"community": "410181002011", "file": command["file"], "preview": False}


@pytest.mark.parametrize("type", AS_IT_IS)
def test_a_table_as_the_body_reaches_the_service_byte_for_byte(
    client: FlaskClient, services: FakeServices, type: str
) -> None:
    table = bytes(range(256))
    assert client.post(PLACES, data=table, headers={"Content-Type": type}).status_code == 200

    assert b64decode(command_of(services, "import_places")["file"]) == table


@pytest.mark.parametrize(
    ("query", "preview"), [("?preview=true", True), ("?preview=1", True), ("?preview=false", False), ("", False)]
)
def test_a_preview_is_asked_for_in_the_address(
    client: FlaskClient, services: FakeServices, query: str, preview: bool
) -> None:
    client.post(PLACES + query, data=TABLE, headers={"Content-Type": "text/csv"})

    assert command_of(services, "import_places")["preview"] is preview


def test_an_import_is_waited_for_longer_than_the_question_whether_anybody_is_there(
    client: FlaskClient, services: FakeServices
) -> None:
    client.post(PLACES, data=TABLE, headers={"Content-Type": "text/csv"})

    short, long = services.patience
    assert short is not None
    assert long is not None
    assert short < 4 < 60 < long


@pytest.mark.parametrize("absence", [Unavailable(), {"ready": False}])
def test_where_nobody_is_there_the_answer_is_503_and_nothing_is_sent(
    client: FlaskClient, services: FakeServices, absence: Any
) -> None:
    services.answers["organization.ready"] = absence

    assert client.post(PLACES, data=TABLE, headers={"Content-Type": "text/csv"}).status_code == 503
    assert [asked[1] for asked in services.asked] == ["ready"]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"", "headers": {"Content-Type": "text/csv"}},
        {"data": {"file": (io.BytesIO(b""), "empty.csv")}},
        {"data": {"note": "no file"}, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"not multipart at all", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ],
)
def test_an_upload_without_a_file_is_400(client: FlaskClient, services: FakeServices, sent: dict[str, Any]) -> None:
    answer = client.post(PLACES, **sent)

    assert (answer.status_code, answer.json["error"]) == (400, "file_missing")
    assert services.asked == []


@pytest.mark.parametrize("type", ["", "application/json", "application/pdf", "application/x-www-form-urlencoded"])
def test_a_file_of_another_type_is_415_naming_those_that_are_read(client: FlaskClient, type: str) -> None:
    answer = client.post(PLACES, data=b"{}", headers={"Content-Type": type, "Accept-Language": "en"})

    assert answer.status_code == 415
    assert "text/csv" in answer.json["message"]


@pytest.mark.parametrize("query", ["?preview=perhaps", "?previw=true"])
def test_a_preview_that_is_neither_yes_nor_no_is_422(client: FlaskClient, services: FakeServices, query: str) -> None:
    assert client.post(PLACES + query, data=TABLE, headers={"Content-Type": "text/csv"}).status_code == 422
    assert services.asked == []


def test_a_table_may_be_larger_than_other_bodies_up_to_a_limit_of_its_own(
    open_door: Callable[..., Flask], services: FakeServices
) -> None:
    client = open_door(import_limit=300_000).test_client()

    def status(size: int, **how: Any) -> int:
        return client.post(PLACES, data=b"x" * size, headers={"Content-Type": "text/csv"}, **how).status_code

    assert status(300_000) == 200
    assert status(300_001) == 413
    form = {"file": (io.BytesIO(b"x" * 300_001), "large.csv")}
    assert client.post(PLACES, data=form).status_code == 413


def test_many_volunteers_may_take_more_room_than_one(client: FlaskClient, services: FakeServices) -> None:
    one = {"name": "李志强" * 10, "home_place": "41018100201100101", "skills": ["搬运" * 10, "电工"]}
    many = {"community": "410181002011", "volunteers": [one] * 2000}

    assert client.post("/api/v1/volunteers/bulk", json=many).status_code == 201
    ids = [volunteer["id"] for volunteer in services.command["volunteers"]]
    assert len(set(ids)) == 2000
