"""RabbitMQ as the chassis uses it, over kombu and py-amqp: links that reconnect, confirmed sends, topology."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event as Signal
from threading import RLock, Thread
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import amqp
import kombu
import kombu.exceptions
from amqp import spec
from amqp.exceptions import AMQPError
from amqp.transport import TCPTransport

from chassis.broker import RETRY_PAUSES, Delivery, Message, NoQueue, NotSent, QueuePlan
from chassis.outbox import exchange_of

log = logging.getLogger(__name__)

LOST = (AMQPError, OSError, kombu.exceptions.OperationalError)
"""What is raised when the broker cannot be reached, or goes away."""

HEARTBEAT = 20
CONFIRM_PATIENCE = 5.0
LEAVE_PATIENCE = 0.5
"""Seconds a broker is given to answer a close; one that has raised an alarm never does."""
RECONNECT_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0)


def connect(url: str, name: str) -> Any:
    """A py-amqp connection, connected. Raises one of `LOST`."""
    address = kombu.Connection(
        url,
        heartbeat=HEARTBEAT,
        connect_timeout=5,
        transport_options={
            "client_properties": {"connection_name": name},
            "read_timeout": HEARTBEAT * 2,
            "write_timeout": 10,
        },
    )
    connection = address.transport.establish_connection()
    # With this flag py-amqp looks for a "blocked" notice by reading inside every send, while the link's own
    # thread reads: two readers of one socket. The reader hears the notice anyway.
    connection.client_properties["capabilities"]["connection.blocked"] = False
    _read_at_once(connection.transport)
    return connection


def connect_within(seconds: float, url: str, name: str) -> Any:
    """A connection to a broker that may only be coming up: tried again for so long. Raises one of `LOST`."""
    deadline = monotonic() + seconds
    while True:
        try:
            return connect(url, name)
        except LOST as error:
            if monotonic() > deadline:
                raise
            log.warning("the broker does not answer yet: %s", type(error).__name__)
            sleep(1.0)


def _read_at_once(transport: Any) -> None:
    """py-amqp asks the socket for each part of each frame, seven times for a message. It keeps what it got too much
    of, so it is given whatever has come, once. Encrypted links read in larger pieces already."""
    if isinstance(transport, TCPTransport):
        receive = transport.sock.recv
        transport._quick_recv = lambda wanted: receive(max(wanted, 65536))


def cut(connection: Any) -> None:
    """Close the socket without the closing handshake: a broker that has raised an alarm never answers it."""
    try:
        connection.collect()
    # AttributeError: another thread is closing it too, and has just forgotten the socket.
    except (*LOST, AttributeError):
        log.debug("the connection was gone already")


def declare(channel: Any, plans: list[QueuePlan]) -> None:
    """Create exchanges, queues, dead-letter queues and the retry ladder where they do not exist."""
    for level, pause in RETRY_PAUSES.items():
        _declare_level(channel, level, pause)
    for plan in plans:
        _declare_calls(channel, plan) if plan.is_for_calls else _declare_work(channel, plan)


def _declare_level(channel: Any, level: str, pause: float) -> None:
    """No routing key is set on expiry, so a message goes back to the queue it was sent for."""
    name = f"retry.{level}"
    channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
    arguments = {
        "x-queue-type": "quorum",
        "x-message-ttl": int(pause * 1000),
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(name, name)


def _declare_work(channel: Any, plan: QueuePlan) -> None:
    channel.queue_declare(plan.dead, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    # Structure, not tuning: what a broker does with a message that kills its consumer again and again.
    # 20 is the limit that RabbitMQ 4 sets by itself; a policy can make it smaller.
    arguments = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": plan.dead,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": 20,
    }
    channel.queue_declare(plan.name, durable=True, auto_delete=False, arguments=arguments)
    for event_type in plan.listens:
        channel.exchange_declare(exchange_of(event_type), "topic", durable=True, auto_delete=False)
        channel.queue_bind(plan.name, exchange_of(event_type), event_type)


def _declare_calls(channel: Any, plan: QueuePlan) -> None:
    """A minute without anyone to answer and the queue goes away, so that a caller is told at once."""
    channel.queue_declare(plan.name, durable=True, auto_delete=False, arguments={"x-expires": 60_000})


def to_amqp(message: Message, *, durable: bool) -> Any:
    """The message as py-amqp sends it."""
    properties: dict[str, Any] = {
        "content_type": message.content_type,
        "delivery_mode": 2 if durable else 1,
        "message_id": message.id,
        "type": message.type,
        "correlation_id": message.correlation,
        "application_headers": message.headers,
    }
    if message.reply_to:
        properties["reply_to"] = message.reply_to
    if message.expires_in is not None:
        properties["expiration"] = str(max(0, int(message.expires_in * 1000)))
    return amqp.Message(message.body, **properties)


KEPT_HEADERS = ("attempt", "deadline", "community", "traceparent", "causation")


def from_amqp(raw: Any) -> Message:
    """The message as it arrived; headers that are not ours are left behind (the broker adds its own)."""
    properties = raw.properties
    headers = properties.get("application_headers") or {}
    body = raw.body if isinstance(raw.body, bytes) else str(raw.body).encode()
    return Message(
        body=body,
        id=str(properties.get("message_id", "")),
        type=str(properties.get("type", "")),
        correlation=str(properties.get("correlation_id", "")),
        content_type=str(properties.get("content_type", "")),
        reply_to=str(properties.get("reply_to", "")),
        headers={name: headers[name] for name in KEPT_HEADERS if isinstance(headers.get(name), str | int | float)},
    )


@dataclass
class _Consumption:
    plan: QueuePlan
    on_delivery: Callable[[Delivery], None]
    prefetch: int


@dataclass
class _Pending:
    settled: Signal = field(default_factory=Signal)
    problem: str = ""


class Link:
    """One connection, kept up by a thread that reads from it; everything written to it takes turns."""

    def __init__(
        self, url: str, name: str, on_connected: Callable[[Any], None], on_lost: Callable[[], None] = lambda: None
    ) -> None:
        self._url, self._name, self._on_connected, self._on_lost = url, name, on_connected, on_lost
        self.turn = RLock()
        self.connected = Signal()
        self._stopping = False
        self.connection: Any = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._thread = Thread(target=self._keep_up, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Disconnect and do not come back."""
        self._stopping = True
        if self.connected.is_set():
            self._take_leave()
        self.connected.clear()
        if self.connection is not None:
            with self.turn:
                cut(self.connection)

    def _take_leave(self) -> None:
        """The broker answers a close when it has read all that came before: without waiting for that, the last
        acknowledgements may be lost with the socket, and what was done is delivered again."""
        with suppress(*LOST, AttributeError), self.turn:
            self.connection.send_method(spec.Connection.Close, "BsBB", (0, "", 0, 0))
        if self._thread is not None:
            self._thread.join(LEAVE_PATIENCE)

    def _keep_up(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                self.connection = connect(self._url, self._name)
                self._on_connected(self.connection)
                self.connected.set()
                failures = 0
                if not self._stopping:
                    self._read()
            except Exception as error:  # noqa: BLE001 - whatever it was, a link that gave up would be a silent death
                self._lost(error, failures)
                failures += 1
        # Told to stop while it was connecting: what came up meanwhile goes down again.
        self.connected.clear()
        if self.connection is not None:
            cut(self.connection)

    def _lost(self, error: BaseException, failures: int) -> None:
        self.connected.clear()
        if self.connection is not None:
            cut(self.connection)
        self._on_lost()
        if not self._stopping:
            # Only the broker's own words may be logged: any other text could hold what a person wrote.
            ours = not isinstance(error, LOST)
            words = type(error).__name__ if ours else f"{type(error).__name__}: {error}"
            log.warning("no broker on link %s: %s", self._name, words, exc_info=error if ours else None)
            sleep(RECONNECT_PAUSES[min(failures, len(RECONNECT_PAUSES) - 1)])

    def _read(self) -> None:
        heartbeat_at = monotonic() + 5
        while self.connection.connected:
            with suppress(TimeoutError):
                self.connection.drain_events(timeout=5)
            if monotonic() >= heartbeat_at:
                heartbeat_at = monotonic() + 5
                with self.turn:
                    self.connection.heartbeat_tick()


class AmqpBroker:
    """RabbitMQ for one process of a service: one link to take in, one to send out.

    They are two because a broker that raises an alarm stops reading from a link that sends, and must not
    thereby stop the acknowledgements.
    """

    def __init__(self, url: str, name: str) -> None:
        self._intake = Link(url, f"{name} in", self._prepare_intake)
        self._outgo = Link(url, f"{name} out", self._prepare_outgo, self._forget_pending)
        self._consumptions: list[_Consumption] = []
        self._on_reply: Callable[[Message], None] | None = None
        self._replies = f"replies.{name}.{uuid4()}"
        self._reply_queue = self._replies
        self._tags: list[tuple[Any, str]] = []
        self._unsettled: dict[Any, set[int]] = {}
        self._is_taking_in = True
        self._plain: Any = None
        self._sure: Any = None
        self._sure_tag = 0
        self._pending: dict[int, _Pending] = {}
        self._returned: dict[str, _Pending] = {}

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, from `start` on."""
        self._consumptions.append(_Consumption(plan, on_delivery, prefetch))

    def listen_for_replies(self, on_reply: Callable[[Message], None]) -> str:
        """A queue that lives as long as this process's link; what is sent names the one of the link that stands."""
        self._on_reply = on_reply
        return self._replies

    def start(self) -> None:
        """Connect; returns when both links stand, or after ten seconds without a broker (they go on trying)."""
        for link in (self._intake, self._outgo):
            link.start()
        for link in (self._intake, self._outgo):
            link.connected.wait(10)

    def stop_consuming(self) -> None:
        """Let no further delivery in."""
        # Remembered, because a link that comes up again would otherwise take up what was cancelled.
        self._is_taking_in = False
        tags, self._tags = self._tags, []
        try:
            with self._intake.turn:
                for channel, tag in tags:
                    channel.basic_cancel(tag, nowait=True)
        except LOST:
            log.debug("no link to cancel on")

    def stop(self) -> None:
        """Disconnect."""
        self._intake.stop()
        self._outgo.stop()

    def is_ready(self) -> bool:
        """Whether both links stand."""
        return self._intake.connected.is_set() and self._outgo.connected.is_set()

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue. Raises `NotSent`, `NoQueue`."""
        if confirmed:
            self._send_surely(message, "", queue)
        else:
            self._send_plainly(message, queue)

    def _send_plainly(self, message: Message, queue: str) -> None:
        if message.reply_to == self._replies:
            message = replace(message, reply_to=self._reply_queue)
        try:
            with self._outgo.turn:
                self._plain.basic_publish(to_amqp(message, durable=False), "", queue, mandatory=True)
        except (*LOST, AttributeError) as error:
            raise NotSent(queue) from error

    def _send_surely(self, message: Message, exchange: str, routing_key: str) -> None:
        pending = _Pending()
        self._returned[message.id] = pending
        try:
            self._publish_surely(pending, to_amqp(message, durable=True), exchange, routing_key)
            settled = pending.settled.wait(CONFIRM_PATIENCE)
        finally:
            self._returned.pop(message.id, None)
        if pending.problem == NoQueue.__name__:
            raise NoQueue(routing_key)
        if not settled or pending.problem:
            raise NotSent(f"{routing_key}: {pending.problem or 'not confirmed in time'}")

    def _publish_surely(self, pending: _Pending, raw: Any, exchange: str, routing_key: str) -> None:
        """Known before it is sent: the reading thread may hear the confirm before this one goes on."""
        with self._outgo.turn:
            tag = self._sure_tag + 1
            self._pending[tag] = pending
            try:
                self._sure.basic_publish(raw, exchange, routing_key, mandatory=True)
            except (*LOST, AttributeError) as error:
                self._pending.pop(tag, None)
                raise NotSent(routing_key) from error
            self._sure_tag = tag

    # -- what happens on the links' own threads

    def _prepare_intake(self, connection: Any) -> None:
        self._unsettled = {}
        channel = connection.channel()
        declare(channel, [consumption.plan for consumption in self._consumptions])
        if self._on_reply:
            # Another one for each link: the broker keeps the last one locked until it notices that its link has gone.
            self._reply_queue = f"{self._replies}.{uuid4().hex[:8]}"
            channel.queue_declare(self._reply_queue, durable=False, exclusive=True, auto_delete=True)
            channel.basic_consume(self._reply_queue, no_ack=True, callback=self._take_reply)
        if self._is_taking_in:
            self._tags = [self._consume_on(connection.channel(), each) for each in self._consumptions]

    def _consume_on(self, channel: Any, consumption: _Consumption) -> tuple[Any, str]:
        channel.basic_qos(0, consumption.prefetch, False)
        take = self._taker(channel, consumption)
        return channel, channel.basic_consume(consumption.plan.name, callback=take)

    def _taker(self, channel: Any, consumption: _Consumption) -> Callable[[Any], None]:
        def take(raw: Any) -> None:
            consumption.on_delivery(self._delivery(channel, consumption.plan, raw))

        return take

    def _delivery(self, channel: Any, plan: QueuePlan, raw: Any) -> Delivery:
        tag = raw.delivery_tag
        self._unsettled.setdefault(channel, set()).add(tag)

        def acknowledge() -> None:
            self._settle_deliveries(plan.name, channel, {tag}, partial(channel.basic_ack, tag))

        def give_back() -> None:
            self._settle_deliveries(plan.name, channel, {tag}, partial(channel.basic_reject, tag, True))

        def retry_later(message: Message, level: str) -> None:
            self._send_surely(message, f"retry.{level}", plan.name)
            acknowledge()

        def bury(message: Message) -> None:
            self._send_surely(message, "", plan.dead)
            acknowledge()

        return Delivery(
            message=from_amqp(raw),
            queue=plan.name,
            acknowledge=acknowledge,
            give_back=give_back,
            retry_later=retry_later,
            bury=bury,
            acknowledge_all=self._acknowledge_all,
            channel=channel,
            tag=tag,
        )

    def _acknowledge_all(self, batch: Sequence[Delivery]) -> None:
        # A batch may have come over two channels, when the link was renewed in between: each counts its own tags.
        by_channel: dict[Any, list[Delivery]] = {}
        for each in batch:
            by_channel.setdefault(each.channel, []).append(each)
        for channel, deliveries in by_channel.items():
            tags = {each.tag for each in deliveries}
            last = max(tags)
            # One frame for all would take in what came before them and is not settled yet: it would be lost.
            if any(tag < last for tag in self._unsettled.get(channel, set()) - tags):
                for each in deliveries:
                    each.acknowledge()
            else:
                self._settle_deliveries(batch[0].queue, channel, tags, partial(channel.basic_ack, last, True))

    def _settle_deliveries(self, queue: str, channel: Any, tags: set[int], action: Callable[[], None]) -> None:
        """A link that went away took its deliveries with it: the broker delivers them again."""
        self._unsettled.get(channel, set()).difference_update(tags)
        try:
            with self._intake.turn:
                action()
        except (*LOST, AttributeError):
            log.info("the link went away before a delivery of %s was settled", queue)

    def _take_reply(self, raw: Any) -> None:
        if self._on_reply:
            self._on_reply(from_amqp(raw))

    def _prepare_outgo(self, connection: Any) -> None:
        plain, sure = connection.channel(), connection.channel()
        sure.confirm_select()
        for channel in (plain, sure):
            channel.events["basic_return"].add(self._take_return)
        sure.events["basic_ack"].add(self._take_ack)
        sure.events["basic_nack"].add(self._take_nack)
        # A send that is half done on the old link must not be counted on the new one.
        with self._outgo.turn:
            self._plain, self._sure, self._sure_tag = plain, sure, 0
            self._forget_pending()

    def _forget_pending(self) -> None:
        """No confirm comes over a link that is gone: whoever waits for one learns it now."""
        lost, self._pending = self._pending, {}
        for pending in lost.values():
            pending.problem = "the link went away"
            pending.settled.set()

    def _settle(self, tag: int, multiple: bool, problem: str = "") -> None:
        for each in [known for known in list(self._pending) if known == tag or (multiple and known < tag)]:
            pending = self._pending.pop(each)
            pending.problem = pending.problem or problem
            pending.settled.set()

    def _take_ack(self, tag: int, multiple: bool = False) -> None:
        self._settle(tag, multiple)

    def _take_nack(self, tag: int, multiple: bool = False, requeue: bool = False) -> None:
        self._settle(tag, multiple, "refused")

    def _take_return(self, error: Any, exchange: str, routing_key: str, raw: Any) -> None:
        """Nobody listens there. A confirmed send raises; a caller is told through its reply queue."""
        message = from_amqp(raw)
        if pending := self._returned.get(message.id):
            pending.problem = NoQueue.__name__
        elif self._on_reply and message.reply_to:
            self._on_reply(Message(body=b"", type="no_queue", correlation=message.correlation))
