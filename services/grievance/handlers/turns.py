"""Taking a turn on a case: once for each step, and not on what others have changed meanwhile."""

from collections.abc import Callable, Iterable
from typing import Any

from chassis.unit_of_work import UnitOfWork
from contracts.event import Event
from services.grievance.domain.grievance import Grievance


def take_turn(uow: UnitOfWork, command: dict[str, Any], step: Callable[[Grievance], Iterable[Event]]) -> None:
    """Let somebody take a step on the case that the command names, and tell what came of it.

    A `step_id` that was taken before changes nothing, however the case has moved on since. With `expected_version`
    nothing is done where others than who acts had a turn after that one. Raises `CaseMovedOn`.
    """
    with uow:
        case = uow.grievances.get(command["id"])
        step_id = command.get("step_id")
        if step_id is not None and uow.grievances.was_taken(case, step_id):
            return
        case.begin_turn(
            step_id,
            by=command.get("by") or "",
            expected=command.get("expected_version"),
            since=lambda turn: uow.grievances.entries_after(case, turn),
        )
        uow.publish(*step(case))
