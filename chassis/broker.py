"""What the chassis asks of a broker, in the words both forms share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

RETRY_PAUSES = {"5s": 5.0, "30s": 30.0, "2m": 120.0, "10m": 600.0, "1h": 3600.0}
"""The retry ladder: name of each level and its pause in seconds."""

DEAD_SUFFIX = ".dlq"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as the broker carries it.

    `type` is an event's wire name or a call's name. `expires_in` is in seconds; a message that waited
    longer is dropped. Headers hold text and numbers only; `attempt` counts deliveries to a handler.
    """

    body: bytes
    id: str = ""
    type: str = ""
    correlation: str = ""
    content_type: str = "application/json"
    reply_to: str = ""
    expires_in: float | None = None
    headers: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def attempt(self) -> int:
        """Which delivery this is, counted from 1; a header that is no number counts as 1."""
        attempt = self.headers.get("attempt", 1)
        return attempt if isinstance(attempt, int) and attempt > 0 else 1

    def with_headers(self, **headers: str | int | float) -> "Message":
        """The same message with these headers set."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(kw_only=True)
class Delivery:
    """A message handed to us, to be settled once, in one of four ways.

    `acknowledge`: done. `give_back`: deliver it again at once, to anyone. `retry_later(message, level)`: deliver
    `message` in its place after that level's pause. `bury(message)`: lay `message` among the queue's dead letters.
    The last two return when the broker has it safe, and raise `NotSent` (leaving this unsettled) otherwise.
    `acknowledge_all` acknowledges several deliveries of one queue, these and no other.
    `channel` and `tag` are the broker's own marks.
    """

    message: Message
    queue: str
    acknowledge: Callable[[], None]
    give_back: Callable[[], None]
    retry_later: Callable[[Message, str], None]
    bury: Callable[[Message], None]
    acknowledge_all: "Callable[[Sequence[Delivery]], None]"
    channel: object = None
    tag: int = 0


@dataclass(frozen=True, kw_only=True)
class QueuePlan:
    """A queue that must exist: durable work queues get a dead-letter queue beside them, a call queue does not."""

    name: str
    listens: tuple[str, ...] = ()
    is_for_calls: bool = False

    @property
    def dead(self) -> str:
        """Name of the queue where its dead letters are kept."""
        return self.name + DEAD_SUFFIX


class NotSent(Exception):
    """The broker has not confirmed a message in time, refused it, or cannot be reached."""


class NoQueue(NotSent):
    """There is no such queue: nobody has ever listened there, or it went away."""


class Broker(Protocol):
    """Carries messages between services. Implementations reconnect by themselves."""

    def consume(self, plan: QueuePlan, on_delivery: Callable[[Delivery], None], *, prefetch: int) -> None:
        """Deliver what comes to the queue, from `start` on, at most `prefetch` unsettled at a time."""

    def listen_for_replies(self, on_reply: Callable[[Message], None]) -> str:
        """Deliver what is sent to a queue of this process's own; returns its name."""

    def start(self) -> None:
        """Connect, declare what was asked for, and let deliveries begin."""

    def stop_consuming(self) -> None:
        """Let no further delivery in; what was delivered can still be settled."""

    def stop(self) -> None:
        """Disconnect. What was not settled will be delivered again, to whoever listens then."""

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue. Confirmed: returns when it is safe there. Raises `NotSent`."""

    def is_ready(self) -> bool:
        """Whether messages can be sent and deliveries arrive now."""
