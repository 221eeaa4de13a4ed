"""The telephone rings: who calls and what they reported before stands beside the form, and what is open is joined."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.grievance.errors import StepForbidden
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_office import AT, CASE, CATEGORY, WORD, YARD, page_of

HOME = "41018100201100401010101"
PERSON = {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "community": COMMUNITY, "name": "王秀英", "household": HOME}
OPEN = {
    "id": "0b7d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f", "community": COMMUNITY, "category": "corridor_clutter",
    "place": YARD["code"], "status": "in_hand", "filed_at": AT, "respond_by": AT, "resolve_by": AT, "neighbours": 3,
}  # fmt: skip
GIVEN = {**WORD, "phone": "138 0000 0000", "description": "灯不亮", "key": "entry-1"}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    way = [
        {"code": code, "name": name} for code, name in ((COMMUNITY, "社区"), (YARD["code"], "陇海花苑"), (HOME, "户"))
    ]
    services.answers |= {
        "list_categories": page_of(CATEGORY),
        "list_places": page_of(YARD),
        "get_place": {"path": way, "name": "陇海花苑"},
        "find_people_by_phone": page_of(PERSON),
        "list_of_caller": page_of({**CASE, "came_as": "filer", "due_by": AT}),
        "list_nearby": page_of(OPEN, {**OPEN, "id": CASE["id"]}),
    }
    return services


def test_while_one_types_who_calls_appears_with_earlier_matters_and_who_handles_them(office: FlaskClient) -> None:
    panel = office.post("/office/new/caller", data=GIVEN, headers={"HX-Request": "true"}).text
    assert "<html" not in panel
    for shown in ("王秀英", CASE["receipt"], "楼道堆物", "已派单", "张网格", f"/leader/cases/{CASE['id']}"):
        assert shown in panel
    assert "138" not in panel


def test_without_scripts_the_button_shows_the_same_with_all_that_was_typed(office: FlaskClient) -> None:
    page = office.post("/office/new/caller", data=GIVEN).text
    for shown in ("<html", "王秀英", CASE["receipt"], "灯不亮", 'value="138 0000 0000"'):
        assert shown in page


def test_name_and_home_of_a_caller_are_taken_into_the_form(office: FlaskClient) -> None:
    page = office.post("/office/new/caller", data={**GIVEN, "take": PERSON["id"]}).text
    assert 'name="name" type="text" value="王秀英"' in page
    assert f'<option value="{YARD["code"]}" selected>' in page


@pytest.mark.parametrize("phone", ["", "138", "(0) 000 +", "no number at all, really"])
def test_half_a_number_is_not_looked_up(office: FlaskClient, services: FakeServices, phone: str) -> None:
    panel = office.post("/office/new/caller", data={**GIVEN, "phone": phone}, headers={"HX-Request": "true"})
    assert (panel.status_code, panel.text.strip()) == (200, "")
    assert not [call for _, call, _ in services.asked if call == "record_reads"]


def test_an_unknown_number_is_said_to_be_unknown(office: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"find_people_by_phone": page_of(), "list_of_caller": page_of()}
    panel = office.post("/office/new/caller", data=GIVEN, headers={"HX-Request": "true"}).text
    assert "名册里没有这个电话" in panel
    assert "这个电话没有反映过别的事" in panel
    assert not [call for _, call, _ in services.asked if call == "list_nearby"]  # nobody knows near what


def test_an_open_matter_near_by_is_joined_and_what_the_caller_reported_already_is_not_offered(
    office: FlaskClient, services: FakeServices
) -> None:
    page = office.post("/office/new/caller", data=GIVEN).text
    assert f"/office/new/me-too/{OPEN['id']}" in page
    assert f"/office/new/me-too/{CASE['id']}" not in page
    services.answers["join_for_caller"] = {
        "id": OPEN["id"],
        "receipt": "20261128-0001-00027",
        "neighbours": 4,
        "community": COMMUNITY,
        "neighbour": OPEN["id"],
    }
    answer = office.post(f"/office/new/me-too/{OPEN['id']}", data=GIVEN, follow_redirects=True)
    assert "20261128-0001-00027" in answer.text
    (command,) = [command for _, call, command in services.asked if call == "join_for_caller"]
    assert (command["id"], command["phone"]) == (OPEN["id"], GIVEN["phone"])


def test_a_matter_that_ended_meanwhile_is_not_joined_and_what_was_typed_stays(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["join_for_caller"] = StepForbidden(step="join", status="closed", allowed=[])
    answer = office.post(f"/office/new/me-too/{OPEN['id']}", data=GIVEN)
    assert answer.status_code == 409
    assert "灯不亮" in answer.text


def test_whoever_comes_back_to_its_address_is_led_to_the_form(office: FlaskClient) -> None:
    assert office.get("/office/new/caller").location == "/office/new"


def test_others_are_told_nothing(office: FlaskClient, services: FakeServices) -> None:
    for role in ("grid_leader", "resident", "administrator"):
        services.who = signed_in(granted(role, COMMUNITY))
        answer: Any = office.post("/office/new/caller", data=GIVEN)
        assert answer.status_code == 403
        assert "王秀英" not in answer.text
