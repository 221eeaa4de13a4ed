"""Who holds a token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from contracts.accounts.errors import NotSignedIn
from services.accounts.domain.keys import KeyGrant, still_carried
from services.accounts.domain.sessions import is_alive
from services.accounts.persistence.tables import accounts, keys, sessions
from services.accounts.queries.accounts import called, held, held_grants

Shown = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whoever holds a token, as it is shown; and which session or key it is, used last when."""

    shown: Shown
    id: UUID
    used_at: datetime | None


def by_session(connection: Connection, token_hash: str, *, now: datetime) -> Holder:
    """The holder of a session token. Raises `NotSignedIn`."""
    rows = select(
        sessions.c.id,
        sessions.c.account_id,
        sessions.c.csrf,
        sessions.c.used_at,
        sessions.c.idle_seconds,
        sessions.c.expires_at,
        accounts.c.community,
        accounts.c.name,
        accounts.c.phone,
        accounts.c.must_change_password,
    ).join(accounts, accounts.c.id == sessions.c.account_id)
    row = connection.execute(
        rows.where(sessions.c.token_hash == token_hash, accounts.c.disabled_at.is_(None))
    ).one_or_none()
    if row is None or not is_alive(row.used_at, row.idle_seconds, row.expires_at, now=now):
        raise NotSignedIn
    shown = {
        "account": row.account_id,
        "name": called(row.name, row.phone),
        "kind": "person",
        "community": row.community,
        "grants": held(connection, [row.account_id])[row.account_id],
        "scopes": None,
        "session": row.id,
        "csrf": row.csrf,
        "expires_at": row.expires_at,
        "must_change_password": row.must_change_password,
    }
    return Holder(shown=shown, id=row.id, used_at=row.used_at)


def by_key(connection: Connection, key_hash: str, *, now: datetime) -> Holder:
    """The holder of a key: its owner, with what the key carries of what he still could hand on. Raises
    `NotSignedIn`."""
    rows = select(keys, accounts.c.community.label("home")).join(accounts, accounts.c.id == keys.c.account_id)
    here = (keys.c.key_hash == key_hash, keys.c.revoked_at.is_(None), accounts.c.disabled_at.is_(None))
    row = connection.execute(rows.where(*here)).one_or_none()
    if row is None or now >= row.expires_at:
        raise NotSignedIn
    carried = [msgspec.convert(each, KeyGrant) for each in row.grants]
    shown = {
        "account": row.account_id,
        "name": row.name,
        "kind": "key",
        "community": row.home,
        "grants": msgspec.to_builtins(still_carried(held_grants(connection, row.account_id), carried)),
        "scopes": row.scopes,
        "session": row.id,
        "csrf": "",
        "expires_at": row.expires_at,
        "must_change_password": False,
    }
    return Holder(shown=shown, id=row.id, used_at=row.used_at)
