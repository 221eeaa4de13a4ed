"""Lists of cases: chosen, ordered, in pages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, true

from chassis.paging import page_of
from services.grievance.domain.grievance import OPEN, Status
from services.grievance.domain.receipts import written
from services.grievance.domain.work import RATED, REPLIED
from services.grievance.persistence import grievances, timeline
from services.grievance.queries.counting import HALF_CONTENT
from services.grievance.queries.places import below
from services.grievance.queries.urgency import DUE, IS_OPEN, IS_PAUSED, is_due_before, points, shown_urgency

GROUPS = {
    "waiting": (Status.FILED, Status.ASSIGNED),
    "in_hand": (Status.IN_HAND,),
    "open": OPEN,
    "settled": (Status.RESOLVED, Status.RATED, Status.CLOSED),
    "ended": (Status.REJECTED, Status.CANCELLED),
}
"""Groups of states by which people look."""

_LAST_SAID = (
    select(timeline.c.what)
    .where(
        timeline.c.community == grievances.c.community,
        timeline.c.grievance_id == grievances.c.id,
        timeline.c.what.in_((RATED, REPLIED)),
    )
    .order_by(timeline.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
IS_DISCONTENT = and_(
    grievances.c.score < HALF_CONTENT, grievances.c.forgotten_at.is_(None), _LAST_SAID.is_distinct_from(REPLIED)
)
"""Whose low rating waits for a reply."""

COLUMNS = [column for column in grievances.c if column.name not in ("resolution", "pause_words")]
"""What a list shows: nothing that would have to be decrypted for each row and is not looked at."""


def chosen_page(
    connection: Connection,
    show: Callable[[Row[Any]], dict[str, Any]],
    *,
    page: int,
    page_size: int,
    order: str = "newest",
    now: datetime,
    **filters: Any,
) -> dict[str, Any]:
    """A page of the cases that pass the filters. In the order "oldest" rows that come while pages are read come last,
    so that none is read twice."""
    found: Select[Any] = select(*COLUMNS).where(*conditions(now=now, **filters)).order_by(*_order(order, now))
    return page_of(
        connection, found, page=page, page_size=page_size, show=lambda row: show(row) | shown_urgency(row, now)
    )


def conditions(
    *,
    now: datetime,
    place: str | None = None,
    places: Sequence[str] = (),
    since: datetime | None = None,
    receipt: str | None = None,
    group: str | None = None,
    overdue: bool | None = None,
    except_id: UUID | None = None,
    **equal: Any,
) -> list[ColumnElement[bool]]:
    """What rows must be like to be chosen. A place chooses what lies there, and what is led from there by hand. Where
    somebody is responsible for `places`, it chooses among what is theirs; what lies there and was handed on to
    elsewhere is theirs no more, and is found only by its receipt."""
    found = [grievances.c[column] == value for column, value in equal.items()]
    if since is not None:
        found.append(grievances.c.filed_at >= since.astimezone(UTC))
    if receipt is not None:
        found.append(grievances.c.receipt == written(receipt))
    if place is not None:
        found.append(or_(grievances.c.place.in_(below(place)), grievances.c.led_at.in_(below(place))))
    if places:
        is_left_here = true() if receipt else grievances.c.led_at.is_(None)
        lies_here = and_(grievances.c.place.in_(below(*places)), is_left_here)
        found.append(or_(lies_here, grievances.c.led_at.in_(below(*places))))
    if group == "discontent":
        found.append(IS_DISCONTENT)
    elif group == "paused":
        found.append(IS_PAUSED)
    elif group is not None:
        found.append(grievances.c.status.in_([status.value for status in GROUPS[group]]))
    if overdue is not None:
        found += [IS_OPEN, is_due_before(now) if overdue else ~is_due_before(now)]
    if except_id is not None:
        found.append(grievances.c.id != except_id)
    return found


def _order(order: str, now: datetime) -> list[ColumnElement[Any]]:
    if order == "urgent":
        return [~IS_OPEN, points(now).desc(), DUE, grievances.c.filed_at.desc(), grievances.c.id]
    if order == "oldest":
        return [grievances.c.filed_at, grievances.c.id]
    return [grievances.c.filed_at.desc(), grievances.c.id]
