"""What only a broker across a network can do to us: links that break, strange messages, queues in the way."""

import time
from collections.abc import Iterator
from datetime import datetime
from struct import pack
from threading import Thread
from typing import Any

import amqp
import pytest

from chassis.amqp import AmqpBroker
from chassis.amqp_messages import from_amqp
from chassis.asking import Caller
from chassis.broker import Delivery, Message, NotSent
from chassis.links import connect, cut
from contracts.errors import Unavailable
from tests.faults.proxy import Proxy, proxy_to
from tests.integration.chassis.brokers import Rabbit, Taken, kept, message, new_queue
from tests.waiting import eventually


@pytest.fixture
def proxy(fresh_broker: str) -> Iterator[Proxy]:
    """What stands between us and RabbitMQ."""
    with proxy_to(fresh_broker) as found:
        yield found


@pytest.fixture
def link(proxy: Proxy) -> Iterator[AmqpBroker]:
    """A way to the broker through the proxy, not started yet."""
    broker = AmqpBroker(proxy.url, "through the proxy")
    yield broker
    broker.stop()


def test_after_a_break_messages_come_and_go_again_and_what_was_unsettled_is_delivered_again(
    link: AmqpBroker, proxy: Proxy
) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    link.consume(plan, taken, prefetch=10)
    link.start()
    link.send(message("unsettled"), plan.name)
    eventually(lambda: len(taken.bodies) == 1)
    proxy.cut()
    eventually(lambda: len(taken.bodies) == 2)
    eventually(link.is_ready)
    link.send(message("after the break"), plan.name)
    eventually(lambda: taken.bodies == [b"unsettled", b"unsettled", b"after the break"])


def test_what_came_over_a_link_that_is_gone_can_no_longer_be_settled_and_nothing_is_raised(
    link: AmqpBroker, proxy: Proxy
) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    link.consume(plan, taken, prefetch=10)
    link.start()
    link.send(message("twice"), plan.name)
    eventually(lambda: len(taken.bodies) == 1)
    proxy.cut()
    eventually(lambda: len(taken.bodies) == 2)
    taken.deliveries[0].acknowledge()
    taken.deliveries[0].give_back()
    taken.deliveries[1].acknowledge()
    eventually(link.is_ready)


def test_a_batch_that_came_over_two_links_is_acknowledged_where_it_still_can_be(
    link: AmqpBroker, proxy: Proxy, rabbit: Rabbit
) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    link.consume(plan, taken, prefetch=10)
    link.start()
    for number in range(3):
        link.send(message(str(number)), plan.name)
    eventually(lambda: len(taken.bodies) == 3)
    proxy.cut()
    eventually(lambda: len(taken.bodies) == 6)
    taken.deliveries[0].acknowledge_all(taken.deliveries)
    link.stop_consuming()
    link.stop()
    eventually(lambda: rabbit.depth(plan.name) == 0)
    later = Taken()
    again = rabbit.connect()
    again.consume(plan, later, prefetch=10)
    again.start()
    again.send(message("last"), plan.name)
    eventually(lambda: later.bodies == [b"last"])


def test_a_link_that_comes_up_again_while_we_stop_lets_nothing_more_in(
    link: AmqpBroker, proxy: Proxy, rabbit: Rabbit
) -> None:
    plan, taken = new_queue(), Taken()
    link.consume(plan, taken, prefetch=10)
    link.start()
    link.stop_consuming()
    proxy.cut()
    eventually(lambda: not link.is_ready())
    eventually(link.is_ready)
    link.send(message("too late"), plan.name)
    eventually(lambda: rabbit.depth(plan.name) == 1)
    assert taken.bodies == []


