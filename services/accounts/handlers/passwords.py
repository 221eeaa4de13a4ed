"""Changing one's password, and being given another."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.accounts.errors import MayNotGrant, NoPassword, OldPasswordWrong, PasswordRefused
from contracts.errors import words
from services.accounts.config import AccountsSettings
from services.accounts.domain.grants import may_manage
from services.accounts.domain.passwords import check_password, spelled
from services.accounts.handlers.first import FIRST
from services.accounts.handlers.secrecy import Passwords, one_time_password
from services.accounts.handlers.trying import bounds, count_try, proved_right


def check_own_password(
    uow: Any, id: UUID, password: str, *, passwords: Passwords, settings: AccountsSettings, now: datetime
) -> None:
    """Whether this is the account's password: whoever finds a screen unlocked does not know it. Raises
    `OldPasswordWrong`, `TooManyTries` or `NoPassword`."""
    with uow:
        account = uow.accounts.get(id)
        if account.name_key is None:
            raise NoPassword
        counted, hashed = bounds(settings, name_key=account.name_key, address=""), account.password_hash
        count_try(uow, counted, now=now)
    if not passwords.matches(hashed, password):
        raise OldPasswordWrong
    with uow:
        proved_right(uow, counted)


def change_password(
    uow: Any,
    id: UUID,
    *,
    session: UUID,
    old: str,
    new: str,
    passwords: Passwords,
    settings: AccountsSettings,
    now: datetime,
) -> int:
    """Change one's own password; every other session ends. Returns how many did. Raises `OldPasswordWrong`,
    `PasswordRefused` or `TooManyTries`."""
    check_own_password(uow, id, old, passwords=passwords, settings=settings, now=now)
    if spelled(old) == spelled(new):
        raise PasswordRefused(fields={"new": [words("新密码与原密码相同", "It is the present one")]})
    with uow:
        name = uow.accounts.get(id).name
    check_password(new, name or "")
    hashed = passwords.hash(new)
    with uow:
        uow.accounts.get(id).set_password(hashed, one_time=False)
        ended: int = uow.sessions.end_all(id, but=session)
    if id == FIRST and settings.first_sign_in_file:
        Path(settings.first_sign_in_file).unlink(missing_ok=True)
    return ended


def reset_password(uow: Any, id: UUID, *, by: UUID, passwords: Passwords, settings: AccountsSettings) -> str:
    """Give somebody who forgot the password another one, to be changed at once; every session ends. Raises
    `MayNotGrant` or `NoPassword`."""
    password = one_time_password()
    hashed = passwords.hash(password)
    with uow:
        account = uow.accounts.get(id)
        if not may_manage(uow.grants.held_by(by), account.community, uow.grants.given_to(id)):
            raise MayNotGrant
        account.set_password(hashed, one_time=True)
        uow.sessions.end_all(id)
        proved_right(uow, bounds(settings, name_key=account.name_key, address=""))
    return password
