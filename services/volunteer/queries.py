"""What the volunteer service shows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, Table, Text, cast, func, select

from chassis.paging import page_of
from chassis.personal import gathered
from contracts.volunteer.errors import DispatchNotFound, TeamNotFound, VolunteerNotFound
from services.volunteer.domain.availability import LocalTime, Window, is_available
from services.volunteer.domain.dispatch import ON_HAND, State, allowed_steps
from services.volunteer.domain.skills import SKILLS, code_of
from services.volunteer.domain.team import TYPES, missing
from services.volunteer.domain.volunteer import stars
from services.volunteer.persistence.tables import (
    callouts,
    dispatches,
    hours,
    known_places,
    memberships,
    teams,
    volunteers,
)
from services.volunteer.privacy import TABLES

IN_HAND = [state.value for state in ON_HAND]
"""States of dispatches that a volunteer still has something to do about."""

# -- volunteers


def list_volunteers(
    connection: Connection,
    *,
    now: datetime,
    id: UUID | None = None,
    community: str | None = None,
    team_id: UUID | None = None,
    skill: str | None = None,
    home_place: str | None = None,
    is_party_member: bool | None = None,
    available_now: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Volunteers by name; `available_now` asks for those who can, or cannot, be asked at this moment."""
    chosen = _where(
        _volunteers(), volunteers, id=id, community=community, home_place=home_place, is_party_member=is_party_member
    )
    if skill is not None:
        # A JSON list as text, because the two databases have no function for its members in common.
        word = msgspec.json.encode(code_of(skill)).decode()
        chosen = chosen.where(cast(volunteers.c.skills, Text).contains(word, autoescape=True))
    if team_id is not None:
        members = select(memberships.c.volunteer_id).where(
            memberships.c.team_id == team_id, memberships.c.left_at.is_(None)
        )
        chosen = chosen.where(volunteers.c.id.in_(members))
    if available_now is not None:
        chosen = chosen.where(volunteers.c.id.in_(_available(connection, chosen, LocalTime.at(now), available_now)))
    chosen = chosen.order_by(volunteers.c.name, volunteers.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=_volunteer_at(now))
    _add_service(connection, shown["items"])
    return shown


def get_volunteer(connection: Connection, volunteer_id: UUID, *, now: datetime) -> dict[str, Any]:
    """A volunteer with telephone and the dispatches on hand. Raises `VolunteerNotFound`."""
    chosen = _volunteers().add_columns(volunteers.c.phone).where(volunteers.c.id == volunteer_id)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise VolunteerNotFound(id=str(volunteer_id))
    shown = _volunteer_at(now)(row)
    _add_service(connection, [shown])
    on_hand = _dispatches().where(dispatches.c.volunteer_id == volunteer_id, dispatches.c.state.in_(IN_HAND))
    found = connection.execute(on_hand.order_by(dispatches.c.offered_at, dispatches.c.id))
    return shown | {"dispatches": [_dispatch(one) for one in found]}


def _volunteers() -> Select[Any]:
    shown = (column for column in volunteers.c if column.name not in {"phone", "version"})
    home = (known_places.c.community == volunteers.c.community) & (known_places.c.code == volunteers.c.home_place)
    return select(*shown, known_places.c.name.label("home_name")).outerjoin_from(volunteers, known_places, home)


def _available(connection: Connection, chosen: Select[Any], now: LocalTime, wanted: bool) -> list[UUID]:
    columns = (volunteers.c.id, volunteers.c.always, volunteers.c.windows, volunteers.c.paused_until)
    return [row.id for row in connection.execute(chosen.with_only_columns(*columns)) if _is_free(row, now) is wanted]


def _is_free(row: Any, now: LocalTime) -> bool:
    return is_available(row.always, (Window(**window) for window in row.windows), row.paused_until, now)


def _volunteer_at(now: datetime) -> Callable[[Any], dict[str, Any]]:
    local = LocalTime.at(now)
    return lambda row: (
        _shown(row)
        | {
            "skill_names": [SKILLS.get(skill, skill) for skill in row.skills],
            "is_available_now": _is_free(row, local),
        }
    )


def _add_service(connection: Connection, shown: Sequence[dict[str, Any]]) -> None:
    """Add teams, load and hours to the volunteers on a page."""
    ids = [UUID(volunteer["id"]) for volunteer in shown]
    belongs, load, minutes = _teams_of(connection, ids), _load(connection, ids), _minutes(connection, ids)
    for volunteer, id in zip(shown, ids, strict=True):
        served = round(minutes.get(id, 0) / 60, 2)
        volunteer |= {"teams": belongs[id], "open_dispatches": load.get(id, 0), "hours": served, "stars": stars(served)}