def test_a_queue_stays_paused_over_a_link_that_comes_up_again_and_others_do_not(
    link: AmqpBroker, proxy: Proxy, rabbit: Rabbit
) -> None:
    paused, other, taken, others = new_queue(), new_queue(), Taken(), Taken()
    link.consume(paused, taken, prefetch=10)
    link.consume(other, others, prefetch=10)
    link.start()
    link.pause(paused.name)
    proxy.cut()
    eventually(lambda: not link.is_ready())
    eventually(link.is_ready)
    link.send(message("waits"), paused.name)
    link.send(message("comes"), other.name)
    eventually(lambda: others.bodies == [b"comes"])
    eventually(lambda: rabbit.depth(paused.name) == 1)
    assert taken.bodies == []
    link.resume(paused.name)
    eventually(lambda: taken.bodies == [b"waits"])


def test_a_queue_paused_and_one_resumed_while_there_is_no_link_are_so_when_it_comes(
    link: AmqpBroker, proxy: Proxy, rabbit: Rabbit
) -> None:
    paused, resumed, taken, others = new_queue(), new_queue(), Taken(), Taken()
    link.consume(paused, taken, prefetch=10)
    link.consume(resumed, others, prefetch=10)
    link.start()
    link.pause(resumed.name)
    proxy.shut()
    eventually(lambda: not link.is_ready())
    link.pause(paused.name)
    link.resume(resumed.name)
    proxy.open()
    eventually(link.is_ready)
    link.send(message("waits"), paused.name)
    link.send(message("comes"), resumed.name)
    eventually(lambda: others.bodies == [b"comes"])
    eventually(lambda: rabbit.depth(paused.name) == 1)
    assert taken.bodies == []


def test_what_was_on_its_way_when_the_queue_was_paused_is_given_back(link: AmqpBroker, rabbit: Rabbit) -> None:
    """The broker sends a hundred; the first is slow enough for the pause to come in between."""

    def pause_at_the_first(_delivery: Delivery) -> None:
        link.pause(plan.name)

    plan, taken = new_queue(), Taken(then=pause_at_the_first)
    rabbit.declare(plan)
    sender = rabbit.connect()
    sender.start()
    for number in range(100):
        sender.send(message(str(number)), plan.name)
    link.consume(plan, taken, prefetch=100)
    link.start()
    eventually(lambda: rabbit.depth(plan.name) == 99)
    assert taken.bodies == [b"0"]
    taken.then = lambda delivery: delivery.acknowledge()
    link.resume(plan.name)
    eventually(lambda: len(taken.bodies) == 100)


def test_while_the_broker_is_away_a_send_fails_a_call_is_unavailable_and_readiness_says_so(
    link: AmqpBroker, proxy: Proxy
) -> None:
    caller = Caller(link, patience=0.5)
    link.start()
    proxy.shut()
    eventually(lambda: not link.is_ready())
    began = time.monotonic()
    with pytest.raises(NotSent):
        link.send(message(), "any.main")
    with pytest.raises(Unavailable):
        caller.ask("grievance", "get", {})
    assert time.monotonic() - began < 2.0
    proxy.open()
    eventually(link.is_ready)


def test_whoever_waits_for_a_confirm_learns_at_once_that_the_link_has_gone(link: AmqpBroker, proxy: Proxy) -> None:
    plan = new_queue()
    link.consume(plan, Taken(), prefetch=10)
    link.start()
    proxy.mute()
    refused: list[NotSent] = []

    def send() -> None:
        try:
            link.send(message(), plan.name)
        except NotSent as error:
            refused.append(error)

    sending = Thread(target=send)
    sending.start()
    sending.join(0.3)
    assert sending.is_alive()
    proxy.shut()
    sending.join(2)
    assert not sending.is_alive()
    assert len(refused) == 1


def test_confirms_are_told_apart_after_a_break(link: AmqpBroker, proxy: Proxy) -> None:
    plan = new_queue()
    link.consume(plan, Taken(), prefetch=10)
    link.start()
    for _ in range(3):
        link.send(message(), plan.name)
    proxy.cut()
    eventually(lambda: not link.is_ready())
    eventually(link.is_ready)
    began = time.monotonic()
    for _ in range(3):
        link.send(message(), plan.name)
    assert time.monotonic() - began < 2.0, "each waited for a confirm that was not its own"


