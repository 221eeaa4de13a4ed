"""Pages of doctors: households in the order in which they are due, the visit form, the record with consent first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from gateway.identity import COOKIE
from gateway.pages.speech import CHINA
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
VISIT, ELDER = "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
HOUSE, OTHER_HOUSE = "41018100201100101011101", "41018100201100101011102"
TODAY = datetime.now(CHINA).date()
SHOWN = {"id": ELDER, "name": "王秀英", "age": 78, "missed_in_a_row": 2}


def visit(place: str = HOUSE, days: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": VISIT, "community": COMMUNITY, "place": place, "elder_ids": [ELDER], "state": "planned",
        "reason": "人工安排上门看望", "due_on": (TODAY + timedelta(days=days)).isoformat(), "purpose": None,
        "elders": [SHOWN], "findings": None, "missed_reason": None,
        "allowed": ["done", "miss"], "grievance_id": None, **more,
    }  # fmt: skip


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 200}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("doctor", COMMUNITY))
    elder = {"id": ELDER, "community": COMMUNITY, "name": "王秀英", "age": 78, "household": HOUSE, "missed_in_a_row": 2,
             "consent_on": None, "completeness": 30,
             "next_visit_on": (TODAY - timedelta(days=1)).isoformat()}  # fmt: skip
    services.answers |= {
        "list_visits": page_of(visit(OTHER_HOUSE, 3), visit(HOUSE, -2)),
        "list_elder_records": page_of(elder),
        "get_visit": visit(),
        "get_elder_record": {**elder, "born_on": "1948-01-05", "record": None},
        "get_place": lambda asked: {"path": [{"code": "a", "name": "社区"}, {"code": "b", "name": "网格"},
                                             {"code": asked["code"], "name": asked["code"][-4:]}]},
    }  # fmt: skip
    return services


@pytest.fixture
def doctor(anonymous: FlaskClient) -> FlaskClient:
    """A doctor, signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def test_the_household_that_is_overdue_comes_first_and_says_so_in_words(doctor: FlaskClient) -> None:
    page = doctor.get("/doctor").text
    assert page.index(HOUSE[-4:]) < page.index(OTHER_HOUSE[-4:])
    assert "已过期 2 天" in page
    assert "还有 3 天" in page
    assert "王秀英" in page
    assert "已 2 次没见到" in page


def test_all_visits_of_a_household_stand_together(doctor: FlaskClient, services: FakeServices) -> None:
    services.answers["list_visits"] = page_of(visit(HOUSE, 1), visit(OTHER_HOUSE, 2), visit(HOUSE, 5))
    page = doctor.get("/doctor").text
    assert page.count(HOUSE[-4:]) == 1
    assert page.count("填写随访") == 3


def test_visits_are_asked_for_a_page_at_a_time_and_narrowed_by_name_and_day(
    doctor: FlaskClient, services: FakeServices
) -> None:
    doctor.get("/doctor?q=秀英&late=1&page=3")
    asked = [command for _, call, command in services.asked if call in {"list_visits", "list_elder_records"}]
    assert len(asked) == 1, "it reads elders one and all"
    assert (asked[0]["q"], asked[0]["page"], asked[0]["due_before"]) == ("秀英", 3, TODAY)
    doctor.get("/doctor")
    assert "due_before" not in services.asked[-1][2]


def test_an_elder_is_found_by_name_and_shown_to_be_overdue(doctor: FlaskClient, services: FakeServices) -> None:
    page = doctor.get("/doctor/elders?q=秀英&band=65_plus").text
    [asked] = [command for _, call, command in services.asked if call == "list_elder_records"]
    assert (asked["q"], asked["band"]) == ("秀英", "65_plus")
    assert "已过期" in page


def test_what_was_measured_is_sent_as_numbers_and_what_was_not_is_left_out(
    doctor: FlaskClient, services: FakeServices
) -> None:
    form = {**WORD, "systolic": "135", "temperature": "36,6", "pulse": "", "note": "嘱按时服药"}
    answer = doctor.post(f"/doctor/visits/{VISIT}/done", data=form)
    (command,) = [command for _, call, command in services.asked if call == "complete_visit"]
    assert command["findings"] == {"systolic": 135.0, "temperature": 36.6, "note": "嘱按时服药"}
    assert answer.status_code == 303


def test_a_visit_without_findings_is_a_visit_all_the_same(doctor: FlaskClient, services: FakeServices) -> None:
    doctor.post(f"/doctor/visits/{VISIT}/done", data=WORD)
    (command,) = [command for _, call, command in services.asked if call == "complete_visit"]
    assert command["findings"] is None


def test_what_is_no_number_is_refused_beside_its_field_and_nothing_is_lost(
    doctor: FlaskClient, services: FakeServices
) -> None:
    answer = doctor.post(f"/doctor/visits/{VISIT}/done", data={**WORD, "systolic": "高", "note": "头晕"})
    assert answer.status_code == 422
    assert "应为数字" in answer.text
    assert "头晕" in answer.text
    assert all(call != "complete_visit" for _, call, _ in services.asked)


def test_what_was_typed_is_never_kept_on_the_phone(doctor: FlaskClient) -> None:
    for path in (f"/doctor/visits/{VISIT}", f"/doctor/elders/{ELDER}"):
        page = doctor.get(path)
        assert "data-draft" not in page.text
        assert 'autocomplete="off"' in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_a_visit_that_did_not_take_place_says_why(doctor: FlaskClient, services: FakeServices) -> None:
    answer = doctor.post(f"/doctor/visits/{VISIT}/miss", data={**WORD, "reason": "敲门无人应"})
    (command,) = [command for _, call, command in services.asked if call == "miss_visit"]
    assert (command["reason"], answer.status_code) == ("敲门无人应", 303)


def test_consent_is_asked_for_first_and_sent_with_the_findings(doctor: FlaskClient, services: FakeServices) -> None:
    assert "没有同意不能写健康内容" in doctor.get(f"/doctor/elders/{ELDER}").text
    form = {
        **WORD, "consent_on": "2026-11-01", "chronic_conditions": "高血压\n\n糖尿病", "medication": "",
        "lives_alone": "yes", "smoking": "never", "self_care.eating": "mild",
    }  # fmt: skip
    doctor.post(f"/doctor/elders/{ELDER}", data=form)
    (command,) = [command for _, call, command in services.asked if call == "update_elder_record"]
    assert command["consent_on"] == "2026-11-01"
    record = command["record"]
    assert record["chronic_conditions"] == ["高血压", "糖尿病"]
    assert record["medication"] == []
    assert (record["lives_alone"], record["smoking"]) == (True, "never")
    assert "self_care" not in record  # one of five levels is no score
    assert "emergency_contact" not in record


def test_a_refusal_is_said_on_the_page(doctor: FlaskClient, services: FakeServices) -> None:
    services.answers["update_elder_record"] = Conflict()
    answer = doctor.post(f"/doctor/elders/{ELDER}", data=WORD)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("role", ["resident", "grid_leader", "office", "secretary", "partner", "viewer"])
def test_nobody_else_reads_a_record_on_a_page(doctor: FlaskClient, services: FakeServices, role: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY, subject="anybody"))
    assert doctor.get(f"/doctor/elders/{ELDER}").status_code == 403
    assert doctor.get(f"/doctor/visits/{VISIT}").status_code == 403
