"""A witness of every event: a queue of its own on each teller's exchange, taken from while everything else fails."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from threading import Event as Signal
from threading import RLock, Thread
from typing import Any

import msgspec

from chassis.amqp_messages import from_amqp, to_amqp
from chassis.broker import Message
from chassis.links import LOST, connect, cut
from contracts import wire
from contracts.wire import TELLERS, Envelope, Unreadable

QUEUE = "witness.main"


class Witness:
    """Keeps every event by its id, in the order they came first; takes up again whenever the broker is back."""

    def __init__(self, broker_url: str) -> None:
        self._url = broker_url
        self._turn = RLock()
        self._ends = Signal()
        self.told: dict[str, Message] = {}
        self.repeated = 0
        """How often something came that had come before."""
        self._declare()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def some(self, draw: random.Random) -> Message | None:
        """One of the events so far, drawn; None while there is none."""
        with self._turn:
            return draw.choice(list(self.told.values())) if self.told else None

    def tell_again(self, message: Message) -> None:
        """Tell an event again as a relay would that died before it could forget it."""
        self._send(message, f"{message.type.partition('.')[0]}.events", message.type)

    def put(self, message: Message, queue: str) -> None:
        """Put something into a queue, whatever it is."""
        self._send(message, "", queue)

    def close(self) -> None:
        """Watch no more, once nothing is left to take."""
        self._ends.set()
        self._thread.join(30)

    def not_in_sequence(self) -> list[str]:
        """What was told of one thing must be numbered 1, 2, 3 … without a gap and without two under one number: I4."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for envelope in self._envelopes():
            if envelope.sequence:
                numbers[f"{envelope.source} {envelope.subject}"].append(envelope.sequence)
        return [
            f"backwards or with gaps: {subject} was told as {seen}"
            for subject, seen in numbers.items()
            if seen != list(range(seen[0], seen[0] + len(seen)))
        ]

    def by_community(self) -> list[tuple[str, str]]:
        """Of each event about a grievance: which one, and the community it was told in."""
        found = []
        for envelope in self._envelopes():
            told = msgspec.json.decode(envelope.data)
            if isinstance(told, dict) and "grievance_id" in told:
                found.append((str(told["grievance_id"]), envelope.communityid))
        return found

    def _envelopes(self) -> Iterator[Envelope]:
        for message in list(self.told.values()):
            with suppress(Unreadable):
                yield wire.from_bytes(message.body)

    def _declare(self) -> None:
        connection = connect(self._url, "witness")
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        for teller in TELLERS:
            channel.exchange_declare(f"{teller}.events", "topic", durable=True, auto_delete=False)
            channel.queue_bind(QUEUE, f"{teller}.events", "#")
        cut(connection)

    def _watch(self) -> None:
        while not self._ends.is_set():
            try:
                self._take_in(connect(self._url, "witness"))
            except LOST:
                self._ends.wait(0.5)

    def _take_in(self, connection: Any) -> None:
        channel = connection.channel()
        channel.basic_qos(0, 500, False)
        channel.basic_consume(QUEUE, callback=lambda raw: self._keep(channel, raw))
        try:
            while True:
                try:
                    connection.drain_events(timeout=1.0)
                except TimeoutError:
                    if self._ends.is_set():
                        return
                connection.heartbeat_tick()
        finally:
            cut(connection)

    def _keep(self, channel: Any, raw: Any) -> None:
        message = from_amqp(raw)
        with self._turn:
            self.repeated += message.id in self.told
            self.told.setdefault(message.id, message)
        channel.basic_ack(raw.delivery_tag)

    def _send(self, message: Message, exchange: str, key: str) -> None:
        """Until the broker has it: it may be away just now."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._sent(message, exchange, key)
            except LOST:
                if time.monotonic() > deadline:
                    raise
                self._ends.wait(0.3)

    def _sent(self, message: Message, exchange: str, key: str) -> None:
        connection = connect(self._url, "witness sends")
        try:
            channel = connection.channel()
            channel.confirm_select()
            channel.basic_publish_confirm(to_amqp(message, durable=True), exchange, key, confirm_timeout=5)
        finally:
            cut(connection)
