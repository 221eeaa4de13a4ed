"""A call-out: the search for the hands that one round of a grievance wants, holding all its dispatches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.event import Event
from contracts.grievance.events import HandsAsked
from contracts.organization.events import LeaderAssigned
from contracts.volunteer.errors import DispatchNotFound
from contracts.volunteer.events import (
    DispatchAccepted,
    DispatchDeclined,
    DispatchFact,
    DispatchLapsed,
    DispatchStoodDown,
    VolunteerCheckedIn,
    VolunteerCheckedOut,
    VolunteersDispatched,
    VolunteersExhausted,
)
from services.volunteer.domain.choosing import Candidate, Choice, Request, Weights, choose, why_none
from services.volunteer.domain.dispatch import CheckInWay, Dispatch, State
from services.volunteer.domain.hours import minutes_between, sane_check_in, sane_check_out


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms volunteers are asked."""

    answer_within: timedelta = timedelta(minutes=30)
    default_hands: int = 2
    weights: Weights = field(default_factory=Weights)


@dataclass(kw_only=True)
class Callout:
    """One round's need of hands. As many offers are out as hands are wanted: a no or a silence brings the next one,
    and nobody is asked twice."""

    id: UUID
    community: str
    grievance_id: UUID
    round: int
    place: str
    path: list[str]
    category: str
    skills: list[str]
    wanted: int
    assigned_at: datetime
    opened_at: datetime
    exhausted_at: datetime | None = None
    ended_at: datetime | None = None
    dispatches: list[Dispatch] = field(default_factory=list)

    # -- asking

    def fill(self, candidates: Sequence[Candidate], terms: Terms, *, now: datetime) -> list[Event]:
        """Ask as many more candidates as hands are missing. Tells whom, and once when nobody more can be asked."""
        if self.missing == 0:
            return []
        asked = {dispatch.volunteer_id for dispatch in self.dispatches}
        choices = choose(self._request, candidates, number=self.missing, asked=asked, weights=terms.weights, now=now)
        told: list[Event] = [self._offer(choices, now + terms.answer_within, now)] if choices else []
        if self.missing and self.exhausted_at is None:
            told.append(self._exhaust(candidates, now))
        return told

    @property
    def missing(self) -> int:
        """How many more hands must be asked for; none once the grievance has ended."""
        return 0 if self.ended_at else max(0, self.wanted - self._found)

    def _offer(self, choices: Sequence[Choice], answer_by: datetime, now: datetime) -> VolunteersDispatched:
        facts = []
        for choice in choices:
            dispatch = Dispatch(
                id=uuid5(self.id, str(choice.volunteer_id)),
                volunteer_id=choice.volunteer_id,
                team_id=choice.team_id,
                reason=choice.reason,
                offered_at=now,
                answer_by=answer_by,
            )
            dispatch.move("offer", State.OFFERED, at=now, note=choice.reason)
            self.dispatches.append(dispatch)
            facts.append(
                DispatchFact(
                    dispatch_id=dispatch.id,
                    volunteer_id=choice.volunteer_id,
                    name=choice.name,
                    reason=choice.reason,
                )
            )
        return VolunteersDispatched(
            community=self.community,
            callout_id=self.id,
            grievance_id=self.grievance_id,
            dispatches=tuple(facts),
            dispatched_at=now,
        )

    def _exhaust(self, candidates: Sequence[Candidate], now: datetime) -> VolunteersExhausted:
        asked = {dispatch.volunteer_id for dispatch in self.dispatches}
        self.exhausted_at = now
        return VolunteersExhausted(
            community=self.community,
            callout_id=self.id,
            grievance_id=self.grievance_id,
            wanted=self.wanted,
            found=self._found,
            reason=why_none(self._request, candidates, asked=asked, now=now),
            exhausted_at=now,
        )

    # -- answers

    def dispatch(self, dispatch_id: UUID) -> Dispatch:
        """One of the dispatches. Raises `DispatchNotFound`."""
        for dispatch in self.dispatches:
            if dispatch.id == dispatch_id:
                return dispatch
        raise DispatchNotFound(id=str(dispatch_id))

    def accept(self, dispatch_id: UUID, *, by: str = "", note: str = "", now: datetime) -> DispatchAccepted:
        """A volunteer says yes; a little late is still welcome while the offer stands. Raises `StepForbidden`."""
        dispatch = self.dispatch(dispatch_id)
        dispatch.require("accept")
        dispatch.answered_at = now
        dispatch.move("accept", State.ACCEPTED, at=now, by=by, note=note)
        return DispatchAccepted(**self._of(dispatch), accepted_at=now)

    def decline(self, dispatch_id: UUID, reason: str, *, by: str = "", now: datetime) -> DispatchDeclined:
        """A volunteer says no, or takes back a yes. Raises `StepForbidden`."""
        dispatch = self.dispatch(dispatch_id)
        dispatch.require("decline")
        dispatch.answered_at, dispatch.decline_reason = now, reason
        dispatch.move("decline", State.DECLINED, at=now, by=by, note=reason)
        return DispatchDeclined(**self._of(dispatch), declined_at=now)

    def lapse(self, *, now: datetime) -> list[DispatchLapsed]:
        """The offers that were not answered in time stand no more."""
        silent = [dispatch for dispatch in self.dispatches if dispatch.is_unanswered(now)]
        for dispatch in silent:
            dispatch.move("lapse", State.LAPSED, at=now)
        return [DispatchLapsed(**self._of(dispatch), lapsed_at=now) for dispatch in silent]

    def stand_down(self, *, now: datetime) -> list[DispatchStoodDown]:
        """The grievance has ended: nobody more is asked and nobody need set out; who is on the spot goes on."""
        self.ended_at = self.ended_at or now
        waiting = [one for one in self.dispatches if one.state in (State.OFFERED, State.ACCEPTED)]
        for dispatch in waiting:
            dispatch.move("stand_down", State.STOOD_DOWN, at=now)
        return [DispatchStoodDown(**self._of(dispatch), stood_down_at=now) for dispatch in waiting]

    def forget(self, volunteer_ids: Collection[UUID], *, now: datetime) -> list[DispatchStoodDown]:
        """These volunteers were erased: they need not set out any more, and no word of theirs stays."""
        theirs = [dispatch for dispatch in self.dispatches if dispatch.volunteer_id in volunteer_ids]
        waiting = [one for one in theirs if one.state in (State.OFFERED, State.ACCEPTED)]
        for dispatch in waiting:
            dispatch.move("stand_down", State.STOOD_DOWN, at=now)
        for dispatch in theirs:
            dispatch.reason, dispatch.decline_reason, dispatch.history = "", "", []
        return [DispatchStoodDown(**self._of(dispatch), stood_down_at=now) for dispatch in waiting]

    def unite(self, gone: UUID, kept: UUID, *, now: datetime) -> list[DispatchStoodDown]:
        """Two entries were one person, who comes once: of what they were asked twice stands what went furthest."""
        theirs = [dispatch for dispatch in self.dispatches if dispatch.volunteer_id in (gone, kept)]
        for dispatch in theirs:
            dispatch.volunteer_id = kept
        furthest = (State.CHECKED_OUT, State.CHECKED_IN, State.ACCEPTED, State.OFFERED)
        standing = sorted((one for one in theirs if one.state in furthest), key=lambda one: furthest.index(one.state))
        twice = [one for one in standing[1:] if one.state in (State.OFFERED, State.ACCEPTED)]
        for dispatch in twice:
            dispatch.move("stand_down", State.STOOD_DOWN, at=now)
        return [DispatchStoodDown(**self._of(dispatch), stood_down_at=now) for dispatch in twice]

    # -- on the spot

    def check_in(
        self,
        dispatch_id: UUID,
        *,
        at: datetime,
        how: CheckInWay = CheckInWay.OFFICE,
        by: str = "",
        note: str = "",
        now: datetime,
    ) -> VolunteerCheckedIn:
        """A volunteer is on the spot since `at`. Raises `StepForbidden`, `TimeNotSane`."""
        dispatch = self.dispatch(dispatch_id)
        dispatch.require("check-in")
        at = sane_check_in(at, accepted_at=dispatch.answered_at or dispatch.offered_at, now=now)
        dispatch.checked_in_at, dispatch.checked_in_how = at, how
        dispatch.move("check-in", State.CHECKED_IN, at=at, by=by, note=note)
        return VolunteerCheckedIn(**self._of(dispatch), checked_in_at=at)

    def check_out(
        self, dispatch_id: UUID, *, at: datetime, by: str = "", note: str = "", now: datetime
    ) -> VolunteerCheckedOut:
        """A volunteer has finished at `at`. Raises `StepForbidden`, `TimeNotSane`."""
        dispatch = self.dispatch(dispatch_id)
        dispatch.require("check-out")
        start = dispatch.checked_in_at or now
        at = sane_check_out(at, checked_in_at=start, now=now)
        dispatch.checked_out_at, dispatch.minutes_served = at, minutes_between(start, at)
        dispatch.move("check-out", State.CHECKED_OUT, at=at, by=by, note=note)
        return VolunteerCheckedOut(**self._of(dispatch), minutes=dispatch.minutes_served, checked_out_at=at)

    # --

    @property
    def _found(self) -> int:
        return sum(dispatch.counts for dispatch in self.dispatches)

    @property
    def _request(self) -> Request:
        return Request(callout_id=self.id, path=self.path, skills=self.skills)

    def _of(self, dispatch: Dispatch) -> dict[str, Any]:
        return {
            "community": self.community,
            "callout_id": self.id,
            "grievance_id": self.grievance_id,
            "dispatch_id": dispatch.id,
            "volunteer_id": dispatch.volunteer_id,
        }


