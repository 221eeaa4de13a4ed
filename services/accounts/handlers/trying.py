"""Counting tries: before what was given is looked at, so that nobody gains by trying many at the same moment."""

from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any

from chassis.fingerprints import fingerprint
from services.accounts.config import AccountsSettings
from services.accounts.domain.tries import Patience

Bounds = dict[str, Patience]
"""How patient to be with each key."""


def bounds(settings: AccountsSettings, *, name_key: str, address: str) -> Bounds:
    """The keys under which a try for this name from this address counts."""
    by_name = {_key("name", name_key): Patience(free=settings.tries_by_name, longest=settings.longest_wait)}
    return by_name | by_address(settings, address)


def by_address(settings: AccountsSettings, address: str) -> Bounds:
    """The key under which a try from this address counts; none where nobody knows it."""
    if not address:
        return {}
    patience = Patience(free=settings.tries_by_address, longest=settings.longest_wait)
    return {_key("address", _network(address)): patience}


def by_phone(purpose: str, phone_key: str, patience: Patience) -> Bounds:
    """The key under which something done with this telephone counts."""
    return {_key(purpose, phone_key): patience}


def count_try(uow: Any, bounds: Bounds, *, now: datetime) -> None:
    """Count one more try. Raises `TooManyTries`, and then counts none."""
    kept = uow.tries.of(bounds)
    for tries in kept.values():
        tries.check(now=now)
    for key, tries in kept.items():
        uow.tries.keep(key, tries.failed(bounds[key], now=now))


def proved_right(uow: Any, bounds: Bounds) -> None:
    """The try was right: the name begins anew; the address only takes this one back, or one good account would hide
    any number of failures."""
    for key, tries in uow.tries.of(bounds).items():
        if key.startswith("address:"):
            uow.tries.keep(key, tries.proved_right())
        else:
            uow.tries.clear(key)


def _key(kind: str, text: str) -> str:
    return f"{kind}:{fingerprint(kind, text)}"


def _network(address: str) -> str:
    """What one household or office has: of IPv6 the first half, since the rest is free to choose."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or f"{int(found) >> 64:x}::/64")
    return str(found)
