"""Keys of programs: made, replaced, revoked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.accounts.errors import KeyNotFound
from services.accounts.domain.grants import may_make_accounts
from services.accounts.domain.keys import Key, KeyGrant, check_grants
from services.accounts.domain.roles import Role
from services.accounts.domain.sessions import is_to_be_noted
from services.accounts.handlers.secrecy import KEY, hash_of, new_token

SHOWN = 8
"""Characters of a key by which people tell it from others; 256 random bits follow."""


def create_key(uow: Any, given: Mapping[str, Any], *, now: datetime) -> str:
    """Make a key and return it, this once. Once more, before it was used, gives another one in its place. Raises
    `MayNotGrant`."""
    token = new_token(KEY)
    with uow:
        owner = uow.accounts.get(given["by"])
        carried = [_grant(given["id"], number, each) for number, each in enumerate(given["grants"])]
        check_grants(uow.grants.held_by(owner.id), carried)
        known = uow.keys.find(given["id"])
        if known is None:
            uow.keys.add(_key(given, owner.community, carried, token, now))
        elif known.account_id != owner.id or known.used_at is not None:
            raise KeyNotFound(id=str(given["id"]))
        else:
            known.key_hash, known.beginning = hash_of(token), token[:SHOWN]
    return token


def _grant(key_id: UUID, number: int, given: Mapping[str, Any]) -> KeyGrant:
    return KeyGrant(
        id=uuid5(key_id, str(number)),
        role=Role(given["role"]),
        community=given["community"],
        place=given["place"],
        subject=given["subject"],
    )


def _key(given: Mapping[str, Any], community: str, carried: list[KeyGrant], token: str, now: datetime) -> Key:
    return Key(
        id=given["id"],
        community=community,
        account_id=given["by"],
        name=given["name"],
        key_hash=hash_of(token),
        beginning=token[:SHOWN],
        scopes=sorted(set(given["scopes"])),
        grants=carried,
        made_at=now,
        expires_at=now + timedelta(days=given["days"]),
    )


def revoke_key(uow: Any, id: UUID, *, by: UUID, now: datetime) -> None:
    """Let a key open nothing any more: whose it is, or whoever manages accounts where it is kept. Raises
    `KeyNotFound`."""
    with uow:
        key = uow.keys.get(id)
        if key.account_id != by and not may_make_accounts(uow.grants.held_by(by), key.community):
            raise KeyNotFound(id=str(id))
        key.revoke(by=by, now=now)


def note_use(uow: Any, id: UUID, used_at: datetime | None, *, now: datetime) -> None:
    """A key was used; written down once a minute at the most."""
    if is_to_be_noted(used_at, now=now):
        with uow:
            uow.keys.get(id).used_at = now
