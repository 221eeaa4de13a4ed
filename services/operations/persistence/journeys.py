"""Every step that processes have told of, for as long as journeys are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, String, Table, and_, delete, func, insert, or_, select

from chassis.database import Count
from chassis.repository import Register
from services.operations.persistence.tables import metadata

BITE = 1000
"""Steps forgotten in one transaction: with SQLite the whole process waits for it, some tens of milliseconds."""

steps = Table(
    "steps",
    metadata,
    Column("id", Count, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("name", String(120), nullable=False),
    Column("source", String(60), nullable=False),
    Column("target", String(60), nullable=False),
    Column("queue", String(100), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("causation", String(64), nullable=False),
    Column("correlation", String(120), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("waited", Float, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("error", String(120), nullable=False),
    Index("steps_by_correlation", "correlation"),
    Index("steps_by_subject", "subject"),
    Index("steps_by_message", "message_id"),
)
"""`at` is in seconds since 1970, as reported. No index on it: steps come in about the order of their time."""


class Steps(Register):
    """Steps, in the order they were told."""

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep these."""
        if rows:
            self.connection.execute(insert(steps), rows)

    def forget(self, before: float, most: int) -> int:
        """Forget a bite of the oldest steps: those that began before, and whatever is more than the newest `most`.
        Returns how many."""
        ids = select(steps.c.id).order_by(steps.c.id).limit(BITE).subquery()
        last = self.connection.execute(select(func.max(ids.c.id))).scalar_one()
        newest = self.connection.execute(select(func.max(steps.c.id))).scalar_one()
        if last is None:
            return 0
        too_many = steps.c.id <= newest - most
        gone = delete(steps).where(and_(steps.c.id <= last, or_(steps.c.at < before, too_many)))
        return int(self.connection.execute(gone).rowcount)