def test_a_broker_that_is_not_there_at_the_start_is_waited_for_and_found_later(link: AmqpBroker, proxy: Proxy) -> None:
    proxy.shut()
    plan, taken = new_queue(), Taken()
    link.consume(plan, taken, prefetch=10)
    for side in (link._intake, link._outgo):
        side.start()
    assert not link.is_ready()
    proxy.open()
    eventually(link.is_ready, within=10)
    link.send(message("found"), plan.name)
    eventually(lambda: taken.bodies == [b"found"])


def test_a_broker_stopped_while_it_connects_stays_stopped(link: AmqpBroker, proxy: Proxy) -> None:
    proxy.shut()
    for side in (link._intake, link._outgo):
        side.start()
    link.stop()
    proxy.open()
    eventually(lambda: not any(side._thread and side._thread.is_alive() for side in (link._intake, link._outgo)), 10)
    assert not link.is_ready()


def test_an_error_in_what_takes_a_delivery_costs_the_link_but_not_the_message_and_its_text_is_not_logged(
    link: AmqpBroker, caplog: pytest.LogCaptureFixture
) -> None:
    def once_wrong(delivery: object) -> None:
        if len(taken.deliveries) == 1:
            raise ValueError("张玉兰 13800001111")
        taken.deliveries[-1].acknowledge()

    plan, taken = new_queue(), Taken(then=once_wrong)
    link.consume(plan, taken, prefetch=10)
    link.start()
    link.send(message("again"), plan.name)
    eventually(lambda: taken.settled == 1)
    assert taken.bodies == [b"again", b"again"]
    assert "13800001111" not in "".join(record.getMessage() for record in caplog.records)


def test_a_message_that_says_nothing_about_itself_is_delivered_all_the_same(fresh_broker: str, rabbit: Rabbit) -> None:
    plan, taken = new_queue(), Taken()
    broker = rabbit.connect()
    broker.consume(plan, taken, prefetch=10)
    broker.start()
    raw = connect(fresh_broker, "stranger")
    raw.channel().basic_publish(amqp.Message(b"\xff\x00bare"), "", plan.name)
    eventually(lambda: taken.bodies == [b"\xff\x00bare"])
    assert taken.deliveries[0].message == Message(body=b"\xff\x00bare", content_type="")
    assert taken.deliveries[0].message.attempt == 1
    cut(raw)


def test_headers_that_are_not_ours_are_left_behind_and_senseless_ones_do_no_harm() -> None:
    raw = amqp.Message(b"", application_headers={"x-death": [{}], "attempt": "many", "community": ["a"], "nameko.a": 1})
    assert from_amqp(raw).headers == {"attempt": "many"}
    assert from_amqp(raw).attempt == 1


GBK = "诉求".encode("gbk")


@pytest.mark.parametrize("strange", [{"type": GBK}, {"correlation_id": GBK}, {"application_headers": {"x-death": 5}}])
def test_what_is_written_in_another_way_is_delivered_and_keeps_nothing_else_from_its_service(
    fresh_broker: str, rabbit: Rabbit, strange: dict[str, Any]
) -> None:
    plan, taken = new_queue(), Taken()
    broker = rabbit.connect()
    broker.consume(plan, taken, prefetch=1)
    broker.start()
    stranger = connect(fresh_broker, "stranger")
    channel = stranger.channel()
    channel.basic_publish(amqp.Message(b"strange", **strange), "", plan.name)
    channel.basic_publish(amqp.Message(b"ours", type="a.thing.v1"), "", plan.name)
    eventually(lambda: taken.bodies == [b"strange", b"ours"])
    assert taken.deliveries[1].message.type == "a.thing.v1"
    cut(stranger)


