"""What is done about grievances: a leader is named, late ones go up, gaps are filled once there is somebody."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from contracts.grievance.events import GrievanceEscalated, GrievanceFiled
from contracts.organization.errors import AssignmentNotFound
from contracts.organization.events import PersonMerged, PostFilled
from services.organization.domain.assignments import Assignment, Step
from services.organization.domain.days import day_of
from services.organization.domain.places import Place
from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import Rung, ladder, taker_of_grievances

MOST_AT_ONCE = 500
"""Gaps of one grid filled in one transaction; the timer takes up the rest."""


def assign_leader(uow: UnitOfWork, filed: GrievanceFiled, *, now: datetime) -> None:
    """Name the leader of a grievance that was filed or reopened; news of an earlier round changes nothing.

    Raises `PlaceNotFound` where the filing overtook the import of its place: it is heard again later.
    """
    with uow:
        uow.merged.hold_still(filed.community)
        if filed.about_person is not None:
            filed = replace(filed, about_person=uow.merged.now(filed.community, filed.about_person))
        place = uow.places.get(filed.community, filed.place)
        assignment = uow.assignments.find(filed.grievance_id)
        if assignment is None:
            assignment = Assignment.opened(filed, place)
            uow.assignments.add(assignment)
        elif not assignment.reopen(filed, place):
            return
        uow.publish(*assignment.assign(_leaders(uow, place, filed.about_person, now), now))


def escalate(uow: UnitOfWork, late: GrievanceEscalated, *, now: datetime) -> None:
    """Put a late grievance before the next person up. Raises `AssignmentNotFound` where it overtook the filing."""
    with uow:
        uow.merged.hold_still(late.community)
        if late.about_person is not None:
            late = replace(late, about_person=uow.merged.now(late.community, late.about_person))
        assignment = _assignment(uow, late.grievance_id)
        place = uow.places.get(assignment.community, assignment.place)
        about = late.about_person or assignment.about_person
        uow.publish(*assignment.escalate(late, _leaders(uow, place, about, now)))


def hand_over(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Let somebody else lead a case. Raises `AssignmentNotFound`, and what handing it over may be refused for."""
    with uow:
        uow.merged.hold_still(uow.assignments.community_of(command["id"]))
        assignment = _assignment(uow, command["id"])
        to_id = uow.merged.now(assignment.community, command["to_id"])
        seats = uow.seats.of_person(assignment.community, to_id, day_of(now))
        uow.publish(*assignment.hand_over(to_id, seats, _step(uow, assignment, command), now))


def give_back(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Give a case back to the next person up. Raises `AssignmentNotFound`, and what giving it back may be refused
    for."""
    with uow:
        uow.merged.hold_still(uow.assignments.community_of(command["id"]))
        assignment = _assignment(uow, command["id"])
        place = uow.places.get(assignment.community, assignment.place)
        rungs = _leaders(uow, place, assignment.about_person, now)
        uow.publish(*assignment.give_back(rungs, _step(uow, assignment, command), now))


def _step(uow: UnitOfWork, assignment: Assignment, command: dict[str, Any]) -> Step:
    seen = command.get("from_id")
    return Step(
        id=command.get("step_id"),
        account=command["by_account"],
        name=command["by"],
        reason=command["reason"].strip(),
        has_seen="from_id" in command,
        seen=seen and uow.merged.now(assignment.community, seen),
    )


def stand_aside(uow: UnitOfWork, merged: PersonMerged, *, now: datetime) -> None:
    """Somebody's entries were merged: what they lead, and are complained about in, goes to somebody else."""
    community = merged.community
    with uow:
        uow.merged.hold_still(community)
        person_id = uow.merged.now(community, merged.kept_id)
        for assignment in uow.assignments.led_by_the_one_concerned(community, person_id):
            place = uow.places.get(community, assignment.place)
            uow.publish(*assignment.stand_aside(_leaders(uow, place, person_id, now), now))


def settle_assignment(uow: UnitOfWork, grievance_id: UUID, at: datetime) -> None:
    """The case came to an end: nobody is missing for it any more. Raises `AssignmentNotFound` as above."""
    with uow:
        _assignment(uow, grievance_id).settle(at)


def fill_gaps_of_post(uow: UnitOfWork, filled: PostFilled, *, now: datetime) -> None:
    """Look again at the assignments somebody was missing for, where the new holder may be the one."""
    is_grid = filled.kind == PostKind.GRID_LEADER
    with uow:
        areas = [(filled.community, filled.place)] if is_grid else uow.assignments.areas_with_gaps(filled.community)
    for community, grid in areas:
        _fill_area(uow, community, grid, now)


def fill_open_gaps(uow: UnitOfWork, *, now: datetime) -> None:
    """Look again at all of them: a term has begun, a leave has ended."""
    with uow:
        areas = uow.assignments.areas_with_gaps()
    for community, grid in areas:
        _fill_area(uow, community, grid, now)


def _fill_area(uow: UnitOfWork, community: str, grid: str | None, now: datetime) -> None:
    with uow:
        uow.merged.hold_still(community)
        place = uow.places.get(community, grid or community)
        choice = taker_of_grievances(_leaders(uow, place, None, now))
        if choice.rung is None:
            return
        waiting = uow.assignments.with_gaps(community, grid, is_vacant=choice.is_vacant, most=MOST_AT_ONCE)
        for assignment in waiting:
            uow.publish(*assignment.fill_gap(_leaders(uow, place, assignment.about_person, now), now))


def _assignment(uow: UnitOfWork, grievance_id: UUID) -> Assignment:
    found: Assignment | None = uow.assignments.find(grievance_id)
    if found is None:
        raise AssignmentNotFound(grievance=str(grievance_id))
    return found


def _leaders(uow: UnitOfWork, place: Place, about_person: UUID | None, now: datetime) -> list[Rung]:
    about = about_person and uow.merged.now(place.community, about_person)
    return ladder(place, uow.seats.of_leaders(place, day_of(now)), about)
