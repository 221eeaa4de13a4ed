"""How often somebody may ask: buckets by rule and by account, address or telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.errors import TooMany
from gateway.config import GatewaySettings
from gateway.limits import FILING, IMPORTING, JOINS_EACH, MINUTE, SENDING_CODES, SIGNING_IN, Buckets, Limits, Rule
from tests.unit.gateway.conftest import COMMUNITY, Anonymous, FakeServices, SignedIn, granted, signed_in

OUTSIDE = "203.0.113.7"
ELSEWHERE = "203.0.113.8"


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    account: str
    roles: tuple[str, ...] = ("resident",)
    kind: str = "person"


@pytest.fixture
def clock() -> Clock:
    """The time of a test."""
    return Clock()


def taken(buckets: Buckets, key: str, times: int) -> int:
    """How many of so many tokens are given."""
    given = 0
    for _ in range(times):
        try:
            buckets.take(key)
            given += 1
        except TooMany:
            pass
    return given


# -- a bucket


def test_so_many_are_given_at_once_and_then_evenly(clock: Clock) -> None:
    buckets = Buckets(Rule(10, MINUTE), clock=clock)

    assert taken(buckets, "a", 15) == 10
    clock.now += 2.9
    assert taken(buckets, "a", 1) == 0
    clock.now += 3.2
    assert taken(buckets, "a", 2) == 1
    clock.now += 10 * MINUTE
    assert taken(buckets, "a", 15) == 10, "a bucket is full at most"


def test_the_refusal_says_when_one_will_be_given(clock: Clock) -> None:
    buckets = Buckets(Rule(5, 3600.0), clock=clock)
    taken(buckets, "a", 5)

    with pytest.raises(TooMany) as refused:
        buckets.take("a")

    wait = refused.value.facts["retry_after"]
    assert wait == 720
    clock.now += wait
    buckets.take("a")


def test_what_was_refused_does_not_count(clock: Clock) -> None:
    buckets = Buckets(Rule(1, MINUTE), clock=clock)
    taken(buckets, "a", 1000)
    clock.now += MINUTE
    assert taken(buckets, "a", 1) == 1


def test_nobody_pays_for_another(clock: Clock) -> None:
    buckets = Buckets(Rule(2, MINUTE), clock=clock)
    assert taken(buckets, "a", 3) == 2
    assert taken(buckets, "b", 3) == 2


@pytest.mark.parametrize("times", [3, 7, 600, 60_000])
def test_all_of_a_bucket_is_given_also_where_its_parts_are_no_round_numbers(clock: Clock, times: int) -> None:
    clock.now = 987654.321
    assert taken(Buckets(Rule(times, MINUTE), clock=clock), "a", times + 5) == times


def test_memory_is_bounded_and_who_asks_most_is_remembered(clock: Clock) -> None:
    buckets = Buckets(Rule(1, MINUTE), most=100, clock=clock)
    taken(buckets, "busy", 1)
    for number in range(1000):
        taken(buckets, str(number), 1)
        assert taken(buckets, "busy", 1) == 0

    assert len(buckets) == 100


# -- at the door


@pytest.fixture
def tight(open_door: Callable[..., Flask]) -> Flask:
    """A door behind one proxy, with small limits and views by which people will sign in."""
    app = open_door(
        trusted_proxies=1,
        behind_proxy=True,
        sign_ins_per_minute=3,
        codes_per_hour=2,
        filings_per_minute=2,
        imports_per_minute=1,
        requests_per_minute=10,
    )
    app.test_client_class = Anonymous
    for name in ("sign_in", "send_code"):
        app.add_url_rule(f"/{name}", f"stand_in.{name}", lambda: "done", methods=["POST"])
    return app


def ask(client: FlaskClient, method: str, path: str, address: str = OUTSIDE, **more: Any) -> TestResponse:
    """What somebody is answered who comes through the proxy."""
    return client.open(path, method=method, headers={"X-Forwarded-For": address}, **more)


def passed(client: FlaskClient, method: str, path: str, times: int, **more: Any) -> int:
    """How many of so many requests were not too many."""
    return sum(ask(client, method, path, **more).status_code != 429 for _ in range(times))


def test_too_many_is_429_in_the_one_shape_with_seconds_to_wait(tight: Flask, new_grievance: dict[str, Any]) -> None:
    client = tight.test_client()
    assert passed(client, "POST", "/api/v1/grievances", 2, json=new_grievance) == 2

    answer = ask(client, "POST", "/api/v1/grievances", json=new_grievance)

    assert (answer.status_code, answer.json["error"]) == (429, "too_many")
    assert set(answer.json) == {"error", "message", "fields"}
    assert answer.headers["Retry-After"] == "30"
    assert "30" in answer.json["message"]


def test_callers_are_looked_up_no_more_often_than_somebody_answers_the_telephone_on_pages_and_by_the_api_together(
    open_door: Callable[..., Flask],
) -> None:
    client = open_door(look_ups_per_minute=3).test_client()
    asked = {"path": "/api/v1/communities/410181002011/callers", "json": {"phone": "13800000000"}}
    page = {"path": "/office/new/caller", "data": {"phone": "13800000000"}}
    told = [client.post(**each).status_code for each in (asked, page, asked, page, asked)]
    assert (told[0], told[2], told[3:]) == (200, 200, [429, 429])


def test_one_matter_is_joined_so_often_from_one_address_and_not_more(
    open_door: Callable[..., Flask], services: FakeServices
) -> None:
    services.answers["join_grievance"] = {
        "id": COMMUNITY,
        "receipt": "r",
        "claim": "c",
        "neighbours": 1,
        "neighbour": None,
    }
    app = open_door(trusted_proxies=1, behind_proxy=True, filings_per_minute=1000)
    app.test_client_class = Anonymous
    client, (one, other) = app.test_client(), (f"/api/v1/grievances/{uuid4()}/me-too" for _ in range(2))
    assert passed(client, "POST", one, JOINS_EACH + 5, json={"key": "a"}) == JOINS_EACH
    assert passed(client, "POST", other, 1, json={"key": "a"}) == 1
    assert passed(client, "POST", one, 1, address=ELSEWHERE, json={"key": "a"}) == 1


def test_who_asks_too_much_reaches_no_service(
    tight: Flask, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    tight.test_client_class = SignedIn
    services.who = signed_in(granted("resident", COMMUNITY))
    passed(tight.test_client(), "POST", "/api/v1/grievances", 9, json=new_grievance)
    assert sum(call == "file_grievance" for _, call, _ in services.asked) == 2


def test_reading_has_a_wider_limit_than_filing(tight: Flask, new_grievance: dict[str, Any]) -> None:
    client = tight.test_client()
    assert passed(client, "POST", "/api/v1/grievances", 5, json=new_grievance) == 2
    assert passed(client, "GET", "/api/v1/categories", 12) == 10


def test_what_is_not_there_is_counted_too(tight: Flask) -> None:
    assert passed(tight.test_client(), "GET", "/nothing", 12) == 10


def test_a_page_says_429_and_the_seconds_too(tight: Flask) -> None:
    client = tight.test_client()
    passed(client, "GET", "/nothing", 10)
    answer = ask(client, "GET", "/ops")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.mimetype == "text/html"


def test_sign_ins_are_counted_by_address(tight: Flask) -> None:
    client = tight.test_client()
    assert passed(client, "POST", "/sign_in", 5) == 3
    assert passed(client, "POST", "/sign_in", 5, address=ELSEWHERE) == 3


@pytest.mark.parametrize("sent", ["json", "data"])
def test_codes_are_counted_by_telephone_from_wherever_they_are_asked_for(tight: Flask, sent: str) -> None:
    client = tight.test_client()

    def status(address: str, phone: str) -> int:
        return ask(client, "POST", "/send_code", address=address, **{sent: {"phone": phone}}).status_code

    assert [status(f"203.0.113.{number}", "13800000000") for number in range(3)] == [200, 200, 429]
    assert status("203.0.113.10", "+86 138-0000-0000") == 429, "written otherwise it is the same telephone"
    assert status("203.0.113.11", "13800000001") == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"phone": 1}', b'{"phone": "\xff"}', b"[" * 100_000, b'{"phone": ""}']
)
def test_who_names_no_telephone_is_left_to_the_view(tight: Flask, body: bytes) -> None:
    answer = ask(tight.test_client(), "POST", "/send_code", data=body, content_type="application/json")
    assert answer.status_code == 200


def test_the_newer_kind_of_address_counts_by_the_network_of_a_home(tight: Flask) -> None:
    client = tight.test_client()
    answered = [
        ask(client, "POST", "/sign_in", address=f"2001:db8:1:2::{number:x}").status_code for number in range(1, 6)
    ]
    assert answered == [200, 200, 200, 429, 429]
    assert ask(client, "POST", "/sign_in", address="2001:db8:1:3::1").status_code == 200


# -- whose address counts


def test_an_address_that_a_client_makes_up_is_not_believed(tight: Flask) -> None:
    client = tight.test_client()
    answered = [
        ask(client, "POST", "/sign_in", address=f"198.51.100.{number}, {OUTSIDE}").status_code for number in range(5)
    ]
    assert answered == [200, 200, 200, 429, 429]


def test_without_a_proxy_the_header_is_not_looked_at(open_door: Callable[..., Flask]) -> None:
    app = open_door(requests_per_minute=10)
    app.test_client_class = Anonymous
    client = app.test_client()
    answered = [
        client.get(
            "/nothing",
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
            environ_overrides={"REMOTE_ADDR": OUTSIDE},
        ).status_code
        for number in range(12)
    ]
    assert answered == [404] * 10 + [429] * 2


def test_this_machine_has_room_for_a_load_test(client: FlaskClient, new_grievance: dict[str, Any]) -> None:
    answered = {client.post("/api/v1/grievances", json=new_grievance).status_code for _ in range(300)}
    assert answered == {201}


def test_behind_a_proxy_unheard_of_nobody_shuts_out_the_others(open_door: Callable[..., Flask]) -> None:
    client = open_door(behind_proxy=True, requests_per_minute=10).test_client()
    answered = {client.get("/nothing", environ_overrides={"REMOTE_ADDR": "172.18.0.1"}).status_code for _ in range(50)}
    assert answered == {404}


# -- whose account counts


@pytest.fixture
def counted(open_door: Callable[..., Flask], clock: Clock) -> Callable[..., int]:
    """How many requests of somebody for a view are let pass."""
    settings = GatewaySettings(filings_per_minute=2, imports_per_minute=3, requests_per_minute=10, work_per_minute=600)
    limits, app = Limits(settings, clock), Flask("door")

    def count(view: str, who: Person | None, times: int, address: str = OUTSIDE) -> int:
        given = 0
        for _ in range(times):
            with app.test_request_context("/", method="POST", environ_overrides={"REMOTE_ADDR": address}):
                try:
                    limits.count(view, who)
                    given += 1
                except TooMany:
                    pass
        return given

    return count


def test_who_is_signed_in_is_counted_by_account_from_every_address(counted: Callable[..., int]) -> None:
    assert counted("file_grievance", Person("a"), 2) == 2
    assert counted("file_grievance", Person("a"), 2, ELSEWHERE) == 0
    assert counted("file_grievance", Person("b"), 2) == 2


@pytest.mark.parametrize("role", ["resident", "volunteer", "partner", "viewer"])
def test_people_who_do_not_work_here_have_narrow_limits(counted: Callable[..., int], role: str) -> None:
    assert counted("file_grievance", Person("a", (role,)), 20) == 2
    assert counted("list_grievances", Person("a", (role,)), 20) == 10


@pytest.mark.parametrize(
    "who", [Person("a", ("grid_leader",)), Person("a", ("resident", "office")), Person("k", ("resident",), "key")]
)
def test_staff_and_other_systems_have_wide_ones(counted: Callable[..., int], who: Person) -> None:
    assert counted("file_grievance", who, 300) == 300
    assert counted("list_grievances", who, 500) == 300, "one bucket of work for all of it"


def test_imports_are_few_for_whoever_is_signed_in(counted: Callable[..., int]) -> None:
    assert counted("import_places", Person("a", ("office",)), 5) == 3
    assert counted("import_people", Person("k", (), "key"), 5) == 3


def test_somebody_signed_in_does_not_sign_in_more_often_for_it(counted: Callable[..., int]) -> None:
    assert counted("sign_in", Person("a", ("office",)), 20) == 10
    assert counted("sign_in", Person("b", ("office",)), 20) == 0


def test_sign_ins_from_this_machine_are_many_and_not_endless(counted: Callable[..., int]) -> None:
    assert counted("sign_in", None, 1000, "127.0.0.1") == 600


def test_the_door_counts_whoever_it_has_recognised(open_door: Callable[..., Flask], services: FakeServices) -> None:
    app = open_door(requests_per_minute=10)
    services.who = signed_in(granted("resident", COMMUNITY))
    answered = [
        app.test_client().get("/nothing", environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"}).status_code
        for number in range(12)
    ]
    assert answered == [404] * 10 + [429] * 2


def test_every_view_that_is_named_here_is_there(standing: tuple[Flask, FakeServices]) -> None:
    views = {endpoint.rpartition(".")[2] for endpoint in standing[0].view_functions}
    assert views >= FILING | IMPORTING | SIGNING_IN
    assert SENDING_CODES < SIGNING_IN
