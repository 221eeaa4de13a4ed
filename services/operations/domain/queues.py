"""What operators may do to a queue."""

from datetime import datetime
from uuid import UUID

from contracts.operations.errors import NotConfirmed, NotPausable, NotPurgeable
from services.operations.domain.intervention import Action, Intervention


def pause(id: UUID, queue: str, kind: str, *, by: str, reason: str, now: datetime) -> Intervention:
    """Let nobody take from it. Raises `NotPausable`."""
    if kind != "work":
        raise NotPausable
    return Intervention(id=id, at=now, by=by, action=Action.PAUSE, about=queue, reason=reason, count=0)


def resume(id: UUID, queue: str, *, by: str, reason: str, now: datetime) -> Intervention:
    """Let it be taken from again."""
    return Intervention(id=id, at=now, by=by, action=Action.RESUME, about=queue, reason=reason, count=0)


def may_be_purged(queue: str, kind: str, *, confirm: str) -> None:
    """Whether what waits in it may be thrown away. Raises `NotPurgeable`, `NotConfirmed`."""
    if kind == "dead":
        raise NotPurgeable
    if confirm != queue:
        raise NotConfirmed


def purged(id: UUID, queue: str, count: int, *, by: str, reason: str, now: datetime) -> Intervention:
    """So many messages were thrown away."""
    return Intervention(id=id, at=now, by=by, action=Action.PURGE, about=queue, reason=reason, count=count)
