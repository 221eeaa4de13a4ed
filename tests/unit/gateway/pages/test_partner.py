"""Pages of partner units: what was referred to them and what they can do with it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
UNIT, REFERRAL = "0b7d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f", "1b4e28ba-2fa1-41d2-883f-0016d3cca427"


def referral(state: str, *allowed: str) -> dict[str, Any]:
    return {
        "id": REFERRAL, "community": COMMUNITY, "place": "41018100201100101", "category": "lift", "unit_id": UNIT,
        "state": state, "reason": "服务全社区的物业公司", "result": None, "return_reason": None,
        "allowed": list(allowed), "referred_at": "2026-11-28T01:30:00+00:00",
    }  # fmt: skip


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("partner", COMMUNITY, subject=UNIT))
    found = {"items": [referral("referred", "accept", "return")], "total": 1, "page": 1, "page_size": 50}
    services.answers |= {"list_referrals": found, "get_referral": referral("referred", "accept", "return")}
    services.answers["list_categories"] = {"items": [], "total": 0}
    return services


@pytest.fixture
def unit(anonymous: FlaskClient) -> FlaskClient:
    """Somebody of the unit, signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def test_a_unit_sees_its_own_referrals_and_the_steps_that_are_possible(
    unit: FlaskClient, services: FakeServices
) -> None:
    page = unit.get("/partner").text
    assert "待接办" in page
    assert f"/partner/{REFERRAL}/accept" in page
    assert f"/partner/{REFERRAL}/complete" not in page
    assert [command["unit_id"] for _, call, command in services.asked if call == "list_referrals"] == [UNIT]


@pytest.mark.parametrize(
    ("step", "call", "said"),
    [
        ("accept", "accept_referral", {}),
        ("return", "return_referral", {"reason": "不归我们管"}),
        ("complete", "complete_referral", {"result": "不归我们管"}),
    ],
)
def test_each_step_is_taken_with_what_was_said(
    unit: FlaskClient, services: FakeServices, step: str, call: str, said: dict[str, str]
) -> None:
    answer = unit.post(f"/partner/{REFERRAL}/{step}", data={**WORD, "words": "不归我们管"})
    assert answer.status_code == 303
    (command,) = [command for _, asked, command in services.asked if asked == call]
    assert command == {"id": REFERRAL, **said}


def test_a_step_that_is_refused_says_why(unit: FlaskClient, services: FakeServices) -> None:
    services.answers["accept_referral"] = Conflict()
    answer = unit.post(f"/partner/{REFERRAL}/accept", data=WORD)
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)


def test_another_units_referral_is_as_if_it_did_not_exist(unit: FlaskClient, services: FakeServices) -> None:
    services.answers["get_referral"] = {**referral("referred"), "unit_id": "somebody else's"}
    assert unit.post(f"/partner/{REFERRAL}/accept", data=WORD).status_code == 404
