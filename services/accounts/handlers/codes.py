"""One-time codes: asked for, sent after the transaction, and signed in with."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.fingerprints import fingerprint
from chassis.green import all_at_once
from chassis.texting import NotTaken, Text
from contracts.accounts.errors import SignInRefused
from services.accounts.config import AccountsSettings
from services.accounts.domain.account import Account, phone_digits
from services.accounts.domain.codes import GOOD_FOR, RESEND, Code, ask_for_code, code_in
from services.accounts.domain.grants import Grant
from services.accounts.domain.roles import Role
from services.accounts.domain.sessions import Lifetime
from services.accounts.handlers.accounts import phone_key_of
from services.accounts.handlers.signing_in import Shown, begin_session
from services.accounts.handlers.trying import Bounds, by_address, by_phone, count_try, proved_right

MOST_AT_ONCE = 20


def send_code(uow: Any, given: Mapping[str, Any], *, settings: AccountsSettings, now: datetime) -> Shown:
    """Ask for a code to be sent. The answer is the same whether this telephone is known or not. Raises
    `TooManyTries`."""
    phone, role = phone_digits(given["phone"]), Role(given["role"])
    phone_key = phone_key_of(phone)
    with uow:
        count_try(uow, _asking(phone_key) | by_address(settings, given["address"]), now=now)
        account = uow.accounts.find_by(community=given["community"], phone_key=phone_key)
        may_be_sent = _may_sign_in(uow, account, given["community"], role)
        code = ask_for_code(
            uuid4(), given["community"], role, phone=phone, phone_key=phone_key, may_be_sent=may_be_sent, now=now
        )
        uow.codes.add(code)
    return {"expires_in": int(GOOD_FOR.total_seconds()), "resend_after": int(RESEND.first)}


def _asking(phone_key: str) -> Bounds:
    return by_phone("sent", phone_key, RESEND)


def _may_sign_in(uow: Any, account: Account | None, community: str, role: Role) -> bool:
    """Anybody may be a resident, unless staff have said otherwise; a volunteer is who was enrolled as one."""
    if account is None:
        return role is Role.RESIDENT
    if account.is_disabled:
        return False
    ever = [each for each in uow.grants.given_to(account.id, revoked=True) if each.role is role]
    here = [each for each in ever if each.community == community]
    return any(each.is_held for each in here) or (role is Role.RESIDENT and not here)


def sign_in_by_code(uow: Any, given: Mapping[str, Any], *, settings: AccountsSettings, now: datetime) -> Shown:
    """Open a session for whoever has the code that was sent last; a resident's first time makes the account. Raises
    `SignInRefused` or `TooManyTries`."""
    phone, role, community = phone_digits(given["phone"]), Role(given["role"]), given["community"]
    phone_key = phone_key_of(phone)
    counted = by_address(settings, given["address"])
    signed_in = None
    with uow:
        count_try(uow, counted, now=now)
        code = uow.codes.newest(community, phone_key)
        expected = code_of(code.id if code else uuid4())
        if code is not None and code.take(given["code"].strip(), expected, role, now=now):
            account = uow.accounts.find_by(community=community, phone_key=phone_key)
            if _may_sign_in(uow, account, community, role):
                account = account or _new_resident(uow, community, phone, phone_key, now)
                _hold(uow, account, community, role, now)
                proved_right(uow, counted | _asking(phone_key))
                signed_in = begin_session(uow, account, _lifetime(settings), given["agent"], now=now)
    # Only now: the try that was counted must be kept.
    if signed_in is None:
        raise SignInRefused
    return signed_in


def _new_resident(uow: Any, community: str, phone: str, phone_key: str, now: datetime) -> Account:
    account = Account(id=uuid4(), community=community, phone=phone, phone_key=phone_key, made_at=now)
    uow.accounts.add(account)
    return account


def _hold(uow: Any, account: Account, community: str, role: Role, now: datetime) -> None:
    """A resident holds the role from the first time on; a volunteer was given it by staff."""
    held = uow.grants.held_by(account.id)
    if role is Role.RESIDENT and not any(each.role is role and each.community == community for each in held):
        uow.grants.add(Grant(id=uuid4(), account_id=account.id, community=community, role=role, granted_at=now))


def _lifetime(settings: AccountsSettings) -> Lifetime:
    return Lifetime(longest=timedelta(hours=settings.code_hours), idle=timedelta(hours=settings.code_idle_hours))


def code_of(id: UUID) -> str:
    """The digits of a code. They are kept nowhere: they follow from its id and the process's secret."""
    return code_in(fingerprint("one-time code", str(id)))


def send_waiting(uow: Any, send: Callable[[Text], None], clock: Callable[[], datetime]) -> None:
    """Send the codes that wait to be sent, at least once each: what nobody has heard the end of is sent again, with
    the same digits, under the same number."""
    with uow:
        waiting = [code for code in uow.codes.waiting(clock(), MOST_AT_ONCE) if code.begin_sending(now=clock())]
        texts = [_text(code) for code in waiting]
    taken = [id for id in all_at_once(lambda text: _sent(send, text), texts) if id is not None]
    with uow:
        for id in taken:
            uow.codes.get(id).was_sent(now=clock())


def _text(code: Code) -> Text:
    assert code.phone is not None
    return Text(id=code.id, phone=code.phone, code=code_of(code.id), expires_at=code.expires_at)


def _sent(send: Callable[[Text], None], text: Text) -> UUID | None:
    try:
        send(text)
    except NotTaken:
        return None
    return text.id


def forget_codes(uow: Any, *, now: datetime) -> None:
    """Forget codes that are good for nothing any more."""
    with uow:
        uow.codes.forget(now - GOOD_FOR)
