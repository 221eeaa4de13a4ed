"""The second factor: codes that follow from a secret and the time (RFC 6238), and recovery codes."""

import base64
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from chassis.fingerprints import fingerprint
from contracts.accounts.errors import MayNotGrant, NoPassword, TotpCodeWrong, TotpIsOff
from services.accounts.domain.account import Account
from services.accounts.domain.grants import may_manage
from services.accounts.handlers.secrecy import READABLE

STEP = 30
"""Seconds; with six digits and SHA-1 what every authenticator understands."""

AROUND = (0, -1, 1)
"""Clocks differ: the code before and the one after count too."""

RECOVERY_CODES = 10
ISSUER = "Hemei"


def begin_totp(uow: Any, id: UUID) -> dict[str, str]:
    """Draw a secret for an account's second factor; it counts once a code of it was shown."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    with uow:
        account = uow.accounts.get(id)
        if account.name is None:
            raise NoPassword
        account.begin_totp(secret)
        return {"secret": secret, "uri": _totp(secret).get_provisioning_uri(account.name, ISSUER)}


def confirm_totp(uow: Any, id: UUID, code: str, *, now: datetime) -> list[str]:
    """Switch the second factor on, by its first right code; returns recovery codes, which are told this once. Raises
    `TotpIsOff` or `TotpCodeWrong`."""
    recovery = list(_recovery_codes())
    with uow:
        account = uow.accounts.get(id)
        if account.totp_secret is None or account.totp_is_on:
            raise TotpIsOff
        step = step_of(account.totp_secret, code, now=now)
        if step is None:
            raise TotpCodeWrong
        account.confirm_totp(step, [_hashed(each) for each in recovery])
    return recovery


def remove_totp(uow: Any, id: UUID, code: str, *, by: UUID, now: datetime) -> None:
    """Switch it off: whose it is by a code, somebody who manages the account without one. Raises `TotpIsOff`,
    `TotpCodeWrong` or `MayNotGrant`."""
    with uow:
        account = uow.accounts.get(id)
        if not account.totp_is_on:
            raise TotpIsOff
        if by == id:
            if not takes(account, code, now=now):
                raise TotpCodeWrong
        elif not may_manage(uow.grants.held_by(by), account.community, uow.grants.given_to(id)):
            raise MayNotGrant
        account.remove_totp()


def takes(account: Account, code: str, *, now: datetime) -> bool:
    """Whether the code proves that this is whose account it is; one that was taken is never taken again."""
    if account.totp_secret is None:
        return False
    typed = "".join(code.split())
    return account.take_step(step_of(account.totp_secret, typed, now=now)) or account.take_recovery(_hashed(typed))


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Which step of time a code belongs to, of those around now; None where to none."""
    totp, present = _totp(secret), int(now.timestamp()) // STEP
    for step in (present + around for around in AROUND):
        if hmac.compare_digest(totp.generate(step * STEP), code.encode()):
            return step
    return None


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)


def _recovery_codes() -> Iterator[str]:
    for _ in range(RECOVERY_CODES):
        yield "-".join("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(2))


def _hashed(code: str) -> str:
    return fingerprint("recovery code", code.lower().replace("-", ""))
