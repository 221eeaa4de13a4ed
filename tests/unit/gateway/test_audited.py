"""Reads of personal data at the door: recorded before they are answered, withheld where that cannot be."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields

from contracts.errors import Invalid, Unavailable
from contracts.organization import schemas as organization
from gateway.audited import Shown
from gateway.purposes import PURPOSES
from tests.architecture.checkout import SERVICES, text
from tests.architecture.checkout import modules as modules_of_packages
from tests.unit.gateway.conftest import FakeServices, granted, signed_in

ME = signed_in()
ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
HERE, THERE = "410181002011", "410181002012"
CONTACT = {"name": "王**", "phone": "138****0000"}

SHOWN: list[tuple[str, str, dict[str, Any], str, list[str], str]] = [
    # path, call, what is answered; what is recorded: classes, of whom, why
    (f"grievances/{ID}", "get_grievance", {"contact": CONTACT}, "contact", [ID], "handling"),
    (f"volunteers/{ID}", "get_volunteer", {"phone": "13800000000"}, "contact", [ID], "handling"),
    (f"units/{ID}", "get_unit", {"phone": "0371-1234567"}, "contact", [ID], "handling"),
    (f"people/{ID}", "get_person", {"phone": "138****0000"}, "contact", [ID], "handling"),
    (f"elder-records/{ID}", "get_elder_record", {"record": {"smoking": "never"}}, "health", [ID], "visit"),
    (f"elder-records/{ID}", "get_elder_record", {"record": {"emergency_contact": CONTACT}}, "contact,health", [ID],
     "visit"),
    (f"visits/{ID}", "get_visit", {"findings": {"pulse": 70}, "elder_ids": [OTHER]}, "health", [OTHER], "visit"),
    (f"visits/{ID}", "get_visit", {"purpose": "独居探访", "elder_ids": []}, "health", [ID], "visit"),
    (f"visits/{ID}", "get_visit", {"missed_reason": "住院", "elder_ids": []}, "health", [ID], "visit"),
]  # fmt: skip


def recorded(services: FakeServices) -> list[dict[str, Any]]:
    """What the accounts service was told."""
    return [command for service, call, command in services.asked if (service, call) == ("accounts", "record_reads")]


@pytest.mark.parametrize(("path", "call", "told", "what", "subjects", "why"), SHOWN)
def test_what_shows_personal_data_is_recorded(
    client: FlaskClient, services: FakeServices, path: str, call: str, told: Any, what: str, subjects: Any, why: str
) -> None:
    services.answers[call] = {"id": ID, "community": HERE, **told}
    answer = client.get(f"/api/v1/{path}", headers={"X-Correlation-Id": "chain-1"})
    assert (answer.status_code, answer.json) == (200, services.answers[call])
    (entry,) = recorded(services)
    (read,) = entry["reads"]
    assert (read["community"], read["what"], read["subjects"]) == (HERE, what, subjects)
    assert (entry["account"], entry["session"], entry["why"]) == (ME["account"], ME["session"], why)
    assert entry["route"] == f"GET /api/v1/{path.replace(ID, '<id:id>')}"
    assert entry["correlation"] == "chain-1"
    assert entry["at"].tzinfo is not None


@pytest.mark.parametrize(
    ("path", "call", "told"),
    [
        (f"grievances/{ID}", "get_grievance", {"contact": None}),
        (f"grievances/{ID}", "get_grievance", {"contact": {}}),
        (f"volunteers/{ID}", "get_volunteer", {"phone": None}),
        (f"elder-records/{ID}", "get_elder_record", {"record": None}),
        (f"visits/{ID}", "get_visit", {"findings": None, "purpose": None, "missed_reason": None}),
        ("people", "list_people", {"items": [{"id": ID, "community": HERE, "phone": None}]}),
        ("people", "list_people", {"items": []}),
        ("grievances", "list_grievances", {"items": [{"id": ID, "community": HERE}]}),
        (f"communities/{HERE}/places/{HERE}/responsible", "find_responsible",
         {"ladder": [{"person": {"id": ID, "name": "李网格", "phone": "13800000000"}}]}),
    ],
)  # fmt: skip
def test_what_shows_none_needs_no_entry(
    client: FlaskClient, services: FakeServices, path: str, call: str, told: dict[str, Any]
) -> None:
    services.answers[call] = {"id": ID, "community": HERE, **told}
    assert client.get(f"/api/v1/{path}").status_code == 200
    assert recorded(services) == []


def test_a_list_is_recorded_with_those_whose_data_it_shows_by_community(
    client: FlaskClient, services: FakeServices
) -> None:
    rows = [
        {"id": "p1", "community": HERE, "phone": "138****0000"},
        {"id": "p2", "community": THERE, "phone": "139****0000"},
        {"id": "p3", "community": HERE, "phone": None},
        {"id": "p4", "community": HERE, "phone": "137****0000"},
    ]
    services.answers["list_people"] = {"items": rows, "total": 4, "page": 1, "page_size": 50}
    assert client.get("/api/v1/people").status_code == 200
    (entry,) = recorded(services)
    assert [(read["community"], read["subjects"]) for read in entry["reads"]] == [(HERE, ["p1", "p4"]), (THERE, ["p2"])]
    assert len({read["id"] for read in entry["reads"]}) == 2


@pytest.mark.parametrize("refusal", [Unavailable(service="accounts"), Invalid()])
def test_what_cannot_be_recorded_is_not_shown(client: FlaskClient, services: FakeServices, refusal: Exception) -> None:
    services.answers |= {"get_person": {"id": ID, "community": HERE, "phone": "138****0000"}, "record_reads": refusal}
    answer = client.get(f"/api/v1/people/{ID}")
    assert answer.status_code == 503
    assert answer.json["error"] == "read_not_recorded"
    assert "138" not in answer.text


def test_a_command_whose_answer_cannot_be_recorded_says_that_it_was_done(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers |= {"accept_grievance": {"id": ID, "community": HERE, "contact": CONTACT}}
    services.answers |= {"record_reads": Unavailable(service="accounts")}
    answer = client.post(f"/api/v1/grievances/{ID}/accept", json={})
    assert (answer.status_code, answer.json["error"]) == (503, "done_but_not_recorded")
    assert "138" not in answer.text


@pytest.mark.parametrize("code", PURPOSES)
def test_a_reason_of_the_list_may_be_given_in_the_header_or_the_question(
    client: FlaskClient, services: FakeServices, code: str
) -> None:
    services.answers["list_people"] = {"items": [{"id": ID, "community": HERE, "phone": "138"}]}
    assert client.get("/api/v1/people", headers={"X-Purpose": code}).status_code == 200
    assert client.get(f"/api/v1/people?purpose={code}").status_code == 200
    assert [entry["why"] for entry in recorded(services)] == [code, code]
    asked = [command for _, call, command in services.asked if call == "list_people"]
    assert all("purpose" not in command for command in asked)


def test_another_reason_is_refused_before_anything_is_asked(client: FlaskClient, services: FakeServices) -> None:
    for answer in (
        client.get(f"/api/v1/people/{ID}", headers={"X-Purpose": "curiosity"}),
        client.post(f"/api/v1/grievances/{ID}/accept?purpose=curiosity", json={}),
    ):
        assert answer.status_code == 422
        assert list(answer.json["fields"]) == ["purpose"]
    assert services.asked == []


def test_whoever_is_signed_in_is_named(client: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("office", HERE), granted("doctor", HERE), account="a1", session="s1")
    services.answers["get_person"] = {"id": ID, "community": HERE, "phone": "138****0000"}
    client.get(f"/api/v1/people/{ID}")
    (entry,) = recorded(services)
    assert (entry["account"], entry["role"], entry["session"]) == ("a1", "doctor,office", "s1")


# -- the audit itself


def test_reading_the_audit_is_recorded_also_when_there_is_nothing_in_it(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_reads"] = {"items": [], "total": 0, "page": 1, "page_size": 50}
    assert client.get(f"/api/v1/audit/reads?community={HERE}&subject={ID}").status_code == 200
    assert client.get("/api/v1/audit/reads").status_code == 200
    told = [(entry["why"], *entry["reads"][0].values()) for entry in recorded(services)]
    assert [each[:1] + each[2:] for each in told] == [("audit", HERE, "audit", [ID]), ("audit", "", "audit", [])]
    assert [call for _, call, _ in services.asked] == ["record_reads", "list_reads"] * 2


def test_the_audit_is_not_shown_where_that_cannot_be_recorded(client: FlaskClient, services: FakeServices) -> None:
    services.answers["record_reads"] = Unavailable(service="accounts")
    assert client.get("/api/v1/audit/reads").status_code == 503
    assert [call for _, call, _ in services.asked] == ["record_reads"]


# -- which routes


SENSITIVE = {
    "phone", "contact", "emergency_contact", "findings", "record", "purpose", "missed_reason", "chronic_conditions",
    "medication", "allergies", "past_illness", "self_care", "systolic", "weight", "hardship", "assistance",
    "subsistence", "low_income", "disability", "telephone",
}  # fmt: skip
"""Names that an answer may not hold unless who reads it is recorded."""

PUBLISHED = {
    "find_responsible",
    "get_board",
    "follow_receipt",
    "withdraw_by_receipt",
    "amend_by_receipt",
    "answer_by_receipt",
    "reopen_by_receipt",
}
"""Show the telephones of officials, as the notice board does."""


def names_in(told: dict[str, Any], schema: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """The names of all fields in a schema of the description, at any depth."""
    if isinstance(schema, list):
        return {name for each in schema for name in names_in(told, each, seen)}
    if not isinstance(schema, dict):
        return set()
    if name := str(schema.get("$ref", "")).rpartition("/")[2]:
        return set() if name in seen else names_in(told, told["components"]["schemas"][name], seen | {name})
    below = {found for part in schema.values() for found in names_in(told, part, seen)}
    return below | set(schema["properties"]) if isinstance(schema.get("properties"), dict) else below


def operations_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of the description."""
    return [one for path in told["paths"].values() for one in path.values() if isinstance(one, dict)]


