"""A service's port: the one place where nameko meets the broker; every other module of the core knows no nameko."""

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic, sleep
from typing import Any

import eventlet
import msgspec
from nameko.extensions import Entrypoint, SharedExtension

from chassis.asking import Answer, call_queue
from chassis.broker import Broker, Delivery, Message, NotSent, QueuePlan
from chassis.listening import Gatherer, Hearing, Listener
from chassis.process import Process
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
        self._gatherers: list[Gatherer] = []
        self._done: dict[str, Callable[[], None]] = {}
        self._calls: deque[Delivery] = deque()
        self._answering = 0
        self._crowds: dict[str, Gatherer] = {}
        self._is_stopping = False

    def setup(self) -> None:
        """Find the process this container runs in."""
        self.process: Process = self.container.config["process"]
        self.broker: Broker = self.process.broker(self.container.service_name)

    def hear(self, entrypoint: Entrypoint, hearing: Hearing) -> None:
        """Let events reach this entrypoint."""
        self._hearings.append((entrypoint, hearing))

    def answer(self, entrypoint: Entrypoint, name: str, answer: Answer) -> None:
        """Let calls of this name reach this entrypoint."""
        self._answers[name] = (entrypoint, answer)

    def plans(self) -> list[QueuePlan]:
        """The queues this service needs."""
        return plans_of(self.container.service_name, [hearing for _, hearing in self._hearings])

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
        """Take nothing more in and let what is being done come to its end; then let the broker go."""
        if self._is_stopping:
            return
        self._is_stopping = True
        self.broker.stop_consuming()
        unhandled = [delivery for gatherer in self._gatherers for delivery in gatherer.close()]
        for delivery in (*unhandled, *self._calls):
            delivery.give_back()
        self._calls.clear()
        deadline = monotonic() + self.process.settings.drain
        for gatherer in self._gatherers:
            gatherer.drained(max(0.0, deadline - monotonic()))
        while self._answering and monotonic() < deadline:
            sleep(0.01)
        self.broker.stop()

    def stop(self) -> None:
        """Stop, when no entrypoint has done so."""
        self.drain()

    # -- events

    def _gatherer(self, plan: QueuePlan) -> Gatherer:
        mine = [(entry, hearing) for entry, hearing in self._hearings if self._queue_of(hearing) == plan.name]
        listener = Listener(plan.name, [hearing for _, hearing in mine], is_stopping=lambda: self._is_stopping)
        gatherer = Gatherer(
            self.process.settings.batch, partial(self._spawn_batch, mine[0][0], listener), eventlet.spawn_after
        )
        self._gatherers.append(gatherer)
        self._done[plan.name] = gatherer.done
        return gatherer

    def _queue_of(self, hearing: Hearing) -> str:
        return event_queue(self.container.service_name, hearing.queue)

    def _spawn_batch(self, entrypoint: Entrypoint, listener: Listener, deliveries: list[Delivery]) -> None:
        self._spawn(entrypoint, (listener, deliveries), self._done[listener.queue])

    def _spawn(self, entrypoint: Entrypoint, work: tuple[Any, ...], done: Callable[[], None]) -> None:
        def handle_result(_context: Any, result: Any, failure: Any) -> tuple[Any, Any]:
            done()
            return result, failure

        self.container.spawn_worker(entrypoint, work, {}, handle_result=handle_result)

    # -- calls

    def _take_call(self, delivery: Delivery) -> None:
        if delivery.message.type == "ready":
            self._answer_ready(delivery)
        elif delivery.message.type in self._crowds:
            self._crowds[delivery.message.type].take(delivery)
        elif delivery.message.type in self._answers:
            self._calls.append(delivery)
            self._begin_calls()
        else:
            log.error("nobody answers %s here", delivery.message.type)
            self._answer_unknown(delivery)

    def _begin_calls(self) -> None:
        while self._calls and self._answering < self.process.settings.calls_at_once and not self._is_stopping:
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
        delivery.acknowledge()
        ready = {"service": self.container.service_name, "ready": self.broker.is_ready() and not self._is_stopping}
        body = msgspec.json.encode(ready)
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
