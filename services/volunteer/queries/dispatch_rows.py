"""What is shown of dispatches: who was asked to help with what, where, and what came of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, select

from chassis.paging import page_of
from contracts.volunteer.errors import DispatchNotFound
from services.volunteer.domain.dispatch import ON_HAND, State, allowed_steps
from services.volunteer.domain.scanning import is_on_the_spot
from services.volunteer.persistence.places import in_words, names_of, places_above
from services.volunteer.persistence.tables import callouts, dispatches, hours, teams, volunteers
from services.volunteer.queries.rows import shown_of, where

IN_HAND = [state.value for state in ON_HAND]
"""States of dispatches that a volunteer still has something to do about."""


def list_dispatches(
    connection: Connection,
    *,
    community: str | None = None,
    volunteer_id: UUID | None = None,
    grievance_id: UUID | None = None,
    state: str | None = None,
    at_place: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Dispatches, newest first; `at_place` asks for those on hand whose check-in the code of this place is good for."""
    wanted = {"community": community, "volunteer_id": volunteer_id, "grievance_id": grievance_id, "state": state}
    chosen = where(_dispatches(), dispatches, **wanted)
    if at_place is not None:
        chosen = chosen.where(dispatches.c.id.in_(_to_check_in_at(connection, chosen, at_place)))
    chosen = chosen.order_by(dispatches.c.offered_at.desc(), dispatches.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=_dispatch)
    add_place_names(connection, shown["items"])
    return shown


def get_dispatch(connection: Connection, dispatch_id: UUID) -> dict[str, Any]:
    """One dispatch. Raises `DispatchNotFound`."""
    row = connection.execute(_dispatches().where(dispatches.c.id == dispatch_id)).one_or_none()
    if row is None:
        raise DispatchNotFound(id=str(dispatch_id))
    shown = _dispatch(row)
    add_place_names(connection, [shown])
    return shown


def dispatches_of(connection: Connection, volunteer_id: UUID) -> list[dict[str, Any]]:
    """What a volunteer has on hand, earliest first."""
    on_hand = _dispatches().where(dispatches.c.volunteer_id == volunteer_id, dispatches.c.state.in_(IN_HAND))
    found = connection.execute(on_hand.order_by(dispatches.c.offered_at, dispatches.c.id))
    shown = [_dispatch(one) for one in found]
    add_place_names(connection, shown)
    return shown


def unanswered(connection: Connection, now: datetime, most: int) -> list[UUID]:
    """Call-outs with offers that were not answered in time, in the order of their ids."""
    overdue = (dispatches.c.state == State.OFFERED.value, dispatches.c.answer_by <= now)
    chosen = select(dispatches.c.callout_id).where(*overdue).distinct().order_by(dispatches.c.callout_id).limit(most)
    return list(connection.execute(chosen).scalars())


def add_place_names(connection: Connection, shown: Sequence[dict[str, Any]]) -> None:
    """Say in words, in place of each row's `path`, where it lies: courtyard and building."""
    known: dict[str, dict[str, str]] = {}
    for community in {row["community"] for row in shown}:
        codes = {code for row in shown if row["community"] == community for code in row["path"]}
        known[community] = names_of(connection, community, codes)
    for row in shown:
        row["place_name"] = in_words(row.pop("path"), known[row["community"]])


def _to_check_in_at(connection: Connection, chosen: Select[Any], scanned: str) -> Iterable[UUID]:
    """Those of the dispatches on hand whose case lies where this code hangs."""
    on_hand = chosen.where(dispatches.c.state.in_(IN_HAND)).with_only_columns(
        dispatches.c.id, dispatches.c.community, callouts.c.place, callouts.c.path
    )
    above: dict[str, list[str]] = {}
    for row in connection.execute(on_hand).all():
        if row.community not in above:
            above[row.community] = places_above(connection, row.community, scanned)
        if is_on_the_spot(scanned, row.place, row.path, above[row.community]):
            yield row.id


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
            callouts.c.path,
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
    return shown_of(row) | {"allowed": allowed_steps(State(row.state))}
