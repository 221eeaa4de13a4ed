"""What the tests of observing share: events in envelopes, figures read back, a member and a way that remember."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec

from chassis.broker import Message, NotSent
from chassis.observing import Observer
from contracts import wire
from contracts.grievance.events import GrievanceResolved
from contracts.reports import Report
from contracts.wire import Envelope

COMMUNITY = "410181002011"
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
QUEUE = "health.main"


def envelope(id: UUID | None = None, community: str = COMMUNITY, time: datetime = NOON) -> Envelope:
    """An event in its envelope."""
    grievance = uuid4()
    return wire.wrap(
        GrievanceResolved(community=community, grievance_id=grievance, resolved_at=NOON),
        id=id or uuid4(),
        time=time,
        correlation="first-command",
        causation="some-message",
        sequence=1,
    )


def figure(observer: Observer, name: str, **labels: str) -> float | None:
    """A figure as Prometheus would read it; None where there is no such series."""
    found: float | None = observer.metrics.registry.get_sample_value(name, labels)
    return found


@dataclass
class FakeBroker:
    """Takes reports while it flows."""

    ready: bool = True
    flowing: bool = True
    refuses: bool = False
    sent: list[Message] = field(default_factory=list)

    def listen_for_replies(self, on_reply: object) -> str:
        """The name of the queue for replies."""
        return "replies.here"

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Take it."""
        if self.refuses:
            raise NotSent(queue)
        assert (queue, confirmed) == ("operations.reports", False)
        self.sent.append(message)

    def is_ready(self) -> bool:
        """As it was told."""
        return self.ready

    def is_flowing(self) -> bool:
        """As it was told."""
        return self.flowing

    def reports(self) -> list[Report]:
        """What the messages hold."""
        return [msgspec.json.decode(message.body, type=Report) for message in self.sent]


@dataclass
class FakeMember:
    """A service with so much in hand."""

    broker: FakeBroker = field(default_factory=FakeBroker)
    in_hand: Mapping[str, int] = field(default_factory=lambda: {QUEUE: 3})
    is_told_to_stop: bool = False
    obeyed: list[Collection[str]] = field(default_factory=list)

    def is_stopping(self) -> bool:
        """As it was told."""
        return self.is_told_to_stop

    def in_flight(self) -> Mapping[str, int]:
        """As it was told."""
        return self.in_hand

    def paused(self) -> set[str]:
        """What it obeyed last."""
        return set(self.obeyed[-1]) if self.obeyed else set()

    def obey(self, paused: Collection[str]) -> None:
        """Remember."""
        self.obeyed.append(paused)
