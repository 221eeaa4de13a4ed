"""What the operations service tells: what operators did, for the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class _Intervention(Event):
    heard: ClassVar[bool] = False

    by: str


@dataclass(frozen=True, kw_only=True)
class DeadLetterReplayed(_Intervention):
    """A dead letter is put back into the queue it came from; `community` is empty where it was unreadable."""

    about: ClassVar[str] = "dead_letter_id"

    dead_letter_id: UUID
    queue: str
    message_id: str
    replayed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeadLetterDiscarded(_Intervention):
    """A dead letter will not be done."""

    about: ClassVar[str] = "dead_letter_id"

    dead_letter_id: UUID
    queue: str
    message_id: str
    reason: str
    discarded_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsumerPaused(_Intervention):
    """Nobody takes from a queue until it is resumed; `community` is empty, it concerns all."""

    about: ClassVar[str] = "queue"

    queue: str
    reason: str
    paused_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsumerResumed(_Intervention):
    """A queue is taken from again."""

    about: ClassVar[str] = "queue"

    queue: str
    resumed_at: datetime


@dataclass(frozen=True, kw_only=True)
class QueuePurged(_Intervention):
    """What waited in a queue was thrown away."""

    about: ClassVar[str] = "queue"

    queue: str
    reason: str
    purged: int
    purged_at: datetime
