"""Encryption of personal fields at rest, with a ring of keys: the first encrypts, all of them decrypt."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeysRefused(Exception):
    """The key ring is empty, or a key in it is no Fernet key."""


class CannotDecrypt(Exception):
    """No key of the ring opens this field."""


class KeyRing:
    """Encrypts text with the newest key and decrypts it with whichever key fits."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise KeysRefused("FIELD_KEYS is empty; `hemei keys new` prints a key")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeysRefused(f"FIELD_KEYS: {error}") from error

    def encrypt(self, text: str) -> str:
        """The text, unreadable without a key of the ring."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text again. Raises `CannotDecrypt`."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise CannotDecrypt from error


def kept_key(path: Path) -> str:
    """The key kept in this file, readable by its owner only; made there the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: a process killed in between must not leave an empty key behind.
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(new_key())
        fresh.rename(path)
    return path.read_text().strip()


def new_key() -> str:
    """A fresh key for the ring."""
    return Fernet.generate_key().decode()
