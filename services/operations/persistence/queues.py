"""Which queues nothing is to be taken from: kept, so that a wish outlives every restart."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, String, Table, delete, select

from chassis.database import Moment
from chassis.repository import Register
from services.operations.persistence.tables import metadata

pauses = Table(
    "pauses",
    metadata,
    Column("queue", String(100), primary_key=True),
    Column("paused_at", Moment, nullable=False),
)


class Pauses(Register):
    """Queues that are paused."""

    def begin(self, queue: str, now: datetime) -> bool:
        """Pause a queue. False where it is already."""
        if queue in self.names():
            return False
        self.upsert(pauses, [{"queue": queue, "paused_at": now}], ["queue"])
        return True

    def end(self, queue: str) -> bool:
        """Resume a queue. False where it was not paused."""
        return bool(self.connection.execute(delete(pauses).where(pauses.c.queue == queue)).rowcount)

    def names(self) -> Sequence[str]:
        """Every paused queue."""
        return list(self.connection.execute(select(pauses.c.queue).order_by(pauses.c.queue)).scalars())