@pytest.mark.parametrize(("seconds", "is_read"), [(1_763_942_400, True), (1_763_942_400_000, False)])
def test_a_time_that_no_calendar_has_takes_what_a_message_says_of_itself_and_not_its_link(
    seconds: int, is_read: bool
) -> None:
    table = pack(">B", 4) + b"when" + pack(">cQ", b"T", seconds)
    headers = pack(">I", len(table)) + table
    raw = amqp.Message()
    raw.inbound_header(pack(">HxxQH", amqp.Message.CLASS_ID, 0, 0x2000) + headers)
    assert ("application_headers" in raw.properties) is is_read
    assert from_amqp(raw) == Message(body=b"", content_type="")


def test_what_the_broker_itself_laid_aside_says_where_why_and_when() -> None:
    death = {"reason": "delivery_limit", "queue": "things.main", "time": datetime(2026, 5, 20, 4, 0, 0)}  # noqa: DTZ001
    expired = {"reason": "expired", "queue": "retry.5s", "time": datetime(2026, 5, 20, 3, 0, 0)}  # noqa: DTZ001
    raw = amqp.Message(b"", application_headers={"x-death": [expired, death], "attempt": 2, "replay": "a letter"})
    assert from_amqp(raw).headers == {
        "queue": "things.main",
        "error": "DeliveryLimit",
        "died_at": "2026-05-20T04:00:00+00:00",
        "attempt": 2,
        "replay": "a letter",
    }


@pytest.mark.parametrize(("attempt", "counted"), [(1, 1), (4, 4), (0, 1), (-2, 1), (True, 1)])
def test_an_attempt_is_counted_from_one(attempt: int, counted: int) -> None:
    assert Message(body=b"", headers={"attempt": attempt}).attempt == counted


def test_a_queue_with_other_arguments_under_our_name_keeps_us_from_being_ready(
    fresh_broker: str, link: AmqpBroker
) -> None:
    plan = new_queue()
    earlier = connect(fresh_broker, "earlier")
    earlier.channel().queue_declare(plan.name, durable=True, auto_delete=False)
    link.consume(plan, Taken(), prefetch=10)
    link._intake.start()
    link._outgo.start()
    eventually(link._outgo.connected.is_set)
    assert not link.is_ready()
    channel = earlier.channel()
    channel.queue_delete(plan.name)
    eventually(link.is_ready, within=10)
    cut(earlier)


def test_a_queue_deleted_under_our_hands_is_declared_again(fresh_broker: str, link: AmqpBroker) -> None:
    plan, taken = new_queue(), Taken()
    link.consume(plan, taken, prefetch=10)
    link.start()
    someone = connect(fresh_broker, "someone")
    someone.channel().queue_delete(plan.name)
    cut(someone)

    def arrives() -> bool:
        link.send(message("still here"), plan.name)
        return True

    def without_refusal() -> bool:
        try:
            return arrives()
        except NotSent:
            return False

    eventually(without_refusal, within=10)
    eventually(lambda: b"still here" in taken.bodies)


# -- several addresses


def test_of_several_addresses_the_one_that_answers_is_taken_and_the_next_when_it_goes_away(fresh_broker: str) -> None:
    with proxy_to(fresh_broker) as first, proxy_to(fresh_broker) as second:
        second.shut()
        plan, taken, broker = new_queue(), Taken(), AmqpBroker(f"{first.url};{second.url}", "several")
        broker.consume(plan, taken, prefetch=10)
        broker.start()
        broker.send(message("through the first"), plan.name)
        eventually(lambda: taken.bodies == [b"through the first"])
        second.open()
        first.shut()
        # Whether the moment without a link is seen is luck: the second address is taken within milliseconds.
        eventually(lambda: second.connections >= 2 and broker.is_ready())
        broker.send(message("through the second"), plan.name)
        # The first one may come again: the link may have gone before it was settled there.
        eventually(lambda: taken.bodies[-1] == b"through the second", within=20)
        assert set(taken.bodies) == {b"through the first", b"through the second"}
        broker.stop()


def test_where_none_of_several_addresses_answers_the_last_ones_error_is_raised() -> None:
    with pytest.raises(OSError, match="refused"):
        connect("amqp://guest:guest@127.0.0.1:1//;amqp://guest:guest@127.0.0.1:2//", "nobody")
