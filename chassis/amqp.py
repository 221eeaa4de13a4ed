"""RabbitMQ as a service's broker: takes in over one link, sends out over another, every send confirmed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event as Signal
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from amqp import spec

from chassis.amqp_messages import from_amqp, to_amqp
from chassis.broker import DEAD_LETTERS, Delivery, Message, NoQueue, NotSent, QueuePlan
from chassis.failpoints import failpoint
from chassis.links import LOST, Link
from chassis.outbox import exchange_of
from chassis.topology import declare

log = logging.getLogger(__name__)

CONFIRM_PATIENCE = 5.0
ACKNOWLEDGED_WITHIN = 2.0
CANCEL_PATIENCE = 1.0
"""Seconds that a broker is given to answer that it sends nothing more."""


@dataclass
class _Consumption:
    plan: QueuePlan
    on_delivery: Callable[[Delivery], None]
    prefetch: int
    channel: Any = None
    tag: str = ""
    is_paused: bool = False


@dataclass
class _Pending:
    settled: Signal = field(default_factory=Signal)
    problem: str = ""


class AmqpBroker:
    """RabbitMQ for one process of a service: one link to take in, one to send out.

    They are two because a broker that raises an alarm stops reading from a link that sends, and must not
    thereby stop the acknowledgements.
    """

    def __init__(self, url: str, name: str) -> None:
        self._intake = Link(url, f"{name} in", self._prepare_intake, tend=self._declare_again)
        self._outgo = Link(url, f"{name} out", self._prepare_outgo, self._forget_pending)
        self._consumptions: dict[str, _Consumption] = {}
        self._on_reply: Callable[[Message], None] | None = None
        self._replies = f"replies.{name}.{uuid4()}"
        self._reply_queue = self._replies
        self._unsettled: dict[Any, set[int]] = {}
        self._is_taking_in = True
        self._topology: Any = None
        self._plain: Any = None
        self._sure: Any = None
        self._sure_tag = 0
        self._pending: dict[int, _Pending] = {}
        self._returned: dict[str, _Pending] = {}

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, from `start` on."""
        self._consumptions[plan.name] = _Consumption(plan, on_delivery, prefetch)

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
        """Let no further delivery in; what the broker had sent off before it was told so has come when this returns,
        if the broker answers in time."""
        # Remembered, because a link that comes up again would otherwise take up what was cancelled.
        self._is_taking_in = False
        channels = [each.channel for each in self._consumptions.values() if each.tag]
        for consumption in self._consumptions.values():
            self._cancel(consumption)
        deadline = monotonic() + CANCEL_PATIENCE
        # Twice: RabbitMQ answers the first while what a quorum queue has handed over may still lie behind the answer.
        for _ in range(2):
            self._await_answer(channels, deadline)

    def pause(self, queue: str) -> None:
        """Let no further delivery from this queue in."""
        self._consumptions[queue].is_paused = True
        self._cancel(self._consumptions[queue])

    def resume(self, queue: str) -> None:
        """Take from this queue again, at once or as soon as there is a link."""
        consumption = self._consumptions[queue]
        consumption.is_paused = False
        try:
            self._take_up(consumption)
        except (*LOST, AttributeError):
            log.debug("no link to take up %s on", queue)

    def stop(self) -> None:
        """Disconnect."""
        # What was acknowledged last goes before this leave: lost, it would be delivered again.
        self._intake.stop(patience=ACKNOWLEDGED_WITHIN)
        self._outgo.stop()

    def is_ready(self) -> bool:
        """Whether both links stand."""
        return self._intake.connected.is_set() and self._outgo.connected.is_set()

    def is_flowing(self) -> bool:
        """Whether the broker takes what is sent: not while it has raised an alarm."""
        return self._outgo.connected.is_set() and not self._outgo.is_blocked

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue. Raises `NotSent`, `NoQueue`."""
        if confirmed:
            self._send_surely(message, "", queue)
        else:
            self._send_plainly(message, queue)

    def send_to_hearers(self, message: Message) -> None:
        """Put an event into every queue that hears it. Raises `NotSent`, `NoQueue`."""
        self._send_surely(message, exchange_of(message.type), message.type)

    def _send_plainly(self, message: Message, queue: str) -> None:
        # A broker that has raised an alarm reads nothing more: what is sent on fills the socket, and then whoever sends
        # next stands still with the turn in hand, and everybody behind.
        if self._outgo.is_blocked:
            raise NotSent(queue)
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

    def _send_aside(self, message: Message, exchange: str, routing_key: str) -> None:
        """To the ladder or the dead letters. Where they have gone they are declared again, for the next try: a broker
        counts how often a delivery is given back, and not for long."""
        try:
            self._send_surely(message, exchange, routing_key)
        except NotSent:
            self._declare_again()
            raise

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
        self._topology = channel = connection.channel()
        declare(channel, self._plans())
        if self._on_reply:
            # Another one for each link: the broker keeps the last one locked until it notices that its link has gone.
            self._reply_queue = f"{self._replies}.{uuid4().hex[:8]}"
            channel.queue_declare(self._reply_queue, durable=False, exclusive=True, auto_delete=True)
            channel.basic_consume(self._reply_queue, no_ack=True, callback=self._take_reply)
        for consumption in self._consumptions.values():
            channel = connection.channel()
            channel.basic_qos(0, consumption.prefetch, False)
            with self._intake.turn:
                consumption.channel, consumption.tag = channel, ""
            self._take_up(consumption)

    def _plans(self) -> list[QueuePlan]:
        return [consumption.plan for consumption in self._consumptions.values()]

    def _declare_again(self) -> None:
        """Somebody may have deleted a queue, a binding or an exchange since: it comes back, empty. Where it has other
        arguments now, the link breaks, and says why when it comes up again."""
        try:
            with self._intake.turn:
                declare(self._topology, self._plans(), nowait=True)
        except (*LOST, AttributeError):
            log.debug("no link to declare on")

    def _take_up(self, consumption: _Consumption) -> None:
        """No answer is waited for, since another thread reads. A link that comes up, a `resume` and a `pause` may
        all be here at once: each looks at what is wanted in its turn."""
        with self._intake.turn:
            if self._is_taking_in and not consumption.is_paused and not consumption.tag:
                # Never the same twice: RabbitMQ 3.10 breaks a link that takes a cancelled tag for a quorum queue again.
                tag, channel = uuid4().hex, consumption.channel
                # Known before it is asked for: a delivery may be here before the sending has returned.
                channel.callbacks[tag] = take = self._taker(channel, consumption)
                channel.basic_consume(consumption.plan.name, tag, nowait=True, callback=take)
                consumption.tag = tag

    def _cancel(self, consumption: _Consumption) -> None:
        try:
            with self._intake.turn:
                tag, consumption.tag = consumption.tag, ""
                if tag:
                    consumption.channel.basic_cancel(tag, nowait=True)
        except (*LOST, AttributeError):
            log.debug("no link to cancel on")

    def _await_answer(self, channels: Sequence[Any], deadline: float) -> None:
        """Wait until the broker has done what it was told on these channels: each is told to cancel what nobody has
        begun, and the mark is gone when the link's own thread has read the answer."""
        mark = uuid4().hex
        try:
            for channel in channels:
                with self._intake.turn:
                    channel.callbacks[mark] = log.debug
                    channel.send_method(spec.Basic.Cancel, "sb", (mark, False))
        except (*LOST, AttributeError, TypeError):
            log.debug("no link to wait on")
            return
        while any(mark in (channel.callbacks or ()) for channel in channels) and monotonic() < deadline:
            sleep(0.005)

    def _taker(self, channel: Any, consumption: _Consumption) -> Callable[[Any], None]:
        def take(raw: Any) -> None:
            delivery = self._delivery(channel, consumption.plan, raw)
            # It was on its way already when the queue was paused.
            delivery.give_back() if consumption.is_paused else consumption.on_delivery(delivery)

        return take

    def _delivery(self, channel: Any, plan: QueuePlan, raw: Any) -> Delivery:
        tag = raw.delivery_tag
        self._unsettled.setdefault(channel, set()).add(tag)

        def acknowledge() -> None:
            self._settle_deliveries(plan.name, channel, {tag}, partial(channel.basic_ack, tag))

        def give_back() -> None:
            self._settle_deliveries(plan.name, channel, {tag}, partial(channel.basic_reject, tag, True))

        def retry_later(message: Message, level: str) -> None:
            self._send_aside(message, f"retry.{level}", plan.name)
            failpoint("broker.after_retry")
            acknowledge()

        def bury(message: Message) -> None:
            self._send_aside(message.with_headers(queue=plan.name), "", DEAD_LETTERS)
            failpoint("broker.after_bury")
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
