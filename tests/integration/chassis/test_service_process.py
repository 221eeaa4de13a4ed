"""A service as a process: told to stop, killed, timed out; under nameko and eventlet as in production."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.asking import Caller
from chassis.broker import QueuePlan
from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from contracts.errors import Error, Unavailable
from contracts.grievance.events import GrievanceResolved
from tests.faults.running import Running
from tests.integration.chassis.brokers import Rabbit
from tests.integration.chassis.deliveries import heard
from tests.integration.chassis.things import causes, resolved, thing_database
from tests.waiting import eventually

MAIN = QueuePlan(name="patient.main", listens=(GrievanceResolved.wire_name(),))
STOPPED_WITHIN = 5.0


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Database]:
    """The service's own database."""
    use_keys((new_key(),))
    with thing_database(postgresql_url) as _, thing_database_of(postgresql_url) as found:
        yield found


def thing_database_of(base: str) -> Any:
    """The database named for the service."""
    from chassis.migrate import create_database

    url = database_url_of(base, "patient")
    create_database(url)
    return thing_database(url)


@pytest.fixture
def start(
    store: Database, fresh_broker: str, postgresql_url: str, tmp_path: Path, rabbit: Rabbit
) -> Iterator[Callable[..., Running]]:
    """Starts processes of the service; they end with the test."""
    rabbit.declare(MAIN)
    made: list[Running] = []

    def running(**environ: str) -> Running:
        given = {"BROKER_URL": fresh_broker, "DATABASE_URL": postgresql_url, "FIELD_KEYS": new_key(), "BATCH": "1"}
        made.append(Running(tmp_path, given | environ, "tests.integration.chassis.patient_service"))
        made[-1].heard_to_say("started")
        return made[-1]

    yield running
    for each in made:
        if each.process.poll() is None:
            each.killed()
    rabbit.delete(MAIN.name)


def tell(rabbit: Rabbit, *ids: UUID) -> None:
    """These are resolved."""
    for id in ids:
        rabbit.tell(heard(resolved(id)))


def test_an_idle_service_stops_at_once_when_told_to(start: Callable[..., Running]) -> None:
    service = start(TICKS_EVERY="3600")
    assert service.told_to_stop() < 2.5
    assert "stopped" in service.said()


def test_told_to_stop_it_does_what_it_was_given_while_there_is_time(
    start: Callable[..., Running], rabbit: Rabbit, store: Database
) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    service = start(TAKES="0.8")
    tell(rabbit, first, second, third)
    service.heard_to_say(f"began {first}")
    assert service.told_to_stop() < STOPPED_WITHIN
    assert causes(store) == [first, second], "two were given to it, a third lay in the queue"
    assert rabbit.depth(MAIN.name) == 1


def test_told_to_stop_it_ends_what_it_has_begun_and_leaves_the_rest_for_others(
    start: Callable[..., Running], rabbit: Rabbit, store: Database
) -> None:
    first, second = uuid4(), uuid4()
    service = start(TAKES="1.3", DRAIN="2")
    tell(rabbit, first, second)
    service.heard_to_say(f"began {first}")
    assert service.told_to_stop() < STOPPED_WITHIN
    assert causes(store) == [first]
    assert f"began {second}" not in service.said()
    eventually(lambda: rabbit.depth(MAIN.name) == 1)
    next_one = start()
    next_one.heard_to_say(f"did {second}")
    eventually(lambda: rabbit.depth(MAIN.name) == 0)
    assert f"began {first}" not in next_one.said(), "what was done before the stop is not delivered again"
    assert causes(store) == [first, second]


def test_a_call_in_hand_is_answered_before_the_service_stops(start: Callable[..., Running], rabbit: Rabbit) -> None:
    service = start(TAKES="0.7")
    broker = rabbit.connect()
    caller, answers = Caller(broker, 4.0), []
    broker.start()
    asking = Thread(target=lambda: answers.append(caller.ask("patient", "say_again", {"word": 1})))
    asking.start()
    service.heard_to_say("asked")
    assert service.told_to_stop() < STOPPED_WITHIN
    asking.join(5)
    assert answers == [{"word": 1}]


