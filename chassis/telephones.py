"""Telephones are kept encrypted and found by a keyed fingerprint beside them, which gives no telephone back."""

from collections.abc import Callable

from sqlalchemy import Column, Connection, Index, Table, and_, select, update

from chassis.encryption import CannotDecrypt
from chassis.fingerprints import fingerprint

NONE = ""
"""The fingerprint of what holds no digit: there is none to be found by, nor to be filled in later."""


def dialled(phone: str) -> str:
    """The digits of a telephone, without the prefix of the country."""
    digits = "".join(filter(str.isdigit, phone))
    return digits[2:] if len(digits) > 11 and digits.startswith("86") else digits


def same_phone(one: str, other: str) -> bool:
    """Whether two telephones are the same, however they are written; nothing is the same as none."""
    return bool(dialled(one)) and dialled(one) == dialled(other)


def phone_key(purpose: str, phone: str | None) -> str:
    """What a telephone is found by, however it is written; "" where nothing could be dialled. Raises `KeysRefused`
    where the process was given no secret."""
    digits = dialled(phone or "")
    return fingerprint(purpose, digits) if digits else NONE


def index_of_missing(name: str, sealed: Column[str], key: Column[str]) -> Index:
    """An index of the rows whose telephone has no fingerprint yet: most often of none, so that looking costs nothing.

    `sealed` is the encrypted column that holds the telephone, `key` the one for its fingerprint."""
    missing = and_(sealed.is_not(None), key.is_(None))
    return Index(name, key, sqlite_where=missing, postgresql_where=missing)


def fill_keys(
    connection: Connection, table: Table, *, sealed: str, key: str, of: Callable[[str], str], most: int
) -> int:
    """Give rows from before there were fingerprints theirs, which `of` makes from what the encrypted column `sealed`
    holds; returns how many were looked at, `most` at once. What no key opens is not looked at again."""
    kept, missing = table.c[sealed], and_(table.c[sealed].is_not(None), table.c[key].is_(None))
    keys = list(table.primary_key)
    found = connection.execute(select(*keys).where(missing).limit(most)).all()
    for row in found:
        here = and_(missing, *(column == part for column, part in zip(keys, row, strict=True)))
        try:
            text = connection.execute(select(kept).where(here)).scalar_one_or_none()
            made = NONE if text is None else of(text)
        except CannotDecrypt:
            made = NONE
        connection.execute(update(table).where(here).values({key: made}))
    return len(found)
