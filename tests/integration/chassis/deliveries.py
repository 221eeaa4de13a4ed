"""Deliveries without a broker: what became of each is written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from chassis.broker import Delivery, Message, NotSent
from chassis.listening import Hearing, People
from contracts import wire
from contracts.event import Event
from tests.integration.chassis.things import COMMUNITY, NOON

QUEUE = "things.main"


@dataclass(frozen=True)
class Fate:
    """How a delivery was settled: "acknowledged", "given back", "buried", or the level it will come back from."""

    what: str
    message: Message

    @property
    def id(self) -> str:
        """Of the message that was settled."""
        return self.message.id


@dataclass
class Post:
    """Hands deliveries over. What is named in `refuses` fails, as when the broker does not confirm."""

    refuses: set[str] = field(default_factory=set)
    failure: type[Exception] = NotSent
    fates: list[Fate] = field(default_factory=list)

    def deliver(self, message: Message) -> Delivery:
        """A delivery of this message."""
        return Delivery(
            message=message,
            queue=QUEUE,
            acknowledge=lambda: self._settle("acknowledged", message),
            give_back=lambda: self._settle("given back", message),
            retry_later=lambda again, level: self._settle(level, again),
            bury=lambda dead: self._settle("buried", dead),
            acknowledge_all=self._acknowledge_all,
        )

    def of(self, message: Message) -> list[str]:
        """What became of a message, each time."""
        return [fate.what for fate in self.fates if fate.id == message.id]

    def _settle(self, what: str, message: Message) -> None:
        if what in self.refuses:
            raise self.failure(what)
        self.fates.append(Fate(what, message))

    def _acknowledge_all(self, deliveries: Sequence[Delivery]) -> None:
        for each in deliveries:
            each.acknowledge()


def heard(event: Event, *, id: UUID | None = None, attempt: int = 1) -> Message:
    """The message that carries an event."""
    id = id or uuid4()
    envelope = wire.wrap(
        event,
        id=id,
        time=NOON,
        correlation="first command",
        causation="some message",
        sequence=1,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    return bare(wire.to_bytes(envelope), id=str(id), type=event.wire_name(), headers={"attempt": attempt})


def bare(body: bytes, **more: Any) -> Message:
    """A message with this body, whatever it is."""
    given: dict[str, Any] = {"id": str(uuid4()), "headers": {"attempt": 1, "community": COMMUNITY}}
    return Message(body=body, **given | more)


def hearing(
    event: type[Event],
    handle: Callable[[Any, Any], None],
    *,
    when: Callable[[Any], bool] = lambda _event: True,
    loads: Callable[[Any], tuple[str, UUID]] | None = None,
    people: People | None = None,
) -> Hearing:
    """A `@hears` without a service class around it."""
    return Hearing(event, handle, "main", when, loads, people)
