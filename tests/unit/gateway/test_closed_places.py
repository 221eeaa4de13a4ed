"""A place that the office has closed takes no new matter, whoever brings it; opened again, it does at once."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.grievance.errors import IdempotencyConflict
from contracts.organization.errors import PlaceNotFound
from gateway import tree
from gateway.tree import Tree
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

API = "/api/v1/grievances"
YARD = f"{COMMUNITY}00101"
HERE = f"/q/{COMMUNITY}/{YARD}"
CLOSED = {"name": "老粮库家属院", "closed_on": "2026-10-01"}
REFUSED = "老粮库家属院已停用，不再受理新的诉求，请另选地点"
RECEIPT = {"id": "6a5c0dc6-6f0c-4e1c-9ed4-0b8d5a9a8b11", "receipt": "20261128-0001-00019", "claim": "1234-5678-90123"}
MATTER = {"category": "corridor_clutter", "description": "三楼堆满纸箱"}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.answers |= {"get_place": CLOSED, "get_board": board(CLOSED["closed_on"]), "file_grievance": RECEIPT}
    services.answers["find_filing"] = {"receipt": None}
    return services


def board(closed_on: str | None) -> dict[str, Any]:
    path = [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": YARD, "name": "老粮库家属院"}]
    return {
        "community": COMMUNITY, "place": YARD, "path": path, "closed_on": closed_on, "on": "2026-11-28", "entries": [],
    }  # fmt: skip


def filed(services: FakeServices) -> int:
    return sum(call == "file_grievance" for _, call, _ in services.asked)


def looked_up(services: FakeServices) -> int:
    return sum(call == "get_place" for _, call, _ in services.asked)


# -- programs


def test_a_closed_place_takes_no_new_matter_and_the_field_is_named(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    answer = client.post(API, json=new_grievance)
    assert (answer.status_code, answer.json["error"], answer.json["fields"]) == (
        409, "place_out_of_use", {"place": [REFUSED]},
    )  # fmt: skip
    assert filed(services) == 0
    assert services.left == [], "nobody is to be told of what was not filed"


def test_an_importer_is_refused_in_the_same_way(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.who = signed_in(granted("office", COMMUNITY), kind="key", scopes=["file_grievances"])
    answer = client.post(API, json=new_grievance, headers={"Idempotency-Key": "import-17"})
    assert (answer.status_code, filed(services)) == (409, 0)


@pytest.mark.parametrize("found", [None, Unavailable(), IdempotencyConflict()])
def test_what_was_not_filed_under_its_key_before_is_refused(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], found: Exception | None
) -> None:
    services.answers["find_filing"] = found or {"receipt": None}
    answer = client.post(API, json=new_grievance, headers={"Idempotency-Key": "sent-again"})
    assert (answer.status_code, answer.json["error"], filed(services)) == (409, "place_out_of_use", 0)


def test_what_was_filed_before_the_place_was_closed_gets_its_receipt_when_it_is_sent_again(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["find_filing"] = {"receipt": RECEIPT}
    answer = client.post(API, json=new_grievance, headers={"Idempotency-Key": "sent-again"})
    assert (answer.status_code, answer.json["receipt"], filed(services)) == (201, RECEIPT["receipt"], 0)
    assert answer.headers["Location"].endswith(RECEIPT["id"])
    assert services.left == [], "it was left when it was filed"


def test_opened_again_it_takes_matters_at_once(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    assert client.post(API, json=new_grievance).status_code == 409
    services.answers["get_place"] = {**CLOSED, "closed_on": None}
    assert client.post(API, json=new_grievance).status_code == 201


def test_closed_at_this_door_it_takes_none_from_then_on(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["get_place"] = {"closed_on": None}
    assert client.post(API, json=new_grievance).status_code == 201
    services.answers["get_place"] = CLOSED
    close = f"/api/v1/communities/{COMMUNITY}/places/{new_grievance['place']}/close"
    assert client.post(close, json={"version": 1}).status_code == 200
    assert client.post(API, json=new_grievance).status_code == 409


def test_closed_elsewhere_it_takes_none_as_soon_as_it_is_asked_for_anew(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.answers["get_place"] = {"closed_on": None}
    now = 1_000.0
    monkeypatch.setattr(tree, "monotonic", lambda: now)
    assert client.post(API, json=new_grievance).status_code == 201
    services.answers["get_place"] = CLOSED
    now += tree.REMEMBERED
    assert client.post(API, json=new_grievance).status_code == 409


def test_a_place_in_use_is_asked_for_once_however_many_file_from_there(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["get_place"] = {"closed_on": None}
    for _ in range(5):
        assert client.post(API, json=new_grievance).status_code == 201
    assert (filed(services), looked_up(services)) == (5, 1)


def test_while_the_organization_is_down_nothing_is_refused_and_only_the_first_waits_for_it(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.answers["get_place"] = Unavailable()
    now = 1_000.0
    monkeypatch.setattr(tree, "monotonic", lambda: now)
    for number in range(5):
        place = f"{COMMUNITY}001{number:02}"
        assert client.post(API, json={**new_grievance, "place": place}).status_code == 201
    assert (filed(services), looked_up(services)) == (5, 1)
    assert tree.PATIENCE in services.patience
    services.answers["get_place"] = CLOSED
    now += tree.NOT_ASKED_AGAIN
    assert client.post(API, json=new_grievance).status_code == 409


def test_a_place_that_there_is_not_is_left_to_whoever_knows_the_places(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["get_place"] = PlaceNotFound()
    assert client.post(API, json=new_grievance).status_code == 201
    assert filed(services) == 1


def test_no_more_places_are_remembered_than_there_is_room_for(
    client: FlaskClient, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST", 2)
    remembered = Tree()
    services.answers["get_place"] = {"closed_on": None}
    with client.application.test_request_context():
        for place in ("a", "b", "c", "c", "a"):
            assert remembered.closed_name(COMMUNITY, place) is None
    assert [command["code"] for _, _, command in services.asked] == ["a", "b", "c", "a"]


# -- residents


def test_an_old_code_says_that_the_place_is_closed_and_leads_to_another(anonymous: FlaskClient) -> None:
    page = anonymous.get(HERE)
    assert page.status_code == 200
    assert "老粮库家属院已停用，这里的二维码不再受理新的诉求" in page.text
    assert f'href="/q?community={COMMUNITY}"' in page.text
    assert 'name="description"' not in page.text, "there is a form still"
    assert "is not in use any more" in anonymous.get(HERE, headers={"Accept-Language": "en"}).text


def test_what_was_written_while_it_was_closed_is_refused_and_shown_to_be_copied(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    page = anonymous.post(HERE, data=MATTER)
    assert page.status_code == 409
    assert "已停用" in page.text
    assert "三楼堆满纸箱" in page.text
    assert f'href="/q?community={COMMUNITY}"' in page.text
    assert filed(services) == 0


def test_the_code_of_a_place_that_was_opened_again_leads_to_the_form(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers |= {"get_board": board(None), "get_place": {"closed_on": None}}
    assert 'name="description"' in anonymous.get(HERE).text
    assert anonymous.post(HERE, data=MATTER).status_code == 303
    assert filed(services) == 1


def test_the_board_of_a_closed_place_says_so_and_leads_to_no_form(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    page = anonymous.get(f"/board/{COMMUNITY}/{YARD}").text
    assert "已停用" in page
    assert f'href="{HERE}"' not in page
    services.answers["get_board"] = board(None)
    page = anonymous.get(f"/board/{COMMUNITY}/{YARD}").text
    assert "已停用" not in page
    assert f'href="{HERE}"' in page


# -- the office


ENTRY = {
    "csrf": signed_in()["csrf"], "community": COMMUNITY, "channel": "phone", "place": YARD, "key": "entry-1", **MATTER,
}  # fmt: skip


def test_what_the_office_writes_down_for_a_caller_is_refused_beside_the_place_and_nothing_typed_is_lost(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.who = signed_in(granted("office", COMMUNITY))
    anonymous.set_cookie("hemei_session", "hs_token", domain="localhost")
    answer = anonymous.post("/office/new", data=ENTRY)
    assert answer.status_code == 409
    assert REFUSED in answer.text
    assert 'href="#place"' in answer.text
    assert "三楼堆满纸箱" in answer.text
    assert filed(services) == 0
    services.answers["get_place"] = {"closed_on": None}
    assert anonymous.post("/office/new", data=ENTRY).status_code == 303
    assert filed(services) == 1
