"""Views of the communities' offices."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from chassis.repository import Register
from contracts.grievance.errors import ViewNotFound
from services.grievance.persistence.tables import views


class Views(Register):
    """What is looked for again and again."""

    def get(self, id: UUID) -> Mapping[str, Any]:
        """The view. Raises `ViewNotFound`."""
        row = self.connection.execute(select(views).where(views.c.id == id)).one_or_none()
        if row is None:
            raise ViewNotFound(id=str(id))
        return dict(row._mapping)

    def titles(self, community: str) -> set[str]:
        """What the community's are called."""
        return set(self.connection.execute(select(views.c.title).where(views.c.community == community)).scalars())

    def keep(self, view: Mapping[str, Any]) -> None:
        """Keep a new one."""
        self.connection.execute(insert(views), dict(view))

    def remove(self, id: UUID) -> None:
        """Keep it no more."""
        self.connection.execute(delete(views).where(views.c.id == id))
