"""Signing in by name and password, and out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.accounts.errors import SignInRefused
from services.accounts.config import AccountsSettings
from services.accounts.domain.account import Account, name_key_of
from services.accounts.domain.sessions import Lifetime, is_to_be_noted, open_session
from services.accounts.domain.tries import FORGOTTEN_AFTER
from services.accounts.handlers import secrecy
from services.accounts.handlers.second_factor import takes
from services.accounts.handlers.secrecy import Passwords
from services.accounts.handlers.trying import bounds, count_try, proved_right

Shown = dict[str, Any]


def sign_in(
    uow: Any, given: dict[str, Any], *, passwords: Passwords, settings: AccountsSettings, now: datetime
) -> Shown:
    """Open a session for whoever proves to be the one of this name. Raises `SignInRefused` or `TooManyTries`.

    The same is done whether there is such an account or not: the try is counted, a hash is checked, the account is
    looked for once more.
    """
    name_key = name_key_of(given["name"])
    counted = bounds(settings, name_key=name_key, address=given["address"])
    with uow:
        count_try(uow, counted, now=now)
        hashed = _hash_of(uow.accounts.find_by(name_key=name_key))
    matches = passwords.matches(hashed, given["password"])
    renewed = passwords.hash(given["password"]) if matches and hashed and passwords.is_old(hashed) else hashed
    with uow:
        account = uow.accounts.find_by(name_key=name_key)
        if account is None or not matches or account.is_disabled or account.password_hash != hashed:
            raise SignInRefused
        if account.totp_is_on and not takes(account, given["totp"] or "", now=now):
            raise SignInRefused
        account.password_hash = renewed
        proved_right(uow, counted)
        return begin_session(uow, account, _staff(settings), given["agent"], now=now)


def _hash_of(account: Account | None) -> str | None:
    return account.password_hash if account else None


def _staff(settings: AccountsSettings) -> Lifetime:
    return Lifetime(longest=timedelta(hours=settings.staff_hours), idle=timedelta(hours=settings.staff_idle_hours))


def begin_session(uow: Any, account: Account, lifetime: Lifetime, agent: str, *, now: datetime) -> Shown:
    """Open a session for an account; the answer holds its token, which is kept nowhere."""
    token = secrecy.new_token(secrecy.SESSION)
    session = open_session(
        uuid4(),
        account.id,
        account.community,
        lifetime,
        token_hash=secrecy.hash_of(token),
        csrf=secrecy.new_csrf(),
        agent=agent,
        now=now,
    )
    uow.sessions.open(session)
    account.signed_in_at = now
    return {
        "token": token,
        "expires_at": session.expires_at,
        "account": account.id,
        "must_change_password": account.must_change_password,
    }


def note_use(uow: Any, session_id: UUID, used_at: datetime, *, now: datetime) -> None:
    """A session was used; written down once a minute at the most."""
    if is_to_be_noted(used_at, now=now):
        with uow:
            uow.sessions.note_use(session_id, now)


def sign_out(uow: Any, token: str) -> int:
    """End the session of a token; how many there were, one or none."""
    with uow:
        ended: int = uow.sessions.end(secrecy.hash_of(token))
    return ended


def sign_out_everywhere(uow: Any, account: UUID) -> int:
    """End every session of an account; how many."""
    with uow:
        ended: int = uow.sessions.end_all(account)
    return ended


def forget_expired(uow: Any, *, now: datetime) -> None:
    """Forget sessions that have reached their end, and tries of long ago."""
    with uow:
        uow.sessions.forget_expired(now)
        uow.tries.forget(now - FORGOTTEN_AFTER)
