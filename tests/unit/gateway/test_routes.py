"""Every route: which service it asks for what, and that the service understands the question."""

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE

from tests.unit.gateway.conftest import FakeServices

ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
PERSON = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
COMMUNITY = "410181002011"
GRID = "410181002011001"
GRIEVANCE = {"community": COMMUNITY, "place": GRID, "category": "corridor_clutter", "description": "楼道堆物"}
VOLUNTEER = {"name": "李志强", "home_place": "41018100201100101"}
UNIT = {"name": "陇海路派出所", "kind": "police"}
AGREEMENT = {"parties": "社区与派出所", "cooperation": "problems", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
APPOINTMENT = {"kind": "grid_leader", "place": GRID, "person_id": PERSON, "starts_on": "2026-01-01"}
FILE = {"file": (io.BytesIO("编码\n".encode()), "a.csv")}

ROUTES: list[tuple[str, str, Any, str, str, dict[str, Any]]] = [
    # method, path, body, service, call, what must be in the command beside the body
    ("GET", "/categories", None, "grievance", "list_categories", {"page": 1}),
    ("POST", "/grievances", GRIEVANCE, "grievance", "file_grievance", {}),
    ("GET", f"/grievances?community={COMMUNITY}&place={GRID}", None, "grievance", "list_grievances", {"place": GRID}),
    ("GET", f"/grievances/{ID}", None, "grievance", "get_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/accept", {"by": "张网格"}, "grievance", "accept_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/resolve", {"resolution": "已清理"}, "grievance", "resolve_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/reject", {"reason": "不属本社区"}, "grievance", "reject_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/reopen", {"reason": "又堆上了"}, "grievance", "reopen_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/rate", {"score": 5, "comment": "好"}, "grievance", "rate_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/cancel", None, "grievance", "cancel_grievance", {"id": ID}),
    ("GET", "/communities", None, "organization", "list_communities", {"page_size": 50}),
    ("GET", f"/communities/{COMMUNITY}", None, "organization", "get_community", {"community": COMMUNITY}),
    ("GET", f"/communities/{COMMUNITY}/places?kind=grid&parent={COMMUNITY}&page=2&page_size=200", None, "organization",
     "list_places", {"community": COMMUNITY, "kind": "grid", "parent": COMMUNITY, "page": 2, "page_size": 200}),
    ("GET", f"/communities/{COMMUNITY}/places/{GRID}", None, "organization", "get_place",
     {"community": COMMUNITY, "code": GRID}),
    ("GET", f"/communities/{COMMUNITY}/places/{GRID}/responsible?on=2026-05-01", None, "organization",
     "find_responsible", {"community": COMMUNITY, "place": GRID, "on": "2026-05-01"}),
    ("GET", f"/communities/{COMMUNITY}/gaps", None, "organization", "list_gaps", {"community": COMMUNITY}),
    ("POST", f"/communities/{COMMUNITY}/places/import?preview=true", FILE, "organization", "import_places",
     {"community": COMMUNITY, "preview": True}),
    ("POST", f"/communities/{COMMUNITY}/people/import", FILE, "organization", "import_people",
     {"community": COMMUNITY, "preview": False}),
    ("GET", f"/people?community={COMMUNITY}&place={GRID}&post=grid_leader", None, "organization", "list_people",
     {"community": COMMUNITY, "place": GRID, "post": "grid_leader"}),
    ("GET", f"/people/{ID}", None, "organization", "get_person", {"id": ID}),
    ("GET", f"/posts?person_id={PERSON}&on=2026-05-01", None, "organization", "list_posts", {"person_id": PERSON}),
    ("POST", "/posts", {**APPOINTMENT, "community": COMMUNITY}, "organization", "appoint", {}),
    ("POST", f"/posts/{ID}/end", {"ends_on": "2026-06-30"}, "organization", "end_post", {"post_id": ID}),
    ("POST", f"/people/{ID}/leave", {"starts_on": "2026-05-01", "ends_on": "2026-05-05"}, "organization", "take_leave",
     {"person_id": ID}),
    ("GET", "/leaves?on=2026-05-01", None, "organization", "list_leaves", {"on": "2026-05-01"}),
    ("POST", f"/leaves/{ID}/cancel", None, "organization", "cancel_leave", {"id": ID}),
    ("GET", f"/volunteers?community={COMMUNITY}&skill=搬运", None, "volunteer", "list_volunteers", {"skill": "搬运"}),
    ("POST", "/volunteers", {**VOLUNTEER, "community": COMMUNITY}, "volunteer", "register_volunteer", {}),
    ("POST", "/volunteers/bulk", {"community": COMMUNITY, "volunteers": [VOLUNTEER]}, "volunteer",
     "register_volunteers", {}),
    ("GET", f"/volunteers/{ID}", None, "volunteer", "get_volunteer", {"id": ID}),
    ("POST", f"/volunteers/{ID}/availability", {"always": False}, "volunteer", "change_availability", {"id": ID}),
    ("GET", "/teams?type=women", None, "volunteer", "list_teams", {"type": "women"}),
    ("POST", "/teams", {"community": COMMUNITY, "type": "women", "name": "巾帼队"}, "volunteer", "found_team", {}),
    ("GET", f"/teams/{ID}", None, "volunteer", "get_team", {"id": ID}),
    ("POST", f"/teams/{ID}/join", {"volunteer_id": PERSON}, "volunteer", "join_team", {"id": ID}),
    ("POST", f"/teams/{ID}/leave", {"volunteer_id": PERSON}, "volunteer", "leave_team", {"id": ID}),
    ("POST", f"/teams/{ID}/activate", None, "volunteer", "activate_team", {"id": ID}),
    ("GET", f"/dispatches?grievance_id={ID}&state=offered", None, "volunteer", "list_dispatches", {"grievance_id": ID}),
    ("GET", f"/dispatches/{ID}", None, "volunteer", "get_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/accept", None, "volunteer", "accept_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/decline", {"reason": "出差"}, "volunteer", "decline_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/check-in", None, "volunteer", "check_in", {"id": ID}),
    ("POST", f"/dispatches/{ID}/check-out", {"at": "2026-05-01T10:00:00+08:00"}, "volunteer", "check_out", {"id": ID}),
    ("GET", "/units?kind=police", None, "partner", "list_units", {"kind": "police"}),
    ("POST", "/units", {**UNIT, "community": COMMUNITY}, "partner", "register_unit", {}),
    ("POST", "/units/bulk", {"community": COMMUNITY, "units": [UNIT]}, "partner", "register_units", {}),
    ("GET", f"/units/{ID}", None, "partner", "get_unit", {"id": ID}),
    ("POST", f"/units/{ID}/agreements", AGREEMENT, "partner", "sign_agreement", {"unit_id": ID}),
    ("GET", f"/referrals?unit_id={ID}", None, "partner", "list_referrals", {"unit_id": ID}),
    ("GET", f"/referrals/{ID}", None, "partner", "get_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/accept", None, "partner", "accept_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/return", {"reason": "不属本单位"}, "partner", "return_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/complete", {"result": "已拆除"}, "partner", "complete_referral", {"id": ID}),
    ("GET", f"/elder-records?community={COMMUNITY}", None, "health", "list_elder_records", {"community": COMMUNITY}),
    ("GET", f"/elder-records/{ID}", None, "health", "get_elder_record", {"id": ID}),
    ("PATCH", f"/elder-records/{ID}", {"consent_on": "2026-05-01"}, "health", "update_elder_record", {"id": ID}),
    ("GET", f"/visits?elder_id={ID}&state=planned", None, "health", "list_visits", {"elder_id": ID}),
    ("POST", "/visits", {"community": COMMUNITY, "place": GRID, "elder_ids": [PERSON], "purpose": "独居探访"}, "health",
     "plan_visit", {}),
    ("GET", f"/visits/{ID}", None, "health", "get_visit", {"id": ID}),
    ("POST", f"/visits/{ID}/done", None, "health", "complete_visit", {"id": ID}),
    ("POST", f"/visits/{ID}/miss", {"reason": "家中无人"}, "health", "miss_visit", {"id": ID}),
]  # fmt: skip


def send(client: FlaskClient, method: str, path: str, body: Any) -> Any:
    if body is FILE:
        return client.open(f"/api/v1{path}", method=method, data=b"code\n", headers={"Content-Type": "text/csv"})
    return client.open(f"/api/v1{path}", method=method, **({} if body is None else {"json": body}))


def plain(command: Any) -> Any:
    """The command as it arrives on the other side."""
    return msgspec.json.decode(msgspec.json.encode(command))


@pytest.mark.parametrize(("method", "path", "body", "service", "call", "told"), ROUTES, ids=lambda each: str(each)[:60])
def test_a_route_asks_its_service_and_answers_what_it_says(
    client: FlaskClient, services: FakeServices, method: str, path: str, body: Any, service: str, call: str, told: Any
) -> None:
    services.answers |= {"ready": {"ready": True}, call: {"id": ID, "said": "好"}}

    answer = send(client, method, path, body)

    assert answer.status_code in (200, 201), answer.text
    assert answer.json == {"id": ID, "said": "好"}
    # Whether the service is there, or the community known, is asked before.
    before = {"ready", "get_community", "get_place"} - {call}
    asked = [each for each in services.asked if each[1] not in before]
    assert [each[:2] for each in asked] == [(service, call)]
    command = plain(asked[0][2])
    assert told.items() <= command.items()
    if isinstance(body, dict) and body is not FILE:
        assert body.keys() <= command.keys()


def answers_of(service: str) -> Iterator[tuple[str, Any]]:
    """The calls that a service answers, with the schema that loads each command."""
    door = getattr(import_module(f"services.{service}.service"), f"{service.capitalize()}Service")
    for name in dir(door):
        for entrypoint in getattr(getattr(door, name), "nameko_entrypoints", ()):
            if hasattr(entrypoint, "schema"):
                yield name, entrypoint.schema


@pytest.mark.parametrize(("method", "path", "body", "service", "call", "told"), ROUTES, ids=lambda each: str(each)[:60])
def test_the_service_asked_understands_the_command(
    client: FlaskClient, services: FakeServices, method: str, path: str, body: Any, service: str, call: str, told: Any
) -> None:
    services.answers["ready"] = {"ready": True}
    send(client, method, path, body)

    schema = dict(answers_of(service))[call]
    assert schema(unknown=RAISE).load(plain(services.asked[-1][2])) is not None


@pytest.mark.parametrize("service", ["grievance", "organization", "volunteer", "partner", "health"])
def test_every_call_that_a_service_answers_has_a_route(service: str) -> None:
    routed = {call for _, _, _, owner, call, _ in ROUTES if owner == service}
    assert {name for name, _ in answers_of(service)} == routed


def test_every_described_operation_stands_in_the_table_above(standing: tuple[Flask, FakeServices]) -> None:
    paths = standing[0].extensions["description"]["paths"]
    described = {(method.upper(), path) for path, ways in paths.items() for method in ways.keys() - {"parameters"}}
    tried = {(method, path.partition("?")[0]) for method, path, *_ in ROUTES}

    for method, path in described:
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path).removeprefix("/api/v1")
        assert any(way == method and re.fullmatch(pattern, address) for way, address in tried), (method, path)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (f"/grievances/{ID}/reject", None, "reason"),
        (f"/grievances/{ID}/rate", {"score": 6}, "score"),
        (f"/grievances/{ID}/rate", {"score": "5"}, "score"),
        (f"/referrals/{ID}/return", {}, "reason"),
        (f"/visits/{ID}/miss", {"reason": " "}, "reason"),
        ("/volunteers/bulk", {"community": COMMUNITY, "volunteers": [{**VOLUNTEER, "name": 3}]}, "volunteers.0.name"),
        ("/units/bulk", {"community": COMMUNITY, "units": [{**UNIT, "id": ID}]}, "units.0.id"),
    ],
)
def test_a_step_that_needs_something_is_refused_without_it(
    client: FlaskClient, services: FakeServices, path: str, body: Any, field: str
) -> None:
    answer = send(client, "POST", path, body)

    assert (answer.status_code, services.asked) == ((400, []) if body is None else (422, []))
    assert body is None or field in answer.json["fields"]


@pytest.mark.parametrize("path", [f"/grievances/{ID}/accept", f"/referrals/{ID}/accept", f"/dispatches/{ID}/check-in"])
@pytest.mark.parametrize(
    "sent", [{}, {"data": b""}, {"data": b"", "headers": {"Content-Type": "application/json"}}, {"json": {}}]
)
def test_a_step_that_needs_nothing_may_be_sent_with_nothing(client: FlaskClient, path: str, sent: Any) -> None:
    assert client.post(f"/api/v1{path}", **sent).status_code == 200


def test_ids_in_an_address_are_taken_in_any_case(client: FlaskClient, services: FakeServices) -> None:
    client.get(f"/api/v1/grievances/{ID.upper()}")

    assert services.command == {"id": ID}
