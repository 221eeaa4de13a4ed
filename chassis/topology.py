"""What must exist on RabbitMQ: exchanges, work queues, the retry ladder, the queues of dead letters and reports."""

from typing import Any

from chassis.broker import DEAD_LETTERS, RETRY_PAUSES, QueuePlan
from chassis.outbox import exchange_of
from contracts.reports import REPORTS


class StandsOtherwise(Exception):
    """A queue or an exchange of this name is there with other arguments; the text is the broker's own."""


def declare(channel: Any, plans: list[QueuePlan], *, nowait: bool = False) -> None:
    """Create exchanges, queues, the retry ladder, the queues of dead letters and of reports where they do not exist.

    Raises `amqp.PreconditionFailed` where one stands there with other arguments. With `nowait` no answer is waited
    for, and whoever reads from the channel's link is told of that instead.
    """
    _declare_raw(channel, nowait)
    for level, pause in RETRY_PAUSES.items():
        _declare_level(channel, level, pause, nowait)
    for plan in plans:
        if plan.is_for_calls:
            _declare_calls(channel, plan, nowait)
        elif not plan.is_raw:
            _declare_work(channel, plan, nowait)


def _declare_raw(channel: Any, nowait: bool) -> None:
    """Whoever sends finds these two, also while nobody takes from them."""
    # It is the end of the line: without a limit of its own, RabbitMQ 4 throws away what was given back 20 times. No
    # limit at all can be asked of some versions only.
    # Where somebody has given it a length, it refuses what is one too many: by itself it would drop the oldest.
    dead = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000, "x-overflow": "reject-publish"}
    channel.queue_declare(DEAD_LETTERS, durable=True, auto_delete=False, arguments=dead, nowait=nowait)
    # Reports carry no promise: what nobody has taken within an hour is old news, and must not fill the disk.
    # A quorum queue all the same: in a cluster any other is gone with the node it stands on.
    reports = {
        "x-queue-type": "quorum",
        "x-message-ttl": 3_600_000,
        "x-max-length-bytes": 64 * 1024 * 1024,
        "x-overflow": "drop-head",
    }
    channel.queue_declare(REPORTS, durable=True, auto_delete=False, arguments=reports, nowait=nowait)


def _declare_level(channel: Any, level: str, pause: float, nowait: bool) -> None:
    """No routing key is set on expiry, so a message goes back to the queue it was sent for."""
    name = f"retry.{level}"
    channel.exchange_declare(name, "fanout", durable=True, auto_delete=False, nowait=nowait)
    arguments = {
        "x-queue-type": "quorum",
        "x-message-ttl": int(pause * 1000),
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments, nowait=nowait)
    channel.queue_bind(name, name, nowait=nowait)


def _declare_work(channel: Any, plan: QueuePlan, nowait: bool) -> None:
    # Structure, not tuning: what a broker does with a message that kills its consumer again and again.
    # 20 is the limit that RabbitMQ 4 sets by itself; a policy can make it smaller.
    arguments = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": DEAD_LETTERS,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": 20,
    }
    channel.queue_declare(plan.name, durable=True, auto_delete=False, arguments=arguments, nowait=nowait)
    for event_type in plan.listens:
        channel.exchange_declare(exchange_of(event_type), "topic", durable=True, auto_delete=False, nowait=nowait)
        channel.queue_bind(plan.name, exchange_of(event_type), event_type, nowait=nowait)


def _declare_calls(channel: Any, plan: QueuePlan, nowait: bool) -> None:
    """A minute without anyone to answer and the queue goes away, so that a caller is told at once.

    A quorum queue, though nobody minds a lost call: any other stands on one node of a cluster, and while that node is
    away nobody can declare it, so that no other node could take its place.
    """
    arguments = {"x-queue-type": "quorum", "x-expires": 60_000}
    channel.queue_declare(plan.name, durable=True, auto_delete=False, arguments=arguments, nowait=nowait)
