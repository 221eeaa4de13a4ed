"""What an operator did, for the record: who, when, to what and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.operations.events import ConsumerPaused, ConsumerResumed, QueuePurged


class Action(StrEnum):
    """What operators can do."""

    REPLAY = "replay"
    DISCARD = "discard"
    PAUSE = "pause"
    RESUME = "resume"
    PURGE = "purge"


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """One thing done; never changed. `about` is a queue, a dead letter or a choice of them; `count` is in messages."""

    id: UUID
    at: datetime
    by: str
    action: Action
    about: str
    reason: str = ""
    count: int = 1

    def consumer_paused(self) -> ConsumerPaused:
        """What is told of a pause."""
        return ConsumerPaused(community="", by=self.by, queue=self.about, reason=self.reason, paused_at=self.at)

    def consumer_resumed(self) -> ConsumerResumed:
        """What is told of the end of a pause."""
        return ConsumerResumed(community="", by=self.by, queue=self.about, resumed_at=self.at)

    def queue_purged(self) -> QueuePurged:
        """What is told of a queue emptied; `count` says of how many messages."""
        return QueuePurged(
            community="", by=self.by, queue=self.about, reason=self.reason, purged=self.count, purged_at=self.at
        )
