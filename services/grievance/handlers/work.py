"""What is done on the way to a case's end and after it: calls, tasks and attempts, help asked for by hand, pauses, a
reply to the rating."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from contracts.event import Event
from services.grievance.domain import pausing, work
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.pauses import Allowance
from services.grievance.domain.tasks import Task, TaskState
from services.grievance.handlers.turns import take_turn


def note_call(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Somebody was called."""

    def call(case: Grievance) -> list[Event]:
        said = {name: command[name] for name in ("called", "outcome", "note", "by")}
        work.note_call(case, **said, now=now)
        return []

    take_turn(uow, command, call)


def split_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The case gets tasks."""
    tasks = [
        Task(
            id=told["id"],
            title=told["title"].strip(),
            who=told["who"],
            due_on=told["due_on"],
            is_required=told["required"],
        )
        for told in command["tasks"]
    ]

    def split(case: Grievance) -> list[Event]:
        work.split(case, tasks, by=command["by"], now=now)
        return []

    take_turn(uow, command, split)


def settle_task(uow: UnitOfWork, command: dict[str, Any], state: TaskState, *, now: datetime) -> None:
    """A task is done or dropped."""

    def settle(case: Grievance) -> list[Event]:
        work.settle_task(case, command["task_id"], state, reason=command["reason"], by=command["by"], now=now)
        return []

    take_turn(uow, command, settle)


def note_attempt(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Something was tried, or is tried in another way from now on."""

    def note(case: Grievance) -> list[Event]:
        is_change = command["kind"] == "approach"
        work.note_attempt(case, command["task_id"], command["note"], is_change=is_change, by=command["by"], now=now)
        return []

    take_turn(uow, command, note)


def ask_hands(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Volunteers are asked for by hand."""

    def ask(case: Grievance) -> list[Event]:
        return [
            work.ask_hands(
                case,
                command["request_id"],
                hands=command["hands"],
                skills=command["skills"],
                note=command["note"],
                path=uow.places.path(case.community, case.place),
                by=command["by"],
                now=now,
            )
        ]

    take_turn(uow, command, ask)


def ask_unit(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """A partner unit is asked for by hand."""

    def ask(case: Grievance) -> list[Event]:
        return [
            work.ask_unit(
                case,
                command["request_id"],
                unit_kind=command["unit_kind"],
                unit_id=command["unit_id"],
                wanted=command["wanted"],
                note=command["note"],
                path=uow.places.path(case.community, case.place),
                by=command["by"],
                now=now,
            )
        ]

    take_turn(uow, command, ask)


def remind_leader(uow: UnitOfWork, command: dict[str, Any], pause: timedelta, *, now: datetime) -> None:
    """Whoever is responsible is reminded, not twice within the pause."""

    def remind(case: Grievance) -> list[Event]:
        last = uow.grievances.last_time(case, work.REMINDED)
        return [work.remind(case, last=last, pause=pause, by=command["by"], note=command["note"], now=now)]

    take_turn(uow, command, remind)


def pause_grievance(uow: UnitOfWork, command: dict[str, Any], allowance: Allowance, *, now: datetime) -> None:
    """The clock stands still."""

    def pause(case: Grievance) -> list[Event]:
        kind, words, until = command["kind"], command["reason"].strip(), command["until"]
        return [pausing.pause(case, kind, words, until, allowance=allowance, by=command["by"], now=now)]

    take_turn(uow, command, pause)


def resume_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The clock runs again, before the day has come."""
    take_turn(uow, command, lambda case: [pausing.resume(case, by=command["by"], note=command["note"], now=now)])


def go_on(uow: UnitOfWork, grievance_id: UUID, *, now: datetime) -> None:
    """Let a case go on whose day has come; told once, however many come for it."""
    with uow:
        if went_on := pausing.go_on(uow.grievances.get(grievance_id), now=now):
            uow.publish(went_on)


def reply_to_rating(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The rating is replied to, once a round."""

    def reply(case: Grievance) -> list[Event]:
        is_replied = work.is_replied_to(entry.what for entry in uow.grievances.entries_after(case, 0))
        return [work.reply(case, is_replied=is_replied, words=command["note"], by=command["by"], now=now)]

    take_turn(uow, command, reply)
