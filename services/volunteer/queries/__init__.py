"""What the volunteer service shows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, Text, cast, func, select

from chassis.paging import page_of
from chassis.personal import gathered
from chassis.pinyin import is_called
from contracts.volunteer.errors import TeamNotFound, VolunteerNotFound
from services.volunteer.domain.availability import LocalTime, Window, is_available
from services.volunteer.domain.skills import SKILLS, code_of
from services.volunteer.domain.team import LATELY, TYPES, TeamState, maturity, missing
from services.volunteer.domain.volunteer import stars
from services.volunteer.persistence.tables import (
    dispatches,
    hours,
    known_places,
    memberships,
    pairing_contacts,
    pairings,
    teams,
    volunteers,
)
from services.volunteer.privacy import TABLES
from services.volunteer.queries.dispatch_rows import IN_HAND, dispatches_of
from services.volunteer.queries.rows import shown_of, where

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
    q: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Volunteers by name; `available_now` asks for those who can, or cannot, be asked at this moment, `q` for those who
    are called so or whose name has these first letters in pinyin."""
    chosen = where(
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
    if q is not None:
        chosen = chosen.where(is_called(volunteers, q))
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
    return shown | {"dispatches": dispatches_of(connection, volunteer_id)}


def _volunteers() -> Select[Any]:
    shown = (column for column in volunteers.c if column.name not in {"phone", "initials", "version"})
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
        shown_of(row)
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
    now: datetime,
    community: str | None = None,
    volunteer_id: UUID | None = None,
    type: str | None = None,
    state: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Teams by name; `volunteer_id` asks for those that this volunteer belongs to."""
    chosen = where(_teams(now), teams, community=community, type=type, state=state)
    if volunteer_id is not None:
        theirs = (memberships.c.volunteer_id == volunteer_id, memberships.c.left_at.is_(None))
        chosen = chosen.where(teams.c.id.in_(select(memberships.c.team_id).where(*theirs)))
    chosen = chosen.order_by(teams.c.name, teams.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=_team)


def get_team(connection: Connection, team_id: UUID, *, now: datetime) -> dict[str, Any]:
    """A team with its charter, its members, and what it lacks. Raises `TeamNotFound`."""
    row = connection.execute(_teams(now).add_columns(teams.c.charter).where(teams.c.id == team_id)).one_or_none()
    if row is None:
        raise TeamNotFound(id=str(team_id))
    lacks = missing(row.slogan, row.charter, row.members_now)
    return _team(row) | {"missing": lacks, "members": _members(connection, team_id)}


def _teams(now: datetime) -> Select[Any]:
    current = (
        select(func.count())
        .where(memberships.c.team_id == teams.c.id, memberships.c.left_at.is_(None))
        .scalar_subquery()
        .label("members_now")
    )
    served = (
        select(func.count(hours.c.volunteer_id.distinct()))
        .where(hours.c.team_id == teams.c.id, hours.c.started_at >= now - LATELY)
        .scalar_subquery()
        .label("served_lately")
    )
    shown = (column for column in teams.c if column.name not in {"charter", "changes", "version"})
    return select(*shown, current, served)


def _team(row: Any) -> dict[str, Any]:
    shown = shown_of(row)
    grown = maturity(TeamState(row.state), shown.pop("served_lately"))
    return shown | {"type_name": TYPES.get(row.type, row.type), "maturity": grown.value}


def _members(connection: Connection, team_id: UUID) -> list[dict[str, Any]]:
    chosen = (
        select(memberships.c.volunteer_id, volunteers.c.name, memberships.c.joined_at)
        .join(volunteers, volunteers.c.id == memberships.c.volunteer_id)
        .where(memberships.c.team_id == team_id, memberships.c.left_at.is_(None))
        .order_by(memberships.c.joined_at, volunteers.c.name, volunteers.c.id)
    )
    return [shown_of(row) for row in connection.execute(chosen)]


# -- what is kept of one person


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """Everything that is kept of a person as a volunteer, and as somebody who is helped."""
    chosen = [
        (volunteers, (volunteers.c.community == community) & volunteers.c.id.in_(ids)),
        *(
            (table, (table.c.community == community) & table.c.volunteer_id.in_(ids))
            for table in (memberships, dispatches, hours, pairing_contacts)
        ),
        (pairings, (pairings.c.community == community) & pairings.c.beneficiary_id.in_(ids)),
    ]
    return {"kept": gathered(connection, TABLES, chosen)}
