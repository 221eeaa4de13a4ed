"""Pictures as they are shown: of which case, and their bytes."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from contracts.grievance.errors import PictureNotFound
from services.grievance.persistence.tables import grievances, pictures


def pictures_of(connection: Connection, community: str, grievance_id: UUID) -> list[dict[str, Any]]:
    """Which pictures a case has, in the order in which they came."""
    column = pictures.c
    asked = (
        select(column.id, column.kind, column.added_at, column.width, column.height)
        .where(column.community == community, column.grievance_id == grievance_id)
        .order_by(column.added_at, column.id)
    )
    return [
        {**row._mapping, "id": str(row.id), "added_at": row.added_at.isoformat()} for row in connection.execute(asked)
    ]


def find_picture(connection: Connection, id: UUID) -> dict[str, Any]:
    """Where the case of a picture lies, who leads it and who filed it. Raises `PictureNotFound`, also for one without a
    case."""
    of_case = (grievances.c.place, grievances.c.leader, grievances.c.filed_by)
    asked = select(pictures.c.id, pictures.c.community, *of_case).join_from(
        pictures,
        grievances,
        and_(grievances.c.community == pictures.c.community, grievances.c.id == pictures.c.grievance_id),
    )
    row = connection.execute(asked.where(pictures.c.id == id)).one_or_none()
    if row is None:
        raise PictureNotFound(id=str(id))
    return {**row._mapping, "id": str(row.id), "filed_by": row.filed_by and str(row.filed_by)}


def get_picture(connection: Connection, id: UUID, size: str) -> dict[str, Any]:
    """A picture of a case. Raises `PictureNotFound`."""
    column = pictures.c.small if size == "small" else pictures.c.image
    asked = select(pictures.c.community, column.label("bytes"))
    row = connection.execute(asked.where(pictures.c.id == id, pictures.c.grievance_id.is_not(None))).one_or_none()
    if row is None:
        raise PictureNotFound(id=str(id))
    return {"id": str(id), "community": row.community, "image": b64encode(row.bytes).decode()}
