"""How queues stand: the figures that an operator sees, whoever can tell them."""

from dataclasses import dataclass

from chassis.broker import DEAD_LETTERS
from contracts.reports import REPORTS


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """One queue as it stands now; what nobody can tell is None.

    `ready` waits, `unacked` was delivered and is not settled yet. `rate_in` and `rate_out` are messages a second that
    came and that were acknowledged. `oldest_age` is in seconds, for the message that has waited longest.
    """

    name: str
    ready: int
    consumers: int
    unacked: int | None = None
    rate_in: float | None = None
    rate_out: float | None = None
    oldest_age: float | None = None


@dataclass(frozen=True, kw_only=True)
class BrokerFigures:
    """The broker as it stands now, with its queues; `source` says where the figures come from: management, amqp or
    in_process. `address` is that of the broker's own pages, without a password. `alarms` are in the broker's words."""

    source: str
    queues: tuple[QueueFigures, ...] = ()
    address: str = ""
    version: str = ""
    is_reachable: bool = True
    alarms: tuple[str, ...] = ()


def kind_of(queue: str) -> str:
    """What a queue of ours is for: work, calls, retry, dead or reports."""
    if queue == DEAD_LETTERS:
        return "dead"
    if queue == REPORTS:
        return "reports"
    if queue.startswith("retry."):
        return "retry"
    return "calls" if queue.endswith(".calls") else "work"


def service_of(queue: str) -> str:
    """The service that takes from a queue; nobody takes from a level of the retry ladder."""
    return "" if kind_of(queue) == "retry" else queue.partition(".")[0]
