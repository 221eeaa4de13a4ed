"""Where call-outs are kept, which cases have ended, and who can be called out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, String, and_, bindparam, func, join, select, update

from chassis.repository import Register
from chassis.retention import over
from contracts.event import Event
from contracts.volunteer.errors import DispatchNotFound
from services.volunteer.domain.availability import Window
from services.volunteer.domain.callout import Callout, load_changes
from services.volunteer.domain.choosing import Candidate
from services.volunteer.domain.dispatch import ON_HAND, Dispatch, State
from services.volunteer.domain.team import TeamState
from services.volunteer.persistence.parts import WithParts
from services.volunteer.persistence.tables import (
    WITH_WORDS,
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

    def community_of_dispatch(self, dispatch_id: UUID) -> str:
        """The community of this dispatch; nothing is locked. Raises `DispatchNotFound`."""
        asked = select(dispatches.c.community).where(dispatches.c.id == dispatch_id)
        found: str | None = self.connection.execute(asked).scalar()
        if found is None:
            raise DispatchNotFound(id=str(dispatch_id))
        return found

    def of_grievance(self, grievance_id: UUID) -> list[Callout]:
        """All call-outs of a case, those added in this unit of work too."""
        kept = select(callouts.c.id).where(callouts.c.grievance_id == grievance_id).order_by(callouts.c.round)
        ids = [*self.connection.execute(kept).scalars()]
        ids += [id for id, one in self._tracked.items() if one.aggregate.grievance_id == grievance_id and id not in ids]
        return [self.get(id) for id in ids]

    def of_volunteers(self, community: str, ids: Sequence[UUID]) -> list[Callout]:
        """All call-outs in which any of these was asked."""
        here = (dispatches.c.community == community, dispatches.c.volunteer_id.in_(ids))
        kept = select(dispatches.c.callout_id).where(*here).distinct().order_by(dispatches.c.callout_id)
        return [self.get(id) for id in [*self.connection.execute(kept).scalars()]]

    def open_of(self, community: str, ids: Sequence[UUID]) -> list[Callout]:
        """The call-outs in which any of these is asked, or has said yes, or is on the spot."""
        here = (dispatches.c.community == community, dispatches.c.volunteer_id.in_(ids))
        is_open = dispatches.c.state.in_([state.value for state in ON_HAND])
        kept = select(dispatches.c.callout_id).where(*here, is_open).distinct().order_by(dispatches.c.callout_id)
        return [self.get(id) for id in [*self.connection.execute(kept).scalars()]]

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        """What one was asked the other was, for they were one person; open call-outs were fetched before."""
        theirs = (dispatches.c.community == community, dispatches.c.volunteer_id == gone)
        self.connection.execute(update(dispatches).where(*theirs).values(volunteer_id=kept))

    def forget(self, community: str, ids: Sequence[UUID]) -> int:
        """Take the words out of every dispatch of these; how many. Their call-outs were fetched before."""
        return self._without_words(community, dispatches.c.volunteer_id.in_(ids))

    def forget_long_ended(self, before: datetime, most: int) -> dict[str, int]:
        """Take the words out of dispatches of call-outs that ended before this moment, `most` at once; how many in
        each community."""
        theirs = (callouts.c.community == dispatches.c.community) & (callouts.c.id == dispatches.c.callout_id)
        # Whoever was asked before it ended was asked before this moment, too: so much the index knows.
        ended = (WITH_WORDS, dispatches.c.offered_at < before, callouts.c.ended_at < before)
        found = over(self.connection, dispatches, *ended, most=most, source=join(dispatches, callouts, theirs))
        return {community: self._without_words(community, dispatches.c.id.in_(ids)) for community, ids in found.items()}

    def _without_words(self, community: str, theirs: ColumnElement[bool]) -> int:
        here = (dispatches.c.community == community, theirs)
        wordless: dict[str, Any] = {"reason": "", "decline_reason": "", "history": []}
        return self.connection.execute(update(dispatches).where(*here).values(wordless)).rowcount

    def is_serving(self, volunteer_id: UUID) -> bool:
        """Whether the volunteer is checked in anywhere."""
        here = (dispatches.c.volunteer_id == volunteer_id, dispatches.c.state == State.CHECKED_IN.value)
        return self.connection.execute(select(dispatches.c.id).where(*here).limit(1)).one_or_none() is not None


@dataclass(kw_only=True)
class Case:
    """What is known of a grievance: when it has ended so far, and which call-outs were made for it."""

    ends: list[datetime]
    callout_ids: set[UUID]


_of_case = and_(callouts.c.community == cases.c.community, callouts.c.grievance_id == cases.c.grievance_id)


class Cases(Register):
    """Which grievances have ended, and when: remembered also for those nobody was called out for yet.

    A case is locked by whoever asks, so that its end and its call-out cannot pass each other unseen.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._cases: dict[UUID, Case] = {}
        self._changed: dict[UUID, str] = {}

    def load(self, ids: Mapping[UUID, str]) -> None:
        """Lock and fetch many cases at once, each of its community, in the order of their ids."""
        wanted = sorted(ids.keys() - self._cases.keys())
        if not wanted:
            return
        rows = [{"community": ids[id], "grievance_id": id} for id in wanted]
        self.upsert(cases, rows, keys=["community", "grievance_id"])
        chosen = (
            select(cases.c.grievance_id, cases.c.ends, callouts.c.id)
            .outerjoin_from(cases, callouts, _of_case)
            .where(cases.c.community.in_(set(ids.values())), cases.c.grievance_id.in_(wanted))
            .order_by(cases.c.grievance_id)
            .with_for_update(of=cases)
        )
        for row in self.connection.execute(chosen):
            ends = [datetime.fromisoformat(end) for end in row.ends or []]
            case = self._cases.setdefault(row.grievance_id, Case(ends=ends, callout_ids=set()))
            case.callout_ids |= {row.id} - {None}

    def get(self, community: str, grievance_id: UUID) -> Case:
        """The case. A call-out made in this unit of work is added to it by whoever makes it."""
        self.load({grievance_id: community})
        return self._cases[grievance_id]

    def record_end(self, community: str, grievance_id: UUID, ended_at: datetime) -> list[datetime]:
        """Remember that the case has ended at this moment; returns all its ends."""
        case = self.get(community, grievance_id)
        case.ends = sorted({*case.ends, ended_at})
        self._changed[grievance_id] = community
        return case.ends

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Write the ends that were recorded."""
        rows = [
            {"grievance_id": id, "community": community, "ends": [end.isoformat() for end in self._cases[id].ends]}
            for id, community in self._changed.items()
        ]
        self.upsert(cases, rows, keys=["community", "grievance_id"])
        return {}


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
        for row in self.connection.execute(CANDIDATES, {"community": community}):
            # A member of several active teams comes several times: the first by name counts.
            if row.id not in found:
                found[row.id] = _candidate(row, row.on_hand + self._changes[row.id])
        return found


def _candidates() -> Select[Any]:
    community = bindparam("community", type_=String(12))
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
        windows=() if row.always else [Window(**window) for window in row.windows],
        paused_until=row.paused_until,
        open_dispatches=on_hand,
        team_id=row.team_id,
        team=row.team,
    )


CANDIDATES = _candidates()
"""Put together once, because that takes as long as asking the database."""