def test_a_call_that_no_service_of_this_version_answers_is_unavailable_at_once(
    start: Callable[..., Running], rabbit: Rabbit
) -> None:
    start()
    broker = rabbit.connect()
    caller = Caller(broker, 4.0)
    broker.start()
    assert caller.ask("patient", "ready", {}) == {"service": "patient", "ready": True}
    began = time.monotonic()
    with pytest.raises(Unavailable):
        caller.ask("patient", "sing", {})
    assert time.monotonic() - began < 2.0


def test_a_paused_service_ends_what_it_has_begun_gives_back_the_rest_and_still_answers_until_it_is_resumed(
    start: Callable[..., Running], rabbit: Rabbit, store: Database
) -> None:
    ids = [uuid4() for _ in range(4)]
    service, broker = start(TAKES="0.3"), rabbit.connect()
    caller = Caller(broker, 4.0)
    broker.start()
    tell(rabbit, *ids)
    service.heard_to_say(f"began {ids[0]}")
    asked = caller.ask("patient", "obey", {"paused": [MAIN.name, "patient.calls", "another.main"]})
    assert asked["paused"] == [MAIN.name]
    assert asked["in_flight"] == {MAIN.name: 1, "patient.calls": 1}
    service.heard_to_say(f"did {ids[0]}")
    eventually(lambda: rabbit.depth(MAIN.name) == 3)
    assert caller.ask("patient", "obey", {"paused": [MAIN.name]})["in_flight"][MAIN.name] == 0
    assert f"began {ids[1]}" not in service.said()
    assert caller.ask("patient", "obey", {"paused": []})["paused"] == []
    eventually(lambda: sorted(causes(store)) == sorted(ids))


def test_killed_with_work_in_hand_it_loses_nothing_and_does_nothing_twice(
    start: Callable[..., Running], rabbit: Rabbit, store: Database
) -> None:
    ids = [uuid4() for _ in range(3)]
    service = start(TAKES="0.3")
    tell(rabbit, *ids)
    service.heard_to_say(f"began {ids[1]}")
    service.killed()
    again = start()
    again.heard_to_say(f"did {ids[2]}")
    eventually(lambda: rabbit.depth(MAIN.name) == 0)
    assert sorted(causes(store)) == sorted(ids)


def test_faults_and_time_outs_leave_no_slot_taken_no_timer_dead_and_no_text_in_the_log(
    start: Callable[..., Running], rabbit: Rabbit, store: Database
) -> None:
    id = uuid4()
    service = start(FAULTY="yes", CALLS_AT_ONCE="1")
    service.heard_to_say("tick")
    tell(rabbit, id)
    service.heard_to_say(f"did {id}")
    eventually(lambda: causes(store) == [id])
    broker = rabbit.connect()
    caller = Caller(broker, 4.0)
    broker.start()
    for _ in range(2):
        with pytest.raises(Error) as refused:
            caller.ask("patient", "say_again", {})
        assert refused.value.code == "error"
    assert caller.ask("patient", "say_again", {"word": 1}) == {"word": 1}
    service.heard_to_say("tick", times=service.said().count("tick") + 2)
    for where in ("event", "timer", "call"):
        assert [line for line in service.said() if line.startswith(f"{where} raises")] == [
            f"{where} raises ValueError",
            f"{where} raises Timeout",
        ]
    assert any('"error":"ValueError"' in line for line in service.said())
    assert not any("13800001111" in line for line in service.said())


def test_a_timer_goes_on_in_another_instance_when_one_is_stopped(start: Callable[..., Running]) -> None:
    first, second = start(), start()
    first.heard_to_say("tick")
    first.told_to_stop()
    second.heard_to_say("tick", times=second.said().count("tick") + 2)
