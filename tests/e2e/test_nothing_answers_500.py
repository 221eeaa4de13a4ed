"""Whatever is sent, nothing answers 500: every field and every question given what breaks things, and odd requests."""

import re
import socket
from contextlib import suppress
from itertools import product
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.communities import ELDER, RESIDENT, Community, enrol, found, join
from tests.e2e.door import Door
from tests.e2e.sample_bodies import SampleBodies, body_of
from tests.e2e.systems import System

pytestmark = pytest.mark.timeout(240)

NOBODY = str(uuid4())
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e300, "", " ", "零\0字", "x" * 5_000, "🏮\u202e\uffff", "9999-12-31", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], [[]], {}, {"a": {"b": None}},
)  # fmt: skip
"""Values that have broken something somewhere; each is put where each field of each command stands."""


@pytest.fixture
def community(door: Door) -> Community:
    """A community with somebody of every kind in it."""
    made = found(door)
    enrol(door, made)
    join(door, made, "铁塔公司", "tower")
    return made


def test_whatever_each_field_of_each_command_holds_nothing_answers_500(door: Door, community: Community) -> None:
    known = known_ids(door, community)
    samples = SampleBodies(door.description, community, known)
    tried = 0
    for method, path, told in door.description.operations:
        name = body_of(told)
        for spot, value in product(samples.spots(name) if name else (), HOSTILE):
            answer = door.front.request(
                method, addressed(path, known, community), json=samples.with_value(name, spot, value)
            )
            check_no_500(answer, f"{path} {'.'.join(spot)}={value!r:.40}")
            tried += 1
    assert tried > 2000, "the description has hardly any commands"


def test_whatever_each_question_holds_nothing_answers_500(door: Door, community: Community) -> None:
    known = known_ids(door, community)
    odd = (
        "", "\0", "-1", "1e3", "9" * 30, "0001-01-01", "9999-12-31", "x" * 3_000, "é\uffff", "%", "[]", "null", "true",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", str(uuid4()), "\u0661\u0662",
    )  # fmt: skip
    for method, path, told in door.description.operations:
        names = [one["name"] for one in told.get("parameters", []) if one.get("in") == "query"]
        for name, value in product(names if method == "get" else [], odd):
            answer = door.front.get(addressed(path, known, community), params={name: value})
            check_no_500(answer, f"{path} {name}={value!r:.40}")


def test_whatever_an_address_holds_nothing_answers_500(door: Door, community: Community) -> None:
    odd = ("%00", "%ff", "..", "%2e%2e%2f", "x" * 4_000, "9" * 50, "%", "%zz", "é", "a%2Fb", " ", "-", "null", "0")
    for path, part in product(door.description.told["paths"], odd):
        answer = door.front.get(
            re.sub(r"\{\w+\}", lambda _, part=part: part, path) + ("" if "{" in path else f"/{part}")
        )
        assert answer.status_code < 500, f"{path} {part:.20}: {answer.text}"


def check_no_500(answer: httpx.Response, what: str) -> None:
    """Fails where a request was not understood by us, instead of not by the door."""
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error", "message", "fields"}, f"{what}: {answer.text}"


def known_ids(door: Door, community: Community) -> dict[str, str]:
    """Something there is of every kind, by the word it has in addresses; helpers of cases are fresh ones, on which
    every step is still possible."""
    asked = {
        "dispatches": ("corridor_clutter", community.building, lambda case: case["volunteers"]),
        "referrals": ("flying_wire", community.building, lambda case: [case["referral"]] if case["referral"] else []),
        "visits": ("elder_care", community.home, lambda case: [case["visit"]] if case["visit"] else []),
    }
    ids = {}
    for kind, (category, place, helpers) in asked.items():
        id = door.file(community.code, place, category)
        ids[kind] = helpers(door.when(id, helpers))[0]["id"]
    elder = community.people[ELDER]
    door.when_listed("elder-records", 1, community=community.code)
    leave = door.post(f"people/{elder}/leave", {"starts_on": "2025-01-01", "ends_on": "2025-01-02"})
    team = door.post("teams", {"community": community.code, "type": "women", "name": str(uuid4())})
    return ids | {
        "grievances": id,
        "people": community.people[RESIDENT],
        "volunteers": community.volunteers["李一"],
        "units": community.units["铁塔公司"],
        "elder-records": elder,
        "leaves": leave["id"],
        "teams": team["id"],
        "posts": door.get("posts", community=community.code)["items"][0]["id"],
    }


def addressed(path: str, known: dict[str, str], community: Community) -> str:
    """A path with what there is filled in."""
    kind = path.removeprefix("/api/v1/").partition("/")[0]
    filled = path.replace("{community}", community.code).replace("{place}", community.building)
    return filled.replace("{id}", known.get(kind, NOBODY))


# -- what no well-behaved client sends


@pytest.mark.parametrize(
    "request_text",
    [
        b"BREW /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\nConnection: close\r\n\r\n{}",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: two\r\nConnection: close\r\n\r\n{}",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"GET /api/v1/categories HTTP/1.0\r\n\r\n",
        b"GET /api/v1/categories HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        b"GET /api/v1/grievances?q=\xff\xfe\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"a" * 70_000 + b"\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50 + b"\r\n\r\n",
    ],
    ids=["method", "negative", "length", "chunk", "http-1.0", "no-host", "bytes", "long-path", "long-header", "tls"],
)
def test_what_no_client_sends_does_not_answer_500(system: System, request_text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", system.port), timeout=10) as plain:
        answer = b""
        # The door may hang up on somebody like this before all is said.
        with suppress(OSError):
            plain.sendall(request_text)
            plain.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while piece := plain.recv(65536):
                answer += piece
    status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    assert status is None or int(status[1]) < 500, answer[:500]
    system.check_ready()


def test_a_body_that_breaks_off_does_not_hold_the_door(system: System, door: Door) -> None:
    with socket.create_connection(("127.0.0.1", system.port), timeout=10) as plain:
        plain.sendall(
            b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        assert door.get("categories", page_size=1)["items"]
    assert door.get("categories", page_size=1)["items"]
