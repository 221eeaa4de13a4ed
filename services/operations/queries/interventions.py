"""What operators did, as it is shown."""

from typing import Any

from sqlalchemy import Connection, Row, select

from chassis.paging import page_of
from services.operations.persistence.tables import interventions


def list_interventions(connection: Connection, *, page: int = 1, page_size: int = 50) -> dict[str, Any]:
    """What was done, the newest first."""
    done = select(interventions).order_by(interventions.c.at.desc(), interventions.c.id)
    return page_of(connection, done, page=page, page_size=page_size, show=intervention_shown)


def intervention_shown(row: Row[Any]) -> dict[str, Any]:
    """One of them."""
    return {name: getattr(row, name) for name in ("at", "by", "action", "about", "reason", "count")}
