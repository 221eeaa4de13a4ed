"""Both brokers behind one face, so that one suite can ask of each what the chassis relies on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from chassis.amqp import AmqpBroker
from chassis.amqp_messages import from_amqp
from chassis.broker import DEAD_LETTERS, Broker, Delivery, Message, QueuePlan
from chassis.embedded import EmbeddedConnection, InProcessBroker
from chassis.kept_messages import KeptMessages
from chassis.leased_outbox import Row
from chassis.links import LOST, connect, cut
from chassis.outbox import exchange_of
from chassis.publisher import Publisher
from chassis.topology import declare
from tests.waiting import eventually

Check = Callable[[], Any]


class World(Protocol):
    """A broker, as many ways to it as a test wants, and a look behind its counter."""

    def connect(self) -> Broker:
        """A new way to the broker, not started yet."""

    def tell(self, message: Message) -> None:
        """Tell an event as the relay of this form does."""

    def dead(self, queue: str) -> list[Message]:
        """The dead letters of a queue."""

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue that nobody takes from."""

    def pass_time(self, seconds: float) -> None:
        """Let this much time pass for the broker, where it is ours to say."""

    def eventually(self, check: Check, within: float = 5.0) -> Any:
        """Ask until it holds."""

    def close(self) -> None:
        """Stop every way to the broker."""


@dataclass
class Taken:
    """Takes whatever is delivered, and settles it as it is told to."""

    then: Callable[[Delivery], None] = lambda delivery: delivery.acknowledge()
    deliveries: list[Delivery] = field(default_factory=list)
    settled: int = 0

    def __call__(self, delivery: Delivery) -> None:
        """Another one came."""
        self.deliveries.append(delivery)
        self.then(delivery)
        self.settled += 1

    @property
    def bodies(self) -> list[bytes]:
        """What they said, in the order they came."""
        return [delivery.message.body for delivery in self.deliveries]


def kept(_delivery: Delivery) -> None:
    """Do not settle it yet."""


class InProcess:
    """The broker of the embedded form; its clock goes only when it is told to."""

    def __init__(self, folder: Path) -> None:
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._now = 0.0
        self.kept = KeptMessages(folder / "dead-letters.db")
        self.broker = InProcessBroker(self.kept, self._later)

    def connect(self) -> EmbeddedConnection:
        """A service's view of it."""
        return EmbeddedConnection(self.broker)

    def tell(self, message: Message) -> None:
        """As the embedded relay does."""
        self.broker.tell(message, lambda: None)

    def dead(self, queue: str) -> list[Message]:
        """From the file they are kept in."""
        return [each for each in self.kept.of(DEAD_LETTERS).values() if each.headers["queue"] == queue]

    def depth(self, queue: str) -> int:
        """Waiting or in hand."""
        return self.broker.depth(queue)

    def pass_time(self, seconds: float) -> None:
        """Put the clock on and do what has fallen due."""
        self._now += seconds
        due = [each for each in self._due if each[0] <= self._now]
        self._due = [each for each in self._due if each[0] > self._now]
        for _, do in due:
            do()

    def eventually(self, check: Check, within: float = 5.0) -> Any:
        """What is due at once is done between the questions."""
        return eventually(partial(self._asked, check), within)

    def close(self) -> None:
        """Nothing stays open."""

    def _asked(self, check: Check) -> Any:
        self.pass_time(0)
        return check()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        self._due.append((self._now + seconds, do))


class Rabbit:
    """RabbitMQ at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connections: list[AmqpBroker] = []
        self._publisher = Publisher(url)

    def connect(self) -> AmqpBroker:
        """Two links of its own."""
        self._connections.append(AmqpBroker(self._url, "test"))
        return self._connections[-1]

    def tell(self, message: Message) -> None:
        """As the relay does."""
        self._publisher.publish([Row(1, message, True, 0)])

    def dead(self, queue: str) -> list[Message]:
        """Looked at, and left in the one queue of all of them."""
        return [each for raw in self.raw(DEAD_LETTERS) if (each := from_amqp(raw)).headers["queue"] == queue]

    def raw(self, queue: str) -> list[Any]:
        """What waits in a queue, just as the broker has it."""
        found = []
        connection = connect(self._url, "look")
        channel = connection.channel()
        while (raw := channel.basic_get(queue)) is not None:
            found.append(raw)
        cut(connection)
        return found

    def taken(self, queue: str) -> list[Any]:
        """What waits in a queue, taken out of it."""
        connection = connect(self._url, "take")
        channel = connection.channel()
        found = list(iter(lambda: channel.basic_get(queue, no_ack=True), None))
        cut(connection)
        return found

    def delete(self, queue: str) -> None:
        """Have it no more."""
        connection = connect(self._url, "delete")
        connection.channel().queue_delete(queue)
        cut(connection)

    def declare_full(self, queue: str, event_type: str) -> None:
        """A queue that listens for an event and takes none."""
        connection = connect(self._url, "full")
        channel = connection.channel()
        arguments = {"x-max-length": 0, "x-overflow": "reject-publish"}
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        channel.queue_bind(queue, exchange_of(event_type), event_type)
        cut(connection)

    def depth(self, queue: str) -> int:
        """As the broker counts what is ready."""
        connection = connect(self._url, "count")
        try:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)
        finally:
            cut(connection)

    def declare(self, *plans: QueuePlan) -> None:
        """Have the queues without anybody who takes from them."""
        connection = connect(self._url, "declare")
        declare(connection.channel(), list(plans))
        cut(connection)

    def pass_time(self, seconds: float) -> None:
        """It passes by itself."""

    def eventually(self, check: Check, within: float = 5.0) -> Any:
        """As the clock on the wall goes."""
        return eventually(check, within)

    def close(self) -> None:
        """Disconnect everyone."""
        for connection in self._connections:
            connection.stop()
        self._publisher.drop_connection()


def new_queue(*listens: str, calls: bool = False) -> QueuePlan:
    """A queue that no other test knows."""
    return QueuePlan(name=f"test{uuid4().hex[:8]}.{'calls' if calls else 'main'}", listens=listens, is_for_calls=calls)


def message(text: str = "hello", **more: Any) -> Message:
    """A message that says this."""
    return Message(**{"body": text.encode(), "id": str(uuid4()), "type": "test.said.v1", **more})


__all__ = ["LOST", "InProcess", "Rabbit", "Taken", "World", "kept", "message", "new_queue"]
