"""One service down: what is its own answers 503 in time and is never done later, all else goes on."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.e2e.communities import LEADER, Community, enrol, found, join
from tests.e2e.dead_letters import QUEUE, Laid, publish
from tests.e2e.door import Door
from tests.e2e.systems import Distributed
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

ANSWERS_WITHIN = 5.0
READS = {
    "organization": "communities",
    "volunteer": "volunteers",
    "grievance": "grievances",
    "health": "visits",
    "partner": "units",
    "operations": "operations/dead-letters",
}
HELPERS = ("organization", "volunteer", "health", "partner")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command to one service, which is answered with success exactly once."""

    path: str
    body: dict[str, Any]
    times_done: Callable[[], int]


@pytest.fixture
def door(distributed_system: Distributed) -> Door:
    """A client of the form that has services to be stopped one by one."""
    return distributed_system.door


@pytest.fixture
def community(door: Door) -> Community:
    """A community with helpers of every kind."""
    made = found(door)
    enrol(door, made)
    join(door, made, "铁塔公司", "tower")
    door.when_listed("elder-records", 1, community=made.code)
    return made


def command_to(service: str, system: Distributed, community: Community) -> Command:
    """Something to be done by a service, and how often it was done."""
    door = system.door
    if service == "organization":
        leader = community.people[LEADER]
        return Command(
            path=f"people/{leader}/leave",
            body={"starts_on": "2030-01-01", "ends_on": "2030-01-02"},
            times_done=lambda: int(door.get("leaves", person_id=leader)["total"]),
        )
    if service == "health":
        return Command(
            path="visits",
            body={"community": community.code, "place": community.home},
            times_done=lambda: int(door.get("visits", community=community.code)["total"]),
        )
    if service == "operations":
        return command_about_a_dead_letter(system, community)
    return command_about_a_case(service, door, community)


def command_about_a_dead_letter(system: Distributed, community: Community) -> Command:
    """Discarding it."""
    publish(system, QUEUE, Laid(body=b"poison", correlation=community.code), {})
    (row,) = system.door.when_listed("operations/dead-letters", 1, correlation=community.code)
    path = f"operations/dead-letters/{row['id']}"
    return Command(
        path=f"{path}/discard",
        body={"by": "值班员", "reason": "试验"},
        times_done=lambda: int(system.door.get(path)["state"] == "discarded"),
    )


def command_about_a_case(service: str, door: Door, community: Community) -> Command:
    """Accepting a grievance, a dispatch or a referral."""
    category = {"grievance": "other", "volunteer": "corridor_clutter", "partner": "flying_wire"}[service]
    id = door.file(community.code, community.building, category)
    case = door.when(
        id, lambda case: case["leader"] and (service == "grievance" or case["volunteers"] or case["referral"])
    )
    if service == "grievance":
        return Command(path=f"grievances/{id}/accept", body={}, times_done=lambda: whats(door, id).count("accepted"))
    if service == "volunteer":
        dispatch = case["volunteers"][0]["id"]
        return Command(
            path=f"dispatches/{dispatch}/accept",
            body={},
            times_done=lambda: [step["step"] for step in door.get(f"dispatches/{dispatch}")["history"]].count("accept"),
        )
    referral = case["referral"]["id"]
    return Command(
        path=f"referrals/{referral}/accept",
        body={},
        times_done=lambda: int(door.get(f"referrals/{referral}")["accepted_at"] is not None),
    )


def whats(door: Door, id: str) -> list[str]:
    """What happened to a case."""
    return [entry["what"] for entry in door.case(id)["timeline"]]


def timed(ask: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    """An answer, and how long it took."""
    began_at = time.monotonic()
    answer = ask()
    return answer, time.monotonic() - began_at


def check_unavailable(answer: httpx.Response, seconds: float) -> None:
    """Fails where it is not a timely refusal in our shape."""
    assert answer.status_code == 503, answer.text
    assert seconds < ANSWERS_WITHIN
    told = answer.json()
    assert set(told) == {"error", "message", "fields"}
    assert told["error"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGSTOP], ids=["ended", "standing-still"])
@pytest.mark.parametrize("service", READS)
def test_a_service_that_is_down_answers_503_in_time_and_does_nothing_of_it_later(
    distributed_system: Distributed, door: Door, community: Community, service: str, number: signal.Signals
) -> None:
    command = command_to(service, distributed_system, community)
    before = command.times_done()
    with distributed_system.without(service, number=number), ThreadPoolExecutor(8) as pool:
        done = pool.submit(timed, lambda: door.http.post(command.path, json=command.body))
        read = pool.submit(timed, lambda: door.http.get(READS[service]))
        ready = pool.submit(timed, lambda: door.front.get("/ready"))
        others = [
            pool.submit(timed, lambda path=path: door.http.get(path)) for name, path in READS.items() if name != service
        ]
        for other in others:
            answer, seconds = other.result()
            assert answer.status_code == 200, f"{answer.request.url}: {answer.text}"
            assert seconds < ANSWERS_WITHIN
        answer, _ = ready.result()
        assert answer.status_code == 503
        assert answer.json()["services"] == {"accounts": True} | {name: name != service for name in READS}
        check_unavailable(*read.result())
        check_unavailable(*done.result())
    eventually(distributed_system.check_ready, within=30)

    assert command.times_done() == before, "what was answered with 503 was done after all"
    door.post(command.path, command.body)
    assert command.times_done() == before + 1


def test_filing_goes_on_while_all_helpers_are_down_and_is_caught_up_with(
    distributed_system: Distributed, door: Door, community: Community
) -> None:
    door.file(community.code, community.building, "other")
    with distributed_system.without(*HELPERS):
        clutter = door.file(community.code, community.building, "corridor_clutter")
        wire = door.file(community.code, community.building, "flying_wire")
        elder = door.file(community.code, community.home, "elder_care")
        cancelled = door.file(community.code, community.building, "corridor_clutter")
        for id in (clutter, wire, elder):
            assert (door.case(id)["status"], door.case(id)["leader"]) == ("filed", None)
        door.post(f"grievances/{cancelled}/cancel")

    door.when(clutter, lambda case: len(case["volunteers"]) == 2, within=30)
    door.when(wire, lambda case: case["referral"], within=30)
    door.when(elder, lambda case: case["visit"], within=30)
    for id in (clutter, wire, elder):
        assert whats(door, id).count("leader_assigned") == 1
    assert door.case(cancelled)["status"] == "cancelled"
    open_offers = door.get("dispatches", grievance_id=cancelled, state="offered")["total"]
    assert open_offers == 0, "nobody is kept waiting for a case that ended while its helpers were away"


def test_filing_goes_on_while_the_relay_is_down_and_is_caught_up_with(
    distributed_system: Distributed, door: Door, community: Community
) -> None:
    door.file(community.code, community.building, "other")
    with distributed_system.without("relay"):
        id = door.file(community.code, community.building, "corridor_clutter")
        assert door.case(id)["status"] == "filed"
    case = door.when(id, lambda case: len(case["volunteers"]) == 2, within=30)
    assert whats(door, id).count("leader_assigned") == 1
    assert case["status"] == "assigned"


def test_while_the_door_is_down_the_services_go_on_with_what_they_have(
    distributed_system: Distributed, door: Door, community: Community
) -> None:
    door.file(community.code, community.building, "other")
    with distributed_system.without("organization"):
        id = door.file(community.code, community.building, "corridor_clutter")
        distributed_system.of("gateway").kill()
    eventually(distributed_system.check_ready, within=30)
    door.when(id, lambda case: len(case["volunteers"]) == 2, within=30)
