"""Encryption of personal fields at rest, with a ring of keys: the first encrypts, all of them decrypt.

An encrypted field reads `<key id>.<token>`: the id, eight characters of the key's hash, tells SQL which rows are under
which key; fields written before ids were, the bare tokens, are read all the same.

The tokens are Fernet's (AES-128-CBC with HMAC-SHA256) and not AES-GCM with table and row as associated data. What is
encrypted here must survive that a row gets another key, its table another name, and that a backup is put back
elsewhere; a column's type is never told which row it stands in; and whoever can copy a token from row to row
can write into the database, where owners, places and grants stand in plain text beside it: the binding would promise
more than it keeps. Fernet leaves no nonce to be used twice, whichever process encrypts, and notices every changed byte.
"""

import hashlib
import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

ID_LENGTH = 8
SEPARATOR = "."
"""Stands in no Fernet token, so that a bare one is told from one with its key's id."""

_MARKED = re.compile(rf"([0-9a-f]{{{ID_LENGTH}}}){re.escape(SEPARATOR)}(.*)", re.DOTALL)


class KeysRefused(Exception):
    """The key ring is empty, or a key in it is no Fernet key."""


class CannotDecrypt(Exception):
    """No key of the ring opens this field."""


class KeyRing:
    """Encrypts text with the newest key and decrypts it with the key it was encrypted with."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise KeysRefused("FIELD_KEYS is empty; `hemei keys new` prints a key")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise KeysRefused(f"FIELD_KEYS: {error}") from error
        self.ids = tuple(dict.fromkeys(key_id(key) for key in keys))
        if len(self.ids) < len(set(keys)):
            raise KeysRefused("FIELD_KEYS: two keys have the same id; replace the newer one")
        self._by_id = dict(zip(map(key_id, keys), fernets, strict=True))
        self._any = MultiFernet(fernets)

    @property
    def newest(self) -> str:
        """Id of the key that encrypts."""
        return self.ids[0]

    def encrypt(self, text: str) -> str:
        """The text, unreadable without a key of the ring."""
        return f"{self.newest}{SEPARATOR}{self._by_id[self.newest].encrypt(text.encode()).decode()}"

    def decrypt(self, field: str) -> str:
        """The text again. Raises `CannotDecrypt`, which names the key that is missing."""
        id, token = taken_apart(field)
        if id and id not in self._by_id:
            raise CannotDecrypt(f"key {id} is not in FIELD_KEYS, which holds {', '.join(self.ids)}")
        try:
            return (self._by_id[id] if id else self._any).decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise CannotDecrypt("no key in FIELD_KEYS opens this field, or it was changed") from error


def key_id(key: str) -> str:
    """What a key is called, which tells nothing of it: the beginning of its hash."""
    return hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH]


def taken_apart(field: str) -> tuple[str, str]:
    """Id of the key and the token; no id for a field written before there were any."""
    found = _MARKED.fullmatch(field)
    return (found[1], found[2]) if found else ("", field)


def new_key() -> str:
    """A fresh key for the ring."""
    return Fernet.generate_key().decode()


_process_ring: list[KeyRing] = []


def use_keys(keys: Sequence[str]) -> None:
    """Set the key ring of this process. Raises `KeysRefused` and keeps the one there was."""
    _process_ring[:] = [KeyRing(keys)]


def ring() -> KeyRing:
    """The key ring of this process. Raises `KeysRefused` where it has none."""
    if not _process_ring:
        use_keys(())
    return _process_ring[0]
