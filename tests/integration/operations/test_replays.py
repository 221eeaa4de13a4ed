"""From a failing handler to a dead letter and back again, over both brokers and on both databases."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.broker import DEAD_LETTERS, Delivery, Message, QueuePlan
from chassis.database import Database
from chassis.listening import LADDER, Listener
from chassis.receiver import Receiver
from contracts import wire
from contracts.grievance.events import GrievanceResolved
from contracts.reports import REPORTS
from tests.integration.chassis.brokers import Rabbit, World
from tests.integration.chassis.deliveries import heard, hearing
from tests.integration.chassis.things import causes, resolved, work
from tests.integration.operations.desk import WRITTEN, Desk

LAST = len(LADDER) + 1
"""The attempt after which a message is laid aside."""


class Hearer:
    """Another service: it does one thing for each event, or cannot."""

    def __init__(self, database: Database) -> None:
        self.database, self.uow = database, work(database)
        self.is_broken = True

    def do(self, event: GrievanceResolved) -> None:
        """What is done about an event."""
        if self.is_broken:
            raise KeyError(WRITTEN)
        with self.uow:
            self.uow.effects.add(event.grievance_id)


class House:
    """Both services on one broker. What is delivered is handled when it is waited for, in the test's own thread."""

    def __init__(self, world: World, desk: Desk, things: Database) -> None:
        self.world, self.desk, self.hearer = world, desk, Hearer(things)
        self.waiting: list[tuple[Callable[[Any, list[Delivery]], None], Any, Delivery]] = []
        self.queue = f"hearer{uuid4().hex[:8]}.main"
        self.broker = world.connect()
        for queue, method in ((DEAD_LETTERS, "collect_dead_letters"), (REPORTS, "take_reports")):
            receiver = Receiver(queue, desk.receiver_of(method), is_stopping=lambda: False)
            self._consume(QueuePlan(name=queue, is_raw=True), receiver.handle, desk.service)
        self.broker.start()
        desk.sender = self.broker

    def listens(self, event_type: str = GrievanceResolved.wire_name(), **options: Any) -> None:
        """The other service comes up and hears this event."""
        listener = Listener(
            self.queue,
            [hearing(GrievanceResolved, Hearer.do, **options)],
            is_stopping=lambda: False,
            send=self.broker.send,
        )
        self.way = self.world.connect()
        plan = QueuePlan(name=self.queue, listens=(event_type,))
        self.way.consume(
            plan, lambda delivery: self.waiting.append((listener.handle, self.hearer, delivery)), prefetch=5
        )
        self.way.start()

    def goes_on_until(self, state: str) -> dict[str, Any]:
        """Everything is handled, and what waits is sent, until the only dead letter stands so."""

        def stands() -> dict[str, Any]:
            while self.waiting:
                handle, service, delivery = self.waiting.pop(0)
                handle(service, [delivery])
            self.desk.send_waiting()
            assert [letter["state"] for letter in self.desk.letters()] == [state]
            return self.desk.the_letter()

        found: dict[str, Any] = self.world.eventually(stands)
        return found

    def lays_aside(self, message: Message) -> dict[str, Any]:
        """A message comes to the other service for the last time, and is found among the dead letters."""
        self.broker.send(message.with_headers(attempt=LAST), self.queue)
        return self.goes_on_until("open")

    def replays(self, **more: Any) -> None:
        """An operator has the dead letter put back."""
        self.desk.ask("replay_dead_letter", id=self.desk.the_letter()["id"], by="王工", **more)

    def _consume(self, plan: QueuePlan, handle: Any, service: Any) -> None:
        self.broker.consume(plan, lambda delivery: self.waiting.append((handle, service, delivery)), prefetch=5)


@pytest.fixture
def house(world: World, desk: Desk, things: Database) -> House:
    """The operations service and another one."""
    return House(world, desk, things)


def test_what_a_handler_fails_at_is_handled_once_when_it_is_mended_and_the_dead_letter_put_back(house: House) -> None:
    house.listens()
    subject = uuid4()
    letter = house.lays_aside(heard(resolved(subject)))
    assert (letter["queue"], letter["error"], letter["attempts"]) == (house.queue, "KeyError", LAST)
    assert letter["place"].endswith(":do")
    assert causes(house.hearer.database) == []
    house.hearer.is_broken = False
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "done"
    assert causes(house.hearer.database) == [subject]
    assert house.world.depth(house.queue) == 0


def test_what_is_put_back_before_it_is_mended_dies_once_more_and_can_be_put_back_again(house: House) -> None:
    house.listens()
    message = heard(resolved(uuid4()))
    house.lays_aside(message)
    house.hearer.is_broken = True
    house.desk.collect()
    letter = house.desk.the_letter()
    house.broker.send(message.with_headers(attempt=LAST, replay=letter["id"]), house.queue)
    house.world.eventually(lambda: house.goes_on_until("open")["deaths"] == 2)
    house.hearer.is_broken = False
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "done"
    assert len(causes(house.hearer.database)) == 1


def test_what_was_handled_after_all_is_put_back_without_any_effect_and_that_is_said(house: House) -> None:
    house.listens()
    message = heard(resolved(uuid4()))
    house.lays_aside(message)
    house.hearer.is_broken = False
    house.broker.send(message, house.queue)
    house.world.eventually(lambda: (house.goes_on_until("open"), causes(house.hearer.database))[1] != [])
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "again"
    assert len(causes(house.hearer.database)) == 1


