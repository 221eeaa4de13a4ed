"""Where call-outs are kept, which cases have ended, and who can be called out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, func, select, update

from chassis.repository import Register
from contracts.event import Event
from contracts.volunteer.errors import DispatchNotFound
from services.volunteer.domain.availability import Window
from services.volunteer.domain.callout import Callout, load_changes
from services.volunteer.domain.choosing import Candidate
from services.volunteer.domain.dispatch import ON_HAND, Dispatch, State
from services.volunteer.domain.team import TeamState
from services.volunteer.persistence.parts import WithParts
from services.volunteer.persistence.tables import (
    callouts,
    cases,
    dispatches,
    known_places,
    memberships,
    teams,
    volunteers,
)


class Callouts(WithParts[Callout]):
    """The call-outs, each with its dispatches."""

    table, aggregate = callouts, Callout
    parts, part, held_in, owner, ordered_by = dispatches, Dispatch, "dispatches", "callout_id", "offered_at"

    def of_dispatch(self, dispatch_id: UUID) -> Callout:
        """The call-out that holds this dispatch. Raises `DispatchNotFound`."""
        callout_id = self.connection.execute(
            select(dispatches.c.callout_id).where(dispatches.c.id == dispatch_id)
        ).scalar()
        if callout_id is None:
            raise DispatchNotFound(id=str(dispatch_id))
        return self.get(callout_id)

    def of_grievance(self, grievance_id: UUID) -> list[Callout]:
        """All call-outs of a case, those added in this unit of work too."""
        kept = select(callouts.c.id).where(callouts.c.grievance_id == grievance_id).order_by(callouts.c.round)
        ids = [*self.connection.execute(kept).scalars()]
        ids += [id for id, one in self._tracked.items() if one.aggregate.grievance_id == grievance_id and id not in ids]
        return [self.get(id) for id in ids]

    def is_serving(self, volunteer_id: UUID) -> bool:
        """Whether the volunteer is checked in anywhere."""
        here = (dispatches.c.volunteer_id == volunteer_id, dispatches.c.state == State.CHECKED_IN.value)
        return self.connection.execute(select(dispatches.c.id).where(*here).limit(1)).one_or_none() is not None


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a grievance before anybody is called out for one of its rounds."""

    ends: list[datetime]
    is_called_out: bool


class Cases(Register):
    """Which grievances have ended, and when: remembered also for those nobody was called out for yet.

    A case is locked by whoever asks, so that its end and its call-out cannot pass each other unseen.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._entered: set[UUID] = set()

    def enter(self, community: str, grievance_id: UUID, callout_id: UUID) -> Case:
        """The case, and whether this call-out was made already, be it a moment ago in this unit of work."""
        self._lock(community, grievance_id)
        row = self.connection.execute(
            select(cases.c.ends, callouts.c.id)
            .outerjoin_from(cases, callouts, callouts.c.id == callout_id)
            .where(cases.c.grievance_id == grievance_id)
        ).one()
        is_called_out = row.id is not None or callout_id in self._entered
        self._entered.add(callout_id)
        return Case(ends=_moments(row.ends), is_called_out=is_called_out)

    def record_end(self, community: str, grievance_id: UUID, ended_at: datetime) -> list[datetime]:
        """Remember that the case has ended at this moment; returns all its ends."""
        self._lock(community, grievance_id)
        here = cases.c.grievance_id == grievance_id
        ends = sorted({*_moments(self.connection.execute(select(cases.c.ends).where(here)).scalar()), ended_at})
        kept = [end.isoformat() for end in ends]
        self.connection.execute(update(cases).where(here).values(ends=kept))
        return ends

    def _lock(self, community: str, grievance_id: UUID) -> None:
        self.upsert(cases, [{"grievance_id": grievance_id, "community": community}], keys=["grievance_id"])


def _moments(kept: Any) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in kept or []]


class Roster(Register):
    """Who can be called out, with what they have on hand.

    A community's volunteers are read once in a unit of work; what is told in it is counted on top, because it is
    written only at the end.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._read: dict[str, dict[UUID, Candidate]] = {}
        self._changes: Counter[UUID] = Counter()

    def candidates(self, community: str) -> list[Candidate]:
        """All volunteers of the community."""
        if community not in self._read:
            self._read[community] = self._of(community)
        return list(self._read[community].values())

    def count(self, *told: Event) -> None:
        """Take into account what these events change in what volunteers have on hand."""
        for event in told:
            for volunteer_id, change in load_changes(event):
                self._changes[volunteer_id] += change
                if candidate := self._read.get(event.community, {}).get(volunteer_id):
                    candidate.open_dispatches += change

    def _of(self, community: str) -> dict[UUID, Candidate]:
        found: dict[UUID, Candidate] = {}
        for row in self.connection.execute(_candidates(community)):
            # A member of several active teams comes several times: the first by name counts.
            if row.id not in found:
                found[row.id] = _candidate(row, row.on_hand + self._changes[row.id])
        return found


def _candidates(community: str) -> Select[Any]:
    home, above, higher = known_places, known_places.alias("above"), known_places.alias("higher")
    load = (
        select(dispatches.c.volunteer_id, func.count().label("on_hand"))
        .where(dispatches.c.community == community, dispatches.c.state.in_([state.value for state in ON_HAND]))
        .group_by(dispatches.c.volunteer_id)
        .subquery()
    )
    member = (
        select(memberships.c.volunteer_id, teams.c.id, teams.c.name)
        .join(teams, teams.c.id == memberships.c.team_id)
        .where(
            teams.c.community == community,
            teams.c.state == TeamState.ACTIVE.value,
            memberships.c.left_at.is_(None),
        )
        .subquery()
    )
    return (
        select(
            volunteers.c.id,
            volunteers.c.name,
            volunteers.c.skills,
            volunteers.c.is_party_member,
            volunteers.c.always,
            volunteers.c.windows,
            volunteers.c.paused_until,
            volunteers.c.home_place,
            home.c.parent,
            above.c.parent.label("grandparent"),
            higher.c.parent.label("great_grandparent"),
            func.coalesce(load.c.on_hand, 0).label("on_hand"),
            member.c.id.label("team_id"),
            member.c.name.label("team"),
        )
        .outerjoin_from(volunteers, home, _place(home, volunteers.c.home_place))
        .outerjoin(above, _place(above, home.c.parent))
        .outerjoin(higher, _place(higher, above.c.parent))
        .outerjoin(load, load.c.volunteer_id == volunteers.c.id)
        .outerjoin(member, member.c.volunteer_id == volunteers.c.id)
        .where(volunteers.c.community == community)
        .order_by(volunteers.c.id, member.c.name)
    )


def _place(place: Any, code: Any) -> Any:
    return and_(place.c.community == volunteers.c.community, place.c.code == code)


def _candidate(row: Any, on_hand: int) -> Candidate:
    return Candidate(
        volunteer_id=row.id,
        name=row.name,
        skills=row.skills,
        home=[code for code in (row.home_place, row.parent, row.grandparent, row.great_grandparent) if code],
        is_party_member=row.is_party_member,
        always=row.always,
        windows=[Window(**window) for window in row.windows],
        paused_until=row.paused_until,
        open_dispatches=on_hand,
        team_id=row.team_id,
        team=row.team,
    )
