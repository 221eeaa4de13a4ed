"""Views of the inbox on pages: kept by name with what the inbox is narrowed to, opened by a tap, removed again."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.grievance.errors import ViewTaken
from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_leader import WORD, page

VIEW = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LATE = {"group": "open", "category": "lift", "overdue": True}


def view(**changes: Any) -> dict[str, Any]:
    return {"id": VIEW, "community": COMMUNITY, "title": "电梯超期", "narrowed": LATE} | changes


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    services.answers |= {name: page() for name in ("list_grievances", "list_places", "list_phrases", "list_courtyards")}
    services.answers |= {"list_views": page(view()), "get_view": view()}
    return services


@pytest.fixture
def office(anonymous: FlaskClient) -> FlaskClient:
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def told(services: FakeServices, call: str) -> list[dict[str, Any]]:
    return [command for _, name, command in services.asked if name == call]


def test_a_view_leads_to_the_inbox_as_it_was_narrowed_and_is_marked_there(office: FlaskClient) -> None:
    link = f"/office?community={COMMUNITY}&amp;group=open&amp;category=lift&amp;overdue=True"
    assert f'href="{link}">电梯超期' in office.get("/office").text
    there = office.get(link.replace("&amp;", "&")).text
    assert f'href="{link}" aria-current="true">电梯超期' in there
    assert f"/office/views/{VIEW}/remove" in there
    assert 'id="view"' not in there, "what is kept already is offered to be kept"


def test_the_inbox_is_asked_for_what_the_view_says(office: FlaskClient, services: FakeServices) -> None:
    office.get(f"/office?community={COMMUNITY}&group=open&category=lift&overdue=True")
    assert LATE.items() <= told(services, "list_grievances")[-1].items()


def test_what_the_inbox_is_narrowed_to_is_kept_under_a_name(office: FlaskClient, services: FakeServices) -> None:
    shown = office.get("/office?group=waiting&channel=phone").text
    assert "/office/views?" in shown
    answer = office.post("/office/views?group=waiting&channel=phone", data={**WORD, "title": "来电待办"})
    assert answer.status_code == 303
    (kept,) = told(services, "add_view")
    assert (kept["title"], kept["narrowed"]) == ("来电待办", {"group": "waiting", "channel": "phone"})
    assert office.get(answer.headers["Location"]).status_code == 200


def test_a_view_of_whatever_state_stays_one_and_is_known_again(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_views"] = page(view(narrowed={"category": "lift"}))
    link = f"/office?community={COMMUNITY}&amp;group=&amp;category=lift"
    assert f'href="{link}">电梯超期' in office.get("/office").text
    there = office.get(link.replace("&amp;", "&")).text
    assert f"/office/views/{VIEW}/remove" in there
    assert "group" not in told(services, "list_grievances")[-1]
    answer = office.post("/office/views?group=&category=lift", data={**WORD, "title": "电梯"})
    assert told(services, "add_view")[-1]["narrowed"] == {"category": "lift"}
    assert "group=&" in answer.headers["Location"]


def test_where_nothing_is_narrowed_there_is_nothing_to_keep(office: FlaskClient, services: FakeServices) -> None:
    assert 'id="view"' not in office.get("/office?group=").text
    answer = office.post("/office/views?group=", data={**WORD, "title": "全部"})
    assert answer.status_code == 422
    assert "至少选一个条件" in answer.text
    assert told(services, "add_view") == []


@pytest.mark.parametrize(("language", "said"), [("zh", "至少选一个条件"), ("en", "Choose at least one condition.")])
def test_a_program_that_keeps_a_view_of_everything_is_told_so_in_its_language(
    office: FlaskClient, services: FakeServices, language: str, said: str
) -> None:
    body, asked = {"title": "全部", "narrowed": {}}, {"Accept-Language": language, "X-CSRF-Token": WORD["csrf"]}
    answer = office.post(f"/api/v1/communities/{COMMUNITY}/views", json=body, headers=asked)
    assert (answer.status_code, answer.json["fields"]) == (422, {"narrowed": [said]})
    assert told(services, "add_view") == []


def test_a_name_that_is_taken_is_said_beside_the_form_with_what_was_typed(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["add_view"] = ViewTaken(title="电梯超期")
    answer = office.post("/office/views?group=waiting", data={**WORD, "title": "电梯超期"})
    assert answer.status_code == 409
    assert "已有同名的视图：电梯超期" in answer.text
    assert 'value="电梯超期"' in answer.text


def test_a_view_is_removed(office: FlaskClient, services: FakeServices) -> None:
    assert office.post(f"/office/views/{VIEW}/remove", data=WORD).status_code == 303
    assert told(services, "remove_view") == [{"id": VIEW}]


def test_the_inbox_is_read_also_where_no_views_can_be_told_now(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_views"] = Unavailable(service="grievance")
    assert office.get("/office").status_code == 200


def test_views_are_the_offices(office: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, f"{COMMUNITY}001"))
    assert office.post("/office/views?group=waiting", data={**WORD, "title": "我的"}).status_code == 403
    assert told(services, "add_view") == []
