"""Pairings as the office arranges them: found, set up, handed over, ended; why somebody is helped only when asked."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
ID, PERSON, HELPER = (
    "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "6fa459ea-ee8a-4ca4-894e-db77e160355e",
)
PAIRING = {
    "id": ID, "community": COMMUNITY, "beneficiary_id": PERSON, "beneficiary": "王秀英", "place": COMMUNITY,
    "place_name": "陇海花苑", "help_type": "care", "volunteer_id": None, "helper": None, "cadence_days": 30,
    "due_on": "2026-11-01", "last_contact_on": None, "is_overdue": True, "state": "active", "ended_on": None,
    "end_reason": None, "helpers": [], "contacts": [],
}  # fmt: skip
WHOM = {"id": PERSON, "community": COMMUNITY, "name": "王秀英", "household": None, "posts": []}
FORM = {**WORD, "person_id": PERSON, "volunteer_id": HELPER, "help_type": "care", "cadence_days": "14", "hardship": ""}


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 50}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    services.answers |= {
        "list_pairings": page_of(PAIRING), "get_pairing": PAIRING, "set_up_pairing": PAIRING, "get_person": WHOM,
        "hand_over_pairing": PAIRING, "end_pairing": PAIRING, "list_people": page_of(WHOM),
        "list_volunteers": page_of({"id": HELPER, "name": "赵志愿"}), "get_place": {"path": []},
        "get_hardship": {"id": ID, "community": COMMUNITY, "beneficiary_id": PERSON, "hardship": "低保",
                         "end_note": None},
    }  # fmt: skip
    return services


def test_those_without_a_helper_are_marked_and_the_list_is_narrowed(
    office: FlaskClient, services: FakeServices
) -> None:
    page = office.get("/office/pairings?overdue=true&help_type=care").text
    assert "没有帮扶人" in page
    asked = services.told("list_pairings")
    assert (asked["state"], asked["overdue"], asked["help_type"]) == ("active", True, "care")


def test_whom_to_help_is_found_by_name_then_paired(office: FlaskClient, services: FakeServices) -> None:
    assert PERSON in office.get("/office/pairings/new?q=秀英").text
    assert "赵志愿" in office.get(f"/office/pairings/new?person_id={PERSON}").text
    answer = office.post("/office/pairings/new", data=FORM)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, f"/office/pairings/{ID}")
    asked = services.told("set_up_pairing")
    assert (asked["cadence_days"], asked["hardship"], asked["volunteer_id"]) == (14, None, HELPER)


def test_a_pairing_that_is_refused_keeps_what_was_chosen(office: FlaskClient, services: FakeServices) -> None:
    services.answers["set_up_pairing"] = Conflict()
    answer = office.post("/office/pairings/new", data={**FORM, "cadence_days": "14"})
    assert answer.status_code == 409
    assert 'value="14"' in answer.text
    assert office.post("/office/pairings/new", data={**FORM, "cadence_days": "often"}).status_code == 422


def test_why_somebody_is_helped_is_read_only_when_it_is_asked_for(office: FlaskClient, services: FakeServices) -> None:
    assert "低保" not in office.get(f"/office/pairings/{ID}").text
    assert "get_hardship" not in [call for _, call, _ in services.asked]
    assert "低保" in office.post(f"/office/pairings/{ID}/hardship", data=WORD).text


def test_a_pairing_is_handed_over_and_ended(office: FlaskClient, services: FakeServices) -> None:
    office.post(f"/office/pairings/{ID}/hand-over", data={**WORD, "volunteer_id": HELPER})
    assert services.told("hand_over_pairing")["volunteer_id"] == HELPER
    office.post(f"/office/pairings/{ID}/end", data={**WORD, "reason": "asked", "note": ""})
    ended = services.told("end_pairing")
    assert (ended["reason"], ended["note"]) == ("asked", None)


@pytest.mark.parametrize("role", ["volunteer", "grid_leader", "doctor", "viewer"])
def test_nobody_else_looks_at_them(office: FlaskClient, services: FakeServices, role: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY, subject="anybody"))
    for path in ("", "/new", f"/{ID}"):
        assert office.get(f"/office/pairings{path}").status_code in (403, 404)
    assert office.post(f"/office/pairings/{ID}/hardship", data=WORD).status_code in (403, 404)
