"""The description of the API: valid, complete, in both languages, and true."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from gateway.app import API
from gateway.http import STATUS
from tests.unit.gateway.conftest import FakeServices


@pytest.fixture(scope="module")
def description(standing: tuple[Flask, FakeServices]) -> dict[str, Any]:
    """What programs are given."""
    return standing[0].test_client().get("/openapi.json").json


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield method, path, operation


def referred(description: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in told:
        _, kind, name = told["$ref"].removeprefix("#/").split("/")
        told = description["components"][kind][name]
    return told


def test_it_is_valid_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    validate(description)


def test_it_can_be_written_without_two_schemas_of_one_name(open_door: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        open_door()


def test_every_route_of_the_api_is_described_and_nothing_else(
    description: dict[str, Any], standing: tuple[Flask, FakeServices]
) -> None:
    routed = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in standing[0].url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in operations(description)} == routed


OUTSIDE = {
    "/", "/docs", "/openapi.json", "/ready", "/metrics", "/static/<path:filename>",
    "/ops", "/ops/dead", "/ops/dead/letters", "/ops/dead/<id:id>", "/ops/journey",
    "/board", "/board/<community:community>/<place:place>", "/board/<community:community>/codes",
    "/board/<community:community>/<place:place>/code.svg", "/board/<community:community>/<place:place>/poster.pdf",
    "/volunteer/", "/volunteer/hours", "/volunteer/teams", "/volunteer/pairings", "/volunteer/pairings/<id:id>",
    "/volunteer/pairings/<id:id>/contacts",
    "/volunteer/dispatches/<id:id>/<any(accept, decline, 'check-in', 'check-out'):step>",
    "/doctor", "/doctor/visits/<id:id>", "/doctor/visits/<id:id>/done", "/doctor/visits/<id:id>/miss",
    "/doctor/elders", "/doctor/elders/<id:id>", "/partner", "/partner/<id:id>/<any(accept, return, complete):step>",
    "/office", "/office/bulk", "/office/new", "/office/new/caller", "/office/new/me-too/<id:id>",
    "/office/statistics", "/office/gaps", "/office/places", "/office/people",
    "/office/import/<any(places, people):what>", "/office/export/<name>.xlsx",
    "/leader/", "/leader/plan", "/leader/cases/<id:id>", "/leader/cases/<id:id>/call",
    "/leader/cases/<id:id>/hand-over",
    "/leader/cases/<id:id>/<word:step>",
    "/q", "/q/<community:community>/<place:place>", "/q/<community:community>/<place:place>/me-too/<id:id>",
    "/track", "/track/forget", "/r/<word:receipt>", "/r/<word:receipt>/<any(withdraw, amend, answer, reopen):step>",
    "/mine/cases",
    "/office/find-places", "/office/import/<any(places, people):what>/template.xlsx", "/office/import/result.xlsx",
    "/office/lists", "/office/people/new", "/office/people/<id:id>", "/office/people/<id:id>/change",
    "/office/doubles", "/office/doubles/apart", "/office/people/<id:id>/merge",
    "/office/people/<id:id>/depart", "/office/people/<id:id>/move", "/office/people/<id:id>/phone",
    "/office/people/<id:id>/consents", "/office/people/<id:id>/consents/withdraw",
    "/office/people/<id:id>/portrait", "/office/people/<id:id>/portrait/take-down",
    "/office/places/<place:place>/<any(close, reopen):step>", "/office/places/<place:place>/add",
    "/office/places/<place:place>/change", "/office/posts", "/office/posts/<id:id>/end", "/office/phrases",
    "/office/phrases/<id:id>/<any(change, remove):what>", "/office/views", "/office/views/<id:id>/remove",
    "/office/pairings", "/office/pairings/new", "/office/pairings/<id:id>", "/office/pairings/<id:id>/hardship",
    "/office/pairings/<id:id>/hand-over", "/office/pairings/<id:id>/end",
    "/figures", "/figures/export.xlsx", "/figures/<community:community>", "/figures/<community:community>/export.xlsx",
    "/sign-in", "/sign-in/phone", "/sign-in/code", "/sign-out", "/password", "/display",
    "/mine/notices", "/mine/notices/read", "/mine/notices/unread", "/mine/choices", "/mine/addresses",
    "/mine/addresses/verify", "/mine/addresses/remove", "/mine/account", "/mine/account/second-factor",
    "/mine/account/second-factor/confirm", "/mine/account/second-factor/remove", "/mine/account/sign-out-everywhere",
}  # fmt: skip
"""Whatever else the door answers: pages, and what programs ask before they know the API. Nothing is there unlisted."""


def test_every_address_outside_the_api_is_listed(standing: tuple[Flask, FakeServices]) -> None:
    assert {rule.rule for rule in standing[0].url_map.iter_rules() if not rule.rule.startswith(API)} == OUTSIDE


def test_every_operation_is_summed_up_in_chinese_and_english(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        chinese, _, english = operation["summary"].partition(" · ")
        assert re.search(r"[\u4e00-\u9fff]", chinese), (method, path)
        assert re.fullmatch(r"[A-Z][\x20-\x7e]+", english), (method, path)


def test_every_operation_has_a_name_of_its_own(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(names) == len(set(names))


def test_every_refusal_described_has_the_one_shape_and_is_explained(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        for status, told in operation["responses"].items():
            told = referred(description, told)
            assert "·" in told["description"], (method, path, status)
            (content,) = told["content"].values()
            schema = referred(description, content["schema"])
            if not status.startswith("2"):
                assert set(schema["required"]) == {"error", "message", "fields"}


def test_each_operation_tells_the_refusals_it_can_give(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        told = set(operation["responses"]) - {"200", "201", "default"}
        assert told <= {str(status) for status in STATUS.values()}
        assert {"403", "406", "503"} <= told
        assert ("404" in told) or "{" not in path
        assert ("409" in told) or method == "get" or "{" not in path
        assert ({"400", "413", "415", "422"} <= told) or "requestBody" not in operation


def test_lists_are_paged_alike(description: dict[str, Any]) -> None:
    lists = [
        operation for method, path, operation in operations(description) if operation["operationId"].startswith("list_")
    ]

    assert len(lists) >= 13
    for operation in lists:
        bounds = {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == "query"}
        assert bounds["page"]["minimum"] == 1
        assert (bounds["page_size"]["minimum"], bounds["page_size"]["maximum"]) == (1, 200)
        assert (bounds["page"]["default"], bounds["page_size"]["default"]) == (1, 50)
        shape = referred(description, operation["responses"]["200"]["content"]["application/json"]["schema"])
        assert set(shape["properties"]) == {"items", "total", "page", "page_size"}


def patterns(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if isinstance(told.get("pattern"), str):
            yield told["pattern"]
        for inner in told.values():
            yield from patterns(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from patterns(inner)


def test_patterns_are_such_as_every_reader_of_json_schema_understands(description: dict[str, Any]) -> None:
    found = set(patterns(description))

    assert found
    for pattern in found:
        assert pattern.startswith("^")
        assert not re.search(r"\\[AZ]|\(\?[aiLmsux]", pattern), pattern
        re.compile(pattern)


def test_what_is_sent_is_strict_and_what_is_answered_may_grow(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]

    assert schemas["NewGrievance"]["additionalProperties"] is False
    assert schemas["Contact"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["GrievanceOut"]


ADDRESS = {
    "id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
    "community": "410181002011",
    "place": "410181002011001",
    "queue": "organization.grievances",
    "mark": "9999999999-0",
    "grant": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "task_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
}


def test_methods_that_are_not_described_are_405_in_the_one_shape(
    client: FlaskClient, description: dict[str, Any]
) -> None:
    described = {(method, path.format(**ADDRESS)) for method, path, _ in operations(description)}
    described.add(("get", f"{API}/communities/410181002011/places/import"))  # a place may bear the code "import"

    for path in {path for _, path in described}:
        for method in ("get", "post", "put", "patch", "delete"):
            if (method, path) not in described:
                answer = client.open(path, method=method.upper())
                assert (answer.status_code, answer.json["error"]) == (405, "method_not_allowed"), (method, path)
