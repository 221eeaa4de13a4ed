"""Accounts and what they hold."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from chassis.repository import Repository
from contracts.accounts.errors import AccountNotFound, GrantNotFound
from services.accounts.domain.account import Account
from services.accounts.domain.grants import Grant
from services.accounts.persistence.tables import accounts, codes, grants, keys, sessions


class Accounts(Repository[Account]):
    """Accounts."""

    table, aggregate, missing = accounts, Account, AccountNotFound

    def add_first(self, account: Account) -> bool:
        """Keep this account unless its id or its name is there already; whether it was kept."""
        insert: Any = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        row = self._to_row(account) | {"version": 1}
        return bool(self.connection.execute(insert(accounts).values(row).on_conflict_do_nothing()).rowcount)

    def of_persons(self, community: str, ids: Sequence[UUID]) -> list[Account]:
        """The accounts of these people: named themselves, or with a role that is held for one of them."""
        held = select(grants.c.account_id).where(grants.c.subject.in_(ids), grants.c.revoked_at.is_(None))
        theirs = or_(accounts.c.id.in_(ids), accounts.c.id.in_(held))
        chosen = select(accounts.c.id).where(accounts.c.community == community, theirs).order_by(accounts.c.id)
        return [self.get(id) for id in [*self.connection.execute(chosen).scalars()]]

    def remove(self, gone: Sequence[Account]) -> None:
        """Remove accounts with their roles, sessions, keys and codes."""
        ids = [account.id for account in gone]
        for id in ids:
            self._tracked.pop(id, None)
        for table in (sessions, keys, grants):
            self.connection.execute(delete(table).where(table.c.account_id.in_(ids)))
        for account in gone:
            sent = (codes.c.community == account.community, codes.c.phone_key == account.phone_key)
            self.connection.execute(delete(codes).where(*sent))
        self.connection.execute(delete(accounts).where(accounts.c.id.in_(ids)))


class Grants(Repository[Grant]):
    """Roles held at places."""

    table, aggregate, missing = grants, Grant, GrantNotFound

    def held_by(self, account_id: UUID) -> list[Grant]:
        """What an account holds now, those added in this unit of work too. Of one that is disabled: nothing."""
        disabled = select(accounts.c.id).where(accounts.c.id == account_id, accounts.c.disabled_at.is_not(None))
        if self.connection.execute(disabled).first() is not None:
            return []
        return self.given_to(account_id)

    def given_to(self, account_id: UUID, *, revoked: bool = False) -> list[Grant]:
        """What an account was given, whether it is disabled or not; what was revoked only where that is asked for."""
        rows = select(grants).where(grants.c.account_id == account_id).order_by(grants.c.granted_at, grants.c.id)
        for row in self.connection.execute(rows).mappings():
            self._track(row)
        given = (one.aggregate for one in self._tracked.values() if one.aggregate.account_id == account_id)
        return [grant for grant in given if revoked or grant.is_held]

    def of_subject(self, community: str, subject: UUID) -> list[Grant]:
        """What is held in a community for somebody, whoever holds it, and what was."""
        here = (grants.c.community == community, grants.c.subject == subject)
        chosen = select(grants.c.id).where(*here).order_by(grants.c.granted_at, grants.c.id)
        return [self.get(id) for id in [*self.connection.execute(chosen).scalars()]]
