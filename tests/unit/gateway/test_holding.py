"""A case is given away by whoever leads it, by the office and the secretary: not by those who only see it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.access import ROLES
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.test_routes import ID, PERSON

GRID, OTHER_GRID, BUILDING = f"{COMMUNITY}001", f"{COMMUNITY}002", f"{COMMUNITY}0010101"
WAYS = {BUILDING: [COMMUNITY, GRID, BUILDING], GRID: [COMMUNITY, GRID], OTHER_GRID: [COMMUNITY, OTHER_GRID]}


def led(post: str = "grid_leader", at: str | None = None) -> dict[str, Any]:
    """A case in a building of the first grid, led from a post."""
    leader = {"id": PERSON, "name": "王建国", "post": post, "reason": "", "at": at}
    return {"id": ID, "community": COMMUNITY, "place": BUILDING, "leader": leader, "status": "in_hand"}


@pytest.fixture(autouse=True)
def tree(services: FakeServices) -> None:
    services.answers["get_place"] = lambda asked: {"path": [{"code": code} for code in WAYS.get(asked["code"], ())]}


def gives(client: FlaskClient, services: FakeServices, case: dict[str, Any], *grants: Any) -> list[int]:
    """The statuses of handing over and giving back, by somebody with these roles."""
    services.who, services.answers["get_grievance"] = signed_in(*grants), case
    bodies = {"hand-over": {"to_id": PERSON, "reason": "不是我的"}, "give-back": {"reason": "不是我的"}}
    return [client.post(f"/api/v1/grievances/{ID}/{step}", json=body).status_code for step, body in bodies.items()]


@pytest.mark.parametrize(
    ("role", "place", "case", "expected"),
    [
        ("grid_leader", GRID, led(), 200),
        ("grid_leader", GRID, led(at=GRID), 200),
        ("grid_leader", GRID, led("community_secretary"), 403),
        ("grid_leader", GRID, led("building_leader"), 403),
        ("grid_leader", GRID, led(at=OTHER_GRID), 403),
        ("grid_leader", GRID, {**led(), "leader": None}, 403),
        ("grid_leader", OTHER_GRID, led(at=OTHER_GRID), 200),
        ("grid_leader", OTHER_GRID, led(), 404),
        ("building_leader", BUILDING, led("building_leader"), 200),
        ("building_leader", BUILDING, led(), 403),
        ("office", None, led(), 200),
        ("secretary", None, led("building_leader"), 200),
    ],
)
def test_whoever_leads_a_case_gives_it_away_and_who_only_sees_it_does_not(
    client: FlaskClient, services: FakeServices, role: str, place: str | None, case: dict[str, Any], expected: int
) -> None:
    assert gives(client, services, case, granted(role, COMMUNITY, place)) == [expected, expected]
    called = [call for _, call, _ in services.asked if call in ("hand_over", "give_back")]
    assert called == (["hand_over", "give_back"] if expected == 200 else [])


@pytest.mark.parametrize("status", ["resolved", "rated", "closed", "rejected", "cancelled"])
def test_what_has_ended_is_given_away_no_more(client: FlaskClient, services: FakeServices, status: str) -> None:
    assert gives(client, services, {**led(), "status": status}, granted("office", COMMUNITY)) == [409, 409]
    assert [call for _, call, _ in services.asked if call in ("hand_over", "give_back")] == []


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"grid_leader", "building_leader", "office", "secretary"}))
def test_others_do_not(client: FlaskClient, services: FakeServices, role: str) -> None:
    assert gives(client, services, led(), granted(role, COMMUNITY, GRID, "anybody")) == [403, 403]


def test_who_leads_a_case_from_elsewhere_reads_it_and_handles_it(client: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, OTHER_GRID))
    for case, status in ((led(at=OTHER_GRID), 200), (led(), 404)):
        services.answers["get_grievance"] = case
        assert client.get(f"/api/v1/grievances/{ID}").status_code == status
        assert client.post(f"/api/v1/grievances/{ID}/accept", json={}).status_code == status
        services.answers["find_picture"] = case
        assert client.get(f"/api/v1/pictures/{PERSON}").status_code == status
