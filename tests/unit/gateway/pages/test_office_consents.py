"""Consents on the office's pages: what is in force, one purpose at a time given, and taken back."""

import pytest
from flask.testing import FlaskClient

from contracts.organization.errors import ConsentInForce
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
PERSON = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
GIVEN = {
    "purpose": "health_record", "zh": "老年人健康档案与上门随访", "en": "health record and home visits", "article": 29,
    "in_force": True, "given_on": "2026-05-01", "how": "written", "given_by": "guardian", "notice": "health-2026",
    "recorded_by": "acc", "recorded_at": "2026-05-01T04:00:00Z", "withdrawn": None,
}  # fmt: skip
ADDRESS = f"/office/people/{PERSON}/consents"


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    consents = {"id": PERSON, "community": COMMUNITY, "consents": [GIVEN]}
    services.answers |= {
        "get_person": {"id": PERSON, "community": COMMUNITY, "name": "王秀英", "household": None, "posts": []},
        "get_consents": consents, "record_consent": consents, "withdraw_consent": consents,
    }  # fmt: skip
    return services


def test_what_is_in_force_is_shown_with_who_how_and_article_and_is_not_offered_again(office: FlaskClient) -> None:
    page = office.get(ADDRESS).text
    assert all(word in page for word in ("有效", "监护人", "书面", "第29条", "health-2026"))
    assert '<option value="health_record"' not in page
    assert '<option value="hardship"' in page


def test_a_consent_is_written_down_and_taken_back(office: FlaskClient, services: FakeServices) -> None:
    form = {**WORD, "purpose": "hardship", "given_on": "2026-05-01", "how": "spoken", "given_by": "self", "notice": ""}
    assert office.post(ADDRESS, data=form).status_code == 303
    given = services.told("record_consent")
    assert (given["purpose"], given["how"], given["notice"]) == ("hardship", "spoken", None)
    back = {**WORD, "purpose": "health_record", "withdrawn_on": "2026-05-02", "how": "written"}
    assert office.post(f"{ADDRESS}/withdraw", data=back).status_code == 303
    assert services.told("withdraw_consent")["purpose"] == "health_record"


def test_what_is_refused_is_said_and_no_purpose_is_agreed_to_by_itself(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["record_consent"] = ConsentInForce()
    form = {**WORD, "purpose": "hardship", "given_on": "2026-05-01", "how": "spoken", "given_by": "self"}
    assert office.post(ADDRESS, data=form).status_code == 409
    assert office.post(ADDRESS, data={**form, "purpose": ""}).status_code == 422


@pytest.mark.parametrize("role", ["volunteer", "doctor", "viewer"])
def test_nobody_else_comes_in(office: FlaskClient, services: FakeServices, role: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY, subject="anybody"))
    assert office.get(ADDRESS).status_code in (403, 404)
