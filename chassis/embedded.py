"""The in-process broker of the embedded form: the promises of the real one, without a server.

No queue outlives the process, and none needs to: a teller's outbox keeps each event until every service that hears it
has handled it or laid it among the dead letters; these, and what else was sent surely, are kept on disk.
"""

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from uuid import uuid4

import eventlet

from chassis.broker import DEAD_LETTERS, RETRY_PAUSES, Delivery, Message, NoQueue, QueuePlan
from chassis.figures import QueueFigures
from chassis.kept_messages import KeptMessages

log = logging.getLogger(__name__)

Settled = Callable[[], None]
Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds, without anyone waiting for it."""


@dataclass
class _Waiting:
    message: Message
    settled: Settled
    expires_at: float | None
    came_at: float = field(default_factory=monotonic)


@dataclass(eq=False)
class _Queue:
    plan: QueuePlan
    on_delivery: Callable[[Delivery], None] | None = None
    prefetch: int = 1
    unsettled: int = 0
    open: bool = False
    is_paused: bool = False
    is_handing_over: bool = False
    waiting: deque[_Waiting] = field(default_factory=deque)

    def figures(self) -> QueueFigures:
        """How it stands; the age is that of the oldest in this queue, since it came here."""
        oldest = max((monotonic() - each.came_at for each in self.waiting), default=0.0)
        return QueueFigures(
            name=self.plan.name,
            ready=len(self.waiting),
            unacked=self.unsettled,
            consumers=int(self.open and not self.is_paused),
            oldest_age=oldest,
        )


class InProcessBroker:
    """Queues in memory that hand a message over at once: nobody polls."""

    def __init__(self, kept: KeptMessages, later: Later = eventlet.spawn_after) -> None:
        self._kept, self._later = kept, later
        self._queues: dict[str, _Queue] = {}
        self._bindings: dict[str, list[_Queue]] = defaultdict(list)
        self._replies: dict[str, Callable[[Message], None]] = {}
        self._pausing: dict[str, dict[object, Settled]] = {level: {} for level in RETRY_PAUSES}

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, once its service's broker has started. What waits in it already stays."""
        is_new = plan.name not in self._queues
        queue = self._queues.setdefault(plan.name, _Queue(plan=plan))
        queue.on_delivery, queue.prefetch = on_delivery, prefetch
        for event_type in plan.listens:
            if queue not in self._bindings[event_type]:
                self._bindings[event_type].append(queue)
        if is_new:
            for number, message in self._kept.of(plan.name).items():
                self._put(queue, message, partial(self._kept.remove, number))

    def open(self, names: set[str]) -> None:
        """Let deliveries from these queues begin."""
        for name in names:
            self._queues[name].open = True
            self._hand_over(self._queues[name])

    def shut(self, names: set[str]) -> None:
        """Let no further delivery from these queues begin."""
        for name in names:
            self._queues[name].open = False

    def pause(self, queue: str) -> None:
        """Let no further delivery from this queue begin, whoever opens it, until `resume`."""
        self._queues[queue].is_paused = True

    def resume(self, queue: str) -> None:
        """Let deliveries from this queue begin again."""
        self._queues[queue].is_paused = False
        self._hand_over(self._queues[queue])

    def purge(self, queue: str) -> int:
        """Throw away what waits in a queue or in a level of the retry ladder, for good: it counts as settled, so that
        no outbox tells it again. What was delivered stays. Returns how many. Raises `NoQueue`."""
        gone = self._taken_out(queue)
        for settled in gone:
            settled()
        return len(gone)

    def _taken_out(self, queue: str) -> list[Settled]:
        level = queue.removeprefix("retry.")
        if level in self._pausing:
            pausing, self._pausing[level] = self._pausing[level], {}
            return list(pausing.values())
        if queue not in self._queues:
            raise NoQueue(queue)
        waiting, self._queues[queue].waiting = self._queues[queue].waiting, deque()
        return [each.settled for each in waiting]

    def held(self) -> int:
        """How many messages wait for something that nobody here can hasten: in paused queues, and for a retry."""
        paused = (len(queue.waiting) for queue in self._queues.values() if queue.is_paused)
        return sum(paused) + sum(len(pausing) for pausing in self._pausing.values())

    def figures(self) -> tuple[QueueFigures, ...]:
        """How every queue stands, the levels of the retry ladder too."""
        queues = (queue.figures() for queue in self._queues.values())
        levels = ((f"retry.{level}", len(pausing)) for level, pausing in self._pausing.items())
        return (*queues, *(QueueFigures(name=name, ready=count, consumers=0) for name, count in levels))

    def listen_for_replies(self, on_reply: Callable[[Message], None]) -> str:
        """A queue of the caller's own."""
        name = f"replies.{uuid4()}"
        self._replies[name] = on_reply
        return name

    def tell(self, message: Message, settled: Settled) -> None:
        """Deliver an event to every queue that listens for it; `settled` is called when all have settled it."""
        queues = self._bindings.get(message.type, [])
        remaining = len(queues)

        def one_settled() -> None:
            nonlocal remaining
            remaining -= 1
            if remaining == 0:
                settled()

        if not queues:
            settled()
        for queue in queues:
            self._put(queue, message, one_settled)

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue, a reply queue or among the dead letters. Confirmed: it is kept on disk until it
        is settled, but for calls and replies, whose asker goes with the process. Raises `NoQueue`, `NotSent`."""
        here = self._queues.get(queue)
        if queue in self._replies:
            self._replies[queue](message)
        elif queue == DEAD_LETTERS or (here is not None and not here.plan.is_for_calls):
            settled = partial(self._kept.remove, self._kept.keep(message, queue)) if confirmed else _nothing
            if here is not None:
                self._put(here, message, settled)
        elif here is not None and here.open:
            self._put(here, message, _nothing)
        else:
            raise NoQueue(queue)

    def send_to_hearers(self, message: Message) -> None:
        """Put an event into every queue that hears it, kept on disk for each. Raises `NoQueue`, `NotSent`."""
        if not (queues := self._bindings.get(message.type)):
            raise NoQueue(message.type)
        for queue in queues:
            self.send(message, queue.plan.name)

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue or are being handled."""
        return len(self._queues[queue].waiting) + self._queues[queue].unsettled

    def _put(self, queue: _Queue, message: Message, settled: Settled) -> None:
        expires_at = None if message.expires_in is None else monotonic() + message.expires_in
        queue.waiting.append(_Waiting(message, settled, expires_at))
        self._hand_over(queue)

    def _hand_over(self, queue: _Queue) -> None:
        """Whoever settles a delivery while it is handed to him comes here again: the first one here goes on."""
        if queue.is_handing_over:
            return
        queue.is_handing_over = True
        try:
            self._hand_over_all(queue)
        finally:
            queue.is_handing_over = False

    def _hand_over_all(self, queue: _Queue) -> None:
        while queue.open and not queue.is_paused and queue.waiting and queue.unsettled < queue.prefetch:
            waiting = queue.waiting.popleft()
            if waiting.expires_at is not None and waiting.expires_at < monotonic():
                continue
            queue.unsettled += 1
            assert queue.on_delivery is not None
            queue.on_delivery(self._delivery(queue, waiting))

    def _delivery(self, queue: _Queue, waiting: _Waiting) -> Delivery:
        def acknowledge() -> None:
            waiting.settled()
            self._leave(queue)

        def give_back() -> None:
            queue.waiting.appendleft(waiting)
            self._later(0, partial(self._leave, queue))

        def retry_later(message: Message, level: str) -> None:
            # Not settled yet: should the process die during the pause, the teller's outbox tells it again.
            ticket = object()
            self._pausing[level][ticket] = waiting.settled
            self._later(RETRY_PAUSES[level], partial(self._come_back, queue, message, level, ticket))
            self._leave(queue)

        def bury(message: Message) -> None:
            self.send(message.with_headers(queue=queue.plan.name), DEAD_LETTERS)
            acknowledge()

        return Delivery(
            message=waiting.message,
            queue=queue.plan.name,
            acknowledge=acknowledge,
            give_back=give_back,
            retry_later=retry_later,
            bury=bury,
            acknowledge_all=_acknowledge_each,
        )

    def _come_back(self, queue: _Queue, message: Message, level: str, ticket: object) -> None:
        if (settled := self._pausing[level].pop(ticket, None)) is not None:  # it may have been purged meanwhile
            self._put(queue, message, settled)

    def _leave(self, queue: _Queue) -> None:
        queue.unsettled -= 1
        self._hand_over(queue)