def callout_id_of(grievance_id: UUID, round: int) -> UUID:
    """The id of a round's call-out: the same however often its leader is named."""
    return uuid5(grievance_id, f"callout:{round}")


def open_callout(event: LeaderAssigned, terms: Terms, *, now: datetime) -> Callout:
    """The call-out for the hands that a grievance with a leader asks for; nobody is asked yet."""
    return Callout(
        id=callout_id_of(event.grievance_id, event.round),
        community=event.community,
        grievance_id=event.grievance_id,
        round=event.round,
        place=event.place,
        path=list(event.path),
        category=event.category,
        skills=list(event.skills),
        wanted=event.hands or terms.default_hands,
        assigned_at=event.assigned_at,
        opened_at=now,
    )


def open_asked_callout(event: HandsAsked, *, now: datetime) -> Callout:
    """The call-out for the hands that a leader asks for; the same however often the request comes."""
    return Callout(
        id=uuid5(event.grievance_id, f"callout:asked:{event.request_id}"),
        community=event.community,
        grievance_id=event.grievance_id,
        round=event.round,
        place=event.place,
        path=list(event.path),
        category=event.category,
        skills=list(event.skills),
        wanted=event.hands,
        assigned_at=event.asked_at,
        opened_at=now,
    )


def load_changes(told: Event) -> list[tuple[UUID, int]]:
    """How an event changes what volunteers have on hand."""
    if isinstance(told, VolunteersDispatched):
        return [(fact.volunteer_id, 1) for fact in told.dispatches]
    if isinstance(told, DispatchDeclined | DispatchLapsed | DispatchStoodDown | VolunteerCheckedOut):
        return [(told.volunteer_id, -1)]
    return []
