"""What operators see and mend through the door: dead letters, queues, journeys, the overview as it changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.communities import Community, found
from tests.e2e.dead_letters import QUEUE, Laid, lay_aside, places_of, publish
from tests.e2e.door import Door
from tests.e2e.first_key import SHOWN
from tests.e2e.systems import Distributed, System
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

QUEUES = Path(__file__).parents[1] / "contract" / "queues.txt"
DEAD = "operations/dead-letters"
BY = {"by": "值班员"}
ASSIGNS = "organization.main"
"""The queue from which leaders are assigned."""

PERSON = "王秀英"


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


@pytest.fixture
def chain() -> str:
    """The number by which a test finds its dead letters again."""
    return f"test-{uuid4()}"


def letters(door: Door, chain: str, count: int, **asked: Any) -> list[dict[str, Any]]:
    """The dead letters of a chain, as soon as there are so many."""
    return door.when_listed(DEAD, count, correlation=chain, **asked)


def settled(door: Door, id: str, state: str) -> dict[str, Any]:
    """A dead letter as soon as it stands so."""

    def come() -> dict[str, Any]:
        letter: dict[str, Any] = door.get(f"{DEAD}/{id}")
        assert letter["state"] == state, letter
        return letter

    return eventually(come, within=20)


# -- dead letters


def test_a_message_that_nobody_can_read_is_a_dead_letter_that_is_listed_grouped_and_shown(
    distributed_system: Distributed, chain: str
) -> None:
    door = distributed_system.door
    publish(distributed_system, QUEUE, Laid(body=f'{{"name": "{PERSON}"'.encode(), correlation=chain), {})

    (row,) = letters(door, chain, 1)

    assert (row["queue"], row["service"], row["error"]) == (QUEUE, "volunteer", "Unreadable")
    assert (row["state"], row["deaths"], row["is_forgotten"]) == ("open", 1, False)
    groups = door.get(f"{DEAD}/groups")
    (group,) = [one for one in groups["groups"] if one["cause"] == row["cause"] and one["queue"] == QUEUE]
    assert 1 <= group["count"] <= groups["open"]
    whole = door.get(f"{DEAD}/{row['id']}")
    assert PERSON not in json.dumps(whole, ensure_ascii=False)
    door.post(f"{DEAD}/{row['id']}/discard", {**BY, "reason": "试验"})


def test_what_is_replayed_is_done_or_had_been_done_or_dies_again(system: System, door: Door, chain: str) -> None:
    code = f"4198{uuid4().int % 10**8:08d}"
    good = places_of(code, chain)
    first, poison = Laid(body=good, correlation=chain), Laid(body=b"poison", correlation=chain, cause="bb" * 8)
    lay_aside(system, first, poison)
    by_message = {row["message_id"]: row["id"] for row in letters(door, chain, 2)}

    told = door.post(f"{DEAD}/replay", {**BY, "choice": {"correlation": chain}})

    assert told == {"chosen": 2, "left": 0}
    assert settled(door, by_message[first.id], "handled")["outcome"] == "done"
    dead_again = settled(door, by_message[poison.id], "open")
    assert dead_again["deaths"] == 2
    assert [one["action"] for one in dead_again["history"]] == ["replay"]

    second = Laid(body=good, correlation=f"{chain}-again")
    lay_aside(system, second)
    (copy,) = letters(door, second.correlation, 1)
    door.post(f"{DEAD}/{copy['id']}/replay", BY)
    assert settled(door, copy["id"], "handled")["outcome"] == "again"

    refused = door.post(f"{DEAD}/{copy['id']}/replay", BY, status=409)
    assert refused["error"] == "dead_letter_not_open"
    door.post(f"{DEAD}/{by_message[poison.id]}/discard", {**BY, "reason": "试验"})


def test_what_is_discarded_with_a_reason_stays_discarded(system: System, door: Door, chain: str) -> None:
    lay_aside(system, *(Laid(body=b"poison", correlation=chain) for _ in range(3)))
    one, *rest = letters(door, chain, 3)
    assert list(door.post(f"{DEAD}/{one['id']}/discard", BY, status=422)["fields"]) == ["reason"]
    assert door.post(f"{DEAD}/discard", {**BY, "reason": "试验"}, status=422)["error"] == "no_choice"

    assert door.post(f"{DEAD}/{one['id']}/discard", {**BY, "reason": "试验数据"})["state"] == "discarded"
    told = door.post(f"{DEAD}/discard", {**BY, "reason": "一批试验数据", "choice": {"correlation": chain}})

    assert told["chosen"] == len(rest)
    assert [row["state"] for row in letters(door, chain, 3)] == ["discarded"] * 3
    assert letters(door, chain, 0, state="open") == []
    refused = door.post(f"{DEAD}/{one['id']}/replay", BY, status=409)
    assert refused["error"] == "dead_letter_not_open"
    reasons = [done["reason"] for done in door.every("operations/interventions")]
    assert {"试验数据", "一批试验数据"} <= set(reasons)


def test_a_dead_letter_that_is_not_there_is_not_found(door: Door) -> None:
    for step, body in (("replay", BY), ("discard", {**BY, "reason": "试验"})):
        assert door.post(f"{DEAD}/{uuid4()}/{step}", body, status=404)["error"] == "dead_letter_not_found"


# -- queues


def queue(door: Door, name: str) -> dict[str, Any]:
    """How a queue stands."""
    (row,) = [row for row in door.get("operations/overview")["queues"] if row["name"] == name]
    return dict(row)


@pytest.fixture
def paused(door: Door) -> Iterator[str]:
    """A queue that nobody takes from; taken from again after the test."""
    door.post(f"operations/queues/{ASSIGNS}/pause", {**BY, "reason": "试验"})
    eventually(lambda: not queue(door, ASSIGNS)["consumers"], within=20)
    assert queue(door, ASSIGNS)["is_paused"]
    yield ASSIGNS
    door.post(f"operations/queues/{ASSIGNS}/resume", BY)
    eventually(lambda: queue(door, ASSIGNS)["consumers"] == 1, within=20)


def test_what_is_told_while_a_queue_is_paused_waits_there_until_it_is_resumed(
    door: Door, community: Community, paused: str
) -> None:
    id = door.file(community.code, community.building, "other")
    eventually(lambda: queue(door, paused)["ready"] >= 1, within=20)
    assert (door.case(id)["status"], door.case(id)["leader"]) == ("filed", None)

    assert door.post(f"operations/queues/{paused}/resume", BY)["is_paused"] is False

    door.when(id, lambda case: case["status"] == "assigned", within=20)


def test_a_queue_is_not_emptied_by_whoever_does_not_type_its_name(
    door: Door, community: Community, paused: str
) -> None:
    id = door.file(community.code, community.building, "other")
    eventually(lambda: queue(door, paused)["ready"] >= 1, within=20)
    purge = f"operations/queues/{paused}/purge"

    for typed in ("organization", f"{paused}s", "organization.posts"):
        refused = door.post(purge, {**BY, "reason": "试验", "confirm": typed}, status=422)
        assert refused["error"] == "not_confirmed"
    for typed in ("", paused.upper()):
        door.post(purge, {**BY, "reason": "试验", "confirm": typed}, status=422)
    assert door.post(purge, {**BY, "confirm": paused}, status=422)["fields"].keys() == {"reason"}

    door.post(f"operations/queues/{paused}/resume", BY)
    door.when(id, lambda case: case["status"] == "assigned", within=20)


def test_what_is_purged_is_not_done(door: Door, community: Community, paused: str) -> None:
    id = door.file(community.code, community.building, "other")
    eventually(lambda: queue(door, paused)["ready"] >= 1, within=20)

    told = door.post(f"operations/queues/{paused}/purge", {**BY, "reason": "试验", "confirm": paused})

    assert told["purged"] >= 1
    eventually(lambda: queue(door, paused)["ready"] == 0, within=20)
    door.post(f"operations/queues/{paused}/resume", BY)
    after = door.file(community.code, community.building, "other")
    door.when(after, lambda case: case["status"] == "assigned", within=20)
    assert door.case(id)["status"] == "filed"


def test_queues_of_calls_cannot_be_paused_and_dead_letters_not_purged(door: Door) -> None:
    calls = door.post("operations/queues/grievance.calls/pause", BY, status=409)
    assert calls["error"] == "not_pausable"
    dead = {**BY, "reason": "试验", "confirm": "operations.dead"}
    assert door.post("operations/queues/operations.dead/purge", dead, status=409)["error"] == "not_purgeable"
    assert door.post("operations/queues/no.such/pause", BY, status=404)["error"] == "queue_not_found"


# -- the overview


def check_overview(system: System, told: dict[str, Any]) -> None:
    """Fails where a queue, an outbox or a process is missing in it."""
    names = {one["name"] for one in told["queues"]}
    assert {*QUEUES.read_text().split(), "operations.dead", "operations.reports"} <= names
    services = {"organization", "volunteer", "grievance", "health", "partner"}
    assert {one["service"] for one in told["outboxes"]} >= services
    ready = {one["name"] for one in told["processes"] if one["is_ready"] and not one["is_silent"]}
    assert ready >= (set(system.NAMES) if isinstance(system, Distributed) else {"hemei"})
    assert told["broker"]["is_reachable"]


def test_the_overview_names_every_queue_outbox_and_process(system: System, door: Door) -> None:
    eventually(lambda: check_overview(system, door.get("operations/overview")), within=20)


def test_the_overview_is_sent_as_it_changes(system: System, door: Door) -> None:
    moments = []
    with httpx.stream(
        "GET", f"{system.url}/api/v1/operations/live", timeout=15, trust_env=False, headers=SHOWN
    ) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                told = json.loads(line.removeprefix("data: "))
                check_overview(system, told)
                moments.append(told["at"])
            if len(moments) == 2:
                break
    assert moments[0] < moments[1]


@pytest.mark.parametrize("measure", ["handled", "critical_p50", "critical_p99", "ready", "dead", "outbox_age"])
def test_each_measure_has_a_history(door: Door, measure: str) -> None:
    for span in ("hour", "day"):
        told = door.get("operations/history", measure=measure, span=span)
        assert (told["measure"], told["span"]) == (measure, span)
    eventually(lambda: bool(door.get("operations/history", measure="ready")["series"]), within=20)


# -- journeys


def test_the_journey_of_a_grievance_goes_from_the_door_through_the_services(door: Door, community: Community) -> None:
    id = door.file(community.code, community.building, "other")
    case = door.when(id, lambda case: case["status"] == "assigned")

    def whole() -> dict[str, Any]:
        told: dict[str, Any] = door.get(f"operations/journeys/{id}")
        done = {(step["kind"], step["source"], step["target"]) for step in told["steps"]}
        assert ("called", "gateway", "grievance") in done, done
        assert ("told", "grievance", "") in done, done
        assert ("handled", "grievance", "organization") in done, done
        assert ("handled", "organization", "grievance") in done, done
        return told

    told = eventually(whole, within=30)
    assert told["found_as"] == "grievance"
    assert told["participants"][0] == "gateway"
    moments = [step["at"] for step in told["steps"]]
    assert moments == sorted(moments)

    for number in (case["receipt"], case["receipt"].replace("-", "")):
        assert door.get(f"operations/journeys/{number}")["steps"][0] == told["steps"][0]
    by_message = door.get(f"operations/journeys/{told['steps'][-1]['message_id']}")
    assert by_message["found_as"] in ("message", "correlation")


def test_a_journey_that_nobody_knows_is_not_found(door: Door) -> None:
    for id in (str(uuid4()), "no-such-number", "19700101-0000-00000"):
        assert door.http.get(f"operations/journeys/{id}").status_code == 404
