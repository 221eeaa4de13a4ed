"""Requests are counted and logged by the template of their route, and figures are shown to whoever may see them."""

import json
import logging
import re

import pytest
from flask.testing import FlaskClient

from chassis.logs import JsonLines
from tests.servers.promtool import promtool
from tests.unit.gateway.conftest import FakeServices, granted, signed_in

WRITTEN_BY_SOMEONE = "13800001111"
ID = "06662761-7f03-482e-8f1f-5f5a8b85511b"


def counted(client: FlaskClient, **labels: str) -> float:
    """How many requests with these labels were answered so far."""
    told = client.get("/metrics").text
    named = ",".join(f'{name}="{re.escape(value)}"' for name, value in sorted(labels.items()))
    found = re.search(rf"^http_requests_total\{{{named}\}} (\S+)$", told, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_figures_are_answered_as_prometheus_wants_them(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert promtool("check", "metrics", given=answer.text) == ""


def test_figures_are_for_those_on_duty(client: FlaskClient, anonymous: FlaskClient, services: FakeServices) -> None:
    assert anonymous.get("/metrics").status_code == 401
    services.who = signed_in(granted("office"))
    answer = client.get("/metrics")
    assert answer.status_code == 403
    assert "http_requests_total" not in answer.text


def test_a_request_is_counted_by_its_route_and_not_by_its_address(client: FlaskClient, services: FakeServices) -> None:
    route = "/api/v1/grievances/<id:id>"
    before = counted(client, method="GET", route=route, status="200")
    client.get(f"/api/v1/grievances/{ID}")
    assert counted(client, method="GET", route=route, status="200") == before + 1
    assert ID not in client.get("/metrics").text


def test_what_nobody_answers_is_counted_as_one_route(client: FlaskClient) -> None:
    before = counted(client, method="GET", route="none", status="404")
    for number in range(3):
        client.get(f"/{WRITTEN_BY_SOMEONE}/{number}")
    assert counted(client, method="GET", route="none", status="404") == before + 3
    assert WRITTEN_BY_SOMEONE not in client.get("/metrics").text


def test_a_request_is_one_line_of_the_log_with_its_chain_and_without_its_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    formatter = JsonLines("gateway")
    with caplog.at_level(logging.INFO, "chassis.observed_work"):
        caplog.handler.setFormatter(formatter)
        client.get(f"/{WRITTEN_BY_SOMEONE}?q={WRITTEN_BY_SOMEONE}", headers={"X-Correlation-Id": "my-number"})
    (line,) = (json.loads(each) for each in caplog.text.splitlines())
    assert (line["method"], line["route"], line["status"]) == ("GET", "none", 404)
    assert line["correlation"] == "my-number"
    assert line["ms"] >= 0
    assert WRITTEN_BY_SOMEONE not in caplog.text


def test_requests_are_not_logged_where_only_warnings_are(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "chassis.observed_work"):
        client.get("/openapi.json")
    assert caplog.text == ""


def test_our_own_fault_is_logged_without_the_address(
    client: FlaskClient, services: FakeServices, caplog: pytest.LogCaptureFixture
) -> None:
    services.answers["get_grievance"] = ValueError(WRITTEN_BY_SOMEONE)
    client.get(f"/api/v1/grievances/{ID}")
    assert "/api/v1/grievances/<id:id> could not be answered" in caplog.text
    assert f"/{ID}" not in caplog.text
