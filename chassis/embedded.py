"""The in-process broker of the embedded form: the promises of the real one, without a server.

Nothing here outlives the process, and nothing needs to: a teller's outbox keeps each event until every
service that hears it has handled it or laid it among the dead letters, which are kept on disk.
"""

import logging
import sqlite3
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event as Signal
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import eventlet
import msgspec
from sqlalchemy import Table, bindparam, delete, select

from chassis.broker import DEAD_SUFFIX, RETRY_PAUSES, Delivery, Message, NoQueue, NotSent, QueuePlan
from chassis.database import Database
from contracts.wire import CONTENT_TYPE

log = logging.getLogger(__name__)

Settled = Callable[[], None]
Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds, without anyone waiting for it."""

Beside = Callable[..., object]
"""Calls a function with these arguments while the caller goes on."""


@dataclass
class _Waiting:
    message: Message
    settled: Settled
    expires_at: float | None


@dataclass(eq=False)
class _Queue:
    plan: QueuePlan
    on_delivery: Callable[[Delivery], None] | None = None
    prefetch: int = 1
    unsettled: int = 0
    open: bool = False
    waiting: deque[_Waiting] = field(default_factory=deque)


class DeadLetters:
    """Dead letters of the embedded form, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS dead_letters"
            " (queue TEXT, message_id TEXT, message BLOB, PRIMARY KEY (queue, message_id))"
        )

    def keep(self, queue: str, message: Message) -> None:
        """Keep a message on disk; the same one kept again stays one. Raises `NotSent`."""
        row = (queue, message.id, msgspec.msgpack.encode(message))
        try:
            self._connection.execute("INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise NotSent(queue) from error

    def of(self, queue: str) -> list[Message]:
        """What was kept of a queue."""
        rows = self._connection.execute("SELECT message FROM dead_letters WHERE queue = ?", (queue,))
        return [msgspec.msgpack.decode(body, type=Message) for (body,) in rows]


class InProcessBroker:
    """Queues in memory that hand a message over at once: nobody polls."""

    def __init__(self, dead_letters: DeadLetters, later: Later = eventlet.spawn_after) -> None:
        self.dead_letters = dead_letters
        self._later = later
        self._queues: dict[str, _Queue] = {}
        self._bindings: dict[str, list[_Queue]] = defaultdict(list)
        self._replies: dict[str, Callable[[Message], None]] = {}

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, once its service's broker has started. What waits in it already stays."""
        queue = self._queues.setdefault(plan.name, _Queue(plan=plan))
        queue.on_delivery, queue.prefetch = on_delivery, prefetch
        for event_type in plan.listens:
            if queue not in self._bindings[event_type]:
                self._bindings[event_type].append(queue)

    def open(self, names: set[str]) -> None:
        """Let deliveries from these queues begin."""
        for name in names:
            self._queues[name].open = True
            self._hand_over(self._queues[name])

    def shut(self, names: set[str]) -> None:
        """Let no further delivery from these queues begin."""
        for name in names:
            self._queues[name].open = False

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
        """Put a message into a queue, a reply queue or a dead-letter queue. Raises `NoQueue`."""
        if queue.endswith(DEAD_SUFFIX):
            self.dead_letters.keep(queue, message)
        elif queue in self._replies:
            self._replies[queue](message)
        elif queue in self._queues and (self._queues[queue].open or not self._queues[queue].plan.is_for_calls):
            self._put(self._queues[queue], message, lambda: None)
        else:
            raise NoQueue(queue)

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue or are being handled."""
        return len(self._queues[queue].waiting) + self._queues[queue].unsettled

    def _put(self, queue: _Queue, message: Message, settled: Settled) -> None:
        expires_at = None if message.expires_in is None else monotonic() + message.expires_in
        queue.waiting.append(_Waiting(message, settled, expires_at))
        self._hand_over(queue)

    def _hand_over(self, queue: _Queue) -> None:
        while queue.open and queue.waiting and queue.unsettled < queue.prefetch:
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
            self._later(RETRY_PAUSES[level], partial(self._put, queue, message, waiting.settled))
            self._leave(queue)

        def bury(message: Message) -> None:
            self.dead_letters.keep(queue.plan.dead, message)
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

    def _leave(self, queue: _Queue) -> None:
        queue.unsettled -= 1
        self._hand_over(queue)


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

    def stop(self) -> None:
        """Let no further delivery in; there is nothing to disconnect."""
        self._is_started = False
        self._broker.shut(self._names)

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue."""
        self._broker.send(message, queue, confirmed=confirmed)

    def is_ready(self) -> bool:
        """Whether deliveries are let in."""
        return self._is_started


MOST_UNSETTLED = 1000
"""Events of one service that may be on their way at once; the rest wait in the outbox."""


class EmbeddedRelay:
    """Carries one service's outbox to the in-process broker. An event stays in the outbox until it is settled
    everywhere; after a kill everything still there is told again, and the inboxes absorb what was handled."""

    def __init__(
        self, database: Database, outbox: Table, broker: InProcessBroker, beside: Beside = eventlet.spawn
    ) -> None:
        self._database, self._outbox, self._broker, self._beside = database, outbox, broker, beside
        self._wake = Signal()
        self._some_settled = Signal()
        self._last = 0
        self._unsettled: set[int] = set()
        self._settled: list[int] = []
        self._is_stopping = False

    def wake(self) -> None:
        """Something was told."""
        self._wake.set()

    def run(self) -> None:
        """Carry until stopped; what is settled is removed beside it, so that nothing told waits for a removal."""
        self._beside(self._keep_at, self._some_settled, self._remove_settled)
        self._wake.set()
        self._keep_at(self._wake, self._carry_all)

    def stop(self) -> None:
        """End; what is settled leaves the outbox now, so that the next start has less to tell again."""
        self._is_stopping = True
        self._wake.set()
        self._some_settled.set()
        self._remove()

    @property
    def is_idle(self) -> bool:
        """Whether everything told so far is settled."""
        return not self._unsettled and not self._wake.is_set()

    def _keep_at(self, signal: Signal, work: Callable[[], None]) -> None:
        while not self._is_stopping:
            signal.wait()
            signal.clear()
            try:
                work()
            except Exception:
                log.exception("the relay of the embedded form tries again")
                sleep(1.0)
                signal.set()

    def _carry_all(self) -> None:
        while self._carry():
            pass

    def _remove_settled(self) -> None:
        # Events settle in quick succession: a moment's patience removes many with one commit.
        sleep(0.05)
        self._remove()

    def _carry(self) -> bool:
        room = MOST_UNSETTLED - len(self._unsettled)
        rows = self._read(room) if room > 0 else []
        for row in rows:
            self._last = row.id
            self._unsettled.add(row.id)
            self._broker.tell(_told(row), partial(self._take_settled, row.id))
        return len(rows) == room > 0

    def _read(self, most: int) -> list[Any]:
        outbox = self._outbox
        with self._database.reading() as connection:
            return list(
                connection.execute(select(outbox).where(outbox.c.id > self._last).order_by(outbox.c.id).limit(most))
            )

    def _take_settled(self, id: int) -> None:
        if len(self._unsettled) >= MOST_UNSETTLED:
            self._wake.set()  # more may be waiting, and there is room again
        self._unsettled.discard(id)
        self._settled.append(id)
        self._some_settled.set()

    def _remove(self) -> None:
        ids, self._settled = self._settled, []
        if not ids:
            return
        try:
            with self._database.writing() as connection:
                connection.execute(
                    delete(self._outbox).where(self._outbox.c.id == bindparam("gone")), [{"gone": id} for id in ids]
                )
        except BaseException:
            self._settled = ids + self._settled
            raise


def _told(row: Any) -> Message:
    return Message(
        body=bytes(row.body),
        id=str(row.message_id),
        type=row.type,
        correlation=row.correlation,
        content_type=CONTENT_TYPE,
        headers={"attempt": 1, "community": row.community},
    )
