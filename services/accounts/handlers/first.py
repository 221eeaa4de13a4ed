"""The first administrator, without whom nobody could make any account, and the first key, where one is wanted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.accounts.domain.account import Account, name_key_of
from services.accounts.domain.grants import Grant
from services.accounts.domain.roles import Role
from services.accounts.domain.sessions import Lifetime, open_session
from services.accounts.handlers.secrecy import Passwords, hash_of, new_csrf, one_time_password

FIRST = uuid5(NAMESPACE_URL, "hemei:accounts:first")
"""Always the same id: of two starts at the same moment one makes it."""

NAME = "admin"

FIRST_KEY = uuid5(FIRST, "key")
KEY_NAME = "first-key"

MADE_FIRST = (FIRST, FIRST_KEY)
"""They stay for good, disabled or not: what is gone is made anew at the next start, and would open what was closed."""

KEY_LASTS = timedelta(days=366)
KEY_ROLES = (Role.OFFICE, Role.SECRETARY, Role.DOCTOR, Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR)
"""What whoever sets up a system does in it. Nobody could be granted these over the whole system otherwise."""


def make_first_administrator(
    uow: Any, tell: Callable[[str, str], None], *, passwords: Passwords, now: datetime
) -> None:
    """Make sure that somebody can make accounts. Where nobody could, `tell` is given a name and a one-time password
    before they are committed: an account whose password nobody has heard would lock everybody out."""
    with uow:
        if uow.accounts.find(FIRST) is not None:
            return
    password = one_time_password()
    hashed = passwords.hash(password)
    with uow:
        if not uow.accounts.add_first(_administrator(hashed, now)):
            return
        uow.grants.add(
            Grant(id=uuid5(FIRST, "grant"), account_id=FIRST, community="", role=Role.ADMINISTRATOR, granted_at=now)
        )
        tell(NAME, password)


def make_first_key(uow: Any, token: str, *, now: datetime) -> None:
    """Make sure that this token is let in, in a system that has never had one; a later one changes nothing."""
    with uow:
        if not uow.accounts.add_first(
            Account(id=FIRST_KEY, community="", name=KEY_NAME, name_key=KEY_NAME, made_at=now)
        ):
            return
        for role in KEY_ROLES:
            uow.grants.add(
                Grant(id=uuid5(FIRST_KEY, role), account_id=FIRST_KEY, community="", role=role, granted_at=now)
            )
        session = open_session(
            uuid5(FIRST_KEY, "session"),
            FIRST_KEY,
            "",
            Lifetime(longest=KEY_LASTS, idle=KEY_LASTS),
            token_hash=hash_of(token),
            csrf=new_csrf(),
            agent=KEY_NAME,
            now=now,
        )
        uow.sessions.open(session)


def _administrator(hashed: str, now: datetime) -> Account:
    return Account(
        id=FIRST,
        community="",
        name=NAME,
        name_key=name_key_of(NAME),
        password_hash=hashed,
        must_change_password=True,
        made_at=now,
    )
