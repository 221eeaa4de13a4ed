"""A visit to an elder's home, from planning to its end. What is found stays here; events only say that it happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from contracts.errors import words
from contracts.health.errors import ConsentMissing, StepForbidden, VisitDueInPast
from contracts.health.events import (
    HomeVisitCancelled,
    HomeVisitDone,
    HomeVisitMissed,
    HomeVisitPlanned,
    YearlyVisitPlanned,
)
from contracts.organization.events import LeaderAssigned
from services.health.domain.calendar import day_in_china


class State(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


def allowed_steps(state: State) -> list[str]:
    """What the visitor may do in this state."""
    return ["done", "miss"] if state is State.PLANNED else []


@dataclass(kw_only=True)
class HomeVisit:
    """One visit to one place, for the elders who live there.

    `round` is that of the grievance, None for a visit planned by hand; `missed_in_a_row` counts, for a missed
    visit, how many times running the elder concerned was missed.
    """

    id: UUID
    community: str
    grievance_id: UUID | None = None
    round: int | None = None
    place: str
    elder_ids: list[UUID] = field(default_factory=list)
    reason: str
    purpose: str | None = None
    due_on: date
    state: State = State.PLANNED
    begun_at: datetime
    planned_at: datetime
    ended_at: datetime | None = None
    findings: dict[str, Any] | None = None
    missed_reason: str | None = None
    missed_in_a_row: int = 0

    def complete(self, findings: Mapping[str, Any] | None, *, has_consent: bool, now: datetime) -> HomeVisitDone:
        """The visit took place; findings are kept if all its elders have consented.

        Raises `StepForbidden`, or `ConsentMissing` where findings are given without consent.
        """
        self._require("done")
        if findings and not (has_consent and self.elder_ids):
            raise ConsentMissing
        self.findings = dict(findings) if findings else None
        self.state, self.ended_at = State.DONE, now
        return HomeVisitDone(community=self.community, visit_id=self.id, grievance_id=self.grievance_id, done_at=now)

    def miss(self, reason: str, *, missed_before: int, now: datetime) -> HomeVisitMissed:
        """The visit did not take place; `missed_before` counts the visits missed since the last that did.

        Raises `StepForbidden`.
        """
        self._require("miss")
        self.missed_reason, self.missed_in_a_row = reason, missed_before + 1
        self.state, self.ended_at = State.MISSED, now
        return HomeVisitMissed(
            community=self.community, visit_id=self.id, grievance_id=self.grievance_id, missed_at=now
        )

    def cancel(self, *, now: datetime) -> HomeVisitCancelled:
        """The grievance has ended before the visit took place. Raises `StepForbidden`."""
        if self.state is not State.PLANNED:
            raise StepForbidden(step="cancel", status=str(self.state), allowed=[])
        self.state, self.ended_at = State.CANCELLED, now
        return HomeVisitCancelled(
            community=self.community, visit_id=self.id, grievance_id=self.grievance_id, cancelled_at=now
        )

    def forget(self, elder_ids: Collection[UUID], *, now: datetime) -> list[HomeVisitCancelled]:
        """These elders were erased: the visit is no longer theirs, and what was found goes, also where it was found
        of several. One planned by hand that is left with nobody to visit is called off."""
        self.elder_ids = [id for id in self.elder_ids if id not in elder_ids]
        self.purpose = self.findings = self.missed_reason = None
        is_left_over = self.state is State.PLANNED and self.grievance_id is None and not self.elder_ids
        return [self.cancel(now=now)] if is_left_over else []

    def leave_out(self, elder_id: UUID, *, now: datetime) -> list[HomeVisitCancelled]:
        """This elder lives here no more: a planned visit that was for them alone is called off, unless a grievance
        asks for it."""
        self.elder_ids = [id for id in self.elder_ids if id != elder_id]
        return [] if self.elder_ids or self.grievance_id else [self.cancel(now=now)]

    def is_yearly_of(self, elder_id: UUID) -> bool:
        """Whether this is, or was, a yearly visit to that elder."""
        return self.id == yearly_visit_id(elder_id, self.due_on)

    def is_for(self, kept: UUID, gone: UUID) -> None:
        """Two entries were one person: a visit to either is one to them, once."""
        self.elder_ids = list(dict.fromkeys(kept if id == gone else id for id in self.elder_ids))

    def follow(self, earlier: str, household: str) -> None:
        """Those whom it is for have moved: one planned for where they lived goes where they live now. One that a
        grievance asks for goes where the grievance is."""
        if self.grievance_id is None and self.place == earlier:
            self.place = household

    def drop_findings(self) -> None:
        """An elder agrees no longer that findings are kept: they go, also where they were found of several."""
        self.findings = self.missed_reason = None
        if self.state is not State.PLANNED:
            self.purpose = None

    def planned(self) -> HomeVisitPlanned:
        """What is told of a visit that has just been planned: neither whom it is for nor the words given by hand."""
        return HomeVisitPlanned(
            community=self.community,
            visit_id=self.id,
            grievance_id=self.grievance_id,
            place=self.place,
            due_on=self.due_on,
            reason=self.reason,
            planned_at=self.planned_at,
        )

    def _require(self, step: str) -> None:
        allowed = allowed_steps(self.state)
        if step not in allowed:
            raise StepForbidden(step=step, status=str(self.state), allowed=allowed)


def visit_id_of(grievance_id: UUID, round: int) -> UUID:
    """The id of the visit that a round of a grievance asks for: the same however often it is worked out."""
    return uuid5(grievance_id, f"visit:{round}")


def yearly_visit_id(elder_id: UUID, due_on: date) -> UUID:
    """The id of the yearly visit that is due to an elder on that day: the same whoever works it out."""
    return uuid5(elder_id, f"yearly:{due_on.isoformat()}")


def plan_yearly(
    *, community: str, elder_id: UUID, household: str, due_on: date, now: datetime
) -> tuple[HomeVisit, YearlyVisitPlanned]:
    """The visit that every resident of 65 and over is to have once a year: the national norm of basic public health
    services, on old people's health."""
    visit = HomeVisit(
        id=yearly_visit_id(elder_id, due_on),
        community=community,
        place=household,
        elder_ids=[elder_id],
        reason="65岁及以上老年人每年一次上门随访",
        due_on=due_on,
        begun_at=now,
        planned_at=now,
    )
    told = YearlyVisitPlanned(community=community, visit_id=visit.id, place=household, due_on=due_on, planned_at=now)
    return visit, told


