"""Making accounts, and giving and taking roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.fingerprints import fingerprint
from contracts.accounts.errors import GrantNotFound, MayNotGrant, NameOrPhone, NameTaken, NotOneself, PhoneTaken
from services.accounts.domain.account import Account, name_key_of, phone_digits
from services.accounts.domain.grants import Wanted, grant, may_grant, may_make_accounts
from services.accounts.domain.roles import Role
from services.accounts.handlers.secrecy import Passwords, one_time_password


def create_account(uow: Any, given: Mapping[str, Any], *, passwords: Passwords, now: datetime) -> str | None:
    """Make an account; returns its one-time password, None for one that takes codes. Once more, before anybody has
    signed in, gives another password in place of the one that may have got lost on its way."""
    if bool(given["name"]) == bool(given["phone"]):
        raise NameOrPhone
    password = one_time_password() if given["name"] else None
    hashed = passwords.hash(password) if password else None
    with uow:
        if not may_make_accounts(uow.grants.held_by(given["by"]), given["community"]):
            raise MayNotGrant
        asked = _account(given, hashed, now)
        known = uow.accounts.find(given["id"])
        if known is None:
            _check_free(uow, asked)
            uow.accounts.add(asked)
        elif not _is_same(known, asked):
            raise NameTaken
        elif hashed:
            known.set_password(hashed, one_time=True)
    return password


def _account(given: Mapping[str, Any], hashed: str | None, now: datetime) -> Account:
    phone = phone_digits(given["phone"]) if given["phone"] else None
    return Account(
        id=given["id"],
        community=given["community"],
        name=" ".join(given["name"].split()) if given["name"] else None,
        name_key=name_key_of(given["name"]) if given["name"] else None,
        password_hash=hashed,
        must_change_password=hashed is not None,
        phone=phone,
        phone_key=phone_key_of(phone) if phone else None,
        made_by=given["by"],
        made_at=now,
    )


def phone_key_of(phone: str) -> str:
    """What a telephone number is found by."""
    return fingerprint("phone", phone_digits(phone))


def _check_free(uow: Any, asked: Account) -> None:
    if asked.name_key and uow.accounts.find_by(name_key=asked.name_key):
        raise NameTaken
    if asked.phone_key and uow.accounts.find_by(community=asked.community, phone_key=asked.phone_key):
        raise PhoneTaken


def _is_same(known: Account, asked: Account) -> bool:
    said = (asked.name_key, asked.phone_key, asked.community, asked.made_by)
    return (known.name_key, known.phone_key, known.community, known.made_by) == said and known.signed_in_at is None


def grant_role(uow: Any, given: Mapping[str, Any], *, now: datetime) -> None:
    """Let an account hold a role at a place; the same again changes nothing."""
    with uow:
        if given["subject"]:
            uow.merged.hold_still(given["community"])
        subject = given["subject"] and uow.merged.now(given["community"], given["subject"])
        wanted = Wanted(role=Role(given["role"]), community=given["community"], place=given["place"], subject=subject)
        account = uow.accounts.get(given["account"])
        asked = grant(given["id"], account.id, wanted, uow.grants.held_by(given["by"]), by=given["by"], now=now)
        held = uow.grants.held_by(account.id)
        if not any(each.says(wanted.role, wanted.community, wanted.place, wanted.subject) for each in held):
            uow.grants.add(asked)


def revoke_role(uow: Any, account: UUID, id: UUID, *, by: UUID, now: datetime) -> None:
    """Let an account hold a role no longer; whoever may give it may take it, but nobody his own administration. Raises
    `MayNotGrant`, `NotOneself` or `GrantNotFound`."""
    with uow:
        found = uow.grants.get(id)
        if found.account_id != account:
            raise GrantNotFound(id=str(id))
        if not may_grant(uow.grants.held_by(by), found.role, found.community, found.place):
            raise MayNotGrant
        if found.role is Role.ADMINISTRATOR and account == by:
            raise NotOneself
        found.revoke(by=by, now=now)
