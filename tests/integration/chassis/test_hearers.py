"""Who hears what: as services answer and the broker counts; what cannot be told is not known, and nothing fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from chassis.asking import call_queue
from chassis.broker import Delivery, Message, QueuePlan
from chassis.hearers import ASK_EVERY, SILENT, Hearers, Length
from tests.faults.proxy import proxy_to
from tests.integration.chassis.brokers import Rabbit, Taken, kept, message, new_queue
from tests.waiting import eventually

SAID = "test.said.v1"


class Clock:
    """Goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@contextmanager
def asking(url: str, *services: str) -> Iterator[tuple[Hearers, Clock]]:
    """Asks these services."""
    clock = Clock()
    hearers = Hearers(url, services, clock)
    yield hearers, clock
    hearers.drop_connection()


def answering(rabbit: Rabbit, service: str, answers: list[Message]) -> None:
    """A service that answers every question with all of these."""
    broker = rabbit.connect()

    def answer(delivery: Delivery) -> None:
        delivery.acknowledge()
        for each in answers:
            broker.send(each, delivery.message.reply_to, confirmed=False)

    broker.consume(call_queue(service), answer, prefetch=5)
    broker.start()


def told(service: str, **queues: list[str]) -> Message:
    """What a service answers."""
    named = {f"{service}.{purpose}": event_types for purpose, event_types in queues.items()}
    return Message(body=msgspec.json.encode({"service": service, "queues": named}), type="answer")


def knows(hearers: Hearers, *queues: str) -> None:
    """Asked until it knows that these hear what is said."""

    def check() -> None:
        hearers.tend()
        assert set(hearers.hearing(SAID)) == set(queues)

    eventually(check, 10)


def test_services_tell_which_queues_hear_an_event_and_one_that_starts_later_is_asked_until_it_does(
    rabbit: Rabbit, fresh_broker: str
) -> None:
    answering(rabbit, "one", [told("one", main=[SAID, "test.other.v1"], places=["test.place.v1"])])
    with asking(fresh_broker, "one", "two") as (hearers, _):
        assert hearers.hearing(SAID) == ()
        knows(hearers, "one.main")
        assert hearers.hearing("test.place.v1") == ("one.places",)
        answering(rabbit, "two", [told("two", main=[SAID])])
        knows(hearers, "one.main", "two.main")
        assert hearers.hearing("test.unheard.v1") == ()


def test_a_service_that_hears_something_else_after_a_roll_out_is_known_at_the_next_question(
    rabbit: Rabbit, fresh_broker: str
) -> None:
    answers = [told("one", main=[SAID])]
    answering(rabbit, "one", answers)
    with asking(fresh_broker, "one") as (hearers, clock):
        knows(hearers, "one.main")
        answers[:] = [told("one", posts=[SAID])]
        clock.now += ASK_EVERY
        knows(hearers, "one.posts")


def test_a_service_that_does_not_know_the_question_hears_nothing_that_is_known(
    rabbit: Rabbit, fresh_broker: str
) -> None:
    strange = Message(body=b'{"code": "unavailable"}', type="error"), Message(body=b"nothing", type="answer")
    answering(rabbit, "old", list(strange))
    answering(rabbit, "one", [told("one", main=[SAID])])
    with asking(fresh_broker, "old", "one") as (hearers, _):
        knows(hearers, "one.main")


def test_lengths_are_those_of_what_nobody_has_in_hand_and_a_queue_that_is_not_there_has_none(
    rabbit: Rabbit, fresh_broker: str
) -> None:
    queue = new_queue(SAID)
    rabbit.declare(queue)
    for _ in range(5):
        rabbit.tell(message(type=SAID))
    with asking(fresh_broker) as (hearers, _):
        assert hearers.length(queue.name) is None, "nobody has connected yet"
        hearers.tend()
        eventually(lambda: hearers.length(queue.name) == Length(ready=5, consumers=0))
        assert hearers.length("nobody.main") is None
        assert hearers.length(queue.name) == Length(ready=5, consumers=0), "one that is not there spoils nothing"
        taker = rabbit.connect()
        taker.consume(QueuePlan(name=queue.name, listens=(SAID,)), Taken(kept), prefetch=2)
        taker.start()
        eventually(lambda: hearers.length(queue.name) == Length(ready=3, consumers=1))
    rabbit.delete(queue.name)


def test_while_the_broker_is_away_no_length_is_known_and_afterwards_it_is_asked_again(
    rabbit: Rabbit, fresh_broker: str
) -> None:
    queue = new_queue(SAID)
    rabbit.declare(queue)
    with proxy_to(fresh_broker) as proxy, asking(proxy.url) as (hearers, clock):
        hearers.tend()
        assert hearers.length(queue.name) is not None
        proxy.shut()
        assert hearers.length(queue.name) is None
        proxy.open()
        hearers.tend()
        assert hearers.length(queue.name) is None, "it is left in peace for a while"
        clock.now += SILENT
        hearers.tend()
        assert hearers.length(queue.name) is not None
    rabbit.delete(queue.name)
