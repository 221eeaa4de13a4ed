"""What the chassis relies on in a broker, asked of both: the in-process one and RabbitMQ."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import msgspec
import pytest

from chassis.asking import Answer, Caller, call_queue
from chassis.broker import Broker, Delivery, Message, NoQueue, QueuePlan
from chassis.context import Chain, current_chain, within
from contracts.errors import Conflict, Error, Invalid, NotFound, Unavailable, words
from contracts.organization.errors import CommunityNotFound
from contracts.organization.schemas import GetCommunity
from tests.integration.chassis.brokers import Taken, World, kept, message, new_queue

AT_ONCE = 1.5
"""Seconds within which something must be known that nobody has to wait for, on a busy machine."""


def listening(world: World, plan: QueuePlan, taken: Taken, *, prefetch: int = 10) -> Broker:
    """A started way to the broker on which a queue is listened to."""
    broker = world.connect()
    broker.consume(plan, taken, prefetch=prefetch)
    broker.start()
    return broker


# -- delivery


def test_a_message_is_delivered_with_all_it_carries(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = listening(world, plan, taken)
    headers: dict[str, str | int | float] = {
        "attempt": 3, "community": "410181002011", "deadline": 1.5, "within": "410181002011,410181003",
    }  # fmt: skip
    sent = message("和美", correlation="c-1", content_type="application/json", headers=headers)
    broker.send(sent, plan.name)
    world.eventually(lambda: taken.deliveries != [])
    assert taken.deliveries[0].message == sent
    assert taken.deliveries[0].queue == plan.name
    assert taken.deliveries[0].message.attempt == 3


def test_messages_of_one_queue_come_in_the_order_they_were_sent(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = listening(world, plan, taken)
    for number in range(20):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: len(taken.bodies) == 20)
    assert taken.bodies == [str(number).encode() for number in range(20)]


def test_an_acknowledged_message_is_not_delivered_again(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = listening(world, plan, taken)
    for number in range(20):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: taken.settled == 20)
    broker.stop_consuming()
    broker.stop()
    later = Taken()
    again = listening(world, plan, later)
    again.send(message("last"), plan.name)
    world.eventually(lambda: later.bodies != [])
    assert later.bodies == [b"last"]


def test_several_deliveries_are_acknowledged_together(world: World) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    broker = listening(world, plan, taken)
    for number in range(5):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: len(taken.bodies) == 5)
    taken.deliveries[0].acknowledge_all(taken.deliveries)
    broker.stop_consuming()
    broker.stop()
    world.eventually(lambda: world.depth(plan.name) == 0)


def test_what_is_acknowledged_together_takes_nothing_with_it_that_came_before_and_is_not_settled(world: World) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    broker = listening(world, plan, taken)
    for number in range(5):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: len(taken.bodies) == 5)
    taken.deliveries[3].acknowledge_all(taken.deliveries[2:])
    taken.deliveries[0].give_back()
    world.eventually(lambda: len(taken.bodies) == 6)
    taken.deliveries[1].give_back()
    world.eventually(lambda: len(taken.bodies) == 7)
    assert taken.bodies[5:] == [b"0", b"1"]


def test_a_message_given_back_is_delivered_again(world: World) -> None:
    def first_back(delivery: Delivery) -> None:
        delivery.give_back() if len(taken.deliveries) == 1 else delivery.acknowledge()

    plan, taken = new_queue(), Taken(then=first_back)
    broker = listening(world, plan, taken)
    broker.send(message("again"), plan.name)
    world.eventually(lambda: len(taken.bodies) == 2)
    assert taken.bodies == [b"again", b"again"]


def test_a_message_to_be_retried_comes_back_to_its_own_queue_alone_and_after_the_pause(world: World) -> None:
    def retried(delivery: Delivery) -> None:
        if delivery.message.attempt == 1:
            delivery.retry_later(delivery.message.with_headers(attempt=2), "5s")
        else:
            delivery.acknowledge()

    told_type = "grievance.retried.v1"
    plan, other = new_queue(told_type), new_queue(told_type)
    taken, others = Taken(then=retried), Taken()
    listening(world, plan, taken)
    listening(world, other, others)
    began = time.monotonic()
    told = message("later", type=told_type)
    world.tell(told)
    world.eventually(lambda: len(taken.bodies) == 1 and len(others.bodies) == 1)
    world.pass_time(4.9)
    assert len(taken.bodies) == 1
    world.pass_time(0.1)
    world.eventually(lambda: len(taken.bodies) == 2, within=9.0)
    assert taken.deliveries[1].message == replace(told, headers={"attempt": 2})
    assert world.depth(plan.name) == 0
    assert len(others.bodies) == 1
    assert time.monotonic() - began > 4.5 or world.__class__.__name__ == "InProcess"


def test_a_buried_message_lies_among_the_dead_letters_and_is_not_delivered_again(world: World) -> None:
    plan, taken = new_queue(), Taken(then=lambda delivery: delivery.bury(delivery.message.with_headers(attempt=6)))
    broker = listening(world, plan, taken)
    sent = message("poison")
    broker.send(sent, plan.name)
    world.eventually(lambda: len(world.dead(plan.name)) == 1)
    assert world.dead(plan.name)[0] == replace(sent, headers={"attempt": 6, "queue": plan.name})
    broker.send(message("poison too"), plan.name)
    world.eventually(lambda: len(taken.bodies) == 2)
    assert taken.bodies == [b"poison", b"poison too"]


def test_no_more_is_delivered_at_a_time_than_was_asked_for(world: World) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    broker = listening(world, plan, taken, prefetch=2)
    for number in range(4):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: len(taken.bodies) == 2)
    # Something sent afterwards to a second queue has come: had a third been on its way here, it would be here too.
    other, others = new_queue(), Taken()
    beside = listening(world, other, others)
    beside.send(message(), other.name)
    world.eventually(lambda: len(others.bodies) == 1)
    assert taken.bodies == [b"0", b"1"]
    taken.deliveries[0].acknowledge()
    world.eventually(lambda: len(taken.bodies) == 3)
    assert taken.bodies == [b"0", b"1", b"2"]


def test_an_event_reaches_every_queue_that_listens_for_it_and_no_other(world: World) -> None:
    both = "grievance.heard.v1"
    first, second = Taken(), Taken()
    stranger = Taken()
    listening(world, new_queue(both, "grievance.other.v1"), first)
    listening(world, new_queue(both), second)
    listening(world, new_queue("grievance.other.v1"), stranger)
    world.tell(message("a fact", type=both))
    world.tell(message("another", type="grievance.other.v1"))
    world.eventually(lambda: len(first.bodies) == 2 and len(stranger.bodies) == 1)
    assert (first.bodies, second.bodies, stranger.bodies) == ([b"a fact", b"another"], [b"a fact"], [b"another"])


def test_what_comes_while_nobody_listens_waits_for_the_one_who_comes_back(world: World) -> None:
    told_type = "grievance.patient.v1"
    plan = new_queue(told_type)
    gone = listening(world, plan, Taken())
    gone.stop_consuming()
    gone.stop()
    world.tell(message("meanwhile", type=told_type))
    later = Taken()
    listening(world, plan, later)
    world.eventually(lambda: later.bodies == [b"meanwhile"])


def test_nothing_is_let_in_after_consuming_was_stopped_but_what_is_in_hand_can_be_settled(world: World) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    broker = listening(world, plan, taken)
    broker.send(message("in hand"), plan.name)
    world.eventually(lambda: len(taken.bodies) == 1)
    broker.stop_consuming()
    broker.send(message("too late"), plan.name)
    taken.deliveries[0].acknowledge()
    broker.stop()
    later = Taken()
    listening(world, plan, later)
    world.eventually(lambda: later.bodies != [])
    assert (taken.bodies, later.bodies) == ([b"in hand"], [b"too late"])


# -- pausing


def test_from_a_paused_queue_nothing_is_delivered_while_others_go_on(world: World) -> None:
    plan, other, taken, others = new_queue(), new_queue(), Taken(), Taken()
    broker = world.connect()
    broker.consume(plan, taken, prefetch=10)
    broker.consume(other, others, prefetch=10)
    broker.start()
    broker.pause(plan.name)
    broker.send(message("waits"), plan.name)
    broker.send(message("comes"), other.name)
    world.eventually(lambda: others.bodies == [b"comes"])
    world.eventually(lambda: world.depth(plan.name) == 1)
    assert taken.bodies == []


def test_a_resumed_queue_is_taken_from_again_in_the_order_the_messages_came(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = listening(world, plan, taken)
    broker.pause(plan.name)
    for number in range(5):
        broker.send(message(str(number)), plan.name)
    broker.resume(plan.name)
    world.eventually(lambda: len(taken.bodies) == 5)
    assert taken.bodies == [str(number).encode() for number in range(5)]


def test_what_is_in_hand_when_a_queue_is_paused_can_be_settled_in_either_way(world: World) -> None:
    plan, taken = new_queue(), Taken(then=kept)
    broker = listening(world, plan, taken)
    for number in range(3):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: len(taken.bodies) == 3)
    broker.pause(plan.name)
    taken.deliveries[0].acknowledge()
    taken.deliveries[1].give_back()
    taken.deliveries[2].give_back()
    world.eventually(lambda: world.depth(plan.name) == 2)
    assert len(taken.bodies) == 3
    broker.resume(plan.name)
    world.eventually(lambda: sorted(taken.bodies[3:]) == [b"1", b"2"])


def test_a_queue_paused_or_resumed_twice_is_as_after_once(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = listening(world, plan, taken)
    broker.pause(plan.name)
    broker.pause(plan.name)
    broker.send(message("once"), plan.name)
    broker.resume(plan.name)
    broker.resume(plan.name)
    broker.send(message("after"), plan.name)
    world.eventually(lambda: len(taken.bodies) == 2)
    assert taken.bodies == [b"once", b"after"]


def test_a_queue_paused_before_the_start_stays_so_until_it_is_resumed(world: World) -> None:
    plan, taken = new_queue(), Taken()
    broker = world.connect()
    broker.consume(plan, taken, prefetch=10)
    broker.pause(plan.name)
    broker.start()
    broker.send(message("early"), plan.name)
    world.eventually(lambda: world.depth(plan.name) == 1)
    assert taken.bodies == []
    broker.resume(plan.name)
    world.eventually(lambda: taken.bodies == [b"early"])


def test_a_broker_is_ready_between_start_and_stop(world: World) -> None:
    broker = world.connect()
    assert not broker.is_ready()
    broker.start()
    assert broker.is_ready()
    broker.stop()
    assert not broker.is_ready()


def test_a_message_to_a_queue_that_does_not_exist_is_refused_at_once(world: World) -> None:
    broker = world.connect()
    broker.start()
    began = time.monotonic()
    with pytest.raises(NoQueue):
        broker.send(message(), "nobody.calls")
    assert time.monotonic() - began < AT_ONCE


def test_what_is_sent_to_all_hearers_is_in_every_queue_that_hears_it_and_in_no_other(world: World) -> None:
    heard, other = "grievance.told_again.v1", "grievance.not_told.v1"
    first, second, stranger = Taken(), Taken(), Taken()
    broker = listening(world, new_queue(heard), first)
    listening(world, new_queue(heard, other), second)
    listening(world, new_queue(other), stranger)
    broker.send_to_hearers(message("a fact", type=heard))
    world.eventually(lambda: (first.bodies, second.bodies) == ([b"a fact"], [b"a fact"]))
    assert stranger.bodies == []


def test_what_is_sent_to_all_hearers_while_there_are_none_is_refused(world: World) -> None:
    broker = listening(world, new_queue("grievance.heard_by_one.v1"), Taken())
    with pytest.raises(NoQueue):
        broker.send_to_hearers(message(type="grievance.heard_by_nobody.v1"))


# -- calls


class Asked:
    """A service that answers one kind of call, in the thread that delivers or later."""

    def __init__(
        self, world: World, method: Callable[[Any, Any], Any], *, waits: bool = False, schema: Any = None
    ) -> None:
        self._world, self._answer = world, Answer(method, schema)
        self.name = new_queue(calls=True).name.removesuffix(".calls")
        self.plan = call_queue(self.name)
        self.taken = Taken(then=kept if waits else self.answer)
        self.start()

    def start(self) -> None:
        """Begin to answer."""
        self._broker = self._world.connect()
        self._broker.consume(self.plan, self.taken, prefetch=10)
        self._broker.start()

    def stop(self) -> None:
        """Answer no more."""
        self._broker.stop_consuming()
        self._broker.stop()

    def answer(self, delivery: Delivery) -> None:
        """Answer one call."""
        self._answer(self, [delivery], self._reply)

    def _reply(self, question: Message, answer: Message) -> None:
        self._broker.send(answer, question.reply_to, confirmed=False)


def asking(world: World, patience: float = 4.0) -> Caller:
    """Someone who can ask."""
    broker = world.connect()
    caller = Caller(broker, patience)
    broker.start()
    return caller


def test_a_call_is_answered(world: World) -> None:
    service = Asked(world, lambda _, command: {"said": command["say"], "times": 2})
    assert asking(world).ask(service.name, "say", {"say": "你好"}) == {"said": "你好", "times": 2}


def test_a_lone_call_is_answered_without_waiting_for_any_tick(world: World) -> None:
    service, caller = Asked(world, lambda _, command: command), asking(world)
    caller.ask(service.name, "say", {})
    quickest = min(_seconds(lambda: caller.ask(service.name, "say", {})) for _ in range(5))
    assert quickest < 0.1


def _seconds(do: Callable[[], Any]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def test_a_call_to_a_service_that_was_never_there_is_unavailable_at_once(world: World) -> None:
    caller = asking(world)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        caller.ask("nobody", "say", {})
    assert time.monotonic() - began < AT_ONCE


def test_a_call_to_a_stopped_service_is_unavailable_within_patience_and_is_never_done_later(world: World) -> None:
    done: list[str] = []
    service = Asked(world, lambda _, command: done.append(command["do"]))
    caller = asking(world, patience=0.4)
    caller.ask(service.name, "act", {"do": "first"})
    service.stop()
    began = time.monotonic()
    with pytest.raises(Unavailable):
        caller.ask(service.name, "act", {"do": "while it was away"})
    assert time.monotonic() - began < 0.4 + AT_ONCE
    service.start()
    # It takes calls in the order they came: one that had been kept would have been done before this one.
    world.eventually(lambda: _answered(caller, service, {"do": "after it came back"}))
    assert "while it was away" not in done
    assert done[0] == "first"
    assert done[-1] == "after it came back"


def _answered(caller: Caller, service: Asked, command: dict[str, Any]) -> bool:
    try:
        caller.ask(service.name, "act", command)
    except Unavailable:
        return False
    return True


def test_a_call_that_is_not_answered_in_time_is_unavailable_and_is_not_begun_any_more(world: World) -> None:
    done: list[Any] = []
    service = Asked(world, lambda _, command: done.append(command), waits=True)
    caller = asking(world, patience=0.3)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        caller.ask(service.name, "act", {"do": "this"})
    assert 0.3 <= time.monotonic() - began < 0.3 + AT_ONCE
    service.answer(service.taken.deliveries[0])
    assert done == []


def test_an_answer_that_comes_too_late_harms_no_later_call(world: World) -> None:
    service = Asked(world, lambda _, command: command, waits=True)
    caller = asking(world, patience=0.3)
    with pytest.raises(Unavailable):
        caller.ask(service.name, "say", {"number": 1})
    late = replace(service.taken.deliveries[0].message, headers={})
    service.taken.then = service.answer
    service.answer(replace(service.taken.deliveries[0], message=late))
    assert caller.ask(service.name, "say", {"number": 2}, patience=4.0) == {"number": 2}


def raising(error: Error) -> Callable[[Any, Any], Any]:
    """A service's method that refuses."""

    def refuse(_service: Any, _command: Any) -> Any:
        raise error

    return refuse