def test_what_concerns_the_service_no_more_is_passed_over_and_that_is_said(house: House) -> None:
    concerns = [True]
    house.listens(when=lambda _event: concerns[0])
    house.lays_aside(heard(resolved(uuid4())))
    concerns.clear()
    concerns.append(False)
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "passed"
    assert causes(house.hearer.database) == []


UNREADABLE: dict[str, tuple[Callable[[Message], bytes], str]] = {
    "no JSON": (lambda _message: f"{{ {WRITTEN}".encode(), "Unreadable"),
    "no envelope": (lambda _message: json.dumps({"name": WRITTEN}).encode(), "Unreadable"),
    "a major version that nobody here knows": (
        lambda message: message.body.replace(b"grievance_resolved.v1", b"grievance_resolved.v2"),
        "UnknownEvent",
    ),
    "ten megabytes of anything": (lambda _message: b"\xff" * 10_000_000, "Unreadable"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_dead_letter_at_once_and_shows_nothing_personal(house: House, name: str) -> None:
    spoil, error = UNREADABLE[name]
    house.listens()
    message = heard(resolved(uuid4()))
    house.broker.send(replace(message, body=spoil(message), content_type="text/plain"), house.queue)
    letter = house.goes_on_until("open")
    assert (letter["error"], letter["attempts"], letter["message_id"]) == (error, 1, message.id)
    whole = json.dumps(house.desk.ask("get_dead_letter", id=letter["id"]), ensure_ascii=False)
    assert not {part for part in WRITTEN.split() if part in whole}


def test_what_was_told_to_nobody_reaches_whoever_listens_once_it_is_put_back(house: House) -> None:
    subject = uuid4()
    # A name of its own, since a broker without a server forgets no binding of another test.
    dead = heard(resolved(subject)).with_headers(queue="grievance.events", error="NoQueueTookIt", attempt=5)
    house.broker.send(dead, DEAD_LETTERS)
    letter = house.goes_on_until("open")
    assert (letter["queue"], letter["error"]) == ("grievance.events", "NoQueueTookIt")
    house.hearer.is_broken = False
    house.listens()
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "done"
    assert causes(house.hearer.database) == [subject]


def test_a_replay_for_a_queue_that_has_gone_leaves_the_dead_letter_open(house: House) -> None:
    house.broker.send(heard(resolved(uuid4())).with_headers(queue="nobody.main", error="KeyError"), DEAD_LETTERS)
    house.goes_on_until("open")
    house.replays()
    letter = house.goes_on_until("open")
    assert (letter["deaths"], letter["error"]) == (2, "NoQueue")


def test_a_discarded_dead_letter_is_not_put_back(house: House) -> None:
    house.listens()
    house.lays_aside(heard(resolved(uuid4())))
    house.hearer.is_broken = False
    house.desk.ask("discard_dead_letters", by="王工", reason="演练", everything=True)
    assert house.desk.ask("replay_dead_letters", by="王工", everything=True) == {"chosen": 0, "left": 0}
    house.goes_on_until("discarded")
    assert causes(house.hearer.database) == []


def test_many_dead_letters_of_one_cause_are_put_back_together_and_each_is_handled_once(house: House) -> None:
    house.listens()
    subjects = [uuid4() for _ in range(30)]
    for subject in subjects:
        house.broker.send(heard(resolved(subject)).with_headers(attempt=LAST), house.queue)

    def go_on() -> None:
        while house.waiting:
            handle, service, delivery = house.waiting.pop(0)
            handle(service, [delivery])
        house.desk.send_waiting()

    def all_are(state: str) -> bool:
        go_on()
        return [letter["state"] for letter in house.desk.letters()] == [state] * 30

    house.world.eventually(lambda: all_are("open"), within=20)
    (group,) = house.desk.ask("group_dead_letters")["groups"]
    assert group["count"] == 30
    house.hearer.is_broken = False
    assert house.desk.ask("replay_dead_letters", by="王工", choice={"cause": group["cause"]})["chosen"] == 30
    house.world.eventually(lambda: all_are("handled"), within=20)
    assert sorted(causes(house.hearer.database)) == sorted(subjects)


def test_a_message_keeps_its_id_and_its_chain_when_it_is_put_back(house: House) -> None:
    house.listens()
    message = heard(resolved(uuid4()))
    letter = house.lays_aside(message)
    house.hearer.is_broken = False
    house.replays()
    house.goes_on_until("handled")
    inbox = work(house.hearer.database)
    with inbox:
        handled = inbox.connection.execute(inbox.table("inbox").select()).all()
    assert [row.message_id for row in handled] == [UUID(letter["message_id"])]
    assert wire.from_bytes(message.body).id == UUID(letter["message_id"])


def test_what_the_broker_lays_aside_because_it_was_given_back_too_often_is_kept_and_put_back(
    fresh_broker: str, desk: Desk, things: Database
) -> None:
    world = Rabbit(fresh_broker)
    house = House(world, desk, things)
    killed = world.connect()
    killed.consume(QueuePlan(name=house.queue), lambda delivery: delivery.give_back(), prefetch=1)
    killed.start()
    message = heard(resolved(uuid4()))
    house.broker.send(message, house.queue)
    letter = house.goes_on_until("open")
    assert (letter["queue"], letter["message_id"], letter["error"]) == (house.queue, message.id, "DeliveryLimit")
    killed.stop()
    house.hearer.is_broken = False
    house.listens()
    house.replays()
    assert house.goes_on_until("handled")["outcome"] == "done"
    assert len(causes(house.hearer.database)) == 1
    world.close()