def _teams_of(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    chosen = (
        select(memberships.c.volunteer_id, teams.c.id, teams.c.name, teams.c.state)
        .join(teams, teams.c.id == memberships.c.team_id)
        .where(memberships.c.volunteer_id.in_(ids), memberships.c.left_at.is_(None))
        .order_by(teams.c.name)
    )
    for row in connection.execute(chosen):
        found[row.volunteer_id].append({"id": str(row.id), "name": row.name, "state": row.state})
    return found


def _load(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, int]:
    chosen = (
        select(dispatches.c.volunteer_id, func.count().label("number"))
        .where(dispatches.c.volunteer_id.in_(ids), dispatches.c.state.in_(IN_HAND))
        .group_by(dispatches.c.volunteer_id)
    )
    return {row.volunteer_id: row.number for row in connection.execute(chosen)}


def _minutes(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, int]:
    chosen = (
        select(hours.c.volunteer_id, func.sum(hours.c.minutes_credited).label("minutes"))
        .where(hours.c.volunteer_id.in_(ids))
        .group_by(hours.c.volunteer_id)
    )
    return {row.volunteer_id: int(row.minutes) for row in connection.execute(chosen)}


# -- teams


def list_teams(
    connection: Connection,
    *,
    community: str | None = None,
    type: str | None = None,
    state: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Teams by name."""
    chosen = _where(_teams(), teams, community=community, type=type, state=state)
    chosen = chosen.order_by(teams.c.name, teams.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=_team)


def get_team(connection: Connection, team_id: UUID) -> dict[str, Any]:
    """A team with its charter, its members, and what it lacks. Raises `TeamNotFound`."""
    row = connection.execute(_teams().add_columns(teams.c.charter).where(teams.c.id == team_id)).one_or_none()
    if row is None:
        raise TeamNotFound(id=str(team_id))
    lacks = missing(row.slogan, row.charter, row.members_now)
    return _team(row) | {"missing": lacks, "members": _members(connection, team_id)}


def _teams() -> Select[Any]:
    current = (
        select(func.count())
        .where(memberships.c.team_id == teams.c.id, memberships.c.left_at.is_(None))
        .scalar_subquery()
        .label("members_now")
    )
    shown = (column for column in teams.c if column.name not in {"charter", "changes", "version"})
    return select(*shown, current)


def _team(row: Any) -> dict[str, Any]:
    return _shown(row) | {"type_name": TYPES.get(row.type, row.type)}


def _members(connection: Connection, team_id: UUID) -> list[dict[str, Any]]:
    chosen = (
        select(memberships.c.volunteer_id, volunteers.c.name, memberships.c.joined_at)
        .join(volunteers, volunteers.c.id == memberships.c.volunteer_id)
        .where(memberships.c.team_id == team_id, memberships.c.left_at.is_(None))
        .order_by(memberships.c.joined_at, volunteers.c.name, volunteers.c.id)
    )
    return [_shown(row) for row in connection.execute(chosen)]


# -- dispatches


def list_dispatches(
    connection: Connection,
    *,
    community: str | None = None,
    volunteer_id: UUID | None = None,
    grievance_id: UUID | None = None,
    state: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Dispatches, newest first."""
    wanted = {"community": community, "volunteer_id": volunteer_id, "grievance_id": grievance_id, "state": state}
    chosen = _where(_dispatches(), dispatches, **wanted)
    chosen = chosen.order_by(dispatches.c.offered_at.desc(), dispatches.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=_dispatch)


def get_dispatch(connection: Connection, dispatch_id: UUID) -> dict[str, Any]:
    """One dispatch. Raises `DispatchNotFound`."""
    row = connection.execute(_dispatches().where(dispatches.c.id == dispatch_id)).one_or_none()
    if row is None:
        raise DispatchNotFound(id=str(dispatch_id))
    return _dispatch(row)


def unanswered(connection: Connection, now: datetime, most: int) -> list[UUID]:
    """Call-outs with offers that were not answered in time, in the order of their ids."""
    overdue = (dispatches.c.state == State.OFFERED.value, dispatches.c.answer_by <= now)
    chosen = select(dispatches.c.callout_id).where(*overdue).distinct().order_by(dispatches.c.callout_id).limit(most)
    return list(connection.execute(chosen).scalars())


def _dispatches() -> Select[Any]:
    credited = (
        select(func.sum(hours.c.minutes_credited))
        .where(hours.c.dispatch_id == dispatches.c.id)
        .scalar_subquery()
        .label("minutes_credited")
    )
    return (
        select(
            *dispatches.c,
            callouts.c.round,
            callouts.c.place,
            callouts.c.category,
            volunteers.c.name,
            teams.c.name.label("team"),
            credited,
        )
        .join(callouts, callouts.c.id == dispatches.c.callout_id)
        .join(volunteers, volunteers.c.id == dispatches.c.volunteer_id)
        .outerjoin(teams, teams.c.id == dispatches.c.team_id)
    )


def _dispatch(row: Any) -> dict[str, Any]:
    return _shown(row) | {"allowed": allowed_steps(State(row.state))}


# --


def _where(chosen: Select[Any], table: Table, **wanted: Any) -> Select[Any]:
    return chosen.where(*(table.c[name] == value for name, value in wanted.items() if value is not None))


def _shown(row: Any) -> dict[str, Any]:
    # The driver's column names are a subclass of str, which msgspec refuses as keys.
    shown: dict[str, Any] = msgspec.to_builtins({str(name): value for name, value in row._mapping.items()})
    return shown


# -- what is kept of one person


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """Everything that is kept of a person as a volunteer."""
    chosen = [
        (volunteers, (volunteers.c.community == community) & volunteers.c.id.in_(ids)),
        *(
            (table, (table.c.community == community) & table.c.volunteer_id.in_(ids))
            for table in (memberships, dispatches, hours)
        ),
    ]
    return {"kept": gathered(connection, TABLES, chosen)}
