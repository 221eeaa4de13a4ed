"""Sends many events and waits for their confirms together: the relay's way to RabbitMQ."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from chassis.amqp_messages import to_amqp
from chassis.broker import Message, NotSent
from chassis.failpoints import failpoint
from chassis.leased_outbox import Row
from chassis.links import LOST, connect, cut
from chassis.outbox import exchange_of
from contracts.wire import TELLERS


class Publisher:
    """Sends a batch and waits for its confirms together."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._channel: Any = None
        self._plain: Any = None
        self._is_blocked = False
        self._sent = 0
        self._open: set[int] = set()
        self._refused: set[int] = set()
        self._returned: set[str] = set()

    def publish(self, rows: Sequence[Row], queue: str = "", patience: float = 5.0) -> tuple[set[str], set[str]]:
        """Tell the events, or put them into one queue where it is named; returns the message ids that are safe and
        those that no queue took. What is in neither was refused. Raises one of `LOST` when the broker does not confirm
        in time."""
        if self._connection is None:
            self._connect()
        tags = {self._send(row, queue): row.message.id for row in rows}
        failpoint("relay.after_publish")
        deadline = time.monotonic() + patience
        while self._open:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
        safe = {id for tag, id in tags.items() if tag not in self._refused and id not in self._returned}
        returned, self._returned, self._refused = self._returned, set(), set()
        return safe, returned

    def keep_alive(self) -> None:
        """Between batches: connect where there is no connection, and answer the broker's heartbeat."""
        if self._connection is None:
            self._connect()
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def send(self, message: Message, queue: str, *, confirmed: bool = False) -> None:
        """Put a message into a queue, without a promise. Raises `NotSent`."""
        if confirmed or self._connection is None:
            raise NotSent(queue)
        try:
            self._plain.basic_publish(to_amqp(message, durable=False), "", queue)
        except LOST as error:
            raise NotSent(queue) from error

    def is_ready(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def is_flowing(self) -> bool:
        """Whether the broker takes what is sent: not while it has raised an alarm."""
        return self.is_ready() and not self._is_blocked

    def drop_connection(self) -> None:
        """Begin anew next time."""
        if self._connection is not None:
            cut(self._connection)
        self._connection, self._open = None, set()

    def _connect(self) -> None:
        self._connection = connect(self._url, "hemei relay")
        self._channel = self._connection.channel()
        for teller in TELLERS:
            self._channel.exchange_declare(f"{teller}.events", "topic", durable=True, auto_delete=False)
        self._channel.confirm_select()
        self._plain, self._is_blocked = self._connection.channel(), False
        self._connection.on_blocked, self._connection.on_unblocked = self._take_alarm, self._take_all_clear
        self._channel.events["basic_ack"].add(self._take_ack)
        self._channel.events["basic_nack"].add(self._take_nack)
        self._channel.events["basic_return"].add(self._take_return)
        self._sent, self._open, self._refused, self._returned = 0, set(), set(), set()

    def _send(self, row: Row, queue: str) -> int:
        message = row.message
        exchange, key = ("", queue) if queue else (exchange_of(message.type), message.type)
        self._channel.basic_publish(to_amqp(message, durable=True), exchange, key, mandatory=row.heard or bool(queue))
        self._sent += 1
        self._open.add(self._sent)
        return self._sent

    def _settled(self, tag: int, multiple: bool) -> set[int]:
        settled = {open for open in self._open if open <= tag} if multiple else {tag}
        self._open -= settled
        return settled

    def _take_ack(self, tag: int, multiple: bool = False) -> None:
        self._settled(tag, multiple)

    def _take_nack(self, tag: int, multiple: bool = False, requeue: bool = False) -> None:
        self._refused |= self._settled(tag, multiple)

    def _take_alarm(self, _reason: str) -> None:
        self._is_blocked = True

    def _take_all_clear(self) -> None:
        self._is_blocked = False

    def _take_return(self, _error: Any, _exchange: str, _routing_key: str, raw: Any) -> None:
        self._returned.add(str(raw.properties.get("message_id", "")))
