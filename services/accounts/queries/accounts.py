"""Accounts as they are shown."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, false, or_, select

from chassis.paging import page_of
from contracts.accounts.errors import AccountNotFound
from services.accounts.domain.account import ending_of
from services.accounts.domain.grants import areas_managed
from services.accounts.domain.roles import Role
from services.accounts.persistence.tables import accounts, grants

Shown = dict[str, Any]

MOST_AT_ONCE = 200
"""Accounts that come to their end at once; the next run takes up the rest."""


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """A role at a place, as it was read."""

    role: Role
    community: str
    place: str | None
    subject: UUID | None


_ACCOUNT = (
    accounts.c.id,
    accounts.c.community,
    accounts.c.name,
    accounts.c.phone,
    accounts.c.totp_is_on,
    accounts.c.must_change_password,
    accounts.c.made_at,
    accounts.c.signed_in_at,
    accounts.c.disabled_at,
)
_GRANT = ("id", "role", "community", "place", "subject")


def called(name: str | None, phone: str | None) -> str:
    """How an account is called."""
    return name or ending_of(phone or "")


def get_account(connection: Connection, id: UUID) -> Shown:
    """One account. Raises `AccountNotFound`."""
    row = connection.execute(select(*_ACCOUNT).where(accounts.c.id == id)).one_or_none()
    if row is None:
        raise AccountNotFound(id=str(id))
    return _shown(row) | {"grants": held(connection, [id])[id]}


def get_visible_account(connection: Connection, id: UUID, *, by: UUID) -> Shown:
    """One account, for whoever it is or manages it. Raises `AccountNotFound`."""
    visible = or_(accounts.c.id == by, is_managed_by(connection, accounts.c.community, by))
    if connection.execute(select(accounts.c.id).where(accounts.c.id == id, visible)).first() is None:
        raise AccountNotFound(id=str(id))
    return get_account(connection, id)


def list_accounts(
    connection: Connection,
    *,
    by: UUID,
    community: str | None = None,
    role: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Shown:
    """Accounts kept where whoever asks makes accounts, by name; of a community, or of those who hold a role."""
    chosen = select(*_ACCOUNT).where(is_managed_by(connection, accounts.c.community, by))
    if community is not None:
        chosen = chosen.where(accounts.c.community == community)
    if role is not None:
        holders = select(grants.c.account_id).where(grants.c.role == role, grants.c.revoked_at.is_(None))
        chosen = chosen.where(accounts.c.id.in_(holders))
    chosen = chosen.order_by(accounts.c.name_key.is_(None), accounts.c.name_key, accounts.c.made_at, accounts.c.id)
    listed = page_of(connection, chosen, page=page, page_size=page_size, show=_shown)
    roles = held(connection, [item["id"] for item in listed["items"]])
    for item in listed["items"]:
        item["grants"] = roles[item["id"]]
    return listed


def is_managed_by(connection: Connection, community: ColumnElement[str], by: UUID) -> ColumnElement[bool]:
    """Whether what is kept there is kept where somebody manages accounts."""
    return or_(false(), *(community.startswith(area) for area in areas_managed(held_grants(connection, by))))


def held_grants(connection: Connection, account_id: UUID) -> list[HeldRow]:
    """What an account holds now; of one that is disabled, nothing."""
    rows = (
        select(grants.c.role, grants.c.community, grants.c.place, grants.c.subject)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .where(grants.c.account_id == account_id, grants.c.revoked_at.is_(None), accounts.c.disabled_at.is_(None))
    )
    return [
        HeldRow(role=Role(row.role), community=row.community, place=row.place, subject=row.subject)
        for row in connection.execute(rows)
    ]


def closed_before(connection: Connection, moment: datetime, *, without: Collection[UUID]) -> list[UUID]:
    """The accounts that were disabled before this moment, `without` these, a piece of them at once."""
    closed = (accounts.c.disabled_at < moment, accounts.c.id.not_in(without))
    chosen = select(accounts.c.id).where(*closed).order_by(accounts.c.disabled_at)
    return [*connection.execute(chosen.limit(MOST_AT_ONCE)).scalars()]


def held(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The roles that these accounts hold."""
    columns = (grants.c.account_id, *(grants.c[name] for name in _GRANT))
    rows = select(*columns).where(grants.c.account_id.in_(ids), grants.c.revoked_at.is_(None))
    found: dict[UUID, list[Shown]] = defaultdict(list)
    for row in connection.execute(rows.order_by(grants.c.granted_at, grants.c.id)):
        found[row.account_id].append({name: getattr(row, name) for name in _GRANT})
    return found


def _shown(row: Row[Any]) -> Shown:
    return {
        "id": row.id,
        "community": row.community,
        "name": called(row.name, row.phone),
        "signs_in_by": "password" if row.name else "code",
        "is_disabled": row.disabled_at is not None,
        "has_totp": row.totp_is_on,
        "must_change_password": row.must_change_password,
        "made_at": row.made_at,
        "signed_in_at": row.signed_in_at,
    }