def _nothing() -> None:
    """It was kept nowhere."""


def _acknowledge_each(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        delivery.acknowledge()


class EmbeddedConnection:
    """One service's view of the in-process broker: the `Broker` that the chassis is given."""

    def __init__(self, broker: InProcessBroker) -> None:
        self._broker = broker
        self._names: set[str] = set()
        self._is_started = False

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, from `start` on."""
        self._names.add(plan.name)
        self._broker.consume(plan, on_delivery, prefetch=prefetch)

    def listen_for_replies(self, on_reply: Callable[[Message], None]) -> str:
        """A queue of this service's own."""
        return self._broker.listen_for_replies(on_reply)

    def start(self) -> None:
        """Let deliveries begin."""
        self._is_started = True
        self._broker.open(self._names)

    def stop_consuming(self) -> None:
        """Let no further delivery in."""
        self._broker.shut(self._names)

    def pause(self, queue: str) -> None:
        """Let no further delivery from this queue in."""
        self._broker.pause(queue)

    def resume(self, queue: str) -> None:
        """Take from this queue again."""
        self._broker.resume(queue)

    def stop(self) -> None:
        """Let no further delivery in; there is nothing to disconnect."""
        self._is_started = False
        self._broker.shut(self._names)

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue."""
        self._broker.send(message, queue, confirmed=confirmed)

    def send_to_hearers(self, message: Message) -> None:
        """Put an event into every queue that hears it."""
        self._broker.send_to_hearers(message)

    def is_ready(self) -> bool:
        """Whether deliveries are let in."""
        return self._is_started

    def is_flowing(self) -> bool:
        """Nothing is in the way here."""
        return True