@pytest.mark.parametrize(
    "error",
    [
        CommunityNotFound(community="410181002011"),
        Invalid(fields={"place": [words("没有", "none")]}),
        Conflict(),
        Unavailable(service="another"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_reaches_whoever_asked_with_its_type_its_facts_and_its_fields(world: World, error: Error) -> None:
    service = Asked(world, raising(error))
    with pytest.raises(type(error)) as refused:
        asking(world).ask(service.name, "say", {})
    assert (refused.value.facts, refused.value.fields) == (error.facts, error.fields)
    assert refused.value.said("zh") == error.said("zh")


def test_an_error_nobody_thought_of_is_told_without_what_it_says(world: World) -> None:
    def broken(_service: Any, command: Any) -> Any:
        raise ValueError(f"no such phone: {command['phone']}")

    service = Asked(world, broken)
    with pytest.raises(Error) as refused:
        asking(world).ask(service.name, "say", {"phone": "13800001111"})
    assert type(refused.value).code == "error"
    assert "13800001111" not in refused.value.said("zh") + refused.value.said("en") + str(refused.value.facts)


def test_a_command_of_the_wrong_shape_is_refused_naming_the_field(world: World) -> None:
    service = Asked(world, lambda _, command: command, schema=GetCommunity)
    with pytest.raises(Invalid) as refused:
        asking(world).ask(service.name, "get", {"community": "12", "more": 1})
    assert set(refused.value.fields) == {"community", "more"}


def test_calls_asked_at_the_same_time_each_get_their_own_answer(world: World) -> None:
    service, caller = Asked(world, lambda _, command: command["number"], waits=True), asking(world)
    answers: dict[int, Any] = {}

    def ask(number: int) -> None:
        answers[number] = caller.ask(service.name, "say", {"number": number})

    threads = [Thread(target=ask, args=(number,)) for number in range(5)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        world.eventually(lambda count=count: len(service.taken.deliveries) == count)
    for delivery in reversed(service.taken.deliveries):
        service.answer(delivery)
    for thread in threads:
        thread.join(5)
    assert answers == {number: number for number in range(5)}


def test_a_call_carries_the_chain_and_the_community_it_belongs_to(world: World) -> None:
    seen: list[Chain | None] = []
    service = Asked(world, lambda *_: seen.append(current_chain()))
    chain = Chain.begun("the first command")
    with within(replace(chain, community="410181002011")):
        asking(world).ask(service.name, "say", {})
    found = seen[0]
    assert found is not None
    assert (found.correlation, found.community, found.traceparent) == (
        "the first command",
        "410181002011",
        chain.traceparent,
    )


def test_a_question_that_is_no_json_is_invalid(world: World) -> None:
    service = Asked(world, lambda _, command: command)
    replies: list[Message] = []
    broker = world.connect()
    queue = broker.listen_for_replies(replies.append)
    broker.start()
    broker.send(message("{", reply_to=queue, correlation="c"), service.plan.name, confirmed=False)
    world.eventually(lambda: replies != [])
    assert replies[0].type == "error"
    assert msgspec.json.decode(replies[0].body)["kind"] == "invalid"
    assert NotFound.kind != "invalid"