def shown_by(told: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """Names of what an operation may answer with when all goes well."""
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    return names_in(told, answers)


def test_every_operation_that_may_show_personal_data_is_audited(standing: tuple[Flask, FakeServices]) -> None:
    told = standing[0].extensions["description"]
    unaudited = {
        operation["operationId"]: sorted(found)
        for operation in operations_of(told)
        if (found := shown_by(told, operation) & SENSITIVE) and not operation.get("x-audited")
    }
    assert set(unaudited) == PUBLISHED


def test_the_operations_that_are_audited_say_how_a_reason_is_given(standing: tuple[Flask, FakeServices]) -> None:
    told = standing[0].extensions["description"]
    audited = {one["operationId"]: one for one in operations_of(told) if one.get("x-audited")}
    assert {
        "get_grievance", "accept_grievance", "list_people", "get_person", "get_volunteer", "register_volunteer",
        "change_availability", "get_unit", "register_unit", "sign_agreement", "get_elder_record", "get_visit",
        "list_reads",
    } <= set(audited)  # fmt: skip
    assert audited["get_elder_record"]["x-audited"] == ["contact", "health"]
    for name, operation in audited.items():
        given = {(each["name"], each["in"]) for each in operation["parameters"] if "name" in each}
        assert {("X-Purpose", "header"), ("purpose", "query")} <= given, name
        assert "422" in operation["responses"], name


def test_operations_that_show_none_are_left_as_they_are() -> None:
    assert Shown.of(organization.PlaceOut) is None
    assert Shown.of(organization.ResponsibleOut) is None


class Nameless(Schema):
    """Shows a telephone and does not say whose."""

    phone = fields.String()


class Deep(Schema):
    """A contact far down."""

    id = fields.String()
    community = fields.String()
    members = fields.List(fields.Nested(Nameless))


def test_a_shape_that_does_not_say_of_whom_it_tells_is_refused_when_the_route_is_made() -> None:
    with pytest.raises(TypeError, match=r"Nameless.*contact.*community.*id"):
        Shown.of(Nameless)


def test_what_stands_far_down_in_an_answer_is_found() -> None:
    shown = Shown.of(Deep)
    assert shown is not None
    (read,) = shown.reads({"id": "t1", "community": HERE, "members": [{"phone": ""}, {"phone": "138"}]})
    assert (read["what"], read["subjects"]) == ("contact", ["t1"])
    assert shown.reads({"id": "t1", "community": HERE, "members": [{"phone": ""}]}) == []


# -- ways around the routes


ASKED_BY_PAGES = {"operations", "accounts"}
"""Services whose answers hold no such data: dead letters are masked before they leave, accounts are one's own."""

HOLDING_NOTHING = {("organization", "get_place")}
"""Calls of other services that tell names of places, and nobody's."""


def asked_in(source: str) -> Iterator[tuple[str, str]]:
    """Which calls of which services a module asks for by name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and len(node.args) >= 2:
            named = [each.value if isinstance(each, ast.Constant) else "" for each in node.args[:2]]
            if named[0] in SERVICES and isinstance(named[1], str):
                yield str(named[0]), named[1]


def test_pages_and_streams_ask_for_nothing_that_would_be_shown_unrecorded() -> None:
    modules = [path for path in modules_of_packages("gateway") if path.parts[1] == "pages" or path.name == "live.py"]
    asked = {each for path in modules for each in asked_in(text(path))}
    assert len(asked) >= 5, "the search finds nothing"
    assert {
        (service, call) for service, call in asked if service not in ASKED_BY_PAGES and call != "ready"
    } <= HOLDING_NOTHING


def test_the_search_finds_a_page_that_would() -> None:
    assert list(asked_in('page(ask("health", "get_elder_record", {"id": id}))')) == [("health", "get_elder_record")]
