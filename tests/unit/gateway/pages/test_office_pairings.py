"""Pairings as the office arranges them: found, set up, handed over, ended; why somebody is helped only when asked."""

from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from gateway.pages.office.pairings import ENDS
from services.volunteer.domain.pairing import END_REASONS
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
VOLUNTEER = {"id": HELPER, "name": "赵志愿", "home_name": "交通庭院"}
HARDSHIP = "低保，独居"
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
        "list_volunteers": page_of(VOLUNTEER), "get_place": {"path": []},
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


# -- who helps


def page_of_many(total: int) -> dict[str, Any]:
    shown = [{**VOLUNTEER, "id": f"{number:08}-ee8a-4ca4-894e-db77e160355e"} for number in range(20)]
    return {"items": shown, "total": total, "page": 1, "page_size": 20}


def test_nobody_is_offered_as_a_helper_before_anybody_is_looked_for(
    office: FlaskClient, services: FakeServices
) -> None:
    page = office.get(f"/office/pairings/new?person_id={PERSON}").text
    assert 'name="helper"' in page
    assert "赵志愿" not in page
    assert 'name="hardship"' not in page
    assert 'name="helper"' in office.get(f"/office/pairings/{ID}").text
    assert "list_volunteers" not in [call for _, call, _ in services.asked]


def test_a_helper_is_looked_for_by_name_or_letters_and_twenty_are_offered_at_most(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_volunteers"] = page_of_many(57)
    page = office.get(f"/office/pairings/new?person_id={PERSON}&helper=zzy&help_type=care&cadence_days=14").text
    asked = services.told("list_volunteers")
    assert (asked["q"], asked["page_size"], asked["community"]) == ("zzy", 20, COMMUNITY)
    assert page.count("volunteer_id=") == 20
    assert page.count("help_type=care&amp;cadence_days=14") == 20
    assert "找到 57 人，只列出前 20 人" in page


def test_where_no_volunteer_is_called_so_it_says_so(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_volunteers"] = page_of()
    for page in (f"/office/pairings/new?person_id={PERSON}&helper=xyz", f"/office/pairings/{ID}?helper=xyz"):
        assert "没有找到这名志愿者。" in office.get(page).text


def test_the_form_names_the_helper_who_was_chosen_and_keeps_what_was_typed_before(
    office: FlaskClient, services: FakeServices
) -> None:
    chosen = f"person_id={PERSON}&volunteer_id={HELPER}&help_type=medical&cadence_days=14"
    page = office.get(f"/office/pairings/new?{chosen}").text
    assert "赵志愿" in page
    assert f'name="volunteer_id" value="{HELPER}"' in page
    assert '<option value="medical" selected>' in page
    assert 'value="14"' in page
    assert str(services.told("list_volunteers")["id"]) == HELPER
    assert "get_volunteer" not in [call for _, call, _ in services.asked], "their telephone is not needed"


def test_a_helper_who_is_not_known_here_is_looked_for_again(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_volunteers"] = page_of()
    page = office.get(f"/office/pairings/new?person_id={PERSON}&volunteer_id={HELPER}").text
    assert 'name="helper"' in page
    assert 'name="hardship"' not in page
    assert office.get(f"/office/pairings/new?person_id={PERSON}&volunteer_id=anybody").status_code == 422


def test_looking_for_another_helper_keeps_the_form_but_brings_no_hardship_into_an_address(
    office: FlaskClient, services: FakeServices
) -> None:
    answer = office.post("/office/pairings/new", data={**FORM, "hardship": HARDSHIP, "other": "1"})
    assert answer.status_code == 303
    assert "set_up_pairing" not in [call for _, call, _ in services.asked]
    assert unquote(answer.location) == (
        f"/office/pairings/new?community={COMMUNITY}&person_id={PERSON}&help_type=care&cadence_days=14"
    )
    page = office.get(answer.location).text
    assert 'name="help_type" value="care"' in page
    assert HARDSHIP not in page


def test_the_form_with_the_hardship_is_sent_and_never_put_into_an_address(office: FlaskClient) -> None:
    page = office.get(f"/office/pairings/new?person_id={PERSON}&volunteer_id={HELPER}&hardship={HARDSHIP}").text
    assert HARDSHIP not in page
    form = next(part for part in page.split("<form") if 'name="hardship"' in part)
    assert 'method="post"' in form


def test_whoever_takes_over_is_looked_for_and_the_helper_of_now_is_not_offered(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_pairing"] = {**PAIRING, "volunteer_id": HELPER, "helper": "赵志愿"}
    other = {**VOLUNTEER, "id": PERSON, "name": "赵另外"}
    services.answers["list_volunteers"] = page_of(VOLUNTEER, other)
    page = office.get(f"/office/pairings/{ID}?helper=z").text
    assert f'name="volunteer_id" value="{PERSON}"' in page
    assert "赵另外 · 交通庭院" in page
    assert f'value="{HELPER}"' not in page
    assert services.told("list_volunteers")["page_size"] == 20


def test_a_hand_over_that_is_refused_shows_the_same_helpers_again(office: FlaskClient, services: FakeServices) -> None:
    services.answers["hand_over_pairing"] = Conflict()
    answer = office.post(f"/office/pairings/{ID}/hand-over", data={**WORD, "volunteer_id": HELPER, "helper": "zzy"})
    assert answer.status_code == 409
    assert f'value="{HELPER}" id="volunteer_id" checked' in answer.text


def test_a_pairing_that_has_ended_is_handed_to_nobody(office: FlaskClient, services: FakeServices) -> None:
    services.answers["get_pairing"] = {**PAIRING, "state": "ended", "ended_on": "2026-11-01", "end_reason": "asked"}
    assert 'name="helper"' not in office.get(f"/office/pairings/{ID}?helper=z").text
    assert "list_volunteers" not in [call for _, call, _ in services.asked]


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


# -- why it ended


@pytest.mark.parametrize("reason", END_REASONS)
def test_every_reason_that_a_pairing_may_end_with_has_its_words(
    office: FlaskClient, services: FakeServices, reason: str
) -> None:
    ended = {**PAIRING, "state": "ended", "ended_on": "2026-11-02", "end_reason": reason}
    services.answers |= {"get_pairing": ended, "list_pairings": page_of(ended)}
    for page in (f"/office/pairings/{ID}", "/office/pairings?state=ended"):
        told = office.get(page)
        assert str(ENDS[reason]) in told.text
        said_in_english = office.get(page, headers={"Accept-Language": "en"}).text
        assert str(ENDS[reason]) not in said_in_english


def test_what_follows_by_itself_is_not_offered_as_a_reason(office: FlaskClient, services: FakeServices) -> None:
    page = office.get(f"/office/pairings/{ID}").text
    offered = [reason for reason in END_REASONS if f'<option value="{reason}"' in page]
    assert offered == ["no_longer_needed", "moved_away", "deceased", "asked", "other"]
