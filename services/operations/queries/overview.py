"""Everything that an operator sees at one glance."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.broker import RETRY_PAUSES
from chassis.figures import BrokerFigures, QueueFigures, kind_of, service_of
from contracts.operations.schemas import QUEUE_KINDS
from services.operations.domain.troubles import troubles
from services.operations.queries.processes import in_hand, list_outboxes, list_processes
from services.operations.queries.queues import (
    MINUTE,
    Lately,
    critical_time,
    lately,
    oldest_told_at,
    open_dead_letters,
    paused_queues,
)

Shown = dict[str, Any]


def get_overview(connection: Connection, seen: BrokerFigures, now: datetime) -> Shown:
    """The system as it stands: the broker's figures with what processes have reported."""
    done, dead = lately(connection, now.timestamp()), open_dead_letters(connection)
    work = [found for queue, found in done.items() if kind_of(queue) == "work"]
    critical = [sum(counts) for counts in zip(*(found.critical for found in work), strict=True)]
    overview = {
        "at": now,
        "broker": _broker(seen),
        "queues": _queues(connection, seen, done, dead, now),
        "outboxes": list_outboxes(connection, now),
        "processes": list_processes(connection, now),
        "handled_per_minute": sum(found.handled_in_minute for found in work) if work else None,
        "critical_p50": critical_time(critical, 0.5),
        "critical_p99": critical_time(critical, 0.99),
        "dead_open": sum(dead.values()),
    }
    retried = {queue: (found.handled + found.retried, found.retried) for queue, found in done.items()}
    return overview | {"troubles": troubles(overview, retried)}


def _broker(seen: BrokerFigures) -> Shown:
    names = ("source", "address", "version", "is_reachable")
    return {name: getattr(seen, name) for name in names} | {"alarms": list(seen.alarms)}


def _queues(
    connection: Connection, seen: BrokerFigures, done: Mapping[str, Lately], dead: Mapping[str, int], now: datetime
) -> list[Shown]:
    paused, at_work = paused_queues(connection), in_hand(connection, now)
    waiting = [queue.name for queue in seen.queues if queue.ready and queue.oldest_age is None]
    told_at = oldest_told_at(connection, waiting, now.timestamp()) if waiting else {}
    ages = {name: max(0.0, now.timestamp() - at) for name, at in told_at.items()}
    rows = [
        _queue(queue, done.get(queue.name), at_work.get(queue.name), ages.get(queue.name))
        | {"dead": dead.get(queue.name, 0), "is_paused": queue.name in paused}
        for queue in seen.queues
    ]
    return sorted(rows, key=_place)


def _queue(queue: QueueFigures, done: Lately | None, at_work: int | None, age: float | None) -> Shown:
    """The broker's own figures go first. Where it has none: what is in hand and handled is known from reports."""
    return {
        "name": queue.name,
        "service": service_of(queue.name),
        "kind": kind_of(queue.name),
        "ready": queue.ready,
        "unacked": at_work if queue.unacked is None else queue.unacked,
        "consumers": queue.consumers,
        "rate_in": _rate_in(queue, done) if queue.rate_in is None else queue.rate_in,
        "rate_out": _rate_out(queue, done) if queue.rate_out is None else queue.rate_out,
        "oldest_age": _age(queue, age),
        "critical_p50": done.critical_time(0.5) if done else None,
        "critical_p99": done.critical_time(0.99) if done else None,
    }


def _rate_out(queue: QueueFigures, done: Lately | None) -> float | None:
    return done.handled_in_minute / MINUTE if done and kind_of(queue.name) == "work" else None


def _rate_in(queue: QueueFigures, done: Lately | None) -> float | None:
    """What was handled within the minute, and by how much more waits now than then."""
    out = _rate_out(queue, done)
    if done is None or out is None or done.ready is None:
        return None
    return max(0.0, out + (queue.ready - done.ready) / MINUTE)


def _age(queue: QueueFigures, age: float | None) -> float | None:
    if queue.oldest_age is not None:
        return queue.oldest_age
    return age if queue.ready else 0.0


def _place(row: Mapping[str, Any]) -> tuple[int, int, str]:
    level = row["name"].removeprefix("retry.")
    ladder = list(RETRY_PAUSES)
    return QUEUE_KINDS.index(row["kind"]), ladder.index(level) if level in ladder else 0, row["name"]
