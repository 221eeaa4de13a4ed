"""Views as they are shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from chassis.paging import page_of
from contracts.grievance.errors import ViewNotFound
from services.grievance.persistence.tables import views


def list_views(connection: Connection, *, community: str, page: int, page_size: int) -> dict[str, Any]:
    """A page of a community's views, by name."""
    chosen = select(views).where(views.c.community == community).order_by(views.c.title, views.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=_shown)


def get_view(connection: Connection, id: UUID) -> dict[str, Any]:
    """One view. Raises `ViewNotFound`."""
    row = connection.execute(select(views).where(views.c.id == id)).one_or_none()
    if row is None:
        raise ViewNotFound(id=str(id))
    return _shown(row)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "id": str(row.id)}
