"""Who is let in while there are no accounts: a person at this machine, and no foreign web page in their browser."""

import inspect
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Forbidden
from gateway import access
from gateway.access import Visit
from tests.unit.gateway.conftest import FakeServices

THINGS = [
    thing
    for name, thing in inspect.getmembers(access, inspect.isfunction)
    if thing.__module__ == access.__name__ and not name.startswith("_")
]
HERE = Visit("127.0.0.1", "127.0.0.1:8000", "", False)


@pytest.mark.parametrize("may", THINGS, ids=lambda each: each.__name__)
def test_each_thing_is_open_to_this_machine_and_closed_to_others(may: Callable[[Visit], None]) -> None:
    may(HERE)
    with pytest.raises(Forbidden):
        may(HERE._replace(address="192.168.1.7"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000", ""])
def test_this_machine_has_many_names(address: str, host: str) -> None:
    access.read_grievances(Visit(address, host, "", False))


@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "0.0.0.0", "", "fe80::1", "localhost.evil.example"])
def test_another_machine_is_not_let_in(address: str) -> None:
    with pytest.raises(Forbidden):
        access.read_grievances(HERE._replace(address=address))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]:8000"])
def test_a_foreign_name_that_points_to_this_machine_is_not_let_in(host: str) -> None:
    with pytest.raises(Forbidden):
        access.read_grievances(HERE._replace(host=host))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9000", "https://127.0.0.1"])
def test_a_page_of_another_site_is_not_let_in(origin: str) -> None:
    with pytest.raises(Forbidden):
        access.file_grievances(HERE._replace(origin=origin))


def test_a_page_of_our_own_is_let_in() -> None:
    access.file_grievances(HERE._replace(origin="http://127.0.0.1:8000"))


def test_behind_a_guard_nobody_is_asked_where_they_come_from() -> None:
    access.read_grievances(Visit("10.0.0.1", "hemei.example", "https://other.example", True))


def test_the_refusal_is_403_and_no_service_is_asked(client: FlaskClient, services: FakeServices) -> None:
    answer = client.get("/api/v1/grievances", environ_overrides={"REMOTE_ADDR": "192.168.1.7"})

    assert (answer.status_code, answer.json["error"]) == (403, "not_from_here")
    assert services.asked == []


def test_who_may_not_come_in_is_not_told_what_is_wrong_with_the_body(client: FlaskClient) -> None:
    answer = client.post("/api/v1/grievances", data=b"{", environ_overrides={"REMOTE_ADDR": "192.168.1.7"})

    assert answer.status_code == 403


def test_every_documented_route_is_guarded(client: FlaskClient, standing: tuple[Flask, FakeServices]) -> None:
    id = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    for path, methods in standing[0].extensions["description"]["paths"].items():
        address = path.format(id=id, community="410181002011", place="410181002011001")
        for method in methods.keys() - {"parameters"}:
            answer = client.open(address, method=method.upper(), environ_overrides={"REMOTE_ADDR": "192.168.1.7"})
            assert answer.status_code == 403, (method, path)
