"""Who hears what on the broker: which queues an event goes to, as their services say, and how long each one is."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import uuid4

import msgspec
from amqp.exceptions import NotFound

from chassis.amqp_messages import from_amqp, to_amqp
from chassis.broker import Message
from chassis.links import LOST, connect, cut
from contracts.wire import TELLERS

log = logging.getLogger(__name__)

ASK_EVERY = 10.0
"""Seconds between two questions to every service; one that was never heard of is asked at each turn."""

PATIENCE = 1.0
"""Seconds that the broker is given to tell a length."""

SILENT = 5.0
"""Seconds for which a broker that did not answer is not asked again."""


@dataclass(frozen=True)
class Length:
    """A queue as it stands now: so many messages are ready, and so many take from it."""

    ready: int
    consumers: int


class Hearers:
    """Asks the services which events they hear on which queues, and the broker how long these are, over a link of its
    own. What nobody can tell is not known, and nothing fails by it."""

    def __init__(self, url: str, services: Sequence[str] = TELLERS, clock: Callable[[], float] = monotonic) -> None:
        self._url, self._services, self._clock = url, services, clock
        self._connection: Any = None
        self._channel: Any = None
        self._replies = ""
        self._ask_at = self._connect_at = 0.0
        self._told: dict[str, dict[str, list[str]]] = {}
        self._hearing: dict[str, tuple[str, ...]] = {}

    def hearing(self, event_type: str) -> tuple[str, ...]:
        """The queues that events of this type go to, as far as their services have said so."""
        return self._hearing.get(event_type, ())

    def length(self, queue: str) -> Length | None:
        """How the queue stands; None where that cannot be told."""
        if self._connection is None:
            return None
        try:
            found = self._channel.queue_declare(queue, passive=True)
        except NotFound:
            self._again(self._open)
            return None
        except LOST as error:
            self._give_up(error)
            return None
        return Length(found.message_count, found.consumer_count)

    def tend(self) -> None:
        """Once in a while: connect, ask, take the answers, and answer the broker's heartbeat."""
        if self._connection is None and self._clock() >= self._connect_at:
            self._again(self._connect)
        if self._connection is not None:
            self._again(self._tend)

    def drop_connection(self) -> None:
        """Begin anew next time."""
        connection, self._connection = self._connection, None
        if connection is not None:
            cut(connection)

    def _again(self, step: Callable[[], None]) -> None:
        try:
            step()
        except LOST as error:
            self._give_up(error)

    def _give_up(self, error: BaseException) -> None:
        log.warning("the lengths of queues are not known: %s", type(error).__name__)
        self.drop_connection()
        self._connect_at = self._clock() + SILENT

    def _connect(self) -> None:
        self._connection = connect(self._url, "hemei relay looks")
        self._connection.transport.sock.settimeout(PATIENCE)
        self._open()
        answers = self._connection.channel()
        self._replies = f"replies.relay.{uuid4()}"
        answers.queue_declare(self._replies, durable=False, exclusive=True, auto_delete=True)
        answers.basic_consume(self._replies, no_ack=True, callback=self._take_answer)
        self._ask_at = 0.0

    def _open(self) -> None:
        """The broker closes a channel on which it says that there is no such queue."""
        self._channel = self._connection.channel()

    def _tend(self) -> None:
        is_due = self._clock() >= self._ask_at
        if is_due:
            self._ask_at = self._clock() + ASK_EVERY
        for service in self._services:
            if is_due or service not in self._told:
                question = Message(body=b"{}", id=str(uuid4()), type="hears", reply_to=self._replies, expires_in=5.0)
                self._channel.basic_publish(to_amqp(question, durable=False), "", f"{service}.calls")
        with suppress(TimeoutError):
            while True:
                self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def _take_answer(self, raw: Any) -> None:
        message = from_amqp(raw)
        if message.type != "answer":
            return  # an older service, which does not know the question
        try:
            told = msgspec.json.decode(message.body, type=Hears)
        except msgspec.MsgspecError:
            return
        if self._told.get(told.service) == told.queues:
            return
        log.info("%s hears on %s", told.service, ", ".join(told.queues) or "no queue")
        self._told[told.service] = told.queues
        hearing: dict[str, tuple[str, ...]] = {}
        for queues in self._told.values():
            for queue, event_types in queues.items():
                for event_type in event_types:
                    hearing[event_type] = (*hearing.get(event_type, ()), queue)
        self._hearing = hearing


class Hears(msgspec.Struct, frozen=True, kw_only=True):
    """What a service answers: the types of the events that it hears, by queue."""

    service: str
    queues: dict[str, list[str]]
