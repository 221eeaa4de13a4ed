"""OWASP's ten API security risks of 2023, each as far as it can befall this door.

Who may reach what (API1, API2, API5) is a table of its own: every role against every operation.
"""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.e2e.communities import Community, enrol, found, join
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.sample_bodies import SampleBodies, body_of
from tests.e2e.systems import Distributed, Embedded
from tests.e2e.test_nothing_answers_500 import addressed, known_ids

pytestmark = pytest.mark.timeout(240)

SOON = 2.0
"""Seconds; a machine with two busy cores takes a tenth of it for what is refused at the door."""


@pytest.fixture(scope="module")
def door(embedded_system: Embedded) -> Door:
    """A client of the form that runs everywhere: the door is the same in both."""
    return embedded_system.door


@pytest.fixture(scope="module")
def community(door: Door) -> Community:
    """A community with somebody of every kind in it."""
    made = found(door)
    enrol(door, made)
    join(door, made, "铁塔公司", "tower")
    return made


@pytest.fixture(scope="module")
def known(door: Door, community: Community) -> dict[str, str]:
    """Something there is of every kind."""
    return known_ids(door, community)


@pytest.fixture(scope="module")
def narrow_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A system behind a proxy, with small limits."""
    limits = {"REQUESTS_PER_MINUTE": "20", "FILINGS_PER_MINUTE": "3", "TRUSTED_PROXIES": "1"}
    started = Embedded(tmp_path_factory.mktemp("narrow"), **limits)
    try:
        started.start()
        started.wait_until_ready()
        yield started
    finally:
        started.kill()


def commands(door: Door) -> list[tuple[str, str, str]]:
    """Every command that takes JSON: its method, its path, and the name of its body's schema."""
    found = [(method, path, body_of(told)) for method, path, told in door.description.operations]
    return [(method, path, name) for method, path, name in found if name]


def somewhere(path: str, known: dict[str, str], community: Community) -> str:
    """A path with what there is filled in, for what will be refused: it may name a queue that all others need."""
    task = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"  # of no case: what will be refused is refused before it is looked for
    return addressed(path, known, community).replace("{queue}", "grievance.main").replace("{task_id}", task)


# -- API3: broken object property level authorization


NOT_FOR_CLIENTS = (
    "id",
    "status",
    "receipt",
    "filed_by",
    "leader",
    "created_at",
    "version",
    "roles",
    "is_admin",
    "within",
)
"""What services decide by themselves."""


def test_no_command_takes_what_only_a_service_may_decide(
    door: Door, community: Community, known: dict[str, str]
) -> None:
    samples = SampleBodies(door.description, community, known)
    for method, path, name in commands(door):
        described = {spot[0] for spot in samples.spots(name)}
        for field in set(NOT_FOR_CLIENTS) - described:
            body = samples.in_order(name) | {field: "x"}
            answer = door.front.request(method, somewhere(path, known, community), json=body)
            assert answer.status_code == 422, f"{path} {field}: {answer.status_code} {answer.text}"
            assert field in answer.json()["fields"], f"{path} {field}: {answer.text}"


def test_no_list_takes_a_filter_that_is_not_described(door: Door) -> None:
    for path in door.description.lists():
        for name in ("within", "filed_by_account", "sql", "fields", "include"):
            answer = door.front.get(path.replace("{community}", COMMUNITY), params={name: "*"})
            assert answer.status_code == 422, f"{path} {name}: {answer.text}"


# -- API4: unrestricted resource consumption


def test_no_list_gives_more_than_two_hundred_at_once(door: Door) -> None:
    for path in door.description.lists():
        filled = path.replace("{community}", COMMUNITY)
        where = {"community": COMMUNITY} if path.endswith(("/by-place", "/nearby")) else {}
        where |= {"place": COMMUNITY} if path.endswith("/nearby") else {}
        assert door.front.get(filled, params={**where, "page_size": 200}).status_code == 200, path
        for size in ("201", "999999999999", "-1", "1e9"):
            assert door.front.get(filled, params={**where, "page_size": size}).status_code == 422, f"{path} {size}"


