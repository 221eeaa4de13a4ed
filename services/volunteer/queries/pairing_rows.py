"""What is shown of pairings. Why somebody is helped leaves the service only through `get_hardship`."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, or_, select

from chassis.paging import page_of
from chassis.retention import over
from contracts.volunteer.errors import PairingNotFound
from services.volunteer.domain.pairing import HELP_TYPES, PairingState
from services.volunteer.persistence.tables import pairing_contacts, pairings, volunteers
from services.volunteer.queries.dispatch_rows import add_place_names
from services.volunteer.queries.rows import shown_of, where

HIDDEN = {"hardship", "end_note", "forgotten_at", "helpers", "version"}
"""Why somebody is helped, and what belongs to one pairing shown by itself."""


def list_pairings(
    connection: Connection,
    *,
    today: date,
    community: str | None = None,
    volunteer_id: UUID | None = None,
    person_id: UUID | None = None,
    help_type: str | None = None,
    state: str | None = None,
    overdue: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Pairings, those due first first."""
    wanted = {"community": community, "volunteer_id": volunteer_id, "beneficiary_id": person_id}
    chosen = where(_pairings(), pairings, **wanted, help_type=help_type, state=state)
    if overdue is not None:
        is_late = (pairings.c.state == PairingState.ACTIVE.value) & or_(
            pairings.c.due_on < today, pairings.c.volunteer_id.is_(None)
        )
        chosen = chosen.where(is_late if overdue else ~is_late)
    chosen = chosen.order_by(pairings.c.state, pairings.c.due_on, pairings.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=lambda row: _pairing(row, today))
    add_place_names(connection, shown["items"])
    return shown


def get_pairing(connection: Connection, pairing_id: UUID, *, today: date) -> dict[str, Any]:
    """One pairing with its helpers and contacts, newest first. Raises `PairingNotFound`."""
    row = connection.execute(
        _pairings().add_columns(pairings.c.helpers).where(pairings.c.id == pairing_id)
    ).one_or_none()
    if row is None:
        raise PairingNotFound(id=str(pairing_id))
    shown = _pairing(row, today)
    add_place_names(connection, [shown])
    contacts = [shown_of(each) for each in connection.execute(_contacts(pairing_id))]
    names = _those_who_help(connection, (one["volunteer_id"] for one in (*shown["helpers"], *contacts)))
    return shown | {
        "helpers": [one | {"name": names.get(one["volunteer_id"])} for one in reversed(shown["helpers"])],
        "contacts": [
            {**{name: one[name] for name in ("id", "contacted_on", "kind", "note")}, "by": names[one["volunteer_id"]]}
            for one in contacts
        ],
    }


def get_hardship(connection: Connection, pairing_id: UUID) -> dict[str, Any]:
    """Why somebody is helped. Raises `PairingNotFound`."""
    columns = ("id", "community", "beneficiary_id", "hardship", "end_note")
    chosen = select(*(pairings.c[name] for name in columns)).where(pairings.c.id == pairing_id)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise PairingNotFound(id=str(pairing_id))
    return shown_of(row)


def ended_long_ago(connection: Connection, before: date, most: int) -> dict[str, list[UUID]]:
    """Pairings that ended before this day and still say who was helped, by community."""
    return over(connection, pairings, pairings.c.ended_on < before, pairings.c.forgotten_at.is_(None), most=most)


def _pairings() -> Select[Any]:
    shown = (column for column in pairings.c if column.name not in HIDDEN)
    helper = (volunteers.c.community == pairings.c.community) & (volunteers.c.id == pairings.c.volunteer_id)
    return select(*shown, volunteers.c.name.label("helper")).outerjoin_from(pairings, volunteers, helper)


def _contacts(pairing_id: UUID) -> Select[Any]:
    newest = (pairing_contacts.c.contacted_on.desc(), pairing_contacts.c.logged_at.desc(), pairing_contacts.c.id)
    return select(pairing_contacts).where(pairing_contacts.c.pairing_id == pairing_id).order_by(*newest)


def _those_who_help(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    wanted = {UUID(id) for id in ids}
    rows = connection.execute(select(volunteers.c.id, volunteers.c.name).where(volunteers.c.id.in_(wanted)))
    return {str(row.id): row.name for row in rows}


def _pairing(row: Any, today: date) -> dict[str, Any]:
    is_overdue = row.state == PairingState.ACTIVE.value and row.due_on < today
    return shown_of(row) | {"help_name": HELP_TYPES.get(row.help_type, row.help_type), "is_overdue": is_overdue}
