"""Where assignments are kept, and which of them somebody is missing for."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from chassis.repository import Repository
from contracts.organization.errors import AssignmentNotFound
from services.organization.domain.assignments import Assignment
from services.organization.persistence.tables import assignments, has_gap


class Assignments(Repository[Assignment]):
    """Assignments, by the grievance's id."""

    table, aggregate, missing = assignments, Assignment, AssignmentNotFound

    def community_of(self, id: UUID) -> str:
        """The community of an assignment; nothing is locked. Raises `AssignmentNotFound`."""
        for community in self.communities_of([id]):
            return community
        raise AssignmentNotFound(grievance=str(id))

    def areas_with_gaps(self, community: str | None = None) -> list[tuple[str, str | None]]:
        """Community and grid (None: the community as a whole) in which somebody is missing for an assignment."""
        areas = select(assignments.c.community, assignments.c.grid).where(has_gap).distinct()
        if community is not None:
            areas = areas.where(assignments.c.community == community)
        return [(row.community, row.grid) for row in self.connection.execute(areas)]

    def led_by_the_one_concerned(self, community: str, person_id: UUID) -> list[Assignment]:
        """Those that have not come to their end and that somebody leads who is complained about in them."""
        here = (assignments.c.community == community, assignments.c.ended_at.is_(None))
        theirs = (assignments.c.leader_id == person_id, assignments.c.about_person == person_id)
        ids = self.connection.scalars(select(assignments.c.id).where(*here, *theirs).order_by(assignments.c.id))
        return [self.get(id) for id in ids]

    def with_gaps(self, community: str, grid: str | None, *, is_vacant: bool, most: int) -> list[Assignment]:
        """Assignments of that area for which something may be done now, the longest waiting first; while the grid
        has no leader (`is_vacant`) that is not so for those which the secretary keeps meanwhile."""
        conditions: list[ColumnElement[bool]] = [
            assignments.c.community == community,
            assignments.c.grid.is_(None) if grid is None else assignments.c.grid == grid,
            has_gap,
        ]
        if is_vacant:
            conditions.append(or_(assignments.c.leader_id.is_(None), assignments.c.waiting_since.is_not(None)))
        since = func.coalesce(assignments.c.gap_since, assignments.c.waiting_since)
        ids = self.connection.scalars(select(assignments.c.id).where(*conditions).order_by(since).limit(most))
        return [self.get(id) for id in ids]
