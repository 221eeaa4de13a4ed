"""Cases of somebody who calls, found by the fingerprint of their telephone."""

from typing import Any

from sqlalchemy import Select, case, false, or_, select

from chassis.fingerprints import fingerprint
from chassis.telephones import dialled, phone_key
from services.grievance.domain.receipts import FILED_BY_PHONE, JOINED_BY
from services.grievance.persistence.tables import grievances, neighbours, statements
from services.grievance.queries.lists import COLUMNS
from services.grievance.queries.urgency import IS_OPEN


def chosen_of_caller(*, community: str, phone: str) -> Select[Any]:
    """The cases that were filed with this telephone, and those that somebody joined with it who has no account; those
    that are open first, and the newest of them."""
    key = phone_key(FILED_BY_PHONE, phone)
    if not key:
        return select(*COLUMNS, grievances.c.status.label("came_as")).where(false())
    known_by = fingerprint(f"{JOINED_BY} phone", dialled(phone))
    filed = select(statements.c.grievance_id).where(statements.c.community == community, statements.c.phone_key == key)
    joined = select(neighbours.c.grievance_id).where(
        neighbours.c.community == community, neighbours.c.known_by == known_by
    )
    is_filed, is_joined = grievances.c.id.in_(filed), grievances.c.id.in_(joined)
    came_as = case((is_filed, "filer"), else_="neighbour").label("came_as")
    return (
        select(*COLUMNS, came_as)
        .where(grievances.c.community == community, or_(is_filed, is_joined))
        .order_by(~IS_OPEN, grievances.c.filed_at.desc(), grievances.c.id)
    )
