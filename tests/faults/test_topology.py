"""Queues, bindings and exchanges that are gone, full, or not what they should be: nothing that was told is lost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import amqp
import pytest

from chassis.amqp import AmqpBroker
from chassis.broker import DEAD_LETTERS, QueuePlan
from chassis.links import connect, cut
from chassis.outbox import exchange_of
from tests.faults.chain import MAIN, WITNESS, Chain
from tests.faults.invariants import dead_letters
from tests.faults.running import Running
from tests.integration.chassis.brokers import Taken, message, new_queue
from tests.integration.chassis.things import rows
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)

(TYPE,) = MAIN.listens
EXCHANGE = exchange_of(TYPE)
LADDER = "retry.5s"
FILLER = "filler"
FILLERS = QueuePlan(name="fillers.main")
"""Where what fills the ladder goes when its pause is over."""

GIVEN_BACK = f"a delivery of {MAIN.name} is given back"


@contextmanager
def channel_to(url: str) -> Iterator[Any]:
    """A channel of one's own."""
    connection = connect(url, "topology")
    try:
        yield connection.channel()
    finally:
        cut(connection)


def delete_binding(url: str) -> None:
    """The listener's queue no longer hears the event."""
    with channel_to(url) as channel:
        channel.queue_unbind(MAIN.name, EXCHANGE, TYPE)


def delete_exchange(url: str) -> None:
    """The exchange is gone, and every binding with it."""
    with channel_to(url) as channel:
        channel.exchange_delete(EXCHANGE)


def said(process: Running, words: str) -> None:
    """Wait until a line of its log holds these words."""

    def check() -> None:
        assert words in "\n".join(process.said()), process.said()

    eventually(check, within=20)


# -- where events are told


def only_the_listener_hears(chain: Chain) -> None:
    """Where others hear an event too, the broker says nothing of a queue that does not."""
    with channel_to(chain.broker_url) as channel:
        channel.queue_unbind(WITNESS.name, EXCHANGE, TYPE)


@pytest.mark.parametrize("delete", [delete_binding, delete_exchange])
def test_what_no_queue_takes_any_more_is_kept_until_the_live_service_has_mended_that(
    chain: Chain, delete: Callable[[str], None]
) -> None:
    only_the_listener_hears(chain)
    chain.start("relay")
    chain.start("listener")
    chain.tell(3)
    chain.check_all_done()
    delete(chain.broker_url)
    chain.tell(3)
    eventually(lambda: any(row.attempts for row in rows(chain.teller, "outbox")), within=10)
    assert {row.last_error for row in rows(chain.teller, "outbox") if row.attempts} == {"no queue took it"}
    chain.check_at_rest()


def test_a_service_whose_queue_is_deleted_under_it_has_it_again_and_goes_on(chain: Chain) -> None:
    only_the_listener_hears(chain)
    chain.start("relay")
    listener = chain.start("listener")
    chain.tell(3)
    chain.check_all_done()
    chain.rabbit.delete(MAIN.name)
    said(listener, "ConsumerCancelled")
    chain.tell(3)
    chain.check_at_rest()


# -- where they wait for the next attempt, and where they end


def fails_once(chain: Chain) -> tuple[Running, UUID]:
    """A listener and a relay at work, and what fails at its first attempt, all three tries of it, once it is told."""
    id = uuid4()
    listener = chain.start("listener", WRONGS=f"{id}=error:3")
    chain.start("relay")
    return listener, id


@pytest.mark.parametrize("delete", ["queue_delete", "exchange_delete"])
def test_an_event_is_tried_again_though_its_place_on_the_ladder_has_gone(chain: Chain, delete: str) -> None:
    listener, id = fails_once(chain)
    with channel_to(chain.broker_url) as channel:
        getattr(channel, delete)(LADDER)
    chain.tell_of(id, times=1)
    said(listener, GIVEN_BACK)
    chain.check_at_rest()


@contextmanager
def full(server: OwnRabbitMQ, queue: str, exchange: str, routing_key: str) -> Iterator[None]:
    """A queue that has one message too many already and takes no other, until the block ends."""
    pattern = f"^{queue.replace('.', '[.]')}$"
    server.control(["set_policy", "full", pattern, '{"max-length": 1}', "--apply-to", "queues"])
    try:
        with channel_to(server.url) as channel, suppress(amqp.exceptions.MessageNacked):
            while True:
                channel.basic_publish_confirm(amqp.Message(b"", message_id=FILLER), exchange, routing_key)
        yield
    finally:
        server.control(["clear_policy", "full"])


def test_an_event_is_tried_again_though_its_place_on_the_ladder_is_full(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ
) -> None:
    listener, id = fails_once(own_chain)
    own_chain.rabbit.declare(FILLERS)
    with full(own_rabbitmq, LADDER, LADDER, FILLERS.name):
        own_chain.tell_of(id, times=1)
        said(listener, f"{GIVEN_BACK}: {MAIN.name}: refused")
        assert own_chain.faults() == [f"lost: {id}"], "not done, and not lost either, as is seen next"
    own_chain.check_at_rest()


def test_what_is_to_be_laid_aside_is_though_the_queue_of_dead_letters_has_gone(chain: Chain) -> None:
    listener = chain.start("listener")
    chain.rabbit.delete(DEAD_LETTERS)
    poison = send_poison(chain)
    said(listener, "cannot be read and is laid aside")
    eventually(lambda: [each.id for each in dead_letters(chain.broker_url)] == [poison], within=15)


def test_what_is_to_be_laid_aside_is_though_the_queue_of_dead_letters_is_full(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ
) -> None:
    listener = own_chain.start("listener")
    with full(own_rabbitmq, DEAD_LETTERS, "", DEAD_LETTERS):
        poison = send_poison(own_chain)
        said(listener, f"{GIVEN_BACK}: {DEAD_LETTERS}: refused")
        assert {each.id for each in dead_letters(own_chain.broker_url)} == {FILLER}
    eventually(lambda: {each.id for each in dead_letters(own_chain.broker_url)} == {FILLER, poison}, within=15)
    assert own_chain.rabbit.depth(MAIN.name) == 0


def send_poison(chain: Chain) -> str:
    """Something that nobody can read lies in the listener's queue; its id."""
    poison = message("no envelope", id=f"{uuid4()}")
    with channel_to(chain.broker_url) as channel:
        channel.basic_publish(amqp.Message(poison.body, message_id=poison.id), "", MAIN.name)
    return poison.id


# -- where what stands there is not what this version asks for


def test_a_service_whose_queue_stands_there_with_other_arguments_says_so_is_not_ready_and_is_once_that_is_mended(
    fresh_broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    plan, taken, broker = new_queue(), Taken(), AmqpBroker(fresh_broker, "of another version")
    with channel_to(fresh_broker) as channel:
        channel.queue_declare(plan.name, durable=True, auto_delete=False)
    broker.consume(plan, taken, prefetch=1)
    starting = Thread(target=broker.start, daemon=True)
    with caplog.at_level(logging.ERROR, "chassis.links"):
        starting.start()
        eventually(lambda: "stands there otherwise" in caplog.text)
    assert f"for queue '{plan.name}'" in caplog.text
    assert not broker.is_ready()
    with channel_to(fresh_broker) as channel:
        channel.queue_delete(plan.name)
    eventually(broker.is_ready, within=10)
    broker.send(message("as it should be"), plan.name)
    eventually(lambda: taken.bodies == [b"as it should be"])
    broker.stop()
    starting.join(10)
