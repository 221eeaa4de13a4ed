"""Two entries of one person as the office finds them, merges them or tells them apart."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.organization.errors import EditedMeanwhile, MergedAway, PersonNotFound
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
SECOND = "410181002012"
ID, GONE = "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "79786cff-8ea6-51ba-8e90-e7e6ed83eae5"
KEPT_ONE = {
    "id": ID, "community": COMMUNITY, "number": "1", "name": "赵桂英", "sex": "female", "born_on": "1950-01-01",
    "household": None, "phone": "138****0003", "left_on": None, "version": 3, "posts": [], "terms": [],
}  # fmt: skip
GONE_ONE = {**KEPT_ONE, "id": GONE, "number": "33", "version": 5}
PREVIEW = {
    "id": ID, "community": COMMUNITY, "kept": KEPT_ONE, "gone": GONE_ONE, "posts": 1, "leaves": 0, "consents": 1,
    "differing": [{"field": "number", "kept": "1", "gone": "33", "stays": "kept"}], "withdrawn": ["health_record"],
    "portrait": False, "cases": 2,
}  # fmt: skip
MERGE, APART = f"/office/people/{ID}/merge", "/office/doubles/apart"
FORM = {**WORD, "gone": GONE, "version": "3", "gone_version": "5", "number": "gone"}
PAIR = {**WORD, "one": ID, "other": GONE}


def pairs(total: int = 1, page: int = 1, community: str = COMMUNITY) -> dict[str, Any]:
    pair = {"id": ID, "community": community, "one": KEPT_ONE, "other": GONE_ONE, "reasons": ["name_birth", "phone"]}
    return {"items": [pair] if (page - 1) * 20 < total else [], "total": total, "page": page, "page_size": 20}


def asked(services: FakeServices, call: str) -> list[dict[str, Any]]:
    return [command for _, name, command in services.asked if name == call]


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    volunteers = {"items": [], "total": 0, "page": 1, "page_size": 20}
    services.answers |= {
        "list_doubles": pairs(), "preview_merge": PREVIEW, "merge_people": KEPT_ONE, "tell_apart": KEPT_ONE,
        "get_person": KEPT_ONE, "list_volunteers": volunteers,
    }  # fmt: skip
    return services


def test_who_may_be_registered_twice_is_shown_with_what_speaks_for_it(
    office: FlaskClient, services: FakeServices
) -> None:
    page = office.get("/office/doubles?reason=phone").text
    assert "姓名和出生日期相同" in page
    assert f"{MERGE}?gone={GONE}" in page
    assert services.told("list_doubles")["reason"] == "phone"


def test_what_merging_would_do_is_seen_before(office: FlaskClient, services: FakeServices) -> None:
    page = office.get(f"{MERGE}?gone={GONE}").text
    assert "任职经历 1 段" in page
    assert "健康档案里的检查内容会删除" in page
    assert asked(services, "merge_people") == []


def test_nobody_is_merged_before_somebody_ticks_that_they_are_sure(office: FlaskClient, services: FakeServices) -> None:
    answer = office.post(MERGE, data=FORM)
    assert (answer.status_code, "请先勾选" in answer.text) == (422, True)
    assert asked(services, "merge_people") == []


def test_two_entries_are_merged_as_they_were_seen_and_chosen(office: FlaskClient, services: FakeServices) -> None:
    answer = office.post(MERGE, data={**FORM, "sure": "1"})
    assert (answer.status_code, answer.location) == (303, f"/office/people/{ID}?merged=1")
    command = services.told("merge_people")
    assert (command["version"], command["gone_version"], command["stays"]) == (3, 5, {"number": "gone"})


def test_a_merge_that_is_refused_says_why(office: FlaskClient, services: FakeServices) -> None:
    services.answers["merge_people"] = EditedMeanwhile()
    answer = office.post(MERGE, data={**FORM, "sure": "1"})
    assert (answer.status_code, EditedMeanwhile.zh in answer.text) == (409, True)


@pytest.mark.parametrize("ticked", [{"sure": "1"}, {}])
def test_a_form_that_is_sent_twice_leads_on_to_the_entry_that_stays(
    office: FlaskClient, services: FakeServices, ticked: dict[str, str]
) -> None:
    services.answers |= dict.fromkeys(("merge_people", "preview_merge"), MergedAway(into=ID, community=COMMUNITY))
    for answer in (office.post(MERGE, data={**FORM, **ticked}), office.get(f"{MERGE}?gone={GONE}")):
        assert (answer.status_code, answer.location) == (303, f"/office/people/{ID}?merged=1")


def test_two_who_were_merged_meanwhile_are_not_told_apart_and_it_is_said(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["tell_apart"] = MergedAway(into=ID, community=COMMUNITY)
    answer = office.post(APART, data=PAIR)
    assert (answer.status_code, "已并入另一条" in answer.text) == (409, True)


def test_whoever_is_nobody_here_is_not_merged(office: FlaskClient, services: FakeServices) -> None:
    services.answers["preview_merge"] = PersonNotFound(id=GONE)
    assert office.get(f"{MERGE}?gone={GONE}").status_code == 404
    services.answers["get_person"] = {**KEPT_ONE, "community": SECOND}
    assert office.post(MERGE, data={**FORM, "sure": "1"}).status_code == 404
    assert office.post(APART, data=PAIR).status_code == 404
    assert asked(services, "merge_people") == asked(services, "tell_apart") == []


def test_who_tells_two_apart_stays_in_the_community_and_on_the_page(
    office: FlaskClient, services: FakeServices
) -> None:
    services.who = signed_in(granted("office", COMMUNITY), granted("office", SECOND))
    services.answers["list_doubles"] = pairs(total=60, page=2, community=SECOND)
    form = office.get(f"/office/doubles?community={SECOND}&reason=phone&page=2").text
    for name, value in (("community", SECOND), ("page", "2"), ("reason", "phone")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in form[form.index(f'action="{APART}"') :]
    answer = office.post(APART, data={**PAIR, "community": SECOND, "page": "2", "reason": "phone"})
    assert answer.status_code == 303
    for part in (f"community={SECOND}", "page=2", "reason=phone"):
        assert part in answer.location
    assert services.told("tell_apart")["other_id"] == GONE


def test_a_page_that_is_no_more_leads_to_the_last_one(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_doubles"] = lambda command: pairs(total=20, page=command["page"])
    assert "赵桂英" in office.get("/office/doubles?page=2").text
    assert [command["page"] for command in asked(services, "list_doubles")] == [2, 1]


@pytest.mark.parametrize("role", ["resident", "grid_leader", "doctor", "volunteer"])
def test_nobody_but_the_office_looks_for_doubles(office: FlaskClient, services: FakeServices, role: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY))
    assert office.get("/office/doubles").status_code == 403
    assert office.get(f"{MERGE}?gone={GONE}").status_code == 403
    assert office.post(MERGE, data={**FORM, "sure": "1"}).status_code == 403
    assert office.post(APART, data=PAIR).status_code == 403
    assert asked(services, "merge_people") == asked(services, "tell_apart") == []