def plan_for_grievance(
    event: LeaderAssigned, elder_ids: Sequence[UUID], *, within_days: int, now: datetime
) -> tuple[HomeVisit, HomeVisitPlanned]:
    """The visit that a grievance with a named leader asks for, to the elders of its household where it names one."""
    whom = "该住户有60岁以上老人" if elder_ids else "该地点没有登记老人，先到现场了解情况"
    visit = HomeVisit(
        id=visit_id_of(event.grievance_id, event.round),
        community=event.community,
        grievance_id=event.grievance_id,
        round=event.round,
        place=event.place,
        elder_ids=list(elder_ids),
        reason=f"诉求需要上门看望：{whom}，{within_days}天内上门",
        due_on=day_in_china(now) + timedelta(days=within_days),
        begun_at=event.assigned_at,
        planned_at=now,
    )
    return visit, visit.planned()


def plan_by_hand(
    visit_id: UUID,
    *,
    community: str,
    place: str,
    elder_ids: Sequence[UUID],
    grievance_id: UUID | None,
    purpose: str | None,
    due_on: date,
    now: datetime,
) -> tuple[HomeVisit, HomeVisitPlanned]:
    """A visit that someone plans. Raises `VisitDueInPast`."""
    if due_on < day_in_china(now):
        raise VisitDueInPast(fields={"due_on": [words(VisitDueInPast.zh, VisitDueInPast.en)]})
    visit = HomeVisit(
        id=visit_id,
        community=community,
        grievance_id=grievance_id,
        place=place,
        elder_ids=list(dict.fromkeys(elder_ids)),
        reason="人工安排上门看望",
        purpose=purpose,
        due_on=due_on,
        begun_at=now,
        planned_at=now,
    )
    return visit, visit.planned()
