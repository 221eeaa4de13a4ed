"""A service's port: the one place where nameko meets the broker; every other module of the core knows no nameko."""

import logging
from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from time import monotonic, sleep
from typing import Any

import eventlet
import msgspec
from nameko.extensions import Entrypoint, SharedExtension

from chassis.asking import Answer, call_queue
from chassis.broker import Broker, Delivery, Message, NotSent, QueuePlan
from chassis.gathering import Gatherer, community_of
from chassis.listening import Hearing, Listener
from chassis.process import Process
from chassis.receiver import Receiver
from contracts.errors import Unavailable, to_wire

log = logging.getLogger(__name__)


def event_queue(service: str, purpose: str) -> str:
    """Stable name of a queue on which a service hears events."""
    return f"{service}.{purpose}"


class Port(SharedExtension):  # type: ignore[misc]
    """Takes deliveries in for a service, spawns a nameko worker for each batch or call, and drains before it stops."""

    def __init__(self) -> None:
        # Not in `setup`: nameko sets all extensions up at once, in no order, and entrypoints use this in theirs.
        super().__init__()
        self._hearings: list[tuple[Entrypoint, Hearing]] = []
        self._answers: dict[str, tuple[Entrypoint, Answer]] = {}
        self._receivers: dict[str, tuple[Entrypoint, Receiver]] = {}
        self._gatherers: list[Gatherer] = []
        self._by_queue: dict[str, Gatherer] = {}
        self._paused: set[str] = set()
        self._calls: deque[Delivery] = deque()
        self._answering = 0
        self._crowds: dict[str, Gatherer] = {}
        self._is_stopping = False

    def setup(self) -> None:
        """Find the process this container runs in."""
        self.process: Process = self.container.config["process"]
        self.broker: Broker = self.process.broker(self.container.service_name)
        self.process.reporter.join(self)

    def hear(self, entrypoint: Entrypoint, hearing: Hearing) -> None:
        """Let events reach this entrypoint."""
        self._hearings.append((entrypoint, hearing))

    def answer(self, entrypoint: Entrypoint, name: str, answer: Answer) -> None:
        """Let calls of this name reach this entrypoint."""
        self._answers[name] = (entrypoint, answer)

    def receive(self, entrypoint: Entrypoint, receiver: Receiver) -> None:
        """Let the messages of a raw queue reach this entrypoint."""
        self._receivers[receiver.queue] = (entrypoint, receiver)

    def is_stopping(self) -> bool:
        """Whether this service has been told to stop."""
        return self._is_stopping

    def plans(self) -> list[QueuePlan]:
        """The queues this service needs."""
        raw = [QueuePlan(name=queue, is_raw=True) for queue in self._receivers]
        return [*raw, *plans_of(self.container.service_name, [hearing for _, hearing in self._hearings])]

    def start(self) -> None:
        """Listen, once every entrypoint has made itself known."""
        batch = self.process.settings.batch
        self._crowds = {name: self._crowd(name) for name, (_, answer) in self._answers.items() if answer.together}
        for plan in self.plans():
            if plan.is_for_calls:
                self.broker.consume(plan, self._take_call, prefetch=self.process.settings.calls_at_once * 4)
            else:
                self.broker.consume(plan, self._gatherer(plan).take, prefetch=batch * 2)
        self.broker.start()

    def drain(self) -> None:
        """Take nothing more in and do what has come, so that nobody is given it a second time; in the second half of
        the time there is for this only what is begun comes to its end. Then let the broker go."""
        if self._is_stopping:
            return
        self._is_stopping = True
        deadline = monotonic() + self.process.settings.drain
        self.broker.stop_consuming()
        while any(self.in_flight().values()) and monotonic() < deadline - self.process.settings.drain / 2:
            sleep(0.01)
        unhandled = [delivery for gatherer in self._gatherers for delivery in gatherer.close()]
        for delivery in (*unhandled, *self._calls):
            delivery.give_back()
        self._calls.clear()
        for gatherer in self._gatherers:
            gatherer.drained(max(0.0, deadline - monotonic()))
        while self._answering and monotonic() < deadline:
            sleep(0.01)
        self.process.reporter.leave(self.broker)
        self.broker.stop()

    def stop(self) -> None:
        """Stop, when no entrypoint has done so."""
        self.drain()

    # -- how it stands, and what operators wish

    def in_flight(self) -> dict[str, int]:
        """How many messages of each queue came here and are not finished."""
        calls = sum(crowd.in_hand() for crowd in self._crowds.values()) + len(self._calls) + self._answering
        work = {queue: gatherer.in_hand() for queue, gatherer in self._by_queue.items()}
        return {**work, call_queue(self.container.service_name).name: calls}

    def paused(self) -> set[str]:
        """The queues that nothing is taken from for now."""
        return set(self._paused)

    def obey(self, paused: Collection[str]) -> None:
        """Take nothing from these queues of events until they are named no more; what came and was not begun is
        given back. Other services' queues may be named, and the queues of calls cannot be paused."""
        mine = {queue for queue in self._by_queue if queue not in self._receivers}
        wanted, before = mine & set(paused), self._paused
        self._paused = wanted
        for queue in wanted - before:
            self.broker.pause(queue)
            for delivery in self._by_queue[queue].release():
                delivery.give_back()
        for queue in before - wanted:
            self.broker.resume(queue)

    # -- events and raw messages

    def _gatherer(self, plan: QueuePlan) -> Gatherer:
        entrypoint, handler = self._receivers[plan.name] if plan.is_raw else self._listener(plan.name)
        gatherer = Gatherer(
            self.process.settings.batch,
            partial(self._spawn_batch, entrypoint, handler),
            eventlet.spawn_after,
            community_of,
        )
        self._gatherers.append(gatherer)
        self._by_queue[plan.name] = gatherer
        return gatherer

    def _listener(self, queue: str) -> tuple[Entrypoint, Listener]:
        mine = [(entry, hearing) for entry, hearing in self._hearings if self._queue_of(hearing) == queue]
        return mine[0][0], Listener(
            queue, [hearing for _, hearing in mine], is_stopping=self.is_stopping, send=self.broker.send
        )

    def _queue_of(self, hearing: Hearing) -> str:
        return event_queue(self.container.service_name, hearing.queue)

    def _spawn_batch(self, entrypoint: Entrypoint, handler: Listener | Receiver, deliveries: list[Delivery]) -> None:
        self._spawn(entrypoint, (handler, deliveries), self._by_queue[handler.queue].done)

    def _spawn(self, entrypoint: Entrypoint, work: tuple[Any, ...], done: Callable[[], None]) -> None:
        def handle_result(_context: Any, result: Any, failure: Any) -> tuple[Any, Any]:
            done()
            return result, failure

        self.container.spawn_worker(entrypoint, work, {}, handle_result=handle_result)

    # -- calls

    def _take_call(self, delivery: Delivery) -> None:
        if delivery.message.type == "ready":
            self._answer_ready(delivery)
        elif delivery.message.type == "hears":
            self._answer_hears(delivery)
        elif delivery.message.type in self._crowds:
            self._crowds[delivery.message.type].take(delivery)
        elif delivery.message.type in self._answers:
            self._calls.append(delivery)
            self._begin_calls()
        else:
            log.error("nobody answers %s here", delivery.message.type)
            self._answer_unknown(delivery)

    def _begin_calls(self) -> None:
        while self._calls and self._answering < self.process.settings.calls_at_once:
            delivery = self._calls.popleft()
            entrypoint, answer = self._answers[delivery.message.type]
            self._answering += 1
            self._spawn(entrypoint, (answer, [delivery], self._reply), self._call_done)

    def _call_done(self) -> None:
        self._answering -= 1
        self._begin_calls()

    def _crowd(self, name: str) -> Gatherer:
        """Gathers the calls of one name that wait at the same time."""
        entrypoint, answer = self._answers[name]

        def work(deliveries: list[Delivery]) -> None:
            self._spawn(entrypoint, (answer, deliveries, self._reply), gatherer.done)

        gatherer = Gatherer(self.process.settings.batch, work, eventlet.spawn_after)
        self._gatherers.append(gatherer)
        return gatherer

    def _reply(self, question: Message, answer: Message) -> None:
        try:
            self.broker.send(answer, question.reply_to, confirmed=False)
        except NotSent:
            log.info("whoever asked has gone")

    def _answer_unknown(self, delivery: Delivery) -> None:
        """Whoever asks is newer than we are: they are told at once, and need not wait in vain."""
        delivery.acknowledge()
        body = msgspec.json.encode(to_wire(Unavailable(service=self.container.service_name)))
        self._reply(delivery.message, Message(body=body, type="error", correlation=delivery.message.correlation))

    def _answer_ready(self, delivery: Delivery) -> None:
        ready = {"service": self.container.service_name, "ready": self.broker.is_ready() and not self._is_stopping}
        self._answer_at_once(delivery, ready)

    def _answer_hears(self, delivery: Delivery) -> None:
        """To the relay, which must not let one community's flood stand before all others' events."""
        queues = {plan.name: plan.listens for plan in self.plans() if plan.listens}
        self._answer_at_once(delivery, {"service": self.container.service_name, "queues": queues})

    def _answer_at_once(self, delivery: Delivery, answer: dict[str, Any]) -> None:
        delivery.acknowledge()
        body = msgspec.json.encode(answer)
        self._reply(delivery.message, Message(body=body, type="answer", correlation=delivery.message.correlation))


def plans_of(service: str, hearings: list[Hearing]) -> list[QueuePlan]:
    """The queues that a service with these hearings needs: one a purpose, and one for calls."""
    purposes = dict.fromkeys(hearing.queue for hearing in hearings)
    work = [
        QueuePlan(
            name=event_queue(service, purpose),
            listens=tuple(hearing.event.wire_name() for hearing in hearings if hearing.queue == purpose),
        )
        for purpose in purposes
    ]
    return [*work, call_queue(service)]
