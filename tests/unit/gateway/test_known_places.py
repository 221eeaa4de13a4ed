"""What is registered somewhere is registered in a community, and at a place, that exist."""

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.organization.errors import CommunityNotFound, PlaceNotFound
from tests.unit.gateway.conftest import FakeServices

COMMUNITY = "410181002011"
BODIES = {
    "volunteers": {"community": COMMUNITY, "name": "王志愿", "home_place": "41018100201100101"},
    "teams": {"community": COMMUNITY, "type": "party", "name": "常有礼", "slogan": "", "charter": ""},
    "units": {"community": COMMUNITY, "name": "友缘物业", "kind": "property"},
    "visits": {"community": COMMUNITY, "place": "41018100201100101"},
}


def registered(services: FakeServices) -> list[str]:
    return [call for _, call, _ in services.asked if call not in ("get_community", "get_place")]


@pytest.mark.parametrize("what", BODIES)
def test_an_unknown_community_is_refused_by_its_field_and_nothing_is_registered(
    client: FlaskClient, services: FakeServices, what: str
) -> None:
    services.answers |= {"get_community": CommunityNotFound(), "get_place": CommunityNotFound()}
    answer = client.post(f"/api/v1/{what}", json=BODIES[what])
    assert (answer.status_code, list(answer.json["fields"])) == (404, ["community"])
    assert registered(services) == []


@pytest.mark.parametrize(("what", "field"), [("volunteers", "home_place"), ("visits", "place")])
def test_an_unknown_place_is_refused_by_the_name_that_its_field_has_here(
    client: FlaskClient, services: FakeServices, what: str, field: str
) -> None:
    services.answers["get_place"] = PlaceNotFound()
    answer = client.post(f"/api/v1/{what}", json=BODIES[what])
    assert (answer.status_code, list(answer.json["fields"])) == (404, [field])
    assert registered(services) == []


@pytest.mark.parametrize("what", BODIES)
def test_while_the_organization_is_down_registering_goes_on(
    client: FlaskClient, services: FakeServices, what: str
) -> None:
    services.answers |= {"get_community": Unavailable(), "get_place": Unavailable()}
    client.post(f"/api/v1/{what}", json=BODIES[what])
    assert len(registered(services)) == 1


def test_a_post_at_an_unknown_place_is_refused_by_its_field(client: FlaskClient, services: FakeServices) -> None:
    services.answers["appoint"] = PlaceNotFound()
    body = {
        "community": COMMUNITY,
        "kind": "grid_leader",
        "place": "410181002011001",
        "person_id": "c5156c14-1a91-4950-be03-a692f0fca81e",
        "starts_on": "2026-01-01",
    }
    answer = client.post("/api/v1/posts", json=body)
    assert (answer.status_code, list(answer.json["fields"])) == (404, ["place"])
