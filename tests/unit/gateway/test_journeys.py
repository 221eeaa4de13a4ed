"""The journey of a case: by its id, its receipt number, or the number of a message or a chain."""

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from tests.unit.gateway.conftest import FakeServices

GRIEVANCE = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
JOURNEYS = "/api/v1/operations/journeys"


@pytest.mark.parametrize("receipt", ["20261123-1234-56789", "20261123123456789"])
def test_a_receipt_number_stands_for_its_grievance(client: FlaskClient, services: FakeServices, receipt: str) -> None:
    services.answers["list_grievances"] = {"items": [{"id": GRIEVANCE}]}

    client.get(f"{JOURNEYS}/{receipt}")

    assert services.asked[0] == ("grievance", "list_grievances", {"receipt": receipt, "page_size": 1})
    assert services.asked[1] == ("operations", "get_journey", {"id": GRIEVANCE})


def test_what_looks_like_a_receipt_number_and_is_none_may_be_the_number_of_a_chain(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_grievances"] = {"items": []}

    client.get(f"{JOURNEYS}/20261123-1234-56789")

    assert services.asked[1] == ("operations", "get_journey", {"id": "20261123-1234-56789"})


@pytest.mark.parametrize("id", [GRIEVANCE, "my-number-1", "gateway:7.a_b@c"])
def test_any_other_number_is_asked_for_as_it_is(client: FlaskClient, services: FakeServices, id: str) -> None:
    client.get(f"{JOURNEYS}/{id}")

    assert services.asked == [("operations", "get_journey", {"id": id})]


def test_while_receipts_cannot_be_looked_up_the_answer_is_503(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_grievances"] = Unavailable()

    assert client.get(f"{JOURNEYS}/20261123-1234-56789").status_code == 503


@pytest.mark.parametrize("id", ["a b", "汉字", "a%2Fb", "x" * 121])
def test_what_can_be_no_number_is_not_found(client: FlaskClient, services: FakeServices, id: str) -> None:
    assert client.get(f"{JOURNEYS}/{id}").status_code == 404
    assert services.asked == []
