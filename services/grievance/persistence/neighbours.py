"""Neighbours who joined a case: each once, however they are known."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from chassis.repository import Register
from services.grievance.persistence.tables import neighbours


class Neighbours(Register):
    """Who said "me too" to which case."""

    def find(self, community: str, grievance_id: UUID, known_by: str) -> UUID | None:
        """The id under which this neighbour joined this case before."""
        asked = select(neighbours.c.id).where(
            neighbours.c.community == community,
            neighbours.c.grievance_id == grievance_id,
            neighbours.c.known_by == known_by,
        )
        return self.connection.execute(asked).scalar()

    def keep(self, neighbour: Mapping[str, Any]) -> None:
        """Remember one."""
        self.connection.execute(insert(neighbours), dict(neighbour))

    def holds(self, community: str, grievance_id: UUID, claim: str) -> bool:
        """Whether the claim with this fingerprint was given to somebody who joined this case."""
        asked = select(neighbours.c.id).where(
            neighbours.c.community == community,
            neighbours.c.grievance_id == grievance_id,
            neighbours.c.claim == claim,
        )
        return self.connection.execute(asked).first() is not None
