"""What operators do to queues, and what is noted of them every few seconds."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from chassis.broker import NoQueue, NotSent
from chassis.figures import BrokerFigures, kind_of
from contracts.operations.errors import BrokerSilent, QueueNotFound
from services.operations.domain import queues

Shown = dict[str, Any]


def pause(uow: Any, queue: str, known: Collection[str], *, by: str, reason: str | None = None, now: datetime) -> Shown:
    """Let nobody take from a queue; whoever does hears of it with the answer to its next report. Once is enough."""
    if queue not in known:
        raise QueueNotFound(queue=queue)
    done = queues.pause(uuid4(), queue, kind_of(queue), by=by, reason=reason or "", now=now)
    with uow:
        if uow.pauses.begin(queue, now):
            uow.interventions.record(done)
            uow.publish(done.consumer_paused())
    return {"queue": queue, "is_paused": True, "purged": 0}


def resume(uow: Any, queue: str, known: Collection[str], *, by: str, reason: str | None = None, now: datetime) -> Shown:
    """Let a queue be taken from again."""
    if queue not in known:
        raise QueueNotFound(queue=queue)
    done = queues.resume(uuid4(), queue, by=by, reason=reason or "", now=now)
    with uow:
        if uow.pauses.end(queue):
            uow.interventions.record(done)
            uow.publish(done.consumer_resumed())
    return {"queue": queue, "is_paused": False, "purged": 0}


def purge(
    uow: Any, queue: str, empty: Callable[[str], int], *, by: str, reason: str, confirm: str, now: datetime
) -> Shown:
    """Throw away what waits in a queue; `empty` does it and says how much it was. Nothing is thrown away where it could
    not be recorded because the database is away."""
    queues.may_be_purged(queue, kind_of(queue), confirm=confirm)
    with uow:
        is_paused = queue in uow.pauses.names()
        done = queues.purged(uuid4(), queue, _emptied(queue, empty), by=by, reason=reason, now=now)
        uow.interventions.record(done)
        uow.publish(done.queue_purged())
    return {"queue": queue, "is_paused": is_paused, "purged": done.count}


def _emptied(queue: str, empty: Callable[[str], int]) -> int:
    try:
        return empty(queue)
    except NoQueue as error:
        raise QueueNotFound(queue=queue) from error
    except NotSent as error:
        raise BrokerSilent from error


def sample(uow: Any, seen: BrokerFigures, dead: Mapping[str, int], *, now: datetime) -> None:
    """Note how long the queues are and how many open dead letters each has."""
    at = now.timestamp()
    ready = [{"at": at, "about": queue.name, "ready": queue.ready} for queue in seen.queues]
    with uow:
        uow.samples.add([*ready, *({"at": at, "about": queue, "dead": count} for queue, count in dead.items())])
        uow.samples.forget(at)
