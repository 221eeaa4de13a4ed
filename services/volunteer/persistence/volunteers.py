"""Where volunteers, their teams and their hours are kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from chassis.personal import ErasedPeople, MergedPeople
from chassis.pinyin import initials_of_person
from chassis.repository import Register, Repository
from contracts.event import ERASED
from contracts.organization.events import PlaceFact
from contracts.volunteer.errors import TeamNotFound, VolunteerNotFound
from services.volunteer.domain.hours import HourEntry
from services.volunteer.domain.team import Membership, Team
from services.volunteer.domain.volunteer import Volunteer
from services.volunteer.persistence.parts import WithParts
from services.volunteer.persistence.places import in_words, names_of, places_above
from services.volunteer.persistence.tables import (
    erased_people,
    hours,
    known_places,
    memberships,
    merged_people,
    teams,
    volunteers,
)


class Volunteers(Repository[Volunteer]):
    """The volunteers."""

    table, aggregate, missing = volunteers, Volunteer, VolunteerNotFound
    made: ClassVar = {"initials": lambda one: "" if one.name == ERASED else initials_of_person(one.name)}

    def known(self, community: str, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that volunteers of the community bear."""
        chosen = select(volunteers.c.id).where(volunteers.c.id.in_(list(ids)), volunteers.c.community == community)
        return set(self.connection.execute(chosen).scalars())

    def remove(self, volunteer: Volunteer) -> None:
        """Remove one who became part of another."""
        self._tracked.pop(volunteer.id, None)
        here = (volunteers.c.community == volunteer.community, volunteers.c.id == volunteer.id)
        self.connection.execute(delete(volunteers).where(*here))


class Teams(WithParts[Team]):
    """The teams, with their members past and present."""

    table, aggregate, missing = teams, Team, TeamNotFound
    parts, part, held_in, owner, ordered_by = memberships, Membership, "memberships", "team_id", "joined_at"

    def of_members(self, community: str, ids: Sequence[UUID]) -> list[Team]:
        """All teams in which any of these is a member now."""
        return self._with(community, ids, memberships.c.left_at.is_(None))

    def ever_of(self, community: str, id: UUID) -> list[Team]:
        """All teams in which somebody is or was a member."""
        return self._with(community, [id])

    def forget(self, community: str, id: UUID) -> None:
        """Remove the memberships of somebody whose teams were united with those of another."""
        here = (memberships.c.community == community, memberships.c.volunteer_id == id)
        self.connection.execute(delete(memberships).where(*here))

    def _with(self, community: str, ids: Sequence[UUID], *more: ColumnElement[bool]) -> list[Team]:
        here = (memberships.c.community == community, memberships.c.volunteer_id.in_(ids), *more)
        kept = select(memberships.c.team_id).where(*here).distinct()
        return [self.get(id) for id in [*self.connection.execute(kept.order_by(memberships.c.team_id)).scalars()]]


class Erased(ErasedPeople):
    """Who was erased."""

    table = erased_people


class Merged(MergedPeople):
    """Which entries of the register became part of which other."""

    table = merged_people


class Hours(Register):
    """The ledger of hours served: lines are added and never changed, but for whose they are where two were one."""

    def record(
        self,
        entries: Sequence[HourEntry],
        *,
        community: str,
        volunteer_id: UUID,
        dispatch_id: UUID,
        team_id: UUID | None,
        now: datetime,
    ) -> None:
        """Add what a session brought."""
        of = {"community": community, "volunteer_id": volunteer_id, "dispatch_id": dispatch_id, "team_id": team_id}
        rows = [of | {"recorded_at": now} | _columns(entry) for entry in entries]
        self.connection.execute(insert(hours), rows)

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        """What one has served the other has, for they were one person."""
        theirs = (hours.c.community == community, hours.c.volunteer_id == gone)
        self.connection.execute(update(hours).where(*theirs).values(volunteer_id=kept))

    def credited(self, volunteer_id: UUID, days: Sequence[date]) -> dict[date, int]:
        """Minutes credited to a volunteer so far on each of these days."""
        credited = (
            select(hours.c.served_on, func.sum(hours.c.minutes_credited).label("minutes"))
            .where(hours.c.volunteer_id == volunteer_id, hours.c.served_on.in_(days))
            .group_by(hours.c.served_on)
        )
        return {row.served_on: int(row.minutes) for row in self.connection.execute(credited)}

    def overlaps(self, volunteer_id: UUID, start: datetime, end: datetime) -> bool:
        """Whether the volunteer has served at any moment from `start` to `end`."""
        same_time = (hours.c.started_at < end, hours.c.ended_at > start)
        found = select(hours.c.id).where(hours.c.volunteer_id == volunteer_id, *same_time).limit(1)
        return self.connection.execute(found).one_or_none() is not None


def _columns(entry: HourEntry) -> dict[str, object]:
    return dict(vars(entry))


class KnownPlaces(Register):
    """The places above the households, as the organization service has told."""

    def remember(self, community: str, places: Sequence[PlaceFact]) -> None:
        """Add or renew places; their parents may come later."""
        kept = {
            place.code: {
                "community": community,
                "code": place.code,
                "kind": place.kind,
                "name": place.name,
                "parent": place.parent,
            }
            for place in places
        }
        self.upsert(known_places, list(kept.values()), keys=["community", "code"])

    def above(self, community: str, code: str) -> list[str]:
        """The places above this one, as far as they are known, the nearest first."""
        return places_above(self.connection, community, code)

    def in_words(self, community: str, path: Sequence[str]) -> str:
        """Where a path leads: courtyard and building by name; empty where neither is known."""
        return in_words(path, names_of(self.connection, community, path))
