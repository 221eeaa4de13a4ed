"""Ready phrases as they are shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from chassis.paging import page_of
from contracts.grievance.errors import PhraseNotFound
from services.grievance.persistence.tables import phrases


def list_phrases(
    connection: Connection, *, community: str, page: int, page_size: int, step: str | None = None
) -> dict[str, Any]:
    """A page of a community's phrases, by step and name."""
    chosen = select(phrases).where(phrases.c.community == community)
    if step is not None:
        chosen = chosen.where(phrases.c.step == step)
    ordered = chosen.order_by(phrases.c.step, phrases.c.title, phrases.c.id)
    return page_of(connection, ordered, page=page, page_size=page_size, show=_shown)


def get_phrase(connection: Connection, id: UUID) -> dict[str, Any]:
    """One phrase. Raises `PhraseNotFound`."""
    row = connection.execute(select(phrases).where(phrases.c.id == id)).one_or_none()
    if row is None:
        raise PhraseNotFound(id=str(id))
    return _shown(row)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "id": str(row.id)}
