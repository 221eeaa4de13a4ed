"""Dead letters as operators see them: in lists, by cause, and one whole with everything personal masked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select

from chassis.encryption import CannotDecrypt
from chassis.paging import page_of
from contracts.operations.errors import DeadLetterNotFound
from services.operations.domain.dead_letter import State
from services.operations.persistence.dead_letters import of_choice
from services.operations.persistence.tables import bodies, dead_letters, interventions, touched
from services.operations.queries.interventions import intervention_shown
from services.operations.queries.masking import masked

_SHOWN = (
    "id",
    "queue",
    "message_id",
    "type",
    "community",
    "correlation",
    "error",
    "place",
    "cause",
    "attempts",
    "deaths",
    "state",
    "outcome",
    "died_at",
)
_ROW = [*(dead_letters.c[name] for name in _SHOWN), dead_letters.c.first_died_at]

MOST_GROUPS = 500


def list_dead_letters(
    connection: Connection, *, since: datetime, page: int = 1, page_size: int = 50, **choice: Any
) -> dict[str, Any]:
    """Dead letters of a choice, the newest death first; inboxes remember what was done `since` then."""
    chosen = select(*_ROW).where(*of_choice(choice)).order_by(dead_letters.c.died_at.desc(), dead_letters.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=lambda row: _shown(row, since))


def get_dead_letter_row(connection: Connection, id: UUID, *, since: datetime) -> dict[str, Any]:
    """One that is known to exist, as it stands in a list."""
    return _shown(connection.execute(select(*_ROW).where(dead_letters.c.id == id)).one(), since)


def get_dead_letter(connection: Connection, id: UUID, *, since: datetime) -> dict[str, Any]:
    """One whole, its body masked. Raises `DeadLetterNotFound`."""
    found = select(*_ROW, dead_letters.c.headers, dead_letters.c.size).where(dead_letters.c.id == id)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise DeadLetterNotFound(id=str(id))
    shown = {"headers": row.headers, "body": _body_shown(connection, id), "size": row.size}
    return {**_shown(row, since), **shown, "history": _history(connection, id)}


def _body_shown(connection: Connection, id: UUID) -> str:
    try:
        return masked(connection.execute(select(bodies.c.body).where(bodies.c.dead_letter_id == id)).scalar_one())
    except CannotDecrypt:
        return "密钥已不在 / its key has gone"


def group_dead_letters(connection: Connection) -> dict[str, Any]:
    """Open dead letters by cause, the largest group first."""
    here = dead_letters.c.state == State.OPEN
    alike = [dead_letters.c[name] for name in ("cause", "error", "place", "queue", "type")]
    counted = (
        select(
            *alike,
            func.count().label("count"),
            func.sum(case((dead_letters.c.deaths > 1, 1), else_=0)).label("repeated"),
            func.count(func.nullif(dead_letters.c.community, "").distinct()).label("communities"),
            func.min(dead_letters.c.died_at).label("first_at"),
            func.max(dead_letters.c.died_at).label("last_at"),
        )
        .where(here)
        .group_by(*alike)
        .order_by(func.count().desc(), dead_letters.c.cause, dead_letters.c.queue, dead_letters.c.type)
        .limit(MOST_GROUPS)
    )
    groups = [_named(row) for row in connection.execute(counted)]
    return {"groups": groups, "open": connection.execute(select(func.count()).where(here)).scalar_one()}


def _history(connection: Connection, id: UUID) -> list[dict[str, Any]]:
    done = select(interventions).join(touched, touched.c.intervention_id == interventions.c.id)
    rows = connection.execute(done.where(touched.c.dead_letter_id == id).order_by(interventions.c.at.desc()))
    return [intervention_shown(row) for row in rows]


def _shown(row: Row[Any], since: datetime) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _SHOWN}
    return {**shown, "service": row.queue.partition(".")[0], "is_forgotten": row.first_died_at < since}


def _named(row: Row[Any]) -> dict[str, Any]:
    # The driver's column names are a subclass of str, which msgspec refuses as keys.
    return {str(name): value for name, value in row._mapping.items()}
