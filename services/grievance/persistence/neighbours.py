"""Neighbours who joined a case: each once, however they are known."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select

from chassis.repository import Register
from services.grievance.persistence.tables import neighbours


class Neighbours(Register):
    """Who said "me too" to which case."""

    def find(self, community: str, grievance_id: UUID, known_by: str) -> tuple[UUID, str] | None:
        """The id and the receipt number of this neighbour, where they joined this case before."""
        asked = select(neighbours.c.id, neighbours.c.receipt).where(
            neighbours.c.community == community,
            neighbours.c.grievance_id == grievance_id,
            neighbours.c.known_by == known_by,
        )
        row = self.connection.execute(asked).one_or_none()
        return None if row is None else (row.id, row.receipt)

    def named(self, community: str, grievance_id: UUID, id: UUID) -> tuple[UUID, str] | None:
        """The id and the receipt number of the neighbour of this id, where they joined this case."""
        asked = select(neighbours.c.id, neighbours.c.receipt).where(
            neighbours.c.community == community, neighbours.c.grievance_id == grievance_id, neighbours.c.id == id
        )
        row = self.connection.execute(asked).one_or_none()
        return None if row is None else (row.id, row.receipt)

    def keep(self, neighbour: Mapping[str, Any]) -> None:
        """Remember one."""
        self.connection.execute(insert(neighbours), dict(neighbour))

    def among(self, community: str, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the ids that are neighbours themselves."""
        here = (neighbours.c.community == community, neighbours.c.id.in_(ids))
        return set(self.connection.execute(select(neighbours.c.id).where(*here)).scalars())

    def forget(self, community: str, ids: Sequence[UUID]) -> int:
        """Forget who joined with these accounts, and those that are named themselves; how many. They stay counted."""
        theirs = or_(neighbours.c.account.in_(ids), neighbours.c.id.in_(ids))
        return self.connection.execute(delete(neighbours).where(neighbours.c.community == community, theirs)).rowcount

    def forget_of(self, community: str, grievance_ids: Sequence[UUID]) -> int:
        """Forget who joined these cases; how many. They stay counted."""
        theirs = (neighbours.c.community == community, neighbours.c.grievance_id.in_(grievance_ids))
        return self.connection.execute(delete(neighbours).where(*theirs)).rowcount
