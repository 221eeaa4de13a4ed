"""What the chassis asks of a broker, in the words both forms share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

RETRY_PAUSES = {"5s": 5.0, "30s": 30.0, "2m": 120.0, "10m": 600.0, "1h": 3600.0}
"""The retry ladder: name of each level and its pause in seconds."""

DEAD_LETTERS = "operations.dead"
"""The queue of every dead letter of whatever queue; the operations service takes from it."""


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
        return attempt if type(attempt) is int and attempt > 0 else 1

    def with_headers(self, **headers: str | int | float) -> "Message":
        """The same message with these headers set."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(kw_only=True)
class Delivery:
    """A message handed to us, to be settled once, in one of four ways.

    `acknowledge`: done. `give_back`: deliver it again at once, to anyone. `retry_later(message, level)`: deliver
    `message` in its place after that level's pause. `bury(message)`: lay `message` among the dead letters.
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
    """A queue that must exist. A work queue is durable and hears events; one for calls goes away with its service; a
    raw one (dead letters, reports) stands on the broker whoever listens, and takes what is sent to it by name."""

    name: str
    listens: tuple[str, ...] = ()
    is_for_calls: bool = False
    is_raw: bool = False


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

    def pause(self, queue: str) -> None:
        """Let no further delivery from this queue in until `resume`, also over a link that comes up anew; what was
        delivered can still be settled, and what is on its way is given back."""

    def resume(self, queue: str) -> None:
        """Take from this queue again."""

    def stop(self) -> None:
        """Disconnect. What was not settled will be delivered again, to whoever listens then."""

    def send(self, message: Message, queue: str, *, confirmed: bool = True) -> None:
        """Put a message into a queue. Confirmed: returns when it is safe there. Raises `NotSent`."""

    def send_to_hearers(self, message: Message) -> None:
        """Put an event into every queue that hears it; returns when it is safe in all of them. Raises `NotSent`, and
        `NoQueue` where nobody hears it."""

    def is_ready(self) -> bool:
        """Whether messages can be sent and deliveries arrive now."""

    def is_flowing(self) -> bool:
        """Whether what is sent is taken now: a broker that has raised an alarm leaves it lying, and whoever sends on
        waits in the end."""
