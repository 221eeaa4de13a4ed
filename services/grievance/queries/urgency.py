"""The urgency of a case as the database orders by it: the tables are those of the domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, literal

from services.grievance.domain.grievance import OPEN, Status
from services.grievance.domain.urgency import (
    NEIGHBOURS,
    OTHERWISE,
    WAITING,
    WEIGHTS_OF_CATEGORIES,
    due_by,
    pressures,
    urgency,
)
from services.grievance.persistence import grievances

IS_OPEN = grievances.c.status.in_([status.value for status in OPEN])
IS_WAITING = grievances.c.status.in_([status.value for status in WAITING])
IS_PAUSED = and_(grievances.c.goes_on_at.is_not(None), grievances.c.status == Status.IN_HAND.value)
"""As `Grievance.is_paused` has it."""
DUE: ColumnElement[Any] = case(
    (and_(IS_WAITING, ~grievances.c.is_responded), grievances.c.respond_by), (IS_OPEN, grievances.c.resolve_by)
)
"""The deadline that is next, of open cases."""


def is_due_before(moment: datetime) -> ColumnElement[bool]:
    """Whether the deadline that is next lies before a moment."""
    return DUE.__lt__(moment)


def points(now: datetime) -> ColumnElement[int]:
    """The urgency of open cases, none of those that are paused; nothing is said of others."""
    by_category = case(
        *((grievances.c.category.in_(codes), weight) for weight, codes in WEIGHTS_OF_CATEGORIES.items()),
        else_=OTHERWISE,
    )
    by_neighbours = case(*((grievances.c.neighbours >= fewest, more) for fewest, more in NEIGHBOURS), else_=0)
    steps = [(each.before, each.points) for each in pressures(now) if each.before is not None]
    rest = next(each.points for each in pressures(now) if each.before is None)
    pressure = case(*((is_due_before(before), literal(points)) for before, points in steps), else_=rest)
    return case((IS_PAUSED, 0), else_=(by_category + by_neighbours) * pressure)


def shown_urgency(row: Row[Any], now: datetime) -> dict[str, Any]:
    """How urgent a case of a list is, and why."""
    found = urgency(
        status=Status(row.status),
        category=row.category,
        neighbours=row.neighbours,
        respond_by=row.respond_by,
        resolve_by=row.resolve_by,
        is_responded=row.is_responded,
        is_paused=shown_pause(row) is not None,
        now=now,
    )
    return {"urgency": found.points, "reasons": found.reasons, "why": found.words}


def shown_pause(row: Row[Any]) -> dict[str, Any] | None:
    """The pause of a case whose clock stands still: what is left of one where it does not is none."""
    pause: dict[str, Any] | None = row.pause if row.status == Status.IN_HAND.value else None
    return pause


def shown_due(row: Row[Any]) -> str | None:
    """The deadline that is next."""
    due = due_by(Status(row.status), row.respond_by, row.resolve_by, is_responded=row.is_responded)
    return due and due.isoformat()
