"""Who calls: asked of those who know people and those who keep cases, on record, for the office alone."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

CALLERS = f"/api/v1/communities/{COMMUNITY}/callers"
PERSON = {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "community": COMMUNITY, "name": "王秀英", "household": None}
CASE = {"id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "receipt": "20261128-0001-00019", "filed_by": "an-account"}
PHONE = {"phone": "138 0000 0000"}


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "total": len(items)}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    services.answers |= {"find_people_by_phone": page_of(PERSON), "list_of_caller": page_of(CASE)}


def recorded(services: FakeServices) -> list[Any]:
    return [command for _, call, command in services.asked if call == "record_reads"]


def test_who_calls_and_what_they_reported_is_told_and_that_it_was_looked_at_is_recorded(
    client: FlaskClient, services: FakeServices
) -> None:
    told = client.post(CALLERS, json=PHONE).json
    assert (told["people"], told["total"]) == ([PERSON], 1)
    assert told["matters"][0]["receipt"] == CASE["receipt"]
    assert "filed_by" not in told["matters"][0]
    for call in ("find_people_by_phone", "list_of_caller"):
        (command,) = [command for _, asked, command in services.asked if asked == call]
        assert (command["community"], command["phone"]) == (COMMUNITY, PHONE["phone"])
    (entry,) = recorded(services)
    assert (entry["why"], entry["reads"][0]["what"]) == ("phone_call", "contact")
    assert entry["reads"][0]["subjects"] == [PERSON["id"], CASE["id"]]
    assert "138" not in entry["route"]


def test_a_number_that_nobody_knows_is_recorded_as_well(client: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"find_people_by_phone": page_of(), "list_of_caller": page_of()}
    assert client.post(CALLERS, json=PHONE).json == {"community": COMMUNITY, "people": [], "matters": [], "total": 0}
    (entry,) = recorded(services)
    assert entry["reads"][0]["subjects"] == []


def test_nothing_is_told_that_could_not_be_recorded(client: FlaskClient, services: FakeServices) -> None:
    services.answers["record_reads"] = Unavailable(service="accounts")
    answer = client.post(CALLERS, json=PHONE)
    assert answer.status_code == 503
    assert PERSON["name"] not in answer.text


@pytest.mark.parametrize(
    ("role", "community", "status"),
    [
        ("office", COMMUNITY, 200),
        ("secretary", COMMUNITY, 200),
        ("office", "410181002012", 403),
        ("grid_leader", COMMUNITY, 403),
        ("administrator", "", 403),
    ],
)
def test_only_the_office_of_the_community_looks(
    client: FlaskClient, services: FakeServices, role: str, community: str, status: int
) -> None:
    services.who = signed_in(granted(role, community))
    assert client.post(CALLERS, json=PHONE).status_code == status


@pytest.mark.parametrize("phone", ["", "not a telephone", "1" * 21])
def test_what_is_no_telephone_is_refused_before_anybody_is_asked(
    client: FlaskClient, services: FakeServices, phone: str
) -> None:
    answer = client.post(CALLERS, json={"phone": phone})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["phone"])
    assert recorded(services) == []
