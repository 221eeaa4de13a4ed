"""How to reach whoever filed a case: for those who handle it, as long as they do."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, select

from contracts.grievance.errors import ContactClosed, GrievanceNotFound
from services.grievance.domain.grievance import Status
from services.grievance.persistence import grievances, statements

ENDED = (Status.CLOSED.value, Status.REJECTED.value, Status.CANCELLED.value)


def get_contact(connection: Connection, id: UUID) -> dict[str, Any]:
    """Name and telephone as they were given; both empty where the filing was anonymous. Raises `GrievanceNotFound`,
    `ContactClosed`."""
    chosen = (
        select(grievances.c.community, grievances.c.status, statements.c.contact)
        .outerjoin_from(
            grievances,
            statements,
            and_(statements.c.community == grievances.c.community, statements.c.grievance_id == grievances.c.id),
        )
        .where(grievances.c.id == id)
    )
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise GrievanceNotFound(id=str(id))
    if row.status in ENDED:
        raise ContactClosed
    told = {} if row.contact is None else msgspec.json.decode(row.contact, type=dict[str, str])
    return {
        "id": str(id),
        "community": row.community,
        "name": told.get("name", ""),
        "phone": told.get("phone", ""),
    }
