"""What is shown of officials, at the door: a portrait as what it is, the consent it needs, what is recorded."""

from base64 import b64encode

import pytest
from flask.testing import FlaskClient

from contracts.organization.errors import PortraitNotFound
from tests.pictures import A_PICTURE
from tests.unit.gateway.conftest import FakeServices
from tests.unit.gateway.test_routes import ID, ME


def test_a_portrait_is_a_jpeg_that_browsers_keep_for_a_while(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["get_portrait"] = {"id": ID, "community": "410181002011", "image": b64encode(b"jpeg").decode()}
    answer = anonymous.get(f"/api/v1/portraits/{ID}")
    assert (answer.data, answer.mimetype) == (b"jpeg", "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_portrait_that_is_not_shown_is_not_found_and_that_is_not_kept(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_portrait"] = PortraitNotFound(id=ID)
    answer = anonymous.get(f"/api/v1/portraits/{ID}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("said", ["", "?consent=false"])
def test_a_portrait_is_not_taken_without_consent(client: FlaskClient, services: FakeServices, said: str) -> None:
    sent = {"data": A_PICTURE, "headers": {"Content-Type": "image/png"}}
    answer = client.post(f"/api/v1/people/{ID}/portrait{said}", **sent)
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["consent"])
    assert "show_portrait" not in [call for _, call, _ in services.asked]


def test_a_portrait_is_made_anew_and_kept_with_who_recorded_the_consent(
    client: FlaskClient, services: FakeServices
) -> None:
    sent = {"data": A_PICTURE, "headers": {"Content-Type": "image/png"}}
    assert client.post(f"/api/v1/people/{ID}/portrait?consent=true", **sent).status_code == 200
    command = next(told for _, call, told in services.asked if call == "show_portrait")
    assert command["by"] == ME
    assert command["image"].startswith(b64encode(b"\xff\xd8\xff").decode())


def test_what_is_no_picture_is_refused_in_words(client: FlaskClient, services: FakeServices) -> None:
    sent = {"data": b"GIF89a", "headers": {"Content-Type": "image/png"}}
    answer = client.post(f"/api/v1/people/{ID}/portrait?consent=true", **sent)
    assert (answer.status_code, answer.json["error"]) == (422, "picture_refused")
    assert "show_portrait" not in [call for _, call, _ in services.asked]


def test_who_looks_at_a_board_is_not_recorded_for_it_hangs_in_public(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    holder = {"id": ID, "name": "王建国", "phone": "13800000000", "portrait": None}
    services.answers["get_board"] = {"community": "410181002011", "entries": [{"person": holder}]}
    assert anonymous.get("/api/v1/communities/410181002011/places/410181002011001/board").status_code == 200
    assert [call for _, call, _ in services.asked] == ["get_board"]