def test_no_command_reads_more_than_its_limit(door: Door, community: Community, known: dict[str, str]) -> None:
    huge = b'{"note":"' + b"a" * 3_000_000 + b'"}'
    for method, path, _ in commands(door):
        answer = door.front.request(
            method, somewhere(path, known, community), content=huge, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413, f"{path}: {answer.status_code} {answer.text:.200}"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'], ids=["lists", "objects", "both"])
def test_json_in_json_without_end_is_refused_at_once(door: Door, opening: bytes) -> None:
    begun = time.monotonic()
    answer = door.front.post(
        "/api/v1/grievances", content=opening * 15_000, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400, answer.text
    assert time.monotonic() - begun < SOON


SLOW = ("a" * 50_000 + "!", " " * 50_000 + "\0", "1" * 50_000 + "x", "-" * 50_000, "(" * 50_000, "1." * 25_000)
"""What makes a pattern that tries again and again try for hours."""


def test_no_text_makes_a_pattern_search_for_long(door: Door, community: Community, known: dict[str, str]) -> None:
    samples = SampleBodies(door.description, community, known)
    for method, path, name in commands(door):
        for number, spot in enumerate(samples.spots(name)):
            body = json.dumps(samples.with_value(name, spot, SLOW[number % len(SLOW)]))
            begun = time.monotonic()
            door.front.request(
                method,
                addressed(path, known, community),
                content=body,
                headers={"Content-Type": "application/json"},
            )
            assert time.monotonic() - begun < SOON, f"{path} {spot}"


def through_proxy(system: Embedded, address: str) -> httpx.Client:
    """Somebody who comes through the proxy, from this address."""
    return httpx.Client(base_url=system.url, headers={"X-Forwarded-For": address}, trust_env=False, timeout=15)


def test_who_asks_too_often_has_to_wait_and_others_do_not(narrow_system: Embedded) -> None:
    with through_proxy(narrow_system, "203.0.113.1") as eager, through_proxy(narrow_system, "203.0.113.2") as other:
        answers = [eager.get("/api/v1/categories") for _ in range(30)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert 5 <= len(refused) <= 10
        assert all(answer.json()["error"] == "too_many" for answer in refused)
        assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)
        assert other.get("/api/v1/categories").status_code != 429


# -- API6: unrestricted access to sensitive business flows


def test_nobody_floods_the_office_with_grievances(narrow_system: Embedded) -> None:
    body = {"community": COMMUNITY, "place": COMMUNITY, "category": "other", "description": "楼道灯坏了。"}
    with through_proxy(narrow_system, "127.0.0.9") as eager:
        statuses = [eager.post("/api/v1/grievances", json=body).status_code for _ in range(6)]
    assert statuses.count(429) == 3, statuses
    assert statuses[3:] == [429] * 3


# -- API7: server side request forgery


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address at which nobody should ask, and who did."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as open_port:
        port = open_port.getsockname()[1]

        def listen() -> None:
            while True:
                try:
                    connection, address = open_port.accept()
                except OSError:
                    return
                came.append(str(address))
                connection.close()

        Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{port}/x", came
        open_port.shutdown(socket.SHUT_RDWR)


def test_no_address_that_a_client_sends_is_ever_called(door: Door, community: Community, known: dict[str, str]) -> None:
    samples = SampleBodies(door.description, community, known)
    with listener() as (url, came):
        headers = dict.fromkeys(("Referer", "X-Forwarded-Host", "X-Original-URL", "Forwarded", "traceparent"), url)
        for method, path, name in commands(door):
            for spot in samples.spots(name):
                door.front.request(
                    method,
                    addressed(path, known, community),
                    json=samples.with_value(name, spot, url),
                    headers=headers,
                )
        for path in door.description.lists():
            door.front.get(path.replace("{community}", COMMUNITY), params={"q": url}, headers=headers)
        door.front.get("/ops/journey", params={"id": url, "next": url})
        table = f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{url}"><x/>'
        path = f"/api/v1/communities/{community.code}/places/import"
        assert door.front.post(path, files={"file": ("a.xlsx", table.encode())}).status_code == 422
    assert came == []


def test_no_field_is_described_as_an_address_to_be_called(door: Door) -> None:
    for name, schema in door.description.told["components"]["schemas"].items():
        if name in {body for _, _, body in commands(door)}:
            for field, told in schema.get("properties", {}).items():
                assert told.get("format") not in ("uri", "url"), f"{name}.{field}"
                assert not re.search(r"(^|_)(url|uri|hook|callback|webhook)($|_)", field), f"{name}.{field}"


# -- API8: security misconfiguration


INWARD = re.compile(
    r"Traceback|File \"|\.py\b|sqlalchemy|psycopg|sqlite3|werkzeug|eventlet|kombu|nameko|amqp://|postgresql://|"
    r"site-packages|/tmp/|/home/|/opt/|SELECT |INSERT |Error\(|Exception",
    re.IGNORECASE,
)
"""What an answer would hold if it told how things are made inside."""

ODD: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/%00", {}),
    ("GET", "/api/v1/grievances/%0d%0aX-Injected:%201", {}),
    ("GET", "/api/v1/people/%ff%fe", {}),
    ("GET", "/api/v1/grievances?page=%00", {}),
    ("GET", "/api/v1/grievances?community=' OR 1=1 --", {}),
    ("GET", "/../../etc/passwd", {}),
    ("GET", "/static/../app.py", {}),
    ("GET", "/static/%2e%2e/app.py", {}),
    ("GET", "/static//etc/passwd", {}),
    ("GET", "//evil.example/", {}),
    ("GET", "/ops/journey?id={{7*7}}", {}),
    ("GET", "/ops/dead/letters?page=%00&queue=<script>alert(1)</script>", {}),
    ("POST", "/api/v1/grievances", {"content": b"{"}),
    ("POST", "/api/v1/grievances", {"content": b"\x00" * 100, "headers": {"Content-Type": "application/json"}}),
    ("POST", "/api/v1/grievances", {"content": b"x", "headers": {"Content-Type": "application/x-python-pickle"}}),
    ("POST", "/api/v1/grievances", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
    ("POST", "/api/v1/grievances", {"content": b"x", "headers": {"Content-Encoding": "gzip"}}),
    ("POST", "/api/v1/grievances", {"json": {"community": {"$ne": None}}}),
    ("GET", "/api/v1/categories", {"headers": {"Accept-Language": "x" * 5_000}}),
    ("GET", "/api/v1/categories", {"headers": {"Accept": "x" * 5_000}}),
    ("GET", "/api/v1/categories", {"headers": {"Cookie": "a=" + "b" * 5_000}}),
    ("GET", "/api/v1/categories", {"headers": {"Range": "bytes=0-"}}),
    ("TRACE", "/api/v1/categories", {}),
    ("CONNECT", "/api/v1/categories", {}),
    ("DEBUG", "/", {}),
)


@pytest.mark.parametrize(("method", "path", "more"), ODD, ids=[f"{method} {path}" for method, path, _ in ODD])
def test_an_answer_tells_nothing_inward_and_nothing_of_what_makes_it(
    door: Door, method: str, path: str, more: dict[str, Any]
) -> None:
    answer = door.front.request(method, path, **more)
    assert answer.status_code < 500
    assert not INWARD.search(answer.text), answer.text
    assert not {"server", "x-powered-by", "via", "x-injected"} & set(answer.headers)
    assert "49" not in answer.text or "{{7*7}}" not in path
    assert "<script>alert" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_no_other_site_may_read_with_a_browser(door: Door) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method, path in (("OPTIONS", "/api/v1/grievances"), ("GET", "/api/v1/categories"), ("GET", "/openapi.json")):
        answer = door.front.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")], path


def test_a_header_does_not_make_another_method_of_a_request(door: Door, community: Community) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = door.front.get("/api/v1/grievances", headers={name: "POST"})
        assert "items" in answer.json(), name
        assert door.front.post("/api/v1/categories", headers={name: "GET"}).status_code == 405


def test_a_number_that_a_client_chooses_for_its_request_is_a_word_or_not_taken(door: Door) -> None:
    for wished in ("a\tb", "a b", "x" * 65, "13800000000", "41018119900101123X", "<b>", "a;b", "é"):
        answer = door.front.get("/api/v1/categories", headers={"X-Correlation-Id": wished.encode()})
        assert answer.headers["X-Correlation-Id"] != wished
        assert re.fullmatch(r"[0-9A-Za-z._:-]{1,64}", answer.headers["X-Correlation-Id"])


def test_nobody_is_led_to_another_site(door: Door) -> None:
    elsewhere = "https://evil.example/"
    asked = dict.fromkeys(("next", "url", "return", "return_to", "redirect", "to", "back"), elsewhere)
    pages = ("/", "/docs", "/ready", "/ops", "/ops/", "/ops/dead", "/ops/dead/", "/ops/dead/letters", "/ops/journey",
             "//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "/ops//evil.example", "/static")  # fmt: skip
    for path in pages:
        for more in ({}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https"}):
            answer = door.front.get(f"{door.url}{path}", params=asked, headers=more, follow_redirects=False)
            target = answer.headers.get("Location", "/")
            assert target.startswith(("/", door.url)), f"{path}: {target}"
            assert not target.startswith(("//", "/\\")), f"{path}: {target}"
            assert "evil.example" not in target.partition("?")[0], f"{path}: {target}"


def test_no_secret_stands_in_the_list_of_processes(distributed_system: Distributed) -> None:
    environment = distributed_system.environment
    told = {environment["BROKER_URL"], environment["DATABASE_URL"]}
    for process in distributed_system.processes():
        line = " ".join(process.cmdline())
        assert not [secret for secret in told if secret in line]
        assert "://" not in line


# -- API9: improper inventory management


NOTHING_HERE = (
    "/api", "/api/", "/api/v0", "/api/v1", "/api/v2/grievances", "/v1/grievances", "/admin", "/console", "/debug",
    "/.env", "/.git/config", "/swagger.json", "/swagger-ui", "/openapi.yaml", "/graphql", "/actuator/health", "/health",
    "/server-status", "/metrics/", "/static/", "/static/ops/", "/api/v1/operations", "/api/v1/internal",
)  # fmt: skip


@pytest.mark.parametrize("path", NOTHING_HERE)
def test_there_is_nothing_where_others_have_left_something(door: Door, path: str) -> None:
    assert door.front.get(path).status_code == 404


def test_all_that_is_described_is_of_one_version(door: Door) -> None:
    assert {path.split("/")[2] for path in door.description.told["paths"]} == {"v1"}
    assert not [path for _, path, told in door.description.operations if told.get("deprecated")]


# -- API10: unsafe consumption of APIs: tests/unit/chassis/test_management_answers.py


def test_nobody_else_is_asked_than_the_broker_and_whoever_sends_texts_letters_and_notices() -> None:
    root = Path(__file__).parents[2]
    clients = re.compile(r"^\s*(?:import|from) (?:httpx|requests|urllib\.request|http\.client|aiohttp|smtplib)\b", re.M)
    asking = {
        str(path.relative_to(root))
        for folder in ("chassis", "services", "gateway", "contracts")
        for path in (root / folder).rglob("*.py")
        if clients.search(path.read_text(encoding="utf-8"))
    }
    assert asking == {f"chassis/{name}.py" for name in ("mailing", "management", "robots", "texting")}
