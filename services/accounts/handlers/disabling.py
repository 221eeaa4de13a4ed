"""Closing accounts and opening them again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.accounts.errors import MayNotGrant, NotOneself
from services.accounts.domain.account import Account
from services.accounts.domain.grants import may_manage


def disable_account(uow: Any, id: UUID, *, by: UUID, now: datetime) -> None:
    """Let nobody sign in to an account any more; its sessions end and its keys open nothing. Raises `MayNotGrant` or
    `NotOneself`."""
    if id == by:
        raise NotOneself
    with uow:
        _managed(uow, id, by).disable(by=by, now=now)
        uow.sessions.end_all(id)


def enable_account(uow: Any, id: UUID, *, by: UUID) -> None:
    """Let it be signed in to again. Raises `MayNotGrant`."""
    with uow:
        _managed(uow, id, by).enable()


def _managed(uow: Any, id: UUID, by: UUID) -> Account:
    account: Account = uow.accounts.get(id)
    if not may_manage(uow.grants.held_by(by), account.community, uow.grants.given_to(id)):
        raise MayNotGrant
    return account
