"""Keys as they are shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from chassis.paging import page_of
from contracts.accounts.errors import KeyNotFound
from services.accounts.persistence.tables import keys
from services.accounts.queries.accounts import is_managed_by

Shown = dict[str, Any]

_KEY = (
    keys.c.id,
    keys.c.account_id,
    keys.c.name,
    keys.c.beginning,
    keys.c.scopes,
    keys.c.grants,
    keys.c.made_at,
    keys.c.expires_at,
    keys.c.used_at,
    keys.c.revoked_at,
)


def get_key(connection: Connection, id: UUID) -> Shown:
    """One key. Raises `KeyNotFound`."""
    row = connection.execute(select(*_KEY).where(keys.c.id == id)).one_or_none()
    if row is None:
        raise KeyNotFound(id=str(id))
    return _shown(row)


def list_keys(connection: Connection, *, by: UUID, page: int = 1, page_size: int = 50) -> Shown:
    """The keys of whoever asks, and those kept where he manages accounts, the newest first."""
    visible = or_(keys.c.account_id == by, is_managed_by(connection, keys.c.community, by))
    rows = select(*_KEY).where(visible).order_by(keys.c.made_at.desc(), keys.c.id)
    return page_of(connection, rows, page=page, page_size=page_size, show=_shown)


def _shown(row: Row[Any]) -> Shown:
    shown = {str(name): value for name, value in row._mapping.items()}
    return {"account": shown.pop("account_id")} | shown
