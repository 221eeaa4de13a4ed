"""What the grievance service shows: rows, not aggregates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, and_, func, or_, select

from chassis.areas import lies_within
from chassis.paging import page_of
from contracts.errors import words
from contracts.grievance.errors import GrievanceNotFound
from services.grievance.domain.asking import asked
from services.grievance.domain.categories import CATEGORIES, LINES
from services.grievance.domain.grievance import Status, allowed_steps, is_rated
from services.grievance.domain.tasks import TaskState
from services.grievance.domain.work import is_replied_to
from services.grievance.persistence import grievances, statements, timeline
from services.grievance.queries.callers import chosen_of_caller
from services.grievance.queries.contact import get_contact as get_contact
from services.grievance.queries.following import prove as prove
from services.grievance.queries.following import prove_filer as prove_filer
from services.grievance.queries.following import show_followed as show_followed
from services.grievance.queries.lists import chosen_page
from services.grievance.queries.neighbours import list_nearby as list_nearby
from services.grievance.queries.pictures import find_picture as find_picture
from services.grievance.queries.pictures import get_picture as get_picture
from services.grievance.queries.pictures import pictures_of
from services.grievance.queries.places import list_by_place as list_by_place
from services.grievance.queries.statistics import compare_communities as compare_communities
from services.grievance.queries.statistics import statistics as statistics
from services.grievance.queries.urgency import shown_due, shown_pause


def get_grievance(connection: Connection, id: UUID) -> dict[str, Any]:
    """One grievance with its timeline. Raises `GrievanceNotFound`."""
    joined = select(grievances, statements.c.description, statements.c.contact).outerjoin_from(
        grievances,
        statements,
        and_(statements.c.community == grievances.c.community, statements.c.grievance_id == grievances.c.id),
    )
    row = connection.execute(joined.where(grievances.c.id == id)).one_or_none()
    if row is None:
        raise GrievanceNotFound(id=str(id))
    happened = _timeline(connection, row.community, id)
    return _shown(row) | {
        "description": row.description,
        "anonymous": row.is_anonymous,
        "contact": _masked(row.contact),
        "resolution": row.resolution,
        "pause_words": row.pause_words if shown_pause(row) else None,
        "allowed": _allowed(row, happened),
        "tasks": [_shown_task(task) for task in row.tasks or ()],
        "timeline": happened,
        "pictures": pictures_of(connection, row.community, id),
    }


def _allowed(row: Row[Any], happened: Sequence[dict[str, Any]]) -> list[str]:
    has_open_rating = is_rated(row.score, row.forgotten_at) and not is_replied_to(each["what"] for each in happened)
    return allowed_steps(Status(row.status), has_rating=has_open_rating, is_paused=shown_pause(row) is not None)


def _shown_task(task: dict[str, Any]) -> dict[str, Any]:
    required = task["is_required"]
    return {name: value for name, value in task.items() if name != "is_required"} | {"required": required}


def _timeline(connection: Connection, community: str, id: UUID) -> list[dict[str, Any]]:
    entries = (
        select(timeline.c.at, timeline.c.what, timeline.c.who, timeline.c.note)
        .where(timeline.c.community == community, timeline.c.grievance_id == id)
        .order_by(timeline.c.at, timeline.c.id)
    )
    return [{**row._mapping, "at": row.at.isoformat()} for row in connection.execute(entries)]


def _masked(contact: str | None) -> dict[str, str] | None:
    """Until there are accounts, nobody is shown how to reach a resident."""
    if contact is None:
        return None
    told = msgspec.json.decode(contact, type=dict[str, str])
    name, phone = told.get("name", ""), told.get("phone", "")
    hidden = phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)
    return {"name": name[:1] + "*" * max(0, len(name) - 1), "phone": hidden}


def list_grievances(connection: Connection, **chosen: Any) -> dict[str, Any]:
    """A page of grievances, as `lists.chosen_page` chooses and orders them."""
    return chosen_page(connection, _shown, **chosen)


def list_of_caller(connection: Connection, *, page: int, page_size: int, **caller: str) -> dict[str, Any]:
    """A page of the cases that somebody who calls filed or joined, those that are open first."""
    chosen = chosen_of_caller(**caller)
    return page_of(
        connection, chosen, page=page, page_size=page_size, show=lambda row: _shown(row) | {"came_as": row.came_as}
    )


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "receipt": row.receipt,
        "community": row.community,
        "status": row.status,
        "category": row.category,
        "place": row.place,
        "line": row.line,
        "channel": row.channel,
        "leader": row.leader,
        "leader_missing": row.is_leader_missing,
        "volunteers": row.dispatches,
        "referral": row.referral,
        "visit": row.visit,
        "filed_at": row.filed_at.isoformat(),
        "respond_by": row.respond_by.isoformat(),
        "resolve_by": row.resolve_by.isoformat(),
        "responded": row.is_responded,
        "late": row.late,
        "neighbours": row.neighbours,
        "round": row.round,
        "score": row.score,
        "version": row.turn,
        "due_by": shown_due(row),
        "tasks_open": sum(task["state"] == TaskState.OPEN for task in row.tasks or ()),
        "filed_by": row.filed_by and str(row.filed_by),
        "pause": shown_pause(row),
        "moved_from": row.moved_from and row.moved_from.isoformat(),
    }


OPEN = [Status.FILED.value, Status.ASSIGNED.value, Status.IN_HAND.value]
SETTLED = [Status.RESOLVED.value, Status.RATED.value, Status.CLOSED.value]


def list_figures(
    connection: Connection, *, within: Sequence[str], now: datetime, page: int, page_size: int
) -> dict[str, Any]:
    """How grievances stand in each community whose code begins with one of these, by code."""
    column, is_open = grievances.c, grievances.c.status.in_(OPEN)
    chosen = (
        select(
            column.community,
            func.count().label("filed"),
            func.count().filter(is_open).label("open"),
            func.count().filter(is_open, column.resolve_by < now).label("overdue"),
            func.count().filter(column.status.in_(SETTLED)).label("settled"),
            func.avg(column.score).label("score"),
        )
        .where(lies_within(column.community, within))
        .group_by(column.community)
        .order_by(column.community)
    )
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=_figures)
    _add_categories(connection, shown["items"])
    return shown


def _figures(row: Row[Any]) -> dict[str, Any]:
    score = None if row.score is None else round(float(row.score), 2)
    return {str(name): value for name, value in row._mapping.items()} | {"score": score, "categories": {}}


def _add_categories(connection: Connection, shown: Sequence[dict[str, Any]]) -> None:
    by_code = {each["community"]: each for each in shown}
    counted = (
        select(grievances.c.community, grievances.c.category, func.count().label("filed"))
        .where(grievances.c.community.in_(list(by_code)))
        .group_by(grievances.c.community, grievances.c.category)
        .order_by(grievances.c.category)
    )
    for row in connection.execute(counted):
        by_code[row.community]["categories"][row.category] = row.filed


def list_categories(*, page: int, page_size: int) -> dict[str, Any]:
    """A page of the table of categories."""
    found = [
        {
            "code": category.code,
            "name": category.name,
            "english": category.english,
            "line": category.line,
            "line_name": LINES[category.line][0],
            "needs": list(category.needs),
            "unit_kind": category.unit_kind,
            "hands": category.hands,
            "shared": category.is_shared,
            "respond_within_hours": category.hours[0],
            "resolve_within_hours": category.hours[1],
            "asks": words(*asked(category.code).about),
            "first": words(*asked(category.code).first),
        }
        for category in CATEGORIES.values()
    ]
    start = (page - 1) * page_size
    return {"items": found[start : start + page_size], "total": len(found), "page": page, "page_size": page_size}


def late_grievances(connection: Connection, now: datetime, most: int) -> list[UUID]:
    """Cases with a deadline that has passed and was not escalated, the longest overdue first."""
    late = select(grievances.c.id).where(grievances.c.due_at < now).order_by(grievances.c.due_at).limit(most)
    return list(connection.execute(late).scalars())


def waited_enough(connection: Connection, now: datetime, most: int) -> list[UUID]:
    """Cases whose clock stands still and whose day has come, the longest ago first."""
    over = select(grievances.c.id).where(grievances.c.goes_on_at <= now).order_by(grievances.c.goes_on_at).limit(most)
    return list(connection.execute(over).scalars())


def settled_grievances(
    connection: Connection, *, rated_before: datetime, resolved_before: datetime, most: int
) -> list[UUID]:
    """Cases that have been settled long enough to be closed."""
    settled = or_(
        and_(grievances.c.status == Status.RATED.value, grievances.c.resolved_at < rated_before),
        and_(grievances.c.status == Status.RESOLVED.value, grievances.c.resolved_at < resolved_before),
    )
    return list(connection.execute(select(grievances.c.id).where(settled).limit(most)).scalars())
