"""What whoever filed a case decides about it afterwards: amended, answered, withdrawn."""

from datetime import datetime
from typing import Any

from chassis.unit_of_work import UnitOfWork
from contracts.event import Event
from contracts.grievance.errors import UnknownCategory, UnknownPlace
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import OPEN, Grievance, Status
from services.grievance.handlers.turns import take_turn

NOT_SOLVED = "居民答复：没有解决"


def amend_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Other words, another category or place; the words of before are not kept."""

    def amend(case: Grievance) -> list[Event]:
        category, place = command.get("category", case.category), command.get("place", case.place)
        if category not in CATEGORIES:
            raise UnknownCategory.named(category)
        if not uow.places.known(case.community, {place}):
            raise UnknownPlace.named(place)
        told = case.amend(category=CATEGORIES[category], place=place, by="", now=now)
        if "description" in command:
            uow.statements.reword(case.community, case.id, command["description"])
        return [told] if told else []

    take_turn(uow, command, amend)


def answer_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """Solved: it is rated. Not solved: it is taken up again. The same answer a second time changes nothing."""

    def answer(case: Grievance) -> list[Event]:
        if command["solved"]:
            return [case.rate(command["score"], by="", comment=command["comment"], now=now)]
        reason = command["reason"] or command["comment"] or NOT_SOLVED
        return [case.reopen(reason, by="", category=CATEGORIES[case.category], now=now)]

    with uow:
        if not _is_answered(uow.grievances.get(command["id"]), command):
            take_turn(uow, command, answer)


def _is_answered(case: Grievance, command: dict[str, Any]) -> bool:
    if command["solved"]:
        return case.status is Status.RATED and case.score == command["score"]
    return case.status in OPEN and case.round > 1


def withdraw_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The resident withdraws it; a second time changes nothing."""
    with uow:
        if uow.grievances.get(command["id"]).status is not Status.CANCELLED:
            take_turn(uow, command, lambda case: [case.cancel(by="", reason=command["reason"], now=now)])
