"""What is shown of hours: their sum, the stars, the months, and what each service given was for."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.paging import page_of
from contracts.volunteer.errors import VolunteerNotFound
from services.volunteer.domain.volunteer import next_star_at, stars
from services.volunteer.persistence.tables import callouts, dispatches, hours, teams, volunteers
from services.volunteer.queries.dispatch_rows import add_place_names
from services.volunteer.queries.rows import shown_of

MINUTES = 60


def get_hours(connection: Connection, *, id: UUID, page: int = 1, page_size: int = 50) -> dict[str, Any]:
    """A volunteer's hours, the services given newest first. Raises `VolunteerNotFound`."""
    community = connection.execute(select(volunteers.c.community).where(volunteers.c.id == id)).scalar()
    if community is None:
        raise VolunteerNotFound(id=str(id))
    given = (
        select(
            hours.c.community,
            hours.c.dispatch_id,
            hours.c.served_on,
            hours.c.started_at,
            hours.c.ended_at,
            hours.c.minutes_served,
            hours.c.minutes_credited,
            hours.c.is_over_cap,
            callouts.c.category,
            callouts.c.path,
            teams.c.name.label("team"),
            dispatches.c.checked_in_how,
        )
        .join(dispatches, dispatches.c.id == hours.c.dispatch_id)
        .join(callouts, callouts.c.id == dispatches.c.callout_id)
        .outerjoin(teams, teams.c.id == hours.c.team_id)
        .where(hours.c.volunteer_id == id)
        .order_by(hours.c.started_at.desc(), hours.c.id.desc())
    )
    shown = page_of(connection, given, page=page, page_size=page_size, show=shown_of)
    add_place_names(connection, shown["items"])
    for row in shown["items"]:
        row.pop("community")
    return {"id": str(id), "community": community, **_sums(connection, id), **shown}


def _sums(connection: Connection, volunteer_id: UUID) -> dict[str, Any]:
    """All hours and those of each month, added up here: the two databases cut months out of dates differently."""
    minutes: dict[str, int] = defaultdict(int)
    sessions: dict[str, set[UUID]] = defaultdict(set)
    lines = select(hours.c.served_on, hours.c.minutes_credited, hours.c.dispatch_id)
    for line in connection.execute(lines.where(hours.c.volunteer_id == volunteer_id)):
        month = f"{line.served_on:%Y-%m}"
        minutes[month] += line.minutes_credited
        sessions[month].add(line.dispatch_id)
    served = _in_hours(sum(minutes.values()))
    return {
        "hours": served,
        "stars": stars(served),
        "next_star_at": next_star_at(served),
        "months": [
            {"month": month, "hours": _in_hours(minutes[month]), "sessions": len(sessions[month])}
            for month in sorted(minutes, reverse=True)
        ],
    }


def _in_hours(minutes: int) -> float:
    return round(minutes / MINUTES, 2)
