"""Tasks of a hard case （逐个击破）: it is split into parts, each with somebody, a day and an end; a case is not solved
while a part that must be done is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.grievance.errors import TaskNotFound, TaskSettled, TasksOpen, TooManyTasks

MOST = 20
"""Tasks of one case: who needs more has several cases."""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A part of a case. `who` does it: "leader", "unit" or "volunteers"."""

    id: UUID
    title: str
    who: str
    due_on: date | None = None
    is_required: bool = True
    state: TaskState = TaskState.OPEN
    reason: str = ""
    settled_at: datetime | None = None


def with_more(tasks: Sequence[Task], more: Sequence[Task]) -> list[Task]:
    """The tasks of a case and those that it is split into now; one that is known by its id stays as it is.
    Raises `TooManyTasks`."""
    known = {task.id for task in tasks}
    found = [*tasks, *(task for task in more if task.id not in known)]
    if len(found) > MOST:
        raise TooManyTasks(most=MOST)
    return found


def settled(task: Task, state: TaskState, reason: str, now: datetime) -> Task:
    """The task, done or dropped from now on. Raises `TaskSettled`."""
    if task.state is not TaskState.OPEN:
        raise TaskSettled
    return replace(task, state=state, reason=reason, settled_at=now)


def task_of(tasks: Sequence[Task], id: UUID) -> Task:
    """The task of this id. Raises `TaskNotFound`."""
    for task in tasks:
        if task.id == id:
            return task
    raise TaskNotFound(id=str(id))


def require_all_closed(tasks: Sequence[Task]) -> None:
    """Raises `TasksOpen` that counts the tasks which must be done and are open."""
    left = sum(task.is_required and task.state is TaskState.OPEN for task in tasks)
    if left:
        raise TasksOpen(left=left)
