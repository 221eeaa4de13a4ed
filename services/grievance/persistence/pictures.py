"""Pictures of cases: kept when they come, attached when a case names them, forgotten where none does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, delete, func, insert, join, or_, select, update

from chassis.repository import Register
from chassis.retention import over
from services.grievance.persistence.tables import grievances, pictures


class Pictures(Register):
    """Pictures, encrypted like everything else that a resident shows."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._attached: list[tuple[str, list[UUID], UUID]] = []

    def is_kept(self, id: UUID) -> bool:
        """Whether there is one of this id."""
        return self.connection.execute(select(pictures.c.id).where(pictures.c.id == id)).first() is not None

    def keep(self, picture: Mapping[str, Any]) -> None:
        """Keep one."""
        self.connection.execute(insert(pictures), dict(picture))

    def number(self, community: str, grievance_id: UUID, kinds: Sequence[str]) -> int:
        """How many of these kinds a case has."""
        asked = select(func.count()).where(
            pictures.c.community == community,
            pictures.c.grievance_id == grievance_id,
            pictures.c.kind.in_(kinds),
        )
        return self.connection.execute(asked).scalar_one()

    def free(self, community: str, ids: Sequence[UUID]) -> list[UUID]:
        """Those of the ids that are pictures of this community and belong to no case yet."""
        asked = select(pictures.c.id).where(
            pictures.c.community == community, pictures.c.id.in_(ids), pictures.c.grievance_id.is_(None)
        )
        found = set(self.connection.execute(asked.with_for_update()).scalars())
        return [id for id in ids if id in found]

    def attach(self, community: str, ids: Sequence[UUID], grievance_id: UUID) -> None:
        """Let these belong to the case, which may be a new one."""
        self._attached.append((community, list(ids), grievance_id))

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Attach them: after the cases, which they refer to."""
        for community, ids, grievance_id in self._attached:
            chosen = (pictures.c.community == community, pictures.c.id.in_(ids))
            self.connection.execute(update(pictures).where(*chosen).values(grievance_id=grievance_id))
        self._attached = []
        return {}

    def forget_unattached(self, before: datetime) -> int:
        """Those that no case came with; returns how many."""
        left = (pictures.c.grievance_id.is_(None), pictures.c.added_at < before)
        return self.connection.execute(delete(pictures).where(*left)).rowcount

    def forget_of(self, community: str, grievance_ids: Sequence[UUID], reported_by: Sequence[UUID] = ()) -> int:
        """Those of these cases, and those that somebody reported something with; returns how many. What they added of
        the work on others' cases stays, and says no more who added it."""
        theirs = and_(pictures.c.added_by.in_(reported_by), pictures.c.kind == "reported")
        here = (pictures.c.community == community, or_(pictures.c.grievance_id.in_(grievance_ids), theirs))
        gone = self.connection.execute(delete(pictures).where(*here)).rowcount
        of_work = (pictures.c.community == community, pictures.c.added_by.in_(reported_by))
        self.connection.execute(update(pictures).where(*of_work).values(added_by=None))
        return gone

    def of_ended(self, before: datetime, most: int) -> dict[str, list[UUID]]:
        """Those of cases that came to their end before this moment, by community."""
        theirs = (grievances.c.community == pictures.c.community) & (grievances.c.id == pictures.c.grievance_id)
        with_cases = join(pictures, grievances, theirs)
        return over(self.connection, pictures, grievances.c.ended_at < before, most=most, source=with_cases)

    def forget(self, community: str, ids: Sequence[UUID]) -> int:
        """These; returns how many."""
        theirs = (pictures.c.community == community, pictures.c.id.in_(ids))
        return self.connection.execute(delete(pictures).where(*theirs)).rowcount
