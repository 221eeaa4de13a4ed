"""Whatever is sent, the door answers in its shape and never with 500."""

from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.gateway.conftest import IN_USE, FakeServices, SignedIn, signed_in, use
from tests.unit.gateway.test_routes import AGREEMENT, COMMUNITY, GRID, GRIEVANCE, ID, PERSON, ROUTES, UNIT, VOLUNTEER

KNOWN = [COMMUNITY, GRID, ID, PERSON, "web", "police", "2026-05-01", "2026-05-01T08:00:00+08:00", "corridor_clutter"]
NAMES = sorted(
    {*GRIEVANCE, *VOLUNTEER, *UNIT, *AGREEMENT, "contact", "phone", "score", "reason", "volunteers", "units", "windows",
     "weekday", "record", "self_care", "findings", "elder_ids", "at", "starts_on", "ends_on", "about_person", "skills"}
)  # fmt: skip
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(KNOWN),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
commands = sorted({(method, path.partition("?")[0]) for method, path, *_ in ROUTES if method != "GET"})
lists = sorted({path.partition("?")[0] for method, path, *_ in ROUTES if method == "GET"})
quiet = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def visitor(standing: tuple[Flask, FakeServices]) -> FlaskClient:
    """Somebody at a door behind which everything that passes is encoded, as it is for the broker."""
    app, _ = standing

    def ask(service: str, call: str, command: dict[str, Any], patience: float | None = None) -> Any:
        if call == "who":
            return signed_in()
        sent = msgspec.json.decode(msgspec.json.encode(command))
        return IN_USE | {"ready": True, "id": ID, "community": COMMUNITY, "items": [], "neighbour": None, "sent": sent}

    use(app, ask)
    app.test_client_class = SignedIn
    return app.test_client()


def in_shape(answer: Any) -> bool:
    if answer.status_code < 300:
        return True
    return (
        answer.status_code < 500 and set(answer.json) == {"error", "message", "fields"} and bool(answer.json["message"])
    )


@quiet
@given(st.sampled_from(commands), values, st.sampled_from(["zh", "en"]))
def test_whatever_json_is_sent(visitor: FlaskClient, command: tuple[str, str], body: Any, language: str) -> None:
    answer = visitor.open(f"/api/v1{command[1]}", method=command[0], json=body, headers={"Accept-Language": language})

    assert in_shape(answer), answer.text


@quiet
@given(st.sampled_from(["contact", "place", "category", "description", "about_person", "channel", "community"]), values)
def test_whatever_one_field_of_a_grievance_holds(visitor: FlaskClient, name: str, value: Any) -> None:
    answer = visitor.post("/api/v1/grievances", json={**GRIEVANCE, name: value})

    assert in_shape(answer), answer.text
    if answer.status_code == 422:
        assert all(field.partition(".")[0] == name for field in answer.json["fields"])


@quiet
@given(
    st.sampled_from(commands),
    st.binary(max_size=60),
    st.sampled_from(["application/json", "", "text/csv", "multipart/form-data; boundary=a", ";"]),
)
def test_whatever_bytes_are_sent(visitor: FlaskClient, command: tuple[str, str], body: bytes, type: str) -> None:
    answer = visitor.open(f"/api/v1{command[1]}", method=command[0], data=body, headers={"Content-Type": type})

    assert in_shape(answer), answer.text


@quiet
@given(
    st.sampled_from(lists),
    st.dictionaries(
        st.sampled_from(["page", "page_size", "since", "on", "community", "place", "kind", "skill", "q", "id"]),
        st.one_of(st.text(max_size=12), st.sampled_from(KNOWN), st.integers().map(str)),
        max_size=3,
    ),
)
def test_whatever_is_asked_for(visitor: FlaskClient, path: str, query: dict[str, str]) -> None:
    answer = visitor.get(f"/api/v1{path}", query_string=query)

    assert in_shape(answer), answer.text


@quiet
@given(st.text(max_size=40))
def test_whatever_address_is_called(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get("/api/v1/" + path.replace("?", "").replace("#", ""))

    assert in_shape(answer), answer.text


@quiet
@given(
    st.dictionaries(
        st.sampled_from(
            ["Accept", "Accept-Language", "Idempotency-Key", "X-Correlation-Id", "Origin", "Host", "Content-Length"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
    )
)
def test_whatever_the_headers_say(visitor: FlaskClient, headers: dict[str, str]) -> None:
    environ = {
        ("" if name == "Content-Length" else "HTTP_") + name.upper().replace("-", "_"): value
        for name, value in headers.items()
    }
    answer = visitor.post("/api/v1/grievances", json=GRIEVANCE, environ_overrides=environ)

    assert in_shape(answer), answer.text
